package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// McNemar returns the exact two-sided p-value of McNemar's test for two tests on the same toys, of
// which the first alone rejects gained and the second alone lost. If both tests have the same
// power, gained is binomial with probability ½ among n = gained + lost, so that
//
//	p = min(1, 2 P(X <= min(gained, lost))),   X ~ Bin(n, ½)
//
// (McNemar, Psychometrika 12, 1947, 153). It is 1 if no toy distinguishes the tests, and NaN for
// negative counts.
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

// Proportion is the outcome of Trials independent trials of a probability.
type Proportion struct{ Successes, Trials int }

// estimate is the share of successes.
func (p Proportion) estimate() float64 { return float64(p.Successes) / float64(p.Trials) }

// valid reports whether the counts are possible.
func (p Proportion) valid() bool {
	return p.Trials >= 1 && p.Successes >= 0 && p.Successes <= p.Trials
}

// wilson returns the score interval of a binomial probability (Wilson, J. Am. Stat. Assoc. 22,
// 1927, 209).
func (p Proportion) wilson(level float64) (lo, hi float64) {
	z := Z((1 - level) / 2)
	share, m := p.estimate(), float64(p.Trials)
	center, half := share+z*z/(2*m), z*math.Sqrt(share*(1-share)/m+z*z/(4*m*m))
	scale := 1 + z*z/m
	return max(0, (center-half)/scale), min(1, (center+half)/scale)
}

// PairedCounts is the outcome of two tests on the same toys: both reject Both of the Toys, the
// first alone rejects Gained, and the second alone rejects Lost.
type PairedCounts struct{ Toys, Both, Gained, Lost int }

// PairedDifference returns the confidence interval of the difference between the powers of two
// tests on the same toys, that of the first less that of the second. With the estimates p1 and p2,
// their Wilson score intervals [l1, u1] and [l2, u2], and the correlation φ of the two outcomes,
//
//	lo = p1 - p2 - sqrt((p1-l1)² - 2φ (p1-l1)(u2-p2) + (u2-p2)²)
//	hi = p1 - p2 + sqrt((u1-p1)² - 2φ (u1-p1)(p2-l2) + (p2-l2)²)
//
// (Newcombe, Statistics in Medicine 17, 1998, 2635, method 10). It keeps its coverage for powers
// near 0 and 1. It returns NaN, NaN if the counts are impossible or level is not in (0, 1).
func PairedDifference(c PairedCounts, level float64) (lo, hi float64) {
	neither := c.Toys - c.Both - c.Gained - c.Lost
	if c.Toys < 1 || c.Both < 0 || c.Gained < 0 || c.Lost < 0 || neither < 0 ||
		!(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	both, gained, lost, none := float64(c.Both), float64(c.Gained), float64(c.Lost),
		float64(neither)
	var phi float64
	if product := (both + gained) * (lost + none) * (both + lost) * (gained + none); product > 0 {
		numerator := both*none - gained*lost
		if numerator > 0 {
			numerator = max(numerator-float64(c.Toys)/2, 0)
		}
		phi = numerator / math.Sqrt(product)
	}
	return newcombe(Proportion{c.Both + c.Gained, c.Toys}, Proportion{c.Both + c.Lost, c.Toys}, phi,
		level)
}

// Difference returns the confidence interval of the difference between two probabilities that are
// estimated from independent trials, that of the first less that of the second. It is the interval
// of [PairedDifference] with φ = 0 (Newcombe, Statistics in Medicine 17, 1998, 873, method 10). It
// returns NaN, NaN if the counts are impossible or level is not in (0, 1).
func Difference(first, second Proportion, level float64) (lo, hi float64) {
	if !first.valid() || !second.valid() || !(level > 0 && level < 1) {
		return math.NaN(), math.NaN()
	}
	return newcombe(first, second, 0, level)
}

// newcombe combines the score intervals of two probabilities whose estimates have the correlation
// phi.
func newcombe(first, second Proportion, phi, level float64) (lo, hi float64) {
	p1, p2 := first.estimate(), second.estimate()
	l1, u1 := first.wilson(level)
	l2, u2 := second.wilson(level)
	side := func(x, y float64) float64 { return math.Sqrt(max(0, x*x-2*phi*x*y+y*y)) }
	return p1 - p2 - side(p1-l1, u2-p2), p1 - p2 + side(u1-p1, p2-l2)
}
