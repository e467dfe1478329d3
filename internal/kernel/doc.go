// Package kernel computes the ensemble of Gaussian kernels, its loss and all gradients in one sweep
// over the rows: the numbers of one epoch of a fit, without a graph and without allocation.
//
// For rows x (N×d) with weights wR and wD, centroids mu (M×d), coefficients a (M) and a width sigma
// (arXiv:2511.03095):
//
//	k_i(x) = exp(-|x-mu_i|²/(2 sigma²))
//	f(x)   = Σ_i a_i p_i(x) k_i(x), p_i = k_i/Σ_j k_j     with the SoftMax gate
//	f(x)   = Σ_i a_i k_i(x)                               without
//	dL/da_i  = Σ_x g p_i k_i,  dL/dmu_i = Σ_x g p_i (2 a_i k_i - f) (x - mu_i)/sigma²     with g = dL/df
//	dL/da_i  = Σ_x g k_i,      dL/dmu_i = Σ_x g a_i k_i (x - mu_i)/sigma²
//
// # Method
//
// Kernels are powers of two, k = 2^-v with v = |x-mu|² log2(e)/(2 sigma²), and 0 from v = 1023 on.
// The gate is k_i/Z with Z = max(Σ k, 2^-500): one exponential a kernel, and no shift by the row's
// maximum. Where every v is above 500 this gate is not the SoftMax, but there f and its gradients
// are below 2^-500 = 3e-151 of their scale either way; where every v is above 1023 they are 0.
// Distances are sums of squared differences, which do not cancel, and Σ w (e^f - 1) is a sum of
// accurate e^f - 1.
//
// In up to 8 dimensions rows are held by columns, in chunks of 256, and three short passes go over
// a chunk while it is in the first cache: the kernels, the gate with the loss, the gradients. In
// more dimensions rows are held one after the other and taken in blocks that fit in the second
// cache; distances are summed for a few rows and kernels at a time in registers, and the next block
// is prefetched meanwhile.
//
// # Paths
//
// The same passes exist as plain Go ("portable") and as assembly for AVX2 with FMA ("avx2") and for
// AVX-512 ("avx512"). The first use of the package chooses the last of these that the processor
// has; see Path. The assembly is written by the module in gen, whose tests interpret it: the
// interpreter leaves the bits that processors leave, with four lanes and with eight, and eight
// leave the bits of four but for the order of additions in sums.
//
// # Accuracy
//
// Against exact arithmetic, and between the paths, the relative error of a loss, a statistic or a
// component of a gradient is below 1e-12 of the sum of the absolute values of its terms.
// Exponentials are good to 2 units in the last place; what remains is the rounding of sums. A sum
// over N rows has 32 or fewer consecutive additions in each lane, then one addition a chunk, so
// that its error is below (40 + N/256) 2^-53 of the sum of absolute values, or (40 + N/16) 2^-53
// with blocks. Results depend on the inputs and the path alone.
//
// A number that is not finite anywhere in the rows, mu, a or sigma, a sigma that is not positive
// (or so small that 1/sigma² overflows), and a coordinate beyond 1e150, give NaN for the loss and
// every gradient.
package kernel

//go:generate go -C gen run . -tables ../tables.go
//go:generate go -C gen run . -target avx2 -pkg kernel -out ../avx2_amd64.s -stubs ../avx2_amd64.go
//go:generate go -C gen run . -target avx512 -pkg kernel -out ../avx512_amd64.s -stubs ../avx512_amd64.go
