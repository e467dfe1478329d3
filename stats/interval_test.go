package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// Golden values: testdata/goldens.py, stats.binomtest(k, n).proportion_ci(level, method="exact").
func TestClopperPearson(t *testing.T) {
	for _, c := range []struct {
		k, n          int
		level, lo, hi float64
	}{
		{0, 50, 0.68, 0.0, 0.035988089613277936},
		{0, 50, 0.95, 0.0, 0.07112173646420458},
		{1, 50, 0.68, 0.003480994983065593, 0.06428275382509713},
		{1, 50, 0.95, 0.0005062279831152353, 0.10646954571150097},
		{47, 50, 0.68, 0.885327399199727, 0.9723647465572903},
		{47, 50, 0.95, 0.8345180533962271, 0.9874514121646659},
		{50, 50, 0.68, 0.9640119103867221, 1.0},
		{50, 50, 0.95, 0.9288782635357954, 1.0},
		{5, 300, 0.68, 0.009514288170574309, 0.027728624366370948},
		{5, 300, 0.95, 0.00543320531511443, 0.038463744964914004},
		{299, 300, 0.68, 0.9890799818699737, 0.9994189908940272},
		{299, 300, 0.95, 0.9815687479519322, 0.9999156108676822},
		{1000, 20000, 0.68, 0.0484650651265967, 0.05158032837826465},
		{1000, 20000, 0.95, 0.04702009046424119, 0.053111567941715544},
		{1, 1, 0.68, 0.15999999999999998, 1.0},
		{1, 1, 0.95, 0.025000000000000022, 1.0},
		{0, 1, 0.68, 0.0, 0.8400000000000001},
		{0, 1, 0.95, 0.0, 0.975},
		{123456, 2000000, 0.68, 0.06155873797589641, 0.06189769770667708},
		{123456, 2000000, 0.95, 0.061394851900966226, 0.06206241785278463},
	} {
		lo, hi := ClopperPearson(c.k, c.n, c.level)
		if !near(lo, c.lo, 1e-9) || !near(hi, c.hi, 1e-9) {
			t.Errorf("ClopperPearson(%d, %d, %v) = %.12g, %.12g, want %.12g, %.12g", c.k, c.n,
				c.level, lo, hi, c.lo, c.hi)
		}
	}
}

func TestClopperPearsonEdges(t *testing.T) {
	if lo, hi := ClopperPearson(0, 0, 0.95); lo != 0 || hi != 1 {
		t.Errorf("no trials give [%v, %v], want [0, 1]", lo, hi)
	}
	for _, c := range []struct {
		k, n  int
		level float64
	}{{-1, 5, 0.95}, {6, 5, 0.95}, {1, -1, 0.95}, {1, 5, 0}, {1, 5, 1}, {1, 5, math.NaN()}} {
		if lo, hi := ClopperPearson(c.k, c.n, c.level); !math.IsNaN(lo) || !math.IsNaN(hi) {
			t.Errorf("ClopperPearson(%d, %d, %v) = %v, %v, want NaN", c.k, c.n, c.level, lo, hi)
		}
	}
}

// The interval covers the true probability at least as often as its level says: enumerated over all
// k for n = 20, not simulated.
func TestClopperPearsonCoverage(t *testing.T) {
	const n = 20
	for _, level := range []float64{0.68, 0.95} {
		for p := 0.001; p < 1; p += 0.001 {
			var coverage float64
			for k := 0; k <= n; k++ {
				if lo, hi := ClopperPearson(k, n, level); lo <= p && p <= hi {
					coverage += distuv.Binomial{N: n, P: p}.Prob(float64(k))
				}
			}
			if coverage < level-1e-12 {
				t.Errorf("at p = %.3f a %v interval covers with %v", p, level, coverage)
			}
		}
	}
}

// k successes and n-k failures are the same experiment.
func TestClopperPearsonMirror(t *testing.T) {
	for n := 1; n <= 60; n += 7 {
		for k := 0; k <= n; k++ {
			lo, hi := ClopperPearson(k, n, 0.95)
			mirroredLo, mirroredHi := ClopperPearson(n-k, n, 0.95)
			if math.Abs(lo-(1-mirroredHi)) > 1e-12 || math.Abs(hi-(1-mirroredLo)) > 1e-12 {
				t.Errorf("k = %d, n = %d: [%v, %v] mirrors to [%v, %v]", k, n, lo, hi, mirroredLo,
					mirroredHi)
			}
			if share := float64(k) / float64(n); lo > share || hi < share {
				t.Errorf("k = %d, n = %d: [%v, %v] leaves out %v", k, n, lo, hi, share)
			}
		}
	}
}
