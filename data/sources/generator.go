package sources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/data"
)

// maxValues bounds the numbers in one sample (8 GB of them), so that a slip in a configuration is
// an error and not a machine out of memory.
const maxValues = 1e9

// logRatioFloor is the smallest log-ratio: an event e^50 times rarer under the alternative counts
// as impossible there. Only an alternative that leaves no background there reaches it.
const logRatioFloor = -50

// generator draws toys from a known background with a known signal.
type generator struct {
	background background
	signal     part // what is added to the background, or takes its place
	deficit    part // what is missing from the background, in extended counting
	// the strength at which the deficit takes all of the background somewhere; +Inf without a
	// deficit
	most      float64
	replaces  bool // signal events take the place of background events
	fixed     bool // shape-only counting
	reference int
	expected  float64
}

var _ Alternative = (*generator)(nil)

func newGenerator(c Config) *generator {
	g := &generator{
		replaces:  c.Signal.Kind == kindScale || c.Signal.Kind == kindShift,
		fixed:     c.Counting == countingShape,
		reference: c.Reference,
		expected:  c.Expected,
	}
	switch c.Source {
	case sourceExponential:
		g.background = exponentialBackground()
	case sourceMixture:
		g.background = mixtureBackground()
	default:
		g.background = gaussianBackground(c.Dim)
	}
	g.signal, g.deficit = newParts(c.Signal, c.Source, g.background)
	g.most = math.Inf(1)
	if g.hollow() {
		g.most = g.expected / g.deficit.share * math.Exp(-deepest(g.deficit.density.(clusters),
			g.background))
	}
	return g
}

// Dim is d.
func (g *generator) Dim() int { return g.background.dim }

// Columns are the names of the axes.
func (g *generator) Columns() []string { return data.ColumnNames(g.background.dim) }

// Expected is N(R).
func (g *generator) Expected() float64 { return g.expected }

// Draw makes one toy. The reference is N_R fresh rows of the background. In extended counting the
// data hold Poisson(N(R)) background and Poisson(N_S) signal events, w = N(R)/N_R; a scale or shift
// signal takes the place of background, of which Poisson(N(R) - N_S) are left. In shape-only
// counting the data hold N(R) events, rounded, of which Binomial(N_D, N_S/N(R)) are signal, and w =
// N_D/N_R. Of a signal with a deficit, whose bumps of positive fraction are the share P of it and
// whose others the share Q, a background event at x is left out with probability N_S Q
// g-(x)/n_0(x), where n_0 is the density of the background's events and g- that of the missing
// ones, and Poisson(N_S P) signal events are added. A negative strength, one above N(R) where
// signal takes the place of background, and one whose deficit exceeds the background, at the places
// that [Alternative.Strongest] looks at or at a background event drawn, are errors.
//
// The reference is drawn first, then the background, then what is missing from it, then the signal:
// where signal is added, toys of one stream hold the same background at every strength, but for the
// missing events, which are the same and more at a greater one.
func (g *generator) Draw(r *rand.Rand, signal float64) (data.Pair, error) {
	switch d := float64(g.background.dim); {
	case !(signal >= 0):
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: a signal of %v events; must be at least 0",
			signal)
	case !g.adds() && signal > g.expected:
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: a signal of %v events does not fit into "+
				"the %v expected ones whose place it takes", signal, g.expected)
	case signal > g.most:
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: a signal of %v events is a deficit that "+
				"exceeds the background; at most %.4g fit", signal, g.most)
	case (g.expected+signal)*d > maxValues:
		return data.Pair{}, fmt.Errorf(
			"data: drawing a toy: a signal of %v events in %v dimensions; "+
				"a sample holds at most %g values", signal, d, float64(maxValues))
	}
	p := data.Pair{Reference: g.rows(r, nil, g.background, g.reference)}
	var events int
	if g.fixed {
		n, _, _ := g.Counts(signal)
		if signal > 0 {
			p.Injected = int(distuv.Binomial{N: n, P: g.share(signal), Src: r}.Rand())
		}
		events = int(n) - p.Injected
		p.Weight = n / float64(g.reference)
	} else {
		mean := g.expected
		if g.replaces {
			mean -= signal
		}
		events = poisson(r, mean)
		p.Weight = g.expected / float64(g.reference)
	}
	p.Data = g.rows(r, nil, g.background, events)
	if g.hollow() {
		var err error
		if p.Data, err = g.thin(r, p.Data, signal); err != nil {
			return data.Pair{}, err
		}
	}
	if !g.fixed {
		p.Injected = poisson(r, signal*g.signal.share)
	}
	if p.Injected > 0 {
		p.Data = g.rows(r, p.Data.X, g.signal, p.Injected)
	}
	return p, nil
}

// DrawReference makes a sample of n rows of the background.
func (g *generator) DrawReference(r *rand.Rand, n int) (data.Sample, error) {
	if n < 0 || float64(n)*float64(g.background.dim) > maxValues {
		return data.Sample{}, fmt.Errorf(
			"data: drawing a reference of %d rows in %d dimensions; a "+
				"sample holds 0 to %g values", n, g.background.dim, float64(maxValues))
	}
	return g.rows(r, nil, g.background, n), nil
}

// rows appends n events of a density to x.
func (g *generator) rows(r *rand.Rand, x []float64, from density, n int) data.Sample {
	d := g.background.dim
	have := len(x)
	x = slices.Grow(x, n*d)[:have+n*d]
	from.draw(r, x[have:])
	return data.Sample{X: x, N: len(x) / d, D: d}
}

// adds says that signal events come on top of the background.
func (g *generator) adds() bool { return !g.replaces && !g.fixed }

// hollow says that background events are missing.
func (g *generator) hollow() bool { return g.deficit.share > 0 }

// Strongest is N(R), or less where a deficit exceeds the background at that strength.
func (g *generator) Strongest() float64 { return min(g.most, g.expected) }

// share is pi, the share of the signal in the alternative's events, where they are as many as the
// null's.
func (g *generator) share(signal float64) float64 { return min(signal/g.expected, 1) }

// LogRatio is log(1 + N_S s(x) / (N(R) b(x))) where signal is added to the background b, and
// log(1 - pi + pi s(x)/b(x)) with pi = N_S/N(R) where it takes its place. With a deficit it is
// log(1 - N_S Q g-(x)/n_0(x) + N_S P g+(x)/n_0(x)), the density of what Draw makes.
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
	case g.hollow():
		left := math.Log1p(-min(g.missing(x, signal), 1))
		return max(logAddExp(left, math.Log(signal/g.expected)+y), logRatioFloor)
	case g.adds():
		return logAddExp(0, math.Log(signal/g.expected)+y)
	}
	pi := g.share(signal)
	return max(logAddExp(math.Log1p(-pi), math.Log(pi)+y), logRatioFloor)
}

// LogBackground is the logarithm of the null density.
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
	for g.hollow() && r.Float64() < g.missing(x, signal) {
		g.background.draw(r, x)
	}
}

// Counts are the expected numbers of data events.
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

// poisson draws a count of the given mean, which may be 0.
func poisson(r *rand.Rand, mean float64) int {
	if mean == 0 {
		return 0
	}
	return int(distuv.Poisson{Lambda: mean, Src: r}.Rand())
}
