package kernel

import "math"

// The probes compute more about a model than its loss and gradient. All of them are for the NP
// loss. Its second derivative by f is v = wR e^f on the reference (0 where f is clamped at
// MaxExponent) and 0 on the data.

// Curvature returns L_NP and the matrix of its second derivatives by the coefficients,
//
//	H_ij = Σ v phi_i phi_j,   phi_i = df/da_i = p_i k_i with a gate, k_i without,
//
// row-major (M×M), and sets Coefficients to dL_NP/da. The next call overwrites the matrix. All
// results are NaN in the cases in which those of Gradient are.
func (w *Workspace) Curvature(parts []SamplePart, at Parameters) (loss float64, h []float64) {
	m := w.config.Kernels
	if w.hessian == nil {
		w.hessian = make([]float64, m*m)
		w.pairs = make([]float64, lanes*m*m)
	}
	ok := w.ready(parts, at)
	w.open(parts, true)
	if !ok {
		fill(w.hessian, math.NaN())
		fill(w.gradientA, math.NaN())
		return math.NaN(), w.hessian
	}
	clear(w.sums)
	clear(w.pairs)
	half := 1.0
	if w.config.SoftMax {
		half = 0.5
	}
	each := lanes * w.accumulators()
	w.blocks(parts, func(p SamplePart, start, n, full int, wR, wD, z []float64) {
		w.passes.loss(NP, w.f, wR, wD, z, full, w.h, w.sums)
		for i := range m {
			w.passes.slopesFrozen(w.config.SoftMax, w.k[i*kernelColumn:], w.h, full,
				w.sums[2*lanes+i*each:])
		}
		if !weighs(p.Reference, p.References) {
			return
		}
		if weighs(p.Data, p.Counts) { // without a weight of the data the loss sets h = z v
			w.passes.loss(NP, w.f, wR, w.none[:full], z, full, w.h, w.discarded)
		}
		// slopesFrozen sums u phi_j with u = h phi_i. With a gate u is h z k_i², which slopesOnly
		// computes for a coefficient of ½ and f = 0.
		h := w.h[:full]
		if w.config.SoftMax {
			for r, v := range z[:full] {
				h[r] = min(h[r]*v, 0x1p1000) // where this is so large, the kernels are as small
			}
		}
		for i := range m {
			w.passes.slopesOnly(w.config.SoftMax, w.k[i*kernelColumn:], h, w.none, full, half, w.u,
				w.discarded)
			for j := range i + 1 {
				w.passes.slopesFrozen(w.config.SoftMax, w.k[j*kernelColumn:], w.u, full,
					w.pairs[lanes*(i*m+j):])
			}
		}
	})
	w.mode = forgotten
	for i := range m {
		w.gradientA[i] = total(w.sums[lanes*2+i*each:])
		for j := range i + 1 {
			v := total(w.pairs[lanes*(i*m+j):])
			w.hessian[i*m+j], w.hessian[j*m+i] = v, v
		}
	}
	return total(w.sums[:lanes]) + total(w.sums[lanes:2*lanes]), w.hessian
}

// Excess appends to dst three sums for a kernel of coefficient 0 at each of some points (rows of
// d), added to the present model: with k = exp(-|x-point|²/(2 sigma²)), ungated,
//
//	observed Σ wD k,   expected Σ v k,   square Σ v k²
//
// for the first point, then for the second, and so on.
func (w *Workspace) Excess(dst []float64, parts []SamplePart, at Parameters,
	points []float64) []float64 {
	d := w.config.Dim
	n := len(points) / d
	first := len(dst)
	for range 3 * n {
		dst = append(dst, math.NaN())
	}
	if !w.ready(parts, at) || !(largest(points) <= farthest) {
		return dst
	}
	sums := make([]float64, 3*lanes*n)
	padded := make([]float64, w.stride)
	w.open(parts, false)
	w.blocks(parts, func(p SamplePart, start, _, full int, wR, wD, _ []float64) {
		reference, data := weighs(p.Reference, p.References), weighs(p.Data, p.Counts)
		if reference { // without a gate and a weight of the data the loss sets h = v
			w.passes.loss(NP, w.f, wR, w.none[:full], w.ones, full, w.h, w.discarded)
		}
		for i := range n {
			w.column(p.Rows, start, full, points[i*d:(i+1)*d], padded)
			s := sums[3*lanes*i:]
			if data {
				w.passes.slopesFrozen(false, w.u, wD, full, s)
			}
			if reference {
				w.passes.slopesFrozen(false, w.u, w.h, full, s[lanes:])
				w.passes.slopesFrozen(true, w.u, w.h, full, s[2*lanes:])
			}
		}
	})
	w.mode = forgotten
	for i := range 3 * n {
		dst[first+i] = total(sums[lanes*i:])
	}
	return dst
}

