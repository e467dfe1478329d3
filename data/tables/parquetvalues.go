package tables

import (
	"errors"
	"fmt"
	"io"
	"math"

	"github.com/parquet-go/parquet-go"
)

// values passes the values of columns that hold single values to each, row by row.
func (f *parquetFile) values(columns []parquetColumn, each func([]parquet.Value) error) error {
	for i, g := range f.p.RowGroups() {
		for _, c := range columns {
			if err := f.checkPages(i, c); err != nil {
				return err
			}
		}
		if err := groupValues(g, columns, each); err != nil {
			return err
		}
	}
	return nil
}

// checkPages returns an error if a page of a column in a row group does not lie in the file, or
// would take too much memory.
func (f *parquetFile) checkPages(group int, c parquetColumn) error {
	chunk := &f.p.Metadata().RowGroups[group].Columns[c.leaf].MetaData
	pages, err := parquetPages(f.source, f.size, chunk)
	for i := 0; err == nil && i < len(pages); i++ {
		err = pages[i].checkBody(f.source, chunk.Codec, c)
	}
	if err != nil {
		return fmt.Errorf("column %s: %w", c.name, err)
	}
	return nil
}

func groupValues(g parquet.RowGroup, columns []parquetColumn,
	each func([]parquet.Value) error) error {
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
	row := make([]parquet.Value, len(columns))
	for range g.NumRows() {
		for k := range cursors {
			v, err := cursors[k].next()
			if errors.Is(err, io.EOF) {
				err = fmt.Errorf("the file is damaged: column %s ends too early", columns[k].name)
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
}

// lists passes the lists of a column to each. A list that is null or empty has no values, and a
// null in a list is NaN.
func (f *parquetFile) lists(c parquetColumn, each func([]float64) error) error {
	for i, g := range f.p.RowGroups() {
		if err := f.checkPages(i, c); err != nil {
			return err
		}
		if err := groupLists(g, c, each); err != nil {
			return err
		}
	}
	return nil
}

func groupLists(g parquet.RowGroup, c parquetColumn, each func([]float64) error) error {
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
}

// parquetCursor reads the values of a column in a row group one by one.
type parquetCursor struct {
	name   string
	pages  parquet.Pages
	page   parquet.Page
	values parquet.ValueReader
	buffer []parquet.Value
	have   []parquet.Value // values of buffer that were not returned yet
}

func newParquetCursor(name string, chunk parquet.ColumnChunk) parquetCursor {
	return parquetCursor{name: name, pages: chunk.Pages(), buffer: make([]parquet.Value, 128)}
}

// next returns the next value, or io.EOF. What the value refers to is valid until the next call.
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
