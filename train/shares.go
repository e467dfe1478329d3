package train

import (
	"sparker/data"
	"sparker/graph"
)

// Shares are sums, over the rows of each sample, of the shares that the kernels of an ensemble have
// in them,
//
//	phi_i = p_i k_i,   p_i = k_i / Σ_j k_j,
//
// whether or not the kernels compete in the fit. Rows have their weights relative to each other, or
// count once if these are equal; see [data.Pair]. The overlaps are those of the data alone.
type Shares struct {
	Data, Reference *SampleShares
}

// SampleShares are the sums over the rows of a sample.
type SampleShares = graph.FusedShares

// shareWeights returns the weights of the rows in the shares; nil if they count once.
func shareWeights(relative []float64) []float64 {
	if data.Uneven(relative) {
		return relative
	}
	return nil
}

func (e *fused) shares(sigma float64) (Shares, error) {
	const reference, sample = 0, 1 // the order of weigh
	sums := e.questions.Shares(e.at(sigma), [][]float64{shareWeights(e.pair.ReferenceWeights),
		shareWeights(e.pair.DataWeights)}, sample)
	if sums == nil {
		return Shares{}, nonFinite("share of a kernel")
	}
	return Shares{Reference: sums[reference], Data: sums[sample]}, nil
}

func (e *composedKernels) shares(sigma float64) (Shares, error) {
	if err := e.evaluate(sigma); err != nil {
		return Shares{}, err
	}
	k := e.program.Vector("k")
	n := e.pair.Reference.N
	m := e.ensemble.Kernels
	return Shares{Reference: sharesOf(k[:n*m], m, shareWeights(e.pair.ReferenceWeights)),
		Data: sharesOf(k[n*m:(n+e.pair.Data.N)*m], m, shareWeights(e.pair.DataWeights))}, nil
}

// sharesOf sums the shares of rows with m kernels each.
func sharesOf(kernels []float64, m int, weights []float64) *graph.FusedShares {
	s := graph.NewFusedShares(m, weights)
	for row := range len(kernels) / m {
		w := 1.0
		if weights != nil {
			w = weights[row]
		}
		s.Add(kernels[row*m:], w)
	}
	return s
}
