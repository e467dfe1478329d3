package stats

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/stat/combin"
)

func differs(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s is %v, want %v", what, got, want)
	}
}

// The values are sums of binomial coefficients over 2^n, by hand.
func TestMcNemar(t *testing.T) {
	for _, c := range []struct {
		gained, lost int
		want         float64
	}{
		{0, 0, 1}, {1, 0, 1}, {5, 0, 2.0 / 32}, {0, 5, 2.0 / 32}, {6, 1, 2 * 8.0 / 128}, {3, 3, 1},
		{8, 2, 2 * 56.0 / 1024},
	} {
		differs(t, "p", McNemar(c.gained, c.lost), c.want, 1e-14)
	}
	if !math.IsNaN(McNemar(-1, 2)) {
		t.Error("a negative count has a p-value")
	}
}

// The examples are those of Newcombe, "Interval estimation for the difference between independent
// proportions", Statistics in Medicine 17 (1998) 873-890, table II, method 10, and "Improved
// confidence intervals for the difference between binomial proportions based on paired data", ibid.
// 2635-2650, table II, method 10.
func TestDifferencesOfTheLiterature(t *testing.T) {
	for _, c := range []struct {
		k1, n1, k2, n2 int
		lo, hi         float64
	}{
		{56, 70, 48, 80, 0.0524, 0.3339},
		{9, 10, 3, 10, 0.1705, 0.8090},
		{6, 7, 2, 7, 0.0582, 0.8062},
		{5, 56, 0, 29, -0.0381, 0.1926},
		{0, 10, 0, 20, -0.1611, 0.2775},
		{10, 10, 0, 20, 0.6791, 1},
		{10, 10, 0, 10, 0.6075, 1},
	} {
		lo, hi := Difference(Proportion{c.k1, c.n1}, Proportion{c.k2, c.n2}, 0.95)
		differs(t, "lower end", lo, c.lo, 6e-5)
		differs(t, "upper end", hi, c.hi, 6e-5)
	}
	// 36 of 50 agree positively, 12 and 2 are discordant, none agree negatively: .0569 to .3404.
	lo, hi := PairedDifference(PairedCounts{50, 36, 12, 2}, 0.95)
	differs(t, "paired lower end", lo, 0.0569, 6e-5)
	differs(t, "paired upper end", hi, 0.3404, 6e-5)
}

// The coverage of the paired interval, enumerated exactly, is never far below its level, also for
// probabilities near 0 and 1.
func TestPairedDifferenceCovers(t *testing.T) {
	const n = 30
	for _, p := range [][4]float64{ // both, gained, lost, neither
		{0.3, 0.2, 0.1, 0.4}, {0.02, 0.05, 0.01, 0.92}, {0.9, 0.04, 0.03, 0.03},
		{0.1, 0.45, 0.15, 0.3}, {0.49, 0.01, 0.01, 0.49},
	} {
		var covered float64
		for a := 0; a <= n; a++ {
			for b := 0; a+b <= n; b++ {
				for c := 0; a+b+c <= n; c++ {
					d := n - a - b - c
					logs := combin.LogGeneralizedBinomial(n, float64(a)) +
						combin.LogGeneralizedBinomial(float64(n-a), float64(b)) +
						combin.LogGeneralizedBinomial(float64(n-a-b), float64(c)) +
						float64(a)*math.Log(p[0]) + float64(b)*math.Log(p[1]) +
						float64(c)*math.Log(p[2]) + float64(d)*math.Log(p[3])
					lo, hi := PairedDifference(PairedCounts{n, a, b, c}, 0.95)
					if lo <= p[1]-p[2] && p[1]-p[2] <= hi {
						covered += math.Exp(logs)
					}
				}
			}
		}
		if covered < 0.93 {
			t.Errorf("at %v the 95%% interval covers %.4f", p, covered)
		}
	}
}

func TestDifferenceSymmetry(t *testing.T) {
	lo, hi := PairedDifference(PairedCounts{100, 20, 15, 5}, 0.68)
	back, forth := PairedDifference(PairedCounts{100, 20, 5, 15}, 0.68)
	differs(t, "reversed", -lo, forth, 1e-14)
	differs(t, "reversed", -hi, back, 1e-14)
	lo, hi = PairedDifference(PairedCounts{10, 5, 6, 0}, 0.95)
	if !math.IsNaN(lo) || !math.IsNaN(hi) {
		t.Error("more toys than there are")
	}
	if lo, _ := Difference(Proportion{3, 2}, Proportion{0, 1}, 0.95); !math.IsNaN(lo) {
		t.Error("more successes than trials")
	}
}
