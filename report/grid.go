package report

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"sparker/internal/clean"
)

// grid is a table of the page.
type grid struct {
	Caption string
	Columns []gridColumn
	Rows    []gridRow
	// Sortable reports that the reader can sort the rows by a column.
	Sortable bool
}

// Wide reports that the table has texts or images of rows, which need the width of the page.
func (g *grid) Wide() bool {
	return g != nil && slices.ContainsFunc(g.Columns,
		func(c gridColumn) bool { return c.Name == "text" || c.Name == "image" })
}

// gridColumn is the head of a column.
type gridColumn struct {
	Name    string
	Numeric bool // aligned at the right, and sorted by number
}

// gridRow is a row, of an arm if the reader can choose arms.
type gridRow struct {
	Arm   *int // the number of the arm, from 0; nil for a row of none
	Cells []gridCell
}

// gridCell is a cell. Its text may be a link within the page, and may have a picture.
type gridCell struct {
	Text   string
	Link   string // id of an element of the page; empty for none
	Image  *Picture
	Swatch bool // whether the mark of the arm stands in front of the text
}

// shortText is the number of characters up to which the text of a cell is not broken.
const shortText = 32

// Short reports that the text of the cell stands on one line.
func (c gridCell) Short() bool { return utf8.RuneCountInString(c.Text) <= shortText }

// cells returns cells of texts.
func cells(texts ...string) []gridCell {
	row := make([]gridCell, len(texts))
	for i, text := range texts {
		row[i] = gridCell{Text: text}
	}
	return row
}

// words and numbers return heads of columns of texts and of numbers.
func words(names ...string) []gridColumn { return columnsOf(names, gridColumn{}) }

func numbers(names ...string) []gridColumn { return columnsOf(names, gridColumn{Numeric: true}) }

func columnsOf(names []string, kind gridColumn) []gridColumn {
	var columns []gridColumn
	for _, name := range names {
		kind.Name = line(name)
		columns = append(columns, kind)
	}
	return columns
}

// The numbers of characters of a name and of a text of a row that the page shows.
const (
	shownName = 120
	shownText = 400
)

// longLine returns the beginning of a text of others on one line.
func longLine(text string) string { return clean.Line(text, shownText) }

// line returns the beginning of a name of others on one line.
func line(name string) string { return clean.Line(name, shownName) }

// number returns a number with four digits, with a minus sign instead of a hyphen.
func number(x float64) string { return signed(fmt.Sprintf("%.4g", x)) }

// fixed returns a number with three decimals.
func fixed(x float64) string { return signed(fmt.Sprintf("%.3f", x)) }

func signed(text string) string { return strings.ReplaceAll(text, "-", "−") }

// hyphen matches one that stands for a minus sign: at the beginning of a number that begins a word.
var hyphen = regexp.MustCompile(`(^|[\s(\[])-(\d)`)

// typeset writes the signs of numbers in a sentence as the tables do.
func typeset(sentence string) string {
	return strings.ReplaceAll(hyphen.ReplaceAllString(sentence, "$1−$2"), " <= ", " ≤ ")
}

// optional returns a number, or a dash for one that does not exist.
func optional(x *float64, format func(float64) string) string {
	if x == nil {
		return "–"
	}
	return format(*x)
}

// count returns a whole number with separators of thousands.
func count(n int) string {
	text := fmt.Sprint(n)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text
}

// between returns an interval.
func between(low, high float64) string { return fixed(low) + "–" + fixed(high) }
