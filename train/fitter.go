package train

import (
	"fmt"
	"math"
	"slices"

	"sparker/data"
	"sparker/graph"
	"sparker/losses"
	"sparker/models"
)

// Status says how a fit ended.
type Status string

// How a fit can end.
const (
	OK         Status = "ok"
	NonFinite  Status = "non_finite"   // the loss, a gradient, a parameter or the statistic became NaN or infinite
	TooFewRows Status = "too_few_rows" // the kernels cannot start on distinct rows: nothing was fitted
)

// Checkpoint is the statistic at one scale, and the parameters (as in a Result) that it was taken at.
type Checkpoint struct {
	Scale
	T            float64
	Centroids    []float64
	Coefficients []float64
}

// Result is a finished fit. Centroids (M×d, row-major) and Coefficients (M) are those after the last epoch,
// in the units of the fit; they are nil where they became non-finite. Checkpoints are complete only when
// Status is OK.
type Result struct {
	Status       Status
	Reason       string // what became non-finite, and when
	Checkpoints  []Checkpoint
	Centroids    []float64
	Coefficients []float64
	// ClampedEpochs counts the epochs in which f exceeded graph.MaxExponent on a reference row, where the
	// exponential of the loss is held.
	ClampedEpochs int
	// Trace is the history of the fit, when it was asked for.
	Trace []Record
}

// Record is one epoch of a fit. Sigma, the loss, the penalty and the forces are those that the step was made
// with; T, the parameters and what describes them are as they are after the step and the clip.
type Record struct {
	Epoch        int
	Sigma        float64
	Loss         float64 // without the penalty
	Penalty      float64
	T            float64
	Centroids    []float64
	Coefficients []float64
	// DataForce and ReferenceForce (M×d) add up to -dL/dmu: the pull of the data rows and the push of the
	// reference rows. They are nil for frozen centroids.
	DataForce, ReferenceForce []float64
	// GateEntropy is the entropy of the gate in nats, averaged over the data rows; 0 without a gate.
	GateEntropy float64
	// MinDistance is the smallest distance between two centroids in units of sigma; 0 for one kernel.
	MinDistance float64
}

// Fitter fits one model under one loss to any number of pairs. It keeps its graph between fits, and builds a
// new one only for a pair with more rows than any before. It is for one goroutine.
type Fitter struct {
	config   Config
	model    models.Ensemble
	penalty  float64 // lambda
	positive bool
	widths   Widths
	scales   []Scale
	engine   engine
}

// NewFitter prepares fits of a model in dim dimensions, annealed between the given widths.
func NewFitter(m models.Config, l losses.Config, c Config, dim int, widths Widths) (*Fitter, error) {
	var problem error
	c.Validate(func(path, message string) {
		if problem == nil {
			problem = fmt.Errorf("train: %s %s", path, message)
		}
	})
	if problem != nil {
		return nil, problem
	}
	model, err := models.NewEnsemble(m, dim)
	if err != nil {
		return nil, err
	}
	loss, err := losses.New(l)
	if err != nil {
		return nil, err
	}
	if err := widths.check(); err != nil {
		return nil, err
	}
	f := &Fitter{
		config: c, model: model, penalty: l.L2, positive: m.Coefficients == "positive",
		widths: widths, scales: c.Scales(widths),
	}
	f.engine, err = newEngine(c.Engine, model, loss, l.L2)
	return f, err
}

// Scales are the checkpoints of every fit, in order of epoch.
func (f *Fitter) Scales() []Scale { return f.scales }

