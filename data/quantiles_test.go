package data

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
	"pgregory.net/rapid"
)

// By hand: the points 0, 2, 3 and 6 have the distances 1, 2, 3, 3, 4 and 6, and the
// quantile q is at position 5q.
func TestPairwiseQuantilesByHand(t *testing.T) {
	t.Parallel()
	s, err := NewSample([]float64{6, 0, 3, 2}, 4, 1)
	if err != nil {
		t.Fatal(err)
	}
	got, err := PairwiseQuantiles(s, nil, 10, 0, 0.1, 0.2, 0.5, 0.9, 1)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{1, 1.5, 2, 3, 5, 6} {
		if math.Abs(got[i]-want) > 1e-15 {
			t.Errorf("quantile %d: %v, want %v", i, got[i], want)
		}
	}
}

func TestPairwiseQuantilesLeaveOutZeros(t *testing.T) {
	t.Parallel()
	// Four copies of (0, 0) and one (3, 4): four distances of 5 remain.
	s, err := NewSample([]float64{0, 0, 0, 0, 3, 4, 0, 0, 0, 0}, 5, 2)
	if err != nil {
		t.Fatal(err)
	}
	got, err := PairwiseQuantiles(s, nil, 5, 0, 0.5, 1)
	if err != nil || !slices.Equal(got, []float64{5, 5, 5}) {
		t.Errorf("got %v (%v), want 5 throughout", got, err)
	}
}

func TestPairwiseQuantilesErrors(t *testing.T) {
	t.Parallel()
	sample := func(d int, x ...float64) Sample {
		s, err := NewSample(x, len(x)/d, d)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	for _, c := range []struct {
		s       Sample
		maxRows int
		q       float64
		want    string
	}{
		{sample(1), 10, 0.5, "fewer than 2 distinct rows"},
		{sample(1, 3), 10, 0.5, "fewer than 2 distinct rows"},
		{sample(2, 1, 2, 1, 2, 1, 2), 10, 0.5, "(3 rows) has fewer than 2 distinct rows"},
		{sample(1, 1, 2), 1, 0.5, "at most 1 rows; must be at least 2"},
		{sample(1, 1, 2), 10, 1.01, "quantile 1.01"},
		{sample(1, 1, 2), 10, math.NaN(), "quantile NaN"},
		{sample(1, -1.5e308, 1.5e308), 10, 0.5, "overflow or underflow"},
		{sample(2, 0, 0, 1e200, 1e200), 10, 0.5, "from 1e+200 to 1e+200 in size"},
		{sample(2, 0, 0, 1e-300, 3e-300), 10, 0.5, "from 1e-300 to 3e-300 in size"},
	} {
		if got, err := PairwiseQuantiles(c.s, stream(1), c.maxRows, c.q); err == nil ||
			!strings.HasPrefix(err.Error(), "data: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, %v; want an error with %q", c.s, got, err, c.want)
		} else if tooFew := strings.Contains(c.want, "2 distinct rows"); errors.Is(err,
			ErrTooFewRows) != tooFew {
			t.Errorf("%v: errors.Is(%v, ErrTooFewRows) = %v, want %v", c.s, err, !tooFew, tooFew)
		}
	}
}

