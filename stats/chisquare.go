package stats

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// ChiSquareFit is a chi-square distribution fitted to null statistics, with its goodness of fit.
type ChiSquareFit struct {
	DoF float64 // degrees of freedom, not rounded
	KS  float64 // Kolmogorov-Smirnov distance between t and the fitted distribution
	// P is the p-value of KS. It is too large on average, because the degrees of freedom were
	// fitted to the same t: a small P rejects the chi-square, but a large one does not confirm it.
	P float64
}

// FitChiSquare fits a chi-square distribution with ν degrees of freedom, not rounded, to null
// statistics by the method of moments,
//
//	ν = Σ t / n     (the mean of a chi-square is its number of degrees of freedom),
//
// and measures the fit with [KolmogorovSmirnov].
//
// Do not read p-values beyond the range of the toys off the fit: no theorem gives annealed fits
// with trained centroids a chi-square distribution. Single values of t may be negative.
// FitChiSquare returns an error if t has fewer than two values, one that is not finite, or a mean
// that is not positive.
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
