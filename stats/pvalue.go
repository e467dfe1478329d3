package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// PValue returns the one-sided p-value of t against B null values,
//
//	p = (1 + #{null >= t}) / (B + 1),
//
// so ties count against t and p is at least 1/(B+1), never 0 (Phipson and Smyth, 2010). A NaN
// counts against as well: in null it is one more value at or above t, and a NaN t gives p = 1.
func PValue(null []float64, t float64) float64 {
	atLeast := 0
	for _, v := range null {
		if !(v < t) {
			atLeast++
		}
	}
	return float64(atLeast+1) / float64(len(null)+1)
}

// Z returns the one-sided significance of p in standard deviations, Z = Φ⁻¹(1-p), computed in the
// tail as -Φ⁻¹(p): p = 0.05 gives 1.645, 1.35e-3 gives 3.000, 2.87e-7 gives 4.999. Z(1) is -Inf and
// Z(0) +Inf; p outside [0, 1] gives NaN.
func Z(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	return -distuv.UnitNormal.Quantile(p)
}
