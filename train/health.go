package train

import (
	"math"
	"slices"
)

// FitHealth is what an annealed fit of an ensemble shows of its own quality.
type FitHealth struct {
	Kernels int // M
	// Together is the largest number of kernels at one place after the last epoch: those whose
	// coefficients have one sign, and that are linked by distances of at most half of sigma.
	Together int
	// Far is the number of kernels that are far from all rows at every checkpoint: at which the
	// sum of df/da over the rows of both samples is below 0.001.
	Far int
	// Swing is by how much the loss goes up and down from one of the last ten epochs to the next,
	// in units of t: twice the median of |L(e-1) - 2 L(e) + L(e+1)|. Losses that fall evenly have
	// none. It is 0 for fits of fewer than three epochs.
	Swing float64
}

const (
	// togetherWithin is the distance, in units of sigma, of kernels at one place.
	togetherWithin = 0.5
	// leastReach is the sum of df/da over all rows below which a kernel is far from them.
	leastReach = 1e-3
	// swingEpochs is the number of epochs of a swing.
	swingEpochs = 10
)

// health follows an annealed fit of an ensemble.
type health struct {
	far    []bool    // kernels that have been far from all rows at all checkpoints so far
	losses []float64 // of the last epochs
}

// watch takes the loss of an epoch.
func (h *health) watch(loss float64) {
	if len(h.losses) == swingEpochs {
		copy(h.losses, h.losses[1:])
		h.losses = h.losses[:swingEpochs-1]
	}
	h.losses = append(h.losses, loss)
}

// checkpoint looks for kernels that are far from all rows. It computes nothing if there can be
// none.
func (h *health) checkpoint(k *kernels, c Checkpoint) error {
	if h.far == nil {
		h.far = slices.Repeat([]bool{true}, len(k.a))
	}
	if !slices.Contains(h.far, true) {
		return nil
	}
	at, err := k.probe.reach(c.Sigma)
	if err != nil {
		return err
	}
	for i := range h.far {
		h.far[i] = h.far[i] && math.Abs(at.data.Shares[i])+math.Abs(at.reference.Shares[i]) <
			leastReach
	}
	return nil
}

// of returns the health of the fit after the last epoch, at the width sigma.
func (h *health) of(k *kernels, sigma float64) *FitHealth {
	result := &FitHealth{Kernels: len(k.a), Swing: h.swing(),
		Together: together(k.mu, k.a, togetherWithin*sigma)}
	for _, far := range h.far {
		if far {
			result.Far++
		}
	}
	return result
}

// swing returns the swing of the losses.
func (h *health) swing() float64 {
	var turns []float64
	for e := 1; e < len(h.losses)-1; e++ {
		turns = append(turns, math.Abs(h.losses[e-1]-2*h.losses[e]+h.losses[e+1]))
	}
	if len(turns) == 0 {
		return 0
	}
	slices.Sort(turns)
	return 2 * turns[len(turns)/2]
}

// together returns the largest number of kernels with coefficients of one sign that are linked by
// distances of at most a limit. The centroids are those of the kernels, one after the other.
func together(mu, a []float64, limit float64) (largest int) {
	m, d := len(a), len(mu)/max(len(a), 1)
	group := make([]int, m) // the number of the first kernel of the group
	for i := range group {
		group[i] = i
		for j := range i {
			if a[i]*a[j] > 0 && within(mu[i*d:(i+1)*d], mu[j*d:(j+1)*d], limit) {
				from, to := group[i], group[j]
				for k := range i + 1 {
					if group[k] == from {
						group[k] = to
					}
				}
			}
		}
	}
	counts := make([]int, m)
	for _, g := range group {
		counts[g]++
		largest = max(largest, counts[g])
	}
	return largest
}

// within reports whether two points are at most a limit apart.
func within(x, y []float64, limit float64) bool {
	var d2 float64
	for j, v := range x {
		d2 += (v - y[j]) * (v - y[j])
	}
	return d2 <= limit*limit
}
