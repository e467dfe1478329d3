package tables

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/parquet-go/parquet-go"
)

// parquetFormat is the Parquet format. The key of an address is the name of a column, which may
// hold lists of equal length.
type parquetFormat struct{}

func (parquetFormat) name() string { return "parquet" }

func (f parquetFormat) open(p place, o ReadOptions) (openTable, error) {
	return openBinary(p, o, f.openPlain)
}

func (parquetFormat) openPlain(p place, o ReadOptions) (table openTable, err error) {
	err = guarded(func() error {
		f, err := newParquetFile(p)
		if err != nil {
			return err
		}
		if err := f.choose(p.key, o.Levels); err != nil {
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
	source  io.ReaderAt // of the pages: the file, or the view of it
	size    int64       // bytes of the source
	p       *parquet.File
	all     []parquetColumn
	columns []parquetColumn // those of the table
	others  []string
	length  int // of the lists, if the table is a column of lists
	// times and spans are the columns that were read as days.
	times, spans []string
}

// newParquetFile opens a file and lists its columns.
func newParquetFile(p place) (*parquetFile, error) {
	file, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	opened, source, err := openParquet(file, p.size)
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
	return &parquetFile{file: file, source: source, size: opened.Size(), p: opened,
		all: parquetColumns(opened)}, nil
}

// openParquet opens a file of size bytes with the library, in a view if it has pages that the
// library decodes to wrong values. It returns what the pages are read from as well.
func openParquet(file *os.File, size int64) (*parquet.File, io.ReaderAt, error) {
	if err := checkParquetFooter(file, size); err != nil {
		return nil, nil, err
	}
	options := []parquet.FileOption{parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true)}
	opened, err := parquet.OpenFile(file, size, options...)
	if err != nil {
		return nil, nil, err
	}
	view, err := newLZ4View(file, size, opened.Metadata())
	if err != nil || view == nil {
		return opened, file, err
	}
	opened, err = parquet.OpenFile(view, view.size, options...)
	return opened, view, err
}

// names returns the names of all columns.
func (f *parquetFile) names() []string {
	var names []string
	for _, c := range f.all {
		names = append(names, c.name)
	}
	return names
}

// choose picks the columns of the table: the one of the key, or those that hold single numbers, or
// words if levels, the largest number of different words, is positive.
func (f *parquetFile) choose(key string, levels int) error {
	for i, c := range f.all {
		if c.text && levels > 0 {
			f.all[i].kind, f.all[i].words = Category, newDictionary(levels)
		}
	}
	if key == "" {
		return f.chooseNumbers()
	}
	at := slices.IndexFunc(f.all, func(c parquetColumn) bool { return c.name == key })
	if at < 0 {
		return unknownColumn(key, f.names())
	}
	c := f.all[at]
	if c.value == nil && c.words == nil {
		return &ColumnError{Column: key,
			reason: fmt.Sprintf("column %s holds values of type %s, not numbers", key, c.stored)}
	}
	c.index = false // it is asked for
	f.columns = []parquetColumn{c}
	if !c.list {
		return nil
	}
	return f.measure(c)
}

// chooseNumbers picks the columns that hold single numbers or words.
func (f *parquetFile) chooseNumbers() error {
	var lists []string
	for _, c := range f.all {
		if (c.value != nil || c.words != nil) && !c.list {
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
		s.columns = append(s.columns, column{name: c.name, stored: c.stored, narrow: c.narrow,
			kind: c.kind, index: c.index, words: c.words})
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
	f.remember(columns)
	return guarded(func() error {
		return f.values(columns, func(values []parquet.Value) (err error) {
			for k, v := range values {
				if row[k], err = columns[k].number(v); err != nil {
					return err
				}
			}
			return each(row)
		})
	})
}

// remember keeps the names of the columns that are read as days, for the notes.
func (f *parquetFile) remember(columns []parquetColumn) {
	f.times, f.spans = nil, nil
	for _, c := range columns {
		switch {
		case c.kind == Time:
			f.times = append(f.times, c.name)
		case c.span:
			f.spans = append(f.spans, c.name)
		}
	}
}

// number returns the number that a value stands for: NaN if it is null or an empty word.
func (c parquetColumn) number(v parquet.Value) (float64, error) {
	switch {
	case v.IsNull():
		return math.NaN(), nil
	case c.words == nil:
		return c.value(v), nil
	}
	word := v.ByteArray()
	if len(word) == 0 {
		return math.NaN(), nil
	}
	if !utf8.Valid(word) {
		return 0, &ColumnError{Column: c.name,
			reason: fmt.Sprintf("column %s holds %.40q, not text", c.name, word)}
	}
	return c.words.code(word), nil
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

func (f *parquetFile) remarks() []string { return timeNotes(f.times, f.spans) }

func (f *parquetFile) Close() error { return f.file.Close() }

// word returns a value as a word.
func (c parquetColumn) word(v parquet.Value, row int, as wording) (string, error) {
	switch {
	case v.IsNull():
		return as.text("", row)
	case c.text:
		return as.text(string(v.ByteArray()), row)
	case c.kind == Time:
		return timeText(c.instant(v)), nil
	case c.physical == parquet.Boolean:
		return strconv.FormatBool(v.Boolean()), nil
	case !c.integer:
		return as.number(c.value(v), row)
	case c.value(v) < 0 || v.Int64() >= 0:
		return strconv.FormatInt(v.Int64(), 10), nil
	default:
		return strconv.FormatUint(v.Uint64(), 10), nil
	}
}
