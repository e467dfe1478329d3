package plots

import (
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// tags are texts next to points. The first ones have the first choice of a place, inside the axes
// and off the other texts. A text without room is left out.
type tags []tag

type tag struct {
	x, y float64
	text string
}

// Plot implements plot.Plotter.
func (list tags) Plot(c draw.Canvas, p *plot.Plot) {
	sty := place(captionSize, draw.XLeft, draw.YBottom)
	var taken []vg.Rectangle
	for _, t := range list {
		size := vg.Point{X: sty.Width(t.text), Y: sty.Height(t.text)}
		box, ok := tagPlace(&c, at(&c, p, t.x, t.y), size, taken)
		if !ok {
			continue
		}
		c.FillPolygon(faded(white, 0.75), []vg.Point{box.Min, {X: box.Max.X, Y: box.Min.Y},
			box.Max, {X: box.Min.X, Y: box.Max.Y}})
		c.FillText(sty, box.Min, t.text)
		taken = append(taken, box)
	}
}

// tagPlace is the first free one of six boxes of the size around a point. ok is false if all are
// taken or reach out of the canvas.
func tagPlace(c *draw.Canvas, point, size vg.Point, taken []vg.Rectangle) (box vg.Rectangle,
	ok bool) {
	for _, corner := range []vg.Point{
		{X: 4, Y: 2}, {X: -4 - size.X, Y: 2}, {X: 4, Y: -2 - size.Y},
		{X: -4 - size.X, Y: -2 - size.Y}, {X: -size.X / 2, Y: 5},
		{X: -size.X / 2, Y: -5 - size.Y},
	} {
		box := vg.Rectangle{Min: point.Add(corner), Max: point.Add(corner).Add(size)}
		if c.Contains(box.Min) && c.Contains(box.Max) &&
			!slices.ContainsFunc(taken, func(o vg.Rectangle) bool { return overlap(box, o) }) {
			return box, true
		}
	}
	return vg.Rectangle{}, false
}
