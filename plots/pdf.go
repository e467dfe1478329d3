package plots

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// A pdfCanvas draws on the only page of a PDF document. The canvas of gonum/plot encodes texts as
// Windows-1252, which has neither Greek letters nor a minus sign. This one embeds the glyphs that
// are used, with their Unicode values, so that a reader can also search and copy the texts.
//
// PDF and vg both have their origin at the bottom left. fpdf has it at the top left, and flips each
// point on its way into the document; a point is flipped here once more before.
type pdfCanvas struct {
	doc    *fpdf.Fpdf
	size   vg.Point
	widths []vg.Length // of lines, by depth of the stack
	fonts  map[string]bool
	images int
}

var _ vg.CanvasSizer = (*pdfCanvas)(nil)

func newPDFCanvas(size vg.Point) *pdfCanvas {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt",
		Size: fpdf.SizeType{Wd: size.X.Points(), Ht: size.Y.Points()}})
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	// Equal figures give equal bytes: the lists are sorted, and the dates fixed.
	doc.SetCatalogSort(true)
	epoch := time.Unix(0, 0).UTC()
	doc.SetCreationDate(epoch)
	doc.SetModificationDate(epoch)
	doc.AddPage()
	c := &pdfCanvas{doc: doc, size: size, widths: []vg.Length{0}, fonts: make(map[string]bool)}
	vg.Initialize(c)
	return c
}

// bytes ends the document and returns it.
func (c *pdfCanvas) bytes() ([]byte, error) {
	var b bytes.Buffer
	err := c.doc.Output(&b)
	return b.Bytes(), err
}

// Size implements vg.CanvasSizer.
func (c *pdfCanvas) Size() (x, y vg.Length) { return c.size.X, c.size.Y }

// place is a point in the coordinates of fpdf.
func (c *pdfCanvas) place(pt vg.Point) (x, y float64) {
	return pt.X.Points(), (c.size.Y - pt.Y).Points()
}

// SetLineWidth implements vg.Canvas.
func (c *pdfCanvas) SetLineWidth(w vg.Length) {
	c.widths[len(c.widths)-1] = w
	c.doc.SetLineWidth(w.Points())
}

// SetLineDash implements vg.Canvas.
func (c *pdfCanvas) SetLineDash(dashes []vg.Length, offset vg.Length) {
	lengths := make([]float64, len(dashes))
	for i, d := range dashes {
		lengths[i] = d.Points()
	}
	c.doc.SetDashPattern(lengths, offset.Points())
}

// SetColor implements vg.Canvas.
func (c *pdfCanvas) SetColor(clr color.Color) {
	if clr == nil {
		clr = color.Black
	}
	n := color.NRGBAModel.Convert(clr).(color.NRGBA)
	r, g, b := int(n.R), int(n.G), int(n.B)
	c.doc.SetFillColor(r, g, b)
	c.doc.SetDrawColor(r, g, b)
	c.doc.SetTextColor(r, g, b)
	c.doc.SetAlpha(float64(n.A)/math.MaxUint8, "Normal")
}

// Rotate implements vg.Canvas.
func (c *pdfCanvas) Rotate(rad float64) {
	sin, cos := math.Sincos(rad)
	c.doc.Transform(fpdf.TransformMatrix{A: cos, B: sin, C: -sin, D: cos})
}

// Translate implements vg.Canvas.
func (c *pdfCanvas) Translate(pt vg.Point) {
	c.doc.Transform(fpdf.TransformMatrix{A: 1, D: 1, E: pt.X.Points(), F: pt.Y.Points()})
}

// Scale implements vg.Canvas.
func (c *pdfCanvas) Scale(x, y float64) { c.doc.Transform(fpdf.TransformMatrix{A: x, D: y}) }

// Push implements vg.Canvas.
func (c *pdfCanvas) Push() {
	c.widths = append(c.widths, c.widths[len(c.widths)-1])
	c.doc.TransformBegin()
}

