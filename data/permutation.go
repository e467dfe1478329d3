package data

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// RowReader is a table of numbers in memory, of any precision. [Sample] implements it.
type RowReader interface {
	// Dims returns the number of rows and the number of columns.
	Dims() (n, d int)
	// CopyRow copies row i to dst, which has as many entries as the table has columns.
	CopyRow(dst []float64, i int)
}

// Permutation draws the null toys of a permutation test: pairs that divide the pooled rows of a
// reference and of data at random between two samples of the same sizes. If the two samples have
// the same distribution, the observed pair and the toys are exchangeable, and the p-value is exact
// at any size.
//
// Several goroutines may use a Permutation at once, each with its own stream.
type Permutation struct {
	// Columns and Quantities are those of every pair that is drawn; see [Pair]. They are set before
	// the first draw.
	Columns    []string
	Quantities []int

	reference, data RowReader
	nR, nD, d       int

	blocks     [][]int // rows that are drawn together; nil if single rows are
	dataBlocks int     // how many of them are data; they are the last ones
}

// NewPermutation returns the permutations of a reference and data. It refers to the two tables and
// does not copy them. It returns an error if their numbers of columns differ, and one that wraps
// [ErrTooFewRows] if either has no rows.
func NewPermutation(reference, data RowReader) (*Permutation, error) {
	nR, d := reference.Dims()
	nD, columns := data.Dims()
	switch {
	case d != columns:
		return nil, fmt.Errorf("data: permuting rows: the reference has %d columns and the data "+
			"have %d; the numbers must be equal", d, columns)
	case nR < 1 || nD < 1:
		return nil, fmt.Errorf("data: permuting rows: %w: the reference has %d and the data have "+
			"%d; each must have at least 1", ErrTooFewRows, nR, nD)
	}
	return &Permutation{reference: reference, data: data, nR: nR, nD: nD, d: d}, nil
}

// Draw returns a pair of the sizes of the reference and the data, N_R and N_D, whose rows are a
// random permutation of the rows of both. Its weight is N_D/N_R. If blocks are kept together, the
// sizes are those of the blocks that are drawn.
func (p *Permutation) Draw(r *rand.Rand) Pair {
	if p.blocks != nil {
		return p.drawBlocks(r)
	}
	order := r.Perm(p.nR + p.nD)
	return Pair{Reference: p.sample(order[:p.nR]), Data: p.sample(order[p.nR:]),
		Weight: float64(p.nD) / float64(p.nR), Columns: p.Columns, Quantities: p.Quantities}
}

// DrawRows returns n different rows of the pooled samples in random order, or all of them if there
// are fewer than n. If the rows that are drawn all have the same values, the last of them makes
// room for a row with others, if there is one.
func (p *Permutation) DrawRows(r *rand.Rand, n int) Sample {
	order := r.Perm(p.nR + p.nD)
	s := p.sample(order[:min(n, len(order))])
	if s.N < 2 || !s.constant() {
		return s
	}
	for k := s.N; k < len(order); k++ {
		if row := p.sample(order[k : k+1]).X; !slices.Equal(row, s.Row(0)) {
			copy(s.Row(s.N-1), row)
			break
		}
	}
	return s
}

// Vary puts a row of others in the last place of s if all rows of s are equal: the first one that
// differs. If there is none, it does nothing.
func (s Sample) Vary(others RowReader) {
	if s.N < 2 || !s.constant() {
		return
	}
	row := make([]float64, s.D)
	n, _ := others.Dims()
	for i := range n {
		if others.CopyRow(row, i); !slices.Equal(row, s.Row(0)) {
			copy(s.Row(s.N-1), row)
			return
		}
	}
}

// constant reports whether all rows of s are equal.
func (s Sample) constant() bool {
	for i := s.D; i < len(s.X); i++ {
		if s.X[i] != s.X[i-s.D] {
			return false
		}
	}
	return true
}

// sample copies rows of the pooled samples. Row k of the data has the number N_R + k.
func (p *Permutation) sample(rows []int) Sample {
	s := Sample{X: make([]float64, len(rows)*p.d), N: len(rows), D: p.d}
	for i, k := range rows {
		if k < p.nR {
			p.reference.CopyRow(s.Row(i), k)
		} else {
			p.data.CopyRow(s.Row(i), k-p.nR)
		}
	}
	return s
}
