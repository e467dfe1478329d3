// Package losses defines what training minimizes and the test statistic, as nodes of a computation
// graph.
//
// Every loss is a function of the log-ratio f of all rows and of two weights for each row: w, the
// weight of a reference row (0 for data rows), and the count of a data row (1, and 0 for reference
// rows and padding). The optimum of every loss is the same f = log(n_D/n_R), so they can be
// compared with everything else unchanged.
package losses