// Fit trains from the given centroids (M×d, row-major) and coefficients 0. With trace it records every epoch,
// which costs a few more evaluations each.
func (f *Fitter) Fit(pair data.Pair, centroids []float64, trace bool) (Result, error) {
	if len(centroids) != f.model.Kernels*f.model.Dim {
		return Result{}, fmt.Errorf("train: %d values for the centroids of %d kernels in %d dimensions", len(centroids), f.model.Kernels, f.model.Dim)
	}
	if err := f.check(pair); err != nil {
		return Result{}, err
	}
	at, err := f.begin(pair, centroids)
	if err != nil {
		return Result{}, err
	}
	var probe *gateProbe
	if trace {
		if probe, err = f.newGateProbe(pair.Data); err != nil {
			return Result{}, err
		}
	}
	p := at.program
	result := Result{Status: OK}
	fail := func(epoch int, what string) (Result, error) {
		result.Status, result.Reason = NonFinite, fmt.Sprintf("%s at epoch %d", what, epoch)
		return at.finish(result), nil
	}
	next := 0
	for epoch := 1; epoch <= f.config.Epochs; epoch++ {
		sigma := f.config.Sigma(f.widths, epoch)
		p.SetScalar(models.Sigma, sigma)
		loss, err := p.Gradient()
		if err != nil {
			return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		if !finite(loss) {
			return fail(epoch, "loss")
		}
		clamped, err := f.engine.clamped()
		if err != nil {
			return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		if clamped {
			result.ClampedEpochs++
		}
		var record Record
		if trace {
			if record, err = f.before(p, epoch, sigma, loss); err != nil {
				return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
			}
		}
		if broken := at.step(); broken != "" {
			return fail(epoch, broken)
		}

		checkpoint := next < len(f.scales) && f.scales[next].Epoch == epoch
		if !checkpoint && !trace {
			continue
		}
		if err := p.Evaluate(); err != nil {
			return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		t := p.Scalar("t") + 0 // where f is 0 everywhere, t is -2·0: make it 0
		if !finite(t) {
			return fail(epoch, "statistic")
		}
		if checkpoint {
			result.Checkpoints = append(result.Checkpoints, Checkpoint{f.scales[next], t, slices.Clone(at.mu), slices.Clone(at.a)})
			next++
		}
		if trace {
			if err := f.after(&record, t, p, probe); err != nil {
				return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
			}
			result.Trace = append(result.Trace, record)
		}
	}
	return at.finish(result), nil
}

// state is a fit under way.
type state struct {
	*Fitter
	program       *graph.Program
	mu, a         []float64 // the program's storage of the parameters
	stepMu, stepA optimizer
}

// begin feeds the pair and sets the parameters to their start.
func (f *Fitter) begin(pair data.Pair, centroids []float64) (*state, error) {
	p, err := f.engine.feed(pair)
	if err != nil {
		return nil, err
	}
	s := &state{Fitter: f, program: p, mu: p.Values(models.Centroids), a: p.Values(models.Coefficients)}
	copy(s.mu, centroids)
	clear(s.a)
	s.stepMu = newOptimizer(f.config.Optimizer, f.config.LearningRate.Centroids, len(s.mu))
	s.stepA = newOptimizer(f.config.Optimizer, f.config.LearningRate.Coefficients, len(s.a))
	return s, nil
}

// step moves the parameters against the gradient of the last run, and clips. It names what became non-finite.
func (s *state) step() (broken string) {
	gradient := s.program.GradientOf(models.Coefficients)
	if !finite(gradient...) {
		return "gradient"
	}
	s.stepA.step(s.a, gradient)
	if !s.model.Frozen {
		if gradient = s.program.GradientOf(models.Centroids); !finite(gradient...) {
			return "gradient"
		}
		s.stepMu.step(s.mu, gradient)
	}
	s.clip(s.a)
	if !finite(s.mu...) || !finite(s.a...) {
		return "parameters"
	}
	return ""
}

// finish copies the parameters, which the next fit overwrites.
func (s *state) finish(r Result) Result {
	if finite(s.mu...) && finite(s.a...) {
		r.Centroids = append([]float64(nil), s.mu...)
		r.Coefficients = append([]float64(nil), s.a...)
	}
	return r
}

// check refuses a pair that cannot be fitted.
func (f *Fitter) check(pair data.Pair) error {
	reference, sample := pair.Reference, pair.Data
	if reference.N < 1 || sample.N < 1 {
		return fmt.Errorf("train: a fit needs rows: the reference has %d, the data %d", reference.N, sample.N)
	}
	if reference.D != f.model.Dim || sample.D != f.model.Dim {
		return fmt.Errorf("train: the reference has %d columns and the data %d; the model has %d", reference.D, sample.D, f.model.Dim)
	}
	if !(pair.Weight > 0) || math.IsInf(pair.Weight, 0) {
		return fmt.Errorf("train: reference rows of weight %v; want a finite number above 0", pair.Weight)
	}
	return nil
}

func (f *Fitter) clip(a []float64) {
	low := -f.config.Clip
	if f.positive {
		low = 0
	}
	for i, v := range a {
		a[i] = min(max(v, low), f.config.Clip)
	}
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
