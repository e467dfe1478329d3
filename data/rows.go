package data

import "math/rand/v2"

// DrawRows draws n of some row numbers without replacement, in random order. n must be from 0 to
// their number.
func DrawRows(r *rand.Rand, rows []int, n int) []int {
	drawn := make([]int, n)
	left := append([]int(nil), rows...)
	for i := range drawn {
		j := i + r.IntN(len(left)-i)
		left[i], left[j] = left[j], left[i]
		drawn[i] = left[i]
	}
	return drawn
}

// AppendWeights returns rows with the weight of each as a further, last column. A permutation of
// such rows takes weights along with rows: it is exact if, under the null hypothesis, rows and
// their weights together have one distribution in both samples. [Pair.TakeWeights] is the way back.
func AppendWeights(rows RowReader, weights []float64) RowReader {
	return weightedRows{rows, weights}
}

// weightedRows are rows with their weights.
type weightedRows struct {
	rows    RowReader
	weights []float64
}

// Dims counts the weights as a column.
func (w weightedRows) Dims() (n, d int) {
	n, d = w.rows.Dims()
	return n, d + 1
}

// CopyRow copies row i, and its weight after it.
func (w weightedRows) CopyRow(dst []float64, i int) {
	last := len(dst) - 1
	w.rows.CopyRow(dst[:last], i)
	dst[last] = w.weights[i]
}

// TakeWeights returns a pair whose weights are the last columns of its samples. The error is a
// [*WeightsError] if they are not weights; see [RelativeWeights].
func (p Pair) TakeWeights() (Pair, error) {
	var weights []float64
	var err error
	p.Reference, weights = p.Reference.SplitColumn()
	if p.ReferenceWeights, err = RelativeWeights("reference", weights, p.Reference.N); err != nil {
		return p, err
	}
	p.Data, weights = p.Data.SplitColumn()
	p.DataWeights, err = RelativeWeights("data", weights, p.Data.N)
	return p, err
}

// SplitColumn returns a copy of a sample without its last column, and the values of this column.
func (s Sample) SplitColumn() (Sample, []float64) {
	d := s.D - 1
	rest := Sample{X: make([]float64, 0, s.N*d), N: s.N, D: d}
	last := make([]float64, s.N)
	for i := range s.N {
		row := s.Row(i)
		rest.X = append(rest.X, row[:d]...)
		last[i] = row[d]
	}
	return rest, last
}

// Rows returns a copy of some rows of a sample, in the given order.
func (s Sample) Rows(rows []int) Sample {
	some := Sample{X: make([]float64, 0, len(rows)*s.D), N: len(rows), D: s.D}
	for _, i := range rows {
		some.X = append(some.X, s.Row(i)...)
	}
	return some
}

// Pick returns the values with the given indices.
func Pick(values []float64, indices []int) []float64 {
	picked := make([]float64, len(indices))
	for k, i := range indices {
		picked[k] = values[i]
	}
	return picked
}
