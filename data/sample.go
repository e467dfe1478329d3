package data

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
)

// ErrTooFewRows reports that a sample has too few rows for what is asked of it. Functions return it
// wrapped in an error that says how many rows there are and how many are needed.
var ErrTooFewRows = errors.New("too few rows")

// Sample is a set of N events in D dimensions, in row-major order: event i is X[i*D : (i+1)*D].
type Sample struct {
	X    []float64
	N, D int
}

// NewSample returns the sample of n rows and d columns whose values are x, in row-major order. It
// does not copy x. It returns an error if len(x) is not n*d or if d is less than 1, and a
// [*NonFiniteError] if a value is NaN or infinite.
func NewSample(x []float64, n, d int) (Sample, error) {
	if d < 1 || n < 0 || len(x) != n*d {
		return Sample{}, fmt.Errorf(
			"data: %d values do not make a sample of %d rows and %d columns", len(x), n, d)
	}
	if err := checkFinite(x, d); err != nil {
		return Sample{}, fmt.Errorf("data: %w", err)
	}
	return Sample{X: x, N: n, D: d}, nil
}

// NonFiniteError reports a value of a sample that is NaN or infinite.
type NonFiniteError struct {
	Row, Column int // counted from 0
	Value       float64
}

func (e *NonFiniteError) Error() string {
	return fmt.Sprintf("row %d, column %d (counted from 0) is %v; a sample holds finite numbers "+
		"only", e.Row, e.Column, e.Value)
}

// checkFinite reports the first value of a sample of d columns that is not a finite number.
func checkFinite(x []float64, d int) error {
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &NonFiniteError{Row: i / d, Column: i % d, Value: v}
		}
	}
	return nil
}

// Row returns event i, a slice of length D that shares its memory with the sample.
func (s Sample) Row(i int) []float64 { return s.X[i*s.D : (i+1)*s.D : (i+1)*s.D] }

// Dims returns the number of rows and the number of columns.
func (s Sample) Dims() (n, d int) { return s.N, s.D }

// CopyRow copies event i to dst, which must have length D.
func (s Sample) CopyRow(dst []float64, i int) { copy(dst, s.Row(i)) }

// Draw returns a copy of n different rows of s in random order. The rows are drawn without
// replacement; n must be from 0 to N.
func (s Sample) Draw(r *rand.Rand, n int) Sample {
	x := make([]float64, 0, n*s.D)
	for _, i := range r.Perm(s.N)[:n] {
		x = append(x, s.Row(i)...)
	}
	return Sample{X: x, N: n, D: s.D}
}

// ColumnNames returns names for d columns that have none: "x" if d is 1, and otherwise "x1", "x2",
// and so on.
func ColumnNames(d int) []string {
	if d == 1 {
		return []string{"x"}
	}
	names := make([]string, d)
	for j := range names {
		names[j] = fmt.Sprintf("x%d", j+1)
	}
	return names
}
