package plots

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// PowerAgainst draws the power against a swept axis whose labels are numbers, for the cells that
// have the fixed arms. There is a line for each N_S, with a band for the 68% Clopper-Pearson
// interval. The oracle's power, if it is known, is a thin line of the same color. The axis is
// logarithmic if all numbers are above 0 and span more than a decade. Of more than eight N_S an
// even choice is drawn.
//
// It returns an error if the sweep has no such axis or labels, if a label is not a number, if an
// axis of several labels is neither drawn nor fixed, if no cell has toys, or if a cell's numbers
// cannot be drawn.
func PowerAgainst(s results.Summary, axis string, fixed []results.ArmRecord) (Figure, error) {
	f, err := powerAgainst(s, axis, fixed)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: power against %q: %w", axis, err)
	}
	return f, nil
}

func powerAgainst(s results.Summary, axis string, fixed []results.ArmRecord) (Figure, error) {
	c, err := chooseAlong(s, axis, fixed)
	if err != nil {
		return Figure{}, err
	}
	x, y := sweptAxis(printable(axis), c.values), powerAxis(c.curves, 5)
	shown, note := shownStrengths(strengths(c.curves))
	plotters, sizeEntry := sizeLevel(x, c.curves)
	var legend entries
	var lines trends
	oracle := false
	for i, signal := range shown {
		l := looks[i].solid()
		lines.add(c.along(signal, measured), l)
		legend = append(legend, l.entry("N_{S} = "+number(signal)))
		if t := c.along(signal, known); len(t.x) > 0 {
			plotters = append(plotters, ownOracleLine(x, t.x, t.y, l)...)
			oracle = true
		}
	}
	if oracle {
		legend = append(legend, oraclesEntry("oracle of each N_{S}"))
	}
	caption := sentences(powerCaption(c.curves), note)
	if n := c.vacant(math.NaN()); n > 0 {
		caption += fmt.Sprintf(" No cell with toys at %d of %d values.", n, len(c.values))
	}
	title, more := heading(s.Name, "power against "+printable(axis), fixed)
	return Figure{
		title:  title,
		table:  powerTable(c.curves, shown),
		legend: append(legend, sizeEntry...),
		body: layout{panels: [][]*panel{{{x: x, y: y,
			plotters: slices.Concat(lines.bands, plotters, lines.lines)}}}},
		size:    vg.Point{X: fullWidth, Y: 10 * vg.Centimeter},
		caption: append([]string{sentences(caption, more)}, gathered(s.Warnings, c.curves)...),
	}, nil
}

func measured(p results.Point) (y, low, high float64, ok bool) {
	return p.Power, p.CI68[0], p.CI68[1], true
}

func known(p results.Point) (y, low, high float64, ok bool) {
	if p.Oracle == nil {
		return 0, 0, 0, false
	}
	return *p.Oracle, *p.Oracle, *p.Oracle, true
}
