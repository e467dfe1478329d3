package tables

import (
	"fmt"
	"math"
	"strings"
)

// evidence counts what the cells of a column of text are.
type evidence struct {
	cells   int // that are not missing
	numbers int
	truths  [2]int          // true or false; yes or no
	dates   [dateOrders]int // dates if their parts have this order
	words   *dictionary     // nil as long as nobody needs it
	odd     textCell        // the first cell that is not a number
}

// textCell is a cell that holds text.
type textCell struct {
	line int
	cell string
}

// add counts a cell. The cell is not missing, and isNumber reports whether it is a number.
func (e *evidence) add(line int, cell string, isNumber bool) {
	e.cells++
	if isNumber {
		e.numbers++
		return
	}
	if e.odd.line == 0 {
		e.odd = textCell{line, strings.Clone(cell)}
	}
	for k := range e.truths {
		if _, ok := truth(cell, k); ok {
			e.truths[k]++
			return
		}
	}
	for order := range dateOrders {
		if _, ok := parseDate(cell, order); ok {
			e.dates[order]++
		}
	}
}

// truth returns 1 for true and yes, and 0 for false and no. The words of kind 0 are true and false,
// those of kind 1 are yes and no.
func truth(cell string, kind int) (v float64, ok bool) {
	words := [...][2]string{{"false", "true"}, {"no", "yes"}}[kind]
	cell = strings.TrimSpace(cell)
	for v, word := range words {
		if len(cell) == len(word) && strings.EqualFold(cell, word) {
			return float64(v), true
		}
	}
	return math.NaN(), false
}

// reading says how the cells of a column become numbers.
type reading struct {
	kind  Kind
	as    cellType
	truth int         // of cells of the type truthCells
	order dateOrder   // of cells of the type dateCells
	words *dictionary // of cells of the type wordCells
	// why says what the column holds instead of numbers, if it cannot be read.
	why string
	odd textCell // the first cell of text among numbers; its line is 0 if there is none
}

// cellType is what the cells of a column are.
type cellType int

const (
	numberCells cellType = iota
	truthCells
	dateCells
	wordCells
	emptyCells
	textCells // that cannot be read
)

// shortCategory is the number of cells up to which a column of text may be a category although all
// its words are different.
const shortCategory = 20

// decide returns how a column is read. levels is the largest number of words of a category. wanted
// is the kind that the column must have, or nil.
func (e *evidence) decide(levels int, wanted *Kind) reading {
	if wanted == nil {
		return e.best(levels)
	}
	switch {
	case e.cells == 0: // all values are missing
		return reading{kind: *wanted, as: numberCells}
	case *wanted == Category:
		return e.category()
	}
	r := e.best(0)
	if r.why == "" && r.kind != *wanted {
		return reading{as: textCells, why: fmt.Sprintf("of the kind %v, not %v", r.kind, *wanted)}
	}
	return r
}

// best returns how a column is read whose kind is not given.
func (e *evidence) best(levels int) reading {
	switch {
	case e.cells == 0:
		return reading{as: emptyCells, why: "empty"}
	case e.numbers == e.cells:
		return reading{as: numberCells}
	case e.truths[0] == e.cells:
		return reading{as: truthCells}
	case e.truths[1] == e.cells:
		return reading{as: truthCells, truth: 1}
	case e.dates[yearFirst] == e.cells:
		return reading{kind: Time, as: dateCells}
	case e.dates[dayFirst] == e.cells && e.dates[monthFirst] == e.cells:
		return reading{as: textCells,
			why: fmt.Sprintf("dates such as %s: day or month first?", shortCell(e.odd.cell))}
	case e.dates[dayFirst] == e.cells:
		return reading{kind: Time, as: dateCells, order: dayFirst}
	case e.dates[monthFirst] == e.cells:
		return reading{kind: Time, as: dateCells, order: monthFirst}
	}
	id := e.words != nil && len(e.words.words) == e.cells && e.cells > shortCategory
	if levels == 0 || id {
		r := reading{as: textCells, why: e.text()}
		if e.numbers > 0 {
			r.odd = e.odd
		}
		return r
	}
	return e.category()
}

// category returns the reading of a column of words.
func (e *evidence) category() reading {
	if e.words.full {
		r := reading{as: textCells, why: fmt.Sprintf("text with more than %d different words",
			e.words.limit)}
		if e.numbers > 0 {
			r.odd, r.why = e.odd, e.text()
		}
		return r
	}
	return reading{kind: Category, as: wordCells, words: newDictionary(e.words.limit)}
}

// text says what a column of text holds.
func (e *evidence) text() string {
	switch {
	case e.numbers == 0:
		return "text"
	case 2*e.numbers < e.cells:
		return fmt.Sprintf("text: %d of %d cells %s", e.numbers, e.cells,
			map[bool]string{true: "is a number", false: "are numbers"}[e.numbers == 1])
	}
	return fmt.Sprintf("text: line %d is %s; %d of %d cells are numbers", e.odd.line,
		shortCell(e.odd.cell), e.numbers, e.cells)
}

// shortCell returns a cell in quotes, or its first characters if it is long.
func shortCell(cell string) string { return fmt.Sprintf("%.40q", strings.TrimSpace(cell)) }
