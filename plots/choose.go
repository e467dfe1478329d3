package plots

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/plot"

	"sparker/results"
)

// axisNamed is the axis of a sweep.
func axisNamed(axes []results.AxisRecord, name string) (results.AxisRecord, error) {
	i := slices.IndexFunc(axes, func(a results.AxisRecord) bool { return a.Name == name })
	if i < 0 {
		return results.AxisRecord{}, fmt.Errorf("the sweep has no axis %q", name)
	}
	for k, label := range axes[i].Labels {
		if slices.Contains(axes[i].Labels[:k], label) {
			return results.AxisRecord{}, fmt.Errorf("axis %q has the label %q twice", name, label)
		}
	}
	return axes[i], nil
}

// labelOn is the label of the arms on an axis, or "" if they have none.
func labelOn(settings []results.ArmRecord, axis string) string {
	for _, s := range settings {
		if s.Axis == axis {
			return s.Label
		}
	}
	return ""
}

// chosen are the cells of a sweep that have the fixed arms and differ only in the drawn axes, each
// with its place among the labels of every drawn axis. They are checked. A cell's label is its arms
// on the drawn axes.
type chosen struct {
	axes   []results.AxisRecord
	curves []cellCurve
	places [][]int
	values []float64 // of the labels, where chooseAlong made it
}

// choose refuses axes and labels that the sweep does not have, an axis of several labels that is
// neither drawn nor fixed, two cells at one place, and cells that cannot be drawn.
func choose(s results.Summary, drawn []string, fixed []results.ArmRecord) (chosen, error) {
	var c chosen
	for i, name := range drawn {
		a, err := axisNamed(s.Axes, name)
		if err != nil {
			return c, err
		}
		if slices.Contains(drawn[:i], name) {
			return c, fmt.Errorf("axis %q is drawn twice", name)
		}
		c.axes = append(c.axes, a)
	}
	for i, f := range fixed {
		a, err := axisNamed(s.Axes, f.Axis)
		switch {
		case err != nil:
			return c, err
		case !slices.Contains(a.Labels, f.Label):
			return c, fmt.Errorf("axis %q has no label %q", f.Axis, f.Label)
		case slices.Contains(drawn, f.Axis) || labelOn(fixed[:i], f.Axis) != "":
			return c, fmt.Errorf("axis %q is fixed at %q and also drawn or fixed elsewhere", f.Axis,
				f.Label)
		}
	}
	for _, a := range s.Axes {
		if len(a.Labels) > 1 && !slices.Contains(drawn, a.Name) && labelOn(fixed, a.Name) == "" {
			return c, fmt.Errorf("axis %q is neither drawn nor fixed", a.Name)
		}
	}
	for _, cell := range cellsAt(s, fixed) {
		var place []int
		var at []results.ArmRecord
		for _, a := range c.axes {
			label := labelOn(cell.Arms, a.Name)
			place, at = append(place, slices.Index(a.Labels, label)),
				append(at, results.ArmRecord{Axis: a.Name, Label: label})
		}
		if slices.Contains(place, -1) {
			return c, fmt.Errorf("cell %d is at no label of the axes: %q", cell.Cell,
				results.Describe(cell.Arms))
		}
		if slices.ContainsFunc(c.places, func(other []int) bool {
			return slices.Equal(place,
				other)
		}) {
			return c, fmt.Errorf("two cells at %q", results.Describe(at))
		}
		curve, err := newCellCurve(results.Describe(at), cell)
		if err != nil {
			return c, fmt.Errorf("cell %d: %w", cell.Cell, err)
		}
		c.curves, c.places = append(c.curves, curve), append(c.places, place)
	}
	if len(strengths(c.curves)) == 0 {
		return c, errNoToys
	}
	return c, nil
}

// chooseAlong is choose for one drawn axis, whose labels must be numbers.
func chooseAlong(s results.Summary, drawn string, fixed []results.ArmRecord) (chosen, error) {
	a, err := axisNamed(s.Axes, drawn)
	if err != nil {
		return chosen{}, err
	}
	values, err := numbers(a)
	if err != nil {
		return chosen{}, err
	}
	c, err := choose(s, []string{drawn}, fixed)
	c.values = values
	return c, err
}

// numbers are the labels of an axis as numbers.
func numbers(a results.AxisRecord) ([]float64, error) {
	out := make([]float64, len(a.Labels))
	for i, label := range a.Labels {
		v, ok := parseNumber(label)
		if !ok {
			return nil, fmt.Errorf("axis %q: the label %q is not a number that can be drawn",
				a.Name, label)
		}
		if slices.Contains(out[:i], v) {
			return nil, fmt.Errorf("axis %q has the number %v twice", a.Name, v)
		}
		out[i] = v
	}
	return out, nil
}

// parseNumber reads a number that can be drawn.
func parseNumber(text string) (v float64, ok bool) {
	v, err := strconv.ParseFloat(text, 64)
	return v, err == nil && finite("", v) == nil
}

// allNumbers reports whether all labels are numbers that can be drawn.
func allNumbers(labels []string) bool {
	return !slices.ContainsFunc(labels, func(label string) bool {
		_, ok := parseNumber(label)
		return !ok
	})
}

// mostLabelTicks is how many labels of a swept axis have a tick each.
const mostLabelTicks = 12

// sweptAxis is the horizontal axis of swept numbers. It is logarithmic if they are above 0 and span
// more than a decade. Its ticks are the numbers themselves, unless these are many.
func sweptAxis(label string, values []float64) axis {
	e := empty().with(values...)
	var a axis
	if e.low >= smallest && e.high > 10*e.low {
		a = logarithmic(label, e.logPadded(0.05))
	} else {
		a = linear(label, e.padded(0.05), 8)
	}
	if len(values) <= mostLabelTicks {
		a.ticks = nil
		for _, v := range slices.Sorted(slices.Values(values)) {
			a.ticks = append(a.ticks, plot.Tick{Value: v, Label: number(v)})
		}
	}
	return a
}

// mostLines is how many strengths a figure has a line for; of more, an even choice.
const mostLines = mostArms

// shownStrengths are at most mostLines strengths, and a sentence about those that are left out.
func shownStrengths(signals []float64) (shown []float64, note string) {
	shown = pick(signals, thinned(len(signals), mostLines))
	if len(shown) < len(signals) {
		note = fmt.Sprintf("%d of %d N_{S} shown.", len(shown), len(signals))
	}
	return shown, note
}

// along is a quantity of the points at a strength against the numbers of the axis, rising. of
// returns the quantity of a point with its interval, or false if the point has none.
func (c chosen) along(signal float64, of func(results.Point) (y, low, high float64,
	ok bool)) (t trend) {
	for i, s := range c.curves {
		if p, found := s.at(signal); found {
			if y, low, high, ok := of(p); ok {
				t.add(c.values[c.places[i][0]], y, low, high)
			}
		}
	}
	return t.ordered()
}

// vacant is how many places of the drawn axes have no cell with toys at the strength, or none at
// any strength if it is NaN.
func (c chosen) vacant(signal float64) int {
	places := 1
	for _, a := range c.axes {
		places *= len(a.Labels)
	}
	for _, s := range c.curves {
		if _, ok := s.at(signal); ok || math.IsNaN(signal) && len(s.points) > 0 {
			places--
		}
	}
	return places
}
