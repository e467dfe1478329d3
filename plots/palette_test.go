package plots

import (
	"image/color"
	"math"
	"slices"
	"testing"
)

func TestDivergingMap(t *testing.T) {
	t.Parallel()
	if got := diverging(shade(-3, 3)); got != blue {
		t.Errorf("most negative: %v", got)
	}
	if got := diverging(shade(0, 3)); got != midGray {
		t.Errorf("zero: %v", got)
	}
	if got := diverging(shade(3, 3)); got != vermillion {
		t.Errorf("most positive: %v", got)
	}
	if diverging(shade(7, 3)) != vermillion {
		t.Error("a value beyond the limit is not held at its end")
	}
	for step := range shades {
		if got := contrast(diverging(step), white); got < 2.5 { // keeps thin lines visible
			t.Errorf("step %d: contrast %.2f", step, got)
		}
	}
}

func TestContrast(t *testing.T) {
	t.Parallel()
	// The ratio of white and black is 21 by definition; #777777 on white is the usual example just
	// below 4.5.
	if got := contrast(white, black); got != 21 {
		t.Errorf("white on black: %v", got)
	}
	if got := contrast(color.NRGBA{R: 0x77, G: 0x77, B: 0x77, A: 255},
		white); math.Abs(got-4.48) > 0.005 {
		t.Errorf("#777777 on white: %v", got)
	}
}

// Every step of the sequential map is darker than the one before, as is what gray print keeps of
// it, and numbers can be read on it.
func TestSequentialMap(t *testing.T) {
	t.Parallel()
	for step := range shades {
		c := sequential(step)
		if step > 0 && luminance(c) >= luminance(sequential(step-1)) {
			t.Errorf("step %d is not darker than the one before", step)
		}
		if got := contrast(c, readable(c)); got < 4.5 { // level AA
			t.Errorf("step %d: contrast %.2f of the numbers", step, got)
		}
	}
}

// No two looks share a color, dashes or a marker, and each can be seen on white.
func TestLooks(t *testing.T) {
	t.Parallel()
	for i, a := range looks {
		if got := contrast(a.NRGBA, white); got < 2 {
			t.Errorf("look %d: contrast %.2f", i, got)
		}
		for _, b := range looks[:i] {
			if a.NRGBA == b.NRGBA || a.shape == b.shape || slices.Equal(a.dashes, b.dashes) {
				t.Errorf("looks %v and %v share something", a, b)
			}
		}
	}
}
