package train

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/graph"
	"sparker/losses"
	"sparker/models"
)

// engine builds the graph of a fit and feeds it. Its program has the loss, the model's inputs and
// an output "t".
type engine interface {
	// feed puts a pair into the graph. It keeps the graph where it can.
	feed(pair data.Pair) (*graph.Program, error)
	// mute takes the reference out of the loss, or puts it back.
	mute(reference bool)
	// clamped says, after a Gradient run, whether f exceeded graph.MaxExponent on a reference row
	// in it.
	clamped() (bool, error)
	probe
}

func newEngine(name string, model models.Ensemble, loss losses.Loss, penalty float64) (engine,
	error) {
	if name == "composed" {
		return &composed{table: table{model: model, loss: loss, penalty: penalty}, ensemble: model},
			nil
	}
	fusable, ok := loss.(losses.Fusable)
	if !ok {
		return nil, fmt.Errorf("train: the fused engine does not know the loss %T; use engine "+
			"composed", loss)
	}
	return newFused(model, fusable, penalty)
}

// FusedPath names the instructions that the fused engine uses on this machine: portable, avx2 or
// avx512. Fits on different paths differ by rounding, which long fits amplify.
func FusedPath() (string, error) { return graph.FusedPath() }

// withPenalty adds lambda·Σ a² to a loss.
func withPenalty(b *graph.Builder, loss graph.Node, lambda float64,
	coefficients graph.Node) graph.Node {
	if lambda == 0 {
		return loss
	}
	return b.Add(loss, losses.Penalty(b, lambda, coefficients))
}

// Reference is a reference sample that is arranged once for the fused engine and then read by any
// number of fitters, at once if they like. Its rows must not be written to afterwards.
type Reference struct {
	sample data.Sample
	rows   *graph.Rows
}

// NewReference arranges a sample.
func NewReference(s data.Sample) *Reference {
	return &Reference{sample: s, rows: graph.PackRows(s.X, s.N, s.D)}
}

// is says whether a sample is this one: the same numbers in the same place.
func (r *Reference) is(s data.Sample) bool {
	return r != nil && s.N > 0 && s.N == r.sample.N && s.D == r.sample.D &&
		&s.X[0] == &r.sample.X[0]
}

// Share lets fits read a reference in place of a copy of their own, where the reference of their
// pair is the sample that r was made from, not an equal one. Other pairs are fitted as before. The
// composed engine copies always.
func (f *Fitter) Share(r *Reference) {
	if e, ok := f.engine.(*fused); ok {
		e.shared = r
	}
}

// fused is the engine with one operation for the ensemble, the loss and all gradients.
type fused struct {
	program   *graph.Program
	count     func() int
	probe     *graph.Probe
	shared    *Reference
	own, data *graph.Rows // storage for the rows of a pair
	reference *graph.Rows // of this pair: the shared rows, or our own
	weight    float64
}

// fusedSample is the name of the fused operation's sample.
const fusedSample = "sample"

func newFused(model models.Ensemble, loss losses.Fusable, penalty float64) (*fused, error) {
	b := graph.NewBuilder()
	nodes, coefficients := model.BuildFused(b, fusedSample, loss.Fused())
	program, err := b.Compile(withPenalty(b, nodes.Loss, penalty, coefficients),
		map[string]graph.Node{"t": nodes.Statistic})
	if err != nil {
		return nil, fmt.Errorf("train: building the graph: %w", err)
	}
	return &fused{program: program, count: nodes.Clamped, probe: nodes.Probe}, nil
}

func (e *fused) feed(pair data.Pair) (*graph.Program, error) {
	if e.shared.is(pair.Reference) {
		e.reference = e.shared.rows
	} else {
		e.own = arrange(e.own, pair.Reference)
		e.reference = e.own
	}
	e.data = arrange(e.data, pair.Data)
	e.weight = pair.Weight
	e.mute(false)
	return e.program, nil
}

// arrange puts a sample in the place of the rows, if there are any.
func arrange(rows *graph.Rows, s data.Sample) *graph.Rows {
	if rows == nil {
		return graph.PackRows(s.X, s.N, s.D)
	}
	rows.Repack(s.X, s.N)
	return rows
}

func (e *fused) mute(reference bool) {
	w := e.weight
	if reference {
		w = 0
	}
	e.program.SetSample(fusedSample, graph.Part{Rows: e.reference, Reference: w},
		graph.Part{Rows: e.data, Data: 1})
}

func (e *fused) clamped() (bool, error) { return e.count() > 0, nil }

// composed is the engine with one operation for each term of the formulae: the readable reference.
type composed struct {
	table
	ensemble models.Ensemble
}

// table is the graph of any model under any loss, with the rows of a pair and their weights as
// inputs.
type table struct {
	model    models.Model
	loss     losses.Loss
	penalty  float64
	program  *graph.Program
	capacity int
	pair     data.Pair
}

// The names of the inputs that a table adds to the model's.
const (
	rowsInput      = "x"
	referenceInput = "reference weights"
	dataInput      = "data counts"
)

// feed puts the reference rows first, then the data rows, then padding, which repeats a row with
// weight 0 and so changes no sum.
func (e *table) feed(pair data.Pair) (*graph.Program, error) {
	if err := e.build(pair.Reference.N, pair.Data.N); err != nil {
		return nil, err
	}
	e.pair = pair
	x := e.program.Values(rowsInput)
	n := copy(x, pair.Reference.X)
	n += copy(x[n:], pair.Data.X)
	for n < len(x) {
		n += copy(x[n:], pair.Data.Row(0))
	}
	counts := e.program.Values(dataInput)
	clear(counts)
	for i := range pair.Data.N {
		counts[pair.Reference.N+i] = 1
	}
	e.mute(false)
	return e.program, nil
}

func (e *table) mute(reference bool) {
	weights := e.program.Values(referenceInput)
	clear(weights)
	for i := range e.pair.Reference.N {
		if !reference {
			weights[i] = e.pair.Weight
		}
	}
}

// build makes the graph, with room for a Poisson fluctuation of the data, unless the present one is
// large enough.
func (e *table) build(references, rows int) error {
	if e.program != nil && references+rows <= e.capacity {
		return nil
	}
	capacity := references + rows + int(4*math.Sqrt(float64(rows)))
	b := graph.NewBuilder()
	x := b.Input(rowsInput, capacity, e.model.Columns())
	wR, wD := b.Input(referenceInput, capacity), b.Input(dataInput, capacity)
	nodes := e.model.Build(b, x)
	loss := e.loss.Build(b, nodes.LogRatio, wR, wD)
	outputs := map[string]graph.Node{"t": losses.Statistic(b, nodes.LogRatio, wR, wD),
		"f": nodes.LogRatio}
	for name, node := range map[string]graph.Node{"k": nodes.Kernels, "phi": nodes.Features} {
		if node != (graph.Node{}) {
			outputs[name] = node
		}
	}
	program, err := b.Compile(withPenalty(b, loss, e.penalty, nodes.Coefficients), outputs)
	if err != nil {
		return fmt.Errorf("train: building the graph: %w", err)
	}
	e.program, e.capacity = program, capacity
	return nil
}

// clamped evaluates f only where the parameters allow it to be as large.
func (e *table) clamped() (bool, error) {
	if e.model.Bound(e.program.Values) <= graph.MaxExponent {
		return false, nil
	}
	if err := e.program.Evaluate(); err != nil {
		return false, err
	}
	for _, v := range e.program.Vector("f")[:e.pair.Reference.N] {
		if v > graph.MaxExponent {
			return true, nil
		}
	}
	return false, nil
}
