package data

import "math/rand/v2"

// stream is a random stream of its own for each test.
func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// sampleOf draws n rows of d coordinates, which are independent and identically distributed.
func sampleOf(r *rand.Rand, n, d int, coordinate func(*rand.Rand) float64) Sample {
	x := make([]float64, n*d)
	for i := range x {
		x[i] = coordinate(r)
	}
	return Sample{X: x, N: n, D: d}
}