// Pop implements vg.Canvas.
func (c *pdfCanvas) Pop() {
	c.doc.TransformEnd()
	c.widths = c.widths[:len(c.widths)-1]
}

// Stroke implements vg.Canvas.
func (c *pdfCanvas) Stroke(p vg.Path) {
	if c.widths[len(c.widths)-1] > 0 {
		c.draw(p, "D")
	}
}

// Fill implements vg.Canvas.
func (c *pdfCanvas) Fill(p vg.Path) { c.draw(p, "F") }

func (c *pdfCanvas) draw(p vg.Path, operation string) {
	if len(p) == 0 {
		return
	}
	for _, step := range p {
		switch step.Type {
		case vg.MoveComp:
			c.doc.MoveTo(c.place(step.Pos))
		case vg.LineComp:
			c.doc.LineTo(c.place(step.Pos))
		case vg.ArcComp:
			c.arc(step)
		case vg.CurveComp:
			c.curve(step)
		case vg.CloseComp:
			c.doc.ClosePath()
		}
	}
	c.doc.DrawPath(operation)
}

// arc adds an arc as cubic curves, each of at most a quarter of a circle.
func (c *pdfCanvas) arc(step vg.PathComp) {
	pieces := max(1, math.Ceil(math.Abs(step.Angle)/(math.Pi/2)-1e-9))
	part := step.Angle / pieces
	reach := 4. / 3 * math.Tan(part/4) // of the control points along the tangents, in radii
	on := func(angle, tangent float64) (x, y float64) {
		sin, cos := math.Sincos(angle)
		return c.place(vg.Point{X: step.Pos.X + step.Radius*vg.Length(cos-tangent*sin),
			Y: step.Pos.Y + step.Radius*vg.Length(sin+tangent*cos)})
	}
	c.doc.LineTo(on(step.Start, 0))
	for i := range int(pieces) {
		from := step.Start + float64(i)*part
		x0, y0 := on(from, reach)
		x1, y1 := on(from+part, -reach)
		x, y := on(from+part, 0)
		c.doc.CurveBezierCubicTo(x0, y0, x1, y1, x, y)
	}
}

// curve adds a curve with one or two control points.
func (c *pdfCanvas) curve(step vg.PathComp) {
	x, y := c.place(step.Pos)
	x0, y0 := c.place(step.Control[0])
	if len(step.Control) == 1 {
		c.doc.CurveTo(x0, y0, x, y)
		return
	}
	x1, y1 := c.place(step.Control[1])
	c.doc.CurveBezierCubicTo(x0, y0, x1, y1, x, y)
}

// FillString implements vg.Canvas.
func (c *pdfCanvas) FillString(f font.Face, pt vg.Point, text string) {
	if f.Font.Size == 0 || text == "" {
		return
	}
	name := f.Name()
	if !c.fonts[name] {
		var source bytes.Buffer
		if _, err := f.Face.WriteSourceTo(nil, &source); err != nil {
			c.doc.SetError(fmt.Errorf("reading the font %s: %w", name, err))
			return
		}
		c.doc.AddUTF8FontFromBytes(name, "", source.Bytes())
		c.fonts[name] = true
	}
	c.doc.SetFont(name, "", f.Font.Size.Points())
	x, y := c.place(pt)
	c.doc.Text(x, y, text)
}

// DrawImage implements vg.Canvas.
func (c *pdfCanvas) DrawImage(rect vg.Rectangle, img image.Image) {
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		c.doc.SetError(err)
		return
	}
	c.images++
	name, options := fmt.Sprint(c.images), fpdf.ImageOptions{ImageType: "png"}
	c.doc.RegisterImageOptionsReader(name, options, &b)
	x, y := c.place(vg.Point{X: rect.Min.X, Y: rect.Max.Y})
	size := rect.Size()
	c.doc.ImageOptions(name, x, y, size.X.Points(), size.Y.Points(), false, options, 0, "")
}
