package sources

import (
	"math"
	"math/rand/v2"
)

// logRatioFloor is the smallest log-ratio. An event that is e^50 times rarer under the alternative
// counts as impossible there, and only an alternative that has no background at a point reaches the
// floor.
const logRatioFloor = -50

// adds reports whether signal events are added to the background. Otherwise they replace background
// events.
func (g *generator) adds() bool { return !g.replaces && !g.fixed }

// Strongest returns N(R), or less if a deficit exceeds the background at that strength.
func (g *generator) Strongest() float64 { return min(g.most, g.expected) }

// share returns pi = N_S/N(R), the share of signal events if they replace background events.
func (g *generator) share(signal float64) float64 { return min(signal/g.expected, 1) }

// LogRatio returns log(1 + N_S s(x) / (N(R) b(x))) if signal events are added to the background b,
// and log(1 - pi + pi s(x)/b(x)) with pi = N_S/N(R) if they replace background events. With a
// deficit it is log(1 - N_S Q g-(x)/n_0(x) + N_S P g+(x)/n_0(x)); see Draw.
func (g *generator) LogRatio(x []float64, signal float64) float64 {
	if signal == 0 {
		return 0
	}
	null := g.background.log(x)
	if math.IsInf(null, -1) {
		return 0
	}
	y := g.signal.log(x) - null
	switch {
	case g.hasDeficit():
		left := math.Log1p(-min(g.missing(x, signal), 1))
		return max(logAddExp(left, math.Log(signal/g.expected)+y), logRatioFloor)
	case g.adds():
		return logAddExp(0, math.Log(signal/g.expected)+y)
	}
	pi := g.share(signal)
	return max(logAddExp(math.Log1p(-pi), math.Log(pi)+y), logRatioFloor)
}

// LogBackground returns the logarithm of the null density.
func (g *generator) LogBackground(x []float64) float64 { return g.background.log(x) }

// Background draws one event of the null into x.
func (g *generator) Background(r *rand.Rand, x []float64) { g.background.draw(r, x) }

// Anomalous draws one event of the alternative's data into x.
func (g *generator) Anomalous(r *rand.Rand, x []float64, signal float64) {
	pi := g.share(signal)
	if g.adds() {
		_, alternative, _ := g.Counts(signal)
		pi = signal * g.signal.share / alternative
	}
	if r.Float64() < pi {
		g.signal.draw(r, x)
		return
	}
	g.background.draw(r, x)
	for g.hasDeficit() && r.Float64() < g.missing(x, signal) {
		g.background.draw(r, x)
	}
}

// Counts returns the expected numbers of data events.
func (g *generator) Counts(signal float64) (null, alternative float64, fixed bool) {
	switch {
	case g.fixed:
		n := math.Round(g.expected)
		return n, n, true
	case g.replaces:
		return g.expected, g.expected, false
	default:
		return g.expected, g.expected + signal*(g.signal.share-g.deficit.share), false
	}
}
