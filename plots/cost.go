package plots

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// PowerCost draws one of the Costs of a comparison's regret, by its place: the mean power of each
// arm over the groups that all of them have, with one standard error, against the seconds that a
// toy takes, each point with its label. A step line joins the arms than which no cheaper one has as
// much power; limits do not take part in it. The oracle's mean power is a level. Arms whose time is
// not known are left out and named.
//
// It returns an error where the comparison has no such Cost, where it has more than forty arms or
// none whose time is known, or where a number cannot be drawn.
func PowerCost(c results.Comparison, place int) (Figure, error) {
	f, err := powerCost(c, place)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: power against cost: %w", err)
	}
	return f, nil
}

// The looks of the points: of the best for their cost, of the others, and of limits.
var costLooks = [...]struct {
	look
	label string
}{
	{look{blue, nil, draw.CircleGlyph{}}, "best for its cost"},
	{look{midGray, nil, draw.CircleGlyph{}}, "others"},
	{look{darkGray, nil, hollow{polygon{4, 45}}}, "limits"},
}

const costRadius = vg.Length(3)

func powerCost(c results.Comparison, place int) (Figure, error) {
	t, err := newContest(c)
	if err != nil {
		return Figure{}, err
	}
	if place < 0 || place >= len(c.Regret.Costs) {
		return Figure{}, fmt.Errorf("cost %d of %d", place, len(c.Regret.Costs))
	}
	table := c.Regret.Costs[place]
	var names []string
	for _, k := range table.Groups {
		if k < 0 || k >= len(t.names) {
			return Figure{}, fmt.Errorf("a cost is over group %d of %d", k, len(t.names))
		}
		names = append(names, t.names[k])
	}
	if len(names) == 0 {
		return Figure{}, fmt.Errorf("cost %d is over no group", place)
	}
	rows, untimed, err := timed(table)
	if err != nil {
		return Figure{}, err
	}
	seconds, power := empty(), empty().with(0)
	for _, r := range rows {
		seconds, power = seconds.with(r.Seconds), power.with(min(r.Power+r.SE, 1))
	}
	x := logarithmic("median seconds per toy", seconds.logPadded(0.12))
	label := "mean power"
	if alpha, shared := sharedSize(t.curves); shared {
		label += " at α = " + number(alpha)
	}
	var plotters []plot.Plotter
	var legend []legendEntry
	if o := table.Oracle; o != nil {
		if err := probability("the oracle's mean power", *o); err != nil {
			return Figure{}, err
		}
		power = power.with(*o)
		plotters = append(plotters, across(x, *o, sharedOracleLine))
	}
	y := linear(label, power.padded(0.06), 6)
	steps := frontier(rows)
	var sx, sy []float64
	for i, r := range steps {
		if i > 0 {
			sx, sy = append(sx, r.Seconds), append(sy, sy[len(sy)-1])
		}
		sx, sy = append(sx, r.Seconds), append(sy, r.Power)
	}
	line := stroke(blue, 1.1)
	if n := len(sy); n > 0 {
		sx, sy = append(sx, x.high), append(sy, sy[n-1])
		plotters = append(plotters, curve(sx, sy, line))
	}
	cloud := namedPoints{line: [2][]float64{sx, sy}}
	var drawn [len(costLooks)]bool
	for _, r := range rows {
		kind := 1
		if r.Limit {
			kind = 2
		} else if slices.Contains(steps, r) {
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
		if drawn[kind] {
			thumbs := []plot.Thumbnailer{glyphSample(l.NRGBA, costRadius, l.shape)}
			if kind == 0 {
				thumbs = append(thumbs, lineSample(line))
			}
			legend = append(legend, legendEntry{l.label, thumbs})
		}
	}
	if table.Oracle != nil {
		legend = append(legend, legendEntry{"oracle", []plot.Thumbnailer{lineSample(sharedOracleLine)}})
	}
	caption := fmt.Sprintf("Mean over %s", strings.Join(names, ", "))
	if len(names) < len(t.names) {
		caption += fmt.Sprintf(", which all of these have, of %d", len(t.names))
	}
	caption += "; bars, where they are longer than the points: ± 1 standard error from the " +
		"numbers of toys. Seconds: those of the median alternative toy, their geometric mean " +
		"over the same."
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
		legend: legend,
		body:   layout{panels: [][]*panel{{{x: x, y: y, plotters: append(plotters, cloud)}}}},
		size:   vg.Point{X: fullWidth, Y: 10 * vg.Centimeter},
		caption: append([]string{sentences(caption, left, t.limits(), more)},
			gathered(c.Warnings, t.curves)...),
	}, nil
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

// frontier are the rows, limits apart, than which no row that is as fast has as much power, by
// rising time.
func frontier(rows []results.CostRow) (best []results.CostRow) {
	sorted := slices.DeleteFunc(slices.Clone(rows), func(r results.CostRow) bool { return r.Limit })
	slices.SortStableFunc(sorted, func(a, b results.CostRow) int {
		return cmp.Or(cmp.Compare(a.Seconds, b.Seconds), cmp.Compare(b.Power, a.Power))
	})
	for _, r := range sorted {
		if len(best) == 0 || r.Power > best[len(best)-1].Power {
			best = append(best, r)
		}
	}
	return best
}

// A namedPoint is a point with an interval and a label.
type namedPoint struct {
	x, y, low, high float64
	look
	label string
}

// namedPoints draw points with labels that cover neither one another nor a point: each in turn at
// the nearest free place, with a thin line to its point where that is not beside it. They also keep
// off a line.
type namedPoints struct {
	points []namedPoint
	line   [2][]float64
}

const (
	beside    = vg.Length(5) // from a point to its label
	ringWidth = vg.Length(4) // between the distances at which places are tried
	ways      = 24           // directions in which they are
)

// Plot implements plot.Plotter.
func (d namedPoints) Plot(c draw.Canvas, p *plot.Plot) {
	sty := style(captionSize)
	var taken []vg.Rectangle
	for _, pt := range d.points {
		center, low, high := at(&c, p, pt.x, pt.y), at(&c, p, pt.x, pt.low),
			at(&c, p, pt.x, pt.high)
		taken = append(taken,
			vg.Rectangle{Min: vg.Point{X: center.X - costRadius, Y: center.Y - costRadius},
				Max: vg.Point{X: center.X + costRadius, Y: center.Y + costRadius}},
			vg.Rectangle{Min: vg.Point{X: low.X - 1, Y: low.Y},
				Max: vg.Point{X: high.X + 1, Y: high.Y}})
	}
	path := outline(&c, p, d.line[0], d.line[1])
	for i := 1; i < len(path); i++ {
		a, b := path[i-1], path[i]
		taken = append(taken, vg.Rectangle{Min: vg.Point{X: min(a.X, b.X), Y: min(a.Y, b.Y) - 0.5},
			Max: vg.Point{X: max(a.X, b.X), Y: max(a.Y, b.Y) + 0.5}})
	}
	for _, pt := range d.points {
		center := at(&c, p, pt.x, pt.y)
		c.StrokeLines(stroke(pt.NRGBA, 1), []vg.Point{at(&c, p, pt.x, pt.low),
			at(&c, p, pt.x, pt.high)})
		box, far, ok := freePlace(c.Rectangle, center, sty, pt.label, taken)
		if !ok {
			continue
		}
		taken = append(taken, box)
		if far {
			end := vg.Point{X: min(max(center.X, box.Min.X), box.Max.X),
				Y: min(max(center.Y, box.Min.Y), box.Max.Y)}
			c.StrokeLines(stroke(midGray, 0.5), []vg.Point{center, end})
		}
		place := place(captionSize, draw.XCenter, draw.YCenter)
		c.FillText(place, vg.Point{X: (box.Min.X + box.Max.X) / 2, Y: (box.Min.Y + box.Max.Y) / 2},
			pt.label)
	}
	for _, pt := range d.points {
		center := at(&c, p, pt.x, pt.y)
		c.DrawGlyph(draw.GlyphStyle{Color: pt.NRGBA, Radius: costRadius, Shape: pt.shape}, center)
	}
}

// freePlace is the box of a label at the nearest place around a point that lies within the frame
// and off what is taken, and whether that is not beside the point; ok is false where there is none.
func freePlace(frame vg.Rectangle, center vg.Point, sty text.Style, label string,
	taken []vg.Rectangle) (box vg.Rectangle, far, ok bool) {
	half := vg.Point{X: sty.Width(label)/2 + 1, Y: sty.Height("0")/2 - 0.5}
	for distance := beside; distance < frame.Size().X; distance += ringWidth {
		for k := range ways {
			sin, cos := math.Sincos(2 * math.Pi * float64(k) / ways)
			// The box touches the ring from outside.
			mid := vg.Point{X: center.X + (distance+half.X)*vg.Length(cos),
				Y: center.Y + (distance+half.Y)*vg.Length(sin)}
			box = vg.Rectangle{Min: mid.Sub(half), Max: mid.Add(half)}
			inside := box.Min.X > frame.Min.X+1 && box.Max.X < frame.Max.X-1 &&
				box.Min.Y > frame.Min.Y+1 && box.Max.Y < frame.Max.Y-1
			if inside &&
				!slices.ContainsFunc(taken, func(o vg.Rectangle) bool { return overlap(box, o) }) {
				return box, distance > beside, true
			}
		}
	}
	return box, false, false
}

// overlap reports whether two rectangles have an area in common.
func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}
