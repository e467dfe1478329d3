package plots

import (
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A layout arranges panels in rows and columns with aligned data areas. A nil panel leaves its
// place empty.
type layout struct {
	panels          [][]*panel
	widths, heights []float64 // shares of the data areas; nil: equal ones
	gapX, gapY      vg.Length
}

// grid is room for n panels in rows of the given number of columns.
func grid(n, columns int) [][]*panel {
	rows := make([][]*panel, (n+columns-1)/columns)
	for i := range rows {
		rows[i] = make([]*panel, columns)
	}
	return rows
}

// stacked is a layout of one column whose panels share the horizontal axis; the lowest one shows
// it.
func stacked(panels []*panel) layout {
	var l layout
	for i, p := range panels {
		if i < len(panels)-1 {
			p.x = p.x.stripped()
		}
		l.panels = append(l.panels, []*panel{p})
	}
	l.gapY = 5
	return l
}

// shares normalizes n weights to a sum of 1.
func shares(weights []float64, n int) []vg.Length {
	out := make([]vg.Length, n)
	var sum float64
	for _, w := range weights {
		sum += w
	}
	for i := range out {
		if weights == nil {
			out[i] = 1 / vg.Length(n)
		} else {
			out[i] = vg.Length(weights[i] / sum)
		}
	}
	return out
}

func (l layout) draw(c draw.Canvas) {
	l = l.fitted(c)
	areas := l.areas(c)
	for i, row := range l.panels {
		for j, p := range row {
			if p != nil {
				p.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: areas[i][j]})
			}
		}
	}
}

// fitPasses is how often texts and data areas are fitted to each other: a label of two lines makes
// an area smaller, so that others may need two lines as well.
const fitPasses = 3

// fitted is the layout with texts that fit to its data areas. The panels themselves are not
// changed.
func (l layout) fitted(c draw.Canvas) layout {
	whole := l.panels
	for range fitPasses {
		areas := l.areas(c)
		l.panels = make([][]*panel, len(whole))
		for i, row := range whole {
			l.panels[i] = make([]*panel, len(row))
			for j, p := range row {
				if p != nil {
					l.panels[i][j] = p.fitted(areas[i][j].Size())
				}
			}
		}
	}
	return l
}

// areas are the data areas of the panels.
func (l layout) areas(c draw.Canvas) [][]vg.Rectangle {
	rows, columns := len(l.panels), len(l.panels[0])
	byRow, byColumn := make([]margins, rows), make([]margins, columns)
	for i, row := range l.panels {
		for j, p := range row {
			if p != nil {
				m := p.margins()
				byRow[i], byColumn[j] = byRow[i].union(m), byColumn[j].union(m)
			}
		}
	}
	width := c.Max.X - c.Min.X - l.gapX*vg.Length(columns-1)
	for _, m := range byColumn {
		width -= m.left + m.right
	}
	height := c.Max.Y - c.Min.Y - l.gapY*vg.Length(rows-1)
	for _, m := range byRow {
		height -= m.bottom + m.top
	}
	widths, heights := shares(l.widths, columns), shares(l.heights, rows)

	areas := make([][]vg.Rectangle, rows)
	top := c.Max.Y
	for i := range rows {
		top -= byRow[i].top
		bottom := top - height*heights[i]
		left := c.Min.X
		for j := range columns {
			left += byColumn[j].left
			right := left + width*widths[j]
			areas[i] = append(areas[i], vg.Rectangle{Min: vg.Point{X: left, Y: bottom},
				Max: vg.Point{X: right, Y: top}})
			left = right + byColumn[j].right + l.gapX
		}
		top = bottom - byRow[i].bottom - l.gapY
	}
	return areas
}
