package main

import (
	"testing"

	"sparker/results"
)

// The first sentence about powers has their intervals, and does not repeat axes of one arm.
func TestHeadlinesHaveIntervals(t *testing.T) {
	t.Parallel()
	cell := func(arm string, power float64, interval results.Interval) testedCell {
		return testedCell{summary: results.CellSummary{Alpha: 0.05,
			Null: results.NullSummary{Toys: 20},
			Arms: []results.ArmRecord{{Axis: "kernels", Label: arm}, {Axis: "loss", Label: "np"}},
			Points: []results.Point{{Signal: 15, Toys: 10, Power: power, CI68: interval,
				CI95: interval}}}}
	}
	axes := []results.AxisRecord{{Name: "kernels", Labels: []string{"2", "5"}},
		{Name: "loss", Labels: []string{"np"}}}
	low := cell("2", 0.3, results.Interval{0.1, 0.6})
	high := cell("5", 0.8, results.Interval{0.4, 0.9})
	for _, c := range []struct{ got, want string }{
		{powerHeadline(low.summary),
			"At alpha = 0.05, the power is 0.300 (95% interval 0.100 to 0.600) at N_S = 15."},
		{sweepHeadline([]testedCell{high, low}, axes), "At the last signal strength of each " +
			"cell, the power goes from 0.300 (95% interval 0.100 to 0.600) with kernels=2 to " +
			"0.800 (95% interval 0.400 to 0.900) with kernels=5."},
		{sweepHeadline([]testedCell{low, low}, axes), "At the last signal strength of each cell, " +
			"the power is 0.300 (95% interval 0.100 to 0.600)."},
	} {
		if c.got != c.want {
			t.Errorf("got %q, want %q", c.got, c.want)
		}
	}
}
