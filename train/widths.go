package train

import (
	"fmt"
	"math"
)

// DistanceQuantiles are the 1%, 50% and 99% quantiles of the distances between pairs of reference
// rows, in the units of the fit.
type DistanceQuantiles struct{ Q1, Q50, Q99 float64 }

// Widths are the ends of the annealing, sigma_0 and sigma_T, in the units of the fit.
type Widths struct{ Start, End float64 }

// Widths returns the ends of the annealing for a reference with the given distances: the lengths of
// the config, and for [Auto] those of arXiv:2511.03095,
//
//	sigma_0 = 2 q99
//	sigma_T = 0.5 q1 · end factor
func (c Config) Widths(d DistanceQuantiles) Widths {
	w := Widths{Start: float64(c.Width.Start), End: float64(c.Width.End)}
	if c.Width.Start == Auto {
		w.Start = 2 * d.Q99
	}
	if c.Width.End == Auto {
		w.End = 0.5 * d.Q1 * c.Width.EndFactor
	}
	return w
}

// localHeight is the largest height of a kernel, relative to its peak, at the median distance of
// two rows, at which the kernel counts as local.
const localHeight = 0.05

// Warning returns a warning if kernels of the end width are not local: if a kernel still has more
// than 5% of its height at the median distance of two reference rows. Otherwise it returns "".
func (w Widths) Warning(d DistanceQuantiles) string {
	height := math.Exp(-d.Q50 * d.Q50 / (2 * w.End * w.End))
	if height > localHeight {
		return fmt.Sprintf("the end width %.3g does not localize: a kernel still has %.2f of its "+
			"height at the median distance (%.3g) of two reference rows", w.End, height, d.Q50)
	}
	return ""
}

// check refuses widths that no kernel can have.
func (w Widths) check() error {
	for _, sigma := range []float64{w.Start, w.End} {
		if !(sigma > 0) || math.IsInf(sigma, 0) {
			return fmt.Errorf("train: widths %v to %v; a width is a finite number above 0", w.Start,
				w.End)
		}
	}
	if w.Start < w.End {
		return fmt.Errorf("train: the width would grow from %v to %v; annealing narrows the "+
			"kernels", w.Start, w.End)
	}
	return nil
}
