// Package graph builds computation graphs and runs them: describe once, feed many times.
//
// A [Builder] collects nodes: inputs, parameters and the operations of SparKer. Its Compile method turns
// them into a [Program], which is fed (samples, event weights, the width of the epoch), run, and read
// (scalars, vectors, gradients). Nothing is rebuilt between epochs or between toys of one shape.
//
// The graphs are gorgonia graphs, differentiated symbolically by gorgonia and run on its tape machine.
// Every operation on whole samples is an operation of this package, though, and not one of gorgonia's: its
// SoftMax is wrong on the last axis, its expansion of |x-mu|² would cancel where the width is small, and its
// operations allocate their result anew in every epoch. Scalars are combined with gorgonia's own.
//
// What this package knows about gorgonia, so that nobody else has to (each point is pinned by a test):
//
//   - RunAll without Reset does nothing and returns no error.
//   - A solver's Step on gradients that are not dual values can overwrite the package constant 1, after
//     which every gradient in the process is 0. No solver is used here: gradients are copied out.
//   - Values of intermediate nodes are overwritten by later operations; only Read nodes can be trusted.
//   - Nodes of equal type, shape and name merge, and the tape merges nodes by a 32-bit hash alone. Every
//     operation carries its number, every input its name, and Compile refuses a graph with two equal hashes.
//   - Constants cache their hash on first use, which is a data race between two graphs under
//     construction; building is serialised. Programs run in parallel freely, one goroutine each.
package graph
