// Package data holds the samples that a two-sample test compares, and where they come from:
// generators of toys with a known background and a known anomaly, files of measured events, the
// pairwise distances that set the width of the kernels, and standardization. Generators know their
// densities, so they also give the true log-ratio, from which the power that no test can exceed is
// computed.
//
// Random numbers come from the *rand.Rand (math/rand/v2) that a function is given, and from nowhere
// else: a toy is a function of its configuration, its signal strength and its stream.
package data
