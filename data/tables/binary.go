package tables

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
)

// binaryTable is a table of a format whose files say what their columns are. It holds back the
// columns of words that are not categories, and gives the columns the kinds that are asked for.
type binaryTable struct {
	openTable
	s       schema
	columns []int // of the open table, for each column of s
	numbers []*dictionary
}

// openBinary opens a table. If place.survey is set, all rows are read first, to find the columns
// of too many words.
func openBinary(p place, o ReadOptions,
	open func(place, ReadOptions) (openTable, error)) (openTable, error) {
	t, err := open(p, o)
	if err != nil {
		return nil, err
	}
	b := &binaryTable{openTable: t, s: t.schema()}
	b.s.columns = slices.Clone(b.s.columns)
	err = b.setKinds(o)
	var tooMany map[int]string
	if err == nil && p.survey {
		tooMany, err = b.survey()
	}
	if err != nil {
		return nil, errors.Join(err, t.Close())
	}
	var kept []column
	var dictionaries []*dictionary
	for j, c := range b.s.columns {
		if why := tooMany[j]; why != "" {
			b.refuse(c, why)
			continue
		}
		kept = append(kept, c)
		b.columns = append(b.columns, j)
		dictionaries = append(dictionaries, b.numbers[j])
	}
	b.s.columns, b.numbers = kept, dictionaries
	return b, nil
}

// refuse makes a column one of those that are not read.
func (b *binaryTable) refuse(c column, why string) {
	b.s.others = append(slices.Clone(b.s.others), fmt.Sprintf("%s (%s)", c.name, why))
	if b.s.refusals == nil {
		b.s.refusals = map[string]error{}
	}
	b.s.refusals[c.name] = &ColumnError{Column: c.name,
		reason: fmt.Sprintf("column %q holds no numbers: it is %s", c.name, why)}
}

// setKinds gives the columns the kinds that are asked for.
func (b *binaryTable) setKinds(o ReadOptions) error {
	b.numbers = make([]*dictionary, len(b.s.columns))
	for j := range b.s.columns {
		c := &b.s.columns[j]
		kind := wantedKind(o, c.name)
		switch {
		case kind == nil || *kind == c.kind:
		case *kind == Category && c.kind == Number:
			b.numbers[j] = o.dictionary()
			c.kind, c.words, c.narrow = Category, b.numbers[j], false
		default:
			return &ColumnError{Column: c.name,
				reason: fmt.Sprintf("column %q is a %v; want a %v", c.name, c.kind, *kind)}
		}
	}
	return nil
}

// survey reads the columns of words, empties their dictionaries, and returns why some of the
// columns are not categories.
func (b *binaryTable) survey() (map[int]string, error) {
	var pick []int
	for j, c := range b.s.columns {
		if c.words != nil {
			pick = append(pick, j)
		}
	}
	if pick == nil {
		return nil, nil
	}
	cells := make([]int, len(pick))
	err := b.openTable.rows(pick, func(row []float64) error {
		for k, v := range row {
			if words := b.numbers[pick[k]]; words != nil {
				v = words.number(v)
			}
			if !math.IsNaN(v) {
				cells[k]++
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	why := map[int]string{}
	for k, j := range pick {
		words := b.s.columns[j].words
		switch {
		case words.full:
			why[j] = fmt.Sprintf("text with more than %d different words", words.limit)
		case len(words.words) == cells[k] && cells[k] > shortCategory && b.numbers[j] == nil:
			why[j] = "text"
		}
		words.words, words.codes, words.full = nil, map[string]int{}, false
	}
	return why, nil
}

func (b *binaryTable) schema() schema { return b.s }

// rows ends with errSurvey if a column of words turns out not to be a category.
func (b *binaryTable) rows(pick []int, each func(row []float64) error) error {
	from := make([]int, len(pick))
	cells := make([]int, len(pick))
	for k, j := range pick {
		from[k] = b.columns[j]
	}
	err := b.openTable.rows(from, func(row []float64) error {
		for k, j := range pick {
			if b.numbers[j] != nil {
				row[k] = b.numbers[j].number(row[k])
			}
			if words := b.s.columns[j].words; words != nil && words.full {
				return errSurvey
			}
			if !math.IsNaN(row[k]) {
				cells[k]++
			}
		}
		return each(row)
	})
	if err != nil {
		return err
	}
	for k, j := range pick {
		words := b.s.columns[j].words
		if words != nil && b.numbers[j] == nil && len(words.words) == cells[k] &&
			cells[k] > shortCategory {
			return errSurvey
		}
	}
	return nil
}

// number returns the code of a number that stands for a word.
func (d *dictionary) number(v float64) float64 {
	if math.IsNaN(v) {
		return v
	}
	return d.code(strconv.AppendFloat(nil, v+0, 'f', -1, 64))
}

// indexes returns the names of the columns that are the index of a data frame.
func (s schema) indexes() []string {
	var names []string
	for _, c := range s.columns {
		if c.index {
			names = append(names, c.name)
		}
	}
	return names
}
