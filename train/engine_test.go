package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"testing"

	"sparker/data"
	"sparker/losses"
)

// fitOnBoth fits a pair on both engines.
func fitOnBoth(t *testing.T, s setup, pair data.Pair) (fused, composed FitResult) {
	t.Helper()
	start, err := InitialCentroids("data", pair, s.model.Kernels, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	s.config.Engine = "fused"
	fused = fit(t, s.fitter(t), pair, start)
	s.config.Engine = "composed"
	return fused, fit(t, s.fitter(t), pair, start)
}

// deviation returns the largest difference of t between two fits, relative to max(1, |t|).
func deviation(a, b FitResult) float64 {
	largest := 0.
	for i, c := range a.Checkpoints {
		want := b.Checkpoints[i].T
		largest = max(largest, math.Abs(c.T-want)/max(1, math.Abs(want)))
	}
	return largest
}

func eachObjective(t *testing.T, test func(t *testing.T, s setup)) {
	for _, dim := range []int{1, 3, 12} {
		for _, loss := range losses.Kinds {
			for _, softmax := range []bool{true, false} {
				t.Run(fmt.Sprintf("d=%d/%s/softmax=%v", dim, loss, softmax), func(t *testing.T) {
					s := small("")
					s.dim, s.model.SoftMax, s.loss = dim, softmax,
						losses.Config{Kind: loss, L2: 0.1}
					s.config.Epochs = 1000
					test(t, s)
				})
			}
		}
	}
}

// Fits of 1,000 epochs agree between the engines, t to 1e-6 of its size, if the steps are small
// enough for the fit to follow its gradient. At Adam's usual rate of 0.05 the parameters oscillate
// about their optimum and rounding errors double every few epochs; see the next test.
func TestEnginesAgreeOnWholeFits(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fits 1,000 epochs on both engines")
	}
	eachObjective(t, func(t *testing.T, s setup) {
		s.config.LearningRate = LearningRate{2e-4, 2e-4, "data"}
		fused, composed := fitOnBoth(t, s, toy(1, 500, 100, 6, s.dim))
		if d := deviation(fused, composed); d > 1e-6 {
			t.Errorf("t differs by %.2g of its size: %v fused, %v composed", d, fused.Checkpoints,
				composed.Checkpoints)
		}
	})
}

// At the usual rate, the fit amplifies rounding. After 1,000 epochs the two engines differ by as
// much as one engine differs from itself with the rows in another order: over all objectives, the
// geometric mean of the first difference is at most 10 times that of the second. After 100 epochs
// the engines still agree to 1e-6.
func TestEnginesDifferByRounding(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fits 1,000 epochs on both engines")
	}
	var engines, orders float64
	n := 0.
	eachObjective(t, func(t *testing.T, s setup) {
		pair := toy(1, 500, 100, 6, s.dim)
		fused, composed := fitOnBoth(t, s, pair)
		engines += math.Log10(deviation(fused, composed) + 1e-15)

		start, err := InitialCentroids("data", pair, s.model.Kernels, rand.New(rand.NewPCG(1, 1)))
		if err != nil {
			t.Fatal(err)
		}
		reversed := pair
		reversed.Reference.X = nil
		for i := pair.Reference.N - 1; i >= 0; i-- {
			reversed.Reference.X = append(reversed.Reference.X, pair.Reference.Row(i)...)
		}
		s.config.Engine = "composed"
		orders += math.Log10(deviation(fit(t, s.fitter(t), reversed, start), composed) +
			1e-15)
		n++

		s.config.Epochs = 100
		if d := deviation(fitOnBoth(t, s, pair)); d > 1e-6 {
			t.Errorf("after 100 epochs t differs by %.2g of its size", d)
		}
	})
	t.Logf("mean log10 of the deviation: %.1f between engines, %.1f between orders of the rows",
		engines/n, orders/n)
	if engines > orders+n {
		t.Errorf("engines differ by 10^%.1f, orders of the rows by 10^%.1f", engines/n, orders/n)
	}
}

// The memory that a fit allocates does not grow with its epochs. Not parallel: it reads the
// allocations of the process.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("fits 100,000 epochs")
	}
	s := small("fused")
	s.config.Epochs = 100_000
	s.config.Checkpoints.Count = 1
	pair := toy(1, 100, 20, 2, 1)
	allocated := func(epochs int) uint64 {
		s.config.Epochs = epochs
		f := s.fitter(t)
		// the first fit allocates the storage of the graph
		fit(t, f, pair, []float64{0.1, 0.5, 1, 3, 6.4})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		fit(t, f, pair, []float64{0.1, 0.5, 1, 3, 6.4})
		runtime.ReadMemStats(&after)
		return after.TotalAlloc - before.TotalAlloc
	}
	if few, many := allocated(100), allocated(100_000); many > few+4096 {
		t.Errorf("a fit of 100 epochs allocates %d bytes, one of 100,000 epochs %d", few, many)
	}
}
