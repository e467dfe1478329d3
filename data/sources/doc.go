// Package sources draws toys: pairs of a reference and data, with or without an anomaly.
//
// A [Source] is a generator with a known background and a known anomaly ([New]), or pools of
// measured events from files ([Library]). Generators know their densities ([Alternative]), from
// which follows the power that no test can exceed. [Config] describes both.
//
// Random numbers come from the *rand.Rand (math/rand/v2) that a function takes, and from nowhere
// else: a toy is a function of its configuration, its signal strength and its stream.
package sources
