package stats

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// uniformityBins is the number of equal bins of the chi-square part of Uniformity.
const uniformityBins = 10

// UniformityTest is the result of two tests of uniformity on [0, 1].
type UniformityTest struct {
	KS, KSP               float64 // Kolmogorov-Smirnov distance and its p-value
	ChiSquare, ChiSquareP float64 // Pearson's chi-square and its p-value
}

// Uniformity tests whether p-values are uniform on [0, 1]: with [KolmogorovSmirnov], and with
// Pearson's chi-square over ten equal bins (0, 0.1], (0.1, 0.2], ...,
//
//	χ² = Σ_bins (count - n/10)² / (n/10),
//
// whose p-value has nine degrees of freedom and wants about 50 values or more.
//
// Calibrated p-values of new null toys are slightly non-uniform for two reasons that are not
// faults. They lie on the grid k/(B+1), which matters unless sqrt(len(p))/(B+1) is small. And if
// they share one calibration they share its error (see [SizeError]): keep len(p) well below B, or
// calibrate each one anew.
//
// No values give the distances 0 and the p-values 1. A value outside [0, 1] is not a p-value: a
// sample with one has the largest distances possible, 1 and 9 len(p), and the p-values 0.
func Uniformity(p []float64) UniformityTest {
	n := float64(len(p))
	if len(p) == 0 {
		return UniformityTest{KSP: 1, ChiSquareP: 1}
	}
	var counts [uniformityBins]float64
	for _, v := range p {
		if !(v >= 0 && v <= 1) {
			return UniformityTest{KS: 1, ChiSquare: (uniformityBins - 1) * n}
		}
		counts[max(0, int(math.Ceil(v*uniformityBins))-1)]++
	}
	var u UniformityTest
	u.KS, u.KSP = KolmogorovSmirnov(p, func(v float64) float64 { return v })
	expected := n / uniformityBins
	for _, count := range counts {
		u.ChiSquare += (count - expected) * (count - expected) / expected
	}
	u.ChiSquareP = distuv.ChiSquared{K: uniformityBins - 1}.Survival(u.ChiSquare)
	return u
}
