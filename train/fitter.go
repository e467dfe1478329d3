package train

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/graph"
	"sparker/losses"
	"sparker/models"
)

// Fitter fits one model under one loss to any number of pairs. It keeps its graph between fits, and
// builds a new one only for a pair with more rows than any before. A Fitter is for one goroutine.
type Fitter struct {
	model   models.Model
	penalty float64 // lambda
	loss    losses.Config
	options FitOptions
	engine  engine
	scales  []Scale
}

// NewFitter prepares fits of a model under a loss with its penalty. An error says which option is
// impossible, or which one the model or the loss cannot take.
func NewFitter(model models.Model, l losses.Config, o FitOptions) (*Fitter, error) {
	loss, err := losses.New(l)
	if err != nil {
		return nil, err
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	if err := o.checkModel(model, loss); err != nil {
		return nil, err
	}
	f := &Fitter{model: model, penalty: l.L2, loss: l, options: o}
	if o.Optimizer == "convex" && l.L2 != 0 {
		return nil, fmt.Errorf("train: optimizer convex has ridges of its own; the penalty of the "+
			"loss is %v, and must be 0", l.L2)
	}
	if f.engine, err = newEngine(model, objective{loss, l.L2}, o); err != nil {
		return nil, err
	}
	if err := o.checkNames(f.engine.parameters()); err != nil {
		return nil, err
	}
	for _, epoch := range o.Checkpoints {
		scale := Scale{Epoch: epoch, Sigma: f.sigma(epoch)}
		if o.Optimizer != "convex" {
			f.scales = append(f.scales, scale)
			continue
		}
		for _, scale.Ridge = range o.path() {
			f.scales = append(f.scales, scale)
		}
	}
	return f, nil
}

// Scales returns the checkpoints of every fit, in order of epoch. The width of a model without one
// is 0.
func (f *Fitter) Scales() []Scale { return f.scales }

// names returns the names of the values that a fit starts from: the parameters, and frozen
// centroids.
func (f *Fitter) names() []string {
	var names []string
	for _, p := range f.options.Parameters {
		names = append(names, p.Name)
	}
	if ensemble, ok := f.model.(models.Ensemble); ok && ensemble.Frozen {
		names = append(names, models.Centroids)
	}
	return names
}

// sigma returns the width at an epoch, 0 for a model without one.
func (f *Fitter) sigma(epoch int) float64 {
	if f.options.Sigma == nil {
		return 0
	}
	return f.options.Sigma(epoch)
}

// Fit trains on a pair from a start, which has values for every parameter by name (and for frozen
// centroids), and is not kept: see [models.Ensemble.Start] and [models.MLP.Start]. The stream draws
// the candidates of births; without births it may be nil.
//
// A fit that becomes non-finite is a [FitResult] with that status. An error means that the pair or
// the start does not suit the model.
func (f *Fitter) Fit(pair data.Pair, start map[string][]float64, r *rand.Rand) (FitResult, error) {
	s, err := f.begin(pair, start, r)
	if err != nil {
		return s.end(err, "before the first epoch")
	}
	return s.run()
}

// Trace fits an ensemble as Fit does, with the same result, and records every epoch. Each epoch
// costs two more gradients and an evaluation. Other models are refused.
func (f *Fitter) Trace(pair data.Pair, start map[string][]float64, r *rand.Rand) (FitResult,
	error) {
	s, err := f.begin(pair, start, r)
	if err != nil {
		return s.end(err, "before the first epoch")
	}
	if f.options.Optimizer == "convex" {
		return s.run() // its centroids do not move, and its coefficients have no path
	}
	if s.recorder, err = newRecorder(s, pair); err != nil {
		return FitResult{}, err
	}
	return s.run()
}

// state is a fit in progress.
type state struct {
	*Fitter
	program  *graph.Program
	groups   []*group    // the parameters, in the order in which they step
	values   [][]float64 // the program's storage of all values of the start
	variant  variant
	recorder *recorder // nil without a trace
	tilt     *tilt     // nil without nuisance parameters
	result   FitResult
}

// variant is what a fit does that depends on the kind of model.
type variant interface {
	// prepare runs before the gradient of an epoch.
	prepare(epoch int, sigma float64) error
	// keep copies the present parameters into a checkpoint and completes it.
	keep(c *Checkpoint) error
	// finish copies the parameters into the result of a fit.
	finish(r *FitResult)
}

// begin feeds the pair and sets the parameters to their start.
func (f *Fitter) begin(pair data.Pair, start map[string][]float64, r *rand.Rand) (*state, error) {
	if err := checkPair(pair, f.model.Columns()); err != nil {
		return nil, err
	}
	if f.options.Births.Every > 0 && r == nil {
		return nil, errors.New("train: births need a random stream")
	}
	p, err := f.engine.feed(pair)
	if err != nil {
		return nil, err
	}
	s := &state{Fitter: f, program: p, result: FitResult{Status: OK}}
	if s.tilt, err = f.newTilt(pair); err != nil {
		return s, err
	}
	if s.tilt != nil {
		s.result.Null = &s.tilt.null
	}
	for _, parameter := range f.options.Parameters {
		s.groups = append(s.groups, newGroup(parameter, f.options.Optimizer,
			p.Values(parameter.Name)))
	}
	s.variant = anyModel{s.groups}
	if ensemble, ok := f.model.(models.Ensemble); ok {
		s.variant = newKernels(s, ensemble, pair, r)
	}
	names := f.names()
	for _, name := range names {
		values := p.Values(name)
		if len(start[name]) != len(values) {
			return nil, fmt.Errorf("train: the start has %d values for parameter %q; the model "+
				"has %d", len(start[name]), name, len(values))
		}
		copy(values, start[name])
		s.values = append(s.values, values)
	}
	if len(start) != len(names) {
		return nil, fmt.Errorf("train: the start names %q; the model has %q",
			slices.Sorted(maps.Keys(start)), names)
	}
	return s, nil
}

// run takes all epochs.
func (s *state) run() (FitResult, error) {
	if s.options.Optimizer == "convex" {
		return s.runConvex()
	}
	for epoch := 1; epoch <= s.scales[len(s.scales)-1].Epoch; epoch++ {
		if err := s.advance(epoch); err != nil {
			result, err := s.end(err, fmt.Sprintf("at epoch %d", epoch))
			if err != nil {
				err = fmt.Errorf("train: epoch %d: %w", epoch, err)
			}
			return result, err
		}
	}
	s.variant.finish(&s.result)
	return s.result, nil
}

// end completes the result of a fit that an error ends. A number that is not finite and an optimum
// that is not reached become its status.
func (s *state) end(err error, when string) (FitResult, error) {
	var what nonFinite
	var steps notConverged
	switch {
	case errors.As(err, &what):
		s.result.Status, s.result.Reason = NonFinite, fmt.Sprintf("%s %s", string(what), when)
	case errors.As(err, &steps):
		s.result.Status = NotConverged
		s.result.Reason = fmt.Sprintf("%v of the nuisance parameters, %s", steps, when)
	default:
		return FitResult{}, err
	}
	if s.variant != nil {
		s.variant.finish(&s.result)
	}
	return s.result, nil
}

// advance takes one epoch.
func (s *state) advance(epoch int) error {
	sigma := s.sigma(epoch)
	if s.options.Sigma != nil {
		s.program.SetScalar(models.Sigma, sigma)
	}
	if err := s.variant.prepare(epoch, sigma); err != nil {
		return err
	}
	if s.tilt != nil {
		s.tilt.prepare(epoch)
	}
	loss, err := s.program.Gradient()
	if err != nil {
		return err
	}
	if !finite(loss) {
		return nonFinite("loss")
	}
	if k, ok := s.variant.(*kernels); ok {
		k.health.watch(loss)
	}
	clamped, err := s.engine.clamped()
	if err != nil {
		return err
	}
	if clamped {
		s.result.ClampedEpochs++
	}
	if s.recorder != nil {
		if err := s.recorder.before(Scale{Epoch: epoch, Sigma: sigma}, loss); err != nil {
			return err
		}
	}
	if s.tilt != nil {
		if err := s.tilt.step(epoch); err != nil {
			return err
		}
	}
	if err := s.step(sigma); err != nil {
		return err
	}
	return s.observe(epoch)
}

// step moves the parameters against the gradient of the last run, and clips them.
func (s *state) step(sigma float64) error {
	for _, g := range s.groups {
		gradient := s.program.GradientOf(g.name)
		if !finite(gradient...) {
			return nonFinite("gradient")
		}
		g.descend(gradient, sigma)
	}
	for _, values := range s.values {
		if !finite(values...) {
			return nonFinite("parameters")
		}
	}
	return nil
}

// observe takes the statistic after an epoch with a checkpoint or a trace.
func (s *state) observe(epoch int) error {
	next := len(s.result.Checkpoints)
	checkpoint := s.scales[next].Epoch == epoch
	if !checkpoint && s.recorder == nil {
		return nil
	}
	t, nuisances, err := s.statistic(checkpoint)
	if err != nil {
		return err
	}
	if !finite(t) {
		return nonFinite("statistic")
	}
	if checkpoint {
		c := Checkpoint{Scale: s.scales[next], T: t, Nuisances: nuisances}
		if err := s.variant.keep(&c); err != nil {
			return err
		}
		s.result.Checkpoints = append(s.result.Checkpoints, c)
	}
	if s.recorder == nil {
		return nil
	}
	record, err := s.recorder.after(t)
	s.result.Trace = append(s.result.Trace, record)
	return err
}

// statistic returns the statistic at the present parameters. At a checkpoint, nuisance parameters
// move to their best values there, which it returns as well.
func (s *state) statistic(checkpoint bool) (t float64, nuisances *Estimate, err error) {
	if s.tilt != nil && checkpoint {
		s.tilt.engine.watch()
		defer s.tilt.engine.unwatch()
	}
	if err := s.program.Evaluate(); err != nil {
		return 0, nil, err
	}
	if s.tilt == nil {
		// t is -2·0 if f is 0 everywhere; adding 0 makes -0 a 0
		return s.program.Scalar("t") + 0, nil, nil
	}
	if checkpoint {
		estimate, err := s.tilt.settle()
		if err == nil {
			err = s.program.Evaluate()
		}
		if err != nil {
			return 0, nil, err
		}
		nuisances = &estimate
	}
	return s.tilt.statistic(s.program.Scalar("t")), nuisances, nil
}

// anyModel is the variant of a model about which nothing is known except its parameters.
type anyModel struct{ groups []*group }

func (anyModel) prepare(int, float64) error { return nil }

func (m anyModel) keep(c *Checkpoint) error {
	c.Parameters = make(map[string][]float64, len(m.groups))
	for _, g := range m.groups {
		c.Parameters[g.name] = slices.Clone(g.values)
	}
	return nil
}

func (anyModel) finish(*FitResult) {}

// checkPair refuses a pair that cannot be fitted by a model of d columns.
func checkPair(pair data.Pair, d int) error {
	reference, sample := pair.Reference, pair.Data
	if reference.N < 1 || sample.N < 1 {
		return fmt.Errorf("train: a fit needs rows: the reference has %d, the data %d", reference.N,
			sample.N)
	}
	if reference.D != d || sample.D != d {
		return fmt.Errorf("train: the reference has %d columns and the data %d; the model has %d",
			reference.D, sample.D, d)
	}
	if !(pair.Weight > 0) || math.IsInf(pair.Weight, 0) {
		return fmt.Errorf("train: reference rows of weight %v; want a finite number above 0",
			pair.Weight)
	}
	if err := errors.Join(pair.CheckWeights(), pair.CheckNuisances()); err != nil {
		return fmt.Errorf("train: %w", err)
	}
	return nil
}

// finite reports whether all values are neither NaN nor infinite.
func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
