// Package experiments turns a config into toys, and toys into a calibrated power curve.
//
// The two steps are apart: [Run] draws and fits toys and appends one record each to the run's
// store; [Summarize] reads the records and computes p-values, power and limits, as often as wanted,
// without a fit.
//
// Every toy has its own random streams, which depend on the seed, the hypothesis and the toy's
// index alone. A result therefore does not depend on the number of workers, on the order of the
// toys or on interruptions, and two configs that differ in the model, the loss or the training see
// the same toys.
package experiments
