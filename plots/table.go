package plots

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"math"
	"strconv"

	"sparker/internal/clean"
)

// A table holds the numbers that a figure draws: a header, and rows of as many cells. A cell is a
// string, an int, a float64, or nil if a row does not have it.
type table struct {
	header []string
	rows   [][]any
}

// newTable is a table without rows. Names of columns may have markup.
func newTable(header ...string) table {
	var t table
	for _, name := range header {
		t.header = append(t.header, plainText(name))
	}
	return t
}

// add adds a row.
func (t *table) add(cells ...any) { t.rows = append(t.rows, cells) }

// cell is an optional number as a cell.
func cell(v *float64) any {
	if v == nil {
		return nil
	}
	return *v
}

// csv encodes the table. A text that a spreadsheet would take for a formula begins with an
// apostrophe. Numbers that are not finite are empty cells.
func (t table) csv() ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Write(clean.CSVLine(t.header)) // Error returns the first error
	for i, row := range t.rows {
		if len(row) != len(t.header) {
			return nil, fmt.Errorf("plots: row %d of a table has %d cells for %d columns", i,
				len(row), len(t.header))
		}
		var line []string
		for _, c := range row {
			line = append(line, cellText(c))
		}
		w.Write(clean.CSVLine(line))
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// cellText writes a cell. It panics on a type that a table cannot hold.
func cellText(c any) string {
	switch v := c.(type) {
	case nil:
		return ""
	case string:
		return plainText(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return ""
		}
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	panic(fmt.Sprintf("plots: a table with a %T", c))
}
