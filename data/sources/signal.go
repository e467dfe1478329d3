package sources

import (
	"math"
	"math/rand/v2"
)

// newSignal returns the density of a valid signal without deficits.
func newSignal(s Signal, b background, sp space) density {
	switch s.Kind {
	case kindGaussian:
		return newClusters([]Bump{{Loc: s.Loc, Scale: s.Scale, Fraction: 1}}, sp)
	case kindBumps:
		return newClusters(s.Bumps, sp)
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

// padded returns v with zeros appended up to length d.
func padded(v Vector, d int) []float64 {
	x := make([]float64, d)
	copy(x, v)
	return x
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

// box is the uniform density between two corners.
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

// scaled is the density of background events with every coordinate multiplied by factor.
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

// shifted is the density of background events plus a vector.
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
