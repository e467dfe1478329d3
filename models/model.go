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

// Model is a log-ratio f with parameters, as nodes of a graph.
type Model interface {
	// Columns is d, the number of columns of a data row.
	Columns() int
	// Build adds f and its parameters to a graph: x is rows×d.
	Build(b *graph.Builder, x graph.Node) Nodes
	// Bound is a number that f exceeds nowhere, at parameters that are looked up by name.
	Bound(values func(parameter string) []float64) float64
}

// Nodes are the parts of a model in a graph that others may want to read.
type Nodes struct {
	// LogRatio is f(x), one value a row.
	LogRatio graph.Node
	// Kernels are k_i(x), rows × M, and Features df/da_i: p_i k_i with competition, k_i without. A
	// network has no kernels; its features are its hidden layer.
	Kernels, Features graph.Node
	// Gate is p_i(x), rows × M; without competition it is absent (the zero Node).
	Gate graph.Node
	// Coefficients is what a penalty acts on: a (M) of an ensemble.
	Coefficients graph.Node
}

// Ensemble is the sparse ensemble of Gaussian kernels with a shared width (arXiv:2511.03095):
//
//	l_i(x) = -|x-mu_i|²/(2 sigma²)
//	k_i(x) = exp(l_i(x))
//	p_i(x) = SoftMax_i(l(x))
//	f(x)   = Σ_i a_i p_i(x) k_i(x)     with competition
//	f(x)   = Σ_i a_i k_i(x)            without
//
// A gated f stays within max|a_i|, an ungated one within Σ|a_i|; far from every centroid f is 0.
type Ensemble struct {
	Kernels int  // M
	Dim     int  // d
	SoftMax bool // competition on
	// Frozen centroids are inputs of the graph instead of parameters: they are not trained.
	Frozen bool
	// Positive coefficients are kept at 0 or above in training.
	Positive bool
}

// NewEnsemble makes the ensemble that a config describes, for data in dim dimensions.
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
// row-major), which are not copied, and coefficients 0, so that f = 0 everywhere.
func (e Ensemble) Start(centroids []float64) map[string][]float64 {
	return map[string][]float64{Centroids: centroids, Coefficients: make([]float64, e.Kernels)}
}

// Columns implements Model.
func (e Ensemble) Columns() int { return e.Dim }

// Bound implements Model: the largest coefficient with competition, the sum of those above 0
// without, and at least 0.
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

// Build implements Model: it adds the ensemble to a graph, where x is rows×d. It adds the inputs
// Centroids, Coefficients and Sigma.
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
// name, with the same inputs as Build. It also returns the node of the coefficients.
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
