package plots

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// PowerCost draws one of the Costs of a comparison's regret, by its place in the list: the mean
// power of each arm over the groups that all of them have, with one standard error, against the
// seconds that a toy takes. Each point has its label. A step line is the Pareto front: the arms
// that have more power than every faster one. Limits do not take part in it. The oracle's mean
// power is a horizontal line. Arms whose time is not known are left out and named.
//
// It returns an error if the comparison has no such Cost, if it has more than forty arms or none
// whose time is known, or if a number cannot be drawn.
func PowerCost(c results.Comparison, place int) (Figure, error) {
	f, err := powerCost(c, place)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: power against cost: %w", err)
	}
	return f, nil
}

// The looks of the points: of the Pareto front, of the others, and of limits.
var costLooks = [...]struct {
	look
	label string
}{
	{look{blue, nil, draw.CircleGlyph{}}, "best for its cost"},
	{look{midGray, nil, draw.CircleGlyph{}}, "others"},
	{look{darkGray, nil, hollow{polygon{4, 45}}}, "limits"},
}

const costRadius = vg.Length(3)

// frontStroke is the line of the Pareto front.
var frontStroke = stroke(blue, 1.1)

func powerCost(c results.Comparison, place int) (Figure, error) {
	t, err := newContest(c)
	if err != nil {
		return Figure{}, err
	}
	table, names, err := t.cost(place)
	if err != nil {
		return Figure{}, err
	}
	rows, untimed, err := timed(table)
	if err != nil {
		return Figure{}, err
	}
	seconds, power := empty(), empty().with(0)
	for _, r := range rows {
		seconds, power = seconds.with(r.Seconds), power.with(min(r.Power+r.SE, 1))
	}
	if table.Oracle != nil {
		power = power.with(*table.Oracle)
	}
	label := "mean power"
	if alpha, shared := sharedSize(t.curves); shared {
		label += " at α = " + number(alpha)
	}
	p := &panel{x: logarithmic("median seconds per toy", seconds.logPadded(0.12)),
		y: linear(label, power.padded(0.06), 6)}
	if table.Oracle != nil {
		p.plotters = append(p.plotters, across(p.x, *table.Oracle, sharedOracleLine))
	}
	front := paretoFront(rows)
	steps := stairs(front, p.x.high)
	if len(steps[0]) > 0 {
		p.plotters = append(p.plotters, curve(steps[0], steps[1], frontStroke))
	}
	cloud, legend := costPoints(rows, front)
	cloud.line = steps
	p.plotters = append(p.plotters, cloud)
	if table.Oracle != nil {
		legend.add("oracle", lineSample(sharedOracleLine))
	}
	left := ""
	if without := len(c.Regret.Rows) - len(table.Rows); without > 0 {
		left = fmt.Sprintf("Left out, for lack of one of these: %d of %d.", without,
			len(c.Regret.Rows))
	}
	if len(untimed) > 0 {
		left = sentences(left, "Without a time: "+strings.Join(untimed, ", ")+".")
	}
	title, more := heading(c.Groups[0].Arms[0].Name, "power against cost by "+axesTitle(c.By), nil)
	return Figure{
		title:  title,
		table:  costTable(rows, front, table.Oracle),
		legend: legend,
		body:   layout{panels: [][]*panel{{p}}},
		size:   vg.Point{X: fullWidth, Y: 10 * vg.Centimeter},
		caption: append([]string{sentences(costCaption(names, len(t.names)), left, t.limits(),
			more)}, gathered(c.Warnings, t.curves)...),
	}, nil
}

// cost is one of the Costs of the regret, with the names of its groups.
func (t contest) cost(place int) (table results.Cost, names []string, err error) {
	costs := t.c.Regret.Costs
	if place < 0 || place >= len(costs) {
		return results.Cost{}, nil, fmt.Errorf("cost %d of %d", place, len(costs))
	}
	table = costs[place]
	for _, k := range table.Groups {
		if k < 0 || k >= len(t.names) {
			return results.Cost{}, nil, fmt.Errorf("a cost is over group %d of %d", k,
				len(t.names))
		}
		names = append(names, t.names[k])
	}
	if len(names) == 0 {
		return results.Cost{}, nil, fmt.Errorf("cost %d is over no group", place)
	}
	if table.Oracle != nil {
		if err := probability("the oracle's mean power", *table.Oracle); err != nil {
			return results.Cost{}, nil, err
		}
	}
	return table, names, nil
}

