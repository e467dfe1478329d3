package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// ClopperPearson returns the exact central confidence interval of a binomial probability after k
// successes in n trials. With γ = 1 - level,
//
//	lo = Beta⁻¹(γ/2; k, n-k+1)   (0 when k = 0)
//	hi = Beta⁻¹(1-γ/2; k+1, n-k) (1 when k = n)
//
// (Clopper and Pearson, Biometrika 26, 1934, 404). The interval covers the true probability with a
// probability of at least level. The interval of a power does not include the noise of the
// threshold; see [SizeError].
//
// n = 0 gives [0, 1]. It returns NaN, NaN if k is not in 0...n or level is not in (0, 1).
func ClopperPearson(k, n int, level float64) (lo, hi float64) {
	if k < 0 || k > n || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	tail := (1 - level) / 2
	lo, hi = 0, 1
	if k > 0 {
		lo = mathext.InvRegIncBeta(float64(k), float64(n-k+1), tail)
	}
	if k < n {
		// Beta⁻¹(1-q; a, b) = 1 - Beta⁻¹(q; b, a) needs only the small tail.
		hi = 1 - mathext.InvRegIncBeta(float64(n-k), float64(k+1), tail)
	}
	return lo, hi
}
