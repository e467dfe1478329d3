// Package graph builds computation graphs and runs them: a graph is described once and fed many
// times.
//
// A [Builder] collects nodes: inputs, parameters and the operations of SparKer. Its Compile method
// turns them into a [Program], which is fed (samples, event weights, the width of the epoch), run,
// and read (scalars, vectors, gradients). Nothing is rebuilt between epochs, or between toys of one
// shape.
//
// # Gorgonia
//
// The graphs are gorgonia graphs, and gorgonia differentiates them symbolically. The operations on
// whole samples are those of this package, for three reasons: gorgonia's SoftMax is wrong on the
// last axis, its expansion of |x-mu|² would cancel for small widths, and its operations allocate
// their result in every epoch. Only the sums of several gradients of one node are gorgonia's own.
//
// A Program runs the operations itself, in their order, instead of on gorgonia's tape machine. The
// tape machine costs 60 to 100 µs and a hundred allocations per run, whatever the size of the
// graph. It also has traps: RunAll without Reset does nothing and returns no error, later
// operations overwrite intermediate values, gradients add up over runs until a solver clears them,
// and a solver's step can overwrite the package's constant 1, after which every gradient of the
// process is 0. A test checks that a Program and the tape machine compute the same bits.
//
// Two more properties of gorgonia matter here; a test pins each of them:
//
//   - Nodes of equal type, shape and name merge, by a 32-bit hash. Every operation therefore has a
//     number, every input has a name, and Compile refuses a graph with two equal hashes.
//   - Constants cache their hash on first use, which is a data race between two graphs under
//     construction. Construction is therefore serialized. Programs run in parallel, each in its own
//     goroutine.
package graph
