package sources

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// The means and variances of the counts of 4,000 toys are within 4 standard errors of their
// expectations. Each of the 48 checks fails with a probability of 6e-5. Fixed seed.
func TestCounts(t *testing.T) {
	t.Parallel()
	const toys, expected, signal = 4000, 40.0, 15.0
	added := Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16}
	replacing := Signal{Kind: kindScale, Factor: 1.5}
	hole := Signal{Kind: kindBumps, Bumps: []Bump{{Vector{0.5}, 0.8, -2}}}
	both := Signal{Kind: kindBumps, Bumps: []Bump{{Vector{0.5}, 0.8, -2}, {Vector{6.4}, 0.16, 1}}}
	for _, c := range []struct {
		name                                    string
		signal                                  Signal
		counting                                string
		null, alternative                       float64
		fixed                                   bool
		data, dataVariance                      float64
		injected, injectedVar                   float64
		background, backgroundVar, nullVariance float64
	}{
		{"added, extended", added, countingExtended, 40, 55, false, 55, 55, 15, 15, 40, 40,
			40},
		{"replacing, extended", replacing, countingExtended, 40, 40, false, 40, 40, 15, 15, 25,
			25, 40},
		{"added, shape", added, countingShape, 40, 40, true, 40, 0, 15, 40 * 0.375 * 0.625, 25,
			40 * 0.375 * 0.625, 0},
		{"replacing, shape", replacing, countingShape, 40, 40, true, 40, 0, 15,
			40 * 0.375 * 0.625, 25, 40 * 0.375 * 0.625, 0},
		{"missing", hole, countingExtended, 40, 25, false, 25, 25, 0, 0, 25, 25, 40},
		{"missing and added", both, countingExtended, 40, 35, false, 35, 35, 5, 5, 30, 30, 40},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := mustNew(t, config(sourceExponential, 0, c.signal, expected, c.counting))
			null, alternative, fixed := g.Counts(signal)
			if null != c.null || math.Abs(alternative-c.alternative) > 1e-12 || fixed != c.fixed {
				t.Errorf("Counts: %v, %v, %v; want %v, %v, %v", null, alternative, fixed, c.null,
					c.alternative, c.fixed)
			}
			total, injected, background, nulls := countToys(t, g, toys, signal)
			checkMean(t, "N_D", total, c.data)
			checkVariance(t, "variance of N_D", total, c.data, c.dataVariance)
			checkMean(t, "injected", injected, c.injected)
			checkVariance(t, "variance of injected", injected, c.injected, c.injectedVar)
			checkMean(t, "background", background, c.background)
			checkVariance(t, "variance of background", background, c.background, c.backgroundVar)
			checkMean(t, "null N_D", nulls, c.null)
			checkVariance(t, "variance of null N_D", nulls, c.null, c.nullVariance)
		})
	}
}

// countToys returns the numbers of events, of injected events and of background events of toys with
// a signal, and the numbers of events of null toys.
func countToys(t *testing.T, g Alternative, toys int, signal float64) (total, injected, background,
	nulls []float64) {
	t.Helper()
	r := stream(4)
	for range toys {
		p := mustDraw(t, g, r, signal)
		if p.Weight != 0.4 || p.Reference.N != 100 || len(p.Data.X) != p.Data.N ||
			p.Injected > p.Data.N {
			t.Fatalf("weight %v, reference of %d, data of %d (%d numbers) with %d injected",
				p.Weight, p.Reference.N, p.Data.N, len(p.Data.X), p.Injected)
		}
		total = append(total, float64(p.Data.N))
		injected = append(injected, float64(p.Injected))
		background = append(background, float64(p.Data.N-p.Injected))
		q := mustDraw(t, g, r, 0)
		if q.Injected != 0 {
			t.Fatalf("%d injected events in a null toy", q.Injected)
		}
		nulls = append(nulls, float64(q.Data.N))
	}
	return total, injected, background, nulls
}

// The Poisson and binomial draws of gonum follow their distributions in each branch of its
// samplers, at small and large means. There are 8 chi-square tests of 10,000 draws at 1e-4 each.
// Counts that are expected fewer than 20 times are pooled. Fixed seed.
func TestCountDrawsFollowTheirDistribution(t *testing.T) {
	t.Parallel()
	const n = 10000
	check := func(name string, draw func() int, probability func(float64) float64) {
		counts := map[int]int{}
		for range n {
			counts[draw()]++
		}
		chi2, cells := 0.0, 0
		rest, restExpected := float64(n), float64(n)
		for k := range 4000 {
			e := n * probability(float64(k))
			if e < 20 {
				continue
			}
			o := float64(counts[k])
			chi2 += (o - e) * (o - e) / e
			rest, restExpected, cells = rest-o, restExpected-e, cells+1
		}
		if restExpected > 1 {
			chi2 += (rest - restExpected) * (rest - restExpected) / restExpected
			cells++
		}
		if p := (distuv.ChiSquared{K: float64(cells - 1)}).Survival(chi2); cells < 2 || p < 1e-4 {
			t.Errorf("%s: chi-square %.1f in %d cells, p = %.2g", name, chi2, cells, p)
		}
	}
	r := stream(5)
	for _, mean := range []float64{0.3, 5, 15, 2000} {
		check(fmt.Sprintf("Poisson(%v)", mean), func() int { return poisson(r, mean) },
			distuv.Poisson{Lambda: mean}.Prob)
	}
	for _, c := range []struct{ expected, signal float64 }{{20, 5}, {2000, 0.4}, {2000, 8},
		{2000, 1700}} {
		cfg := config(sourceExponential, 0, Signal{Kind: kindShape}, c.expected, countingShape)
		cfg.Reference = 1
		g := mustNew(t, cfg)
		check(fmt.Sprintf("Binomial(%v, %v)", c.expected, c.signal/c.expected),
			func() int { return mustDraw(t, g, r, c.signal).Injected },
			distuv.Binomial{N: c.expected, P: c.signal / c.expected}.Prob)
	}
}
