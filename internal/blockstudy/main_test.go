package main

import (
	"context"
	"fmt"
	"testing"

	"sparker"
)

// One pair of the study: the samples, their blocks, and the two p-values.
func Example() {
	s := setting{offset: 1}
	found, err := s.count(context.Background(), 0, 20, sparker.Options{Method: "mahalanobis"})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("rows:", found[0] > 5, "blocks:", found[1] < 5)
	// Output: rows: true blocks: true
}

// Blocks with centers of their own: a permutation of rows finds a difference in four times alpha of
// the pairs or more, and one of blocks in at most 14 of 100, which a binomial distribution with
// alpha exceeds with a probability of 1.4e-4.
func TestBlocksKeepAlpha(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("tests 200 pairs twice, by 99 toys each")
	}
	for i, s := range settings[2:] {
		found, err := s.count(t.Context(), 10+i, 100, sparker.Options{Method: "mahalanobis"})
		if err != nil {
			t.Fatal(err)
		}
		if found[0] < 20 || found[1] > 14 {
			t.Errorf("%+v: %d by rows and %d by blocks of 100 pairs", s, found[0], found[1])
		}
	}
}
