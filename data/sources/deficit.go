package sources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// part is a share of the expected signal events N_S with their density, which is nil where the
// share is 0.
type part struct {
	density
	share float64
}

// log is the logarithm of the share times the density.
func (p part) log(x []float64) float64 {
	if p.share == 0 {
		return math.Inf(-1)
	}
	return math.Log(p.share) + p.density.log(x)
}

// newParts are what a valid signal adds to the background, all of N_S but for the bumps of negative
// fraction, and what is missing from it.
func newParts(s Signal, source string, b background) (added, deficit part) {
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
		return part{newSignal(s, source, b), 1}, part{}
	}
	if len(positive) > 0 {
		added = part{newClusters(positive, b.dim, source == sourceExponential),
			plus / (plus + minus)}
	}
	return added, part{newClusters(negative, b.dim, source == sourceExponential),
		minus / (plus + minus)}
}

// deepest is the largest log(c(x)/b(x)) over the centers of the members of c and the tops of c/b
// uphill of them.
func deepest(c clusters, b background) float64 {
	worst := math.Inf(-1)
	for _, m := range c.members {
		for _, x := range [][]float64{m.loc, c.top(b, m.loc)} {
			if y := c.log(x) - b.log(x); y > worst {
				worst = y
			}
		}
	}
	return worst
}

// topSteps bounds the climb to a top, which takes one step from the center of a bump that overlaps
// no other.
const topSteps = 200

// top climbs from a point to a maximum of c(x)/b(x). Around a point the background is a Gaussian or
// an exponential (see background.decline), so that c/b is a sum of Gaussians, and each step, to the
// mean of their centers in proportion to their weight there, is uphill.
func (c clusters) top(b background, from []float64) []float64 {
	x := slices.Clone(from)
	pull := make([]float64, len(x))
	for range topSteps {
		clear(pull)
		total, precision := c.log(x), 0.0
		for _, m := range c.members {
			p := math.Exp(m.log(x)-total) / (m.scale * m.scale)
			precision += p
			for j, mu := range m.loc {
				pull[j] += p * mu
			}
		}
		moved := 0.0
		for j := range x {
			slope, curvature := b.decline(x[j])
			next := (pull[j] + slope) / (precision - curvature)
			moved = max(moved, math.Abs(next-x[j]))
			x[j] = next
		}
		if moved*moved*precision < 1e-20 {
			break
		}
	}
	return x
}

// missing is the part of the background's density at x that the deficit takes away: N_S Q
// g-(x)/n_0(x).
func (g *generator) missing(x []float64, signal float64) float64 {
	return math.Exp(math.Log(signal/g.expected) + g.deficit.log(x) - g.background.log(x))
}

// rounding is by how much a deficit may seem to exceed the background where it takes all of it.
const rounding = 1e-9

// thin removes the missing events from a sample of the background, in place. Every row takes one
// random number, so that of one stream a stronger deficit removes the same rows and more.
func (g *generator) thin(r *rand.Rand, s data.Sample, signal float64) (data.Sample, error) {
	kept := s.X[:0]
	for i := range s.N {
		x := s.Row(i)
		missing := g.missing(x, signal)
		if missing > 1+rounding {
			return data.Sample{}, fmt.Errorf("data: drawing a toy: a signal of %v events is a "+
				"deficit that exceeds the background at %v", signal, x)
		}
		if r.Float64() >= missing {
			kept = append(kept, x...)
		}
	}
	return data.Sample{X: kept, N: len(kept) / s.D, D: s.D}, nil
}
