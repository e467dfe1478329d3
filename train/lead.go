package train

import (
	"math"
	"slices"
)

// The Newton iteration of the lead statistic.
const (
	leadReach   = 1    // the longest step
	leadDamping = 0.01 // added to the curvature
	leadSteps   = 10   // the largest number of steps
	leadGain    = 1e-9 // the iteration ends when the predicted gain in t is below it
)

// lead returns the statistic of the best single kernel at its present centroid, and its index:
//
//	lead = max_i max_alpha 2 [ alpha Σ_D k_i - Σ_R w (e^(alpha k_i) - 1) ]
//
// with alpha within the bounds of a coefficient. It is at least 0, the value at alpha = 0. The
// expression is concave in alpha; a damped Newton iteration from 0 finds the maximum.
func (k *kernels) lead(sigma float64) (lead float64, kernel int, err error) {
	m := len(k.a)
	alpha, best := make([]float64, m), make([]float64, m)
	at := newSingles(m)
	for range leadSteps + 1 {
		if err := k.probe.singles(sigma, alpha, at); err != nil {
			return 0, 0, err
		}
		moving := false
		for i := range m {
			best[i] = max(best[i], -2*at.values[i])
			delta := -at.slopes[i] / (at.curvatures[i] + leadDamping)
			delta = min(max(delta, -leadReach), leadReach)
			next := min(max(alpha[i]+delta, k.coefficients.low), k.coefficients.high)
			moving = moving || math.Abs(at.slopes[i]*(next-alpha[i])) > leadGain
			alpha[i] = next
		}
		if !moving {
			break
		}
	}
	kernel = slices.Index(best, slices.Max(best))
	return best[kernel], kernel, nil
}
