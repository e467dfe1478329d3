package train

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/graph"
	"sparker/models"
)

// before records what the step of an epoch is made with. It leaves the gradient of the full loss in
// place.
func (f *Fitter) before(p *graph.Program, epoch int, sigma, total float64) (Record, error) {
	r := Record{Epoch: epoch, Sigma: sigma}
	for _, a := range p.Values(models.Coefficients) {
		r.Penalty += f.penalty * a * a
	}
	r.Loss = total - r.Penalty
	if f.model.Frozen {
		return r, nil
	}
	force := negated(p.GradientOf(models.Centroids))
	f.engine.mute(true)
	if _, err := p.Gradient(); err != nil {
		return Record{}, err
	}
	r.DataForce = negated(p.GradientOf(models.Centroids))
	for i := range force {
		force[i] -= r.DataForce[i]
	}
	r.ReferenceForce = force
	f.engine.mute(false)
	_, err := p.Gradient()
	return r, err
}

// after completes a record with the state after the step.
func (f *Fitter) after(r *Record, t float64, p *graph.Program, probe *gateProbe) error {
	r.T = t
	r.Centroids = append([]float64(nil), p.Values(models.Centroids)...)
	r.Coefficients = append([]float64(nil), p.Values(models.Coefficients)...)
	r.MinDistance = minDistance(r.Centroids, f.model.Dim) / r.Sigma
	var err error
	r.GateEntropy, err = probe.entropy(r.Centroids, r.Sigma)
	return err
}

// gateProbe evaluates the gate on the data rows.
type gateProbe struct {
	program *graph.Program // nil without a gate
	rows    int
}

func (f *Fitter) newGateProbe(x data.Sample) (*gateProbe, error) {
	if !f.model.SoftMax {
		return &gateProbe{}, nil
	}
	b := graph.NewBuilder()
	nodes := f.model.Build(b, b.Input(rowsInput, x.N, x.D))
	p, err := b.Compile(graph.Node{}, map[string]graph.Node{"gate": nodes.Gate})
	if err != nil {
		return nil, fmt.Errorf("train: building the graph of the gate: %w", err)
	}
	copy(p.Values(rowsInput), x.X)
	return &gateProbe{program: p, rows: x.N}, nil
}

// entropy is that of the gate in nats, averaged over the rows.
func (g *gateProbe) entropy(centroids []float64, sigma float64) (float64, error) {
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

// minDistance is the smallest distance between two of the points (rows of d values); 0 for fewer
// than two.
func minDistance(points []float64, d int) float64 {
	smallest := math.Inf(1)
	for i := 0; i < len(points); i += d {
		for j := i + d; j < len(points); j += d {
			var d2 float64
			for k := range d {
				delta := points[i+k] - points[j+k]
				d2 += delta * delta
			}
			smallest = min(smallest, d2)
		}
	}
	if math.IsInf(smallest, 1) {
		return 0
	}
	return math.Sqrt(smallest)
}

func negated(x []float64) []float64 {
	y := make([]float64, len(x))
	for i, v := range x {
		y[i] = -v
	}
	return y
}
