package train

import (
	"fmt"

	"sparker/data"
	"sparker/graph"
	"sparker/models"
)

// LogRatios returns f(x) of every row of a sample at the parameters of a checkpoint: Centroids,
// Coefficients and Sigma of an ensemble, Parameters of any other model. The sample is in the units
// of the fit.
func (f *Fitter) LogRatios(x data.Sample, at Checkpoint) ([]float64, error) {
	if x.D != f.model.Columns() {
		return nil, fmt.Errorf("train: a sample of %d columns; the model has %d", x.D,
			f.model.Columns())
	}
	b := graph.NewBuilder()
	nodes := f.model.Build(b, b.Input(rowsInput, x.N, x.D))
	p, err := b.Compile(graph.Node{}, map[string]graph.Node{"f": nodes.LogRatio})
	if err != nil {
		return nil, fmt.Errorf("train: building the graph of f: %w", err)
	}
	copy(p.Values(rowsInput), x.X)
	values := at.Parameters
	if _, ok := f.model.(models.Ensemble); ok {
		values = map[string][]float64{models.Centroids: at.Centroids,
			models.Coefficients: at.Coefficients}
		p.SetScalar(models.Sigma, at.Sigma)
	}
	for _, name := range f.names() {
		storage := p.Values(name)
		if len(values[name]) != len(storage) {
			return nil, fmt.Errorf("train: the checkpoint has %d values for parameter %q; the "+
				"model has %d", len(values[name]), name, len(storage))
		}
		copy(storage, values[name])
	}
	if err := p.Evaluate(); err != nil {
		return nil, fmt.Errorf("train: evaluating f: %w", err)
	}
	return append([]float64(nil), p.Vector("f")...), nil
}
