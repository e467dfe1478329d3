package sources

import (
	"fmt"
	"math"
	"slices"

	"sparker/data/tables"
	"sparker/stats"
)

// wordNumbers numbers the words of a category in all tables.
type wordNumbers struct {
	words []string
	codes map[string]int
}

// code returns the number of a word, which it adds if it is new.
func (w *wordNumbers) code(word string) int {
	if w.codes == nil {
		w.codes = map[string]int{}
	}
	code, known := w.codes[word]
	if !known {
		code = len(w.words)
		w.codes[word] = code
		w.words = append(w.words, word)
	}
	return code
}

// sameWords returns the table with the words of categories numbered alike in all tables. like holds
// the columns of the reference, which have the same kinds.
func (o opener) sameWords(t *tables.Table, like []tables.ColumnInfo) (*tables.Table, error) {
	columns := t.Columns()
	codes := make([][]float64, len(columns)) // nil for numbers
	changed := false
	for j, c := range columns {
		if like != nil && like[j].Kind != c.Kind {
			return nil, &KindError{File: t.Address(), Column: c.Name, Kind: c.Kind,
				Reference: like[j].Kind}
		}
		if c.Kind != tables.Category {
			continue
		}
		numbers := o.numbers[j]
		if numbers == nil {
			numbers = &wordNumbers{}
			o.numbers[j] = numbers
		}
		for k, word := range c.Levels {
			code := numbers.code(word)
			codes[j] = append(codes[j], float64(code))
			changed = changed || code != k
		}
	}
	if !changed {
		return t, nil
	}
	x := make([]float64, 0, t.N()*t.D())
	row := make([]float64, t.D())
	for i := range t.N() {
		t.Row(i, row)
		for j, c := range codes {
			if c != nil && !math.IsNaN(row[j]) {
				row[j] = c[int(row[j])]
			}
		}
		x = append(x, row...)
	}
	return t.WithColumns(columns, x), nil
}

// allLevels returns the columns of the reference with the words of all tables.
func (o opener) allLevels(columns []tables.ColumnInfo) []tables.ColumnInfo {
	columns = slices.Clone(columns)
	for j, numbers := range o.numbers {
		columns[j].Levels = numbers.words
	}
	return columns
}

// warnOfLevels warns of words that only the observed sample has, and of words of the reference that
// the observed sample lacks although it should have some.
func (p *Pools) warnOfLevels() {
	reference := append([]pool{p.reference}, p.beyondReference()...)
	nR, nD := rowsOf(reference), p.observed.n()
	for j, c := range p.info {
		if c.Kind != tables.Category {
			continue
		}
		before, _ := countLevels(reference, j, len(c.Levels))
		after, _ := countLevels([]pool{p.observed}, j, len(c.Levels))
		order := make([]int, len(c.Levels))
		for k := range order {
			order[k] = k
		}
		slices.SortStableFunc(order, func(a, b int) int { return after[b] - after[a] })
		var added, gone []string
		for _, k := range order {
			switch {
			case before[k] == 0 && after[k] > 0:
				added = append(added, fmt.Sprintf("%s=%s (%d of %d)", c.Name, c.Levels[k],
					after[k], nD))
			case after[k] == 0 && stats.FisherExact(stats.Counts{With1: before[k], Rows1: nR,
				Rows2: nD})*float64(len(c.Levels)) < notable:
				gone = append(gone, fmt.Sprintf("%s=%s (%d of %d)", c.Name, c.Levels[k],
					before[k], nR))
			}
		}
		if added != nil {
			p.warn("words that no row of the reference has, and their data rows: %s",
				firstOf(added))
		}
		if gone != nil {
			p.warn("words that no row of the data has, and their reference rows: %s",
				firstOf(gone))
		}
	}
}

// rowsOf returns the number of rows of some pools.
func rowsOf(pools []pool) int {
	n := 0
	for _, p := range pools {
		n += p.n()
	}
	return n
}
