package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	mostMethods = 40 // rows of a figure of the regret
	limitsTitle = "limits"
)

// RegretMap draws the regret of a comparison. Rows are its arms by rising mean regret, and columns
// its groups. Each cell has the best power of the group less that of the arm, as a color and as a
// number. Above the columns are the N_S and the best power of each group. On the right is the mean
// over the groups that an arm has, with their number if that is not all. Limits, and the oracle if
// it is known, follow below a gap; their regret may be negative, in colors of its own. Pairs
// without toys are hatched.
//
// It returns an error if the comparison has no regret or one of other groups, if there are more
// than sixteen groups or forty arms, if no arm has toys, or if a number cannot be drawn.
func RegretMap(c results.Comparison) (Figure, error) {
	f, err := regretMap(c)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: map of the regret: %w", err)
	}
	return f, nil
}

func regretMap(c results.Comparison) (Figure, error) {
	t, err := newContest(c)
	if err != nil {
		return Figure{}, err
	}
	if n := len(t.names); n > mostLabels {
		return Figure{}, fmt.Errorf("%d groups; at most %d can be drawn", n, mostLabels)
	}
	m := t.tiles()
	height := vg.Length(m.y.high-m.y.low)*13 + 18
	if m.x.label != "" {
		height += 18
	}
	if m.x.upright {
		height += m.x.widest()
	} else {
		height += 10
	}
	// There is no color bar: every cell has its number, and the cells need the room.
	legend := entries{{"regret, 0 to " + hundredths(m.top),
		[]plot.Thumbnailer{shading{warm}}}}
	if m.below < 0 {
		legend = append(legend, newEntry("more power than the best, down to "+
			signed(hundredths(m.below)), shading{cold}))
	}
	note := ""
	if m.missing > 0 {
		legend.add("no toys", hatched{})
		note = fmt.Sprintf("Hatched: pairs that are not there or have no toys, %d of %d.",
			m.missing, len(t.names)*len(c.Regret.Rows))
	}
	if slices.ContainsFunc(c.Regret.Rows,
		func(r results.RegretRow) bool { return r.Groups < len(t.names) }) {
		note = sentences(note, "In brackets: the number of columns that a mean is over, where "+
			"that is not all.")
	}
	explained := "Regret: the largest power in a column less that of the row; the choice of the " +
		"largest flatters it a little."
	title, more := heading(c.Groups[0].Arms[0].Name, "regret by "+axesTitle(c.By), nil)
	return Figure{
		title:  title,
		table:  regretTable(t),
		legend: legend,
		body:   layout{panels: [][]*panel{{{x: m.x, y: m.y, plotters: []plot.Plotter{m}}}}},
		size:   vg.Point{X: fullWidth, Y: height},
		wide:   true,
		caption: append([]string{sentences(explained, t.limits(), note, powerCaption(t.curves),
			more)}, gathered(c.Warnings, t.curves)...),
	}, nil
}

// A contest is a comparison whose regret can be drawn.
type contest struct {
	c      results.Comparison
	axis   string      // in which the groups differ, "" where they do in several
	names  []string    // of the groups
	curves []cellCurve // of the arms with toys at the N_S of their group, with no other points
	rows   []results.RegretRow
}

// newContest refuses a comparison without a regret that can be drawn.
func newContest(c results.Comparison) (contest, error) {
	t := contest{c: c}
	r := c.Regret
	switch {
	case r == nil:
		return t, errors.New("the comparison has no regret")
	case len(c.Groups) == 0 || len(r.Groups) != len(c.Groups):
		return t, fmt.Errorf("the regret is of %d groups, the comparison has %d", len(r.Groups),
			len(c.Groups))
	case len(r.Rows) > mostMethods:
		return t, fmt.Errorf("%d arms; at most %d can be drawn", len(r.Rows), mostMethods)
	}
	t.axis, t.names = groupNames(c.Groups)
	for k, g := range c.Groups {
		at := r.Groups[k]
		if _, err := newArms(g); err != nil {
			return t, fmt.Errorf("group %q: %w", results.Describe(g.Common), err)
		}
		err := probability("best power", at.Power)
		if at.Oracle != nil {
			err = cmp.Or(err, probability("oracle", *at.Oracle))
		}
		if err != nil {
			return t, fmt.Errorf("group %q: %w", results.Describe(g.Common), err)
		}
		for _, row := range r.Rows {
			if a, p, ok := g.At(row.Label, at.Signal); ok && at.Signal > 0 {
				a.Points = []results.Point{p}
				s, err := newCellCurve(row.Label+" ("+t.names[k]+")", a.CellSummary)
				if err != nil {
					return t, fmt.Errorf("arm %q: %w", row.Label, err)
				}
				t.curves = append(t.curves, s)
			}
		}
	}
	if len(t.curves) == 0 {
		return t, errNoToys
	}
	t.rows = slices.Clone(r.Rows)
	if r.Oracle != nil {
		t.rows = append(t.rows, *r.Oracle)
	}
	for _, row := range t.rows {
		if len(row.Regrets) != len(c.Groups) {
			return t, fmt.Errorf("arm %q has %d regrets for %d groups", row.Label, len(row.Regrets),
				len(c.Groups))
		}
		for _, v := range append(slices.Clone(row.Regrets), &row.Mean) {
			if v != nil && !(*v >= -1 && *v <= 1) {
				return t, fmt.Errorf("arm %q: a regret is %v; must be between -1 and 1", row.Label,
					*v)
			}
		}
	}
	return t, nil
}

