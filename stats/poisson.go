package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// OnOff returns the significance of a count of events in a region over the expectation from a
// weighted reference: on events of the data and off rows of the reference, each of weight w, lie in
// the region. z is positive for an excess (on > w·off) and negative for a deficit, and p is the
// one-sided p-value on that side.
//
// If both counts are Poisson with means mu and mu/w, on is binomial given the sum of the counts,
// with probability w/(1 + w) for every mu. Therefore
//
//	p = P(X >= on)  for an excess      X ~ Bin(on + off, w/(1 + w))
//	p = P(X <= on)  for a deficit
//
// is exact at every count, down to off = 0, and includes the noise of the finite reference. It is
// Z_Bi of Cousins, Linnemann and Tucker, NIM A 595 (2008) 480 (arXiv:physics/0702156), with tau =
// 1/w, after Przyborowski and Wilenski, Biometrika 31 (1940) 313. At large counts it approaches
// formula 17 of Li and Ma, ApJ 272 (1983) 317. Counts are discrete, so it is conservative: under
// the null the probability of z >= Z is at most 1 - Φ(Z), and so is that of z <= -Z. z is 0 if p >
// 1/2.
//
// The region must be chosen without the data: p is not corrected for a region that was chosen after
// looking at them, or for other regions that were looked at. If the total numbers of rows are fixed
// and the region holds a large share of them, the counts fluctuate less than Poisson counts, and z
// is more conservative. Counts need not be integers: the incomplete beta function interpolates the
// tail, for sums of weights in units of an effective weight.
//
// z is finite for every p, even if p underflows to 0. No rows at all give z = 0 and p = 1. Invalid
// arguments (a negative or infinite count, a w that is not finite and above 0) give NaN, NaN. At
// counts of a million p is good to about 8 digits.
func OnOff(on, off, w float64) (z, p float64) {
	if !(on >= 0 && off >= 0 && w > 0) || math.IsInf(on+off, 0) || math.IsInf(w, 0) {
		return math.NaN(), math.NaN()
	}
	sign, log := 1.0, 0.0
	if on > w*off {
		log = logBinomialTail(on, on+off, w/(1+w))
	} else {
		sign, log = -1, logBinomialTail(off, on+off, 1/(1+w))
	}
	// If p is above 1/2, the count is not evidence for its side.
	return sign*max(0, zOfLog(log)) + 0, math.Exp(log)
}

// BinomialTail returns P(X >= k) for X ~ Bin(n, q), as the regularized incomplete beta function
//
//	I_q(k, n - k + 1)     (Abramowitz and Stegun, 26.5.24),
//
// which interpolates between integer k and n. It is 1 for k <= 0 and 0 for k > n. It returns NaN
// for q outside [0, 1], for n below 0, and for infinite arguments.
func BinomialTail(k, n, q float64) float64 {
	switch {
	case !(q >= 0 && q <= 1 && n >= 0) || math.IsNaN(k) || math.IsInf(k, 0) || math.IsInf(n, 0):
		return math.NaN()
	case k > n:
		return 0
	}
	return math.Exp(logBinomialTail(k, n, q))
}

// deepTail is the p-value below which its logarithm is computed instead of p itself.
const deepTail = 1e-280

// logBinomialTail returns log P(X >= k) for 0 <= k <= n.
func logBinomialTail(k, n, q float64) float64 {
	if k <= 0 || q == 1 {
		return 0
	}
	if q == 0 {
		return math.Inf(-1)
	}
	a, b := k, n-k+1
	if p := mathext.RegIncBeta(a, b, q); p > deepTail {
		return math.Log(min(p, 1))
	}
	// Abramowitz and Stegun 26.5.4: I_q(a, b) = q^a (1-q)^b / (a B(a, b)) (1 + Σ_j Π_{i<=j}
	// (a+b+i)/(a+1+i) q). In the tail, where q < a/(a+b), all factors are below 1.
	sum, term := 1.0, 1.0
	for j := 0.0; term > 1e-17*sum; j++ {
		term *= (a + b + j) / (a + 1 + j) * q
		sum += term
	}
	return a*math.Log(q) + b*math.Log1p(-q) - math.Log(a) - mathext.Lbeta(a, b) + math.Log(sum)
}

// zOfLog returns the Z of a p-value given by its logarithm.
func zOfLog(log float64) float64 {
	if log > math.Log(deepTail) {
		return Z(math.Exp(log))
	}
	// log(1 - Φ(z)) = -z²/2 - log z - log(2π)/2 + log(1 - z⁻² + 3 z⁻⁴ - ...), solved by Newton's
	// method; here z > 35.
	z := math.Sqrt(-2 * log)
	for range 4 {
		u := 1 / (z * z)
		z += (-z*z/2 - math.Log(z) - 0.5*math.Log(2*math.Pi) + math.Log1p(-u+3*u*u) - log) / (z +
			1/z)
	}
	return z
}
