package analysis

import (
	"math"
	"slices"

	"sparker/results"
	"sparker/stats"
)

// known reports whether both arms have a power. An arm of which every null fit failed has none.
func (p armPair) known() bool {
	a, b := p.arm.summary.Null, p.base.summary.Null
	return a.Failed < a.Toys && b.Failed < b.Toys
}

// difference compares the arms of a pair at one signal strength. It reports whether both have a
// power there.
func (p armPair) difference(signal float64) (d results.Difference, ok bool) {
	x, y := p.arm.at(signal), p.base.at(signal)
	d = results.Difference{Arm: p.arm.label, Signal: signal,
		Paired: p.arm.record.SamplesKey == p.base.record.SamplesKey}
	if signal == 0 && p.arm.record.NullKey == p.base.record.NullKey {
		d.Paired = true
	}
	if d.Paired {
		x, y = inBoth(x, y), inBoth(y, x)
	}
	if len(x) == 0 || len(y) == 0 || !p.known() {
		return d, false
	}
	d.Toys = min(len(x), len(y))
	rejectedX := rejections(x, p.arm.summary.Alpha)
	rejectedY := rejections(y, p.base.summary.Alpha)
	nX, nY := count(rejectedX), count(rejectedY)
	var lo, hi float64
	if d.Paired {
		both := 0
		for i := range x {
			switch {
			case rejectedX[i] && rejectedY[i]:
				both++
			case rejectedX[i]:
				d.Gained++
			case rejectedY[i]:
				d.Lost++
			}
		}
		mcnemar := stats.McNemar(d.Gained, d.Lost)
		d.McNemar = &mcnemar
		lo, hi = stats.PairedDifference(stats.PairedCounts{Toys: len(x), Both: both,
			Gained: d.Gained, Lost: d.Lost}, 0.95)
	} else {
		lo, hi = stats.Difference(stats.Proportion{Successes: nX, Trials: len(x)},
			stats.Proportion{Successes: nY, Trials: len(y)}, 0.95)
	}
	d.Power = float64(nX) / float64(len(x))
	d.Baseline = float64(nY) / float64(len(y))
	d.Difference = d.Power - d.Baseline
	noise := stats.Z(0.025) * calibrationNoise(tests{p.arm, x}, tests{p.base, y}, d.Paired)
	d.CI95[0] = max(-1, d.Difference-math.Hypot(d.Difference-lo, noise))
	d.CI95[1] = min(1, d.Difference+math.Hypot(hi-d.Difference, noise))
	return d, true
}

// at returns the toys of one signal strength, by index.
func (c cellResult) at(signal float64) []toyResult {
	var all []toyResult
	for _, t := range c.tested {
		if t.Signal == signal {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b toyResult) int { return a.Index - b.Index })
	return all
}

// inBoth returns the toys of x whose index is in y. Both rise by their indices.
func inBoth(x, y []toyResult) []toyResult {
	var both []toyResult
	for _, t := range x {
		for len(y) > 0 && y[0].Index < t.Index {
			y = y[1:]
		}
		if len(y) > 0 && y[0].Index == t.Index {
			both = append(both, t)
		}
	}
	return both
}

// rejections reports for each toy whether a test of size alpha rejects it.
func rejections(toys []toyResult, alpha float64) []bool {
	out := make([]bool, len(toys))
	for i, t := range toys {
		out[i] = t.rejects(alpha)
	}
	return out
}

func count(decisions []bool) int {
	n := 0
	for _, d := range decisions {
		if d {
			n++
		}
	}
	return n
}
