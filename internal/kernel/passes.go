package kernel

// passes are the loops over a chunk or a block, in Go or in assembly. Every n is a multiple of
// step. Every accumulator has lanes numbers and is added to. The long lists of parameters are those
// of the assembly, which takes neither structs nor slices.
type passes interface {
	name() string
	tilePasses

	// kernels sets k[:n] to 2^-min(c·|x-mu|², 1023) for the rows of a chunk.
	kernels(x []float64, n, d int, mu []float64, c float64, k []float64)
	// distances sets k to from + |x-mu|² over some columns, for the rows of a block and up to 5
	// kernels. from may be k. Centroids have the stride of the rows. It prefetches n·columns/2
	// numbers from ahead.
	distances(kernels int, x []float64, stride, n int, mu []float64, columns int, from, k,
		ahead []float64)
	// exponentials replaces squared distances r by 2^-min(c·r, 1023).
	exponentials(k []float64, n int, c float64)

	// gate sets z[:n] to 1/Z and f[:n] to Σ a k²/Z. sum sets f[:n] to Σ a k.
	gate(k []float64, n, m int, a, f, z []float64)
	sum(k []float64, n, m int, a, f []float64)

	// loss adds the two parts of the loss to sums, and sets h[:n] to z·dL/df.
	loss(kind LossKind, f, wR, wD, z []float64, n int, h, sums []float64)

	// slopes adds dL/da of one kernel to the first accumulator, and Σ u (x-mu)_j to one accumulator
	// for each column, with u = h k (2 a k - f) with a gate and u = h k a without. slopesOnly adds
	// dL/da and sets u. slopesFrozen only adds dL/da.
	slopes(gated bool, k, h, f []float64, n int, a float64, x []float64, d int, mu, u,
		sums []float64)
	slopesOnly(gated bool, k, h, f []float64, n int, a float64, u, sums []float64)
	slopesFrozen(gated bool, k, h []float64, n int, sums []float64)
	// moments adds Σ u (x-mu) over the rows of a block to sums, for every kernel and column. It
	// prefetches as distances does.
	moments(x []float64, stride, n int, u []float64, m int, mu []float64, columns int, sums,
		ahead []float64)
}
