package baselines

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The exponential of the kernels agrees with math.Exp to a relative 1e-15, from 1 down to 0. NaN
// stays NaN.
func TestDecay(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	v := []float64{0, 5e-324, 1e-300, 707.99, 708, 720, 745, 800, 1e300, math.Inf(1)}
	for range 100000 {
		v = append(v, math.Exp(r.Float64()*12-5))
	}
	got := make([]float64, len(v))
	decay(got, v, 1)
	for i, x := range v {
		if want := math.Exp(-x); math.Abs(got[i]-want) > 1e-15*want {
			t.Errorf("exp(-%v) = %v, want %v", x, got[i], want)
		}
	}
	decay(got[:1], v[:1], math.Inf(1))
	if !math.IsNaN(got[0]) {
		t.Errorf("infinity times 0 decays to %v", got[0])
	}
}
