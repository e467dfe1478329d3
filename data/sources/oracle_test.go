package sources

import (
	"math"
	"slices"
	"testing"
)

// The sum of the true log-ratio over the events of a toy is a test statistic whose power at size
// 0.05 is that of the likelihood ratio. (The expected excess is the same in all toys and is left
// out.)
//
// The exact powers come from the compound Poisson distribution of the statistic for 2,000 expected
// events, which was computed by FFT and agrees with 2e6 toys to 0.001. That of the scale signal
// comes from 1e6 toys, in which the sum over the events is one gamma draw.
//
// With 2,500 toys for each hypothesis, the bound is 4 standard errors, so that each of the 7 checks
// fails with a probability of 6e-5. The contribution of the threshold to the standard error is half
// the difference between the powers at the thresholds one standard deviation of the tail count
// above and below. Fixed seed.
func TestOraclePowerOfToys(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("30 million events")
	}
	const toys, alpha = 2500, 0.05
	for _, c := range []struct {
		name   string
		source string
		s      Signal
		signal float64
		power  float64
	}{
		{"tail", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}, 2,
			0.363},
		{"tail", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}, 5,
			0.813},
		{"bulk", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{1.6}, Scale: 0.16}, 35,
			0.724},
		{"wide", sourceExponential, Signal{Kind: kindGaussian, Loc: Vector{4}, Scale: 0.64}, 13,
			0.425},
		{"mixture, narrow bump", sourceMixture, Signal{Kind: kindGaussian, Loc: Vector{-22, -22},
			Scale: 0.1}, 3, 0.858},
		{"mixture, bump", sourceMixture, Signal{Kind: kindGaussian, Loc: Vector{-22, -22},
			Scale: 0.5}, 5, 0.728},
		{"scale 1.05", sourceExponential, Signal{Kind: kindScale, Factor: 1.05}, 2000, 0.706},
	} {
		cfg := config(c.source, 0, c.s, 2000, countingExtended)
		cfg.Reference = 1
		g, r := mustNew(t, cfg), stream(11)
		statistics := func(signal float64) []float64 {
			values := make([]float64, toys)
			for i := range values {
				p := mustDraw(t, g, r, signal)
				for k := range p.Data.N {
					values[i] += g.LogRatio(p.Data.Row(k), c.signal)
				}
			}
			slices.Sort(values)
			return values
		}
		null, alternative := statistics(0), statistics(c.signal)
		// the share of alternative toys at or above a null toy
		powerAt := func(rank float64) float64 {
			below, _ := slices.BinarySearch(alternative, null[int(rank)])
			return 1 - float64(below)/toys
		}
		rank, tail := (1-alpha)*toys, math.Sqrt(alpha*(1-alpha)*toys)
		power := powerAt(rank)
		se := math.Hypot(math.Sqrt(c.power*(1-c.power)/toys),
			(powerAt(rank-tail)-powerAt(rank+tail))/2)
		t.Logf("%s, N_S = %v: power %.3f, exact %.3f, se %.3f", c.name, c.signal, power, c.power,
			se)
		if math.Abs(power-c.power) > 4*se {
			t.Errorf("%s, N_S = %v: power %.3f of %d toys, want %.3f within 4 standard "+
				"errors of %.3f", c.name, c.signal, power, toys, c.power, se)
		}
	}
}
