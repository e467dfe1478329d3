package tables

import (
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
)

// DefaultLevels is the largest number of different words in a column of text that [Inspect]
// describes as a Category.
const DefaultLevels = 50

// classify finds out what the columns hold: from the first rows, or from all rows if a later row
// was found to contradict the first ones, or might well do so.
func (c *csvFile) classify(f csvFormat, p place, o ReadOptions) error {
	if c.pending != nil && !errors.Is(c.pending, io.EOF) {
		return csvError(c.pending, c.r)
	}
	if len(c.look) == 0 {
		return errNoRows
	}
	all, err := c.lookEvidence(o)
	if err != nil {
		return err
	}
	c.surveyed = c.pending != nil
	if !c.surveyed && (p.survey || anyAmbiguous(all)) {
		if all, err = f.survey(p, o); err != nil {
			return err
		}
		c.surveyed = true
	}
	var times []string
	for j, name := range c.names {
		if name == "" {
			c.readings = append(c.readings, reading{as: textCells, why: "no name"})
			continue
		}
		r := all[j].decide(o.Levels, wantedKind(o, name))
		if r.as == emptyCells && !c.surveyed && wantedKind(o, name) == nil {
			r.why = fmt.Sprintf("empty in its first %d rows", len(c.look))
		}
		c.readings = append(c.readings, r)
		switch {
		case c.only >= 0 && c.only != j:
			continue
		case c.only == j && r.why != "":
			return refusal(name, r)
		case r.why != "":
			c.refuse(name, r)
			continue
		case r.kind == Time:
			times = append(times, name)
		}
		c.readable = append(c.readable, j)
	}
	if len(times) > 0 {
		c.notes = append(c.notes, "dates and times were read as days since 1970-01-01 UTC: "+
			listed(times))
	}
	return nil
}

// wantedKind returns the kind that a column must have, or nil.
func wantedKind(o ReadOptions, name string) *Kind {
	if kind, ok := o.Kinds[name]; ok {
		return &kind
	}
	return nil
}

// dictionary returns a dictionary for the words of a column.
func (o ReadOptions) dictionary() *dictionary {
	if o.Levels > 0 {
		return newDictionary(o.Levels)
	}
	return newDictionary(DefaultLevels)
}

// lookEvidence returns the evidence of the first rows for each column.
func (c *csvFile) lookEvidence(o ReadOptions) ([]evidence, error) {
	all := make([]evidence, len(c.names))
	for j, name := range c.names {
		e := &all[j]
		for i, row := range c.look {
			if err := c.addCell(e, c.lookLines[i], name, row[j]); err != nil {
				return nil, err
			}
		}
		if e.numbers == e.cells && wantedKind(o, name) == nil {
			continue // the words of a column of numbers are not of interest
		}
		e.words = o.dictionary()
		for _, row := range c.look {
			e.addWord(row[j])
		}
	}
	return all, nil
}

// survey returns the evidence of all rows of a file for each column.
func (f csvFormat) survey(p place, o ReadOptions) ([]evidence, error) {
	c, err := f.newFile(p)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	all := make([]evidence, len(c.names))
	for j := range all {
		all[j].words = o.dictionary()
	}
	err = c.records(func(line int, cells []string) error {
		for j, cell := range cells {
			if err := c.addCell(&all[j], line, c.names[j], cell); err != nil {
				return err
			}
			all[j].addWord(cell)
		}
		return nil
	})
	return all, err
}

// addCell adds a cell to the evidence of its column, unless it is missing.
func (c *csvFile) addCell(e *evidence, line int, name, cell string) error {
	v, ok := number(cell)
	if ok && math.IsNaN(v) {
		return nil
	}
	if !ok {
		if _, decimal := number(strings.Replace(cell, ",", ".", 1)); decimal {
			return fmt.Errorf("line %d, column %s: %.40q has a decimal comma; want "+
				"decimal points", line, name, cell)
		}
	}
	e.add(line, cell, ok)
	return nil
}

// addWord adds a cell to the words of its column, unless it is missing.
func (e *evidence) addWord(cell string) {
	if v, ok := number(cell); !ok || !math.IsNaN(v) {
		e.words.code([]byte(strings.TrimSpace(cell)))
	}
}

// anyAmbiguous reports whether the dates of a column may have the day or the month first.
func anyAmbiguous(all []evidence) bool {
	for _, e := range all {
		if e.cells > 0 && e.dates[dayFirst] == e.cells && e.dates[monthFirst] == e.cells {
			return true
		}
	}
	return false
}

// refuse notes that a column cannot be read.
func (c *csvFile) refuse(name string, r reading) {
	c.others = append(c.others, fmt.Sprintf("%s (%s)", name, r.why))
	if c.refusals == nil {
		c.refusals = map[string]error{}
	}
	if c.refusals[name] == nil {
		c.refusals[name] = refusal(name, r)
	}
}

// refusal returns the error for a column that was asked for by name and cannot be read.
func refusal(name string, r reading) *ColumnError {
	if r.odd.line > 0 {
		return &ColumnError{Column: name, Line: r.odd.line, Cell: strings.TrimSpace(r.odd.cell),
			reason: fmt.Sprintf("line %d, column %s: %s is not a number", r.odd.line, name,
				shortCell(r.odd.cell))}
	}
	return &ColumnError{Column: name,
		reason: fmt.Sprintf("column %q holds no numbers: it is %s", name, r.why)}
}

// value returns the number that a cell stands for. A missing value is NaN.
func (r *reading) value(cell string) (v float64, ok bool) {
	if r.as == numberCells {
		return number(cell)
	}
	if v, ok := number(cell); ok && math.IsNaN(v) {
		return v, true
	}
	switch r.as {
	case truthCells:
		return truth(cell, r.truth)
	case dateCells:
		return parseDate(cell, r.order)
	case wordCells:
		v = r.words.code([]byte(strings.TrimSpace(cell)))
		return v, !r.words.full
	}
	return math.NaN(), false
}

// stored returns what the cells of the column are, as an Inspection has it.
func (r *reading) stored() string {
	switch r.as {
	case truthCells:
		return "truth value"
	case dateCells:
		return "date"
	case wordCells:
		return "text"
	}
	return "number"
}

// checkEmpty returns an error if a column that is empty in the first rows is not empty in this one.
func (c *csvFile) checkEmpty(line int, cells []string) error {
	if c.surveyed {
		return nil
	}
	for j := range c.readings {
		if c.readings[j].as != emptyCells || c.only >= 0 && c.only != j {
			continue
		}
		if v, ok := number(cells[j]); !ok || !math.IsNaN(v) {
			return c.contradiction(line, j, cells[j])
		}
	}
	return nil
}

// contradiction returns the error for a cell that is not what the first rows say.
func (c *csvFile) contradiction(line, j int, cell string) error {
	return fmt.Errorf("line %d, column %s: %w: %s", line, c.names[j], errSurvey, shortCell(cell))
}
