package plots

import (
	"bytes"
	"errors"
	"fmt"
	"image/color"
	"math"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgimg"
	"gonum.org/v1/plot/vg/vgsvg"

	"sparker/results"
)

// A Figure is a drawing whose numbers are checked: a title, a legend above the panels so that it
// covers no data, the panels, and a caption below. Rendering does not change it. The zero Figure
// cannot be rendered.
type Figure struct {
	title   string
	legend  entries
	body    layout
	size    vg.Point // of the panels with their axes
	caption []string // paragraphs

	// wide is a figure of many panels or of long texts, which cannot be read in one column of a
	// paper.
	wide  bool
	table table // the numbers that are drawn
	sheet sheet // how it is rendered
}

// A legendEntry is one line of a legend: a label and the samples that it explains, drawn over one
// another.
type legendEntry struct {
	label   string
	samples []plot.Thumbnailer
}

// entries are the lines of a legend.
type entries []legendEntry

func newEntry(label string, samples ...plot.Thumbnailer) legendEntry {
	return legendEntry{label, samples}
}

// newEntries is a legend of one line.
func newEntries(label string, samples ...plot.Thumbnailer) entries {
	return entries{{label, samples}}
}

// add adds a line.
func (e *entries) add(label string, samples ...plot.Thumbnailer) {
	*e = append(*e, legendEntry{label, samples})
}

// Resolution is that of the PNG images that [Write] makes for the screen, in dots per inch.
const Resolution = 200

const (
	fullWidth  = 16 * vg.Centimeter
	halfHeight = 9 * vg.Centimeter // of a figure with a single row of panels

	thumbWidth    = vg.Length(18)
	thumbHeight   = vg.Length(7)
	shownWarnings = 3
)

// warnings are the paragraphs of a caption for a record's warnings: the first few, and the number
// of the others.
func warnings(all []string) []string {
	var out []string
	for i, w := range all {
		if i == shownWarnings {
			return append(out, fmt.Sprintf("+%d more warnings.", len(all)-i))
		}
		out = append(out, "Warning: "+printable(w))
	}
	return out
}

// PNG renders the figure as a PNG image with a resolution in dots per inch; see [Resolution].
func (f Figure) PNG(dpi int) ([]byte, error) {
	size, err := f.extent()
	if err != nil {
		return nil, err
	}
	if dpi < 1 {
		return nil, fmt.Errorf("plots: a resolution of %d dots per inch; must be above 0", dpi)
	}
	// An enlarged figure is one with more dots, in which texts stay sharp.
	dots := max(1, int(math.Round(float64(dpi)*f.sheet.enlargement())))
	c := vgimg.NewWith(vgimg.UseWH(size.X, size.Y), vgimg.UseDPI(dots))
	f.draw(draw.New(c))
	var b bytes.Buffer
	if _, err := (vgimg.PngCanvas{Canvas: c}).WriteTo(&b); err != nil {
		return nil, fmt.Errorf("plots: encoding PNG: %w", err)
	}
	return b.Bytes(), nil
}

// SavePNG renders the figure into a file as a PNG image with a resolution in dots per inch. The
// file appears whole or not at all, and replaces an earlier one. [Write] also makes an SVG
// document.
func (f Figure) SavePNG(path string, dpi int) error {
	image, err := f.PNG(dpi)
	if err != nil {
		return err
	}
	if err := results.WriteFile(path, image); err != nil {
		return fmt.Errorf("plots: writing %s: %w", path, err)
	}
	return nil
}

// SVG renders the figure as an SVG document. Its fonts are named, not embedded. If Liberation Sans
// is not installed, fonts of the same metrics replace it.
func (f Figure) SVG() ([]byte, error) {
	size, err := f.extent()
	if err != nil {
		return nil, err
	}
	k := f.sheet.enlargement()
	c := vgsvg.New(size.X*vg.Length(k), size.Y*vg.Length(k))
	f.drawEnlarged(c, size)
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("plots: encoding SVG: %w", err)
	}
	return bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans;"),
		[]byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif;")), nil
}

// PDF renders the figure as a PDF document of one page, with the glyphs that it uses.
func (f Figure) PDF() ([]byte, error) {
	size, err := f.extent()
	if err != nil {
		return nil, err
	}
	k := vg.Length(f.sheet.enlargement())
	c := newPDFCanvas(vg.Point{X: size.X * k, Y: size.Y * k})
	c.Push()
	f.drawEnlarged(c, size)
	c.Pop()
	document, err := c.bytes()
	if err != nil {
		return nil, fmt.Errorf("plots: encoding PDF: %w", err)
	}
	return document, nil
}

