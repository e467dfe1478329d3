package train

import "sparker/graph"

// reach says what the kernels of an ensemble reach of each sample: rows in their spheres of
// influence, and sums of df/da. Rows count by their weights relative to each other.
type reach struct {
	data, reference *graph.FusedReach
}

func (e *fused) reach(sigma float64) (reach, error) {
	sums := e.questions.Reach(e.at(sigma), e.pair.ReferenceWeights, e.pair.DataWeights)
	if sums == nil {
		return reach{}, nonFinite("reach of a kernel")
	}
	return reach{reference: sums[0], data: sums[1]}, nil // the order of weigh
}

func (e *composedKernels) reach(sigma float64) (reach, error) {
	if err := e.evaluate(sigma); err != nil {
		return reach{}, err
	}
	n := e.pair.Reference.N
	return reach{reference: e.reachOf(0, n, e.pair.ReferenceWeights),
		data: e.reachOf(n, e.pair.Data.N, e.pair.DataWeights)}, nil
}

// reachOf sums over n rows of the graph, from the first one on.
func (e *composedKernels) reachOf(first, n int, weights []float64) *graph.FusedReach {
	m := e.ensemble.Kernels
	sums := graph.NewFusedReach(m)
	k, phi := e.program.Vector("k"), e.program.Vector("phi")
	for row := range n {
		w := 1.0
		if weights != nil {
			w = weights[row]
		}
		from := (first + row) * m
		sums.Add(k[from:from+m], phi[from:from+m], w)
	}
	return sums
}
