// Package graph builds computation graphs and runs them: describe once, feed many times.
//
// A [Builder] collects nodes: inputs, parameters and the operations of SparKer. Its Compile method
// turns them into a [Program], which is fed (samples, event weights, the width of the epoch), run,
// and read (scalars, vectors, gradients). Nothing is rebuilt between epochs or between toys of one
// shape.
//
// The graphs are gorgonia graphs, differentiated symbolically by gorgonia. Every operation on whole
// samples is an operation of this package, though, and not one of gorgonia's: its SoftMax is wrong
// on the last axis, its expansion of |x-mu|² would cancel where the width is small, and its
// operations allocate their result anew in every epoch. Only gradients that meet in one node are
// added by gorgonia's own.
//
// A Program runs the operations itself, in their order, and not on gorgonia's tape machine, which
// costs 60 to 100 µs and a hundred allocations a run whatever the size, and has traps: RunAll
// without Reset does nothing and returns no error, intermediate values are overwritten by later
// operations, gradients add up over runs until a solver clears them, and a solver's step can
// overwrite the package's constant 1, after which every gradient in the process is 0. A test holds
// the two equal.
//
// What remains to know about gorgonia (each point is pinned by a test):
//
//   - Nodes of equal type, shape and name merge, by a 32-bit hash. Every operation carries its number, every
//     input its name, and Compile refuses a graph with two equal hashes.
//   - Constants cache their hash on first use, which is a data race between two graphs under
//     construction; building is serialized. Programs run in parallel freely, one goroutine each.
package graph
