package data

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// PairwiseQuantiles gives the quantiles q (each in [0, 1]) of the Euclidean distances between the
// rows of s, in the units of its columns. Every pair of different rows counts once, except those at
// distance 0. Of a sample with more than maxRows rows, only maxRows are used, drawn at random
// without replacement; a smaller sample takes nothing from the stream. By default the widths of a
// fit come from these quantiles (arXiv:2511.03095): it starts at twice the 99th percentile and ends
// at half the first.
//
// Between two order statistics a quantile is interpolated linearly: of n sorted distances, q is at
// position (n-1)q, counted from 0.
//
// It is an error to ask for a q outside [0, 1], or for fewer than 2 rows, or of a sample whose rows
// are all the same or lie farther apart than numbers reach.
func PairwiseQuantiles(s Sample, r *rand.Rand, maxRows int, q ...float64) ([]float64, error) {
	const doing = "data: quantiles of the pairwise distances"
	for _, p := range q {
		if !(p >= 0 && p <= 1) {
			return nil, fmt.Errorf("%s: quantile %v; must be from 0 to 1", doing, p)
		}
	}
	if maxRows < 2 {
		return nil, fmt.Errorf("%s: at most %d rows; must be at least 2", doing, maxRows)
	}
	if s.N > maxRows {
		s = subsample(s, r, maxRows)
	}
	distances := pairwise(s)
	if len(distances) == 0 {
		return nil, fmt.Errorf("%s: the sample (%d rows) has fewer than 2 distinct rows", doing,
			s.N)
	}
	slices.Sort(distances)
	if math.IsInf(distances[len(distances)-1], 0) {
		return nil, fmt.Errorf("%s: rows lie farther apart than the largest floating-point number",
			doing)
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

// subsample copies n different rows of s, drawn at random.
func subsample(s Sample, r *rand.Rand, n int) Sample {
	x := make([]float64, 0, n*s.D)
	for _, i := range r.Perm(s.N)[:n] {
		x = append(x, s.Row(i)...)
	}
	return Sample{X: x, N: n, D: s.D}
}

// pairwise lists the distances above 0 between the rows of s.
func pairwise(s Sample) []float64 {
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

// Distance is |a - b| of two points of one dimension.
func Distance(a, b []float64) float64 {
	if len(a) == 1 {
		return math.Abs(a[0] - b[0])
	}
	return math.Sqrt(SquaredDistance(a, b))
}

// SquaredDistance is |a - b|². Four sums run side by side: in many dimensions one would wait for
// itself.
func SquaredDistance(a, b []float64) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	j := 0
	for ; j+4 <= len(a); j += 4 {
		d0, d1, d2, d3 := a[j]-b[j], a[j+1]-b[j+1], a[j+2]-b[j+2], a[j+3]-b[j+3]
		s0 += d0 * d0
		s1 += d1 * d1
		s2 += d2 * d2
		s3 += d3 * d3
	}
	for ; j < len(a); j++ {
		d := a[j] - b[j]
		s0 += d * d
	}
	return s0 + s1 + s2 + s3
}
