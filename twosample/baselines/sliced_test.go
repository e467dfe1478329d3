package baselines

import (
	"math"
	"slices"
	"testing"

	"sparker/twosample/toytest"
)

// repeated lists the sorted values n times each: the quantiles of a sample on a finer grid.
func repeated(x []float64, n int) (all []float64) {
	for _, v := range slices.Sorted(slices.Values(x)) {
		all = append(all, slices.Repeat([]float64{v}, n)...)
	}
	return all
}

func TestWasserstein(t *testing.T) {
	t.Parallel()
	for _, pair := range oddPairs() {
		n, m := pair.Reference.N, pair.Data.N
		a, b := repeated(pair.Reference.X, m), repeated(pair.Data.X, n)
		for _, p := range []int{1, 2} {
			var sum float64
			for i, v := range a {
				sum += math.Pow(math.Abs(v-b[i]), float64(p)) / float64(n*m)
			}
			cfg := DefaultSliced()
			cfg.Order = p
			want := math.Sqrt(float64(n*m)/float64(n+m)) * math.Pow(sum, 1/float64(p))
			closeTo(t, "Wasserstein", toytest.Statistics(t, must(NewSlicedWasserstein(cfg, 1)),
				pair, 1)[0], want,
				1e-10)
		}
	}
}

// A displacement by 1 in the plane is |cos| of its angle with a direction: its mean is 2/π (with p
// = 2, the root of the mean square 1/√2), its maximum nearly 1.
func TestSlicedDisplacement(t *testing.T) {
	t.Parallel()
	pair := normalPair(5, 50, 50, 2, 0)
	pair.Data = shuffle(pair.Reference, 1)
	for i := range pair.Data.N {
		pair.Data.X[2*i] += 0.6
		pair.Data.X[2*i+1] -= 0.8
	}
	cfg := DefaultSliced()
	cfg.Directions = 4000
	for order, mean := range map[int]float64{1: 2 / math.Pi, 2: 1 / math.Sqrt2} {
		cfg.Order = order
		v := toytest.Statistics(t, must(NewSlicedWasserstein(cfg, 2)), pair, 1)
		closeTo(t, "max", v[0]/5, 1, 1e-5) // √(50·50/100)
		closeTo(t, "mean", v[1]/5, mean, 0.03)
	}
	v := toytest.Statistics(t, must(NewSlicedKS(cfg, 2)), pair, 1)
	if !(v[0] > v[1] && v[1] > 0 && v[0] <= 5) {
		t.Errorf("sliced Kolmogorov-Smirnov: max %v, mean %v", v[0], v[1])
	}
	one := must(NewSlicedKS(cfg, 1))
	if a, b := toytest.Statistics(t, one, normalPair(6, 30, 20, 1, 0), 1)[0],
		edfStatistic(t, "ks", normalPair(6, 30, 20, 1, 0)); a != b {
		t.Errorf("sliced in one dimension %v, Kolmogorov-Smirnov %v", a, b)
	}
}
