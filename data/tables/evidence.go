package tables

import (
	"fmt"
	"math"
	"strings"
)

// evidence counts what the cells of a column of text are.
type evidence struct {
	cells  int // that are not missing
	shapes [numberOfShapes]int
	first  [numberOfShapes]textCell // the first cell of each shape
	truths [2]int                   // true or false; yes or no
	dates  [dateOrders]int          // dates if their parts have this order
	words  *dictionary              // nil as long as nobody needs it
}

// textCell is a cell that holds text.
type textCell struct {
	line int
	cell string
}

// add counts a cell that is not missing.
func (e *evidence) add(line int, cell string, s shape) {
	e.cells++
	if e.shapes[s]++; e.shapes[s] == 1 {
		e.first[s] = textCell{line, strings.Clone(strings.TrimSpace(cell))}
	}
	if s != textShape {
		return
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

// numbers returns the number of cells that are numbers, and the first one that is not. Its line is
// 0 if all cells are numbers.
func (e *evidence) numbers(n *numerals) (count int, odd textCell) {
	for s, of := range e.shapes {
		switch first := e.first[s]; {
		case n.reads(shape(s)):
			count += of
		case of > 0 && (odd.line == 0 || first.line < odd.line):
			odd = first
		}
	}
	return count, odd
}

// looksNumeric reports whether at least half of the cells are numbers in some way of writing them.
func (e *evidence) looksNumeric() bool {
	return e.cells > 0 && 2*e.shapes[textShape] <= e.cells
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

// decision is what is needed to decide how a column is read.
type decision struct {
	numerals *numerals
	levels   int   // largest number of words of a category
	wanted   *Kind // that the column must have, or nil
}

// decide returns how a column is read.
func (e *evidence) decide(d decision) reading {
	if d.wanted == nil {
		return e.best(d)
	}
	switch {
	case e.cells == 0: // all values are missing
		return reading{kind: *d.wanted, as: numberCells}
	case *d.wanted == Category:
		return e.category(d)
	}
	r := e.best(decision{numerals: d.numerals})
	if r.why == "" && r.kind != *d.wanted {
		return reading{as: textCells, why: fmt.Sprintf("of the kind %v, not %v", r.kind, *d.wanted)}
	}
	return r
}

// best returns how a column is read whose kind is not given.
func (e *evidence) best(d decision) reading {
	numbers, odd := e.numbers(d.numerals)
	switch {
	case e.cells == 0:
		return reading{as: emptyCells, why: "empty"}
	case numbers == e.cells:
		return reading{as: numberCells}
	case e.truths[0] == e.cells:
		return reading{as: truthCells}
	case e.truths[1] == e.cells:
		return reading{as: truthCells, truth: 1}
	case e.dates[yearFirst] == e.cells:
		return reading{kind: Time, as: dateCells}
	case e.ambiguousDates():
		return reading{as: textCells, why: fmt.Sprintf("dates such as %s: day or month first?",
			shortCell(odd.cell))}
	case e.dates[dayFirst] == e.cells:
		return reading{kind: Time, as: dateCells, order: dayFirst}
	case e.dates[monthFirst] == e.cells:
		return reading{kind: Time, as: dateCells, order: monthFirst}
	}
	id := e.words != nil && len(e.words.words) == e.cells && e.cells > shortCategory
	if d.levels == 0 || id {
		return e.text(d)
	}
	return e.category(d)
}

// ambiguousDates reports whether all cells are dates that may have the day or the month first.
func (e *evidence) ambiguousDates() bool {
	return e.cells > 0 && e.dates[dayFirst] == e.cells && e.dates[monthFirst] == e.cells
}

// category returns the reading of a column of words.
func (e *evidence) category(d decision) reading {
	if !e.words.full {
		return reading{kind: Category, as: wordCells, words: newDictionary(e.words.limit)}
	}
	r := e.text(d)
	if r.odd.line == 0 {
		r.why = fmt.Sprintf("text with more than %d different words", e.words.limit)
	}
	return r
}

// text returns the reading of a column of text that cannot be read.
func (e *evidence) text(d decision) reading {
	numbers, odd := e.numbers(d.numerals)
	switch {
	case numbers == 0:
		return reading{as: textCells, why: "text"}
	case 2*numbers < e.cells:
		return reading{as: textCells, odd: odd, why: fmt.Sprintf("text: %d of %d cells %s", numbers,
			e.cells, map[bool]string{true: "is a number", false: "are numbers"}[numbers == 1])}
	}
	return reading{as: textCells, odd: odd, why: fmt.Sprintf("text: line %d is %s; %d of %d cells "+
		"are numbers", odd.line, shortCell(odd.cell), numbers, e.cells)}
}

// shortCell returns a cell in quotes, or its first characters if it is long.
func shortCell(cell string) string { return fmt.Sprintf("%.40q", strings.TrimSpace(cell)) }
