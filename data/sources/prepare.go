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
	names := t.Names()
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
		logs[j], shown[j] = true, "log "+name
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
		length := floats.Norm(row, 2)
		if length == 0 {
			return nil, fmt.Errorf("row %d is zero and cannot be scaled to unit length", t.Index(i))
		}
		floats.Scale(1/length, row)
	}
	return t.With(shown, x), nil
}

// takeLogs replaces the marked entries of a row by their logarithms. It returns the index of an
// entry that has none, or -1.
func takeLogs(row []float64, logs []bool) int {
	for j, marked := range logs {
		if !marked {
			continue
		}
		if !(row[j] > 0) {
			return j
		}
		row[j] = math.Log(row[j])
	}
	return -1
}
