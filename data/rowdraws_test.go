package data

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// Rows of equal weights have the draws of rows without weights.
func TestEqualWeightsDrawAsNone(t *testing.T) {
	draw := func(weights []float64) (indices []int) {
		r, d := rand.New(rand.NewPCG(1, 2)), NewRowDraws(7, weights)
		for range 20 {
			indices = append(indices, d.Index(r))
		}
		return indices
	}
	if !slices.Equal(draw(nil), draw(slices.Repeat([]float64{1}, 7))) {
		t.Error("equal weights draw other rows than none")
	}
}

// Rows are drawn in proportion to their weights, and those of a weight of 0 or below never. The
// seeds are fixed; the bounds of 5 standard deviations would fail for one seed in 2e5.
func TestRowDrawsFollowTheWeights(t *testing.T) {
	weights := []float64{0, 1, -1, 3, 6, 0}
	const n = 40_000
	var drawn, first [6]float64
	r, d := rand.New(rand.NewPCG(3, 4)), NewRowDraws(6, weights)
	for range n {
		drawn[d.Index(r)]++
		first[WeightedOrder(r, weights)[0]]++
	}
	for i, w := range weights {
		p := max(w, 0) / 10
		for name, count := range map[string]float64{"draws": drawn[i], "orders": first[i]} {
			if math.Abs(count-n*p) > 5*math.Sqrt(n*p*(1-p)) {
				t.Errorf("%s: row %d is first %v times of %d; want about %v", name, i, count, n,
					n*p)
			}
		}
	}
	order := WeightedOrder(r, weights)
	slices.Sort(order)
	if !slices.Equal(order, []int{1, 3, 4}) {
		t.Errorf("the order holds the rows %v; want those of positive weight", order)
	}
}

// A weighted sample of rows has their moments. The bound is 5 standard deviations.
func TestDrawWeighted(t *testing.T) {
	s := Sample{X: []float64{1, 2, 10}, N: 3, D: 1}
	const n = 10_000
	drawn := s.DrawWeighted(rand.New(rand.NewPCG(5, 6)), n, []float64{1.5, 1.5, 0})
	if mean := sum(drawn.X) / n; drawn.N != n || math.Abs(mean-1.5) > 5*0.5/math.Sqrt(n) {
		t.Errorf("%d rows of mean %v; want 1.5", drawn.N, mean)
	}
}
