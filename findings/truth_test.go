package findings

import (
	"testing"

	"sparker/internal/rng"
)

// Labels that have nothing to do with places are found about as rarely as FoundP says: at most 3
// are expected in 300 pairs, and more than 10 with a chance of 3e-4.
func TestLabelsAtRandomAreNotFound(t *testing.T) {
	t.Parallel()
	r := rng.New(4, "labels")
	found := 0
	for range 300 {
		pair := planted(r, rowCounts{200, 400, 0}, 1, make([]float64, 2))
		pair.Labels = make([]string, 200)
		for i := range pair.Labels {
			pair.Labels[i] = []string{"", "", "", "", "a", "b"}[r.IntN(6)]
		}
		f := find(t, pair, standardizedFit(pair, 0.4, []float64{1, 2, 1}, []int{0, 1, 2}),
			FindOptions{})
		for _, c := range f.Classes {
			found += len(c.Kernels)
		}
	}
	if found > 10 {
		t.Errorf("%d finds in 300 pairs of random labels", found)
	}
}
