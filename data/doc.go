// Package data holds the samples that a two-sample test compares: [Sample], [Pair], their
// standardization and the distances between their rows. Package data/tables reads samples from
// files, and data/sources draws toys.
package data
