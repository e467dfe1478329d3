// Package train runs one annealed, full-batch fit: it initializes the centroids, follows the
// schedule of the width, steps and clips the parameters, and stores the statistic at the
// checkpoints.
//
// A fit that becomes non-finite ends with a Status; it is not an error, since a study has to count
// it.
package train
