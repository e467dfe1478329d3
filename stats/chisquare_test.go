package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// Golden values: testdata/goldens.py.
func TestFitChiSquare(t *testing.T) {
	for _, c := range []struct {
		t    []float64
		want ChiSquareFit
	}{
		{[]float64{0.3, 1.1, 2.9, 3.3, 4.0, 4.4, 5.2, 5.9, 7.5, 8.1, 10.6, 14.3},
			ChiSquareFit{5.633333333333334, 0.14067228155672826, 0.9581407916278241}},
		{[]float64{-1.2, 0.4, 0.7, 2.0, 3.1},
			ChiSquareFit{1.0, 0.27291074313446195, 0.7819995829104811}},
	} {
		got, err := FitChiSquare(c.t)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.DoF, c.want.DoF, 1e-12) || !near(got.KS, c.want.KS, 1e-12) ||
			!near(got.P, c.want.P, 1e-12) {
			t.Errorf("FitChiSquare(%v) = %+v, want %+v", c.t, got, c.want)
		}
	}
}

// Quantiles of a chi-square distribution are fitted by it; the same shifted by a constant are not.
func TestFitChiSquareShape(t *testing.T) {
	const n, nu = 1000, 10
	good := make([]float64, n)
	bad := make([]float64, n)
	for i := range good {
		good[i] = distuv.ChiSquared{K: nu}.Quantile((float64(i) + 0.5) / n)
		bad[i] = good[i] + 5
	}
	fit, err := FitChiSquare(good)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(fit.DoF-nu) > 0.02 || fit.P < 0.99 {
		t.Errorf("quantiles of a chi-square with %v degrees of freedom: %+v", nu, fit)
	}
	if fit, err = FitChiSquare(bad); err != nil || fit.P > 1e-3 {
		t.Errorf("shifted quantiles are accepted: %+v, %v", fit, err)
	}
}

func TestFitChiSquareErrors(t *testing.T) {
	for name, sample := range map[string][]float64{
		"empty":         nil,
		"one value":     {1},
		"NaN":           {1, math.NaN()},
		"infinite":      {1, math.Inf(1)},
		"mean 0":        {-1, 1},
		"negative mean": {-3, 1},
		"overflow":      {math.MaxFloat64, math.MaxFloat64},
	} {
		if fit, err := FitChiSquare(sample); err == nil {
			t.Errorf("%s: no error but %+v", name, fit)
		}
	}
}
