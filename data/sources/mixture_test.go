package sources

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"sparker/data"
)

// A mixture that is fitted to rows of two Gaussians finds both. Fixed seed.
func TestFitMixture(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(8, 8))
	var s data.Sample
	s.N, s.D = 3000, 2
	for i := range s.N {
		if i%3 == 0 {
			s.X = append(s.X, -4+0.5*r.NormFloat64(), 1+r.NormFloat64())
		} else {
			z := r.NormFloat64()
			s.X = append(s.X, 3+z, 0.8*z+0.6*r.NormFloat64())
		}
	}
	m, err := fitMixture(s, 2, r)
	if err != nil {
		t.Fatal(err)
	}
	weights, components := m.weights, m.components
	a, b := 0, 1
	if weights[a] > weights[b] {
		a, b = b, a
	}
	// The bounds are five standard errors, of 1000 and 2000 rows.
	for _, c := range []struct {
		what      string
		got, want float64
		tolerance float64
	}{
		{"weight", weights[a], 1.0 / 3, 0.02},
		{"mean", components[a].Mean(nil)[0], -4, 0.08},
		{"mean", components[a].Mean(nil)[1], 1, 0.16},
		{"mean", components[b].Mean(nil)[0], 3, 0.12}, {"mean", components[b].Mean(nil)[1], 0,
			0.12},
	} {
		if math.Abs(c.got-c.want) > c.tolerance {
			t.Errorf("%s %v, want %v", c.what, c.got, c.want)
		}
	}
	var covariance mat.SymDense
	components[b].CovarianceMatrix(&covariance)
	if got := covariance.At(0, 1); math.Abs(got-0.8) > 0.13 {
		t.Errorf("covariance %v, want 0.8", got)
	}
	if _, err := fitMixture(data.Sample{X: []float64{1, 2, 1, 3, 1, 5}, N: 3, D: 2}, 2,
		r); err == nil || !strings.Contains(err.Error(), "column 0 (counted from 0) is constant") {
		t.Errorf("a constant column: %v", err)
	}
}
