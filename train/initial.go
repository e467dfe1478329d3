package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// InitialCentroids draws starting points for M kernels (rows of d values) in one of the ways that a
// models.Config names. The kinds data, reference and pooled (both samples) draw M rows with equal
// probabilities, without replacement. The kind kmeans is the D² sampling of the data by Arthur and
// Vassilvitskii (2007, k-means++): each row is drawn with a probability proportional to its squared
// distance from the nearest row drawn before. The kind kmeans_pooled starts half of the kernels as
// kmeans does, and the others on rows of both samples as pooled does.
//
// Rows of different weights are drawn with probabilities in proportion to them, on top of the
// above. Rows of a weight of 0 or below are not drawn.
//
// If fewer than M rows have different values, there are as many starting points as such rows: a
// second kernel on the same row has nothing to add. A sample without rows gives an error that wraps
// [data.ErrTooFewRows].
func InitialCentroids(kind string, pair data.Pair, kernels int, r *rand.Rand) ([]float64, error) {
	rows := newStartRows(pair)
	switch kind {
	case "data", "kmeans":
	case "reference":
		rows.first, rows.n = pair.Data.N, pair.Reference.N
	case "pooled", "kmeans_pooled":
		rows.n += pair.Reference.N
	default:
		return nil, fmt.Errorf("train: no initialization %q; want data, reference, pooled, "+
			"kmeans or kmeans_pooled", kind)
	}
	if rows.n < 1 {
		return nil, fmt.Errorf("train: %w: kernels cannot start on the rows of a sample of none",
			data.ErrTooFewRows)
	}
	if kind == "kmeans" {
		indices, err := rows.squaredDistanceSampling(kernels, r)
		return rows.at(indices), err
	}
	if few := rows.distinct(kernels); len(few) < kernels {
		return rows.at(few), nil
	}
	if kind == "kmeans_pooled" {
		indices, err := rows.squaredDistanceSampling((kernels+1)/2, r)
		return rows.at(rows.extend(indices, kernels, r)), err
	}
	if weights := rows.weights(); weights != nil {
		return rows.at(data.WeightedOrder(r, weights)[:kernels]), nil
	}
	return rows.at(distinctIndices(rows.n, kernels, r)), nil
}

// startRows are n rows of a pair, from the first on. The rows of the data come first, then those of
// the reference.
type startRows struct {
	pair     data.Pair
	first, n int
	uneven   bool // the weights of a sample differ
}

func newStartRows(pair data.Pair) startRows {
	return startRows{pair: pair, n: pair.Data.N,
		uneven: data.Uneven(pair.DataWeights) || data.Uneven(pair.ReferenceWeights)}
}

// weight returns the weight of row i relative to the mean of its sample.
func (s startRows) weight(i int) float64 {
	weights := s.pair.DataWeights
	if i += s.first; i >= s.pair.Data.N {
		weights, i = s.pair.ReferenceWeights, i-s.pair.Data.N
	}
	if weights == nil {
		return 1
	}
	return weights[i]
}

// weights returns the weights of all rows, or nil if they are equal.
func (s startRows) weights() []float64 {
	if !s.uneven {
		return nil
	}
	weights := make([]float64, s.n)
	for i := range weights {
		weights[i] = s.weight(i)
	}
	return weights
}

// row returns row i.
func (s startRows) row(i int) []float64 {
	if i += s.first; i < s.pair.Data.N {
		return s.pair.Data.Row(i)
	}
	return s.pair.Reference.Row(i - s.pair.Data.N)
}

// at returns rows, one after the other.
func (s startRows) at(indices []int) []float64 {
	x := make([]float64, 0, len(indices)*s.pair.Data.D)
	for _, i := range indices {
		x = append(x, s.row(i)...)
	}
	return x
}

// distinct returns the first rows of positive weight, at most so many, of which no two are equal,
// sorted by value. The order of the rows in a sample has then no influence on a fit that starts on
// all of them.
func (s startRows) distinct(most int) []int {
	var found []int
	for i := 0; i < s.n && len(found) < most; i++ {
		row := s.row(i)
		if s.uneven && s.weight(i) <= 0 {
			continue
		}
		if !slices.ContainsFunc(found, func(k int) bool { return slices.Equal(row, s.row(k)) }) {
			found = append(found, i)
		}
	}
	slices.SortFunc(found, func(i, k int) int { return slices.Compare(s.row(i), s.row(k)) })
	return found
}

// extend appends random rows to those of the indices, up to so many different rows.
func (s startRows) extend(indices []int, most int, r *rand.Rand) []int {
	next := func() int { return r.IntN(s.n) }
	if weights := s.weights(); weights != nil {
		order := data.WeightedOrder(r, weights)
		next = func() (i int) {
			i, order = order[0], order[1:]
			return i
		}
	}
	for len(indices) < most {
		i := next()
		row := s.row(i)
		if !slices.ContainsFunc(indices, func(k int) bool { return slices.Equal(row, s.row(k)) }) {
			indices = append(indices, i)
		}
	}
	return indices
}

// distinctIndices draws k of n indices without replacement (Floyd's algorithm), in random order.
func distinctIndices(n, k int, r *rand.Rand) []int {
	taken := make(map[int]bool, k)
	indices := make([]int, 0, k)
	for j := n - k; j < n; j++ {
		i := r.IntN(j + 1)
		if taken[i] {
			i = j
		}
		taken[i] = true
		indices = append(indices, i)
	}
	r.Shuffle(k, func(i, j int) { indices[i], indices[j] = indices[j], indices[i] })
	return indices
}

// squaredDistanceSampling draws the indices of k distinct rows of the data as k-means++ does, or of
// all distinct rows if there are fewer. The squared distances count by the weights of the rows. It
// returns a [*data.RangeError] if the sum of the squared distances is not a finite number.
func (rows startRows) squaredDistanceSampling(k int, r *rand.Rand) ([]int, error) {
	s, weights := rows.pair.Data, rows.pair.DataWeights
	indices := []int{data.NewRowDraws(s.N, weights).Index(r)}
	nearest := make([]float64, s.N) // the squared distance from the nearest row drawn so far
	for len(indices) < k {
		last := s.Row(indices[len(indices)-1])
		var total float64
		for i := range nearest {
			var d2 float64
			for j, v := range s.Row(i) {
				d2 += (v - last[j]) * (v - last[j])
			}
			if weights != nil {
				d2 *= max(weights[i], 0)
			}
			if len(indices) == 1 || d2 < nearest[i] {
				nearest[i] = d2
			}
			total += nearest[i]
		}
		if total == 0 {
			return indices, nil
		}
		if math.IsInf(total, 1) {
			return nil, fmt.Errorf("train: %w", data.NewRangeError(s))
		}
		target, next := r.Float64()*total, -1
		for i, d2 := range nearest {
			if d2 == 0 {
				continue
			}
			next = i
			if target -= d2; target < 0 {
				break
			}
		}
		indices = append(indices, next)
	}
	return indices, nil
}
