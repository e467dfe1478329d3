// Package sources draws toys: pairs of a reference and data, with or without an anomaly. A source
// is a generator with a known background and a known anomaly, or pools of measured events from
// files. Generators know their densities, so they also give the true log-ratio, from which the power
// that no test can exceed is computed.
//
// Random numbers come from the *rand.Rand (math/rand/v2) that a function is given, and from nowhere
// else: a toy is a function of its configuration, its signal strength and its stream.
package sources
