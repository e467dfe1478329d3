package tables

import (
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"

	"github.com/parquet-go/parquet-go"
)

// parquetFormat is the Parquet format. The key of an address is the name of a column, which may
// hold lists of equal length.
type parquetFormat struct{}

func (parquetFormat) name() string { return "parquet" }

func (parquetFormat) open(p place, o ReadOptions) (table openTable, err error) {
	err = guarded(func() error {
		f, err := newParquetFile(p)
		if err != nil {
			return err
		}
		if err := f.choose(p.key); err != nil {
			f.Close()
			return err
		}
		table = f
		return nil
	})
	return table, err
}

func (f parquetFormat) words(p place, as wording) (words []string, err error) {
	err = guarded(func() error {
		file, err := newParquetFile(p)
		if err != nil {
			return err
		}
		defer file.Close()
		j, err := pickWords(f, p.key, file.names())
		if err != nil {
			return err
		}
		c := file.all[j]
		if c.list || (c.value == nil && !c.text) {
			return fmt.Errorf("column %s holds values of type %s; want integers, booleans or "+
				"strings", c.name, c.stored)
		}
		return file.values([]parquetColumn{c}, func(row []parquet.Value) error {
			word, err := c.word(row[0], len(words), as)
			words = append(words, word)
			return err
		})
	})
	return words, err
}

func (parquetFormat) arrays(place) ([]ArrayInfo, error) { return nil, nil }

// parquetFile is an open Parquet file.
type parquetFile struct {
	file    *os.File
	p       *parquet.File
	all     []parquetColumn
	columns []parquetColumn // those of the table
	others  []string
	length  int // of the lists, if the table is a column of lists
}

// newParquetFile opens a file and lists its columns.
func newParquetFile(p place) (*parquetFile, error) {
	file, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	opened, err := parquet.OpenFile(file, p.size, parquet.SkipPageIndex(true),
		parquet.SkipBloomFilters(true))
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("the file is truncated, or not a Parquet file: %w", err)
	}
	var rows int64
	for _, g := range opened.RowGroups() {
		rows += g.NumRows()
	}
	if n := opened.NumRows(); n != rows || n < 0 || int64(int(n)) != n {
		file.Close()
		return nil, fmt.Errorf("the file is damaged: it promises %d rows, but its row groups "+
			"have %d", n, rows)
	}
	return &parquetFile{file: file, p: opened, all: parquetColumns(opened)}, nil
}

// names returns the names of all columns.
func (f *parquetFile) names() []string {
	var names []string
	for _, c := range f.all {
		names = append(names, c.name)
	}
	return names
}

// choose picks the columns of the table: the one of the key, or those that hold single numbers.
func (f *parquetFile) choose(key string) error {
	if key == "" {
		return f.chooseNumbers()
	}
	at := slices.IndexFunc(f.all, func(c parquetColumn) bool { return c.name == key })
	if at < 0 {
		return unknownColumn(key, f.names())
	}
	c := f.all[at]
	if c.value == nil {
		return &ColumnError{Column: key,
			reason: fmt.Sprintf("column %s holds values of type %s, not numbers", key, c.stored)}
	}
	f.columns = []parquetColumn{c}
	if !c.list {
		return nil
	}
	return f.measure(c)
}

// chooseNumbers picks the columns that hold single numbers.
func (f *parquetFile) chooseNumbers() error {
	var lists []string
	for _, c := range f.all {
		if c.value != nil && !c.list {
			f.columns = append(f.columns, c)
			continue
		}
		if other := c.name + " (" + c.stored + ")"; !slices.Contains(f.others, other) {
			f.others = append(f.others, other)
		}
		if c.value != nil {
			lists = append(lists, c.name)
		}
	}
	if len(f.columns) == 0 && len(lists) > 0 {
		return fmt.Errorf("no column holds single numbers; lists of numbers are read by "+
			"name, as in FILE.parquet:%s (the lists are %s)", lists[0], listed(lists))
	}
	return nil
}

// measure sets the length of the lists of a column from the first list that has any values.
func (f *parquetFile) measure(c parquetColumn) error {
	errFound := errors.New("the first list was found")
	err := f.lists(c, func(values []float64) error {
		f.length = len(values)
		if f.length == 0 {
			return nil
		}
		return errFound
	})
	switch {
	case err != nil && !errors.Is(err, errFound):
		return err
	case f.length == 0:
		return fmt.Errorf("column %s holds no list with numbers in it", c.name)
	}
	return nil
}

func (f *parquetFile) schema() schema {
	s := schema{named: true, n: int(f.p.NumRows()), others: f.others}
	if f.length > 0 {
		s.named = false
		for _, name := range tableNames(f.length) {
			s.columns = append(s.columns, column{name: name, stored: f.columns[0].stored,
				narrow: f.columns[0].narrow})
		}
		return s
	}
	for _, c := range f.columns {
		s.columns = append(s.columns, column{name: c.name, stored: c.stored, narrow: c.narrow})
	}
	return s
}

func (f *parquetFile) rows(pick []int, each func(row []float64) error) error {
	if f.length > 0 {
		return guarded(func() error { return f.listRows(pick, each) })
	}
	row := make([]float64, len(pick))
	columns := make([]parquetColumn, len(pick))
	for k, j := range pick {
		columns[k] = f.columns[j]
	}
	return guarded(func() error {
		return f.values(columns, func(values []parquet.Value) error {
			for k, v := range values {
				row[k] = math.NaN()
				if !v.IsNull() {
					row[k] = columns[k].value(v)
				}
			}
			return each(row)
		})
	})
}

// listRows passes the rows of a column of lists to each.
func (f *parquetFile) listRows(pick []int, each func(row []float64) error) error {
	row, at := make([]float64, len(pick)), 0
	err := f.lists(f.columns[0], func(values []float64) error {
		if len(values) != 0 && len(values) != f.length {
			return fmt.Errorf("row %d (counted from 0): the list has %d numbers, the first one "+
				"has %d; want lists of one length", at, len(values), f.length)
		}
		at++
		for k, j := range pick {
			row[k] = math.NaN()
			if len(values) > 0 {
				row[k] = values[j]
			}
		}
		return each(row)
	})
	if err == nil && int64(at) != f.p.NumRows() {
		return fmt.Errorf("the file is damaged: column %s holds %d lists in %d rows",
			f.columns[0].name, at, f.p.NumRows())
	}
	return err
}

func (f *parquetFile) remarks() []string { return nil }

func (f *parquetFile) Close() error { return f.file.Close() }

// word returns a value as a word.
func (c parquetColumn) word(v parquet.Value, row int, as wording) (string, error) {
	switch {
	case v.IsNull():
		return as.text("", row)
	case c.text:
		return as.text(string(v.ByteArray()), row)
	case c.kind == parquet.Boolean:
		return strconv.FormatBool(v.Boolean()), nil
	case c.kind == parquet.Int64 && c.value(v) < 0 || c.kind == parquet.Int64 && v.Int64() >= 0:
		return strconv.FormatInt(v.Int64(), 10), nil
	case c.kind == parquet.Int64:
		return strconv.FormatUint(v.Uint64(), 10), nil
	}
	return as.number(c.value(v), row)
}
