package stats

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// A null toy that failed ranks above every observation, at every scale.
func TestFailedNullToysCountAgainst(t *testing.T) {
	t.Parallel()
	null := []NullToy{{T: []float64{1, 2}}, {Failed: true}, {T: []float64{3, 1}},
		{Failed: true, T: []float64{math.NaN()}}}
	got, err := Calibrate(null, 2, Mix)
	if err != nil {
		t.Fatal(err)
	}
	inf := math.Inf(1)
	want, err := NewCalibration([][]float64{{1, 2}, {inf, inf}, {3, 1}, {inf, inf}}, Mix)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]float64{{0, 0}, {2, 5}, {1e9, 1e9}} {
		a, errA := got.Test(row)
		b, errB := want.Test(row)
		if errA != nil || errB != nil || a.P != b.P || !slices.Equal(a.ScaleP, b.ScaleP) {
			t.Errorf("%v: %+v, %v; want %+v, %v", row, a, errA, b, errB)
		}
		if a.P < 3.0/5 {
			t.Errorf("%v: p = %v, below that of the two toys that failed", row, a.P)
		}
	}
	if got.Toys() != 4 || got.Failed() != 2 {
		t.Errorf("%d toys, %d failed", got.Toys(), got.Failed())
	}
}

func TestCalibrateWithFailuresAlone(t *testing.T) {
	t.Parallel()
	c, err := Calibrate([]NullToy{{Failed: true}, {Failed: true}}, 3, Min)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := c.Test([]float64{1, 2, 3}); err != nil || s.P != 1 {
		t.Errorf("p = %v, %v", s.P, err)
	}
}

// A single failure, and at most one in a hundred, leave a p-value that is too large by at most
// their share. More leave none.
func TestCheckFailures(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		toys, failed int
		want         bool // there is a p-value
	}{
		{1, 0, true}, {1, 1, false}, {2, 1, true}, {2, 2, false}, {19, 1, true}, {19, 2, false},
		{199, 1, true}, {199, 2, false}, {200, 2, true}, {200, 3, false}, {2000, 20, true},
		{2000, 21, false}, {199, 23, false},
	} {
		null := make([]NullToy, c.toys)
		for b := range null {
			null[b] = NullToy{T: []float64{float64(b)}, Failed: b < c.failed}
		}
		calibration, err := Calibrate(null, 1, Mix)
		if err != nil {
			t.Fatal(err)
		}
		err = calibration.CheckFailures()
		if (err == nil) != c.want {
			t.Errorf("%d of %d failed: %v", c.failed, c.toys, err)
		}
		var failures *FailuresError
		if err != nil && (!errors.As(err, &failures) || failures.Failed != c.failed ||
			!strings.Contains(calibration.Warnings(0.05)[len(calibration.Warnings(0.05))-1],
				err.Error())) {
			t.Errorf("%d of %d failed: %v, warnings %q", c.failed, c.toys, err,
				calibration.Warnings(0.05))
		}
		if err != nil {
			continue
		}
		s, err := calibration.Test([]float64{math.Inf(1)})
		if least := 1 / float64(c.toys+1); err != nil || s.P > least+max(least, FailureShare) {
			t.Errorf("%d of %d failed: p = %v beyond all others", c.failed, c.toys, s.P)
		}
	}
}

func TestCalibrateRefuses(t *testing.T) {
	t.Parallel()
	ok := NullToy{T: []float64{1}}
	for name, c := range map[string]struct {
		null        []NullToy
		scales      int
		combination Combination
	}{
		"no toys":             {nil, 1, Mix},
		"no scales":           {[]NullToy{{Failed: true}}, 0, Mix},
		"negative scales":     {[]NullToy{{Failed: true}}, -1, Mix},
		"too few statistics":  {[]NullToy{ok}, 2, Mix},
		"a NaN":               {[]NullToy{ok, {T: []float64{math.NaN()}}}, 1, Mix},
		"unknown combination": {[]NullToy{ok}, 1, "median"},
	} {
		if _, err := Calibrate(c.null, c.scales, c.combination); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestCalibrationWarnings(t *testing.T) {
	t.Parallel()
	toys := func(ok, failed int) *Calibration {
		null := slices.Repeat([]NullToy{{T: []float64{1}}}, ok)
		c, err := Calibrate(append(null, slices.Repeat([]NullToy{{Failed: true}}, failed)...), 1,
			Min)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if w := toys(1900, 0).Warnings(0.05); len(w) != 0 {
		t.Errorf("enough toys: %q", w)
	}
	w := toys(18, 1).Warnings(0.05)
	if len(w) != 2 || !strings.Contains(w[0], "19 null toys: p cannot go below 0.05") ||
		!strings.Contains(w[0], "at alpha = 0.05 is uncertain by ±100%; 1900 toys make it ±10%") ||
		!strings.Contains(w[1], "1 of 19 null fits failed") {
		t.Errorf("few toys: %q", w)
	}
}
