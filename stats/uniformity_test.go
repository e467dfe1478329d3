package stats

import (
	"math"
	"testing"
)

// Golden values: testdata/goldens.py. Several values lie on the edges of bins.
func TestUniformity(t *testing.T) {
	p := []float64{0.02, 0.05, 0.1, 0.11, 0.2, 0.25, 0.33, 0.5, 0.51, 0.52, 0.53, 0.66, 0.7, 0.71,
		0.9, 0.95, 0.99, 1.0, 0.31, 0.32}
	u := Uniformity(p)
	if !near(u.KS, 0.12, 1e-12) || !near(u.KSP, 0.9187348975457722, 1e-12) {
		t.Errorf("Kolmogorov-Smirnov %v, %v", u.KS, u.KSP)
	}
	if !near(u.ChiSquare, 4, 1e-12) || !near(u.ChiSquareP, 0.9114125268316792, 1e-12) {
		t.Errorf("chi-square %v, %v", u.ChiSquare, u.ChiSquareP)
	}
}

// The p-values of B = 999 toys lie on k/1000; each bin (j/10, (j+1)/10] holds exactly 100 of them.
func TestUniformityGrid(t *testing.T) {
	var p []float64
	for k := 1; k <= 1000; k++ {
		p = append(p, float64(k)/1000)
	}
	if u := Uniformity(p); u.ChiSquare != 0 || u.ChiSquareP != 1 {
		t.Errorf("the full grid has chi2 = %v, p = %v, want 0 and 1", u.ChiSquare, u.ChiSquareP)
	}
}

func TestUniformityRejects(t *testing.T) {
	p := make([]float64, 200)
	for i := range p {
		u := (float64(i) + 0.5) / float64(len(p))
		p[i] = u * u
	}
	if u := Uniformity(p); u.KSP > 1e-6 || u.ChiSquareP > 1e-6 {
		t.Errorf("squared uniform values pass: %+v", u)
	}
}

func TestUniformityEdges(t *testing.T) {
	if u := Uniformity(nil); u != (UniformityTest{KSP: 1, ChiSquareP: 1}) {
		t.Errorf("no values give %+v", u)
	}
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		if u := Uniformity([]float64{0.5, bad}); u != (UniformityTest{KS: 1, ChiSquare: 18}) {
			t.Errorf("%v among the values gives %+v", bad, u)
		}
	}
	if u := Uniformity([]float64{0}); !near(u.ChiSquare, 9, 1e-12) {
		t.Errorf("0 belongs to the first bin: chi2 = %v, want 9", u.ChiSquare)
	}
}
