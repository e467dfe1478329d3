package train

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/graph"
	"sparker/models"
)

// gate evaluates the gate of an ensemble on the data rows.
type gate struct {
	program *graph.Program // nil if the ensemble has no gate
	rows    int
}

func newGate(model models.Ensemble, x data.Sample) (*gate, error) {
	if !model.SoftMax {
		return &gate{}, nil
	}
	b := graph.NewBuilder()
	nodes := model.Build(b, b.Input(rowsInput, x.N, x.D))
	p, err := b.Compile(graph.Node{}, map[string]graph.Node{"gate": nodes.Gate})
	if err != nil {
		return nil, fmt.Errorf("train: building the graph of the gate: %w", err)
	}
	copy(p.Values(rowsInput), x.X)
	return &gate{program: p, rows: x.N}, nil
}

// entropy returns the entropy of the gate in nats, averaged over the rows; 0 without a gate.
func (g *gate) entropy(centroids []float64, sigma float64) (float64, error) {
	if g.program == nil {
		return 0, nil
	}
	copy(g.program.Values(models.Centroids), centroids)
	g.program.SetScalar(models.Sigma, sigma)
	if err := g.program.Evaluate(); err != nil {
		return 0, err
	}
	var sum float64
	for _, v := range g.program.Vector("gate") {
		if v > 0 {
			sum -= v * math.Log(v)
		}
	}
	return sum / float64(g.rows), nil
}
