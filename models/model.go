package models

import "sparker/graph"

// Model is a log-ratio f with parameters, as nodes of a graph.
type Model interface {
	// Columns returns d, the number of columns of a data row.
	Columns() int
	// Build adds f and its parameters to a graph. The rows x are a node of shape rows×d.
	Build(b *graph.Builder, x graph.Node) Nodes
	// Bound returns an upper bound of f over all x, at parameters that are looked up by name.
	Bound(values func(parameter string) []float64) float64
}

// Nodes are the parts of a model in a graph. Parts that a model does not have are the zero Node.
type Nodes struct {
	// LogRatio is f(x), one value for each row.
	LogRatio graph.Node
	// Kernels are the k_i(x) of an ensemble, rows×M.
	Kernels graph.Node
	// Features are the derivatives of f by the Coefficients. An ensemble has p_i k_i with
	// competition and k_i without (rows×M); a network has its hidden layer (rows×h).
	Features graph.Node
	// Gate is the competition p_i(x) of an ensemble, rows×M.
	Gate graph.Node
	// Coefficients are the parameters that a penalty acts on: a (M) of an ensemble, the weights of
	// the output (h) of a network.
	Coefficients graph.Node
}
