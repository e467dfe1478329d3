package train

import (
	"math"
	"strings"
	"testing"
)

// Widths that are auto follow the rule of the paper. Lengths stay as they are.
func TestWidths(t *testing.T) {
	t.Parallel()
	d := DistanceQuantiles{Q1: 0.1, Q50: 1, Q99: 5}
	for _, c := range []struct {
		width Width
		want  Widths
	}{
		{Width{EndFactor: 1}, Widths{10, 0.05}},
		{Width{EndFactor: 0.5}, Widths{10, 0.025}},
		{Width{Start: 7, EndFactor: 1}, Widths{7, 0.05}},
		{Width{End: 0.3, EndFactor: 1}, Widths{10, 0.3}},
		{Width{Start: 7, End: 0.3, EndFactor: 1}, Widths{7, 0.3}},
	} {
		if got := (Config{Width: c.width}).Widths(d); got != c.want {
			t.Errorf("%+v: %v, want %v", c.width, got, c.want)
		}
	}
}

// A kernel of width sigma has exp(-1/2 (q50/sigma)²) of its height at the median distance: 5% at
// sigma = q50/sqrt(2 log 20) = 0.409 q50.
func TestWidthsWarning(t *testing.T) {
	t.Parallel()
	d := DistanceQuantiles{Q50: 3}
	limit := d.Q50 / math.Sqrt(2*math.Log(20))
	if w := (Widths{Start: 9, End: 0.999 * limit}).Warning(d); w != "" {
		t.Errorf("a local width: %q", w)
	}
	w := Widths{Start: 9, End: 3}.Warning(d)
	for _, want := range []string{"end width 3 ", "0.61 of its height", "distance (3)"} {
		if !strings.Contains(w, want) {
			t.Errorf("warning %q, want one with %q", w, want)
		}
	}
}
