package train

import (
	"math"
	"slices"
)

// The Newton iteration of the lead statistic: its longest step, what is added to the curvature, the
// most steps, and the predicted gain in t below which it ends.
const (
	leadReach   = 1
	leadDamping = 0.01
	leadSteps   = 10
	leadGain    = 1e-9
)

// lead is the best single kernel at its present place,
//
//	lead = max_i max_alpha 2 [ alpha Σ_D k_i - Σ_R w (e^(alpha k_i) - 1) ],
//
// with alpha within the bounds of a coefficient, and the kernel's index. It is 0 or more, since
// alpha may be 0. The maximum is found by a damped Newton iteration from 0, in which the expression
// is concave.
func (k *kernels) lead(sigma float64) (lead float64, kernel int, err error) {
	m := len(k.a)
	low, high := k.coefficients.low, k.coefficients.high
	alpha, best := make([]float64, m), make([]float64, m)
	values, slopes, curvatures := make([]float64, m), make([]float64, m), make([]float64, m)
	for range leadSteps + 1 {
		if err := k.probe.singles(sigma, alpha, values, slopes, curvatures); err != nil {
			return 0, 0, err
		}
		moving := false
		for i := range m {
			best[i] = max(best[i], -2*values[i])
			delta := min(max(-slopes[i]/(curvatures[i]+leadDamping), -leadReach), leadReach)
			next := min(max(alpha[i]+delta, low), high)
			moving = moving || math.Abs(slopes[i]*(next-alpha[i])) > leadGain
			alpha[i] = next
		}
		if !moving {
			break
		}
	}
	kernel = slices.Index(best, slices.Max(best))
	return best[kernel], kernel, nil
}
