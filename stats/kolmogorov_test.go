package stats

import (
	"math"
	"testing"
)

func uniformCDF(v float64) float64 { return v }

// Golden values: testdata/goldens.py, special.kolmogorov(x).
func TestKolmogorovSurvival(t *testing.T) {
	for _, c := range []struct{ x, want float64 }{
		{0, 1},
		{0.2, 0.999999999999495},
		{0.3, 0.9999906941986655},
		{0.5, 0.9639452436648751},
		{0.8, 0.5441424115741981},
		{0.999, 0.27107316411506394},
		{1.0, 0.26999967167735456},
		{1.001, 0.26892926629862707},
		{1.2, 0.11224966667072497},
		{1.358, 0.05002679733444698},
		{1.628, 0.009975522431181053},
		{2.5, 7.453306344157342e-06},
		{4, 2.532833109818835e-14},
	} {
		if got := kolmogorovSurvival(c.x); !near(got, c.want, 1e-13) {
			t.Errorf("kolmogorovSurvival(%v) = %.16g, want %.16g", c.x, got, c.want)
		}
	}
}

// The distance by hand: for a single value in the middle the empirical distribution function is
// half a unit off on both sides; for values on the grid (2i-1)/(2n) it is 1/(2n) off everywhere.
func TestKolmogorovSmirnovDistance(t *testing.T) {
	if d, _ := KolmogorovSmirnov([]float64{0.5}, uniformCDF); d != 0.5 {
		t.Errorf("distance of {0.5} is %v, want 0.5", d)
	}
	if d, _ := KolmogorovSmirnov([]float64{0.875, 0.125, 0.625, 0.375}, uniformCDF); d != 0.125 {
		t.Errorf("distance of the regular grid is %v, want 0.125", d)
	}
	if d, _ := KolmogorovSmirnov([]float64{0.9, 0.9, 0.9, 0.9}, uniformCDF); d != 0.9 {
		t.Errorf("distance of four values 0.9 is %v, want 0.9", d)
	}
}

func TestKolmogorovSmirnovEdges(t *testing.T) {
	if d, p := KolmogorovSmirnov(nil, uniformCDF); d != 0 || p != 1 {
		t.Errorf("an empty sample gives %v, %v, want 0, 1", d, p)
	}
	if d, p := KolmogorovSmirnov([]float64{0.2, math.NaN()}, uniformCDF); d != 1 || p != 0 {
		t.Errorf("a NaN gives %v, %v, want 1, 0", d, p)
	}
	nan := func(float64) float64 { return math.NaN() }
	if d, p := KolmogorovSmirnov([]float64{0.2, 0.3}, nan); d != 1 || p != 0 {
		t.Errorf("a cdf of NaN gives %v, %v, want 1, 0", d, p)
	}
	x := []float64{0.9, 0.1}
	KolmogorovSmirnov(x, uniformCDF)
	if x[0] != 0.9 {
		t.Error("the sample was reordered")
	}
}

// The p-value against the exact distribution for a finite n. Golden values: testdata/goldens.py,
// distance = stats.kstwo.isf(p, n).
func TestKolmogorovSmirnovExact(t *testing.T) {
	for _, c := range []struct {
		n           int
		distance, p float64
	}{
		{10, 0.16738783534546595, 0.9},
		{10, 0.24686329073080385, 0.5},
		{10, 0.36866167417172396, 0.1},
		{10, 0.40924608477750496, 0.05},
		{10, 0.48893165941109124, 0.01},
		{10, 0.5804173076502117, 0.001},
		{20, 0.12060691452203408, 0.9},
		{20, 0.17734150203326088, 0.5},
		{20, 0.2647305721955971, 0.1},
		{20, 0.2940753144343289, 0.05},
		{20, 0.35241089163889466, 0.01},
		{20, 0.42085118898475915, 0.001},
		{50, 0.07775232592119911, 0.9},
		{50, 0.1138627929741595, 0.5},
		{50, 0.16959154722718595, 0.1},
		{50, 0.1884064791779277, 0.05},
		{50, 0.22603706070636317, 0.01},
		{50, 0.2706745599689086, 0.001},
		{100, 0.05556096098527018, 0.9},
		{100, 0.08114721899006636, 0.5},
		{100, 0.12066340877827493, 0.1},
		{100, 0.13402791648569568, 0.05},
		{100, 0.16080868092855588, 0.01},
		{100, 0.1926841642763391, 0.001},
		{1000, 0.017898959454988025, 0.9},
		{1000, 0.026005301564520387, 0.5},
		{1000, 0.03853304260042531, 0.1},
		{1000, 0.042776500461245, 0.05},
		{1000, 0.05129418752666127, 0.01},
		{1000, 0.06146222477170995, 0.001},
	} {
		// The regular grid moved up until its distance is the one asked for.
		x := make([]float64, c.n)
		for i := range x {
			x[i] = float64(i)/float64(c.n) + c.distance
		}
		identity := func(v float64) float64 { return min(v, 1) }
		distance, p := KolmogorovSmirnov(x, identity)
		if math.Abs(distance-c.distance) > 1e-12 {
			t.Fatalf("n = %d: distance %v, want %v", c.n, distance, c.distance)
		}
		tolerance := 0.02
		if c.p <= 0.1 {
			tolerance = 0.001
		}
		if math.Abs(p-c.p) > tolerance {
			t.Errorf("n = %d, distance %.4f: p = %.5f, exactly %v", c.n, distance, p, c.p)
		}
	}
}
