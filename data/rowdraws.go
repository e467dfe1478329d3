package data

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"sort"
)

// Uneven reports whether weights, as a [Pair] holds them, differ between rows.
func Uneven(weights []float64) bool {
	return len(weights) > 0 && slices.Min(weights) != slices.Max(weights)
}

// RowDraws draws indices of rows with probabilities in proportion to their weights. A negative
// weight counts as 0.
type RowDraws struct {
	n int
	// cumulative sums the weights of the first rows; nil stands for equal weights.
	cumulative []float64
}

// NewRowDraws returns the draws of n rows. Nil stands for equal weights. At least one weight must
// be above 0.
func NewRowDraws(n int, weights []float64) RowDraws {
	d := RowDraws{n: n}
	if !Uneven(weights) {
		return d
	}
	var total float64
	for _, w := range weights {
		total += max(w, 0)
		d.cumulative = append(d.cumulative, total)
	}
	return d
}

// Index draws the index of a row. Rows of equal weights take one IntN from the stream, and others
// one Float64.
func (d RowDraws) Index(r *rand.Rand) int {
	if d.cumulative == nil {
		return r.IntN(d.n)
	}
	target := r.Float64() * d.cumulative[d.n-1]
	return sort.Search(d.n-1, func(i int) bool { return d.cumulative[i] > target })
}

// DrawWeighted returns n rows of s that are drawn with replacement, with probabilities in
// proportion to the weights of the rows. Negative weights count as 0.
func (s Sample) DrawWeighted(r *rand.Rand, n int, weights []float64) Sample {
	draws := NewRowDraws(s.N, weights)
	x := make([]float64, 0, n*s.D)
	for range n {
		x = append(x, s.Row(draws.Index(r))...)
	}
	return Sample{X: x, N: n, D: s.D}
}

// WeightedOrder returns the indices of the rows of positive weight in a random order: the next row
// is drawn among those that are left with probabilities in proportion to their weights. Sorted
// exponential variates have that order (Efraimidis and Spirakis, Inf. Process. Lett. 97, 181,
// 2006).
func WeightedOrder(r *rand.Rand, weights []float64) []int {
	var order []int
	arrival := make([]float64, len(weights))
	for i, w := range weights {
		if w > 0 {
			arrival[i] = r.ExpFloat64() / w
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, k int) int { return cmp.Compare(arrival[i], arrival[k]) })
	return order
}
