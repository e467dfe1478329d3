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

// csvFile is an open file of separated values.
type csvFile struct {
	s         *byteStream
	in        *lastByte
	r         *csv.Reader
	names     []string // of all columns
	named     bool
	numeric   []int // the columns of numbers
	others    []string
	notes     []string
	look      [][]string // the rows that were read to tell the columns apart
	lookLines []int
	pending   error // what ended the look, io.EOF included
	headed    int   // lines of the header: 0 or 1
}

// lookRows is the number of rows that decide which columns hold numbers.
const lookRows = 1000

// openCSV opens a .csv or .tsv file; the key is the name of a column.
func openCSV(p place) (openTable, error) {
	c, err := newCSV(p)
	if err != nil {
		return nil, err
	}
	if p.key != "" {
		j := slices.Index(c.names, p.key)
		switch {
		case j < 0:
			err = fmt.Errorf("no column is called %q; the columns are %s", p.key, listed(c.names))
		case !slices.Contains(c.numeric, j):
			err = fmt.Errorf("column %q holds no numbers", p.key)
		}
		if err != nil {
			c.Close()
			return nil, err
		}
		c.numeric, c.others, c.notes = []int{j}, nil, nil
	}
	return c, nil
}

// newCSV opens the file and looks at its first rows.
func newCSV(p place) (*csvFile, error) {
	s, err := p.stream()
	if err != nil {
		return nil, err
	}
	c := &csvFile{s: s, in: &lastByte{r: s.Reader}}
	if err := c.begin(p); err != nil {
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

func (c *csvFile) begin(p place) error {
	if mark, _ := c.s.Peek(3); string(mark) == "\xef\xbb\xbf" {
		if _, err := c.s.Discard(3); err != nil {
			return err
		}
	}
	comma, err := c.separator(p.format)
	if err != nil {
		return err
	}
	c.r = csv.NewReader(c.in)
	c.r.Comma = comma
	c.r.ReuseRecord = true
	first, err := c.r.Read()
	if errors.Is(err, io.EOF) {
		return errors.New("the file is empty")
	}
	if err != nil {
		return csvError(err, c.r)
	}
	first = slices.Clone(first)
	line, _ := c.r.FieldPos(0)
	numbers, counting := 0, true
	for j, cell := range first {
		if _, ok := number(cell); ok {
			numbers++
		}
		counting = counting && cell == strconv.Itoa(j)
	}
	if c.named = numbers < len(first); c.named {
		c.headed = 1
		if err := c.header(first, numbers); err != nil {
			return err
		}
	} else {
		c.names = tableNames(len(first))
		c.look, c.lookLines = [][]string{first}, []int{line}
		if counting && len(first) > 2 {
			c.notes = append(c.notes, "the first line is 0, 1, 2, ...; it was read as numbers, "+
				"so remove it if these are names")
		}
	}
	for len(c.look) < lookRows && c.pending == nil {
		var row []string
		if row, c.pending = c.r.Read(); c.pending == nil {
			line, _ := c.r.FieldPos(0)
			c.look, c.lookLines = append(c.look, slices.Clone(row)), append(c.lookLines, line)
		}
	}
	return c.classify()
}

// separator is what stands between the cells: a tab in .tsv files; elsewhere a comma, or the
// semicolon or tab of a first line that has no comma.
func (c *csvFile) separator(format string) (rune, error) {
	if format == formatTSV {
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

// header takes the names of the columns from the first row.
func (c *csvFile) header(first []string, numbers int) error {
	first[0] = strings.TrimPrefix(first[0], "#") // as numpy.savetxt writes it
	known := map[string]bool{}
	for j, name := range first {
		name = strings.TrimSpace(name)
		if name == "" {
			c.notes = append(c.notes, fmt.Sprintf("column %d has no name, as the row numbers of "+
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

// classify tells the columns of numbers from the others: a column none of whose cells in the first
// rows is a number holds text, unless all are empty.
func (c *csvFile) classify() error {
	for j, name := range c.names {
		numbers, text := 0, 0
		for i, row := range c.look {
			v, ok := number(row[j])
			switch {
			case !ok:
				if _, decimal := number(strings.Replace(row[j], ",", ".", 1)); decimal {
					return fmt.Errorf("line %d, column %s: %.40q has a decimal comma; want "+
						"decimal points", c.lookLines[i], name, row[j])
				}
				text++
			case !math.IsNaN(v):
				numbers++
			}
		}
		switch {
		case name == "":
		case numbers == 0 && text > 0:
			c.others = append(c.others, name+" (text)")
		default:
			c.numeric = append(c.numeric, j)
		}
	}
	return nil
}

// number reads a cell; a missing value is NaN.
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

// csvError words an error of the reader.
func csvError(err error, r *csv.Reader) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return err
	}
	if errors.Is(parse.Err, csv.ErrFieldCount) {
		return fmt.Errorf("line %d has another number of cells than the first line, which has %d",
			parse.Line, r.FieldsPerRecord)
	}
	return fmt.Errorf("line %d, byte %d: %w", parse.Line, parse.Column, parse.Err)
}

func (c *csvFile) shape() tableShape {
	s := tableShape{named: c.named, n: -1, missing: "empty or NaN", others: c.others,
		notes: c.notes}
	for _, j := range c.numeric {
		s.columns = append(s.columns, field{name: c.names[j], stored: "number"})
	}
	return s
}

// records gives the cells of every row, with its line.
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
		for k, p := range pick {
			j := c.numeric[p]
			v, ok := number(cells[j])
			if !ok {
				return fmt.Errorf("line %d, column %s: %.40q is not a number; mend it, or name "+
					"the columns to take", line, c.names[j], cells[j])
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
		return []string{"the last line has no line break at its end: make sure that the file " +
			"was not cut short"}
	}
	return nil
}

func (c *csvFile) Close() error { return c.s.Close() }
