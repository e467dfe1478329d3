package graph

import "sparker/internal/kernel"

// Exp replaces every number of a list by its exponential, with the instructions that [FusedPath]
// names. It returns the error of FusedPath.
func Exp(x []float64) error { return kernel.Exp(x) }
