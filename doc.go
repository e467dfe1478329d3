// Package sparker is the root of the module and holds no code. Its packages, a floor above those
// that they use:
//
//	stats         p-values, combination over scales, power, intervals
//	data          samples, generators, injection, files, standardization
//	graph         the computation graph: build once, feed many toys
//	results       records of a run and their store on disk
//	models        the kernel ensemble
//	losses        what is minimized, and the test statistic
//	train         one annealed fit
//	twosample     a pair of samples in, one statistic per scale out
//	configs       the YAML experiments
//	experiments   toys, workers, resuming, calibration and power
//	plots         results in, figures out
//	cmd/sparker   the command
//
// The method is that of arXiv:2511.03095.
package sparker
