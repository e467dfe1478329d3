package train

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/graph"
	"sparker/losses"
	"sparker/models"
)

// composed is the engine of any model under any loss, with one operation for each term of the
// formulae. The rows of a pair and their weights are inputs of its graph.
type composed struct {
	model     models.Model
	objective objective
	program   *graph.Program
	capacity  int // rows
	pair      data.Pair
}

// The names of the inputs that the engine adds to the model's.
const (
	rowsInput      = "x"
	referenceInput = "reference weights"
	dataInput      = "data counts"
)

// newComposed builds a graph of two rows, from which the names of the parameters can be read.
func newComposed(model models.Model, o objective) (*composed, error) {
	e := &composed{model: model, objective: o}
	return e, e.build(2)
}

func (e *composed) parameters() []string { return e.program.Parameters() }

// feed puts the reference rows first, then the data rows, then padding, which repeats a row with
// weight 0 and changes no sum. A new graph has room for a Poisson fluctuation of the data.
func (e *composed) feed(pair data.Pair) (*graph.Program, error) {
	if rows := pair.Reference.N + pair.Data.N; rows > e.capacity {
		if err := e.build(rows + int(4*math.Sqrt(float64(pair.Data.N)))); err != nil {
			return nil, err
		}
	}
	e.pair = pair
	x := e.program.Values(rowsInput)
	n := copy(x, pair.Reference.X)
	n += copy(x[n:], pair.Data.X)
	for n < len(x) {
		n += copy(x[n:], pair.Data.Row(0))
	}
	e.weigh(pair.Weight)
	return e.program, nil
}

func (e *composed) weigh(weight float64) {
	references, counts := e.program.Values(referenceInput), e.program.Values(dataInput)
	clear(references)
	clear(counts)
	n := e.pair.Reference.N
	for i := range n {
		references[i] = weight
	}
	for i := range e.pair.Data.N {
		counts[n+i] = 1
	}
	weights := newSignedWeights(weight, e.pair.ReferenceWeights, nil)
	copy(references, weights.own)
	copy(counts, weights.moved)
	weights = newSignedWeights(1, e.pair.DataWeights, nil)
	copy(counts[n:], weights.own)
	copy(references[n:], weights.moved)
}

// build makes the graph for a number of rows.
func (e *composed) build(capacity int) error {
	b := graph.NewBuilder()
	x := b.Input(rowsInput, capacity, e.model.Columns())
	wR, wD := b.Input(referenceInput, capacity), b.Input(dataInput, capacity)
	nodes := e.model.Build(b, x)
	loss := e.objective.loss.Build(b, nodes.LogRatio, wR, wD)
	outputs := map[string]graph.Node{"t": losses.Statistic(b, nodes.LogRatio, wR, wD),
		"f": nodes.LogRatio}
	for name, node := range map[string]graph.Node{"k": nodes.Kernels, "phi": nodes.Features} {
		if node != (graph.Node{}) {
			outputs[name] = node
		}
	}
	program, err := b.Compile(e.objective.penalized(b, loss, nodes.Coefficients), outputs)
	if err != nil {
		return fmt.Errorf("train: building the graph: %w", err)
	}
	e.program, e.capacity = program, capacity
	return nil
}

// clamped evaluates f only if the parameters allow it to be that large.
func (e *composed) clamped() (bool, error) {
	if e.model.Bound(e.program.Values) <= graph.MaxExponent {
		return false, nil
	}
	if err := e.program.Evaluate(); err != nil {
		return false, err
	}
	weights := e.program.Values(referenceInput)
	for i, v := range e.program.Vector("f") {
		if v > graph.MaxExponent && weights[i] != 0 {
			return true, nil
		}
	}
	return false, nil
}
