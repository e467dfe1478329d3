package sources

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
)

// space is the domain of a density: R^dim, or the half-line of numbers that are not negative.
type space struct {
	dim      int
	halfLine bool
}

// clusters is a mixture of isotropic Gaussians. On the half-line each of them is truncated at 0 and
// normalized to its share.
type clusters struct {
	members    []cluster
	cumulative []float64 // running sums of the shares; the last one is 1
	halfLine   bool
}

// cluster is one Gaussian of a mixture.
type cluster struct {
	loc     []float64
	scale   float64
	logNorm float64 // logarithm of its share times the normalization of the Gaussian
}

// newClusters returns the mixture of bumps with positive fractions.
func newClusters(bumps []Bump, sp space) clusters {
	total := 0.0
	for _, b := range bumps {
		total += b.Fraction
	}
	c := clusters{halfLine: sp.halfLine}
	sum := 0.0
	for _, b := range bumps {
		sum += b.Fraction
		c.cumulative = append(c.cumulative, sum/total)
		m := cluster{loc: padded(b.Loc, sp.dim), scale: b.Scale}
		m.logNorm = math.Log(b.Fraction/total) -
			float64(sp.dim)*(math.Log(b.Scale)+halfLogTwoPi)
		if sp.halfLine {
			m.logNorm -= math.Log(0.5 * math.Erfc(-m.loc[0]/(b.Scale*math.Sqrt2)))
		}
		c.members = append(c.members, m)
	}
	c.cumulative[len(bumps)-1] = 1
	return c
}

func (c clusters) draw(r *rand.Rand, x []float64) {
	d := len(c.members[0].loc)
	for ; len(x) > 0; x = x[d:] {
		m := c.members[0]
		if len(c.members) > 1 {
			u := r.Float64()
			m = c.members[sort.Search(len(c.cumulative)-1,
				func(i int) bool { return c.cumulative[i] > u })]
		}
		for j, mu := range m.loc {
			x[j] = mu + m.scale*r.NormFloat64()
			for c.halfLine && x[j] < 0 {
				x[j] = mu + m.scale*r.NormFloat64()
			}
		}
	}
}

func (c clusters) log(x []float64) float64 {
	if c.halfLine && x[0] < 0 {
		return math.Inf(-1)
	}
	sum := math.Inf(-1)
	for _, m := range c.members {
		sum = logAddExp(sum, m.log(x))
	}
	return sum
}

// log returns the logarithm of the share times the density, without truncation.
func (m cluster) log(x []float64) float64 {
	square := 0.0
	for j, mu := range m.loc {
		z := (x[j] - mu) / m.scale
		square += z * z
	}
	return m.logNorm - square/2
}

// highestLogRatio returns the largest value of log(c(x)/b(x)) at the centers of the Gaussians, and
// at the maxima of c/b that are uphill of them.
func (c clusters) highestLogRatio(b background) float64 {
	highest := math.Inf(-1)
	for _, m := range c.members {
		for _, x := range [][]float64{m.loc, c.climb(b, m.loc)} {
			if y := c.log(x) - b.log(x); y > highest {
				highest = y
			}
		}
	}
	return highest
}

// maxClimb limits the number of steps to a maximum. From the center of a bump that overlaps no
// other it is one step away.
const maxClimb = 200

// climb returns a maximum of c(x)/b(x) that is uphill of a point. Near a point the background is a
// Gaussian or an exponential (see background.decline), so that c/b is a sum of Gaussians. The mean
// of their centers, weighted by their densities at the point, is uphill of the point, and is the
// next point.
func (c clusters) climb(b background, from []float64) []float64 {
	x := slices.Clone(from)
	pull := make([]float64, len(x))
	for range maxClimb {
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
