package train

import (
	"math"

	"sparker/data"
	"sparker/models"
)

// before records what the step of an epoch is made with. It leaves the gradient of the full loss in place.
func (f *Fitter) before(epoch int, sigma, total float64, pair data.Pair) (Record, error) {
	p := f.program
	r := Record{Epoch: epoch, Sigma: sigma}
	for _, a := range p.Values(models.Coefficients) {
		r.Penalty += f.penalty * a * a
	}
	r.Loss = total - r.Penalty
	if f.model.Frozen {
		return r, nil
	}
	force := negated(p.GradientOf(models.Centroids))
	clear(p.Values(referenceInput))
	if _, err := p.Gradient(); err != nil {
		return Record{}, err
	}
	r.DataForce = negated(p.GradientOf(models.Centroids))
	for i := range force {
		force[i] -= r.DataForce[i]
	}
	r.ReferenceForce = force
	f.weigh(pair.Weight, pair.Reference.N, pair.Data.N)
	_, err := p.Gradient()
	return r, err
}

// after completes a record with the state after the step; the graph has been evaluated there.
func (f *Fitter) after(r *Record, t float64, pair data.Pair) {
	p := f.program
	r.T = t
	r.Centroids = append([]float64(nil), p.Values(models.Centroids)...)
	r.Coefficients = append([]float64(nil), p.Values(models.Coefficients)...)
	r.MinDistance = minDistance(r.Centroids, f.model.Dim) / r.Sigma
	if !f.model.SoftMax {
		return
	}
	m := f.model.Kernels
	gate := p.Vector("gate")[pair.Reference.N*m : (pair.Reference.N+pair.Data.N)*m]
	for _, v := range gate {
		if v > 0 {
			r.GateEntropy -= v * math.Log(v)
		}
	}
	r.GateEntropy /= float64(pair.Data.N)
}

// minDistance is the smallest distance between two of the points (rows of d values); 0 for fewer than two.
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
