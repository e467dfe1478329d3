package plots

import (
	"math"
	"testing"
)

func TestDivergingMap(t *testing.T) {
	if got := diverging(shade(-3, 3)); got != blue {
		t.Errorf("most negative: %v", got)
	}
	if got := diverging(shade(0, 3)); got != midGrey {
		t.Errorf("zero: %v", got)
	}
	if got := diverging(shade(3, 3)); got != vermillion {
		t.Errorf("most positive: %v", got)
	}
	if diverging(shade(7, 3)) != vermillion {
		t.Error("a value beyond the limit is not held at its end")
	}
	// Contrast against white as WCAG 2.1 defines it; 2.5 keeps thin lines visible.
	for step := range shades {
		c := diverging(step)
		linear := func(v uint8) float64 {
			u := float64(v) / 255
			if u <= 0.04045 {
				return u / 12.92
			}
			return math.Pow((u+0.055)/1.055, 2.4)
		}
		luminance := 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
		if contrast := 1.05 / (luminance + 0.05); contrast < 2.5 {
			t.Errorf("step %d: contrast %.2f", step, contrast)
		}
	}
}
