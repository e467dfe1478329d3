package kernel

import "math"

// What a fit may want to know beyond the loss and its gradient. All of it is for the NP loss, whose
// curvature in f is v = wR e^f (0 where f is held at MaxExponent) and lies on the reference alone.

// Curvature sets Coefficients to dL_NP/da and returns, beside L_NP, the matrix of second
// derivatives by the coefficients,
//
//	H_ij = Σ v phi_i phi_j,   phi_i = df/da_i = p_i k_i with a gate, k_i without,
//
// row-major (M×M); the next call overwrites it. It is all NaN where Gradient would be.
func (w *Workspace) Curvature(parts []SamplePart, mu, a []float64, sigma float64) (loss float64,
	h []float64) {
	m := w.config.Kernels
	if w.hessian == nil {
		w.hessian = make([]float64, m*m)
		w.pairs = make([]float64, lanes*m*m)
	}
	c, ok := w.ready(parts, mu, a, sigma)
	w.open(parts, mu, c, true)
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
	w.blocks(parts, mu, a, c, func(p SamplePart, start, n, full int, wR, wD, z []float64) {
		w.passes.loss(NP, w.f, wR, wD, z, full, w.h, w.sums)
		for i := range m {
			w.passes.slopesFrozen(w.config.SoftMax, w.k[i*kernelColumn:], w.h, full,
				w.sums[2*lanes+i*each:])
		}
		if !weighs(p.Reference, p.References) {
			return
		}
		if weighs(p.Data, p.Counts) { // without its data part the loss leaves h = z v
			w.passes.loss(NP, w.f, wR, w.none[:full], z, full, w.h, w.discarded)
		}
		// u = h phi_i is what slopesFrozen takes phi_j's part of: with a gate h z k_i², which the
		// slopes of a coefficient of ½ are where f is 0.
		h := w.h[:full]
		if w.config.SoftMax {
			for r, v := range z[:full] {
				h[r] = min(h[r]*v, 0x1p1000) // the kernels are as small where this is so large
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

// Excess says what a kernel of coefficient 0 at each of some points (rows of d) would see beside
// the present model: with k = exp(-|x-point|²/2 sigma²), ungated,
//
//	observed Σ wD k,   expected Σ v k,   square Σ v k²
//
// one of each a point, appended to dst as triples.
func (w *Workspace) Excess(dst []float64, parts []SamplePart, mu, a []float64, sigma float64,
	points []float64) []float64 {
	d := w.config.Dim
	n := len(points) / d
	first := len(dst)
	for range 3 * n {
		dst = append(dst, math.NaN())
	}
	c, ok := w.ready(parts, mu, a, sigma)
	if !ok || !(largest(points) <= farthest) {
		return dst
	}
	sums := make([]float64, 3*lanes*n)
	at := make([]float64, w.stride)
	w.open(parts, mu, c, false)
	w.blocks(parts, mu, a, c, func(p SamplePart, start, _, full int, wR, wD, _ []float64) {
		reference, data := weighs(p.Reference, p.References), weighs(p.Data, p.Counts)
		if reference { // without a gate, and without its data part, the loss leaves h = v
			w.passes.loss(NP, w.f, wR, w.none[:full], w.ones, full, w.h, w.discarded)
		}
		for i := range n {
			w.column(p.Rows, start, full, points[i*d:(i+1)*d], at, c)
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

// Singles treats each kernel as if it were the only one, ungated, with the coefficient a_i: it sets
// values, slopes and curvatures (M each) to
//
//	L_i = Σ wR (e^(a_i k_i) - 1) - a_i Σ wD k_i
//
// and its first two derivatives by a_i. The exponent is held at MaxExponent, as everywhere.
func (w *Workspace) Singles(parts []SamplePart, mu, a []float64, sigma float64, values, slopes,
	curvatures []float64) {
	m := w.config.Kernels
	c, ok := w.ready(parts, mu, a, sigma)
	if !ok {
		fill(values, math.NaN())
		fill(slopes, math.NaN())
		fill(curvatures, math.NaN())
		return
	}
	if w.single == nil {
		w.single = make([]float64, 4*lanes*m)
	}
	clear(w.single)
	w.open(parts, mu, c, true)
	for _, p := range parts {
		reference, data := weighs(p.Reference, p.References), weighs(p.Data, p.Counts)
		w.sweep(p, func(start, _, full int, wR, wD []float64) {
			w.features(p.Rows, start, full, mu, c)
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
		values[i] = total(s) + total(s[lanes:])
		slopes[i], curvatures[i] = total(s[2*lanes:]), total(s[3*lanes:])
	}
}

// ready prepares a run over the parts, as run does.
func (w *Workspace) ready(parts []SamplePart, mu, a []float64, sigma float64) (c float64, ok bool) {
	if w.none == nil {
		w.none, w.discarded = make([]float64, chunk), make([]float64, 2*lanes)
	}
	c, ok = w.prepare(mu, a, sigma)
	for _, p := range parts {
		ok = w.takes(p.Rows) && ok
	}
	return c, ok
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
func (w *Workspace) blocks(parts []SamplePart, mu, a []float64, c float64,
	f func(p SamplePart, start, n, full int, wR, wD, z []float64)) {
	for _, p := range parts {
		w.sweep(p, func(start, n, full int, wR, wD []float64) {
			f(p, start, n, full, wR, wD, w.forward(p.Rows, start, full, mu, a, c))
		})
	}
}

// column computes one kernel of a block into the first column of u; at has room for a centroid in
// the stride of the rows.
func (w *Workspace) column(r *PackedRows, start, n int, mu, at []float64, c float64) {
	d := w.config.Dim
	if r.stride == 0 {
		w.passes.kernels(r.x[start*d:start*d+chunk*d], n, d, mu, c, w.u)
		return
	}
	copy(at, mu)
	x, next := r.x[start*r.stride:], r.after(start)
	wide := (d + line - 1) / line * line
	for from := 0; from < wide; from += panel {
		before := w.u
		if from == 0 {
			before = w.zeros
		}
		w.passes.distances(1, x[from:], r.stride, n, at[from:], min(panel, wide-from), before, w.u,
			next)
	}
	w.passes.exponentials(w.u, n, c)
}

// weighs says whether rows of these weights count.
func weighs(value float64, list []float64) bool { return list != nil || value != 0 }
