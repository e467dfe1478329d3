package losses

import (
	"fmt"

	"sparker/graph"
)

// Loss is a function of the log-ratio f, the reference weights wR and the data counts wD, each with
// one value for each row.
type Loss interface {
	// Build adds the loss to a graph and returns it as a scalar.
	Build(b *graph.Builder, f, wR, wD graph.Node) graph.Node
}

// Fusable is a loss that the fused operation of package graph can compute.
type Fusable interface {
	Loss
	// Fused returns the name of the loss in package graph.
	Fused() graph.FusedLoss
}

// New returns the loss that a config names, without its penalty. An error names the first
// impossible value.
func New(c Config) (Loss, error) {
	var problem error
	c.Validate(func(path, message string) {
		if problem == nil {
			problem = fmt.Errorf("losses: %s %s", path, message)
		}
	})
	if problem != nil {
		return nil, problem
	}
	return map[string]Loss{"np": NP{}, "bce": BCE{}, "mse": MSE{}}[c.Kind], nil
}

// NP is the Neyman-Pearson loss, the negative logarithm of the extended likelihood ratio (D'Agnolo
// and Wulzer, arXiv:1806.02350):
//
//	L = Σ_R w (e^f - 1) - Σ_D f
//
// The exponential is evaluated at min(f, [graph.MaxExponent]). In the limit of large samples the
// optimum is f = log(n_D/n_R), where n_D and n_R are the densities of the data and of the weighted
// reference.
type NP struct{}

// Fused implements Fusable.
func (NP) Fused() graph.FusedLoss { return graph.FusedNP }

// Build implements Loss.
func (NP) Build(b *graph.Builder, f, wR, wD graph.Node) graph.Node {
	return b.Sub(b.Dot(wR, b.ClampedExpm1(f)), b.Dot(wD, f))
}

// BCE is the weighted logistic loss (binary cross-entropy), with the same optimum as NP:
//
//	L = Σ_R w log(1 + e^f) + Σ_D log(1 + e^-f)
type BCE struct{}

// Fused implements Fusable.
func (BCE) Fused() graph.FusedLoss { return graph.FusedBCE }

// Build implements Loss.
func (BCE) Build(b *graph.Builder, f, wR, wD graph.Node) graph.Node {
	return b.Add(b.Dot(wR, b.Softplus(f)), b.Dot(wD, b.Softplus(b.Times(-1, f))))
}

// MSE is the weighted Brier score of s = 1/(1 + e^-f), with the same optimum as NP:
//
//	L = Σ_R w s(f)² + Σ_D (1 - s(f))²
type MSE struct{}

// Fused implements Fusable.
func (MSE) Fused() graph.FusedLoss { return graph.FusedMSE }

// Build implements Loss.
func (MSE) Build(b *graph.Builder, f, wR, wD graph.Node) graph.Node {
	s, rest := b.Sigmoid(f), b.Sigmoid(b.Times(-1, f))
	return b.Add(b.Dot(wR, b.Product(s, s)), b.Dot(wD, b.Product(rest, rest)))
}

// Statistic adds the test statistic to a graph, which is the same for every loss of the training:
//
//	t = -2 L_NP[f] = -2 (Σ_R w (e^f - 1) - Σ_D f)
//
// A larger t is more anomalous. Penalties are not part of it.
func Statistic(b *graph.Builder, f, wR, wD graph.Node) graph.Node {
	return b.Times(-2, NP{}.Build(b, f, wR, wD))
}

// Penalty adds lambda·Σ a² to a graph and returns it as a scalar.
func Penalty(b *graph.Builder, lambda float64, coefficients graph.Node) graph.Node {
	return b.Times(lambda, b.Sum(b.Product(coefficients, coefficients)))
}
