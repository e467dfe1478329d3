package plots

import (
	"fmt"
	"image"
	"image/color"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A page is a canvas that keeps the boxes of the texts that are drawn on it and reports what is not
// a number or lies off the page.
type page struct {
	size   vg.Point
	turns  []float64
	texts  []textBox
	faults []string
}

type textBox struct {
	text string
	vg.Rectangle
}

var _ vg.Canvas = (*page)(nil)

func (p *page) Size() (x, y vg.Length)             { return p.size.X, p.size.Y }
func (p *page) SetLineWidth(vg.Length)             {}
func (p *page) SetLineDash([]vg.Length, vg.Length) {}
func (p *page) SetColor(color.Color)               {}
func (p *page) Rotate(rad float64)                 { p.turns[len(p.turns)-1] += rad }
func (p *page) Translate(vg.Point)                 { p.faults = append(p.faults, "a translation") }
func (p *page) Scale(x, y float64) {
	p.faults = append(p.faults,
		"a change of scale")
}
func (p *page) Push() {
	p.turns = append(p.turns,
		p.turns[len(p.turns)-1])
}
func (p *page) Pop()                { p.turns = p.turns[:len(p.turns)-1] }
func (p *page) Stroke(path vg.Path) { p.check(path) }
func (p *page) Fill(path vg.Path)   { p.check(path) }
func (p *page) DrawImage(at vg.Rectangle, _ image.Image) {
	if !p.contains(at.Min, 0) || !p.contains(at.Max, 0) || at.Min.X >= at.Max.X ||
		at.Min.Y >= at.Max.Y {
		p.faults = append(p.faults, "an image that is not on the page")
	}
}
func (p *page) contains(pt vg.Point, s vg.Length) bool { // false for NaN
	return pt.X >= -s && pt.X <= p.size.X+s && pt.Y >= -s && pt.Y <= p.size.Y+s
}

func (p *page) check(path vg.Path) {
	for _, step := range path {
		if step.Type != vg.CloseComp && !p.contains(step.Pos, 0.01) {
			p.faults = append(p.faults, fmt.Sprintf("a path through %v", step.Pos))
			return
		}
	}
}

func (p *page) FillString(f font.Face, at vg.Point, s string) {
	sin, cos := math.Sincos(p.turns[len(p.turns)-1])
	turned := func(x, y vg.Length) vg.Point {
		return vg.Point{X: x*vg.Length(cos) - y*vg.Length(sin),
			Y: y*vg.Length(cos) + x*vg.Length(sin)}
	}
	// The height of digits and capitals; what reaches below the baseline is left to the gaps
	// between lines.
	a, b := turned(at.X, at.Y), turned(at.X+f.Width(s), at.Y+0.72*f.Font.Size)
	box := textBox{s, vg.Rectangle{
		Min: vg.Point{X: min(a.X, b.X), Y: min(a.Y, b.Y)},
		Max: vg.Point{X: max(a.X, b.X), Y: max(a.Y, b.Y)},
	}}
	if !p.contains(box.Min, 0) || !p.contains(box.Max, 0) {
		p.faults = append(p.faults, fmt.Sprintf("%q from %v to %v", s, box.Min, box.Max))
	}
	if printable(s) != s {
		p.faults = append(p.faults, fmt.Sprintf("%q has characters that the font lacks", s))
	}
	p.texts = append(p.texts, box)
}

// overlaps are the pairs of texts that cover one another.
func (p *page) overlaps() []string {
	const slack = 0.3
	var out []string
	for i, a := range p.texts {
		for _, b := range p.texts[:i] {
			if a.Min.X+slack < b.Max.X && b.Min.X+slack < a.Max.X && a.Min.Y+slack < b.Max.Y &&
				b.Min.Y+slack < a.Max.Y {
				out = append(out, fmt.Sprintf("%q and %q", a.text, b.text))
			}
		}
	}
	return out
}

// inspect draws f on a page and fails where it finds a fault.
func inspect(t interface {
	Helper()
	Errorf(string, ...any)
}, name string, f Figure) *page {
	t.Helper()
	size, err := f.extent()
	if err != nil {
		t.Errorf("%s: %v", name, err)
		return &page{}
	}
	p := &page{size: size, turns: []float64{0}}
	f.draw(draw.New(p))
	if len(p.faults) > 0 {
		t.Errorf("%s: %d faults: %s", name, len(p.faults),
			strings.Join(p.faults[:min(len(p.faults), 5)], "; "))
	}
	if o := p.overlaps(); len(o) > 0 {
		t.Errorf("%s: texts overlap: %s", name, strings.Join(o, "; "))
	}
	if len(p.turns) != 1 {
		t.Errorf("%s: pushes and pops do not match", name)
	}
	return p
}

// words is all text on the page, in the order of drawing, with ordinary spaces.
func (p *page) words() string {
	var b strings.Builder
	for _, t := range p.texts {
		b.WriteString(strings.ReplaceAll(t.text, "\u00a0", " "))
		b.WriteByte('\n')
	}
	return b.String()
}

func TestPageSeesOverlapsAndEdges(t *testing.T) {
	t.Parallel()
	p := &page{size: vg.Point{X: 100, Y: 100}, turns: []float64{0}}
	c := draw.New(p)
	c.FillText(style(10), vg.Point{X: 10, Y: 10}, "one")
	c.FillText(style(10), vg.Point{X: 15, Y: 12}, "two")
	if len(p.overlaps()) != 1 || len(p.faults) != 0 {
		t.Errorf("overlaps %v, faults %v", p.overlaps(), p.faults)
	}
	c.FillText(style(10), vg.Point{X: 90, Y: 50}, "too wide")
	c.StrokeLine2(stroke(black, 1), 0, 0, 100, vg.Length(math.NaN()))
	c.FillText(style(10), vg.Point{X: 10, Y: 70}, "漢")
	if len(p.faults) != 3 {
		t.Errorf("faults %v, want 3", p.faults)
	}
}
