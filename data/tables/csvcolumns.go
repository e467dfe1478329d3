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
		return c.pending
	}
	if len(c.look) == 0 {
		return errNoRows
	}
	all := c.evidence(c.look)
	c.surveyed = c.pending != nil
	fromLook := c.surveyed || !p.survey && !anyAmbiguous(all)
	if !fromLook {
		var err error
		if all, err = f.survey(p, o); err != nil {
			return err
		}
		c.surveyed = true
	}
	inDoubt := noDoubt
	if !o.Dialect.hasNumerals() {
		c.numerals, inDoubt = guessNumerals(newNumerals(o.Dialect), c.names, all)
		c.notes = append(c.notes, c.numerals.notes()...)
	}
	if fromLook {
		c.collectWords(all, o)
	}
	for j := range c.names {
		r, err := c.decide(j, &all[j], o, inDoubt)
		if err != nil {
			return err
		}
		c.readings = append(c.readings, r)
		if r.why == "" && (c.only < 0 || c.only == j) {
			c.readable = append(c.readable, j)
		}
	}
	c.noteTimes(o)
	return nil
}

// decide returns how column j is read. The error is that of a column that the address names.
func (c *csvFile) decide(j int, e *evidence, o ReadOptions, inDoubt doubt) (reading, error) {
	name := c.names[j]
	if name == "" {
		return reading{as: textCells, why: "no name"}, nil
	}
	wanted := wantedKind(o, name)
	r := e.decide(decision{numerals: &c.numerals, levels: o.Levels, wanted: wanted})
	if r.as == emptyCells && !c.surveyed {
		r.why = fmt.Sprintf("empty in its first %d rows", len(c.look))
	}
	var refused error
	if d := inDoubt(j); d != nil && (wanted == nil || *wanted != Category) {
		r = reading{as: textCells, why: shortCell(d.Cell) + " " + d.reason}
		refused = d
		c.doubtful = append(c.doubtful, name)
	} else if r.why != "" {
		refused = refusal(name, r)
	}
	switch {
	case refused == nil || c.only >= 0 && c.only != j:
		return r, nil
	case c.only == j:
		return r, refused
	}
	c.others = append(c.others, fmt.Sprintf("%s (%s)", name, r.why))
	if c.refusals == nil {
		c.refusals = map[string]error{}
	}
	c.refusals[name] = refused
	return r, nil
}

// noteTimes notes which of the columns that are read are times.
func (c *csvFile) noteTimes(o ReadOptions) {
	var times []string
	for _, j := range c.readable {
		if c.readings[j].kind == Time && o.takes(c.names[j]) {
			times = append(times, c.names[j])
		}
	}
	if len(times) > 0 {
		c.notes = append(c.notes, "dates and times were read as days since 1970-01-01 UTC: "+
			listed(times))
	}
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

// evidence returns what the columns of rows of the look hold, without their words.
func (c *csvFile) evidence(rows [][]string) []evidence {
	all := make([]evidence, len(rows[0]))
	lines := c.lookLines[len(c.look)-len(rows):]
	for j := range all {
		for i, row := range rows {
			c.addCell(&all[j], lines[i], row[j])
		}
	}
	return all
}

// collectWords adds the words of the first rows to the evidence of columns that are not of numbers.
func (c *csvFile) collectWords(all []evidence, o ReadOptions) {
	for j := range all {
		e := &all[j]
		numbers, _ := e.numbers(&c.numerals)
		if numbers == e.cells && wantedKind(o, c.names[j]) == nil {
			continue
		}
		e.words = o.dictionary()
		for _, row := range c.look {
			c.addWord(e, row[j])
		}
	}
}

// survey returns the evidence of all rows of a file for each column.
func (f csvFormat) survey(p place, o ReadOptions) ([]evidence, error) {
	c, err := f.newFile(p, o.Dialect)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	all := make([]evidence, len(c.names))
	for j := range all {
		all[j].words = o.dictionary()
	}
	err = c.all(func(line int, cells []string) error {
		for j, cell := range cells {
			c.addCell(&all[j], line, cell)
			c.addWord(&all[j], cell)
		}
		return nil
	})
	return all, err
}

// addCell adds a cell to the evidence of its column, unless it is missing.
func (c *csvFile) addCell(e *evidence, line int, cell string) {
	v, ok := c.numerals.number(cell)
	switch {
	case ok && math.IsNaN(v):
	case c.numeralsGiven && ok:
		e.add(line, cell, plainShape)
	case c.numeralsGiven:
		e.add(line, cell, textShape)
	default:
		e.add(line, cell, shapeOf(cell))
	}
}

// addWord adds a cell to the words of its column, unless it is missing.
func (c *csvFile) addWord(e *evidence, cell string) {
	if !c.numerals.isMissing(cell) {
		e.words.code([]byte(strings.TrimSpace(cell)))
	}
}

// anyAmbiguous reports whether the dates of a column may have the day or the month first.
func anyAmbiguous(all []evidence) bool {
	for i := range all {
		if all[i].ambiguousDates() {
			return true
		}
	}
	return false
}

// refusal returns the error for a column that was asked for by name and cannot be read.
func refusal(name string, r reading) *ColumnError {
	if r.odd.line > 0 {
		return &ColumnError{Column: name, Line: r.odd.line, Cell: r.odd.cell,
			reason: fmt.Sprintf("line %d, column %s: %s is not a number", r.odd.line, name,
				shortCell(r.odd.cell))}
	}
	return &ColumnError{Column: name,
		reason: fmt.Sprintf("column %q holds no numbers: it is %s", name, r.why)}
}

// value returns the number that a cell of column j stands for. A missing value is NaN.
func (c *csvFile) value(j int, cell string) (v float64, ok bool) {
	r := &c.readings[j]
	if v, ok = c.numerals.number(cell); r.as == numberCells || ok && math.IsNaN(v) {
		return v, ok
	}
	switch r.as {
	case truthCells:
		return truth(cell, r.truth)
	case dateCells:
		return parseDate(cell, r.order)
	case wordCells:
		word, converted := asUTF8(strings.TrimSpace(cell))
		c.converted = c.converted || converted
		v = r.words.code([]byte(word))
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
		if !c.numerals.isMissing(cells[j]) {
			return c.contradiction(line, j, cells[j])
		}
	}
	return nil
}

// contradiction returns the error for a cell that is not what the first rows say.
func (c *csvFile) contradiction(line, j int, cell string) error {
	return fmt.Errorf("line %d, column %s: %w: %s", line, c.names[j], errSurvey, shortCell(cell))
}