// The distance of two Exp(1) draws is distributed as Exp(1), and that of two N(0, I_d) draws as
// sqrt(2) chi_d. The quantiles are compared with gonum's. The start and end widths that follow from
// them are compared with 9.21 and 0.00503 for Exp(1), and for the Gaussian with the table, which
// was computed independently. At 2,000 rows the relative standard deviations of the quantiles 1%,
// 50%, 90% and 99% of Exp(1) are 3, 3, 4 and 6%, and those of a Gaussian are smaller. The bound is
// three standard deviations. Fixed seed.
func TestPairwiseQuantilesMatchClosedForms(t *testing.T) {
	t.Parallel()
	q, tolerance := []float64{0.01, 0.5, 0.9, 0.99}, []float64{0.09, 0.09, 0.12, 0.18}
	check := func(name string, d int, coordinate func(*rand.Rand) float64,
		quantile func(float64) float64, start, end float64) {
		t.Helper()
		s := sampleOf(stream(2), 20000, d, coordinate)
		got, err := PairwiseQuantiles(s, stream(3), 2000, q...)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range q {
			if want := quantile(p); math.Abs(got[i]/want-1) > tolerance[i] {
				t.Errorf("%s, quantile %v: %.5g, want %.5g within %v%%", name, p, got[i], want,
					100*tolerance[i])
			}
		}
		if w := 2 * quantile(0.99); math.Abs(w/start-1) > 0.005 {
			t.Errorf("%s: start width %.4g in closed form, %.4g in the table", name, w, start)
		}
		if w := quantile(0.01) / 2; math.Abs(w/end-1) > 0.005 {
			t.Errorf("%s: end width %.4g in closed form, %.4g in the table", name, w, end)
		}
	}
	check("Exp(1)", 1, (*rand.Rand).ExpFloat64, distuv.Exponential{Rate: 1}.Quantile, 9.21, 0.00503)
	for _, row := range []struct {
		d          int
		start, end float64
	}{{1, 7.29, 0.00886}, {2, 8.58, 0.100}, {4, 10.31, 0.385}, {8, 12.68, 0.907}, {16, 16.00, 1.70},
		{64, 27.31, 4.51}, {256, 49.9, 10.2}} {
		if testing.Short() && row.d != 4 && row.d != 64 {
			continue
		}
		chi2 := distuv.ChiSquared{K: float64(row.d)}
		check(fmt.Sprintf("N(0, I_%d)", row.d), row.d, (*rand.Rand).NormFloat64,
			func(p float64) float64 { return math.Sqrt(2 * chi2.Quantile(p)) }, row.start, row.end)
	}
	// The mixture: a quarter of the pairs share a component (distance sqrt(2) chi_2), half are
	// about 40 apart and a quarter about 40 sqrt(2), each with standard deviation sqrt(2). So q1 =
	// sqrt(-4 log 0.96), q50 = 40 and q99 = 40 sqrt(2) + sqrt(2) Phi^-1(0.96); the larger two are
	// sharper by far.
	s := sampleOf(stream(4), 2000, 2, func(r *rand.Rand) float64 {
		if r.Uint64()&1 == 0 {
			return r.NormFloat64() - 20
		}
		return r.NormFloat64() + 20
	})
	got, err := PairwiseQuantiles(s, nil, 2000, 0.01, 0.5, 0.99)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []float64{math.Sqrt(-4 * math.Log(0.96)), 40,
		40*math.Sqrt2 + math.Sqrt2*distuv.UnitNormal.Quantile(0.96)} {
		if within := []float64{0.09, 0.01, 0.01}[i]; math.Abs(got[i]/want-1) > within {
			t.Errorf("mixture: %.4g, want %.4g within %v%%", got[i], want, 100*within)
		}
	}
}

// Equal streams draw equal subsamples, different streams draw different ones, and no row is drawn
// twice.
func TestPairwiseQuantilesSubsample(t *testing.T) {
	t.Parallel()
	x := make([]float64, 500)
	for i := range x {
		x[i] = float64(i * i)
	}
	s, err := NewSample(x, 500, 1)
	if err != nil {
		t.Fatal(err)
	}
	quantiles := func(seed uint64) []float64 {
		q, err := PairwiseQuantiles(s, stream(seed), 60, 0, 0.3, 0.7)
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	if !slices.Equal(quantiles(1), quantiles(1)) {
		t.Error("one stream gave two results")
	}
	if slices.Equal(quantiles(1), quantiles(2)) {
		t.Error("two streams gave one result")
	}
	rows := s.Draw(stream(5), 499)
	slices.Sort(rows.X)
	if len(slices.Compact(rows.X)) != 499 {
		t.Error("a row was drawn twice")
	}
}

// Scaling a sample by 4 scales its quantiles by exactly 4 in any dimension, and a distance is the
// root of the sum of squares.
func TestPairwiseQuantilesScaleWithTheSample(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, n := rapid.IntRange(1, 11).Draw(t, "d"), rapid.IntRange(2, 12).Draw(t, "n")
		x := make([]float64, n*d)
		for i, v := range rapid.SliceOfN(rapid.IntRange(-1000, 1000), n*d, n*d).Draw(t, "100 x") {
			x[i] = float64(v) / 100
		}
		s := Sample{X: x, N: n, D: d}
		plain := 0.0
		for j := range d {
			plain += (x[j] - x[d+j]) * (x[j] - x[d+j])
		}
		if got := Distance(s.Row(0), s.Row(1)); math.Abs(got-math.Sqrt(plain)) > 1e-13*math.Sqrt(
			plain) {
			t.Fatalf("distance %v, want %v", got, math.Sqrt(plain))
		}
		before, err := PairwiseQuantiles(s, nil, n, 0.01, 0.5, 0.99)
		if err != nil {
			t.Skip("all rows the same")
		}
		y := make([]float64, len(x))
		for i, v := range x {
			y[i] = 4 * v
		}
		after, err := PairwiseQuantiles(Sample{X: y, N: n, D: d}, nil, n, 0.01, 0.5, 0.99)
		if err != nil {
			t.Fatal(err)
		}
		for i := range before {
			if after[i] != 4*before[i] {
				t.Fatalf("quantile %d: %v, and %v with the sample four times as large", i,
					before[i], after[i])
			}
		}
	})
}

// An experiment takes its widths from 2,000 rows.
func BenchmarkPairwiseQuantiles(b *testing.B) {
	for _, d := range []int{1, 2, 16, 256} {
		b.Run(fmt.Sprintf("d=%d", d), func(b *testing.B) {
			s := sampleOf(stream(6), 2000, d, (*rand.Rand).NormFloat64)
			for b.Loop() {
				if _, err := PairwiseQuantiles(s, nil, 2000, 0.01, 0.99); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
