package sparker

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"

	"sparker/data"
)

// Rows is a table of numbers, one slice for each row, as a gonum matrix. All rows must have the
// same length; [Test] and [Fit] return a [*ShapeError] otherwise.
type Rows [][]float64

// Dims returns the number of rows and the length of the first row.
func (r Rows) Dims() (rows, columns int) {
	if len(r) == 0 {
		return 0, 0
	}
	return len(r), len(r[0])
}

// At returns the value in row i and column j. It panics if there is none.
func (r Rows) At(i, j int) float64 { return r[i][j] }

// T returns the transpose as a view.
func (r Rows) T() mat.Matrix { return mat.Transpose{Matrix: r} }

// ShapeError reports a table whose shape does not fit: a row of another length than the first, or
// columns that are not those of the reference.
type ShapeError struct {
	Table         string // "reference" or "data"
	Row           int    // counted from 0; -1 for the table as a whole
	Columns, Want int
}

func (e *ShapeError) Error() string {
	if e.Row < 0 {
		return fmt.Sprintf("sparker: the %s has %d columns; want %d", e.Table, e.Columns, e.Want)
	}
	return fmt.Sprintf("sparker: row %d of the %s has %d columns; want %d as in row 0", e.Row,
		e.Table, e.Columns, e.Want)
}

// ValueError reports a value that is NaN or infinite. A test of such values is not possible: leave
// the row or the column out, or replace the value.
type ValueError struct {
	Table       string // "reference" or "data"
	Row, Column int    // counted from 0
	Value       float64
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("sparker: row %d, column %d of the %s is %v; want finite numbers", e.Row,
		e.Column, e.Table, e.Value)
}

// sample copies a table. It refuses tables without rows or columns and values that are not finite.
func sample(table string, m mat.Matrix) (data.Sample, error) {
	if m == nil {
		return data.Sample{}, fmt.Errorf("sparker: the %s is nil: %w", table, data.ErrTooFewRows)
	}
	if rows, ok := m.(Rows); ok {
		for i, row := range rows {
			if len(row) != len(rows[0]) {
				return data.Sample{}, &ShapeError{table, i, len(row), len(rows[0])}
			}
		}
	}
	n, d := m.Dims()
	if n == 0 {
		return data.Sample{}, fmt.Errorf("sparker: the %s has no rows: %w", table,
			data.ErrTooFewRows)
	}
	if d == 0 {
		return data.Sample{}, &ShapeError{Table: table, Row: -1, Columns: 0, Want: 1}
	}
	x := make([]float64, 0, n*d)
	for i := range n {
		for j := range d {
			v := m.At(i, j)
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return data.Sample{}, &ValueError{table, i, j, v}
			}
			x = append(x, v)
		}
	}
	return data.NewSample(x, n, d)
}
