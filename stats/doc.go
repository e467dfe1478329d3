// Package stats turns statistics into statements: per-scale p-values, their combination, a
// calibrated p and Z, intervals, checks of calibration, and the power of the ideal test.
//
// A test yields one statistic t per scale, larger meaning more anomalous. Null toys say how t is
// distributed when nothing is there. [Calibration] holds those toys and gives the p-value of an
// observed row of t by a joint rank, which is exact with a single set of toys of any size. Nothing
// here assumes that t follows a known law: [FitChiSquare] only shows how close it comes to one.
//
// No p-value that comes from toys is 0, and tails are computed as tails: 1-p and 1-Φ never appear
// where they would cancel. The package is pure numbers: no random source, no goroutine, no file.
//
// The method is that of arXiv:2511.03095; where a formula comes from elsewhere, its comment says
// so.
package stats