// stairs is the step line through the Pareto front, as x and y, on to the end of the axis.
func stairs(front []results.CostRow, end float64) (xy [2][]float64) {
	add := func(x, y float64) { xy[0], xy[1] = append(xy[0], x), append(xy[1], y) }
	for i, r := range front {
		if i > 0 {
			add(r.Seconds, front[i-1].Power)
		}
		add(r.Seconds, r.Power)
	}
	if n := len(front); n > 0 {
		add(end, front[n-1].Power)
	}
	return xy
}

// costPoints are the rows as points with labels, and a legend of the looks that they have.
func costPoints(rows, front []results.CostRow) (cloud namedPoints, legend entries) {
	var drawn [len(costLooks)]bool
	for _, r := range rows {
		kind := 1
		if r.Limit {
			kind = 2
		} else if slices.Contains(front, r) {
			kind = 0
		}
		drawn[kind] = true
		cloud.points = append(cloud.points, namedPoint{
			x: r.Seconds, y: r.Power, low: max(r.Power-r.SE, 0), high: min(r.Power+r.SE, 1),
			look:  costLooks[kind].look,
			label: shorten(printable(r.Label), style(captionSize), nameRoom),
		})
	}
	for kind, l := range costLooks {
		if !drawn[kind] {
			continue
		}
		samples := []plot.Thumbnailer{glyphSample(l.NRGBA, costRadius, l.shape)}
		if kind == 0 {
			samples = append(samples, lineSample(frontStroke))
		}
		legend.add(l.label, samples...)
	}
	return cloud, legend
}

// costCaption says what the powers and the times are, over the named ones of all groups.
func costCaption(names []string, all int) string {
	caption := fmt.Sprintf("Mean over %s", strings.Join(names, ", "))
	if len(names) < all {
		caption += fmt.Sprintf(", which all of these have, of %d", all)
	}
	return caption + "; bars, where they are longer than the points: ± 1 standard error from the " +
		"numbers of toys. Seconds: those of the median alternative toy, their geometric mean " +
		"over the same."
}

// timed are the rows of a table whose time is known, checked, and the labels of the others.
func timed(table results.Cost) (rows []results.CostRow, others []string, err error) {
	for _, r := range table.Rows {
		what := fmt.Sprintf("arm %q", r.Label)
		if err := cmp.Or(probability(what+": mean power", r.Power),
			finite(what+": standard error", r.SE), finite(what+": seconds",
				r.Seconds)); err != nil {
			return nil, nil, err
		}
		switch {
		case r.SE < 0 || r.Seconds < 0:
			return nil, nil, fmt.Errorf("%s: ± %v at %v seconds, which cannot be", what, r.SE,
				r.Seconds)
		case r.Seconds < smallest:
			others = append(others, printable(r.Label))
		default:
			rows = append(rows, r)
		}
	}
	if len(rows) == 0 {
		return nil, nil, fmt.Errorf("no arm has a time")
	}
	return rows, others, nil
}

// paretoFront are the rows, limits apart, that have more power than every row that is as fast or
// faster, by rising time.
func paretoFront(rows []results.CostRow) (front []results.CostRow) {
	sorted := slices.DeleteFunc(slices.Clone(rows), func(r results.CostRow) bool { return r.Limit })
	slices.SortStableFunc(sorted, func(a, b results.CostRow) int {
		return cmp.Or(cmp.Compare(a.Seconds, b.Seconds), cmp.Compare(b.Power, a.Power))
	})
	for _, r := range sorted {
		if len(front) == 0 || r.Power > front[len(front)-1].Power {
			front = append(front, r)
		}
	}
	return front
}
