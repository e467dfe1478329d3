package models

import (
	"fmt"
	"math"
	"math/rand/v2"

	"sparker/graph"
)

// The names of the network's parameters in a graph.
const (
	HiddenWeights = "hidden weights" // W, h×d
	HiddenBiases  = "hidden biases"  // b, h
	OutputWeights = "output weights" // v, h
	OutputBias    = "output bias"    // c, 1
)

// MLP is the network of New Physics Learning (D'Agnolo and Wulzer, arXiv:1806.02350; D'Agnolo et
// al., arXiv:1912.12155), with one hidden layer of sigmoids:
//
//	f(x) = c + Σ_i v_i / (1 + exp(-(W_i·x + b_i)))
//
// It has h(d+2) + 1 parameters, 13 for the network 1-4-1.
type MLP struct {
	Hidden int // h
	Dim    int // d
}

// NewMLP returns the network d-h-1. Both numbers must be at least 1.
func NewMLP(dim, hidden int) (MLP, error) {
	if dim < 1 || hidden < 1 {
		return MLP{}, fmt.Errorf("models: a network of %d inputs and %d hidden units; want 1 or "+
			"more of each", dim, hidden)
	}
	return MLP{Hidden: hidden, Dim: dim}, nil
}

// Columns implements Model.
func (m MLP) Columns() int { return m.Dim }

// Build implements Model. A penalty acts on the OutputWeights.
func (m MLP) Build(b *graph.Builder, x graph.Node) Nodes {
	w, biases := b.Parameter(HiddenWeights, m.Hidden, m.Dim), b.Parameter(HiddenBiases, m.Hidden)
	v, c := b.Parameter(OutputWeights, m.Hidden), b.Parameter(OutputBias, 1)
	layer := b.SigmoidLayer(x, w, biases)
	return Nodes{LogRatio: b.Shift(b.MatVec(layer, v), c), Features: layer, Coefficients: v}
}

// Bound implements Model. It is c + Σ max(v_i, 0).
func (m MLP) Bound(values func(parameter string) []float64) float64 {
	bound := values(OutputBias)[0]
	for _, v := range values(OutputWeights) {
		bound += max(v, 0)
	}
	return bound
}

// Parameters returns the number of trainable values, h(d+2) + 1.
func (m MLP) Parameters() int { return m.Hidden*(m.Dim+2) + 1 }

// Start draws the values that training starts from, by name. Weights are uniform within
// ±sqrt(6/(inputs + outputs)) of their layer (Glorot and Bengio 2010) and biases are 0, as in the
// published networks.
func (m MLP) Start(r *rand.Rand) map[string][]float64 {
	draw := func(n, inputs, outputs int) []float64 {
		limit := math.Sqrt(6 / float64(inputs+outputs))
		w := make([]float64, n)
		for i := range w {
			w[i] = limit * (2*r.Float64() - 1)
		}
		return w
	}
	return map[string][]float64{
		HiddenWeights: draw(m.Hidden*m.Dim, m.Dim, m.Hidden),
		HiddenBiases:  make([]float64, m.Hidden),
		OutputWeights: draw(m.Hidden, m.Hidden, 1),
		OutputBias:    {0},
	}
}
