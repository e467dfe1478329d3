package kernel

import "golang.org/x/sys/cpu"

// vectorPaths returns the paths in assembly that this processor supports, the fastest first. A
// feature counts as supported only if the operating system saves its registers.
func vectorPaths() []passes {
	var paths []passes
	if cpu.X86.HasAVX512F && cpu.X86.HasAVX512VL {
		paths = append(paths, avx512)
	}
	if cpu.X86.HasAVX2 && cpu.X86.HasFMA {
		paths = append(paths, avx2)
	}
	return paths
}

// vector calls functions in assembly. Their generated declarations document them.
type vector struct {
	label string

	kernels1Asm, kernels2Asm func(x *float64, n int, mu *float64, c float64,
		k *float64)
	kernelsAsm func(x *float64, n int, d int, mu *float64, c float64,
		k *float64)
	exponentialsAsm func(k *float64, n int, c float64)
	gateAsm         func(k *float64, n int, m int, a *float64, f *float64,
		z *float64)
	sumAsm                           func(k *float64, n int, m int, a *float64, f *float64)
	slopesGated1Asm, slopesGated2Asm func(k *float64, h *float64, f *float64, n int,
		a float64, x *float64, mu *float64, sums *float64)
	slopesGatedAsm func(k *float64, h *float64, f *float64, n int,
		a float64, u *float64, sums *float64)
	slopesGatedFrozenAsm, slopesFreeFrozenAsm func(k *float64, h *float64, n int, sums *float64)
	slopesFree1Asm, slopesFree2Asm            func(k *float64, h *float64, n int, a float64,
		x *float64, mu *float64, sums *float64)
	slopesFreeAsm func(k *float64, h *float64, n int, a float64,
		u *float64, sums *float64)
	columnSumsAsm func(x *float64, u *float64, n int, d int,
		mu *float64, sums *float64)
	moments16Asm, moments8Asm func(x *float64, stride int, n int, u *float64, m int,
		mu *float64, muStride int, d int, sums *float64, ahead *float64)
	// for 1 to 5 kernels
	distancesAsm [5]func(x *float64, stride int, n int, mu *float64, muStride int, d int,
		from *float64, r *float64, ahead *float64)
	tileFreeAsm  func(k *float64, m int, phi *float64)
	tileGatedAsm func(k *float64, z *float64, m int, phi *float64)
	// for 1 to 4 coefficient vectors
	tileValuesAsm   [tilePoints]func(phi *float64, m int, a *float64, f *float64)
	tileSlopesAsm   [tilePoints]func(phi *float64, m int, h *float64, sums *float64, ahead *float64)
	tileProductsAsm func(left *float64, right *float64, v *float64, tiles int, stride int,
		sums *float64)
	// in the order of LossKind
	lossAsm [3]func(f *float64, wR *float64, wD *float64, z *float64, n int, h *float64,
		sums *float64)
}

var avx2 = &vector{
	label:                "avx2",
	kernels1Asm:          kernels1AVX2,
	kernels2Asm:          kernels2AVX2,
	kernelsAsm:           kernelsAVX2,
	exponentialsAsm:      exponentialsAVX2,
	gateAsm:              gateAVX2,
	sumAsm:               sumAVX2,
	slopesGated1Asm:      slopesGated1AVX2,
	slopesGated2Asm:      slopesGated2AVX2,
	slopesGatedAsm:       slopesGatedAVX2,
	slopesGatedFrozenAsm: slopesGatedFrozenAVX2,
	slopesFree1Asm:       slopesFree1AVX2,
	slopesFree2Asm:       slopesFree2AVX2,
	slopesFreeAsm:        slopesFreeAVX2,
	slopesFreeFrozenAsm:  slopesFreeFrozenAVX2,
	columnSumsAsm:        columnSumsAVX2,
	moments16Asm:         moments16AVX2,
	moments8Asm:          moments8AVX2,
	distancesAsm: [5]func(x *float64, stride int, n int, mu *float64, muStride int, d int,
		from *float64, r *float64, ahead *float64){distances1AVX2, distances2AVX2, distances3AVX2,
		distances4AVX2, distances5AVX2},
	lossAsm: [3]func(f *float64, wR *float64, wD *float64, z *float64, n int,
		h *float64, sums *float64){neymanPearsonAVX2, crossEntropyAVX2, brierAVX2},
	tileFreeAsm:  tileFreeAVX2,
	tileGatedAsm: tileGatedAVX2,
	tileValuesAsm: [tilePoints]func(phi *float64, m int, a *float64, f *float64){tileValues1AVX2,
		tileValues2AVX2, tileValues3AVX2, tileValues4AVX2},
	tileSlopesAsm: [tilePoints]func(phi *float64, m int, h *float64, sums *float64, ahead *float64){
		tileSlopes1AVX2, tileSlopes2AVX2, tileSlopes3AVX2, tileSlopes4AVX2},
	tileProductsAsm: tileProductsAVX2,
}

