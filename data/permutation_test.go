package data

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// numbered returns a sample of one column that holds from, from + 1, ...
func numbered(from, n int) Sample {
	s := Sample{X: make([]float64, n), N: n, D: 1}
	for i := range s.X {
		s.X[i] = float64(from + i)
	}
	return s
}

// A pair has the sizes of the samples, every row is in it once, and its order is that of the first
// permutation of the stream. Stored toys depend on this use of the stream.
func TestPermutationDraw(t *testing.T) {
	t.Parallel()
	p, err := NewPermutation(numbered(0, 7), numbered(7, 4))
	if err != nil {
		t.Fatal(err)
	}
	pair := p.Draw(stream(1))
	if pair.Reference.N != 7 || pair.Data.N != 4 || pair.Weight != 4./7 || pair.Injected != 0 {
		t.Errorf("drew %+v", pair)
	}
	rows := slices.Concat(pair.Reference.X, pair.Data.X)
	for i, k := range stream(1).Perm(11) {
		if rows[i] != float64(k) {
			t.Errorf("row %d is %v, want %d", i, rows[i], k)
		}
	}
}

func TestPermutationDrawRows(t *testing.T) {
	t.Parallel()
	p, err := NewPermutation(numbered(0, 7), numbered(7, 4))
	if err != nil {
		t.Fatal(err)
	}
	order := stream(2).Perm(11)
	for n, want := range map[int]int{0: 0, 5: 5, 11: 11, 12: 11} {
		s := p.DrawRows(stream(2), n)
		if s.N != want || s.D != 1 || len(s.X) != want {
			t.Errorf("%d rows are a sample of %d x %d", n, s.N, s.D)
		}
		for i, x := range s.X {
			if x != float64(order[i]) {
				t.Errorf("%d rows: row %d is %v, want %d", n, i, x, order[i])
			}
		}
	}
}

// The number of original reference rows in a drawn reference is hypergeometric: with 3 of 5 rows
// drawn from 3 + 2, it is 1, 2 or 3 with probabilities 0.3, 0.6 and 0.1. Over 10,000 draws, each
// share is within 4 standard errors (at most 0.02), so that a correct program fails with a
// probability of at most 3 x 6e-5. Fixed seed.
func TestPermutationIsUniform(t *testing.T) {
	t.Parallel()
	p, err := NewPermutation(numbered(0, 3), numbered(3, 2))
	if err != nil {
		t.Fatal(err)
	}
	const draws = 10000
	r, count := stream(3), map[int]int{}
	for range draws {
		original := 0
		for _, x := range p.Draw(r).Reference.X {
			if x < 3 {
				original++
			}
		}
		count[original]++
	}
	for original, want := range map[int]float64{1: 0.3, 2: 0.6, 3: 0.1} {
		if share := float64(count[original]) / draws; share < want-0.02 || share > want+0.02 {
			t.Errorf("%d original rows in a share %.4f of the draws, want %.4f", original, share,
				want)
		}
	}
}

func TestNewPermutationErrors(t *testing.T) {
	t.Parallel()
	wide := Sample{X: make([]float64, 4), N: 2, D: 2}
	if _, err := NewPermutation(numbered(0, 3), wide); err == nil ||
		!strings.Contains(err.Error(), "has 1 columns and the data have 2") ||
		errors.Is(err, ErrTooFewRows) {
		t.Errorf("different columns: %v", err)
	}
	for _, n := range [][2]int{{0, 3}, {3, 0}} {
		if _, err := NewPermutation(numbered(0, n[0]), numbered(0, n[1])); !errors.Is(err,
			ErrTooFewRows) {
			t.Errorf("%d and %d rows: %v", n[0], n[1], err)
		}
	}
}

// The columns and the quantities are those of every toy.
func TestPermutationKeepsColumns(t *testing.T) {
	t.Parallel()
	p, err := NewPermutation(Sample{X: []float64{1, 2, 3, 4}, N: 2, D: 2},
		Sample{X: []float64{5, 6}, N: 1, D: 2})
	if err != nil {
		t.Fatal(err)
	}
	p.Columns, p.Quantities = []string{"a", "b"}, []int{1, 1}
	toy := p.Draw(rand.New(rand.NewPCG(1, 2)))
	if !slices.Equal(toy.Columns, p.Columns) || !slices.Equal(toy.Quantities, p.Quantities) {
		t.Errorf("columns %q, quantities %v", toy.Columns, toy.Quantities)
	}
}

// A single row that differs from all others is always among the rows that are drawn.
func TestPermutationDrawsRowsThatDiffer(t *testing.T) {
	t.Parallel()
	x := make([]float64, 1000)
	x[777] = 1
	p, err := NewPermutation(Sample{X: x, N: 1000, D: 1}, Sample{X: []float64{0}, N: 1, D: 1})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		if s := p.DrawRows(r, 5); s.N != 5 || slices.Max(s.X) != 1 {
			t.Fatalf("rows %v", s.X)
		}
	}
}

func TestVary(t *testing.T) {
	t.Parallel()
	s := Sample{X: []float64{1, 2, 1, 2, 1, 2}, N: 3, D: 2}
	s.Vary(s)
	if !slices.Equal(s.X, []float64{1, 2, 1, 2, 1, 2}) {
		t.Errorf("no row differs: %v", s.X)
	}
	others := Sample{X: []float64{1, 2, 1, 3, 5, 5}, N: 3, D: 2}
	s.Vary(others)
	if !slices.Equal(s.X, []float64{1, 2, 1, 2, 1, 3}) {
		t.Errorf("rows %v", s.X)
	}
	s.Vary(Sample{X: []float64{7, 7}, N: 1, D: 2})
	if s.X[5] != 3 {
		t.Errorf("rows that differ are changed to %v", s.X)
	}
}
