package tables

import (
	"encoding/csv"
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
	c, err := f.newFile(p)
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
	c, err := f.newFile(p)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	j, err := pickWords(f, p.key, c.names)
	if err != nil {
		return nil, err
	}
	var words []string
	err = c.records(func(line int, cells []string) error {
		word, err := as.cell(cells[j], len(words))
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
	if as == asLabels && err == nil && strings.Contains(cell, ".") && v == math.Trunc(v) {
		return as.number(v, row)
	}
	return as.text(strings.Clone(cell), row)
}

func (csvFormat) arrays(place) ([]ArrayInfo, error) { return nil, nil }

// csvFile is an open file of separated values.
type csvFile struct {
	s         *byteStream
	in        *lastByte
	r         *csv.Reader
	names     []string // of all columns
	named     bool
	only      int       // the column that the address names, or -1
	readings  []reading // of all columns
	readable  []int     // the columns that can be read
	others    []string
	refusals  map[string]error // why a column that is not readable is not
	notes     []string
	look      [][]string // the rows that were read to find out what the columns hold
	lookLines []int
	pending   error // what ended the look, io.EOF included
	surveyed  bool  // all rows were read to find out what the columns hold
}

// lookRows is the number of rows that decide what the columns hold, unless a later row contradicts.
const lookRows = 1000

// newFile opens a file and reads its first rows.
func (f csvFormat) newFile(p place) (*csvFile, error) {
	s, err := p.stream()
	if err != nil {
		return nil, err
	}
	c := &csvFile{s: s, only: -1, in: &lastByte{r: s.Reader}}
	if err := c.begin(f); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// lastByte remembers the last byte that was read.
type lastByte struct {
	r    io.Reader
	last byte
}

func (l *lastByte) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if n > 0 {
		l.last = p[n-1]
	}
	return n, err
}

// begin reads the names of the columns, and the rows that decide what they hold.
func (c *csvFile) begin(f csvFormat) error {
	if mark, _ := c.s.Peek(3); string(mark) == "\xef\xbb\xbf" {
		if _, err := c.s.Discard(3); err != nil {
			return err
		}
	}
	c.r = csv.NewReader(c.in)
	c.r.ReuseRecord = true
	var err error
	if c.r.Comma, err = c.separator(f); err != nil {
		return err
	}
	first, err := c.r.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty")
	}
	if err != nil {
		return csvError(err, c.r)
	}
	if err := c.firstRow(slices.Clone(first)); err != nil {
		return err
	}
	for len(c.look) < lookRows && c.pending == nil {
		var row []string
		if row, c.pending = c.r.Read(); c.pending == nil {
			line, _ := c.r.FieldPos(0)
			c.look, c.lookLines = append(c.look, slices.Clone(row)), append(c.lookLines, line)
		}
	}
	return nil
}

// separator returns what separates the cells. It is a tab in .tsv files. Elsewhere it is a comma,
// unless the first line has none: then it is the semicolon or the tab of that line.
func (c *csvFile) separator(f csvFormat) (rune, error) {
	if f.tabs {
		return '\t', nil
	}
	start, err := c.s.Peek(1 << 15)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	line, quoted := map[byte]bool{}, false
	for _, b := range start {
		if b == '"' {
			quoted = !quoted
		}
		if b == '\n' && !quoted && len(line) > 0 {
			break
		}
		if !quoted {
			line[b] = true
		}
	}
	switch {
	case line[','] && line[';']:
		return 0, errors.New("the first line has commas and semicolons; want one kind of " +
			"separator, and decimal points")
	case line[';']:
		return ';', nil
	case line['\t'] && !line[',']:
		return '\t', nil
	}
	return ',', nil
}

// firstRow takes the first row for the names of the columns, unless all its cells are numbers.
func (c *csvFile) firstRow(first []string) error {
	numbers, counting := 0, true // counting: the row is 0, 1, 2, ...
	for j, cell := range first {
		if _, ok := number(cell); ok {
			numbers++
		}
		counting = counting && cell == strconv.Itoa(j)
	}
	if numbers < len(first) {
		c.named = true
		return c.header(first, numbers)
	}
	line, _ := c.r.FieldPos(0)
	c.names = tableNames(len(first))
	c.look, c.lookLines = [][]string{first}, []int{line}
	if counting && len(first) > 2 {
		c.notes = append(c.notes, "the first line is 0, 1, 2, ...; it was read as numbers, "+
			"so remove it if these are names")
	}
	return nil
}

// header takes the names of the columns from the first row, in which some cells are numbers.
func (c *csvFile) header(first []string, numbers int) error {
	first[0] = strings.TrimPrefix(first[0], "#") // numpy.savetxt writes it
	known := map[string]bool{}
	for j, name := range first {
		name = strings.TrimSpace(name)
		if name == "" {
			c.notes = append(c.notes, fmt.Sprintf("column %d has no name, like the row numbers of "+
				"a data frame, and was skipped", j+1))
		} else if known[name] {
			return fmt.Errorf("two columns are called %q", name)
		}
		known[name] = true
		c.names = append(c.names, name)
	}
	if numbers > 0 && !slices.Contains(first, "") {
		c.notes = append(c.notes, "the first line was read as the names of the columns, though "+
			"some of its cells are numbers")
	}
	return nil
}

// number parses a cell. A missing value is NaN.
func number(cell string) (float64, bool) {
	v, err := strconv.ParseFloat(cell, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return v, true
	}
	cell = strings.TrimSpace(cell)
	switch strings.ToLower(cell) {
	case "", "na", "n/a", "null", "none", "-nan":
		return math.NaN(), true
	}
	v, err = strconv.ParseFloat(cell, 64)
	return v, err == nil || errors.Is(err, strconv.ErrRange)
}

// csvError explains an error of the reader.
func csvError(err error, r *csv.Reader) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	if errors.Is(parse.Err, csv.ErrFieldCount) {
		return fmt.Errorf("line %d does not have as many cells as the first line, which has %d",
			parse.Line, r.FieldsPerRecord)
	}
	return fmt.Errorf("line %d, byte %d: %w", parse.Line, parse.Column, parse.Err)
}

func (c *csvFile) schema() schema {
	s := schema{named: c.named, n: -1, others: c.others, refusals: c.refusals, notes: c.notes}
	for _, j := range c.readable {
		r := c.readings[j]
		s.columns = append(s.columns, column{name: c.names[j], stored: r.stored(), kind: r.kind,
			words: r.words})
	}
	return s
}

// records passes the cells of every row and the number of its line to each.
func (c *csvFile) records(each func(line int, cells []string) error) error {
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
			return csvError(err, c.r)
		}
		var cells []string
		if cells, err = c.r.Read(); err == nil {
			line, _ := c.r.FieldPos(0)
			if err := each(line, cells); err != nil {
				return err
			}
		}
	}
}

func (c *csvFile) rows(pick []int, each func(row []float64) error) error {
	row := make([]float64, len(pick))
	return c.records(func(line int, cells []string) error {
		if err := c.checkEmpty(line, cells); err != nil {
			return err
		}
		for k, p := range pick {
			j := c.readable[p]
			v, ok := c.readings[j].value(cells[j])
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
	if c.in.last != '\n' && c.in.last != '\r' {
		return []string{"the last line does not end with a line break: check that the file was " +
			"not cut short"}
	}
	return nil
}

func (c *csvFile) Close() error { return c.s.Close() }
