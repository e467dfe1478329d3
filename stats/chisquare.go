package stats

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// ChiSquareFit is a chi-square distribution fitted to null statistics, and how well it fits.
type ChiSquareFit struct {
	DoF float64 // degrees of freedom, not rounded
	KS  float64 // Kolmogorov-Smirnov distance between t and the fitted distribution
	// P is the p-value of KS. It is optimistic, because the degrees of freedom were fitted to the
	// same t: a small P rejects the chi-square, a large one does not prove it.
	P float64
}

// FitChiSquare fits a chi-square distribution with free degrees of freedom ν to null statistics by
// its first moment, ν = mean(t), and measures the fit with [KolmogorovSmirnov].
//
// A p-value that is read off the fit beyond the toys is asymptotic: it extrapolates, and annealed
// fits with trained centroids give no theorem to rest on. Single values of t may be negative; it is
// an error if t has fewer than two values, one that is not finite, or a mean that is not positive.
func FitChiSquare(t []float64) (ChiSquareFit, error) {
	if len(t) < 2 {
		return ChiSquareFit{}, fmt.Errorf("stats: fitting a chi-square to %d statistics: at "+
			"least 2 are needed", len(t))
	}
	for i, v := range t {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ChiSquareFit{}, fmt.Errorf("stats: fitting a chi-square: statistic %d is %v", i,
				v)
		}
	}
	nu := stat.Mean(t, nil)
	if math.IsInf(nu, 0) {
		return ChiSquareFit{}, errors.New("stats: fitting a chi-square: the statistics are too " +
			"large for their mean")
	}
	if nu <= 0 {
		return ChiSquareFit{}, fmt.Errorf("stats: fitting a chi-square: the mean statistic is "+
			"%.4g, but degrees of freedom are positive", nu)
	}
	fitted := distuv.ChiSquared{K: nu}
	distance, p := KolmogorovSmirnov(t, func(v float64) float64 {
		return fitted.CDF(max(0, v)) // CDF panics below 0
	})
	return ChiSquareFit{DoF: nu, KS: distance, P: p}, nil
}
