package analysis

import (
	"cmp"
	"math"
	"slices"

	"sparker/internal/rng"
	"sparker/results"
)

// Deal deals the toys of a run to a number of parts, as shards take them. It returns the part of
// each toy, from 1. The seed is that of the run, and no toy may be among the toys twice.
//
// Toys are ranked by a hash of the seed and of what they are, and dealt in turn. The sizes of two
// parts differ by at most one, and every part has about its share of every cell. Neither the order
// of the toys nor that of the cells matters.
func Deal(seed uint64, toys []results.ToyID, parts int) []int {
	type ranked struct {
		hash uint64
		at   int // in toys
	}
	order := make([]ranked, len(toys))
	for i, t := range toys {
		order[i] = ranked{rng.Hash(seed, "shards/"+t.Key+"/"+t.Hypothesis,
			math.Float64bits(t.Signal), uint64(t.Index)), i}
	}
	slices.SortFunc(order, func(a, b ranked) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), compareToys(toys[a.at], toys[b.at]))
	})
	part := make([]int, len(toys))
	for dealt, r := range order {
		part[r.at] = dealt%parts + 1
	}
	return part
}

// compareToys orders toys by what they are.
func compareToys(a, b results.ToyID) int {
	return cmp.Or(cmp.Compare(a.Key, b.Key), cmp.Compare(a.Hypothesis, b.Hypothesis),
		cmp.Compare(a.Signal, b.Signal), cmp.Compare(a.Index, b.Index))
}
