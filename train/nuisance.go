package train

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
	"sparker/graph"
	"sparker/losses"
)

// With the nuisance parameters nu of a pair, a fit minimizes
//
//	Σ_R w (r e^f - 1) - Σ_D v (f + log r) + Σ_a ((nu_a - nu0_a)² - nu0_a²)/(2 sigma_a²)
//
// over f and nu (arXiv:2111.13633), where r(x; nu) is the density of the reference at nu in units
// of that at 0. At a fixed nu this is, up to a constant, the NP loss of a reference whose rows have
// the weights w r. So the fit has those weights, and nu takes Newton steps between its epochs. The
// clamp of f in the exponential acts on f alone.
//
// tau is -2 times the minimum over nu at the f of a checkpoint, and Delta that at f = 0. The
// statistic is t = tau - Delta.

// nuisanceEvery is the number of epochs from one step of the nuisance parameters to the next. They
// move little in between, and a step takes as long as a part of an epoch.
const nuisanceEvery = 5

// Estimate is a minimum over the nuisance parameters: their values, and the standard errors from
// the second derivatives at a fixed f.
type Estimate struct{ Values, Errors []float64 }

// NullEstimate is the fit of the nuisance parameters alone.
type NullEstimate struct {
	Estimate
	// Delta is -2 times the minimum of the loss for f = 0.
	Delta float64
}

// NuisanceModelError reports a fit that cannot have nuisance parameters.
type NuisanceModelError struct{ Reason string }

func (e *NuisanceModelError) Error() string {
	return "train: a fit with nuisance parameters " + e.Reason
}

// CheckNuisances returns a [*NuisanceModelError] unless fits of an optimizer under a loss can have
// nuisance parameters.
func CheckNuisances(optimizer string, l losses.Config) error {
	loss, err := losses.New(l)
	if err != nil {
		return err
	}
	if _, np := loss.(losses.NP); !np {
		return &NuisanceModelError{fmt.Sprintf("needs the NP loss, not %q", l.Kind)}
	}
	if optimizer == "convex" {
		return &NuisanceModelError{"cannot have the optimizer convex"}
	}
	return nil
}

// tilter is an engine whose reference can be tilted by nuisance parameters.
type tilter interface {
	// reweigh replaces the weights of the reference rows relative to each other.
	reweigh(relative []float64)
	// watch makes the next runs compute what expected returns, until unwatch.
	watch()
	unwatch()
	// expected returns w e^min(f,20) of the reference rows at the present parameters, after a run
	// of the loss or of its gradient there. Of a row of negative weight, which the loss has in the
	// other sample, it returns w (1+f): its term in the loss is w r f, and w r in the rate.
	expected() ([]float64, error)
}

// tilt is the state of the nuisance parameters of a fit.
type tilt struct {
	*profile
	engine  tilter
	pair    data.Pair
	plain   float64 // Σ_R w
	nu      []float64
	null    NullEstimate
	all     []float64 // r of the null
	weights []float64 // storage
}

// newTilt fits the nuisance parameters of a pair alone, and tilts its reference. It returns nil for
// a pair without any.
func (f *Fitter) newTilt(pair data.Pair) (*tilt, error) {
	if len(pair.Nuisances) == 0 {
		return nil, nil
	}
	if err := CheckNuisances(f.options.Optimizer, f.loss); err != nil {
		return nil, err
	}
	null, p, err := nullEstimate(pair)
	if err != nil {
		return nil, err
	}
	t := &tilt{profile: p, engine: f.engine.(tilter), pair: pair, nu: slices.Clone(null.Values),
		plain: floats.Sum(plainWeights(pair)), null: null, all: slices.Clone(p.ratios)}
	t.engine.reweigh(t.relative(p.ratios))
	return t, nil
}

// EstimateNull fits the nuisance parameters of a pair to its data, for f = 0.
func EstimateNull(pair data.Pair) (NullEstimate, error) {
	null, _, err := nullEstimate(pair)
	if err != nil {
		return NullEstimate{}, fmt.Errorf("train: fitting the nuisance parameters: %w", err)
	}
	return null, nil
}

