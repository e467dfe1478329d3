package plots

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// KernelsFound draws, against a swept axis whose labels are numbers (the number of kernels, as a
// rule), the mean number of distinct bumps on which the fits ended, with a band of one standard
// error and the number of injected bumps as a dashed line; and below it the mean number of kernels
// that crowd on a bump that has one already. There is a line for each N_S; that at 0 is the rate by
// chance. Of more than eight N_S an even choice is drawn.
//
// It returns an error as PowerAgainst does, and where no point says what was found or one says what
// cannot be.
func KernelsFound(s results.Summary, axis string, fixed []results.ArmRecord) (Figure, error) {
	f, err := kernelsFound(s, axis, fixed)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: kernels found against %q: %w", axis, err)
	}
	return f, nil
}

func kernelsFound(s results.Summary, axis string, fixed []results.ArmRecord) (Figure, error) {
	c, err := chooseAlong(s, axis, fixed)
	if err != nil {
		return Figure{}, err
	}
	var signals []float64
	var toys []int
	var bumps trend
	given := true // the axis is the number of kernels
	for i, st := range c.curves {
		for _, p := range st.points {
			if p.Found == nil {
				continue
			}
			if err := checkFound(*p.Found); err != nil {
				return Figure{}, fmt.Errorf("cell %d, %s: %w", st.cell.Cell, strength(p.Signal),
					err)
			}
			v, n := c.values[c.places[i][0]], float64(p.Found.Bumps)
			given = given && v == float64(p.Found.Kernels)
			signals, toys = append(signals, p.Signal), append(toys, p.Toys-p.Failed)
			if !slices.Contains(bumps.x, v) {
				bumps.add(v, n, n, n)
			}
		}
	}
	if len(signals) == 0 {
		return Figure{}, errors.New("no point says what its kernels found")
	}
	slices.Sort(signals)
	shown, note := shownStrengths(slices.Compact(signals))
	label := printable(axis)
	if given {
		label = "kernels M (" + label + ")"
	}
	x := sweptAxis(label, c.values)
	bumps = bumps.ordered()
	injected := stroke(black, 1, 5, 3)
	var top, low trends
	var legend []legendEntry
	ranges := [2]extent{empty().with(0).with(bumps.y...), empty().with(0)}
	for i, signal := range shown {
		l := looks[i].solid()
		f, crowded := c.along(signal, foundMean), c.along(signal, foundCrowded)
		top.add(f, l)
		low.add(crowded, l)
		ranges[0], ranges[1] = ranges[0].with(f.low...).with(f.high...),
			ranges[1].with(crowded.y...)
		name := "N_{S} = " + number(signal)
		if signal == 0 {
			name += " (by chance)"
		}
		legend = append(legend, l.entry(name))
	}
	line := seen(bumps.x, bumps.y, injected)
	if slices.Min(bumps.y) == slices.Max(bumps.y) {
		line = []plot.Plotter{across(x, bumps.y[0], injected)}
	}
	body := stacked([]*panel{
		{x: x, y: linear("distinct bumps found", ranges[0].padded(0.06), 5),
			plotters: slices.Concat(top.bands, line, top.lines)},
		{x: x, y: linear("crowded kernels", ranges[1].padded(0.06), 4),
			plotters: slices.Concat(low.bands, low.lines)},
	})
	body.heights = []float64{3, 2}
	caption := fmt.Sprintf("Means over %s per point, bands: ± 1 standard error. A bump of "+
		"standard deviation s is found by a kernel of positive coefficient within 2(s^{2} + "+
		"σ^{2})^{1/2} of its center, at the scale σ nearest to s; crowded are the kernels "+
		"beyond the first on a bump.", countSpan(toys, "toy"))
	title, more := heading(s.Name, "bumps found by the kernels", fixed)
	return Figure{
		title: title,
		legend: append(legend, legendEntry{"bumps injected",
			[]plot.Thumbnailer{lineSample(injected)}}),
		body: body,
		size: vg.Point{X: fullWidth, Y: 12 * vg.Centimeter},
		caption: append([]string{sentences(caption, note, more)},
			gathered(s.Warnings, c.curves)...),
	}, nil
}

func checkFound(f results.FoundBumps) error {
	if err := finite("what was found", f.Mean, f.SE, f.Crowded); err != nil {
		return err
	}
	if f.Bumps < 1 || f.Kernels < 1 || f.Mean < 0 || f.Mean > float64(f.Bumps) || f.SE < 0 ||
		f.Crowded < 0 || f.Crowded > float64(f.Kernels) {
		return fmt.Errorf("found on average %v ± %v of %d bumps by %d kernels, %v crowded, "+
			"which cannot be", f.Mean, f.SE, f.Bumps, f.Kernels, f.Crowded)
	}
	return nil
}

func foundMean(p results.Point) (y, low, high float64, ok bool) {
	if p.Found == nil {
		return 0, 0, 0, false
	}
	return p.Found.Mean, p.Found.Mean - p.Found.SE, p.Found.Mean + p.Found.SE, true
}

func foundCrowded(p results.Point) (y, low, high float64, ok bool) {
	if p.Found == nil {
		return 0, 0, 0, false
	}
	return p.Found.Crowded, p.Found.Crowded, p.Found.Crowded, true
}
