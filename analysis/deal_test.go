package analysis

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"sparker/results"
)

// dealtToys is the toys of a sweep of two cells that share their null toys.
func dealtToys(null, alternative int) []results.ToyID {
	var toys []results.ToyID
	for i := range null {
		toys = append(toys, results.ToyID{Key: "a", Hypothesis: results.Null, Index: i})
	}
	for _, key := range []string{"b", "c"} {
		for _, signal := range []float64{10, 20} {
			for i := range alternative {
				toys = append(toys, results.ToyID{Key: key, Hypothesis: results.Alternative,
					Signal: signal, Index: i})
			}
		}
	}
	return toys
}

// For any number of parts, each toy is in one part, the sizes differ by at most one, and the order
// of the toys does not matter.
func TestDeal(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		toys := dealtToys(rapid.IntRange(0, 50).Draw(t, "null"),
			rapid.IntRange(0, 20).Draw(t, "alternative"))
		parts := rapid.IntRange(1, 150).Draw(t, "parts")
		dealt := Deal(seed, toys, parts)
		sizes := make([]int, parts)
		of := map[results.ToyID]int{}
		for i, part := range dealt {
			if part < 1 || part > parts {
				t.Fatalf("part %d of %d", part, parts)
			}
			sizes[part-1]++
			of[toys[i]] = part
		}
		if d := slices.Max(sizes) - slices.Min(sizes); d > 1 {
			t.Fatalf("sizes %v", sizes)
		}
		shuffled := slices.Clone(toys)
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(toys), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		for i, part := range Deal(seed, shuffled, parts) {
			if part != of[shuffled[i]] {
				t.Fatalf("%v is in part %d in another order, not %d", shuffled[i], part,
					of[shuffled[i]])
			}
		}
	})
}

// Every part has its share of every cell. The share of a cell of n toys in one of k parts is
// binomial up to the finite total; six standard deviations of it have a chance below 1e-8.
func TestDealBalancesCells(t *testing.T) {
	t.Parallel()
	toys := dealtToys(4000, 500)
	const parts = 4
	count := map[string]*[parts]int{}
	for i, part := range Deal(7, toys, parts) {
		key := toys[i].Key
		if count[key] == nil {
			count[key] = new([parts]int)
		}
		count[key][part-1]++
	}
	for key, n := range map[string]float64{"a": 4000, "b": 1000, "c": 1000} {
		for part, got := range count[key] {
			mean := n / parts
			if d := float64(got) - mean; d*d > 36*mean*(1-1.0/parts) {
				t.Errorf("part %d has %d toys of cell %s, want about %v", part+1, got, key, mean)
			}
		}
	}
}
