package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// wholeLook is the look of the test with all its groups.
var wholeLook = look{black, nil, draw.CircleGlyph{}}

const (
	wholeLabel = "all groups together"
	groupsNote = "The p-value of a group is for information: the test is that of all groups " +
		"together."
	mostAlone = len(looks)
)

// groupTitle names a group, with its weight if that is not 1.
func groupTitle(g results.GroupRecord) string {
	title := printable(g.Name)
	if g.Weight != 1 {
		title += fmt.Sprintf(" (weight %s)", number(g.Weight))
	}
	return title
}

// GroupPower draws the power against N_S of each group of statistics alone, as thin lines, and that
// of the whole test, with its 68% Clopper-Pearson interval. It also draws the size alpha. Of more
// than eight groups an even choice is drawn.
//
// It returns an error if the summary has no groups, in the same cases as PowerCurve, and if a point
// has another number of powers than there are groups.
func GroupPower(s results.CellSummary) (Figure, error) {
	f, err := groupPower(s)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: power of groups: %w", err)
	}
	return f, nil
}

var errNoGroups = errors.New("the summary has no groups")

func groupPower(c results.CellSummary) (Figure, error) {
	if len(c.Groups) == 0 {
		return Figure{}, errNoGroups
	}
	s, err := newCellCurve("", c)
	if err != nil {
		return Figure{}, err
	}
	if len(s.points) == 0 {
		return Figure{}, errNoToys
	}
	for _, p := range s.points {
		what := strength(p.Signal) + ": power of groups"
		if err := series(what, p.GroupPower, len(c.Groups)); err != nil {
			return Figure{}, err
		}
		for _, power := range p.GroupPower {
			if err := probability(what, power); err != nil {
				return Figure{}, err
			}
		}
	}
	x, y := signalAxis([]cellCurve{s}, 8), powerAxis([]cellCurve{s}, 5)
	plotters, sizeEntry := sizeLevel(x, []cellCurve{s})
	whole := trends{}
	whole.add(s.power(), wholeLook)
	legend := entries{wholeLook.entry(wholeLabel + ", 68% interval")}
	shown := thinned(len(c.Groups), mostAlone)
	for k, i := range shown {
		var signal, power []float64
		for _, p := range s.points {
			signal, power = append(signal, p.Signal), append(power, p.GroupPower[i])
		}
		l := looks[k]
		line, dot := curve(signal, power, stroke(l.NRGBA, 1, l.dashes...)),
			markers(signal, power, l.NRGBA, 2.2, l.shape)
		plotters = append(plotters, line, dot)
		legend.add(groupTitle(c.Groups[i]), line, dot)
	}
	note := groupsNote
	if len(shown) < len(c.Groups) {
		note += fmt.Sprintf(" %d of %d groups shown.", len(shown), len(c.Groups))
	}
	title, more := heading(c.Name, "power of the groups", c.Arms)
	caption := sentences(powerCaption([]cellCurve{s}), note, more)
	return Figure{
		title:  title,
		table:  groupTable(s, c.Groups, shown),
		legend: append(legend, sizeEntry...),
		body: layout{panels: [][]*panel{{{x: x, y: y,
			plotters: append(append(whole.bands, plotters...), whole.lines...)}}}},
		size:    vg.Point{X: fullWidth, Y: 10 * vg.Centimeter},
		caption: append([]string{caption}, warnings(c.Warnings)...),
	}, nil
}

// GroupValues draws the p-value of the observed sample, and that of each group of statistics alone,
// on a logarithmic axis that ends at the smallest p-value that the null toys can give. A line marks
// the size alpha.
//
// It returns an error if the summary has no groups or no p-value, if it has another number of
// p-values than groups, or if one is not above 0 and at most 1.
func GroupValues(s results.CellSummary) (Figure, error) {
	f, err := groupValues(s)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: p-values of groups: %w", err)
	}
	return f, nil
}

func groupValues(c results.CellSummary) (Figure, error) {
	o := c.Observed
	switch {
	case len(c.Groups) == 0:
		return Figure{}, errNoGroups
	case o == nil || o.P == nil:
		return Figure{}, errors.New("the observed sample has no p-value")
	case len(o.Groups) != len(c.Groups):
		return Figure{}, fmt.Errorf("%d p-values of %d groups", len(o.Groups), len(c.Groups))
	}
	least := 1 / float64(c.Null.Toys+1)
	e := empty().with(least, 1)
	titles, values := []string{wholeLabel}, []float64{*o.P}
	for i, g := range o.Groups {
		titles, values = append(titles, groupTitle(c.Groups[i])), append(values, g.P)
	}
	for i, p := range values {
		if p < smallest || probability("", p) != nil {
			return Figure{}, fmt.Errorf("the p-value of %s is %v; must be above 0 and at most 1",
				titles[i], p)
		}
	}
	rows := len(titles)
	y := categorical("", make([]string, rows))
	places := make([]float64, rows)
	for i, title := range titles { // the first row is the highest
		places[i] = float64(rows - 1 - i)
		y.categories[i] = category{at: places[i], text: shorten(title, style(tickSize), nameRoom),
			heading: i == 0}
	}
	e = e.with(values...).logPadded(0.04)
	line := upright(c.Alpha, y, sizeStroke)
	whole := markers(values[:1], places[:1], vermillion, 3.4, polygon{4, 0})
	alone := markers(values[1:], places[1:], blue, 2.8, draw.CircleGlyph{})
	legend := newEntries(wholeLabel, whole)
	legend.add("a group alone", alone)
	legend.add("size α = "+number(c.Alpha), line)
	title, more := heading(c.Name, "p-values of the groups", c.Arms)
	caption := fmt.Sprintf("%s: no p-value is below %s.", count(c.Null.Toys, "null toy"),
		number(least))
	return Figure{
		title:  title,
		table:  valueTable(titles, values),
		legend: legend,
		body: layout{panels: [][]*panel{{{x: logarithmic("p-value", e), y: y,
			plotters: []plot.Plotter{line, alone, whole}}}}},
		size:    vg.Point{X: fullWidth, Y: vg.Length(rows)*14 + 40},
		caption: append([]string{sentences(caption, groupsNote, more)}, warnings(c.Warnings)...),
	}, nil
}
