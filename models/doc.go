// Package models says what the log-ratio f is: a function of a data row, with parameters, built as
// nodes of a computation graph.
//
// A model knows nothing of the loss that it is trained under, nor of the data's distribution; any
// model trains under any loss.
package models
