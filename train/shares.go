package train

import "sparker/graph"

// Shares are sums, over the rows of each sample, of the shares that the kernels of an ensemble have
// in them,
//
//	phi_i = p_i k_i,   p_i = k_i / Σ_j k_j,
//
// whether or not the kernels compete in the fit. Rows count once, whatever their weight. The
// overlaps are those of the data alone.
type Shares struct {
	Data, Reference *graph.FusedShares
}

func (e *fused) shares(sigma float64) (Shares, error) {
	sums := e.questions.Shares(e.at(sigma))
	if sums == nil {
		return Shares{}, nonFinite("share of a kernel")
	}
	return Shares{Reference: sums[0], Data: sums[1]}, nil // in the order of weigh
}

func (e *composedKernels) shares(sigma float64) (Shares, error) {
	if err := e.evaluate(sigma); err != nil {
		return Shares{}, err
	}
	m := e.ensemble.Kernels
	s := Shares{Data: graph.NewFusedShares(m), Reference: graph.NewFusedShares(m)}
	k := e.program.Vector("k")
	for row := range e.pair.Reference.N + e.pair.Data.N {
		if row < e.pair.Reference.N {
			s.Reference.Add(k[row*m:])
		} else {
			s.Data.Add(k[row*m:])
		}
	}
	return s, nil
}
