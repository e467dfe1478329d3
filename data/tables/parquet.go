package tables

import (
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"
)

// parquetFile is an open Parquet file.
type parquetFile struct {
	file    *os.File
	p       *parquet.File
	columns []parquetColumn // those of the table
	others  []string
	length  int // of the lists, where the table is a column of lists
}

// parquetColumn is a leaf of the schema.
type parquetColumn struct {
	name, stored string
	leaf         int
	list         bool
	// the definition level at which a value, or an element of a list, is there (it may still be
	// null)
	present int
	value   func(parquet.Value) float64
	narrow  bool
	kind    parquet.Kind
	text    bool
}

// openParquet opens a Parquet file; the key is the name of a column, which may hold lists of equal
// length.
func openParquet(p place) (table openTable, err error) {
	err = guarded(func() error {
		f, columns, err := newParquet(p)
		if err != nil {
			return err
		}
		if err := f.choose(columns, p.key); err != nil {
			f.Close()
			return err
		}
		table = f
		return nil
	})
	return table, err
}

// newParquet opens the file and lists its columns.
func newParquet(p place) (*parquetFile, []parquetColumn, error) {
	file, err := os.Open(p.path)
	if err != nil {
		return nil, nil, err
	}
	opened, err := parquet.OpenFile(file, p.size, parquet.SkipPageIndex(true),
		parquet.SkipBloomFilters(true))
	if err != nil {
		file.Close()
		return nil, nil, fmt.Errorf("the file is truncated, or not a Parquet file: %w", err)
	}
	f := &parquetFile{file: file, p: opened}
	var rows int64
	for _, g := range opened.RowGroups() {
		rows += g.NumRows()
	}
	if n := opened.NumRows(); n != rows || n < 0 || int64(int(n)) != n {
		file.Close()
		return nil, nil, fmt.Errorf("the file is damaged: it promises %d rows, and %d in its "+
			"row groups", n, rows)
	}
	half := map[int]bool{} // the library does not show this type
	leaf := 0
	for i, e := range opened.Metadata().Schema {
		if i == 0 || (e.NumChildren.Valid && e.NumChildren.V > 0) {
			continue
		}
		_, half[leaf] = e.LogicalType.Value.(*format.Float16Type)
		leaf++
	}
	var columns []parquetColumn
	var walk func(c *parquet.Column, name, list string, repeated int)
	walk = func(c *parquet.Column, name, list string, repeated int) {
		parent := name
		name = strings.TrimPrefix(name+"."+c.Name(), ".")
		if c.Repeated() {
			list, repeated = name, c.MaxDefinitionLevel()
			if parent != "" {
				list = parent
			}
		}
		if !c.Leaf() {
			for _, child := range c.Columns() {
				walk(child, name, list, repeated)
			}
			return
		}
		columns = append(columns, newParquetColumn(c, name, list, repeated, half[c.Index()]))
	}
	for _, c := range opened.Root().Columns() {
		walk(c, "", "", 0)
	}
	for i, c := range columns { // a list of records has several leaves of one name
		for k := range columns {
			if i != k && c.name == columns[k].name {
				columns[i].value, columns[i].stored = nil, "list of records"
			}
		}
	}
	return f, columns, nil
}

func newParquetColumn(c *parquet.Column, name, list string, repeated int, half bool) parquetColumn {
	column := parquetColumn{name: name, leaf: c.Index(), stored: c.Type().String(),
		kind: c.Type().Kind(), present: c.MaxDefinitionLevel()}
	logical := c.Type().LogicalType()
	signed := true
	number := logical == nil || logical.Value == nil
	if !number {
		switch l := logical.Value.(type) {
		case *format.IntType:
			signed, number = l.IsSigned, true
		case *format.StringType, *format.EnumType:
			column.text = true
		}
	}
	if half {
		column.stored = "FLOAT16"
	}
	switch {
	case !number:
	case half:
		column.narrow = true
		column.value = func(v parquet.Value) float64 {
			b := v.ByteArray()
			return halfFloat(uint16(b[0]) | uint16(b[1])<<8)
		}
	case column.kind == parquet.Boolean:
		column.value = func(v parquet.Value) float64 {
			if v.Boolean() {
				return 1
			}
			return 0
		}
	case column.kind == parquet.Int32 && signed:
		column.value = func(v parquet.Value) float64 { return float64(v.Int32()) }
	case column.kind == parquet.Int32:
		column.value = func(v parquet.Value) float64 { return float64(v.Uint32()) }
	case column.kind == parquet.Int64 && signed:
		column.value = func(v parquet.Value) float64 { return float64(v.Int64()) }
	case column.kind == parquet.Int64:
		column.value = func(v parquet.Value) float64 { return float64(v.Uint64()) }
	case column.kind == parquet.Float:
		column.narrow = true
		column.value = func(v parquet.Value) float64 { return float64(v.Float()) }
	case column.kind == parquet.Double:
		column.value = func(v parquet.Value) float64 { return v.Double() }
	case column.kind == parquet.ByteArray:
		column.text = true
	}
	if levels := c.MaxRepetitionLevel(); levels > 0 {
		column.list, column.name, column.text = true, list, false
		column.stored = "list of " + column.stored
		column.present = repeated
		if levels > 1 || c.MaxDefinitionLevel() > repeated+1 {
			column.value = nil
		}
	}
	return column
}

