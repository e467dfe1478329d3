package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// PairwiseQuantiles returns the quantiles q of the Euclidean distances between the rows of s, in
// the units of its columns. Each q must be in [0, 1].
//
// Every pair of rows counts once, except pairs at distance 0. If s has more than maxRows rows, the
// distances are those of maxRows rows that are drawn at random without replacement; otherwise the
// stream r is not used and may be nil. A quantile between two of the n sorted distances is
// interpolated linearly: the quantile q is at position (n-1)q, counted from 0.
//
// The default widths of a fit are multiples of these quantiles (arXiv:2511.03095): annealing starts
// at twice the 99th percentile and ends at half the first.
//
// The error wraps [ErrTooFewRows] if fewer than two rows of s are distinct, and a [*RangeError] if
// distances overflow or underflow. A q outside [0, 1] and a maxRows below 2 are errors too.
func PairwiseQuantiles(s Sample, r *rand.Rand, maxRows int, q ...float64) ([]float64, error) {
	values, err := pairwiseQuantiles(s, r, maxRows, q)
	if err != nil {
		return nil, fmt.Errorf("data: quantiles of the pairwise distances: %w", err)
	}
	return values, nil
}

func pairwiseQuantiles(s Sample, r *rand.Rand, maxRows int, q []float64) ([]float64, error) {
	for _, p := range q {
		if !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("quantile %v; must be from 0 to 1", p)
		}
	}
	if maxRows < 2 {
		return nil, fmt.Errorf("at most %d rows; must be at least 2", maxRows)
	}
	if s.N > maxRows {
		s = s.Draw(r, maxRows)
	}
	distances := positiveDistances(s)
	if len(distances) == 0 && !s.constant() {
		return nil, NewRangeError(s)
	}
	if len(distances) == 0 {
		return nil, fmt.Errorf("%w: the sample (%d rows) has fewer than 2 distinct rows",
			ErrTooFewRows, s.N)
	}
	slices.Sort(distances)
	if math.IsInf(distances[len(distances)-1], 0) {
		return nil, NewRangeError(s)
	}
	values := make([]float64, len(q))
	for i, p := range q {
		at := float64(len(distances)-1) * p
		k := int(at)
		values[i] = distances[k]
		if k+1 < len(distances) {
			values[i] += (at - float64(k)) * (distances[k+1] - distances[k])
		}
	}
	return values, nil
}

// positiveDistances returns the distances between the rows of s that are greater than 0.
func positiveDistances(s Sample) []float64 {
	distances := make([]float64, 0, s.N*max(s.N-1, 0)/2)
	for i := range s.N {
		a := s.Row(i)
		for k := i + 1; k < s.N; k++ {
			if d := Distance(a, s.Row(k)); d > 0 {
				distances = append(distances, d)
			}
		}
	}
	return distances
}

// RangeError reports values whose distances, or the squares of these, are not floating-point
// numbers: they overflow, or vanish although the values differ.
type RangeError struct {
	Low, High float64 // the smallest size of a value, except 0, and the largest
}

// NewRangeError returns the error for the values of a sample.
func NewRangeError(s Sample) *RangeError {
	e := &RangeError{Low: math.Inf(1)}
	for _, v := range s.X {
		if size := math.Abs(v); size > 0 {
			e.Low, e.High = min(e.Low, size), max(e.High, size)
		}
	}
	return e
}

func (e *RangeError) Error() string {
	return fmt.Sprintf("the values are from %.3g to %.3g in size: squares of their distances "+
		"overflow or underflow; standardize the columns, or change their units", e.Low, e.High)
}
