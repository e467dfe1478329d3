package plots

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"unicode"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// The sizes of the text, in points.
const (
	titleSize   = vg.Length(11)
	labelSize   = vg.Length(9.5)
	legendSize  = vg.Length(8.5)
	tickSize    = vg.Length(8.5)
	captionSize = vg.Length(7.5)

	panelTitleSize = vg.Length(8)
)

// style is Liberation Sans in black at the given size, drawn from the left end of the baseline.
func style(size vg.Length) text.Style {
	return text.Style{
		Color:   black,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: markup{font.DefaultCache},
	}
}

// bold is style in bold.
func bold(size vg.Length) text.Style {
	s := style(size)
	s.Font.Weight = 3 // WeightBold of golang.org/x/image/font
	return s
}

// place is style with the alignment of the text's box to a point.
func place(size vg.Length, x text.XAlignment, y text.YAlignment) text.Style {
	s := style(size)
	s.XAlign, s.YAlign = x, y
	return s
}

// printable is a text of a record as it can be drawn: with spaces for control characters, and
// question marks for characters that the font lacks.
func printable(s string) string {
	sty := style(captionSize)
	face := font.DefaultCache.Lookup(sty.Font, sty.Font.Size)
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		if i, err := face.Face.GlyphIndex(nil, r); err != nil || i == 0 {
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

// number writes v with three significant digits; large and small ones as a power of ten.
func number(v float64) string {
	short := strconv.FormatFloat(v, 'e', 2, 64)
	v, _ = strconv.ParseFloat(short, 64) // reads back what FormatFloat wrote
	if a := math.Abs(v); v == 0 || (a >= 1e-3 && a < 1e6) {
		return signed(strconv.FormatFloat(v, 'f', -1, 64))
	}
	mantissa, exponent, _ := strings.Cut(short, "e")
	mantissa = strings.TrimSuffix(strings.TrimRight(mantissa, "0"), ".")
	power, _ := strconv.Atoi(exponent)
	return signed(fmt.Sprintf("%s×10^{%d}", mantissa, power))
}

// signed replaces hyphens by minus signs.
func signed(s string) string { return strings.ReplaceAll(s, "-", "−") }

// count writes n of a thing, in the plural unless n is 1.
func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return strconv.Itoa(n) + " " + thing + "s"
}

// unbroken is a formula in one word, which a line of text is not broken in.
func unbroken(formula string) string { return strings.ReplaceAll(formula, " ", "\u00a0") }
