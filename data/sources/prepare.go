package sources

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data/tables"
)

// prepare renames the columns of a table, takes logarithms, and scales rows to unit length, as far
// as the configuration asks for it.
func (f Files) prepare(t *tables.Table) (*tables.Table, error) {
	if len(f.Names) == 0 && len(f.Log) == 0 && f.Rows == "" {
		return t, nil
	}
	names, columns := t.Names(), t.Columns()
	if len(f.Names) > 0 {
		if len(f.Names) != t.D() {
			return nil, fmt.Errorf("there are %d names for %d columns", len(f.Names), t.D())
		}
		names = f.Names
	}
	logs := make([]bool, t.D())
	shown := slices.Clone(names)
	for _, name := range f.Log {
		j := slices.Index(names, name)
		if j < 0 {
			return nil, fmt.Errorf("there is no column %q to take the logarithm of", name)
		}
		if columns[j].Kind == tables.Category {
			return nil, fmt.Errorf("column %q is a category, which has no logarithm", name)
		}
		logs[j], shown[j] = true, "log "+name
		columns[j].Kind = tables.Number
	}
	for j := range columns {
		columns[j].Name = shown[j]
	}
	x := make([]float64, t.N()*t.D())
	for i := range t.N() {
		row := t.Row(i, x[i*t.D():(i+1)*t.D()])
		if j := takeLogs(row, logs); j >= 0 {
			return nil, fmt.Errorf("row %d of column %s is %v, which has no logarithm", t.Index(i),
				names[j], row[j])
		}
		if f.Rows != rowsUnit {
			continue
		}
		length := lengthOf(row, columns)
		if length == 0 {
			return nil, fmt.Errorf("row %d is zero and cannot be scaled to unit length", t.Index(i))
		}
		if math.IsNaN(length) {
			continue // a value is missing, and the row is left out later
		}
		scale := 1 / length
		for j, c := range columns {
			if c.Kind != tables.Category {
				row[j] *= scale
			}
		}
	}
	return t.WithColumns(columns, x), nil
}

// lengthOf returns the Euclidean length of the numbers of a row.
func lengthOf(row []float64, columns []tables.ColumnInfo) float64 {
	var numbers []float64
	for j, v := range row {
		if columns[j].Kind != tables.Category {
			numbers = append(numbers, v)
		}
	}
	return floats.Norm(numbers, 2)
}

// takeLogs replaces the marked entries of a row by their logarithms. It returns the index of an
// entry that has none, or -1.
func takeLogs(row []float64, logs []bool) int {
	for j, marked := range logs {
		if !marked {
			continue
		}
		if row[j] <= 0 {
			return j
		}
		row[j] = math.Log(row[j])
	}
	return -1
}
