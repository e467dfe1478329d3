package train

import (
	"fmt"
	"math"
	"math/rand/v2"
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
	OK Status = "ok"
	// the loss, a gradient, a parameter or the statistic became NaN or infinite
	NonFinite Status = "non_finite"
	// the kernels cannot start on distinct rows: nothing was fitted
	TooFewRows Status = "too_few_rows"
)

// Checkpoint is the statistic at one scale, and the parameters (as in a Result) that it was taken
// at.
type Checkpoint struct {
	Scale
	T            float64
	Centroids    []float64
	Coefficients []float64
	// Lead is the statistic of the best single kernel at its place, LeadKernel, where the fitter
	// was asked for it.
	Lead       float64
	LeadKernel int
}

// Result is a finished fit. Centroids (M×d, row-major) and Coefficients (M) are those after the
// last epoch, in the units of the fit; they are nil where they became non-finite. Checkpoints are
// complete only when Status is OK.
type Result struct {
	Status       Status
	Reason       string // what became non-finite, and when
	Checkpoints  []Checkpoint
	Centroids    []float64
	Coefficients []float64
	// ClampedEpochs counts the epochs in which f exceeded graph.MaxExponent on a reference row,
	// where the exponential of the loss is held.
	ClampedEpochs int
	// Trace is the history of the fit, when it was asked for.
	Trace []Record
}

// Record is one epoch of a fit. Sigma, the loss, the penalty and the forces are those that the step
// was made with; T, the parameters and what describes them are as they are after the step and the
// clip.
type Record struct {
	Epoch        int
	Sigma        float64
	Loss         float64 // without the penalty
	Penalty      float64
	T            float64
	Centroids    []float64
	Coefficients []float64
	// DataForce and ReferenceForce (M×d) add up to -dL/dmu: the pull of the data rows and the push
	// of the reference rows. They are nil for frozen centroids.
	DataForce, ReferenceForce []float64
	// GateEntropy is the entropy of the gate in nats, averaged over the data rows; 0 without a
	// gate.
	GateEntropy float64
	// MinDistance is the smallest distance between two centroids in units of sigma; 0 for one
	// kernel.
	MinDistance float64
	// Born is the kernel that was born again at the beginning of the epoch, counted from 1; 0 for
	// none.
	Born int
}

// Fitter fits one model under one loss to any number of pairs. It keeps its graph between fits, and
// builds a new one only for a pair with more rows than any before. It is for one goroutine.
type Fitter struct {
	config   Config
	model    models.Ensemble
	penalty  float64 // lambda
	positive bool
	widths   Widths
	scales   []Scale
	engine   engine
	leads    bool
}

// NewFitter prepares fits of a model in dim dimensions, annealed between the given widths.
func NewFitter(m models.Config, l losses.Config, c Config, dim int, widths Widths) (*Fitter,
	error) {
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
	_, np := loss.(losses.NP)
	switch {
	case !np && c.Optimizer == "newton":
		return nil, fmt.Errorf("train: optimizer newton needs the NP loss, which is convex in "+
			"the coefficients; got %q", l.Kind)
	case !np && c.Births.Every > 0:
		return nil, fmt.Errorf("train: births look at the residual of the NP loss; the loss is %q",
			l.Kind)
	case model.Frozen && c.Births.Every > 0:
		return nil, fmt.Errorf("train: centroids that are frozen cannot be born again")
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

// TakeLead makes every fit work out the lead statistic at its checkpoints.
func (f *Fitter) TakeLead() { f.leads = true }

// Fit trains from the given centroids (M×d, row-major) and coefficients 0. The stream draws the
// places where kernels may be born; without births it may be nil. With trace Fit records every
// epoch, which costs a few more evaluations each.
func (f *Fitter) Fit(pair data.Pair, centroids []float64, r *rand.Rand, trace bool) (Result,
	error) {
	if len(centroids) != f.model.Kernels*f.model.Dim {
		return Result{}, fmt.Errorf("train: %d values for the centroids of %d kernels in %d "+
			"dimensions", len(centroids), f.model.Kernels, f.model.Dim)
	}
	if err := checkPair(pair, f.model.Dim); err != nil {
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
		born, broken, err := at.reform(epoch, sigma, pair.Data, r)
		if err != nil {
			return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		if broken != "" {
			return fail(epoch, broken)
		}
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
		record.Born = born
		if broken := at.step(sigma); broken != "" {
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
			c := Checkpoint{Scale: f.scales[next], T: t, Centroids: slices.Clone(at.mu),
				Coefficients: slices.Clone(at.a)}
			if f.leads {
				if c.Lead, c.LeadKernel, err = at.lead(sigma); err != nil {
					return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
				}
				if !finite(c.Lead) {
					return fail(epoch, "lead statistic")
				}
			}
			result.Checkpoints = append(result.Checkpoints, c)
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
	units         []float64 // room for a gradient of mu
	stepMu, stepA *group
}

// begin feeds the pair and sets the parameters to their start.
func (f *Fitter) begin(pair data.Pair, centroids []float64) (*state, error) {
	p, err := f.engine.feed(pair)
	if err != nil {
		return nil, err
	}
	s := &state{Fitter: f, program: p, mu: p.Values(models.Centroids),
		a: p.Values(models.Coefficients)}
	copy(s.mu, centroids)
	clear(s.a)
	s.units = make([]float64, len(s.mu))
	s.stepMu = &group{newOptimizer(f.config.Optimizer, len(s.mu)), s.mu, math.Inf(-1), math.Inf(1)}
	low, high := f.bounds()
	s.stepA = &group{newOptimizer(f.config.Optimizer, len(s.a)), s.a, low, high}
	return s, nil
}

// reform does what comes before the gradient of an epoch, in some recipes: a birth, and a Newton
// step in the coefficients. It returns the kernel that was born, counted from 1 (0 for none), and
// names what became non-finite.
func (s *state) reform(epoch int, sigma float64, sample data.Sample, r *rand.Rand) (born int,
	broken string, err error) {
	if s.due(epoch) {
		if s.newtonic() { // what a kernel is worth shows at the best coefficients
			if broken, err = s.newton(sigma); broken != "" || err != nil {
				return 0, broken, err
			}
		}
		kernel, err := s.birth(sigma, sample, r)
		if err != nil {
			return 0, "", err
		}
		born = kernel + 1
	}
	if s.newtonic() {
		broken, err = s.newton(sigma)
	}
	return born, broken, err
}

// step moves the parameters against the gradient of the last run, and clips. It names what became
// non-finite.
func (s *state) step(sigma float64) (broken string) {
	gradient := s.program.GradientOf(models.Coefficients)
	if !finite(gradient...) {
		return "gradient"
	}
	if !s.newtonic() {
		s.stepA.descend(gradient, s.config.LearningRate.Coefficients)
	}
	if !s.model.Frozen {
		if gradient = s.program.GradientOf(models.Centroids); !finite(gradient...) {
			return "gradient"
		}
		gradient, rate := s.scaled(gradient, sigma)
		s.stepMu.descend(gradient, rate)
	}
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
	return nil
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
