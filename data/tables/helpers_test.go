package tables

import (
	"math/rand/v2"

	"sparker/data"
)

// stream is a random stream of its own for each test.
func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// isFinite reports whether every value of a sample is a finite number.
func isFinite(s data.Sample) bool {
	_, err := data.NewSample(s.X, s.N, s.D)
	return err == nil
}
