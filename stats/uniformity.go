package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// uniformityBins is the number of equal bins of the chi-square part of Uniformity.
const uniformityBins = 10

// Uniformity tests whether p-values are uniform on [0, 1] in two ways: the Kolmogorov-Smirnov
// distance ks with its p-value ksP, and Pearson's chi2 over ten equal bins (0, 0.1], (0.1, 0.2],
// ... with its p-value chi2P at nine degrees of freedom. The chi-square's p-value wants about 50
// values or more.
//
// Two things make calibrated p-values of fresh null toys slightly non-uniform without anything
// being wrong. They lie on the grid k/(B+1), which matters once sqrt(len(p))/(B+1) is not small.
// And if they share one calibration they share its error, see [SizeError]; keep len(p) well below
// B, or calibrate each afresh.
//
// No values give 0, 1, 0, 1. Values outside [0, 1] are no p-values: a sample that holds one gets
// the largest distances there are, 1 and 9 len(p), at p-values 0.
func Uniformity(p []float64) (ks, ksP, chi2, chi2P float64) {
	n := float64(len(p))
	if len(p) == 0 {
		return 0, 1, 0, 1
	}
	var counts [uniformityBins]float64
	for _, v := range p {
		if !(v >= 0 && v <= 1) {
			return 1, 0, (uniformityBins - 1) * n, 0
		}
		counts[max(0, int(math.Ceil(v*uniformityBins))-1)]++
	}
	ks, ksP = KolmogorovSmirnov(p, func(v float64) float64 { return v })
	expected := n / uniformityBins
	for _, count := range counts {
		chi2 += (count - expected) * (count - expected) / expected
	}
	return ks, ksP, chi2, distuv.ChiSquared{K: uniformityBins - 1}.Survival(chi2)
}
