package twosample

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
)

// Distances of equal weights are those without weights, to the bit. Those of integer weights are
// those of repeated rows: both are quantiles of 2,000 rows that are drawn from 9,000 or 3,000, and
// differ by about 2%.
func TestDistancesOfWeightedRows(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	s, many := data.Sample{N: 3000, D: 1}, data.Sample{D: 1}
	var weights []float64
	for i := range s.N {
		s.X, weights = append(s.X, r.NormFloat64()), append(weights, float64(i%3))
		if i%3 == 2 { // rows that weigh more are farther apart
			s.X[i] *= 5
		}
		for range i % 3 {
			many.X = append(many.X, s.X[i])
			many.N++
		}
	}
	measure := func(s data.Sample, weights []float64) ReferenceDistances {
		d, err := MeasureDistances(s, rand.New(rand.NewPCG(3, 4)), DistanceOptions{
			Standardize: true, Weights: weights})
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	if none, equal := measure(s, nil), measure(s, slices.Repeat([]float64{1}, s.N)); equal.Q50 !=
		none.Q50 || equal.Q1 != none.Q1 {
		t.Errorf("equal weights: %+v; want %+v", equal, none)
	}
	got, want := measure(s, weights), measure(many, nil)
	for i, q := range [][2]float64{{got.Q1, want.Q1}, {got.Q50, want.Q50}, {got.Q99, want.Q99}} {
		if math.Abs(q[0]/q[1]-1) > 0.1 {
			t.Errorf("quantile %d: %v, of repeated rows %v", i, q[0], q[1])
		}
	}
}
