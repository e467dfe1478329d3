package tables

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// delimiterNames are the delimiters that are recognized, in the plural.
var delimiterNames = map[rune]string{',': "commas", ';': "semicolons", '\t': "tabs", '|': "bars",
	' ': "blanks"}

// head is the beginning of a file.
type head struct {
	comments []string // the lines at the top that begin with #, without it
	lines    int      // number of lines that were read
	excel    rune     // the delimiter that a line such as sep=; gives, or 0
}

// readHead reads the comments at the top of a text, and a line in which Excel is told the
// delimiter.
func readHead(t *csvText) (head, error) {
	var h head
	for {
		start, err := t.Peek(7)
		if err != nil && !errors.Is(err, io.EOF) {
			return h, err
		}
		line := string(start)
		isExcel := h.lines == 0 && len(line) > 5 && strings.EqualFold(line[:4], "sep=") &&
			strings.ContainsAny(line[5:6], "\r\n")
		blank := strings.HasPrefix(line, "\n") || strings.HasPrefix(line, "\r\n")
		if !isExcel && !blank && !strings.HasPrefix(line, "#") {
			return h, nil
		}
		if line, err = t.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
			return h, err
		}
		h.lines++
		t.newRecord()
		switch {
		case isExcel:
			h.excel, _ = utf8.DecodeRuneInString(line[4:])
		case !blank:
			h.comments = append(h.comments[max(0, len(h.comments)-20):],
				strings.TrimSpace(line[1:]))
		}
	}
}

// guessDelimiter returns the delimiter of a text of which some cells in the first line are
// separated. A delimiter of the first line counts if it divides the first lines into equally many
// cells. Of several, the one counts whose cells are numbers. The result is noted unless it is the
// only one that the first line has.
func guessDelimiter(t *csvText) (rune, error) {
	start, err := t.Peek(bufferSize / 2)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	text := string(start)
	if end := strings.LastIndexByte(text, '\n'); end >= 0 {
		text = text[:end+1]
	}
	var best, second candidate
	for _, delimiter := range []rune{',', ';', '\t', '|', ' '} {
		c := newCandidate(delimiter, text)
		switch {
		case c.cells < 2:
		case c.better(best):
			best, second = c, best
		case c.better(second):
			second = c
		}
	}
	switch {
	case best.cells == 0:
		return ',', nil
	case second.cells > 0 && second.delimiter != ' ' && !best.better(second):
		return 0, &DialectError{reason: fmt.Sprintf("the first line has %s and %s, and either can "+
			"separate the cells", delimiterNames[best.delimiter], delimiterNames[second.delimiter])}
	}
	if best.delimiter == ' ' || second.cells > 0 && second.delimiter != ' ' {
		t.notes = append(t.notes, "cells were read as separated by "+delimiterNames[best.delimiter])
	}
	return best.delimiter, nil
}

// candidate is a delimiter and what the first lines are if it separates the cells.
type candidate struct {
	delimiter rune
	cells     int     // in the first line
	even      bool    // every line has as many cells
	numbers   float64 // share of the cells after the first line that are numbers or missing
}

// newCandidate divides text by a delimiter. Blanks are a delimiter only if nearly all lines are
// numbers, because text has blanks.
func newCandidate(delimiter rune, text string) candidate {
	records := divide(delimiter, text)
	if len(records) == 0 {
		return candidate{}
	}
	c := candidate{delimiter: delimiter, cells: len(records[0]), even: true}
	columns := make([]int, c.cells) // numbers of rows that are numbers
	rows := records[min(1, len(records)-1):]
	all, numbers := 0, 0
	for _, row := range rows {
		c.even = c.even && len(row) == c.cells
		for j, cell := range row {
			all++
			if plainNumerals.isMissing(cell) || shapeOf(cell) != textShape {
				numbers++
				if j < c.cells {
					columns[j]++
				}
			}
		}
	}
	c.numbers = float64(numbers) / float64(all)
	if delimiter != ' ' {
		return c
	}
	whole := 0 // columns of numbers
	for _, n := range columns {
		if n == len(rows) {
			whole++
		}
	}
	isRow := len(rows[0]) == c.cells && allNumbers(rows[0])
	if !isRow && !(c.even && whole >= 2) {
		return candidate{}
	}
	return c
}

// allNumbers reports whether all cells are numbers.
func allNumbers(cells []string) bool {
	for _, cell := range cells {
		if !plainNumerals.isMissing(cell) && shapeOf(cell) == textShape {
			return false
		}
	}
	return true
}

// divide returns the first records of a text.
func divide(delimiter rune, text string) [][]string {
	const most = 50
	var records [][]string
	if delimiter == ' ' {
		for line := range strings.Lines(text) {
			if cells := blankCells(line, nil); len(cells) > 0 && len(records) < most {
				records = append(records, cells)
			}
		}
		return records
	}
	r := csv.NewReader(strings.NewReader(text))
	r.Comma, r.FieldsPerRecord, r.LazyQuotes = delimiter, -1, true
	for len(records) < most {
		cells, err := r.Read()
		if err != nil {
			break
		}
		records = append(records, cells)
	}
	return records
}

// better reports whether a candidate explains the first lines and another one does not.
func (c candidate) better(than candidate) bool {
	switch {
	case than.cells == 0 || c.cells == 0:
		return c.cells > 0
	case c.even != than.even:
		return c.even
	}
	return c.numbers > than.numbers
}