// nullEstimate also returns the profile, whose r is that of the estimate.
func nullEstimate(pair data.Pair) (NullEstimate, *profile, error) {
	p := newProfile(pair)
	g := plainWeights(pair)
	null := NullEstimate{Estimate: Estimate{Values: make([]float64, len(p.list))}}
	var err error
	if null.Errors, err = p.minimize(g, null.Values); err != nil {
		return NullEstimate{}, nil, err
	}
	null.Delta = -2 * (floats.Dot(g, p.ratios) - floats.Sum(g) + p.penalty(null.Values))
	return null, p, nil
}

// plainWeights returns the weights of the reference rows at nu = 0.
func plainWeights(pair data.Pair) []float64 {
	weights := make([]float64, pair.Reference.N)
	for i := range weights {
		weights[i] = pair.Weight
	}
	if pair.ReferenceWeights != nil {
		floats.Mul(weights, pair.ReferenceWeights)
	}
	return weights
}

// relative returns the weights relative to each other of the reference rows for some r. The next
// call overwrites them.
func (t *tilt) relative(ratios []float64) []float64 {
	t.weights = append(t.weights[:0], ratios...)
	if t.pair.ReferenceWeights != nil {
		floats.Mul(t.weights, t.pair.ReferenceWeights)
	}
	return t.weights
}

// prepare runs before the gradient of an epoch.
func (t *tilt) prepare(epoch int) {
	if epoch%nuisanceEvery == 0 {
		t.engine.watch()
	}
}

// step takes one Newton step in the nuisance parameters, after the gradient of an epoch.
func (t *tilt) step(epoch int) error {
	if epoch%nuisanceEvery != 0 {
		return nil
	}
	defer t.engine.unwatch()
	terms, err := t.engine.expected()
	if err != nil {
		return err
	}
	gradient, hessian := t.derivatives(terms, t.nu)
	step, _, err := t.direction(gradient, hessian)
	if err != nil {
		return err
	}
	floats.Add(t.nu, step)
	if err := t.tilt(t.nu); err != nil {
		return err
	}
	t.engine.reweigh(t.relative(t.ratios))
	return nil
}

// settle moves the nuisance parameters to the minimum at the present f, after a run of the loss.
func (t *tilt) settle() (Estimate, error) {
	g, err := t.engine.expected()
	if err != nil {
		return Estimate{}, err
	}
	g = slices.Clone(g)
	floats.Div(g, t.ratios)
	var e Estimate
	if e.Errors, err = t.minimize(g, t.nu); err != nil {
		return Estimate{}, err
	}
	e.Values = slices.Clone(t.nu)
	t.engine.reweigh(t.relative(t.ratios))
	return e, nil
}

// statistic returns t = tau - Delta, given -2 L_NP of the tilted reference.
func (t *tilt) statistic(tilted float64) float64 {
	rate := t.pair.Weight * floats.Sum(t.relative(t.ratios))
	return tilted - 2*(rate-t.plain+t.penalty(t.nu)) - t.null.Delta
}

// atNull calls a function while the reference is that of the fit of the nuisance parameters alone.
func (t *tilt) atNull(f func() error) error {
	if t == nil {
		return f()
	}
	t.engine.reweigh(t.relative(t.all))
	defer func() { t.engine.reweigh(t.relative(t.ratios)) }()
	return f()
}

func (e *fused) reweigh(relative []float64) {
	e.pair.ReferenceWeights = relative
	if len(e.expectedRows) != len(relative) {
		e.expectedRows = make([]float64, len(relative))
	}
	e.weigh(e.pair.Weight)
}

func (e *fused) watch() {
	e.watches = true
	e.set()
}

func (e *fused) unwatch() {
	e.watches = false
	e.set()
}

func (e *fused) expected() ([]float64, error) { return e.expectedRows, nil }

func (e *composed) reweigh(relative []float64) {
	e.pair.ReferenceWeights = relative
	e.weigh(e.pair.Weight)
}

func (*composed) watch() {}

func (*composed) unwatch() {}

func (e *composed) expected() ([]float64, error) {
	if err := e.program.Evaluate(); err != nil {
		return nil, fmt.Errorf("train: %w", err)
	}
	rows := make([]float64, e.pair.Reference.N)
	weights, moved := e.program.Values(referenceInput), e.program.Values(dataInput)
	for i, f := range e.program.Vector("f")[:len(rows)] {
		rows[i] = clampedExpectation(weights[i], f) - moved[i]*(1+f)
	}
	return rows, nil
}

// clampedExpectation returns w e^min(f,20).
func clampedExpectation(w, f float64) float64 { return w * math.Exp(min(f, graph.MaxExponent)) }
