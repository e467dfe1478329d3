package sources

import (
	"math"
	"math/rand/v2"
	"sort"
)

// newSignal is the density of a valid signal without a deficit on a background.
func newSignal(s Signal, source string, b background) density {
	switch s.Kind {
	case kindGaussian:
		return newClusters([]Bump{{Loc: s.Loc, Scale: s.Scale, Fraction: 1}}, b.dim,
			source == sourceExponential)
	case kindBumps:
		return newClusters(s.Bumps, b.dim, source == sourceExponential)
	case kindShape:
		return shape{}
	case kindUniform:
		return box{low: s.Low, high: s.High}
	case kindScale:
		return scaled{background: b, factor: s.Factor}
	default:
		return shifted{background: b, by: padded(s.By, b.dim)}
	}
}

// padded is v with zeros after it, up to length d.
func padded(v Vector, d int) []float64 {
	x := make([]float64, d)
	copy(x, v)
	return x
}

// cluster is one isotropic Gaussian of a clusters density.
type cluster struct {
	loc     []float64
	scale   float64
	logNorm float64 // of its density, its share of the events included
}

// clusters is a mixture of isotropic Gaussians. On a half-line each of them is cut off below 0 and
// normalized to its share again.
type clusters struct {
	members    []cluster
	cumulative []float64 // running sums of the shares; the last one is 1
	halfLine   bool
}

func newClusters(bumps []Bump, d int, halfLine bool) clusters {
	total := 0.0
	for _, b := range bumps {
		total += b.Fraction
	}
	c := clusters{halfLine: halfLine}
	sum := 0.0
	for _, b := range bumps {
		sum += b.Fraction
		c.cumulative = append(c.cumulative, sum/total)
		m := cluster{loc: padded(b.Loc, d), scale: b.Scale}
		m.logNorm = math.Log(b.Fraction/total) - float64(d)*(math.Log(b.Scale)+halfLogTwoPi)
		if halfLine {
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

// log is the logarithm of the share times the density, not cut off.
func (m cluster) log(x []float64) float64 {
	square := 0.0
	for j, mu := range m.loc {
		z := (x[j] - mu) / m.scale
		square += z * z
	}
	return m.logNorm - square/2
}

// shape is the density x² e^(-x) / 2 on the half-line.
type shape struct{}

func (shape) draw(r *rand.Rand, x []float64) {
	for i := range x {
		x[i] = r.ExpFloat64() + r.ExpFloat64() + r.ExpFloat64()
	}
}

func (shape) log(x []float64) float64 {
	if x[0] < 0 {
		return math.Inf(-1)
	}
	return 2*math.Log(x[0]) - x[0] - math.Ln2
}

// box is uniform between two corners.
type box struct{ low, high []float64 }

func (b box) draw(r *rand.Rand, x []float64) {
	for ; len(x) > 0; x = x[len(b.low):] {
		for j := range b.low {
			x[j] = b.low[j] + r.Float64()*(b.high[j]-b.low[j])
		}
	}
}

func (b box) log(x []float64) float64 {
	sum := 0.0
	for j := range b.low {
		if x[j] < b.low[j] || x[j] > b.high[j] {
			return math.Inf(-1)
		}
		sum -= math.Log(b.high[j] - b.low[j])
	}
	return sum
}

// scaled is the background with every coordinate multiplied by factor.
type scaled struct {
	background
	factor float64
}

func (s scaled) draw(r *rand.Rand, x []float64) {
	for i := range x {
		x[i] = s.factor * s.coordinate(r)
	}
}

func (s scaled) log(x []float64) float64 {
	sum := -float64(s.dim) * math.Log(s.factor)
	for _, v := range x {
		sum += s.logMarginal(v / s.factor)
	}
	return sum
}

// shifted is the background moved by a vector.
type shifted struct {
	background
	by []float64
}

func (s shifted) draw(r *rand.Rand, x []float64) {
	for i := range x {
		x[i] = s.coordinate(r) + s.by[i%s.dim]
	}
}

func (s shifted) log(x []float64) float64 {
	sum := 0.0
	for j, v := range x {
		sum += s.logMarginal(v - s.by[j])
	}
	return sum
}
