package train

import (
	"fmt"
	"math"

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

// Checkpoint is the statistic at one scale.
type Checkpoint struct {
	Scale
	T float64
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
	loss     losses.Loss
	penalty  float64 // lambda
	positive bool
	widths   Widths
	scales   []Scale

	program  *graph.Program
	capacity int
}

// The names of the inputs that a Fitter adds to the model's.
const (
	rowsInput      = "x"
	referenceInput = "reference weights"
	dataInput      = "data counts"
)

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
	return &Fitter{
		config: c, model: model, loss: loss, penalty: l.L2, positive: m.Coefficients == "positive",
		widths: widths, scales: c.Scales(widths),
	}, nil
}

// Scales are the checkpoints of every fit, in order of epoch.
func (f *Fitter) Scales() []Scale { return f.scales }

// Fit trains from the given centroids (M×d, row-major) and coefficients 0. With trace it records every epoch,
// which costs a few more evaluations each.
func (f *Fitter) Fit(pair data.Pair, centroids []float64, trace bool) (Result, error) {
	if len(centroids) != f.model.Kernels*f.model.Dim {
		return Result{}, fmt.Errorf("train: %d values for the centroids of %d kernels in %d dimensions", len(centroids), f.model.Kernels, f.model.Dim)
	}
	if err := f.feed(pair); err != nil {
		return Result{}, err
	}
	p := f.program
	mu, a := p.Values(models.Centroids), p.Values(models.Coefficients)
	copy(mu, centroids)
	clear(a)
	stepMu := newOptimizer(f.config.Optimizer, f.config.LearningRate.Centroids, len(mu))
	stepA := newOptimizer(f.config.Optimizer, f.config.LearningRate.Coefficients, len(a))

	result := Result{Status: OK}
	fail := func(epoch int, what string) (Result, error) {
		result.Status, result.Reason = NonFinite, fmt.Sprintf("%s at epoch %d", what, epoch)
		return f.finish(result), nil
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
		clamped, err := f.clamped(pair.Reference.N)
		if err != nil {
			return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		if clamped {
			result.ClampedEpochs++
		}
		var record Record
		if trace {
			if record, err = f.before(epoch, sigma, loss, pair); err != nil {
				return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
			}
		}
		if !finite(p.GradientOf(models.Coefficients)...) {
			return fail(epoch, "gradient")
		}
		if !f.model.Frozen {
			if !finite(p.GradientOf(models.Centroids)...) {
				return fail(epoch, "gradient")
			}
			stepMu.step(mu, p.GradientOf(models.Centroids))
		}
		stepA.step(a, p.GradientOf(models.Coefficients))
		f.clip(a)
		if !finite(mu...) || !finite(a...) {
			return fail(epoch, "parameters")
		}

		checkpoint := next < len(f.scales) && f.scales[next].Epoch == epoch
		if !checkpoint && !trace {
			continue
		}
		if err := p.Evaluate(); err != nil {
			return Result{}, fmt.Errorf("train: epoch %d: %w", epoch, err)
		}
		t := p.Scalar("t")
		if !finite(t) {
			return fail(epoch, "statistic")
		}
		if checkpoint {
			result.Checkpoints = append(result.Checkpoints, Checkpoint{f.scales[next], t})
			next++
		}
		if trace {
			f.after(&record, t, pair)
			result.Trace = append(result.Trace, record)
		}
	}
	return f.finish(result), nil
}

// finish copies the parameters out of the graph, which the next fit overwrites.
func (f *Fitter) finish(r Result) Result {
	mu, a := f.program.Values(models.Centroids), f.program.Values(models.Coefficients)
	if finite(mu...) && finite(a...) {
		r.Centroids = append([]float64(nil), mu...)
		r.Coefficients = append([]float64(nil), a...)
	}
	return r
}

// feed puts a pair into the graph: reference rows first, then data rows, then padding, which repeats a row
// with weight 0 and so changes no sum.
func (f *Fitter) feed(pair data.Pair) error {
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
	if err := f.build(reference.N, sample.N); err != nil {
		return err
	}
	x := f.program.Values(rowsInput)
	n := copy(x, reference.X)
	n += copy(x[n:], sample.X)
	for n < len(x) {
		n += copy(x[n:], sample.Row(0))
	}
	f.weigh(pair.Weight, reference.N, sample.N)
	return nil
}

// weigh sets the weights of the rows; w is that of a reference row.
func (f *Fitter) weigh(w float64, references, rows int) {
	wR, wD := f.program.Values(referenceInput), f.program.Values(dataInput)
	clear(wR)
	clear(wD)
	for i := range references {
		wR[i] = w
	}
	for i := range rows {
		wD[references+i] = 1
	}
}

// build makes the graph, with room for a Poisson fluctuation of the data, unless the present one is large
// enough.
func (f *Fitter) build(references, rows int) error {
	if f.program != nil && references+rows <= f.capacity {
		return nil
	}
	capacity := references + rows + int(4*math.Sqrt(float64(rows)))
	b := graph.NewBuilder()
	x := b.Input(rowsInput, capacity, f.model.Dim)
	wR, wD := b.Input(referenceInput, capacity), b.Input(dataInput, capacity)
	nodes := f.model.Build(b, x)
	loss := f.loss.Build(b, nodes.LogRatio, wR, wD)
	if f.penalty > 0 {
		loss = b.Add(loss, losses.Penalty(b, f.penalty, nodes.Coefficients))
	}
	outputs := map[string]graph.Node{"t": losses.Statistic(b, nodes.LogRatio, wR, wD), "f": nodes.LogRatio}
	if f.model.SoftMax {
		outputs["gate"] = nodes.Gate
	}
	program, err := b.Compile(loss, outputs)
	if err != nil {
		return fmt.Errorf("train: building the graph: %w", err)
	}
	f.program, f.capacity = program, capacity
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

// clamped says whether f exceeds the limit of the exponential on a reference row. It evaluates f only where
// the coefficients allow that at all.
func (f *Fitter) clamped(references int) (bool, error) {
	var largest, sum float64
	for _, v := range f.program.Values(models.Coefficients) {
		largest = max(largest, v)
		sum += max(v, 0)
	}
	if f.model.SoftMax {
		sum = largest
	}
	if sum <= graph.MaxExponent {
		return false, nil
	}
	if err := f.program.Evaluate(); err != nil {
		return false, err
	}
	for _, v := range f.program.Vector("f")[:references] {
		if v > graph.MaxExponent {
			return true, nil
		}
	}
	return false, nil
}

func finite(values ...float64) bool {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	return true
}