var avx512 = &vector{
	label:                "avx512",
	kernels1Asm:          kernels1AVX512,
	kernels2Asm:          kernels2AVX512,
	kernelsAsm:           kernelsAVX512,
	exponentialsAsm:      exponentialsAVX512,
	gateAsm:              gateAVX512,
	sumAsm:               sumAVX512,
	slopesGated1Asm:      slopesGated1AVX512,
	slopesGated2Asm:      slopesGated2AVX512,
	slopesGatedAsm:       slopesGatedAVX512,
	slopesGatedFrozenAsm: slopesGatedFrozenAVX512,
	slopesFree1Asm:       slopesFree1AVX512,
	slopesFree2Asm:       slopesFree2AVX512,
	slopesFreeAsm:        slopesFreeAVX512,
	slopesFreeFrozenAsm:  slopesFreeFrozenAVX512,
	columnSumsAsm:        columnSumsAVX512,
	moments16Asm:         moments16AVX512,
	moments8Asm:          moments8AVX512,
	distancesAsm: [5]func(x *float64, stride int, n int, mu *float64, muStride int, d int,
		from *float64, r *float64, ahead *float64){distances1AVX512, distances2AVX512,
		distances3AVX512, distances4AVX512, distances5AVX512},
	lossAsm: [3]func(f *float64, wR *float64, wD *float64, z *float64, n int,
		h *float64, sums *float64){neymanPearsonAVX512, crossEntropyAVX512, brierAVX512},
	tileFreeAsm:  tileFreeAVX512,
	tileGatedAsm: tileGatedAVX512,
	tileValuesAsm: [tilePoints]func(phi *float64, m int, a *float64, f *float64){tileValues1AVX512,
		tileValues2AVX512, tileValues3AVX512, tileValues4AVX512},
	tileSlopesAsm: [tilePoints]func(phi *float64, m int, h *float64, sums *float64, ahead *float64){
		tileSlopes1AVX512, tileSlopes2AVX512, tileSlopes3AVX512, tileSlopes4AVX512},
	tileProductsAsm: tileProductsAVX512,
}

func (v *vector) name() string { return v.label }

func (v *vector) kernels(x []float64, n, d int, mu []float64, c float64, k []float64) {
	switch d {
	case 1:
		v.kernels1Asm(&x[0], n, &mu[0], c, &k[0])
	case 2:
		v.kernels2Asm(&x[0], n, &mu[0], c, &k[0])
	default:
		v.kernelsAsm(&x[0], n, d, &mu[0], c, &k[0])
	}
}

func (v *vector) distances(kernels int, x []float64, stride, n int, mu []float64, columns int, from,
	k, ahead []float64) {
	v.distancesAsm[kernels-1](&x[0], 8*stride, n, &mu[0], 8*stride, columns, &from[0], &k[0],
		&ahead[0])
}

func (v *vector) exponentials(k []float64, n int, c float64) { v.exponentialsAsm(&k[0], n, c) }

func (v *vector) gate(k []float64, n, m int, a, f, z []float64) {
	v.gateAsm(&k[0], n, m, &a[0], &f[0], &z[0])
}

func (v *vector) sum(k []float64, n, m int, a, f []float64) { v.sumAsm(&k[0], n, m, &a[0], &f[0]) }

func (v *vector) loss(kind LossKind, f, wR, wD, z []float64, n int, h, sums []float64) {
	v.lossAsm[kind](&f[0], &wR[0], &wD[0], &z[0], n, &h[0], &sums[0])
}

func (v *vector) slopes(gated bool, k, h, f []float64, n int, a float64, x []float64, d int, mu, u,
	sums []float64) {
	switch {
	case d > 2:
		v.slopesOnly(gated, k, h, f, n, a, u, sums)
		v.columnSumsAsm(&x[0], &u[0], n, d, &mu[0], &sums[lanes])
	case gated && d == 1:
		v.slopesGated1Asm(&k[0], &h[0], &f[0], n, a, &x[0], &mu[0], &sums[0])
	case gated:
		v.slopesGated2Asm(&k[0], &h[0], &f[0], n, a, &x[0], &mu[0], &sums[0])
	case d == 1:
		v.slopesFree1Asm(&k[0], &h[0], n, a, &x[0], &mu[0], &sums[0])
	default:
		v.slopesFree2Asm(&k[0], &h[0], n, a, &x[0], &mu[0], &sums[0])
	}
}

func (v *vector) slopesOnly(gated bool, k, h, f []float64, n int, a float64, u, sums []float64) {
	if gated {
		v.slopesGatedAsm(&k[0], &h[0], &f[0], n, a, &u[0], &sums[0])
	} else {
		v.slopesFreeAsm(&k[0], &h[0], n, a, &u[0], &sums[0])
	}
}

func (v *vector) slopesFrozen(gated bool, k, h []float64, n int, sums []float64) {
	if gated {
		v.slopesGatedFrozenAsm(&k[0], &h[0], n, &sums[0])
	} else {
		v.slopesFreeFrozenAsm(&k[0], &h[0], n, &sums[0])
	}
}

func (v *vector) moments(x []float64, stride, n int, u []float64, m int, mu []float64, columns int,
	sums, ahead []float64) {
	pairs := columns / 16 * 16
	if pairs > 0 {
		v.moments16Asm(&x[0], 8*stride, n, &u[0], m, &mu[0], 8*stride, pairs, &sums[0], &ahead[0])
	}
	if pairs < columns {
		v.moments8Asm(&x[pairs], 8*stride, n, &u[0], m, &mu[pairs], 8*stride, columns-pairs,
			&sums[pairs], &ahead[min(n*pairs/2, len(ahead)-1)])
	}
}

func (v *vector) tileFill(gated bool, k, z []float64, m int, phi []float64) {
	if gated {
		v.tileGatedAsm(&k[0], &z[0], m, &phi[0])
	} else {
		v.tileFreeAsm(&k[0], m, &phi[0])
	}
}

func (v *vector) tileValues(points int, phi []float64, m int, a, f []float64) {
	v.tileValuesAsm[points-1](&phi[0], m, &a[0], &f[0])
}

func (v *vector) tileSlopes(points int, phi []float64, m int, h, sums, ahead []float64) {
	v.tileSlopesAsm[points-1](&phi[0], m, &h[0], &sums[0], &ahead[0])
}

func (v *vector) tileProducts(left, right, weights []float64, tiles, stride int, sums []float64) {
	v.tileProductsAsm(&left[0], &right[0], &weights[0], tiles, 8*stride, &sums[0])
}
