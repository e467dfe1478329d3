package plots

import (
	"cmp"
	"math"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A panel is a framed data area with its axes. gonum/plot's plotters draw into it. The axes are
// drawn here, because those of plot.Plot shrink the data area by the overhang of their texts
// (without a limit, if a text is longer than its axis), cannot be shared between panels, and cannot
// be on the right.
type panel struct {
	title    string    // may hold a line break
	size     vg.Length // of the title; 0: panelTitleSize
	x, y     axis
	plotters []plot.Plotter
}

const (
	tickLength = vg.Length(3)
	tickGap    = vg.Length(2.5) // between a tick and its label
	labelGap   = vg.Length(4)   // between tick labels and the axis label

	titleOverhang = vg.Length(8) // by which a title may be wider than its panel
)

// margins are the space for the texts around a data area.
type margins struct{ left, right, bottom, top vg.Length }

// union is the larger of both on each side.
func (m margins) union(o margins) margins {
	return margins{max(m.left, o.left), max(m.right, o.right), max(m.bottom, o.bottom),
		max(m.top, o.top)}
}

func (p panel) margins() margins {
	ticks := style(tickSize)
	m := margins{left: 2, right: 2, bottom: 2, top: 2}
	if !p.x.bare {
		m.bottom = p.x.reach()
		if p.x.label != "" {
			m.bottom += labelGap + p.x.labelStyle().Height(p.x.label)
		}
		for _, t := range p.x.ticks {
			half := ticks.Width(t.Label) / 2
			at := vg.Length(p.x.norm(t.Value)) * 60 // a data area is hardly narrower than this
			m.left, m.right = max(m.left, half-at), max(m.right, half+at-60)
		}
	}
	if !p.y.bare {
		side := tickLength
		var widest vg.Length
		for _, t := range p.y.ticks {
			widest = max(widest, ticks.Width(t.Label))
		}
		widest = max(widest, p.y.widest())
		if widest > 0 {
			side += tickGap + widest
			m.bottom, m.top = max(m.bottom, ticks.Height("0")/2), max(m.top, ticks.Height("0")/2)
		}
		if p.y.label != "" {
			side += labelGap + p.y.labelStyle().Height(p.y.label)
		}
		if p.y.opposite {
			m.right = max(m.right, side)
		} else {
			m.left = max(m.left, side)
		}
	}
	if p.title != "" {
		m.top += 3 + p.titleStyle().Height(p.title)
	}
	return m
}

// reach is how far the ticks of a horizontal axis and their labels extend from the data area.
func (a axis) reach() vg.Length {
	height := style(tickSize).Height("0")
	switch {
	case len(a.ticks) > 0:
		return tickLength + tickGap + height
	case len(a.categories) > 0 && a.upright:
		return tickGap + a.widest()
	case len(a.categories) > 0:
		return tickGap + height
	}
	return tickLength
}

// norm is the position of v on the axis: 0 at its low end, 1 at its high end.
func (a axis) norm(v float64) float64 {
	if a.log {
		return plot.LogScale{}.Normalize(a.low, a.high, v)
	}
	return plot.LinearScale{}.Normalize(a.low, a.high, v)
}

// scales is a plot with the axes of the panel, for the transforms of gonum/plot's plotters.
func (p panel) scales() *plot.Plot {
	s := plot.New()
	s.X.Min, s.X.Max, s.Y.Min, s.Y.Max = p.x.low, p.x.high, p.y.low, p.y.high
	if p.x.log {
		s.X.Scale = plot.LogScale{}
	}
	if p.y.log {
		s.Y.Scale = plot.LogScale{}
	}
	return s
}

// draw draws the panel around the data area c.
func (p panel) draw(c draw.Canvas) {
	grid := stroke(gridGray, 0.5)
	for _, t := range p.x.ticks {
		if x := c.X(p.x.norm(t.Value)); t.Label != "" && c.ContainsX(x) {
			c.StrokeLine2(grid, x, c.Min.Y, x, c.Max.Y)
		}
	}
	for _, t := range p.y.ticks {
		if y := c.Y(p.y.norm(t.Value)); t.Label != "" && c.ContainsY(y) {
			c.StrokeLine2(grid, c.Min.X, y, c.Max.X, y)
		}
	}
	for _, k := range p.y.categories {
		if y := c.Y(p.y.norm(k.at)); !k.heading {
			c.StrokeLine2(grid, c.Min.X, y, c.Max.X, y)
		}
	}
	scales := p.scales()
	for _, plotter := range p.plotters {
		plotter.Plot(c, scales)
	}
	frame := stroke(darkGray, 0.6)
	c.StrokeLines(frame, []vg.Point{c.Min, {X: c.Max.X, Y: c.Min.Y}, c.Max,
		{X: c.Min.X, Y: c.Max.Y}, c.Min})

	p.drawX(c, frame)
	p.drawY(c, frame)
	if p.title != "" {
		sty := p.titleStyle()
		sty.XAlign, sty.YAlign = draw.XCenter, draw.YBottom
		c.FillText(sty, vg.Point{X: c.Center().X, Y: c.Max.Y + 3}, p.title)
	}
}

func (p panel) titleStyle() text.Style { return style(cmp.Or(p.size, panelTitleSize)) }

func (p panel) drawX(c draw.Canvas, line draw.LineStyle) {
	sty := place(tickSize, draw.XCenter, draw.YTop)
	y := c.Min.Y
	written := p.x.apart(c.Min.X, c.Max.X, sty.Width)
	for i, t := range p.x.ticks {
		x := c.X(p.x.norm(t.Value))
		if !c.ContainsX(x) {
			continue
		}
		length := tickLength
		if t.Label == "" {
			length /= 2
		}
		c.StrokeLine2(line, x, y, x, y-length)
		if !p.x.bare && written[i] {
			c.FillText(sty, vg.Point{X: x, Y: y - tickLength - tickGap}, t.Label)
		}
	}
	if p.x.bare {
		return
	}
	for _, k := range p.x.categories {
		sty := k.style()
		sty.XAlign, sty.YAlign = draw.XCenter, draw.YTop
		if p.x.upright {
			sty.XAlign, sty.YAlign, sty.Rotation = draw.XRight, draw.YCenter, math.Pi/2
		}
		c.FillText(sty, vg.Point{X: c.X(p.x.norm(k.at)), Y: y - tickGap}, k.text)
	}
	if p.x.label == "" {
		return
	}
	y -= p.x.reach() + labelGap
	sty = p.x.labelStyle()
	sty.XAlign, sty.YAlign = draw.XCenter, draw.YTop
	c.FillText(sty, vg.Point{X: c.Center().X, Y: y}, p.x.label)
}

func (p panel) drawY(c draw.Canvas, line draw.LineStyle) {
	sty, x, outwards := place(tickSize, draw.XRight, draw.YCenter), c.Min.X, vg.Length(-1)
	if p.y.opposite {
		sty, x, outwards = place(tickSize, draw.XLeft, draw.YCenter), c.Max.X, 1
	}
	var widest vg.Length
	written := p.y.apart(c.Min.Y, c.Max.Y, digitHeight)
	for i, t := range p.y.ticks {
		y := c.Y(p.y.norm(t.Value))
		if !c.ContainsY(y) {
			continue
		}
		length := tickLength
		if t.Label == "" {
			length /= 2
		}
		c.StrokeLine2(line, x, y, x+outwards*length, y)
		if !p.y.bare && written[i] {
			c.FillText(sty, vg.Point{X: x + outwards*(tickLength+tickGap), Y: y}, t.Label)
			widest = max(widest, sty.Width(t.Label))
		}
	}
	if p.y.bare {
		return
	}
	for _, k := range p.y.categories {
		sty := k.style()
		sty.XAlign, sty.YAlign = draw.XRight, draw.YCenter
		c.FillText(sty, vg.Point{X: x - tickLength - tickGap, Y: c.Y(p.y.norm(k.at))}, k.text)
	}
	widest = max(widest, p.y.widest())
	if p.y.label == "" {
		return
	}
	x += outwards * (tickLength + labelGap)
	if widest > 0 {
		x += outwards * (tickGap + widest)
	}
	sty = p.y.labelStyle()
	sty.XAlign, sty.YAlign = draw.XCenter, draw.YBottom
	if p.y.opposite {
		sty.YAlign = draw.YTop
	}
	sty.Rotation = math.Pi / 2
	c.FillText(sty, vg.Point{X: x, Y: c.Center().Y}, p.y.label)
}
