package plots

import (
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A namedPoint is a point with an interval and a label.
type namedPoint struct {
	x, y, low, high float64
	look
	label string
}

// namedPoints draw points with labels that cover neither one another, nor a point, nor a line. Each
// label in turn has the nearest free place. A thin line leads to its point from a place that is not
// next to it.
type namedPoints struct {
	points []namedPoint
	line   [2][]float64
}

const (
	nearest   = vg.Length(5) // from a point to a label next to it
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
// and off what is taken. far reports that it is not next to the point, and ok is false if there is
// no such place.
func freePlace(frame vg.Rectangle, center vg.Point, sty text.Style, label string,
	taken []vg.Rectangle) (box vg.Rectangle, far, ok bool) {
	half := vg.Point{X: sty.Width(label)/2 + 1, Y: sty.Height("0")/2 - 0.5}
	for distance := nearest; distance < frame.Size().X; distance += ringWidth {
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
				return box, distance > nearest, true
			}
		}
	}
	return box, false, false
}

// overlap reports whether two rectangles have an area in common.
func overlap(a, b vg.Rectangle) bool {
	return a.Min.X < b.Max.X && b.Min.X < a.Max.X && a.Min.Y < b.Max.Y && b.Min.Y < a.Max.Y
}
