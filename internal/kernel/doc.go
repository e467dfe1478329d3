// Package kernel computes an ensemble of Gaussian kernels, its loss and all gradients in one sweep
// over the rows: the numbers of one epoch of a fit, without a graph and without allocation.
//
// For rows x (N×d) with weights wR and wD, centroids mu (M×d), coefficients a (M) and a width sigma
// (arXiv:2511.03095), and with g = dL/df,
//
//	k_i(x) = exp(-|x-mu_i|²/(2 sigma²))
//
//	with the SoftMax gate   f(x) = Σ_i a_i p_i(x) k_i(x),   p_i = k_i/Σ_j k_j
//	                        dL/da_i = Σ_x g p_i k_i
//	                        dL/dmu_i = Σ_x g p_i (2 a_i k_i - f) (x - mu_i)/sigma²
//	without                 f(x) = Σ_i a_i k_i(x)
//	                        dL/da_i = Σ_x g k_i
//	                        dL/dmu_i = Σ_x g a_i k_i (x - mu_i)/sigma²
//
// # Method
//
// Kernels are powers of two, k = 2^-v with v = |x-mu|² log2(e)/(2 sigma²), and 0 from v = 1023 on.
// The gate is k_i/Z with Z = max(Σ k, 2^-500): one exponential per kernel, and no shift by the
// row's maximum. If every v is above 500, this gate differs from the SoftMax, but f and its
// gradients are then below 2^-500 = 3e-151 of their scale. If every v is above 1023, they are 0.
// Distances are sums of squared differences, which do not cancel, and Σ w (e^f - 1) is a sum of
// accurate e^f - 1.
//
// In up to 8 dimensions rows are held by columns, in chunks of 256. Three short passes go over a
// chunk while it is in the first-level cache: the kernels, the gate with the loss, the gradients.
// In more dimensions rows are held one after another and taken in blocks that fit in the
// second-level cache. Distances are summed in registers for a few rows and kernels at a time, while
// the next block is prefetched.
//
// [Features] are for fits of the coefficients alone. They lie in tiles of 32 rows, which one pass
// over memory reads, for several coefficient vectors at once.
//
// # Paths
//
// The same passes exist as plain Go ("portable"), as assembly for AVX2 with FMA ("avx2"), and as
// assembly for AVX-512 ("avx512"). The first use of the package chooses the last of these that the
// processor supports; see Path. The module in gen writes the assembly. Its tests interpret the
// assembly and check that the interpreter computes the same bits as processors do, with four lanes
// and with eight. Eight lanes give the bits of four except for the order of additions in sums.
//
// # Accuracy
//
// Relative to exact arithmetic, and between the paths, the error of a loss, a statistic or a
// component of a gradient is below 1e-12 of the sum of the absolute values of its terms. The error
// of an exponential is at most 2 units in the last place; the rest is the rounding of sums. A sum
// over N rows has at most 32 consecutive additions in each lane, then one addition per chunk, so
// that its error is below (40 + N/256) 2^-53 of the sum of absolute values, or (40 + N/16) 2^-53
// with blocks. Results depend only on the inputs and the path.
//
// The loss and every gradient are NaN if a number in the rows, mu, a or sigma is not finite, if
// sigma is not positive (or so small that 1/sigma² overflows), or if a coordinate is beyond 1e150.
package kernel

//go:generate -command assemble go -C gen run . -target
//go:generate go -C gen run . -tables ../tables.go
//go:generate assemble avx2 -pkg kernel -out ../avx2_amd64.s -stubs ../avx2_amd64.go
//go:generate assemble avx512 -pkg kernel -out ../avx512_amd64.s -stubs ../avx512_amd64.go
