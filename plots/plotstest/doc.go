// Package plotstest makes the records that the examples and the tests of plots draw: smooth
// formulae with a little noise from a fixed seed, in the form in which a run stores its results.
// They are not results of a test. Equal arguments give equal records.
package plotstest

import "math/rand/v2"

// Source returns the stream of random numbers that a seed names.
func Source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }
