package kernel

import "golang.org/x/sys/cpu"

// vectorPaths returns the paths in assembly that this processor runs, the best first.
func vectorPaths() []passes {
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		return []passes{avx2{}}
	}
	return nil
}

// avx2 runs on the assembly for AVX2 with FMA.
type avx2 struct{}

func (avx2) name() string { return "avx2" }

func (avx2) kernels(x []float64, n, d int, mu []float64, c float64, k []float64) {
	switch d {
	case 1:
		kernels1AVX2(&x[0], n, &mu[0], c, &k[0])
	case 2:
		kernels2AVX2(&x[0], n, &mu[0], c, &k[0])
	default:
		kernelsAVX2(&x[0], n, d, &mu[0], c, &k[0])
	}
}

func (avx2) distances(kernels int, x []float64, stride, n int, mu []float64, columns int, k []float64, ahead int) {
	switch kernels {
	case 1:
		distances1AVX2(&x[0], 8*stride, n, &mu[0], 8*stride, columns, &k[0], 8*ahead)
	case 2:
		distances2AVX2(&x[0], 8*stride, n, &mu[0], 8*stride, columns, &k[0], 8*ahead)
	case 3:
		distances3AVX2(&x[0], 8*stride, n, &mu[0], 8*stride, columns, &k[0], 8*ahead)
	case 4:
		distances4AVX2(&x[0], 8*stride, n, &mu[0], 8*stride, columns, &k[0], 8*ahead)
	default:
		distances5AVX2(&x[0], 8*stride, n, &mu[0], 8*stride, columns, &k[0], 8*ahead)
	}
}

func (avx2) exponentials(k []float64, n int, c float64) { exponentialsAVX2(&k[0], n, c) }

func (avx2) gate(k []float64, n, m int, a, f, z []float64) {
	gateAVX2(&k[0], n, m, &a[0], &f[0], &z[0])
}

func (avx2) sum(k []float64, n, m int, a, f []float64) { sumAVX2(&k[0], n, m, &a[0], &f[0]) }

func (avx2) loss(kind Loss, f, wR, wD, z []float64, n int, h, sums []float64) {
	switch kind {
	case NP:
		neymanPearsonAVX2(&f[0], &wR[0], &wD[0], &z[0], n, &h[0], &sums[0])
	case BCE:
		crossEntropyAVX2(&f[0], &wR[0], &wD[0], &z[0], n, &h[0], &sums[0])
	default:
		brierAVX2(&f[0], &wR[0], &wD[0], &z[0], n, &h[0], &sums[0])
	}
}

func (p avx2) slopes(gated bool, k, h, f []float64, n int, a float64, x []float64, d int, mu, u, sums []float64) {
	switch {
	case d > 2:
		p.slopesOnly(gated, k, h, f, n, a, u, sums)
		columnSumsAVX2(&x[0], &u[0], n, d, &mu[0], &sums[lanes])
	case gated && d == 1:
		slopesGated1AVX2(&k[0], &h[0], &f[0], n, a, &x[0], &mu[0], &sums[0])
	case gated:
		slopesGated2AVX2(&k[0], &h[0], &f[0], n, a, &x[0], &mu[0], &sums[0])
	case d == 1:
		slopesFree1AVX2(&k[0], &h[0], n, a, &x[0], &mu[0], &sums[0])
	default:
		slopesFree2AVX2(&k[0], &h[0], n, a, &x[0], &mu[0], &sums[0])
	}
}

func (avx2) slopesOnly(gated bool, k, h, f []float64, n int, a float64, u, sums []float64) {
	if gated {
		slopesGatedAVX2(&k[0], &h[0], &f[0], n, a, &u[0], &sums[0])
	} else {
		slopesFreeAVX2(&k[0], &h[0], n, a, &u[0], &sums[0])
	}
}

func (avx2) slopesFrozen(gated bool, k, h []float64, n int, sums []float64) {
	if gated {
		slopesGatedFrozenAVX2(&k[0], &h[0], n, &sums[0])
	} else {
		slopesFreeFrozenAVX2(&k[0], &h[0], n, &sums[0])
	}
}

func (avx2) moments(x []float64, stride, n int, u []float64, m int, mu []float64, columns int, sums []float64, ahead int) {
	pairs := columns / 16 * 16
	if pairs > 0 {
		moments16AVX2(&x[0], 8*stride, n, &u[0], m, &mu[0], 8*stride, pairs, &sums[0], 8*ahead)
	}
	if pairs < columns {
		moments8AVX2(&x[pairs], 8*stride, n, &u[0], m, &mu[pairs], 8*stride, columns-pairs, &sums[pairs], 8*ahead)
	}
}
