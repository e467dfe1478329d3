package rng_test

import (
	"fmt"

	"sparker/internal/rng"
)

// The stream of a toy depends on its number alone, not on the toys that were drawn before.
func ExampleNew() {
	for _, toy := range []uint64{0, 1, 0} {
		r := rng.New(1, "toy", toy)
		fmt.Printf("toy %d: %.4f %.4f\n", toy, r.Float64(), r.Float64())
	}
	// Output:
	// toy 0: 0.3322 0.1672
	// toy 1: 0.6864 0.6450
	// toy 0: 0.3322 0.1672
}