// groupNames names groups by the arms in which they differ, or by the labels alone if they differ
// on one axis.
func groupNames(groups []results.ComparisonGroup) (axis string, names []string) {
	var differ []string
	for _, s := range groups[0].Common {
		if slices.ContainsFunc(
			groups, func(g results.ComparisonGroup) bool {
				return labelOn(g.Common,
					s.Axis) != s.Label
			}) {
			differ = append(differ, s.Axis)
		}
	}
	for _, g := range groups {
		own := slices.DeleteFunc(slices.Clone(g.Common),
			func(s results.ArmRecord) bool { return !slices.Contains(differ, s.Axis) })
		if len(differ) == 1 && len(own) == 1 {
			names = append(names, printable(own[0].Label))
		} else {
			names = append(names, describe(own))
		}
	}
	if len(differ) == 1 {
		axis = printable(differ[0])
	}
	return axis, names
}

// limits is the sentence of a caption on the arms that do not compete.
func (t contest) limits() string {
	var labels []string
	for _, row := range t.c.Regret.Rows {
		if row.Limit {
			labels = append(labels, printable(row.Label))
		}
	}
	if len(labels) == 0 {
		return ""
	}
	return "Limits, which know more than a test may and are not in the running: " +
		strings.Join(labels, ", ") + "."
}

// rowAxis is a vertical axis with a category for each row, from y = 0 down, and a heading above the
// limits. at has the places of the rows.
func (t contest) rowAxis(width vg.Length) (y axis, at []float64) {
	sty, v := style(tickSize), 0.0
	y.extent = extent{0, 0.6}
	for i, row := range t.rows {
		if row.Limit && (i == 0 || !t.rows[i-1].Limit) {
			y.categories = append(y.categories, category{v, limitsTitle, true})
			v--
		}
		y.categories = append(y.categories, category{v, shorten(printable(row.Label), sty, width),
			false})
		at = append(at, v)
		y.low = v - 0.6
		v--
	}
	return y, at
}

// A tile is one cell of a map, in the coordinates of its axes.
type tile struct {
	x0, x1, y float64 // one unit high
	fill      color.NRGBA
	hatch     bool
	text      string
	bold      bool
}

// A tileMap fills its panel with tiles.
type tileMap struct {
	x, y       axis
	tiles      []tile
	means      tile    // the place of the means, without a row
	top, below float64 // what the warm colors end at, and the smallest value
	missing    int
}

const (
	tileGap   = 0.25 // below the headings, in units of a tile
	bestRow   = 1 + tileGap
	signalRow = 2 + tileGap

	meanGap  = vg.Length(6)     // before the means
	meanRoom = vg.Length(44)    // for a mean with its number of groups
	nameRoom = 0.25 * fullWidth // for the names of rows and of columns
)

// tiles sets the regrets into their places.
func (t contest) tiles() (m tileMap) {
	rows := m.setAxes(t)
	m.top = 0.1
	for _, row := range t.rows {
		for _, v := range row.Regrets {
			if v != nil {
				m.top, m.below = max(m.top, *v), min(m.below, *v)
			}
		}
	}
	for k, g := range t.c.Regret.Groups {
		if g.Best != "" {
			m.add(k, bestRow, tile{fill: white, text: hundredths(g.Power)})
		}
		m.add(k, signalRow, tile{fill: white, text: number(g.Signal)})
	}
	for i, row := range t.rows {
		for k, v := range row.Regrets {
			switch {
			case v != nil:
				m.add(k, rows[i], tile{fill: m.color(*v), text: signed(hundredths(*v)),
					bold: *v == 0 && !row.Limit})
			default:
				m.add(k, rows[i], tile{fill: white, hatch: true})
				if t.c.Regret.Oracle == nil || i < len(t.rows)-1 {
					m.missing++
				}
			}
		}
		if row.Groups > 0 {
			text := signed(hundredths(row.Mean))
			if row.Groups < len(t.names) {
				text += fmt.Sprintf(" (%d)", row.Groups)
			}
			mean := m.means
			mean.y, mean.fill, mean.text = rows[i], m.color(row.Mean), text
			m.tiles = append(m.tiles, mean)
		}
	}
	return m
}

