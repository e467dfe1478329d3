package train

import (
	"errors"
	"fmt"
	"math/rand/v2"

	"sparker/data"
)

// ErrTooFewRows says that a sample has fewer distinct rows than the model has kernels.
var ErrTooFewRows = errors.New("too few rows")

// InitialCentroids draws M starting places (M×d, row-major) in one of the ways that a models.Config
// names: distinct random rows of data, reference or pooled (both), or kmeans, D² sampling of the
// data (Arthur and Vassilvitskii 2007): each next row is drawn with a probability proportional to
// its squared distance from the nearest row taken so far. A sample that is too small gives
// ErrTooFewRows.
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
			"sample of %d", ErrTooFewRows, kernels, rows)
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
	var chosen []int
	switch kind {
	case "data", "reference", "pooled":
		chosen = distinct(rows, kernels, r)
	case "kmeans":
		var err error
		if chosen, err = squaredDistanceSampling(pair.Data, kernels, r); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("train: no initialization %q", kind)
	}
	centroids := make([]float64, 0, kernels*pair.Data.D)
	for _, i := range chosen {
		centroids = append(centroids, at(i)...)
	}
	return centroids, nil
}

// distinct draws k of n indices without replacement (Floyd's algorithm), in random order.
func distinct(n, k int, r *rand.Rand) []int {
	taken := make(map[int]bool, k)
	chosen := make([]int, 0, k)
	for j := n - k; j < n; j++ {
		i := r.IntN(j + 1)
		if taken[i] {
			i = j
		}
		taken[i] = true
		chosen = append(chosen, i)
	}
	r.Shuffle(k, func(i, j int) { chosen[i], chosen[j] = chosen[j], chosen[i] })
	return chosen
}

func squaredDistanceSampling(s data.Sample, k int, r *rand.Rand) ([]int, error) {
	chosen := []int{r.IntN(s.N)}
	nearest := make([]float64, s.N)
	for len(chosen) < k {
		last := s.Row(chosen[len(chosen)-1])
		var total float64
		for i := range nearest {
			var d2 float64
			for j, v := range s.Row(i) {
				d2 += (v - last[j]) * (v - last[j])
			}
			if len(chosen) == 1 || d2 < nearest[i] {
				nearest[i] = d2
			}
			total += nearest[i]
		}
		if total == 0 {
			return nil, fmt.Errorf("train: %w: %d kernels cannot start on distinct rows of data "+
				"that have %d", ErrTooFewRows, k, len(chosen))
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
		chosen = append(chosen, next)
	}
	return chosen, nil
}
