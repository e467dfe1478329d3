package analysis

import (
	"math"

	"sparker/data/sources"
	"sparker/results"
)

// findBumps counts the injected bumps that the kernels of toys found, by the rule of
// [results.FoundBumps]. It is nil if there are no bumps, or if no kernels were kept.
func findBumps(c cell, toys []*results.Toy) *results.FoundBumps {
	e := c.experiment
	bumps := bumpsOf(e.Data.Signal)
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

// bumpsOf returns the bumps of a signal; a single Gaussian is one of them.
func bumpsOf(s sources.Signal) []sources.Bump {
	if s.Kind == "gaussian" {
		return []sources.Bump{{Loc: s.Loc, Scale: s.Scale, Fraction: 1}}
	}
	return s.Bumps
}

// hits returns the number of bumps that a kernel found, and the number of kernels beyond the first
// on each, summed over the bumps. There is one entry of kernels for each scale.
func hits(bumps []sources.Bump, scales []results.ScaleRecord, kernels []results.Kernels) (hit,
	beyond int) {
	for _, b := range bumps {
		nearest := 0
		for i, s := range scales {
			if math.Abs(math.Log(s.Sigma/b.Scale)) <
				math.Abs(math.Log(scales[nearest].Sigma/b.Scale)) {
				nearest = i
			}
		}
		if on := kernelsOn(b, scales[nearest].Sigma, kernels[nearest]); on > 0 {
			hit++
			beyond += on - 1
		}
	}
	return hit, beyond
}

// kernelsOn counts the kernels of width sigma that lie on a bump and have its sign.
func kernelsOn(b sources.Bump, sigma float64, kernels results.Kernels) int {
	n := 0
	for i, mu := range kernels.Centroids {
		var d2 float64
		for j, v := range mu {
			if j < len(b.Loc) { // coordinates beyond are 0
				v -= b.Loc[j]
			}
			d2 += v * v
		}
		if kernels.Coefficients[i]*b.Fraction > 0 && d2 <= 4*(b.Scale*b.Scale+sigma*sigma) {
			n++
		}
	}
	return n
}
