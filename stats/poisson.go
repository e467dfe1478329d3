package stats

import (
	"math"

	"gonum.org/v1/gonum/mathext"
)

// OnOff is the significance of a count of events over the expectation that a weighted reference
// gives: on events of the data and off rows of the reference, each of weight w, lie in one region.
// z is signed, above 0 for an excess (on > w·off) and below 0 for a deficit, and p is the one-sided
// p-value on that side.
//
// Where both counts are Poisson with means mu and mu/w, on has, given their sum, a binomial
// distribution with probability w/(1 + w), whatever mu. So
//
//	p = P(X >= on)  for an excess      X ~ Bin(on + off, w/(1 + w))
//	p = P(X <= on)  for a deficit
//
// is exact at every count, down to off = 0, and holds the noise of the finite reference. It is Z_Bi
// of Cousins, Linnemann and Tucker, NIM A 595 (2008) 480 (arXiv:physics/0702156), whose tau is 1/w,
// after Przyborowski and Wilenski (1940); at large counts it goes over into formula 17 of Li and
// Ma, ApJ 272 (1983) 317. Counts are discrete, so it is conservative: under the null z >= Z happens
// with probability at most 1 - Φ(Z), and z <= -Z as well; z is 0 where p > 1/2.
//
// Limits: the region must be chosen without the data; no correction is made for one that was not,
// nor for others that were looked at. Where the numbers of rows in all are fixed and the region
// holds a good share of them, the counts fluctuate less than Poisson counts, and z is more
// conservative. Counts need not be whole numbers: the incomplete beta function of the tail
// interpolates, which serves sums of weights in units of an effective weight.
//
// z is finite however small p is (p itself may be 0). No rows at all give z = 0 and p = 1;
// arguments without meaning (a negative or infinite count, a w that is not a finite number above 0)
// give NaN, NaN. At counts of a million p is good to about 8 digits.
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
	// Where p is above 1/2 the count says nothing for its side.
	return sign*max(0, zOfLog(log)) + 0, math.Exp(log)
}

// BinomialTail is P(X >= k) for X ~ Bin(n, q), by the incomplete beta function I_q(k, n - k + 1),
// which interpolates where k and n are not whole numbers. It is 1 for k <= 0 and 0 for k > n; q
// outside [0, 1], n below 0 and infinite arguments give NaN.
func BinomialTail(k, n, q float64) float64 {
	switch {
	case !(q >= 0 && q <= 1 && n >= 0) || math.IsNaN(k) || math.IsInf(k, 0) || math.IsInf(n, 0):
		return math.NaN()
	case k > n:
		return 0
	}
	return math.Exp(logBinomialTail(k, n, q))
}

// deepTail is where tails leave the range in which p itself serves, and its logarithm takes over.
const deepTail = 1e-280

// logBinomialTail is the logarithm of P(X >= k), 0 <= k <= n.
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

// zOfLog is Z of a p-value that is given by its logarithm.
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
