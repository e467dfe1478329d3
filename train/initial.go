package train

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
)

// InitialCentroids draws M starting points (M×d, row-major) in one of the ways that a models.Config
// names. The kinds data, reference and pooled (both samples) draw distinct rows with equal
// probabilities. The kind kmeans is the D² sampling of the data by Arthur and Vassilvitskii (2007,
// k-means++): each row is drawn with a probability proportional to its squared distance from the
// nearest row drawn before. A sample with too few rows gives an error that wraps
// [data.ErrTooFewRows].
func InitialCentroids(kind string, pair data.Pair, kernels int, r *rand.Rand) ([]float64, error) {
	rows := pair.Data.N
	switch kind {
	case "reference":
		rows = pair.Reference.N
	case "pooled":
		rows += pair.Reference.N
	}
	if rows < kernels {
		return nil, fmt.Errorf("train: %w: %d kernels cannot start on distinct rows of a "+
			"sample of %d", data.ErrTooFewRows, kernels, rows)
	}
	at := func(i int) []float64 {
		switch {
		case kind == "reference":
			return pair.Reference.Row(i)
		case i >= pair.Data.N:
			return pair.Reference.Row(i - pair.Data.N)
		default:
			return pair.Data.Row(i)
		}
	}
	var indices []int
	switch kind {
	case "data", "reference", "pooled":
		indices = distinctIndices(rows, kernels, r)
	case "kmeans":
		var err error
		if indices, err = squaredDistanceSampling(pair.Data, kernels, r); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("train: no initialization %q; want data, reference, pooled or "+
			"kmeans", kind)
	}
	centroids := make([]float64, 0, kernels*pair.Data.D)
	for _, i := range indices {
		centroids = append(centroids, at(i)...)
	}
	return centroids, nil
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

// squaredDistanceSampling draws the indices of k distinct rows as k-means++ does.
func squaredDistanceSampling(s data.Sample, k int, r *rand.Rand) ([]int, error) {
	indices := []int{r.IntN(s.N)}
	nearest := make([]float64, s.N) // the squared distance from the nearest row drawn so far
	for len(indices) < k {
		last := s.Row(indices[len(indices)-1])
		var total float64
		for i := range nearest {
			var d2 float64
			for j, v := range s.Row(i) {
				d2 += (v - last[j]) * (v - last[j])
			}
			if len(indices) == 1 || d2 < nearest[i] {
				nearest[i] = d2
			}
			total += nearest[i]
		}
		if total == 0 {
			return nil, fmt.Errorf("train: %w: %d kernels cannot start on distinct rows of data "+
				"that have %d", data.ErrTooFewRows, k, len(indices))
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
