package train

import (
	"fmt"

	"sparker/data"
	"sparker/graph"
	"sparker/losses"
	"sparker/models"
)

// FusedPath returns the name of the instructions that the fused engine uses on this processor:
// portable, avx2 or avx512. Fits on different paths differ by rounding, which long fits amplify.
func FusedPath() (string, error) { return graph.FusedPath() }

// PackedReference is a reference sample that is packed once for the fused engine and then read by
// any number of fitters, concurrently. The rows of the sample must not change afterwards.
type PackedReference struct {
	sample data.Sample
	rows   *graph.FusedRows
}

// PackReference packs a sample.
func PackReference(s data.Sample) *PackedReference {
	return &PackedReference{sample: s, rows: graph.PackRows(s.X, s.N, s.D)}
}

// is reports whether a sample is the packed one: the same memory, not equal numbers.
func (r *PackedReference) is(s data.Sample) bool {
	return r != nil && s.N > 0 && s.N == r.sample.N && s.D == r.sample.D &&
		&s.X[0] == &r.sample.X[0]
}

// fused is the engine with one operation for the ensemble, the loss and all gradients.
type fused struct {
	program   *graph.Program
	count     func() int
	questions *graph.Probe
	shared    *PackedReference
	own, data *graph.FusedRows // storage for the rows of a pair
	reference *graph.FusedRows // of this pair: the shared rows, or our own
	pair      data.Pair
	storage   []float64 // of the weights of the reference rows
	parts     [2]graph.FusedPart
	// expectedRows holds w e^f of the reference rows of a pair with nuisance parameters, after runs
	// with watches; nil of others.
	expectedRows []float64
	watches      bool
}

// fusedSample is the name of the fused operation's sample.
const fusedSample = "sample"

func newFused(model models.Ensemble, loss losses.Fusable, o objective,
	shared *PackedReference) (*fused, error) {
	b := graph.NewBuilder()
	nodes, coefficients := model.BuildFused(b, fusedSample, loss.Fused())
	program, err := b.Compile(o.penalized(b, nodes.Loss, coefficients),
		map[string]graph.Node{"t": nodes.Statistic})
	if err != nil {
		return nil, fmt.Errorf("train: building the graph: %w", err)
	}
	return &fused{program: program, count: nodes.Clamped, questions: nodes.Probe, shared: shared},
		nil
}

func (e *fused) parameters() []string { return e.program.Parameters() }

func (e *fused) feed(pair data.Pair) (*graph.Program, error) {
	if e.shared.is(pair.Reference) {
		e.reference = e.shared.rows
	} else {
		e.own = repack(e.own, pair.Reference)
		e.reference = e.own
	}
	e.data = repack(e.data, pair.Data)
	e.pair, e.expectedRows = pair, nil
	e.weigh(pair.Weight)
	return e.program, nil
}

// repack packs a sample into the storage of earlier rows, if there are any.
func repack(rows *graph.FusedRows, s data.Sample) *graph.FusedRows {
	if rows == nil {
		return graph.PackRows(s.X, s.N, s.D)
	}
	rows.Repack(s.X, s.N)
	return rows
}

func (e *fused) weigh(weight float64) {
	reference := graph.FusedPart{Rows: e.reference, Reference: weight, Expected: e.expectedRows}
	if weight != 0 { // a list of weights counts even if all of them are 0
		weights := newSignedWeights(weight, e.pair.ReferenceWeights, e.storage)
		e.storage = weights.own
		reference.References, reference.Counts = weights.own, weights.moved
	}
	weights := newSignedWeights(1, e.pair.DataWeights, nil)
	e.parts = [2]graph.FusedPart{reference, {Rows: e.data, Data: 1, Counts: weights.own,
		References: weights.moved}}
	e.set()
}

// set gives the parts to the program.
func (e *fused) set() {
	parts := e.parts
	if !e.watches {
		parts[0].Expected = nil
	}
	e.program.SetSample(fusedSample, parts[:]...)
}

func (e *fused) clamped() (bool, error) { return e.count() > 0, nil }
