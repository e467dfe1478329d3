// Package sparker asks whether there is something rare and new in a sample of data, and where.
//
// [Test] compares data with a reference sample that holds nothing new. It returns a p-value, which
// is exact at any sample size, and the places where the two differ. [Fit] returns the model behind
// it: a handful of Gaussian kernels that compete through a SoftMax, with a width that shrinks while
// they train, and that learn the log-density ratio of the data over the reference. The method is
// SparKer (arXiv:2511.03095); [Options] selects it, its recipe, or another two-sample test.
//
// Samples are gonum matrices with one row per event; [Rows] makes one of a [][]float64.
//
// The packages below this one are a library for more than two tables at a time. Each imports only
// from packages above it in this list:
//
//	stats                 p-values, combination over scales, calibration, power, intervals
//	data                  samples, standardization, distances, permutations
//	graph                 the computation graph: build once, feed many toys
//	results               the records of a run and their store on disk
//	models                what f is: the kernel ensemble and a network
//	losses                what is minimized, and the test statistic
//	data/tables           tables on disk
//	data/sources          where toys come from: generators, pools, injection, permutation
//	train                 one annealed fit
//	twosample             the two-sample test, its registry, SparKer, the recipes
//	twosample/baselines   the tests of others, one file each
//	findings              what a fit found: kernels, rows, columns, local significances
//	sparker               this package
//	configs               experiments as YAML
//	analysis              stored toys in, answers out
//	experiments           draws and fits toys: workers, shards, resuming
//	plots                 records in, figures out
//	cmd/sparker           the program
package sparker