// choose takes the columns of the table: those of single numbers, or the one of the key.
func (f *parquetFile) choose(columns []parquetColumn, key string) error {
	if key == "" {
		var lists []string
		for _, c := range columns {
			switch {
			case c.value == nil || c.list:
				if other := c.name + " (" + c.stored + ")"; !slices.Contains(f.others, other) {
					f.others = append(f.others, other)
				}
				if c.value != nil {
					lists = append(lists, c.name)
				}
			default:
				f.columns = append(f.columns, c)
			}
		}
		if len(f.columns) == 0 && len(lists) > 0 {
			return fmt.Errorf("no column holds single numbers; lists of numbers are read by "+
				"name, as in FILE.parquet:%s (the lists are %s)", lists[0], listed(lists))
		}
		return nil
	}
	at := slices.IndexFunc(columns, func(c parquetColumn) bool { return c.name == key })
	if at < 0 {
		var names []string
		for _, c := range columns {
			names = append(names, c.name)
		}
		return fmt.Errorf("no column is called %q; the columns are %s", key, listed(names))
	}
	c := columns[at]
	if c.value == nil {
		return fmt.Errorf("column %s holds values of type %s, not numbers", key, c.stored)
	}
	f.columns = []parquetColumn{c}
	if c.list {
		first := errors.New("the first list was found")
		err := f.lists(c, func(values []float64) error {
			f.length = len(values)
			if f.length == 0 {
				return nil
			}
			return first
		})
		if err != nil && !errors.Is(err, first) {
			return err
		}
		if f.length == 0 {
			return fmt.Errorf("column %s holds no list with numbers in it", key)
		}
	}
	return nil
}

func (f *parquetFile) shape() tableShape {
	s := tableShape{named: true, n: int(f.p.NumRows()), missing: "null or NaN", others: f.others}
	if f.length > 0 {
		s.named = false
		for _, name := range tableNames(f.length) {
			s.columns = append(s.columns, field{name: name, stored: f.columns[0].stored,
				narrow: f.columns[0].narrow})
		}
		return s
	}
	for _, c := range f.columns {
		s.columns = append(s.columns, field{name: c.name, stored: c.stored, narrow: c.narrow})
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

// values gives the single values of some columns, row by row.
func (f *parquetFile) values(columns []parquetColumn, each func([]parquet.Value) error) error {
	row := make([]parquet.Value, len(columns))
	for _, g := range f.p.RowGroups() {
		err := func() error {
			cursors := make([]parquetCursor, 0, len(columns))
			defer func() {
				for i := range cursors {
					cursors[i].close()
				}
			}()
			for _, c := range columns {
				chunk := g.ColumnChunks()[c.leaf]
				if chunk.NumValues() != g.NumRows() {
					return fmt.Errorf("the file is damaged: column %s has %d values in %d rows",
						c.name, chunk.NumValues(), g.NumRows())
				}
				cursors = append(cursors, newParquetCursor(c.name, chunk))
			}
			for range g.NumRows() {
				for k := range cursors {
					v, err := cursors[k].next()
					if errors.Is(err, io.EOF) {
						err = fmt.Errorf("the file is damaged: column %s ends too early",
							columns[k].name)
					}
					if err != nil {
						return err
					}
					row[k] = v
				}
				if err := each(row); err != nil {
					return err
				}
			}
			return nil
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

// listRows gives the rows of a column of lists.
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

// lists gives the lists of a column; one that is null or empty has no values, and a null in a list
// is NaN.
func (f *parquetFile) lists(c parquetColumn, each func([]float64) error) error {
	for _, g := range f.p.RowGroups() {
		err := func() error {
			cursor := newParquetCursor(c.name, g.ColumnChunks()[c.leaf])
			defer cursor.close()
			var list []float64
			begun := false
			for {
				v, err := cursor.next()
				ended := errors.Is(err, io.EOF)
				if err != nil && !ended {
					return err
				}
				if begun && (ended || v.RepetitionLevel() == 0) {
					if err := each(list); err != nil {
						return err
					}
					list = list[:0]
				}
				if ended {
					return nil
				}
				begun = true
				switch {
				case !v.IsNull():
					list = append(list, c.value(v))
				case v.DefinitionLevel() >= c.present:
					list = append(list, math.NaN())
				}
			}
		}()
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *parquetFile) remarks() []string { return nil }

func (f *parquetFile) Close() error { return f.file.Close() }

// parquetCursor gives the values of a column in a row group.
type parquetCursor struct {
	name   string
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buffer []parquet.Value
	have   []parquet.Value
}

func newParquetCursor(name string, chunk parquet.ColumnChunk) parquetCursor {
	return parquetCursor{name: name, pages: chunk.Pages(), buffer: make([]parquet.Value, 128)}
}

// next is the next value, or io.EOF. What it refers to lasts until the call after it.
func (c *parquetCursor) next() (parquet.Value, error) {
	for len(c.have) == 0 {
		if c.values == nil {
			c.release()
			page, err := c.pages.ReadPage()
			if err != nil {
				if !errors.Is(err, io.EOF) {
					err = fmt.Errorf("column %s: %w", c.name, err)
				}
				return parquet.Value{}, err
			}
			c.page, c.values = page, page.Values()
		}
		n, err := c.values.ReadValues(c.buffer)
		c.have = c.buffer[:n]
		if errors.Is(err, io.EOF) {
			c.values = nil
		} else if err != nil {
			return parquet.Value{}, fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	v := c.have[0]
	c.have = c.have[1:]
	return v, nil
}

func (c *parquetCursor) release() {
	if c.page != nil {
		parquet.Release(c.page)
		c.page = nil
	}
}

func (c *parquetCursor) close() {
	c.release()
	c.pages.Close()
}
