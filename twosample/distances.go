package twosample

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
	"sparker/train"
)

// ReferenceDistances are quantiles of the pairwise Euclidean distances between the rows of a
// reference.
type ReferenceDistances struct {
	// Q1, Q50 and Q99 are the 1st, the 50th and the 99th percentile.
	train.DistanceQuantiles
	// Percentiles holds others (0 to 100) that were asked for.
	Percentiles map[float64]float64
	// Warnings name the columns that have no part in the distances.
	Warnings []string
	// Tails has a warning for each column whose scale is that of a few far rows; see
	// data.FarRows.
	Tails []string
}

// EqualDistances are distances that are all the same. They stand for those of a reference if only
// the time of a test matters.
func EqualDistances(distance float64, percentiles ...float64) ReferenceDistances {
	d := ReferenceDistances{Percentiles: map[float64]float64{},
		DistanceQuantiles: train.DistanceQuantiles{Q1: distance, Q50: distance, Q99: distance}}
	for _, p := range percentiles {
		d.Percentiles[p] = distance
	}
	return d
}

// DistanceOptions say what [MeasureDistances] measures.
type DistanceOptions struct {
	// Standardize divides the columns by their standard deviations first.
	Standardize bool
	// Percentiles are those wanted alongside Q1, Q50 and Q99.
	Percentiles []float64
	// Columns and Quantities describe the columns; see data.Pair.
	Columns    []string
	Quantities []int
	// Weights are the weights of the rows relative to each other, which may be nil; see data.Pair.
	// Pairs of rows then count by the product of their weights; negative ones count as 0.
	Weights []float64
}

// DistanceRows is the largest number of reference rows that [MeasureDistances] takes: two million
// pairs.
const DistanceRows = 2000

// The distances whose squares, and the inverse of these, are floating-point numbers with room for
// multiples.
const shortest, longest = 1e-150, 1e150

// MeasureDistances returns quantiles of the pairwise distances of a reference, given in the data's
// own units. Of a reference with more than DistanceRows rows, the stream draws that many. Of rows
// of different weights, it always draws so many, with replacement and in proportion to the positive
// weights: distances between the same row are left out.
//
// It returns an error if fewer than two rows are distinct, and one that wraps a [*data.RangeError]
// if kernels cannot be as wide as the distances because their squares overflow or underflow.
func MeasureDistances(reference data.Sample, r *rand.Rand, o DistanceOptions) (ReferenceDistances,
	error) {
	var d ReferenceDistances
	original := reference
	if o.Standardize {
		standardizer, warnings := data.NewStandardizer(data.Pair{Reference: reference,
			ReferenceWeights: o.Weights, Columns: o.Columns, Quantities: o.Quantities})
		d.Tails = data.FarRows(reference, o.Columns)
		reference, d.Warnings = standardizer.Apply(reference), warnings
	}
	if data.Uneven(o.Weights) {
		reference = reference.DrawWeighted(r, DistanceRows, o.Weights)
	}
	shares := []float64{0.01, 0.5, 0.99}
	for _, p := range o.Percentiles {
		shares = append(shares, p/100)
	}
	q, err := data.PairwiseQuantiles(reference, r, DistanceRows, shares...)
	if err != nil {
		return ReferenceDistances{}, fmt.Errorf("twosample: %w", err)
	}
	d.Q1, d.Q50, d.Q99 = q[0], q[1], q[2]
	if d.Q1 < shortest || d.Q99 > longest {
		return ReferenceDistances{}, fmt.Errorf("twosample: %w", data.NewRangeError(original))
	}
	if len(o.Percentiles) > 0 {
		d.Percentiles = map[float64]float64{}
	}
	for i, p := range o.Percentiles {
		d.Percentiles[p] = q[3+i]
	}
	return d, nil
}
