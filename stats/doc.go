// Package stats turns test statistics into p-values and powers: p-values per scale, their
// combination, a calibrated p and Z, confidence intervals, checks of calibration, and the power of
// the ideal test.
//
// A test yields one statistic t per scale; a larger t is more anomalous. Null toys give the
// distribution of t under the null hypothesis. [Calibration] holds the null toys and returns the
// p-value of an observed row of t from its joint rank, which is exact with a single set of toys of
// any size. Nothing here assumes that t follows a known distribution: [FitChiSquare] only shows how
// close it comes to one.
//
// No p-value that comes from toys is 0. Small tails are computed directly, never as 1-p or 1-Φ,
// which would cancel. The package has no random source, no goroutine and no file access.
//
// The method is that of arXiv:2511.03095. Formulae from elsewhere name their source.
package stats
