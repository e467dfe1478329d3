package sources

import (
	"math"
	"math/rand/v2"
)

// density is a normalized density in d dimensions.
type density interface {
	// draw fills x with events in row-major order. len(x) is a multiple of d.
	draw(r *rand.Rand, x []float64)
	// log returns the natural logarithm of the density at x, a point of d coordinates. It is -Inf
	// outside the support.
	log(x []float64) float64
}

// halfLogTwoPi is log sqrt(2 pi).
const halfLogTwoPi = 0.918938533204672741780329736405617639861397473637783412817

// logAddExp returns log(e^a + e^b) without overflow. Either argument may be -Inf.
func logAddExp(a, b float64) float64 {
	if a < b {
		a, b = b, a
	}
	if math.IsInf(a, -1) {
		return a
	}
	return a + math.Log1p(math.Exp(b-a))
}
