package stats

import (
	"math"
	"testing"
)

// Golden values: testdata/goldens.py. Several values lie on the edges of bins.
func TestUniformity(t *testing.T) {
	p := []float64{0.02, 0.05, 0.1, 0.11, 0.2, 0.25, 0.33, 0.5, 0.51, 0.52, 0.53, 0.66, 0.7, 0.71,
		0.9, 0.95, 0.99, 1.0, 0.31, 0.32}
	ks, ksP, chi2, chi2P := Uniformity(p)
	if !near(ks, 0.12, 1e-12) || !near(ksP, 0.9187348975457722, 1e-12) {
		t.Errorf("Kolmogorov-Smirnov %v, %v", ks, ksP)
	}
	if !near(chi2, 4, 1e-12) || !near(chi2P, 0.9114125268316792, 1e-12) {
		t.Errorf("chi-square %v, %v", chi2, chi2P)
	}
}

// The p-values of B = 999 toys lie on k/1000; each bin (j/10, (j+1)/10] holds exactly 100 of them.
func TestUniformityGrid(t *testing.T) {
	var p []float64
	for k := 1; k <= 1000; k++ {
		p = append(p, float64(k)/1000)
	}
	if _, _, chi2, chi2P := Uniformity(p); chi2 != 0 || chi2P != 1 {
		t.Errorf("the full grid has chi2 = %v, p = %v, want 0 and 1", chi2, chi2P)
	}
}

func TestUniformityRejects(t *testing.T) {
	p := make([]float64, 200)
	for i := range p {
		u := (float64(i) + 0.5) / float64(len(p))
		p[i] = u * u
	}
	if _, ksP, _, chi2P := Uniformity(p); ksP > 1e-6 || chi2P > 1e-6 {
		t.Errorf("squared uniform values pass: %v, %v", ksP, chi2P)
	}
}

func TestUniformityEdges(t *testing.T) {
	if ks, ksP, chi2, chi2P := Uniformity(nil); ks != 0 || ksP != 1 || chi2 != 0 || chi2P != 1 {
		t.Errorf("no values give %v, %v, %v, %v", ks, ksP, chi2, chi2P)
	}
	for _, bad := range []float64{-0.1, 1.1, math.NaN()} {
		if ks, ksP, chi2, chi2P := Uniformity([]float64{0.5, bad}); ks != 1 || ksP != 0 ||
			chi2 != 18 || chi2P != 0 {
			t.Errorf("%v among the values gives %v, %v, %v, %v", bad, ks, ksP, chi2, chi2P)
		}
	}
	if _, _, chi2, _ := Uniformity([]float64{0}); !near(chi2, 9, 1e-12) {
		t.Errorf("0 belongs to the first bin: chi2 = %v, want 9", chi2)
	}
}
