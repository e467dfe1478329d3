package plots

import (
	"fmt"
	"image/color"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// mostLabels is how many labels an axis of a HeatMap may have, for the numbers in its cells to be
// read.
const mostLabels = 16

// HeatMap draws the power at one N_S over two swept axes, for the cells that have the fixed arms: a
// color and the number for each pair of labels, with the 68% Clopper-Pearson interval below it if
// there is room. Pairs without toys are hatched and counted.
//
// It returns an error if the sweep has no such axes or labels, if an axis has more than sixteen
// labels, if another axis of several labels is not fixed, if no cell has toys at the N_S, or if a
// cell's numbers cannot be drawn.
func HeatMap(s results.Summary, x, y string, signal float64, fixed []results.ArmRecord) (Figure,
	error) {
	f, err := heatMap(s, x, y, signal, fixed)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: heat map of %q and %q: %w", x, y, err)
	}
	return f, nil
}

func heatMap(s results.Summary, x, y string, signal float64, fixed []results.ArmRecord) (Figure,
	error) {
	c, err := choose(s, []string{x, y}, fixed)
	if err != nil {
		return Figure{}, err
	}
	for _, a := range c.axes {
		if len(a.Labels) > mostLabels {
			return Figure{}, fmt.Errorf("axis %q has %d labels; at most %d can be drawn", a.Name,
				len(a.Labels), mostLabels)
		}
	}
	vacant := c.vacant(signal)
	m := newSquares(c, signal)
	if len(m.points) == 0 {
		return Figure{}, fmt.Errorf("no cell has toys at %s", strength(signal))
	}
	horizontal, vertical := heatMapAxes(c.axes[0], c.axes[1])
	label := "power"
	if alpha, shared := sharedSize(c.curves); shared {
		label += " at α = " + number(alpha)
	}
	rows := vg.Length(m.rows)
	height := rows*min(max(1.6*vg.Centimeter, 5*vg.Centimeter/rows), 12*vg.Centimeter/rows) + 40
	if horizontal.upright {
		height += horizontal.widest()
	}
	var legend entries
	caption := powerCaption(c.curves)
	if vacant > 0 {
		legend.add("no toys", hatched{})
		caption += fmt.Sprintf(" Hatched: %d of %d pairs have no toys at this N_{S}.", vacant,
			m.columns*m.rows)
	}
	title, more := heading(s.Name, "power at N_{S} = "+number(signal), fixed)
	return Figure{
		title:  title,
		table:  powerTable(c.curves, nil),
		legend: legend,
		body: layout{
			panels: [][]*panel{{{x: horizontal, y: vertical, plotters: []plot.Plotter{m}},
				colorBar(label, extent{0, 1}, sequential)}},
			widths: []float64{1, 0.03},
			gapX:   5,
		},
		size:    vg.Point{X: fullWidth, Y: height},
		wide:    true,
		caption: append([]string{sentences(caption, more)}, gathered(s.Warnings, c.curves)...),
	}, nil
}

// newSquares are the cells of two axes at a strength. The cells of c keep their points at that
// strength alone.
func newSquares(c chosen, signal float64) squares {
	m := squares{columns: len(c.axes[0].Labels), rows: len(c.axes[1].Labels),
		points: make(map[[2]int]results.Point)}
	for i := range c.curves {
		st := &c.curves[i]
		p, ok := st.at(signal)
		st.points, st.missing = nil, nil
		if ok {
			st.points = []results.Point{p}
			m.points[[2]int(c.places[i])] = p
		}
	}
	return m
}

// heatMapAxes are the axes of a heat map. The labels of the horizontal one stand upright if they
// are wider than a cell.
func heatMapAxes(x, y results.AxisRecord) (horizontal, vertical axis) {
	of := func(a results.AxisRecord) axis {
		var texts []string
		for _, label := range a.Labels {
			texts = append(texts, shorten(printable(label), style(tickSize), 0.25*fullWidth))
		}
		return categorical(printable(a.Name), texts)
	}
	horizontal, vertical = of(x), of(y)
	// 90 points are for the titles, the bar and the gaps.
	room := (fullWidth - vertical.widest() - 90) / vg.Length(len(x.Labels))
	horizontal.upright = horizontal.widest() > room-4
	return horizontal, vertical
}

// squares fill their panel with the cells of a heat map.
type squares struct {
	columns, rows int
	points        map[[2]int]results.Point // by column and row
}

// Plot implements plot.Plotter.
func (m squares) Plot(c draw.Canvas, _ *plot.Plot) {
	big, small := place(tickSize, draw.XCenter, draw.YCenter),
		place(captionSize-0.5, draw.XCenter, draw.YCenter)
	for i := range m.columns {
		for j := range m.rows {
			cell := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: c.X(float64(i) / float64(m.columns)),
					Y: c.Y(float64(j) / float64(m.rows))},
				Max: vg.Point{X: c.X(float64(i+1) / float64(m.columns)),
					Y: c.Y(float64(j+1) / float64(m.rows))},
			}}
			p, ok := m.points[[2]int{i, j}]
			if !ok {
				hatched{}.Thumbnail(&cell)
				continue
			}
			region{fill: powerColor(p.Power), edge: stroke(white, 0.7)}.Thumbnail(&cell)
			big.Color = readable(powerColor(p.Power))
			small.Color = big.Color
			interval := fmt.Sprintf("%s–%s", hundredths(p.CI68[0]), hundredths(p.CI68[1]))
			at, size := cell.Center(), cell.Size()
			if lines := big.Height("0") + small.Height("0"); small.Width(interval) < size.X-4 &&
				lines < size.Y-4 {
				c.FillText(small, vg.Point{X: at.X, Y: at.Y - lines/2 + small.Height("0")/2},
					interval)
				at.Y += lines/2 - big.Height("0")/2
			}
			c.FillText(big, at, hundredths(p.Power))
		}
	}
}

func powerColor(p float64) color.NRGBA { return sequential(int(math.Round(p * (shades - 1)))) }

func hundredths(p float64) string { return strconv.FormatFloat(p, 'f', 2, 64) }

// hatched is an area without a value.
type hatched struct{}

// Thumbnail implements plot.Thumbnailer.
func (hatched) Thumbnail(c *draw.Canvas) {
	region{fill: white, edge: stroke(lightGray, 0.5)}.Thumbnail(c)
	height := c.Max.Y - c.Min.Y
	for x := c.Min.X - height; x < c.Max.X; x += 5 {
		line := []vg.Point{{X: x, Y: c.Min.Y}, {X: x + height, Y: c.Max.Y}}
		c.StrokeLines(stroke(midGray, 0.5), c.ClipLinesXY(line)...)
	}
}
