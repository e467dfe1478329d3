package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// PValue returns the one-sided p-value of t against B null values,
//
//	p = (1 + #{null >= t}) / (B + 1),
//
// (Phipson and Smyth, Stat. Appl. Genet. Mol. Biol. 9, 2010, 39). Ties count against t, and p is at
// least 1/(B+1), never 0. NaN counts against t as well: a NaN in null counts as a value at or above
// t, and a NaN t gives p = 1.
func PValue(null []float64, t float64) float64 {
	atLeast := 0
	for _, v := range null {
		if !(v < t) {
			atLeast++
		}
	}
	return float64(atLeast+1) / float64(len(null)+1)
}

// Z returns the one-sided significance of a p-value in standard deviations,
//
//	Z = Φ⁻¹(1-p) = -Φ⁻¹(p),
//
// with Φ the standard normal distribution function: p = 0.05 gives 1.645, 1.35e-3 gives 3.000, and
// 2.87e-7 gives 5.000. Z(1) is -Inf, Z(0) is +Inf, and p outside [0, 1] gives NaN.
func Z(p float64) float64 {
	if !(p >= 0 && p <= 1) {
		return math.NaN()
	}
	return -distuv.UnitNormal.Quantile(p)
}
