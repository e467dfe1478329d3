package tables

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// csvFormat is the format of separated values. The key of an address is the name of a column.
type csvFormat struct {
	tabs bool // values are separated by tabs, whatever the first line looks like
}

// tsvFormat is the format of tab-separated values.
var tsvFormat = csvFormat{tabs: true}

func (f csvFormat) name() string {
	if f.tabs {
		return "tsv"
	}
	return "csv"
}

func (f csvFormat) open(p place, o ReadOptions) (openTable, error) {
	c, err := f.newFile(p, o.Dialect)
	if err != nil {
		return nil, err
	}
	if err = c.pickKey(p.key); err == nil {
		err = c.classify(f, p, o)
	}
	if err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// pickKey makes the column that the key of an address names the only one that is read.
func (c *csvFile) pickKey(key string) error {
	if key == "" {
		return nil
	}
	if c.only = slices.Index(c.names, key); c.only < 0 {
		return unknownColumn(key, c.names)
	}
	c.notes = nil
	return nil
}

func (f csvFormat) words(p place, as wording) ([]string, error) {
	c, err := f.newFile(p, p.dialect)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	j, err := pickWords(f, p.key, c.names)
	if err != nil {
		return nil, err
	}
	var words []string
	err = c.all(func(line int, cells []string) error {
		cell, _ := asUTF8(cells[j])
		word, err := as.cell(cell, len(words))
		if err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		words = append(words, word)
		return nil
	})
	return words, err
}

// cell returns the word in a cell. A label that is written as a number with a fractional part of 0,
// as in 2.0, is the whole number. Others, such as the version 1.8, are taken as they are written.
func (as wording) cell(cell string, row int) (string, error) {
	cell = strings.TrimSpace(cell)
	v, err := strconv.ParseFloat(cell, 64)
	if as != asTexts && err == nil && strings.Contains(cell, ".") && v == math.Trunc(v) {
		return as.number(v, row)
	}
	return as.text(strings.Clone(cell), row)
}

func (csvFormat) arrays(place) ([]ArrayInfo, error) { return nil, nil }

// csvFile is an open file of separated values.
type csvFile struct {
	s             *byteStream
	text          *csvText
	records       recordReader
	delimiter     rune
	numerals      numerals
	names         []string // of all columns
	named         bool
	numeralsGiven bool      // the dialect says how numbers are written
	only          int       // the column that the address names, or -1
	readings      []reading // of all columns
	readable      []int     // the columns that can be read
	others        []string
	refusals      map[string]error // why a column that is not readable is not
	doubtful      []string         // the columns that can be read in several ways
	notes         []string
	look          [][]string // the rows that were read to find out what the columns hold
	lookLines     []int
	pending       error // what ended the look, io.EOF included
	surveyed      bool  // all rows were read to find out what the columns hold
	converted     bool  // a cell was not in UTF-8
}

// lookRows is the number of rows that decide what the columns hold, unless a later row contradicts.
const lookRows = 1000

// newFile opens a file and reads its first rows.
func (f csvFormat) newFile(p place, d Dialect) (*csvFile, error) {
	s, err := p.stream()
	if err != nil {
		return nil, err
	}
	c := &csvFile{s: s, only: -1}
	if err := c.begin(f, d); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// begin finds out how the file is written, and reads the names of the columns and the first rows.
func (c *csvFile) begin(f csvFormat, d Dialect) error {
	err := d.check()
	if err != nil {
		return err
	}
	if c.text, err = newText(c.s); err != nil {
		return err
	}
	h, err := readHead(c.text)
	if err != nil {
		return err
	}
	if c.delimiter, err = f.delimiter(c.text, h, d); err != nil {
		return err
	}
	c.records = newRecords(c.text, c.delimiter, h.lines)
	if err := c.readLook(); err != nil {
		return err
	}
	if len(c.look) == 0 {
		if len(h.comments) > 0 {
			return errNoRows
		}
		return errors.New("the file is empty")
	}
	c.numerals = newNumerals(d)
	if c.numeralsGiven = d.hasNumerals(); !c.numeralsGiven {
		c.numerals, _ = guessNumerals(c.numerals, nil, c.evidence(c.look[min(1, len(c.look)-1):]))
	}
	c.notes = c.text.notes
	return c.header(h, d)
}

// delimiter returns what separates the cells: what the dialect says, a tab in a .tsv file, or what
// the first lines say.
func (f csvFormat) delimiter(t *csvText, h head, d Dialect) (rune, error) {
	switch {
	case d.Delimiter != 0:
		return d.Delimiter, nil
	case h.excel != 0:
		return h.excel, nil
	case f.tabs:
		return '\t', nil
	}
	return guessDelimiter(t)
}

// readLook reads the first rows. Another error than that of a row is returned.
func (c *csvFile) readLook() error {
	bytes := 0
	for len(c.look) <= lookRows && bytes < maxLookBytes && c.pending == nil {
		var row []string
		if row, c.pending = c.records.read(); c.pending == nil {
			c.look = append(c.look, slices.Clone(row))
			c.lookLines = append(c.lookLines, c.records.line())
			for _, cell := range row {
				bytes += len(cell) + 16
			}
		}
	}
	if len(c.look) == 0 && !errors.Is(c.pending, io.EOF) {
		return c.pending
	}
	return nil
}

func (c *csvFile) schema() schema {
	s := schema{named: c.named, n: -1, others: c.others, refusals: c.refusals,
		doubtful: c.doubtful, notes: c.notes}
	for _, j := range c.readable {
		r := c.readings[j]
		s.columns = append(s.columns, column{name: c.names[j], stored: r.stored(), kind: r.kind,
			words: r.words})
	}
	return s
}

// all passes the cells of every row and the number of its line to each.
func (c *csvFile) all(each func(line int, cells []string) error) error {
	for i, cells := range c.look {
		if err := each(c.lookLines[i], cells); err != nil {
			return err
		}
	}
	c.look, c.lookLines = nil, nil
	for err := c.pending; ; {
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var cells []string
		if cells, err = c.records.read(); err == nil {
			if err := each(c.records.line(), cells); err != nil {
				return err
			}
		}
	}
}

func (c *csvFile) rows(pick []int, each func(row []float64) error) error {
	row := make([]float64, len(pick))
	return c.all(func(line int, cells []string) error {
		if err := c.checkEmpty(line, cells); err != nil {
			return err
		}
		for k, p := range pick {
			j := c.readable[p]
			v, ok := c.value(j, cells[j])
			if !ok {
				return c.contradiction(line, j, cells[j])
			}
			row[k] = v
		}
		if err := each(row); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
		return nil
	})
}

func (c *csvFile) remarks() []string {
	var remarks []string
	if c.converted {
		remarks = append(remarks, "text that is not in UTF-8 was read as Windows-1252")
	}
	if c.text.last.last != '\n' {
		remarks = append(remarks, "the last line does not end with a line break: check that the "+
			"file was not cut short")
	}
	return remarks
}

func (c *csvFile) Close() error { return c.s.Close() }
