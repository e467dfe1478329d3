package tables

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// recordReader reads the cells of one line after the other.
type recordReader interface {
	// read returns the cells of the next record, which are valid until the next call.
	read() ([]string, error)
	// line returns the number of the line that the last record begins with, from 1.
	line() int
}

// newRecords returns the reader of the records of a text, of which some lines were read already.
func newRecords(t *csvText, delimiter rune, lines int) recordReader {
	if delimiter == ' ' {
		return &blankRecords{t: t, at: lines}
	}
	r := csv.NewReader(t.Reader)
	r.Comma = delimiter
	r.ReuseRecord = true
	return &commaRecords{t: t, r: r, before: lines}
}

// commaRecords are records whose cells are separated by a character, and can be in quotes.
type commaRecords struct {
	t      *csvText
	r      *csv.Reader
	before int // lines before those of r
}

func (c *commaRecords) read() ([]string, error) {
	cells, err := c.r.Read()
	c.t.newRecord()
	var parse *csv.ParseError
	switch {
	case !errors.As(err, &parse):
		return cells, err
	case errors.Is(parse.Err, csv.ErrFieldCount):
		return nil, raggedError(parse.Line+c.before, len(cells), c.r.FieldsPerRecord)
	}
	return nil, fmt.Errorf("line %d, byte %d: %w", parse.Line+c.before, parse.Column, parse.Err)
}

func (c *commaRecords) line() int {
	line, _ := c.r.FieldPos(0)
	return line + c.before
}

// raggedError reports a record that does not have as many cells as the first one.
func raggedError(line, cells, want int) error {
	return fmt.Errorf("line %d does not have as many cells as the first line, which has %d: it "+
		"has %d", line, want, cells)
}

// blankRecords are records whose cells are separated by blanks or tabs, as numpy.savetxt writes
// them. A cell in quotes can hold blanks.
type blankRecords struct {
	t     *csvText
	at    int // the line that was read last
	cells []string
	want  int // number of cells, 0 before the first record
}

func (b *blankRecords) read() ([]string, error) {
	for {
		line, err := b.t.ReadString('\n')
		b.t.newRecord()
		if line == "" && err != nil {
			return nil, err
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		b.at++
		if b.cells = blankCells(line, b.cells[:0]); len(b.cells) == 0 {
			continue
		}
		if b.want == 0 {
			b.want = len(b.cells)
		}
		if len(b.cells) != b.want {
			return nil, raggedError(b.at, len(b.cells), b.want)
		}
		return b.cells, nil
	}
}

func (b *blankRecords) line() int { return b.at }

// blankCells appends the cells of a line to a slice.
func blankCells(line string, cells []string) []string {
	const blanks = " \t\r\n"
	for {
		line = strings.TrimLeft(line, blanks)
		if line == "" {
			return cells
		}
		if end := strings.IndexByte(line[1:], '"'); line[0] == '"' && end >= 0 {
			cells, line = append(cells, line[1:1+end]), line[end+2:]
			continue
		}
		end := strings.IndexAny(line, blanks)
		if end < 0 {
			end = len(line)
		}
		cells, line = append(cells, line[:end]), line[end:]
	}
}
