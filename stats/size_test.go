package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestAttainedSize(t *testing.T) {
	for _, c := range []struct {
		alpha float64
		b     int
		want  float64
	}{
		{0.05, 19, 1.0 / 20},
		{0.05, 18, 0},
		{0.05, 50, 2.0 / 51},
		{0.05, 100, 5.0 / 101},
		{0.05, 300, 15.0 / 301},
		{0.29, 99, 29.0 / 100}, // 0.29*100 is 28.999999999999996
		{0.57, 99, 57.0 / 100}, // 0.57*100 is 56.99999999999999
		{0.00135, 739, 0},
		{0.00135, 740, 1.0 / 741},
		{0, 100, 0},
		{1, 100, 1},
		{math.NaN(), 100, 0},
		{0.05, -1, 0},
	} {
		if got := AttainedSize(c.alpha, c.b); got != c.want {
			t.Errorf("AttainedSize(%v, %d) = %v, want %v", c.alpha, c.b, got, c.want)
		}
	}
}

// The attained size is the largest k/(b+1) that a test p <= alpha accepts, p being computed the
// same way.
func TestAttainedSizeIsLargest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := rapid.IntRange(1, 5000).Draw(t, "b")
		alpha := float64(rapid.IntRange(1, 9999).Draw(t, "alpha")) / 10000
		want := 0.0
		for k := 1; k <= b+1; k++ {
			if p := float64(k) / float64(b+1); p <= alpha {
				want = p
			}
		}
		if got := AttainedSize(alpha, b); got != want {
			t.Fatalf("AttainedSize(%v, %d) = %v, want %v", alpha, b, got, want)
		}
	})
}

func TestSizeError(t *testing.T) {
	if got, want := SizeError(0.05, 1900), 0.005; !near(got, want, 1e-12) {
		t.Errorf("SizeError(0.05, 1900) = %v, want %v", got, want)
	}
	for _, alpha := range []float64{0, 1, -0.1, 1.1, math.NaN()} {
		if got := SizeError(alpha, 100); got != 0 {
			t.Errorf("SizeError(%v, 100) = %v, want 0", alpha, got)
		}
	}
}

func TestToysToReach(t *testing.T) {
	t.Parallel()
	for alpha, want := range map[float64]float64{0.5: 1, 0.05: 19, 0.01: 99, 0.001: 999, 0.3: 3,
		0.00135: 740, 2.8665157e-7: 3488555} {
		if got := ToysToReach(alpha); got != want {
			t.Errorf("size %v needs %v toys; want %v", alpha, got, want)
		}
	}
	// At and next to 1/n, where 1/alpha may be rounded to either side of n: B toys suffice, B
	// - 1 do not.
	for n := 2.0; n <= 3000; n++ {
		for _, alpha := range []float64{math.Nextafter(1/n, 0), 1 / n, math.Nextafter(1/n, 1)} {
			if b := ToysToReach(alpha); !(1/(b+1) <= alpha) || b > 1 && 1/b <= alpha {
				t.Errorf("size %v: %v toys are not the smallest number that can reject", alpha, b)
			}
		}
	}
}

// The number of rejected toys has the beta-binomial distribution: its probabilities are those of
// ranks among b + n exchangeable toys, with the r-th largest of b as the threshold.
func TestRejectionP(t *testing.T) {
	// One further toy is rejected with the attained size.
	for _, b := range []int{19, 20, 39, 199} {
		got, want := RejectionP(1, 1, b, 0.05), AttainedSize(0.05, b)
		if math.Abs(got-want) > 1e-12 {
			t.Errorf("b = %d: %v; want the attained size %v", b, got, want)
		}
	}
	// Among 19 toys and 2 others, the largest of the 19 is below both others, or below one.
	both, one := 2.0/(21*20), 2.0/21
	if got := RejectionP(2, 2, 19, 0.05); math.Abs(got-both) > 1e-12 {
		t.Errorf("two of two: %v; want %v", got, both)
	}
	if got := RejectionP(1, 2, 19, 0.05); math.Abs(got-one) > 1e-12 {
		t.Errorf("one of two: %v; want %v", got, one)
	}
	// With a perfect calibration the number is binomial: P(X >= 3) for 20 toys at 0.05.
	if got := RejectionP(3, 20, 20_000_000, 0.05); math.Abs(got-0.0754837) > 1e-6 {
		t.Errorf("three of twenty: %v", got)
	}
	// A test that cannot reject does not: one toy would be impossible.
	if RejectionP(0, 5, 9, 0.05) != 1 || RejectionP(1, 5, 9, 0.05) != 0 {
		t.Error("a test without a threshold")
	}
	if !math.IsNaN(RejectionP(2, 1, 9, 0.05)) || !math.IsNaN(RejectionP(0, 1, 0, 0.05)) {
		t.Error("impossible numbers have a probability")
	}
}
