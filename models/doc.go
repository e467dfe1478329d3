// Package models defines the log-ratio f(x) = log(n_D(x)/n_R(x)) that is fitted to two samples: a
// function of a data row, with parameters, as nodes of a computation graph.
//
// [Ensemble] is the sparse ensemble of Gaussian kernels of arXiv:2511.03095, and [MLP] the neural
// network of New Physics Learning. A model depends neither on the loss nor on the data; any [Model]
// can be trained under any loss of package losses.
package models
