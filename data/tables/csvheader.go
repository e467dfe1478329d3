package tables

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// header decides whether the first row or a comment above it names the columns, and removes the
// first row from the look if it does.
func (c *csvFile) header(h head, d Dialect) error {
	first := c.look[0]
	names, fromComment := c.commentNames(h, d)
	switch {
	case fromComment:
	case d.Header == HeaderYes, d.Header == HeaderAuto && c.firstIsHeader():
		names = slices.Clone(first)
		c.look, c.lookLines = c.look[1:], c.lookLines[1:]
	}
	if n := len(h.comments); n > 0 && !fromComment {
		c.notes = append(c.notes, fmt.Sprintf("%d %s at the top that %s with # were skipped", n,
			plural(n, "line"), map[bool]string{true: "begins", false: "begin"}[n == 1]))
	}
	if names == nil {
		c.names = tableNames(len(first))
		return nil
	}
	c.named = true
	c.setNames(names)
	return nil
}

// commentNames returns the cells of the last comment, if it names the columns: it has as many cells
// as the first row, none of them empty or a number, and the first row does not look like names.
func (c *csvFile) commentNames(h head, d Dialect) (names []string, ok bool) {
	if len(h.comments) == 0 || d.Header == HeaderNo {
		return nil, false
	}
	records := divide(c.delimiter, h.comments[len(h.comments)-1])
	if len(records) != 1 || len(records[0]) != len(c.look[0]) {
		return nil, false
	}
	for _, name := range records[0] {
		if strings.TrimSpace(name) == "" || shapeOf(name) != textShape {
			return nil, false
		}
	}
	text := 0
	for j, cell := range c.look[0] {
		if c.typeOf(cell) == textType && c.typeBelow(j) != textType {
			return nil, false // the first row has a name above numbers
		}
		if c.typeOf(cell) == textType {
			text++
		}
	}
	if text == len(c.look[0]) && len(records[0]) == 1 {
		return nil, false // a comment above a column of text
	}
	return records[0], true
}

// setNames sets the names of the columns.
func (c *csvFile) setNames(names []string) {
	known := map[string]bool{}
	for _, name := range names {
		known[strings.TrimSpace(name)] = true
	}
	taken := map[string]bool{"": true}
	for j, name := range names {
		name, _ = asUTF8(strings.TrimSpace(name))
		if name == "" {
			c.notes = append(c.notes, fmt.Sprintf("column %d has no name, like the row numbers of "+
				"a data frame, and was skipped", j+1))
		} else if taken[name] {
			free := name
			for k := 1; taken[free] || known[free]; k++ {
				free = fmt.Sprintf("%s.%d", name, k)
			}
			c.notes = append(c.notes, fmt.Sprintf("several columns are called %s; one of them is "+
				"called %s here", name, free))
			name = free
		}
		taken[name] = true
		c.names = append(c.names, name)
	}
}

// valueType is what a cell is.
type valueType int

const (
	missingType valueType = iota
	numberType
	truthType
	dateType
	textType
)

// typeOf returns the type of a cell.
func (c *csvFile) typeOf(cell string) valueType {
	if v, ok := c.numerals.number(cell); ok {
		if math.IsNaN(v) {
			return missingType
		}
		return numberType
	}
	for kind := range 2 {
		if _, ok := truth(cell, kind); ok {
			return truthType
		}
	}
	for order := range dateOrders {
		if _, ok := parseDate(cell, order); ok {
			return dateType
		}
	}
	return textType
}

// typeBelow returns the type of the cells below the first one of a column: that which all of them
// have, missing cells left out, or textType.
func (c *csvFile) typeBelow(j int) valueType {
	const most = 100
	below := missingType
	for _, row := range c.look[1:min(len(c.look), most+1)] {
		switch t := c.typeOf(row[j]); {
		case t == missingType || t == below:
		case below == missingType:
			below = t
		default:
			return textType
		}
	}
	return below
}

