package stats

import (
	"slices"
	"sort"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// The distributions that a null statistic is smoothed by.
const (
	smoothChiSquare = "chi-square"
	smoothGamma     = "gamma"
	smoothPareto    = "pareto"
	smoothRanks     = "ranks"
)

const (
	// smoothCheck is the p-value of the Kolmogorov-Smirnov distance above which a distribution
	// stands for the null statistics.
	smoothCheck = 0.05
	// smoothTail is the share of the null statistics that a generalized Pareto tail stands for.
	smoothTail = 0.2
	// smallestP keeps logarithms finite.
	smallestP = 1e-300
)

// smoothNull is the null distribution of a statistic, or of a score, smoothed so that it gives a
// p-value beyond the largest of its values.
type smoothNull struct {
	method string
	sorted []float64
	law    interface{ Survival(float64) float64 } // of a chi-square or a gamma
	tail   paretoTail                             // of the others, unless by ranks
}

// newSmoothNull smooths null values. An empty method takes the first that fits: a chi-square, a
// gamma distribution, or the ranks with a generalized Pareto tail.
func newSmoothNull(values []float64, method string) smoothNull {
	s := smoothNull{method: method, sorted: slices.Clone(values)}
	slices.Sort(s.sorted)
	mean, variance := stat.MeanVariance(s.sorted, nil)
	positive := s.sorted[0] > 0 && variance > 0
	if positive && (method == "" || method == smoothChiSquare) {
		s.law, s.method = distuv.ChiSquared{K: mean}, smoothChiSquare
		if method != "" || s.fits() {
			return s
		}
	}
	if positive && (method == "" || method == smoothGamma) {
		s.law = distuv.Gamma{Alpha: mean * mean / variance, Beta: mean / variance}
		if s.method = smoothGamma; method != "" || s.fits() {
			return s
		}
	}
	s.law, s.method = nil, smoothPareto
	n := int(smoothTail * float64(len(values)))
	var ok bool
	if s.tail, ok = newTail(s.sorted, n, heavyShapes); !ok {
		s.method = smoothRanks
	}
	return s
}

// fits reports whether the law passes the check.
func (s smoothNull) fits() bool {
	_, p := KolmogorovSmirnov(s.sorted, func(v float64) float64 { return 1 - s.law.Survival(v) })
	return p > smoothCheck
}

// p returns the p-value of a value. The number of null values at or above it that count is reduced
// by own, which is 1 for a null value itself.
func (s smoothNull) p(v float64, own int) float64 {
	n := float64(len(s.sorted) - own)
	most := 1 - 0.5/(n+1)
	var p float64
	switch {
	case s.law != nil:
		p = s.law.Survival(max(v, 0))
	case s.method == smoothPareto && v > s.tail.threshold:
		p = s.tail.survival(v)
	default:
		atLeast := len(s.sorted) - sort.SearchFloat64s(s.sorted, v) - own
		p = (float64(atLeast) + 0.5) / (n + 1)
	}
	return min(max(p, smallestP), most)
}
