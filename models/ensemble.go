package models

import (
	"fmt"

	"sparker/graph"
)

// The names of the ensemble's inputs and parameters in a graph.
const (
	Centroids    = "centroids"    // mu, M×d
	Coefficients = "coefficients" // a, M
	Sigma        = "sigma"        // the shared width, a scalar
)

// Ensemble is the sparse ensemble of Gaussian kernels with a shared width (arXiv:2511.03095):
//
//	l_i(x) = -|x-mu_i|²/(2 sigma²)
//	k_i(x) = exp(l_i(x))
//	p_i(x) = SoftMax_i(l(x))
//	f(x)   = Σ_i a_i p_i(x) k_i(x)     with competition
//	f(x)   = Σ_i a_i k_i(x)            without
//
// With competition |f| is at most max|a_i|, without it at most Σ|a_i|. Far from every centroid f
// is 0.
type Ensemble struct {
	Kernels int  // M
	Dim     int  // d
	SoftMax bool // competition
	// Frozen centroids are inputs of the graph instead of parameters: they are not trained.
	Frozen bool
	// Positive coefficients are kept at 0 or above in training.
	Positive bool
}

// NewEnsemble returns the ensemble that a config describes, for data of dim columns. An error names
// the first impossible value.
func NewEnsemble(c Config, dim int) (Ensemble, error) {
	var problem error
	c.Validate(func(path, message string) {
		if problem == nil {
			problem = fmt.Errorf("models: %s %s", path, message)
		}
	})
	if problem == nil && dim < 1 {
		problem = fmt.Errorf("models: dimension %d; want 1 or more", dim)
	}
	return Ensemble{Kernels: c.Kernels, Dim: dim, SoftMax: c.SoftMax,
		Frozen: c.Centroids == "frozen", Positive: c.Coefficients == "positive"}, problem
}

// Start returns the values that training starts from, by name: the given centroids (M×d,
// row-major), which are not copied, and coefficients 0. Then f is 0 everywhere.
func (e Ensemble) Start(centroids []float64) map[string][]float64 {
	return map[string][]float64{Centroids: centroids, Coefficients: make([]float64, e.Kernels)}
}

// Columns implements Model.
func (e Ensemble) Columns() int { return e.Dim }

// Bound implements Model. With competition it is the largest coefficient, without it the sum of the
// positive ones; it is at least 0.
func (e Ensemble) Bound(values func(parameter string) []float64) float64 {
	var largest, sum float64
	for _, v := range values(Coefficients) {
		largest = max(largest, v)
		sum += max(v, 0)
	}
	if e.SoftMax {
		return largest
	}
	return sum
}

// Build implements Model. The inputs and parameters that it adds are Centroids, Coefficients and
// Sigma.
func (e Ensemble) Build(b *graph.Builder, x graph.Node) Nodes {
	mu, a, sigma := e.inputs(b)
	l := b.LogKernel(b.SquaredDistance(x, mu), sigma)
	k := b.Exp(l)
	if !e.SoftMax {
		return Nodes{LogRatio: b.MatVec(k, a), Kernels: k, Features: k, Coefficients: a}
	}
	p := b.SoftMaxRows(l)
	phi := b.Product(p, k)
	return Nodes{LogRatio: b.MatVec(phi, a), Kernels: k, Features: phi, Gate: p, Coefficients: a}
}

// BuildFused adds the ensemble and a loss to a graph as one operation over the sample of the given
// name (see [graph.Program.SetSample]), with the same inputs and parameters as Build. It also
// returns the node of the coefficients.
func (e Ensemble) BuildFused(b *graph.Builder, sample string,
	loss graph.FusedLoss) (nodes graph.FusedNodes, coefficients graph.Node) {
	mu, a, sigma := e.inputs(b)
	return b.Fused(sample, graph.FusedConfig{Dim: e.Dim, Kernels: e.Kernels, SoftMax: e.SoftMax,
		Loss: loss, Frozen: e.Frozen}, mu, a, sigma), a
}

// inputs adds Centroids, Coefficients and Sigma.
func (e Ensemble) inputs(b *graph.Builder) (mu, a, sigma graph.Node) {
	leaf := b.Parameter
	if e.Frozen {
		leaf = b.Input
	}
	return leaf(Centroids, e.Kernels, e.Dim), b.Parameter(Coefficients, e.Kernels), b.Scalar(Sigma)
}