// CSV returns the numbers that the figure draws: a header that names them with their units, and a
// line for each point, bin or bar.
func (f Figure) CSV() ([]byte, error) {
	if len(f.table.header) == 0 {
		return nil, errors.New("plots: an empty figure has no numbers")
	}
	return f.table.csv()
}

// drawEnlarged draws a figure of a size on a canvas that is larger by the enlargement of its sheet.
func (f Figure) drawEnlarged(c vg.Canvas, size vg.Point) {
	if k := f.sheet.enlargement(); k != 1 {
		c.Scale(k, k)
	}
	f.draw(draw.NewCanvas(c, size.X, size.Y))
}

// extent is the size of the whole figure.
func (f Figure) extent() (vg.Point, error) {
	if len(f.body.panels) == 0 {
		return vg.Point{}, errors.New("plots: an empty figure cannot be rendered")
	}
	_, legend := f.legendRows()
	height := f.size.Y + 2*f.sheet.border() + legend + f.captionHeight() + f.titleHeight()
	return vg.Point{X: f.size.X + 2*f.sheet.border(), Y: height}, nil
}

// titleHeight is the room for the title and the gap below it.
func (f Figure) titleHeight() vg.Length {
	if f.title == "" {
		return 0
	}
	return titleStyle().Height(f.titleText()) + 5
}

// titleText is the title in at most two lines.
func (f Figure) titleText() string {
	sty := titleStyle()
	lines := wrap(f.title, sty, f.size.X)
	if len(lines) > 2 {
		lines = []string{lines[0], shorten(strings.Join(lines[1:], " "), sty, f.size.X)}
	}
	return strings.Join(lines, "\n")
}

func titleStyle() text.Style {
	s := bold(titleSize)
	s.YAlign = draw.YTop
	return s
}

func captionStyle() text.Style {
	s := place(captionSize, draw.XLeft, draw.YTop)
	s.Color = darkGray
	return s
}

func (f Figure) captionText() string {
	var lines []string
	for _, paragraph := range f.caption {
		lines = append(lines, wrap(paragraph, captionStyle(), f.size.X)...)
	}
	return strings.Join(lines, "\n")
}

func (f Figure) captionHeight() vg.Length {
	if len(f.caption) == 0 {
		return 0
	}
	return 6 + captionStyle().Height(f.captionText())
}

// legendRows are the rows of the legend, filled from left to right, and their height.
func (f Figure) legendRows() (rows []entries, height vg.Length) {
	sty := place(legendSize, draw.XLeft, draw.YCenter)
	var used vg.Length
	for _, e := range f.legend {
		e.label = shorten(e.label, sty, f.size.X-thumbWidth-4)
		w := e.width(sty)
		if len(rows) == 0 || used+w > f.size.X {
			rows, used = append(rows, nil), 0
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], e)
		used += w + 14
	}
	return rows, vg.Length(len(rows)) * (sty.Height("0") + 3)
}

func (e legendEntry) width(sty text.Style) vg.Length { return thumbWidth + 4 + sty.Width(e.label) }

func (f Figure) draw(c draw.Canvas) {
	c.SetColor(color.White) // an SVG may be shown on any ground
	c.Fill(c.Rectangle.Path())
	border := f.sheet.border()
	c = draw.Crop(c, border, -border, border, -border)
	top := c.Max.Y
	if f.title != "" {
		c.FillText(titleStyle(), vg.Point{X: c.Min.X, Y: top}, f.titleText())
		top -= f.titleHeight()
	}
	rows, height := f.legendRows()
	sty := place(legendSize, draw.XLeft, draw.YCenter)
	for i, row := range rows {
		x, y := c.Min.X, top-(vg.Length(i)+0.5)*height/vg.Length(len(rows))
		for _, e := range row {
			thumb := draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
				Min: vg.Point{X: x, Y: y - thumbHeight/2},
				Max: vg.Point{X: x + thumbWidth, Y: y + thumbHeight/2}}}
			for _, t := range e.samples {
				t.Thumbnail(&thumb)
			}
			c.FillText(sty, vg.Point{X: x + thumbWidth + 4, Y: y}, e.label)
			x += e.width(sty) + 14
		}
	}
	top -= height
	f.body.draw(draw.Canvas{Canvas: c.Canvas, Rectangle: vg.Rectangle{
		Min: vg.Point{X: c.Min.X, Y: top - f.size.Y}, Max: vg.Point{X: c.Max.X, Y: top}}})
	if len(f.caption) > 0 {
		c.FillText(captionStyle(), vg.Point{X: c.Min.X, Y: top - f.size.Y - 6}, f.captionText())
	}
}