// setAxes makes the axes, with room for the means, and returns the places of the rows.
func (m *tileMap) setAxes(t contest) (rows []float64) {
	sty, n := style(tickSize), len(t.names)
	m.y, rows = t.rowAxis(nameRoom)
	m.y.categories = append(m.y.categories, category{bestRow, "best power", false},
		category{signalRow, "N_{S}", false})
	m.y.low, m.y.high = m.y.low+0.1, signalRow+0.5
	column := (fullWidth - m.y.widest() - 16 - meanGap - meanRoom) / vg.Length(n)
	left := float64(n) - 0.5 + float64(meanGap/column)
	right := left + float64(meanRoom/column)
	m.means = tile{x0: left, x1: right}
	m.x = axis{label: t.axis, extent: extent{-0.5, right}}
	for k, name := range t.names {
		text := shorten(name, sty, nameRoom)
		m.x.categories = append(m.x.categories, category{at: float64(k), text: text})
		m.x.upright = m.x.upright || sty.Width(text) > column-4
	}
	m.x.categories = append(m.x.categories, category{at: (left + right) / 2, text: "mean"})
	return rows
}

// add sets a tile into column k.
func (m *tileMap) add(k int, y float64, t tile) {
	t.x0, t.x1, t.y = float64(k)-0.5, float64(k)+0.5, y
	m.tiles = append(m.tiles, t)
}

// color is the color of a regret: warm above 0, cold below.
func (m tileMap) color(v float64) color.NRGBA {
	if v < 0 {
		return cold(v / min(m.below, -0.1))
	}
	return warm(v / m.top)
}

// warm is the color at u in [0, 1], darker for larger u, from near white through orange and
// vermillion to brown.
func warm(u float64) color.NRGBA {
	pale, brown := color.NRGBA{R: 255, G: 250, B: 240, A: 255},
		color.NRGBA{R: 110, G: 35, B: 0, A: 255}
	switch {
	case u < 0.4:
		return mixed(pale, orange, u/0.4)
	case u < 0.75:
		return mixed(orange, vermillion, (u-0.4)/0.35)
	}
	return mixed(vermillion, brown, min((u-0.75)/0.25, 1))
}

// cold is the color at u in [0, 1], darker for larger u, from near white to blue. It ends at a
// lighter shade than warm.
func cold(u float64) color.NRGBA { return sequential(int(math.Round(0.55 * u * (shades - 1)))) }

// shading shows a color map over [0, 1] in a legend.
type shading struct{ color func(u float64) color.NRGBA }

// Thumbnail implements plot.Thumbnailer.
func (s shading) Thumbnail(c *draw.Canvas) {
	const steps = 18
	for i := range steps {
		// Each step reaches to the right end, so that no seam shows between two.
		left := c.X(float64(i) / steps)
		c.FillPolygon(s.color(float64(i)/(steps-1)), []vg.Point{{X: left, Y: c.Min.Y},
			{X: c.Max.X, Y: c.Min.Y}, c.Max, {X: left, Y: c.Max.Y}})
	}
}

// Plot implements plot.Plotter.
func (m tileMap) Plot(c draw.Canvas, p *plot.Plot) {
	region{fill: white}.Thumbnail(&c)
	var boxes []draw.Canvas
	size := tickSize
	for _, t := range m.tiles {
		box := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
			Min: vg.Point{X: c.X(p.X.Norm(t.x0)), Y: c.Y(p.Y.Norm(t.y - 0.5))},
			Max: vg.Point{X: c.X(p.X.Norm(t.x1)), Y: c.Y(p.Y.Norm(t.y + 0.5))},
		}}
		boxes = append(boxes, box)
		for size > 4 && t.style(size).Width(t.text) > box.Size().X-2 {
			size -= 0.5
		}
	}
	for i, t := range m.tiles {
		if t.hatch {
			hatched{}.Thumbnail(&boxes[i])
			continue
		}
		region{fill: t.fill, edge: stroke(white, 0.7)}.Thumbnail(&boxes[i])
		sty := t.style(size)
		sty.XAlign, sty.YAlign, sty.Color = draw.XCenter, draw.YCenter, readable(t.fill)
		c.FillText(sty, boxes[i].Center(), t.text)
	}
}

func (t tile) style(size vg.Length) text.Style {
	if t.bold {
		return bold(size)
	}
	return style(size)
}
