package analysis

import (
	"math"

	"sparker/data/sources"
	"sparker/results"
)

// found counts, over toys whose kernels were kept, the injected bumps that kernels ended on; the
// rule is that of results.Found. It is nil where there are no bumps or no kernels.
func found(c cell, toys []results.Toy) *results.FoundBumps {
	e := c.experiment
	bumps := places(e.Data.Signal)
	if len(bumps) == 0 || !e.Record.Kernels {
		return nil
	}
	f := &results.FoundBumps{Kernels: e.Model.Kernels, Bumps: len(bumps),
		Share: make([]int, len(bumps)+1)}
	var n, squares, crowded float64
	for _, t := range toys {
		if len(t.Kernels) == 0 {
			continue
		}
		hit, beyond := hits(bumps, c.record.Scales[:len(t.Kernels)], t.Kernels)
		f.Share[hit]++
		n++
		f.Mean += float64(hit)
		squares += float64(hit * hit)
		crowded += float64(beyond)
	}
	if n == 0 {
		return nil
	}
	f.Mean /= n
	f.Crowded = crowded / n
	if n > 1 {
		f.SE = math.Sqrt(max(0, squares/n-f.Mean*f.Mean) / (n - 1))
	}
	return f
}

// places are the bumps of a signal, if it consists of such.
func places(s sources.Signal) []sources.Bump {
	if s.Kind == "gaussian" {
		return []sources.Bump{{Loc: s.Loc, Scale: s.Scale, Fraction: 1}}
	}
	return s.Bumps
}

// hits counts the bumps that a kernel of their sign lies on, and the kernels beyond the first on
// each.
func hits(bumps []sources.Bump, scales []results.ScaleRecord, kernels []results.Kernels) (hit,
	beyond int) {
	for _, b := range bumps {
		nearest := 0
		for i, s := range scales {
			if math.Abs(math.Log(s.Sigma/b.Scale)) < math.Abs(
				math.Log(scales[nearest].Sigma/b.Scale)) {
				nearest = i
			}
		}
		sigma, on := scales[nearest].Sigma, 0
		for i, mu := range kernels[nearest].Centroids {
			var d2 float64
			for j, v := range mu {
				if j < len(b.Loc) { // a place is padded with zeros
					v -= b.Loc[j]
				}
				d2 += v * v
			}
			if kernels[nearest].Coefficients[i]*b.Fraction > 0 &&
				d2 <= 4*(b.Scale*b.Scale+sigma*sigma) {
				on++
			}
		}
		if on > 0 {
			hit++
			beyond += on - 1
		}
	}
	return hit, beyond
}
