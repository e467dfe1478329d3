package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// McNemar returns the exact two-sided p-value of McNemar's test (1947) for two tests on the same
// toys, of which the first alone rejects gained and the second alone lost: under the hypothesis
// that both have the same power, gained is binomial with probability ½ among gained + lost. It is 1
// where no toy tells them apart, and NaN for negative counts.
func McNemar(gained, lost int) float64 {
	n := gained + lost
	switch {
	case gained < 0 || lost < 0:
		return math.NaN()
	case n == 0:
		return 1
	}
	fewer := distuv.Binomial{N: float64(n), P: 0.5}
	return min(1, 2*fewer.CDF(float64(min(gained, lost))))
}

// wilson is the score interval of a binomial probability (Wilson, 1927).
func wilson(k, n int, level float64) (lo, hi float64) {
	z := Z((1 - level) / 2)
	p, m := float64(k)/float64(n), float64(n)
	center, half := p+z*z/(2*m), z*math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	scale := 1 + z*z/m
	return max(0, (center-half)/scale), min(1, (center+half)/scale)
}

// PairedDifference returns the interval of the difference of two probabilities that are estimated
// from the same n toys: both of two tests reject in both of them, the first alone in gained, the
// second alone in lost. It is Newcombe's score interval for paired proportions (1998, method 10),
// which keeps its coverage where the probabilities are near 0 or 1. Arguments without meaning give
// NaN, NaN.
func PairedDifference(n, both, gained, lost int, level float64) (lo, hi float64) {
	neither := n - both - gained - lost
	if n < 1 || both < 0 || gained < 0 || lost < 0 || neither < 0 || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	a, b, c, d := float64(both), float64(gained), float64(lost), float64(neither)
	var phi float64
	if product := (a + b) * (c + d) * (a + c) * (b + d); product > 0 {
		numerator := a*d - b*c
		if numerator > 0 {
			numerator = max(numerator-float64(n)/2, 0)
		}
		phi = numerator / math.Sqrt(product)
	}
	return newcombe(both+gained, n, both+lost, n, phi, level)
}

// Difference is PairedDifference for toys that have nothing to do with one another: the first
// probability is estimated by k1 of n1, the second by k2 of n2 (Newcombe, 1998, method 10 for
// independent proportions).
func Difference(k1, n1, k2, n2 int, level float64) (lo, hi float64) {
	if k1 < 0 || k1 > n1 || k2 < 0 || k2 > n2 || n1 < 1 || n2 < 1 || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	return newcombe(k1, n1, k2, n2, 0, level)
}

// newcombe puts together the score intervals of two probabilities whose estimates have the
// correlation phi.
func newcombe(k1, n1, k2, n2 int, phi, level float64) (lo, hi float64) {
	p1, p2 := float64(k1)/float64(n1), float64(k2)/float64(n2)
	l1, u1 := wilson(k1, n1, level)
	l2, u2 := wilson(k2, n2, level)
	side := func(x, y float64) float64 { return math.Sqrt(max(0, x*x-2*phi*x*y+y*y)) }
	return p1 - p2 - side(p1-l1, u2-p2), p1 - p2 + side(u1-p1, p2-l2)
}