// SingleLosses are the losses of single kernels, M numbers each.
type SingleLosses struct {
	Values     []float64
	Slopes     []float64 // first derivatives by the coefficient
	Curvatures []float64 // second derivatives
}

// Singles sets dst for each kernel as if it were the only one, ungated, with the coefficient a_i:
// to
//
//	L_i = Σ wR (e^(a_i k_i) - 1) - a_i Σ wD k_i
//
// and its first two derivatives by a_i. The exponent is clamped at MaxExponent.
func (w *Workspace) Singles(dst SingleLosses, parts []SamplePart, at Parameters) {
	m := w.config.Kernels
	if !w.ready(parts, at) {
		fill(dst.Values, math.NaN())
		fill(dst.Slopes, math.NaN())
		fill(dst.Curvatures, math.NaN())
		return
	}
	a := w.at.a
	if w.single == nil {
		w.single = make([]float64, 4*lanes*m)
	}
	clear(w.single)
	w.open(parts, true)
	for _, p := range parts {
		reference, data := weighs(p.Reference, p.References), weighs(p.Data, p.Counts)
		w.sweep(p, func(start, _, full int, wR, wD []float64) {
			w.features(p.Rows, start, full)
			for i := range m {
				s, k := w.single[4*lanes*i:], w.k[i*kernelColumn:]
				w.passes.sum(k, full, 1, a[i:], w.f)
				w.passes.loss(NP, w.f, wR, wD, w.ones, full, w.h, s)
				w.passes.slopesFrozen(false, k, w.h, full, s[2*lanes:])
				if reference && data {
					w.passes.loss(NP, w.f, wR, w.none[:full], w.ones, full, w.h, w.discarded)
				}
				if reference {
					w.passes.slopesFrozen(true, k, w.h, full, s[3*lanes:])
				}
			}
		})
	}
	w.mode = forgotten
	for i := range m {
		s := w.single[4*lanes*i:]
		dst.Values[i] = total(s) + total(s[lanes:])
		dst.Slopes[i], dst.Curvatures[i] = total(s[2*lanes:]), total(s[3*lanes:])
	}
}

// ready is prepare with the storage of the probes.
func (w *Workspace) ready(parts []SamplePart, p Parameters) bool {
	if w.none == nil {
		w.none, w.discarded = make([]float64, chunk), make([]float64, 2*lanes)
	}
	return w.prepare(parts, p)
}

// sweep calls f for every block of a part, with the weights of its rows.
func (w *Workspace) sweep(p SamplePart, f func(start, n, full int, wR, wD []float64)) {
	for start := 0; start < p.Rows.n; start += p.Rows.block {
		n := min(p.Rows.block, p.Rows.n-start)
		full := (n + step - 1) / step * step
		f(start, n, full, w.reference.of(p.Reference, p.References, start, n, full),
			w.data.of(p.Data, p.Counts, start, n, full))
	}
}

// blocks calls f for every block of the parts after the forward pass.
func (w *Workspace) blocks(parts []SamplePart,
	f func(p SamplePart, start, n, full int, wR, wD, z []float64)) {
	for _, p := range parts {
		w.sweep(p, func(start, n, full int, wR, wD []float64) {
			f(p, start, n, full, wR, wD, w.forward(p.Rows, start, full))
		})
	}
}

// column computes one kernel of a block, of the centroid mu, into the first column of u. padded has
// room for a centroid in the stride of the rows.
func (w *Workspace) column(r *PackedRows, start, n int, mu, padded []float64) {
	d, c := w.config.Dim, w.at.c
	if r.stride == 0 {
		w.passes.kernels(r.x[start*d:start*d+chunk*d], n, d, mu, c, w.u)
		return
	}
	copy(padded, mu)
	x, next := r.x[start*r.stride:], r.after(start)
	wide := (d + line - 1) / line * line
	for from := 0; from < wide; from += panel {
		before := w.u
		if from == 0 {
			before = w.zeros
		}
		w.passes.distances(1, x[from:], r.stride, n, padded[from:], min(panel, wide-from), before,
			w.u, next)
	}
	w.passes.exponentials(w.u, n, c)
}

// weighs reports whether rows of these weights contribute.
func weighs(value float64, list []float64) bool { return list != nil || value != 0 }
