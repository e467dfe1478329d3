// Package losses says what is minimized, as nodes of a computation graph, and holds the test
// statistic.
//
// Every loss takes the log-ratio f of all rows, and two weights a row: the weight w of a reference
// row (0 on data rows) and the count of a data row (1, or 0 on reference rows and padding). In all
// three, f is the log-ratio of the densities, so that they are ablations of the loss alone.
package losses
