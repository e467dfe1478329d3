package train

import (
	"fmt"

	"sparker/data"
	"sparker/graph"
	"sparker/models"
)

// LogRatios evaluates the model at given parameters (centroids M×d, coefficients M, width sigma) on
// many rows at once: f(x), one value a row. All are in the units of the fit.
func (f *Fitter) LogRatios(x data.Sample, centroids, coefficients []float64,
	sigma float64) ([]float64, error) {
	if x.D != f.model.Dim || len(centroids) != f.model.Kernels*f.model.Dim ||
		len(coefficients) != f.model.Kernels {
		return nil, fmt.Errorf("train: %d columns, %d centroid values and %d coefficients do "+
			"not fit %d kernels in %d dimensions",
			x.D, len(centroids), len(coefficients), f.model.Kernels, f.model.Dim)
	}
	b := graph.NewBuilder()
	nodes := f.model.Build(b, b.Input(rowsInput, x.N, x.D))
	p, err := b.Compile(graph.Node{}, map[string]graph.Node{"f": nodes.LogRatio})
	if err != nil {
		return nil, fmt.Errorf("train: building the graph of f: %w", err)
	}
	copy(p.Values(rowsInput), x.X)
	copy(p.Values(models.Centroids), centroids)
	copy(p.Values(models.Coefficients), coefficients)
	p.SetScalar(models.Sigma, sigma)
	if err := p.Evaluate(); err != nil {
		return nil, fmt.Errorf("train: evaluating f: %w", err)
	}
	return append([]float64(nil), p.Vector("f")...), nil
}
