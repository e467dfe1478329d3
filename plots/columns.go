package plots

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// A strengthColumn is what one panel of an ablation shows: the differences at one N_S of each
// group.
type strengthColumn struct {
	title   string
	signals []float64 // by group; NaN for a group that has none here
	ranked  bool      // the groups' N_S are not the same
}

// holds reports whether one of the rows has a difference in the column.
func (s strengthColumn) holds(rows []ablationRow) bool {
	return slices.ContainsFunc(rows, func(r ablationRow) bool {
		return slices.ContainsFunc(r.differences,
			func(d results.Difference) bool { return d.Signal == s.signals[r.group] })
	})
}

// strengthColumns are columns for the strengths of some groups, each given by its N_S, rising. If
// one group has the N_S of all others, there is a column for each N_S. Otherwise there is one for
// N_S = 0 if a group has that, one for the smallest N_S above 0 of each group, one for the second
// smallest, and so on.
func strengthColumns(groups [][]float64) (columns []strengthColumn) {
	all := slices.Concat(groups...)
	slices.Sort(all)
	all = slices.Compact(all)
	column := func(title string, ranked bool, of func(signals []float64) float64) {
		c := strengthColumn{title: title, ranked: ranked}
		for _, signals := range groups {
			c.signals = append(c.signals, of(signals))
		}
		columns = append(columns, c)
	}
	most, above := 0, 0
	for _, signals := range groups {
		most, above = max(most, len(signals)), max(above, len(aboveZero(signals)))
	}
	ranked := len(all) > most
	for _, signal := range all {
		if !ranked || signal == 0 {
			column("N_{S} = "+number(signal), false, func(signals []float64) float64 {
				return nth(signals, slices.Index(signals, signal))
			})
		}
	}
	if !ranked {
		return columns
	}
	for rank := range above {
		column(fmt.Sprintf("strength %d", rank+1), true,
			func(signals []float64) float64 { return nth(aboveZero(signals), rank) })
	}
	return columns
}

// nth is the entry at an index, or NaN if there is none.
func nth(values []float64, i int) float64 {
	if i < 0 || i >= len(values) {
		return math.NaN()
	}
	return values[i]
}

// aboveZero are the values after a leading 0.
func aboveZero(rising []float64) []float64 {
	if len(rising) > 0 && rising[0] == 0 {
		return rising[1:]
	}
	return rising
}

// commonStrengths are the N_S, rising, at which an arm is compared with its baseline, with or
// without toys: those that both have, and those of the arm's differences.
func commonStrengths(arm, baseline results.ComparisonArm,
	differences []results.Difference) (signals []float64) {
	for _, p := range arm.Points {
		if slices.ContainsFunc(baseline.Points,
			func(b results.Point) bool { return b.Signal == p.Signal }) {
			signals = append(signals, p.Signal)
		}
	}
	for _, d := range differences {
		signals = append(signals, d.Signal)
	}
	slices.Sort(signals)
	return slices.Compact(signals)
}

// A headingStrip is a band over the rows of a heading, with an N_S in the lowest.
type headingStrip struct {
	high, low float64
	signal    float64
}

// Plot implements plot.Plotter.
func (s headingStrip) Plot(c draw.Canvas, p *plot.Plot) {
	top, bottom := c.Y(p.Y.Norm(s.high+0.5)), c.Y(p.Y.Norm(s.low-0.5))
	c.FillPolygon(gridGray, []vg.Point{{X: c.Min.X, Y: bottom}, {X: c.Max.X, Y: bottom},
		{X: c.Max.X, Y: top}, {X: c.Min.X, Y: top}})
	sty := place(captionSize, draw.XCenter, draw.YCenter)
	text, room := "N_{S} = "+number(s.signal), c.Max.X-c.Min.X-2
	if sty.Width(text) > room {
		text = shorten(number(s.signal), sty, room)
	}
	c.FillText(sty, vg.Point{X: c.Center().X, Y: c.Y(p.Y.Norm(s.low))}, text)
}

// differenceAxis is the horizontal axis of n panels in a row, gap apart, that share the room. Its
// ticks are as dense as their labels allow, with at least one on each side of 0.
func differenceAxis(e extent, n int, room, gap vg.Length) axis {
	a := axis{label: "difference in power, arm − baseline"}
	if n > 2 {
		a.label = "Δ power"
	}
	for power := -2; power < 0; power++ {
		for _, factor := range []float64{1, 2, 5} {
			// the outer labels of neighbors may need room
			for _, share := range []float64{0.06, 0.1, 0.15, 0.2} {
				if a = a.spaced(e, factor, power, share); a.legible(room/vg.Length(n), gap) {
					return a
				}
			}
		}
	}
	return a.spaced(e, 1, 0, 0.06)
}

// spaced is a over e, padded by the share, with ticks at the multiples of factor·10^power. It has
// one tick on each side of 0 at least.
func (a axis) spaced(e extent, factor float64, power int, share float64) axis {
	step := factor * math.Pow10(power)
	a.extent = e.with(-step, step).padded(share)
	a.ticks = multiples(a.extent, factor, power, mostDifferenceTicks+1)
	return a
}

// legible reports whether the labels of a are few enough and do not touch, within a panel and
// between neighboring panels.
func (a axis) legible(pitch, gap vg.Length) bool {
	sty := style(tickSize)
	m := panel{x: a, y: axis{bare: true}}.margins()
	width := pitch - gap - m.left - m.right
	place := func(t plot.Tick) vg.Length { return m.left + width*vg.Length(a.norm(t.Value)) }
	for i, t := range a.ticks {
		next, start, apart := a.ticks[0], pitch, vg.Length(5)
		if i+1 < len(a.ticks) {
			next, start, apart = a.ticks[i+1], 0, 2.2
		}
		if start+place(next)-place(t) < (sty.Width(t.Label)+sty.Width(next.Label))/2+apart {
			return false
		}
	}
	return len(a.ticks) <= mostDifferenceTicks
}
