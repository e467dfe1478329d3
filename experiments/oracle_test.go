package experiments

import (
	"math"
	"testing"

	"sparker/configs"
	"sparker/data"
)

// The exact powers of the oracle for 2000 e^-x events and a signal N(6.4, 0.16): the compound Poisson
// distribution of the likelihood ratio, computed by quadrature and FFT in an independent program, which
// agreed with 2·10⁶ null and 2·10⁵ alternative toys within 0.001.
func TestOracleOfTheExponentialTail(t *testing.T) {
	source, err := data.New(configs.Defaults().Data)
	if err != nil {
		t.Fatal(err)
	}
	a, ok := source.(data.Alternative)
	if !ok {
		t.Fatal("the exponential source does not know its densities")
	}
	for _, c := range []struct{ signal, at05, at00135, z float64 }{
		{2, .363, .060, 1.25},
		{5, .813, .417, 2.74},
		{8, .965, .782, 4.00},
		{10, .990, .909, 4.77},
		{13, .999, .981, 5.83},
	} {
		for _, size := range []struct{ alpha, power float64 }{{0.05, c.at05}, {0.00135, c.at00135}} {
			got, err := oracle(a, 1, c.signal, size.alpha)
			if err != nil {
				t.Fatal(err)
			}
			if math.Abs(got.Power-size.power) > 0.002 {
				t.Errorf("N_S = %v, alpha = %v: power %.4f, want %.3f", c.signal, size.alpha, got.Power, size.power)
			}
			if math.Abs(got.MedianZ-c.z) > 0.02 {
				t.Errorf("N_S = %v: median Z %.3f, want %.2f", c.signal, got.MedianZ, c.z)
			}
		}
	}
}
