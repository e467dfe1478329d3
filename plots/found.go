package plots

import (
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// KernelsFound draws what the kernels found against a swept axis whose labels are numbers, as a
// rule the number of kernels. The upper panel has the mean number of distinct bumps on which the
// fits ended, with a band of one standard error and the number of injected bumps as a dashed line.
// The lower panel has the mean number of kernels that crowd on a bump that another kernel has
// found. There is a line for each N_S; that at 0 is the rate by chance. Of more than eight N_S an
// even choice is drawn.
//
// It returns an error in the same cases as PowerAgainst, and if no point says what was found or if
// one says what cannot be.
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
	all, err := newBumpCounts(c)
	if err != nil {
		return Figure{}, err
	}
	label := printable(axis)
	if all.byKernels {
		label = "kernels M (" + label + ")"
	}
	x := sweptAxis(label, c.values)
	shown, note := shownStrengths(all.signals)
	var top, low trends
	var legend entries
	ranges := [2]extent{empty().with(0).with(all.bumps.y...), empty().with(0)}
	for i, signal := range shown {
		l := looks[i].solid()
		found, crowded := c.along(signal, foundMean), c.along(signal, foundCrowded)
		top.add(found, l)
		low.add(crowded, l)
		ranges[0] = ranges[0].with(found.low...).with(found.high...)
		ranges[1] = ranges[1].with(crowded.y...)
		name := "N_{S} = " + number(signal)
		if signal == 0 {
			name += " (by chance)"
		}
		legend = append(legend, l.entry(name))
	}
	legend.add("bumps injected", lineSample(injectedStroke))
	body := stacked([]*panel{
		{x: x, y: linear("distinct bumps found", ranges[0].padded(0.06), 5),
			plotters: slices.Concat(top.bands, all.injected(x), top.lines)},
		{x: x, y: linear("crowded kernels", ranges[1].padded(0.06), 4),
			plotters: slices.Concat(low.bands, low.lines)},
	})
	body.heights = []float64{3, 2}
	caption := fmt.Sprintf("Means over %s per point, bands: ± 1 standard error. A bump of "+
		"standard deviation s is found by a kernel of positive coefficient within 2(s^{2} + "+
		"σ^{2})^{1/2} of its center, at the scale σ nearest to s; crowded are the kernels "+
		"beyond the first on a bump.", countSpan(all.toys, "toy"))
	title, more := heading(s.Name, "bumps found by the kernels", fixed)
	return Figure{
		title:  title,
		table:  foundTable(axis, c, all.bumps, shown),
		legend: legend,
		body:   body,
		size:   vg.Point{X: fullWidth, Y: 12 * vg.Centimeter},
		caption: append([]string{sentences(caption, note, more)},
			gathered(s.Warnings, c.curves)...),
	}, nil
}

// injectedStroke is the line of the injected bumps.
var injectedStroke = stroke(black, 1, 5, 3)

// bumpCounts are what the points of some cells have in common.
type bumpCounts struct {
	signals   []float64 // the N_S at which something was found, rising
	toys      []int     // of the points, without failed fits
	bumps     trend     // injected, against the axis
	byKernels bool      // the axis is the number of kernels
}

func newBumpCounts(c chosen) (bumpCounts, error) {
	all := bumpCounts{byKernels: true}
	for i, st := range c.curves {
		for _, p := range st.points {
			if p.Found == nil {
				continue
			}
			if err := checkFound(*p.Found); err != nil {
				return bumpCounts{}, fmt.Errorf("cell %d, %s: %w", st.cell.Cell,
					strength(p.Signal), err)
			}
			v, n := c.values[c.places[i][0]], float64(p.Found.Bumps)
			all.byKernels = all.byKernels && v == float64(p.Found.Kernels)
			all.signals, all.toys = append(all.signals, p.Signal), append(all.toys,
				p.Toys-p.Failed)
			if !slices.Contains(all.bumps.x, v) {
				all.bumps.add(v, n, n, n)
			}
		}
	}
	if len(all.signals) == 0 {
		return bumpCounts{}, errors.New("no point says what its kernels found")
	}
	slices.Sort(all.signals)
	all.signals, all.bumps = slices.Compact(all.signals), all.bumps.ordered()
	return all, nil
}

// injected is the line of the injected bumps, over the whole axis if their number is one.
func (b bumpCounts) injected(x axis) []plot.Plotter {
	if slices.Min(b.bumps.y) == slices.Max(b.bumps.y) {
		return []plot.Plotter{across(x, b.bumps.y[0], injectedStroke)}
	}
	return seen(b.bumps.x, b.bumps.y, injectedStroke)
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
