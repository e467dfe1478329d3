package plots

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot/vg"
)

// A Style is how figures are rendered. The zero Style is that of a run folder: for the screen, with
// titles and captions, as PNG and SVG.
type Style struct {
	Size Size
	// Bare figures have neither title nor caption, as for a paper that has its own. [Write] puts
	// both texts, with the warnings in them, into a text file next to the figure.
	Bare bool
	// Formats are those of the files; none means PNG and SVG.
	Formats []Format
}

// A Size is the place that a figure is made for.
type Size int

// The sizes.
const (
	// Screen is a figure of 166 mm, with labels of 9.5 points.
	Screen Size = iota
	// Column is one column of a paper of two: 86 mm, with labels of 8 points. Figures of many
	// panels have the width of Page.
	Column
	// Page is the width of a page of two columns: 178 mm, with labels of 9 points.
	Page
	// Slide is a slide of 16:9, 13.33 by 7.5 inches (1920 by 1080 dots as PNG), with labels of up
	// to 19 points.
	Slide
)

var sizeNames = [...]string{"screen", "column", "page", "slide"}

// Sizes returns all sizes.
func Sizes() []Size { return []Size{Screen, Column, Page, Slide} }

// String returns the name of the size in lower case.
func (s Size) String() string {
	if s < 0 || int(s) >= len(sizeNames) {
		return fmt.Sprintf("size %d", int(s))
	}
	return sizeNames[s]
}

// A Format is that of a file, named as its ending.
type Format string

// The formats.
const (
	PNG Format = "png"
	SVG Format = "svg"
	PDF Format = "pdf"
)

// Formats returns all formats.
func Formats() []Format { return []Format{PNG, SVG, PDF} }

// formats returns the formats of the files in their order.
func (s Style) formats() []Format {
	if len(s.Formats) == 0 {
		return []Format{PNG, SVG}
	}
	return s.Formats
}

// resolution is that of PNG images, in dots per inch.
func (s Style) resolution() int {
	switch s.Size {
	case Column, Page:
		return printResolution
	case Slide:
		return slideResolution
	}
	return Resolution
}

const (
	printResolution = 300
	slideResolution = 144 // 1920 dots over 13.33 inches

	screenBorder = vg.Length(9)
	printBorder  = vg.Length(1.5) // a paper has its own margins
	slideBorder  = vg.Length(12)

	columnWidth = 86 * vg.Millimeter
	pageWidth   = 178 * vg.Millimeter
	slideWidth  = 40 * vg.Inch / 3
	slideHeight = vg.Length(7.5) * vg.Inch

	// How much larger texts and lines are than on the screen.
	columnScale = 0.84
	pageScale   = 0.95
)

// A sheet says how a figure is rendered: with its texts and lines enlarged, and a border around it.
// The zero sheet is that of the screen.
type sheet struct {
	scale  float64
	margin vg.Length
}

func (p sheet) enlargement() float64 {
	if p.scale == 0 {
		return 1
	}
	return p.scale
}

func (p sheet) border() vg.Length {
	if p.scale == 0 {
		return screenBorder
	}
	return p.margin
}

// Styled returns the figure as it is rendered in a style. The formats are those of the methods that
// render it.
func (f Figure) Styled(s Style) Figure {
	if s.Bare {
		f.title, f.caption = "", nil
	}
	if len(f.body.panels) == 0 {
		return f
	}
	switch s.Size {
	case Column:
		if f.wide {
			return f.fitted(pageWidth, sheet{pageScale, printBorder})
		}
		return f.fitted(columnWidth, sheet{columnScale, printBorder})
	case Page:
		return f.fitted(pageWidth, sheet{pageScale, printBorder})
	case Slide:
		return f.slide()
	}
	return f
}

// fitted returns the figure on a page, as wide as it is there in total. A narrower figure is lower
// as well, but less so, because its texts are not narrower.
func (f Figure) fitted(total vg.Length, p sheet) Figure {
	natural := f.size.X
	f.sheet = p
	f.size.X = total/vg.Length(p.scale) - 2*p.margin
	if share := float64(f.size.X / natural); share < 1 {
		f.size.Y *= vg.Length(math.Sqrt(share))
		f.body = f.body.narrowed(share)
	}
	return f
}

// slide returns the figure on a slide, with texts as large as its panels allow. Curves can be lower
// than on the screen. Rows of texts cannot.
func (f Figure) slide() Figure {
	natural, least := f.size, f.size.Y*0.75
	if f.wide {
		least = natural.Y
	}
	const largest, smallest, step = 2 * slideResolution, slideResolution / 3, 12
	for dots := largest; ; dots -= step {
		scale := float64(dots) / slideResolution // the dots are whole
		f.sheet = sheet{scale, slideBorder}
		f.size.X = slideWidth/vg.Length(scale) - 2*slideBorder
		f.size.Y = natural.Y
		whole, _ := f.extent()
		f.size.Y += slideHeight/vg.Length(scale) - whole.Y
		if f.size.Y >= least {
			break
		}
		if dots <= smallest { // the slide is higher than others, but complete
			f.size.Y = least
			break
		}
	}
	if share := float64(f.size.X / natural.X); share < 1 {
		f.body = f.body.narrowed(share)
	}
	return f
}

// narrowed returns the layout with fewer labels on its horizontal axes. The panels themselves are
// not changed.
func (l layout) narrowed(share float64) layout {
	rows := make([][]*panel, len(l.panels))
	for i, row := range l.panels {
		rows[i] = slices.Clone(row)
		for j, p := range row {
			if p == nil || p.x.want == 0 {
				continue
			}
			own := *p
			labels := int(math.Round(share * float64(own.x.want)))
			own.x.ticks = linearTicks(own.x.extent, min(max(labels, 2), own.x.want))
			rows[i][j] = &own
		}
	}
	l.panels = rows
	return l
}
