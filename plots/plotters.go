package plots

import (
	"image/color"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// stroke is the style of a line.
func stroke(c color.Color, width vg.Length, dashes ...vg.Length) draw.LineStyle {
	return draw.LineStyle{Color: c, Width: width, Dashes: dashes}
}

// curve is a line of gonum/plot through (x, y).
func curve(x, y []float64, s draw.LineStyle) *plotter.Line {
	xys := make(plotter.XYs, len(x))
	for i := range x {
		xys[i].X, xys[i].Y = x[i], y[i]
	}
	return &plotter.Line{XYs: xys, LineStyle: s}
}

// across is a horizontal line over the whole of the axis.
func across(x axis, y float64, s draw.LineStyle) *plotter.Line {
	return curve([]float64{x.low, x.high}, []float64{y, y}, s)
}

// upright is a vertical line over the whole of the axis.
func upright(x float64, y axis, s draw.LineStyle) *plotter.Line {
	return curve([]float64{x, x}, []float64{y.low, y.high}, s)
}

// markers are glyphs of gonum/plot at (x, y).
func markers(x, y []float64, c color.Color, radius vg.Length,
	shape draw.GlyphDrawer) *plotter.Scatter {
	return &plotter.Scatter{XYs: curve(x, y, draw.LineStyle{}).XYs,
		GlyphStyle: draw.GlyphStyle{Color: c, Radius: radius, Shape: shape}}
}

// seen is a curve that is visible even if it has a single point.
func seen(x, y []float64, s draw.LineStyle) []plot.Plotter {
	if len(x) == 1 {
		return []plot.Plotter{markers(x, y, s.Color, 2, draw.CircleGlyph{})}
	}
	return []plot.Plotter{curve(x, y, s)}
}

// lineSample and glyphSample represent a curve and markers in a legend.
func lineSample(s draw.LineStyle) plot.Thumbnailer { return curve(nil, nil, s) }

func glyphSample(c color.Color, radius vg.Length, shape draw.GlyphDrawer) plot.Thumbnailer {
	return markers(nil, nil, c, radius, shape)
}

// hollow is a glyph with a white middle. Those of gonum/plot are outlined by a hairline.
type hollow struct{ outer draw.GlyphDrawer }

// DrawGlyph implements draw.GlyphDrawer.
func (h hollow) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	h.outer.DrawGlyph(c, sty, at)
	sty.Color = color.White
	c.SetColor(sty.Color)
	sty.Radius *= 0.55
	h.outer.DrawGlyph(c, sty, at)
}

// A polygon is a filled glyph of n equal sides with a corner in the direction of turn, in degrees.
type polygon struct {
	n    int
	turn float64
}

// DrawGlyph implements draw.GlyphDrawer. The glyph is about as large as a circle of the radius.
func (g polygon) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	radius := float64(sty.Radius) * math.Sqrt(
		2*math.Pi/(float64(g.n)*math.Sin(2*math.Pi/float64(g.n))))
	corners := make([]vg.Point, g.n)
	for i := range corners {
		sin, cos := math.Sincos(g.turn*math.Pi/180 + 2*math.Pi*float64(i)/float64(g.n))
		corners[i] = vg.Point{X: at.X + vg.Length(radius*cos), Y: at.Y + vg.Length(radius*sin)}
	}
	c.FillPolygon(sty.Color, corners)
}

// A star is a filled glyph with five points, one of them upwards. The radius is that of the points.
type star struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (star) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	corners := make([]vg.Point, 10)
	for i := range corners {
		radius := sty.Radius
		if i%2 == 1 {
			radius *= 0.45
		}
		sin, cos := math.Sincos(math.Pi/2 + 2*math.Pi*float64(i)/10)
		corners[i] = vg.Point{X: at.X + radius*vg.Length(cos), Y: at.Y + radius*vg.Length(sin)}
	}
	c.FillPolygon(sty.Color, corners)
}

// at is the place of (x, y) on the canvas. Values far outside of the axes are clamped some widths
// away, because clipping on the canvas needs coordinates of moderate size.
func at(c *draw.Canvas, p *plot.Plot, x, y float64) vg.Point {
	const far = 50
	hold := func(v float64) float64 { return min(max(v, -far), far) }
	return vg.Point{X: c.X(hold(p.X.Norm(x))), Y: c.Y(hold(p.Y.Norm(y)))}
}

// outline gathers (x, y) on the canvas.
func outline(c *draw.Canvas, p *plot.Plot, x, y []float64) []vg.Point {
	pts := make([]vg.Point, len(x))
	for i := range x {
		pts[i] = at(c, p, x[i], y[i])
	}
	return pts
}

// A region is a filled polygon with an optional edge, clipped to the axes.
type region struct {
	x, y []float64
	fill color.Color
	edge draw.LineStyle
	// open leaves the edge's last side, from the last point back to the first, undrawn.
	open bool
}

// between is the region from low to high along x.
func between(x, low, high []float64, fill color.Color) region {
	r := region{fill: fill}
	r.x, r.y = append(r.x, x...), append(r.y, high...)
	for i := len(x) - 1; i >= 0; i-- {
		r.x, r.y = append(r.x, x[i]), append(r.y, low[i])
	}
	return r
}

// ellipse is the region |((x-x0)/rx, (y-y0)/ry)| <= 1, in the data's coordinates.
func ellipse(x0, y0, rx, ry float64) region {
	const sides = 180
	var r region
	for s := range sides {
		sin, cos := math.Sincos(2 * math.Pi * float64(s) / sides)
		r.x, r.y = append(r.x, x0+rx*cos), append(r.y, y0+ry*sin)
	}
	return r
}

