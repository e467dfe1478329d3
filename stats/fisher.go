package stats

import "math"

// Counts are the numbers of rows of two samples that have a property, of all rows of each.
type Counts struct {
	With1, Rows1 int // of the first sample
	With2, Rows2 int // of the second sample
}

// FisherExact returns the p-value of Fisher's exact test that the share of rows with a property is
// the same in two samples. It is the probability, for the given totals, of a table that is at most
// as probable as the one of the counts.
//
// Counts must not be negative, and none must exceed its sample. The result is 1 if a sample has no
// rows. It is exact up to rounding, and at least the smallest positive number.
//
// The source is R. A. Fisher, Statistical Methods for Research Workers (1934), section 21.02; the
// two-sided p-value is that of R's fisher.test.
func FisherExact(c Counts) float64 {
	observed := c.logProbability(c.With1)
	low, high := c.support()
	sum := 0.0
	for k := low; k <= high; k++ {
		// equal probabilities differ by rounding
		if l := c.logProbability(k); l <= observed+1e-7 {
			sum += math.Exp(l)
		}
	}
	return min(1, max(sum, math.SmallestNonzeroFloat64))
}

// FisherMore returns the p-value of the one-sided test that the share is not larger in the first
// sample: the probability, for the given totals, of at least With1 rows with the property in it.
func FisherMore(c Counts) float64 {
	_, high := c.support()
	sum := 0.0
	for k := c.With1; k <= high; k++ {
		sum += math.Exp(c.logProbability(k))
	}
	return min(1, max(sum, math.SmallestNonzeroFloat64))
}

// support returns the smallest and the largest number of rows with the property that the first
// sample can have.
func (c Counts) support() (low, high int) {
	total := c.With1 + c.With2
	return max(0, total-c.Rows2), min(total, c.Rows1)
}

// logProbability returns the logarithm of the hypergeometric probability that the first sample has
// k rows with the property.
func (c Counts) logProbability(k int) float64 {
	total := c.With1 + c.With2
	return logBinomial(c.Rows1, k) + logBinomial(c.Rows2, total-k) -
		logBinomial(c.Rows1+c.Rows2, total)
}

// logBinomial returns the logarithm of the number of ways to choose k of n.
func logBinomial(n, k int) float64 {
	gamma := func(n int) float64 {
		l, _ := math.Lgamma(float64(n) + 1)
		return l
	}
	return gamma(n) - gamma(k) - gamma(n-k)
}
