// Package data holds the samples that a two-sample test compares: [Sample] and [Pair], the
// standardization of their columns, the distances between their rows, random permutations of the
// rows of two samples, and null data that are thrown from the weighted rows of a simulation.
//
// Package data/tables reads samples from files. Package data/sources draws toys.
//
// Random numbers come from the *rand.Rand (math/rand/v2) that a function takes, and from nowhere
// else.
package data