// Plot implements plot.Plotter.
func (r region) Plot(c draw.Canvas, p *plot.Plot) {
	pts := outline(&c, p, r.x, r.y)
	if r.fill != nil {
		c.FillPolygon(r.fill, c.ClipPolygonXY(pts))
	}
	if r.edge.Width > 0 && len(pts) > 0 {
		if !r.open {
			pts = append(pts, pts[0])
		}
		c.StrokeLines(r.edge, c.ClipLinesXY(pts)...)
	}
}

// Thumbnail implements plot.Thumbnailer.
func (r region) Thumbnail(c *draw.Canvas) {
	if r.fill != nil {
		c.FillPolygon(r.fill, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max,
			{X: c.Min.X, Y: c.Max.Y}})
	}
	if r.edge.Width > 0 {
		c.StrokeLines(r.edge, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max,
			{X: c.Min.X, Y: c.Max.Y}, c.Min})
	}
}

// A path is a line whose color follows values in [-limit, limit] along it.
type path struct {
	x, y, values []float64
	limit        float64
	width        vg.Length
}

// Plot implements plot.Plotter.
func (l path) Plot(c draw.Canvas, p *plot.Plot) {
	pts := outline(&c, p, l.x, l.y)
	for i := 0; i+1 < len(pts); {
		step := shade(l.values[i+1], l.limit)
		j := i + 1
		for j+1 < len(pts) && shade(l.values[j+1], l.limit) == step {
			j++
		}
		c.StrokeLines(stroke(diverging(step), l.width), c.ClipLinesXY(pts[i:j+1])...)
		i = j
	}
}

// Thumbnail implements plot.Thumbnailer. It shows the whole of the map.
func (l path) Thumbnail(c *draw.Canvas) {
	const pieces = 9
	for i := range pieces {
		step := i * (shades - 1) / (pieces - 1)
		c.StrokeLine2(stroke(diverging(step), l.width), c.X(float64(i)/pieces), c.Center().Y,
			c.Max.X, c.Center().Y)
	}
}

// dots are many small squares in one path, so that overlapping translucent squares do not darken
// and files stay small.
type dots struct {
	x, y   []float64
	c      color.Color
	radius vg.Length
}

// Plot implements plot.Plotter.
func (d dots) Plot(c draw.Canvas, p *plot.Plot) {
	var all vg.Path
	for _, pt := range outline(&c, p, d.x, d.y) {
		if c.Contains(pt) {
			square(&all, pt, d.radius)
		}
	}
	c.SetColor(d.c)
	c.Fill(all)
}

func square(p *vg.Path, at vg.Point, r vg.Length) {
	p.Move(vg.Point{X: at.X - r, Y: at.Y - r})
	p.Line(vg.Point{X: at.X + r, Y: at.Y - r})
	p.Line(vg.Point{X: at.X + r, Y: at.Y + r})
	p.Line(vg.Point{X: at.X - r, Y: at.Y + r})
	p.Close()
}

// Thumbnail implements plot.Thumbnailer.
func (d dots) Thumbnail(c *draw.Canvas) {
	var p vg.Path
	for i, y := range []vg.Length{0.4, 0.75, 0.2, 0.6} {
		square(&p, vg.Point{X: c.X(0.2 + 0.2*float64(i)), Y: c.Y(float64(y))}, max(d.radius, 0.8))
	}
	c.SetColor(d.c)
	c.Fill(p)
}

// A rug marks values by short lines on the horizontal axis.
type rug struct {
	x     []float64
	c     color.Color
	width vg.Length
}

// Plot implements plot.Plotter.
func (r rug) Plot(c draw.Canvas, p *plot.Plot) {
	c.SetLineStyle(stroke(r.c, r.width))
	var all vg.Path
	for _, v := range r.x {
		if x := at(&c, p, v, p.Y.Min).X; c.ContainsX(x) {
			all.Move(vg.Point{X: x, Y: c.Min.Y})
			all.Line(vg.Point{X: x, Y: c.Min.Y + 6})
		}
	}
	c.Stroke(all)
}

// Thumbnail implements plot.Thumbnailer.
func (r rug) Thumbnail(c *draw.Canvas) {
	for _, u := range []float64{0.2, 0.35, 0.6, 0.8} {
		c.StrokeLine2(stroke(r.c, max(r.width, 0.5)), c.X(u), c.Min.Y, c.X(u), c.Max.Y)
	}
}

// colorBar is a panel that shows a map of colors over e.
func colorBar(label string, e extent, color func(step int) color.NRGBA) *panel {
	y := linear(label, e, 5)
	y.opposite = true
	return &panel{x: axis{extent: extent{0, 1}, bare: true}, y: y,
		plotters: []plot.Plotter{ramp(color)}}
}

// A ramp fills its panel with a map of colors, from the bottom up.
type ramp func(step int) color.NRGBA

// Plot implements plot.Plotter.
func (color ramp) Plot(c draw.Canvas, _ *plot.Plot) {
	for step := range shades {
		low := c.Y(float64(step) / shades)
		// Each step reaches to the top, so that no seam shows between two.
		c.FillPolygon(color(step), []vg.Point{{X: c.Min.X, Y: low}, {X: c.Max.X, Y: low}, c.Max,
			{X: c.Min.X, Y: c.Max.Y}})
	}
}
