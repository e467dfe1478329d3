package train

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
	"sparker/models"
)

// Epoch is one epoch of the trace of an ensemble. Sigma, the loss, the penalty and the forces are
// those that the step was made with; T, the parameters and what describes them are taken after the
// step and the clip.
type Epoch struct {
	Epoch        int
	Sigma        float64
	Loss         float64 // without the penalty
	Penalty      float64 // lambda·Σ a²
	T            float64
	Centroids    []float64 // M×d, row-major
	Coefficients []float64 // M
	// DataForce and ReferenceForce (M×d) are the pull of the data rows and the push of the
	// reference rows. Their sum is -dL/dmu. They are nil for frozen centroids.
	DataForce, ReferenceForce []float64
	// GateEntropy is the entropy of the gate in nats, averaged over the data rows; 0 without a
	// gate.
	GateEntropy float64
	// MinDistance is the smallest distance between two centroids in units of sigma; 0 for one
	// kernel.
	MinDistance float64
	// DataInSphere and ReferenceInSphere (M) count the rows with |x - mu| <= sigma: data rows by
	// their weights, and reference rows by w times theirs. With nuisance parameters, the reference
	// is that of the null hypothesis, fitted to the data.
	DataInSphere, ReferenceInSphere []float64
	// DataShare and ReferenceShare (M) are the sums of df/da over the same rows.
	DataShare, ReferenceShare []float64
	// Born is the kernel that was born at the beginning of the epoch, counted from 1; 0 for none.
	Born int
}

// recorder takes the trace of an ensemble.
type recorder struct {
	*kernels
	state  *state
	gate   *gate
	weight float64 // of a reference row
	epoch  Epoch   // in progress
}

func newRecorder(s *state, pair data.Pair) (*recorder, error) {
	k, ok := s.variant.(*kernels)
	if !ok {
		return nil, fmt.Errorf("train: a trace needs an ensemble of kernels; the model is a %T",
			s.model)
	}
	gate, err := newGate(k.ensemble, pair.Data)
	return &recorder{kernels: k, state: s, gate: gate, weight: pair.Weight}, err
}

// before records what the step of an epoch is made with. It leaves the gradient of the full loss in
// place.
func (r *recorder) before(at Scale, total float64) error {
	r.epoch = Epoch{Epoch: at.Epoch, Sigma: at.Sigma, Born: r.born}
	for _, a := range r.a {
		r.epoch.Penalty += r.penalty * a * a
	}
	r.epoch.Loss = total - r.epoch.Penalty
	if r.ensemble.Frozen {
		return nil
	}
	p := r.state.program
	force := negated(p.GradientOf(models.Centroids))
	r.engine.weigh(0)
	if _, err := p.Gradient(); err != nil {
		return err
	}
	r.epoch.DataForce = negated(p.GradientOf(models.Centroids))
	for i := range force {
		force[i] -= r.epoch.DataForce[i]
	}
	r.epoch.ReferenceForce = force
	r.engine.weigh(r.weight)
	_, err := p.Gradient()
	return err
}

// after completes the record of an epoch with the statistic and the state after the step.
func (r *recorder) after(t float64) (Epoch, error) {
	e := r.epoch
	e.T, e.Centroids, e.Coefficients = t, slices.Clone(r.mu), slices.Clone(r.a)
	e.MinDistance = minDistance(e.Centroids, r.ensemble.Dim) / e.Sigma
	var err error
	if e.GateEntropy, err = r.gate.entropy(e.Centroids, e.Sigma); err != nil {
		return e, err
	}
	err = r.tilt.atNull(func() error { return r.reached(&e) })
	return e, err
}

// reached adds to an epoch what the kernels reach.
func (r *recorder) reached(e *Epoch) error {
	reach, err := r.probe.reach(e.Sigma)
	if err != nil {
		return err
	}
	e.DataInSphere, e.DataShare = reach.data.InSphere, reach.data.Shares
	e.ReferenceInSphere, e.ReferenceShare = reach.reference.InSphere, reach.reference.Shares
	floats.Scale(r.weight, e.ReferenceInSphere)
	floats.Scale(r.weight, e.ReferenceShare)
	return nil
}

// minDistance returns the smallest distance between two of the points (rows of d values), or 0 for
// fewer than two points.
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
