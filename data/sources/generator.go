package sources

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/data"
)

// maxValues limits the numbers in one sample to 8 GB, so that a typing error in a configuration is
// reported instead of exhausting the memory.
const maxValues = 1e9

// generator draws toys from a known background with a known signal.
type generator struct {
	background background
	signal     part // what is added to the background, or replaces part of it
	deficit    part // what is missing from the background, in extended counting
	// most is the signal strength at which the deficit equals the background somewhere, or +Inf if
	// there is no deficit.
	most      float64
	replaces  bool // signal events replace background events
	fixed     bool // counting is shape-only
	reference int
	expected  float64
	varied    varied
	simulated simulated
}

var _ Alternative = (*generator)(nil)

// newGenerator returns the generator of a valid configuration.
func newGenerator(c Config) *generator {
	g := &generator{
		replaces:  c.Signal.Kind == kindScale || c.Signal.Kind == kindShift,
		fixed:     c.Counting == countingShape,
		reference: c.Reference,
		expected:  c.Expected,
		simulated: newSimulated(c),
	}
	switch c.Source {
	case sourceExponential:
		g.background = exponentialBackground()
	case sourceMixture:
		g.background = mixtureBackground()
	case sourceClusters:
		g.background = clustersBackground(c.Dim)
	default:
		g.background = gaussianBackground(c.Dim)
	}
	sp := space{dim: g.background.dim, halfLine: c.Source == sourceExponential}
	g.varied = newVaried(c.Nuisances, g.background)
	g.signal, g.deficit = newParts(c.Signal, g.background, sp)
	g.most = math.Inf(1)
	if g.hasDeficit() {
		g.most = g.expected / g.deficit.share *
			math.Exp(-g.deficit.density.(clusters).highestLogRatio(g.background))
	}
	return g
}

// Dim returns d.
func (g *generator) Dim() int { return g.background.dim }

// Columns returns the names of the axes.
func (g *generator) Columns() []string { return data.ColumnNames(g.background.dim) }

// Expected returns N(R).
func (g *generator) Expected() float64 { return g.expected }

// Draw draws one toy. The reference is N_R rows of the background, or rows with weights that stand
// for it.
//
// In extended counting, the data are Poisson(N(R)) background and Poisson(N_S) signal events, and w
// is N(R)/N_R. Events of a scale or shift signal replace background events, of which
// Poisson(N(R) - N_S) remain. In shape-only counting, the data are N(R) events, rounded, of which
// Binomial(N_D, N_S/N(R)) are signal, and w is N_D/N_R.
//
// If a share Q of the signal is a deficit and the share P is added, a background event at x is left
// out with probability N_S Q g-(x)/n_0(x), where n_0 is the density of the background's events and
// g- that of the missing ones, and Poisson(N_S P) signal events are added.
//
// The reference is drawn first, then the background, then what is missing from it, then the signal.
// If signal is added, toys of one stream therefore have the same background at every strength,
// except for missing events; at a greater strength, the same events and more are missing.
//
// The errors are a negative strength; one above N(R) if signal events replace background events;
// and a deficit that exceeds the background, at the points that [Alternative.Strongest] considers
// or at a background event that is drawn.
//
// Nuisance parameters are 0. Every toy draws their auxiliary measurements anew.
func (g *generator) Draw(r *rand.Rand, signal float64) (data.Pair, error) {
	return g.drawAt(r, signal, make([]float64, len(g.varied.list)))
}

// drawAt draws a toy at some values of the nuisance parameters.
func (g *generator) drawAt(r *rand.Rand, signal float64, nu []float64) (data.Pair, error) {
	p, err := g.draw(r, signal, nu)
	if err == nil {
		err = g.varied.add(r, &p, nu)
	}
	if err != nil {
		return data.Pair{}, fmt.Errorf("data: drawing a toy: %w", err)
	}
	return p, nil
}

func (g *generator) draw(r *rand.Rand, signal float64, nu []float64) (data.Pair, error) {
	if err := g.checkStrength(signal); err != nil {
		return data.Pair{}, err
	}
	var p data.Pair
	if err := g.drawPairReference(r, &p); err != nil {
		return data.Pair{}, err
	}
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
		events = poisson(r, mean*g.varied.rate(nu))
		p.Weight = g.expected / float64(g.reference)
	}
	p.Data = g.varied.move(g.rows(r, nil, g.background, events), nu)
	if g.hasDeficit() {
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

// drawPairReference sets the reference of a toy.
func (g *generator) drawPairReference(r *rand.Rand, p *data.Pair) (err error) {
	if !g.simulated.On() {
		p.Reference = g.rows(r, nil, g.background, g.reference)
		return nil
	}
	p.Reference, p.ReferenceWeights, err = g.simulated.draw(r, g.background, g.reference)
	return err
}

// checkStrength returns an error for a signal strength that the generator cannot draw.
func (g *generator) checkStrength(signal float64) error {
	switch d := float64(g.background.dim); {
	case !(signal >= 0):
		return fmt.Errorf("a signal of %v events; must be at least 0", signal)
	case !g.adds() && signal > g.expected:
		return fmt.Errorf("a signal of %v events does not fit into the %v expected events, which "+
			"it replaces", signal, g.expected)
	case signal > g.most:
		return fmt.Errorf("a signal of %v events is a deficit that exceeds the background; at "+
			"most %.4g fit", signal, g.most)
	case (g.expected+signal)*d > maxValues:
		return fmt.Errorf("a signal of %v events in %v dimensions; a sample holds at most %g "+
			"values", signal, d, float64(maxValues))
	}
	return nil
}

// DrawReference draws a sample of n rows of the background, without weights.
func (g *generator) DrawReference(r *rand.Rand, n int) (data.Sample, error) {
	if n < 0 || float64(n)*float64(g.background.dim) > maxValues {
		return data.Sample{}, fmt.Errorf("data: drawing a reference of %d rows in %d dimensions; "+
			"a sample holds 0 to %g values", n, g.background.dim, float64(maxValues))
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

// poisson draws a count of the given mean, which may be 0.
func poisson(r *rand.Rand, mean float64) int {
	if mean == 0 {
		return 0
	}
	return int(distuv.Poisson{Lambda: mean, Src: r}.Rand())
}
