package plots

import (
	"math"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"sparker/internal/clean"
)

// markup is a text handler that sets _{...} as a subscript and ^{...} as a superscript; everything
// else is plain text. Braces do not nest. (gonum/plot's LaTeX handler panics on both.)
type markup struct{ fonts *font.Cache }

var _ text.Handler = markup{}

// A textSpan is a piece of a line with one size and one shift of the baseline, both in units of the
// font's size.
type textSpan struct {
	text        string
	size, shift vg.Length
}

// spans splits a line, after it is cleaned. An opening without a closing brace is plain text.
// Spaces become no-break spaces, because SVG drops ordinary ones at the ends of a text element.
func spans(line string) []textSpan {
	line = strings.ReplaceAll(clean.Figure(line), " ", "\u00a0")
	var out []textSpan
	for {
		open := strings.IndexAny(line, "_^")
		for open >= 0 && (!strings.HasPrefix(line[open+1:], "{") ||
			!strings.Contains(line[open:], "}")) {
			next := strings.IndexAny(line[open+1:], "_^")
			if next < 0 {
				open = -1
				break
			}
			open += 1 + next
		}
		if open < 0 {
			if line != "" {
				out = append(out, textSpan{line, 1, 0})
			}
			return out
		}
		if open > 0 {
			out = append(out, textSpan{line[:open], 1, 0})
		}
		shut := open + strings.Index(line[open:], "}")
		script := textSpan{line[open+2 : shut], 0.7, -0.2}
		if line[open] == '^' {
			script.shift = 0.36
		}
		if script.text != "" {
			out = append(out, script)
		}
		line = line[shut+1:]
	}
}

// plainText is a text without markup, as N_S for N_{S} and 10^3 for 10^{3}.
func plainText(txt string) string {
	var b strings.Builder
	for _, s := range spans(txt) {
		switch {
		case s.shift < 0:
			b.WriteByte('_')
		case s.shift > 0:
			b.WriteByte('^')
		}
		b.WriteString(s.text)
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

// Cache implements text.Handler.
func (h markup) Cache() *font.Cache { return h.fonts }

// Extents implements text.Handler.
func (h markup) Extents(f font.Font) font.Extents {
	face := h.fonts.Lookup(f, f.Size)
	return face.Extents()
}

// Lines implements text.Handler.
func (h markup) Lines(txt string) []string {
	return strings.Split(strings.TrimRight(txt, "\n"),
		"\n")
}

// Box implements text.Handler. Scripts stay within the font's ascent and descent.
func (h markup) Box(txt string, f font.Font) (width, height, depth vg.Length) {
	width = textWidths.width(measuredText{f, txt}, func() (sum vg.Length) {
		for _, s := range spans(txt) {
			face := h.fonts.Lookup(f, f.Size*s.size)
			sum += face.Width(s.text)
		}
		return sum
	})
	e := h.Extents(f)
	return width, e.Ascent, e.Descent
}

// Draw implements text.Handler. The style's alignment places the box of the text, which reaches
// from the last line's descent to the first line's ascent.
func (h markup) Draw(c vg.Canvas, txt string, sty text.Style, pt vg.Point) {
	c.SetColor(sty.Color)
	if sty.Rotation != 0 {
		c.Push()
		defer c.Pop()
		c.Rotate(sty.Rotation)
	}
	s, k := math.Sincos(sty.Rotation)
	sin, cos := vg.Length(s), vg.Length(k)
	pt.X, pt.Y = pt.Y*sin+pt.X*cos, pt.Y*cos-pt.X*sin

	e := h.Extents(sty.Font)
	lines := h.Lines(txt)
	baseline := pt.Y + sty.Height(txt)*(1+vg.Length(sty.YAlign)) - e.Ascent
	for _, line := range lines {
		width, _, _ := h.Box(line, sty.Font)
		x := pt.X + vg.Length(sty.XAlign)*width
		for _, s := range spans(line) {
			face := h.fonts.Lookup(sty.Font, sty.Font.Size*s.size)
			c.FillString(face, vg.Point{X: x, Y: baseline + s.shift*sty.Font.Size}, s.text)
			x += face.Width(s.text)
		}
		baseline -= e.Height
	}
}

// widestText is a number of characters that fit into no figure.
const widestText = 1000

// shorten cuts a line of text to the width, with an ellipsis if it is too long.
func shorten(txt string, sty text.Style, width vg.Length) string {
	if sty.Width(txt) <= width {
		return txt
	}
	if runes := []rune(txt); len(runes) > widestText { // each step below measures all of it
		txt = string(runes[:widestText])
	}
	for txt != "" {
		_, n := utf8.DecodeLastRuneInString(txt)
		txt = txt[:len(txt)-n]
		if cut := strings.TrimRight(txt, " ") + "…"; sty.Width(cut) <= width {
			return cut
		}
	}
	return ""
}

// wrap breaks a text into lines of at most the width, between words if possible.
func wrap(txt string, sty text.Style, width vg.Length) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(txt) {
		if line != "" && sty.Width(line+" "+word) <= width {
			line += " " + word
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for sty.Width(word) > width && utf8.RuneCountInString(word) > 1 {
			n := 0
			for n < len(word) {
				_, size := utf8.DecodeRuneInString(word[n:])
				if n > 0 && sty.Width(word[:n+size]) > width {
					break
				}
				n += size
			}
			lines, word = append(lines, word[:n]), word[n:]
		}
		line = word
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