// firstIsHeader reports whether the first row names the columns.
//
// It does if it has text above a column of numbers, dates or truth values. It does not if it has
// a date or a truth value, or a number with a fraction, above a column of such values, or text that
// its column has again. Otherwise it does if not all its cells are numbers. A row of numbers is one
// of names if [csvFile.numbersAreNames] says so.
func (c *csvFile) firstIsHeader() bool {
	first := c.look[0]
	numbers, text, value, name := 0, 0, false, false
	for j, cell := range first {
		switch t, below := c.typeOf(cell), c.typeBelow(j); t {
		case missingType:
		case numberType:
			numbers++
			v, _ := c.numerals.number(cell)
			value = value || below == numberType && v != math.Trunc(v)
		default:
			text++
			name = name || below != textType && below != missingType && below != t
			value = value || t != textType && below == t || c.repeats(j)
		}
	}
	switch {
	case text == 0 && numbers == 0:
		return false
	case text == 0:
		return c.numbersAreNames()
	case value && !name:
		c.notes = append(c.notes, "the first line was read as values, not as the names of the "+
			"columns")
		return false
	case numbers > 0:
		c.notes = append(c.notes, "the first line was read as the names of the columns, though "+
			"some of its cells are numbers")
	}
	return true
}

// repeats reports whether the text of the first cell of a column is in another one.
func (c *csvFile) repeats(j int) bool {
	return slices.ContainsFunc(c.look[1:], func(row []string) bool {
		return row[j] == c.look[0][j]
	})
}

// fewestBelow is the number of rows that must follow a first row of numbers that is far away from
// them, so that it is taken for names.
const fewestBelow = 10

// numbersAreNames reports whether a first row of numbers names the columns. It does if
//   - the first cell is empty, the others are different whole numbers, and the first column below
//     numbers the rows: the index of a data frame;
//   - the cells are 0, 1, 2, ..., at least three, and all columns below have fractions;
//   - the cells are at least two whole numbers that rise from left to right, such as years, and
//     each is farther away from all numbers below it than these are from each other.
func (c *csvFile) numbersAreNames() bool {
	first := c.look[0]
	rising, counting := true, true // whole numbers that rise; 0, 1, 2, ...
	index := first[0] == "" && len(first) > 1
	cells := first
	if index {
		cells = first[1:]
	}
	last := math.Inf(-1)
	for j, cell := range cells {
		v, _ := c.numerals.number(cell)
		rising = rising && v == math.Trunc(v) && v > last // false for a missing value
		counting = counting && cell == strconv.Itoa(j)
		last = v
	}
	if index {
		return rising && c.numbersRows()
	}
	far := c.firstIsFar()
	switch {
	case counting && len(cells) > 2 && c.fractionsBelow():
		c.notes = append(c.notes, "the first line, 0, 1, 2, ..., was read as the names of the "+
			"columns")
		return true
	case rising && len(cells) > 1 && far:
		c.notes = append(c.notes, fmt.Sprintf("the first line, %s, was read as the names of the "+
			"columns: its numbers are far away from those below", listed(cells)))
		return true
	case counting && len(cells) > 2:
		c.notes = append(c.notes, "the first line is 0, 1, 2, ...; it was read as numbers, "+
			"so remove it if these are names")
	case far:
		c.notes = append(c.notes, "the first line was read as numbers, though these are far away "+
			"from all others")
	}
	return false
}

// numbersRows reports whether the cells of the first column below the first row are whole numbers
// that rise, or text.
func (c *csvFile) numbersRows() bool {
	last := math.Inf(-1)
	for _, row := range c.look[1:] {
		v, ok := c.numerals.number(row[0])
		if ok && !(v == math.Trunc(v) && v > last) {
			return false
		}
		if ok {
			last = v
		}
	}
	return len(c.look) > 1
}

// firstIsFar reports whether each number of the first row is farther away from all those below than
// these are from each other. There must be enough rows, and a column in which they differ.
func (c *csvFile) firstIsFar() bool {
	differ := false
	for j, cell := range c.look[0] {
		v, _ := c.numerals.number(cell)
		low, high := math.Inf(1), math.Inf(-1)
		for _, row := range c.look[1:] {
			if x, ok := c.numerals.number(row[j]); ok && isFinite(x) {
				low, high = min(low, x), max(high, x)
			}
		}
		if !(max(low-v, v-high) > high-low) {
			return false
		}
		differ = differ || high > low
	}
	return differ && len(c.look) > fewestBelow
}

// fractionsBelow reports whether every column has a number with a fraction below the first row.
func (c *csvFile) fractionsBelow() bool {
	for j := range c.look[0] {
		hasFraction := slices.ContainsFunc(c.look[1:], func(row []string) bool {
			v, ok := c.numerals.number(row[j])
			return ok && isFinite(v) && v != math.Trunc(v)
		})
		if !hasFraction {
			return false
		}
	}
	return true
}
