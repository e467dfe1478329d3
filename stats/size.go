package stats

import "math"

// AttainedSize returns the largest size at or below alpha that a test calibrated with b null toys
// can have,
//
//	floor(alpha (b+1)) / (b+1),
//
// because its p-values are multiples of 1/(b+1). It is 0 if alpha < 1/(b+1): no p-value is then
// small enough. The floor is the largest k with k/(b+1) <= alpha in floating point, the comparison
// that a test "p <= alpha" makes, so that AttainedSize(0.29, 99) is 29/100 although 0.29*100 rounds
// to below 29.
func AttainedSize(alpha float64, b int) float64 {
	if !(alpha > 0) || b < 0 {
		return 0
	}
	if alpha >= 1 {
		return 1
	}
	n := float64(b) + 1
	k := math.Floor(alpha*n) + 1
	for k/n > alpha {
		k--
	}
	return k / n
}

// SizeError returns the standard error of the true size of a test at alpha that is calibrated with
// b null toys,
//
//	sqrt(alpha (1-alpha) / b).
//
// The threshold is estimated from the toys, and the probability to exceed it varies by this much
// from one set of toys to another (the binomial error of a quantile). At alpha = 0.05 about 2,000
// toys bring it to a tenth of alpha. It is 0 for alpha outside (0, 1). b must be at least 1.
func SizeError(alpha float64, b int) float64 {
	if !(alpha > 0 && alpha < 1) {
		return 0
	}
	return math.Sqrt(alpha * (1 - alpha) / float64(b))
}

// ToysToReach returns the smallest number B of null toys whose smallest p-value, 1/(B + 1), is at
// most p. It is 3,488,555 for 5 standard deviations. p must be in (0, 1).
func ToysToReach(p float64) float64 {
	b := math.Ceil(1/p) - 1
	switch { // 1/p may be rounded across a whole number
	case p < 1/(b+1):
		b++
	case b > 1 && p >= 1/b:
		b--
	}
	return b
}

// RejectionP returns the probability that a test at alpha, calibrated with b null toys, rejects at
// least k of n further toys of the null hypothesis, all of which have one threshold.
//
// The probability to exceed the threshold is that of an order statistic: it has a beta distribution
// over calibrations, with the parameters r and b+1-r for r = floor(alpha (b+1)). The number of
// rejected toys then has a beta-binomial distribution. The joint ranks of [Calibration] have a
// threshold that depends a little on the toy that is tested. With ties, fewer toys are rejected.
//
// It returns 1 for k <= 0, and NaN if k > n or the numbers are not those of a test.
func RejectionP(k, n, b int, alpha float64) float64 {
	if k > n || n < 0 || b < 1 || !(alpha > 0 && alpha < 1) {
		return math.NaN()
	}
	if k <= 0 {
		return 1
	}
	r := math.Round(AttainedSize(alpha, b) * float64(b+1))
	if r < 1 {
		return 0
	}
	beta := func(x, y float64) float64 {
		p, _ := math.Lgamma(x)
		q, _ := math.Lgamma(y)
		s, _ := math.Lgamma(x + y)
		return p + q - s
	}
	size, rest := float64(n), float64(b)+1-r
	sum := 0.0
	for i := k; i <= n; i++ {
		x := float64(i)
		choose := -math.Log(size+1) - beta(x+1, size-x+1)
		sum += math.Exp(choose + beta(x+r, size-x+rest) - beta(r, rest))
	}
	return min(sum, 1)
}
