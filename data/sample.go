package data

import (
	"fmt"
	"math"
)

// Sample is a set of N events in D dimensions, stored row after row: event i is X[i*D : (i+1)*D].
type Sample struct {
	X    []float64
	N, D int
}

// NewSample wraps x (n·d values, row-major) without copying it. It refuses a length that does not
// match, a dimension below 1, and values that are not finite.
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

// ValueError reports a value of a sample that is not a finite number.
type ValueError struct {
	Row, Column int // counted from 0
	Value       float64
}

func (e *ValueError) Error() string {
	return fmt.Sprintf("row %d, column %d (counted from 0) is %v; a sample holds finite numbers "+
		"only", e.Row, e.Column, e.Value)
}

// checkFinite reports the first value of a sample of d columns that is not a finite number.
func checkFinite(x []float64, d int) error {
	for i, v := range x {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return &ValueError{Row: i / d, Column: i % d, Value: v}
		}
	}
	return nil
}

// Row returns event i (length D); it shares memory with the sample.
func (s Sample) Row(i int) []float64 { return s.X[i*s.D : (i+1)*s.D : (i+1)*s.D] }

// Pair is one toy: a reference sample, a data sample, and the weight w that every reference row
// carries so that the reference stands for the events expected in the data.
type Pair struct {
	Reference Sample
	Data      Sample
	// Weight is w: N(R)/N_R when counting is extended, N_D/N_R when it is shape-only.
	Weight float64
	// Injected is the number of anomalous events; they are the last rows of Data.
	Injected int
	// Index holds the number of every data row in its file, from 0 on, where the rows are from
	// files; Labels and IDs hold its label and its name, where they have some.
	Index       []int
	Labels, IDs []string
	// Texts and Images hold a text and the path of an image for every row of an observed sample,
	// where it has some; they may be empty.
	Texts, Images []string
}
