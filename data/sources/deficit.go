package sources

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/data"
)

// part is a share of the expected signal events N_S and their density. The density is nil if the
// share is 0.
type part struct {
	density
	share float64
}

// log returns the logarithm of the share times the density.
func (p part) log(x []float64) float64 {
	if p.share == 0 {
		return math.Inf(-1)
	}
	return math.Log(p.share) + p.density.log(x)
}

// newParts returns what a valid signal adds to the background, and what is missing from the
// background: bumps of negative fraction. The shares sum to 1.
func newParts(s Signal, b background, sp space) (added, deficit part) {
	var positive, negative []Bump
	var plus, minus float64
	for _, bump := range s.Bumps {
		if bump.Fraction < 0 {
			bump.Fraction = -bump.Fraction
			negative, minus = append(negative, bump), minus+bump.Fraction
		} else {
			positive, plus = append(positive, bump), plus+bump.Fraction
		}
	}
	if len(negative) == 0 {
		return part{newSignal(s, b, sp), 1}, part{}
	}
	if len(positive) > 0 {
		added = part{newClusters(positive, sp), plus / (plus + minus)}
	}
	return added, part{newClusters(negative, sp), minus / (plus + minus)}
}

// hasDeficit reports whether background events are missing.
func (g *generator) hasDeficit() bool { return g.deficit.share > 0 }

// missing returns the share of the background's density at x that is missing: N_S Q g-(x)/n_0(x).
func (g *generator) missing(x []float64, signal float64) float64 {
	return math.Exp(math.Log(signal/g.expected) + g.deficit.log(x) - g.background.log(x))
}

// rounding is the rounding error that is allowed in the share of missing events.
const rounding = 1e-9

// thin removes the missing events from a sample of the background, in place. Every row uses one
// random number, so that of one stream a larger deficit removes the same rows and more.
func (g *generator) thin(r *rand.Rand, s data.Sample, signal float64) (data.Sample, error) {
	kept := s.X[:0]
	for i := range s.N {
		x := s.Row(i)
		missing := g.missing(x, signal)
		if missing > 1+rounding {
			return data.Sample{}, fmt.Errorf("a signal of %v events is a deficit that exceeds the "+
				"background at %v", signal, x)
		}
		if r.Float64() >= missing {
			kept = append(kept, x...)
		}
	}
	return data.Sample{X: kept, N: len(kept) / s.D, D: s.D}, nil
}
