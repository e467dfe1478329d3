package stats

import (
	"math"
	"testing"
)

// near says whether got is within a relative tolerance of want.
func near(got, want, tolerance float64) bool {
	return math.Abs(got-want) <= tolerance*math.Abs(want)
}

func TestPValue(t *testing.T) {
	null := []float64{3, 1, 2, 2, math.Inf(1), -1, 0, 5, 4}
	for _, c := range []struct{ t, want float64 }{
		{-2, 1},
		{-1, 1}, // a tie counts against
		{2, 0.7},
		{2.5, 0.5},
		{6, 0.2},
		{math.Inf(1), 0.2}, // ties with the failed toy
		{math.NaN(), 1},
	} {
		if got := PValue(null, c.t); got != c.want {
			t.Errorf("PValue(null, %v) = %v, want %v", c.t, got, c.want)
		}
	}
	if got := PValue([]float64{math.NaN(), 1, 2}, 3); got != 0.5 {
		t.Errorf("a NaN null value must count against: got %v, want 0.5", got)
	}
	if got := PValue(nil, 3); got != 1 {
		t.Errorf("without null values p is %v, want 1", got)
	}
}

// With 19 null values the smallest p-value is exactly 1/20, the size 0.05.
func TestPValueSmallest(t *testing.T) {
	null := make([]float64, 19)
	if got := PValue(null, 1); got != 0.05 {
		t.Errorf("p = %v, want exactly 0.05", got)
	}
}

// Golden values: testdata/goldens.py, stats.norm.isf(p).
func TestZ(t *testing.T) {
	for _, c := range []struct{ p, want float64 }{
		{0.99, -2.3263478740408408},
		{0.5, 0},
		{0.05, 1.6448536269514729},
		{0.00135, 2.9999769927033935},
		{2.87e-07, 4.999765776842555},
		{1e-13, 7.348796102800677},
		{1e-50, 14.933337534788487},
		{1e-300, 37.0470962993612},
	} {
		if got := Z(c.p); !near(got, c.want, 1e-12) {
			t.Errorf("Z(%v) = %.15g, want %.15g", c.p, got, c.want)
		}
	}
	if got := Z(1); !math.IsInf(got, -1) {
		t.Errorf("Z(1) = %v, want -Inf", got)
	}
	if got := Z(0); !math.IsInf(got, 1) {
		t.Errorf("Z(0) = %v, want +Inf", got)
	}
	for _, p := range []float64{-0.1, 1.1, math.NaN()} {
		if got := Z(p); !math.IsNaN(got) {
			t.Errorf("Z(%v) = %v, want NaN", p, got)
		}
	}
}

// The normal tail at Z(p) is p again, far into the tail: ½ erfc(Z/√2) = p. The relative error of
// the tail is about Z² times that of Z.
func TestZInverse(t *testing.T) {
	for p := 0.9; p > 1e-100; p /= 7 {
		if got := math.Erfc(Z(p)/math.Sqrt2) / 2; !near(got, p, 1e-12) {
			t.Errorf("the tail at Z(%.3g) is %.15g", p, got)
		}
	}
}
