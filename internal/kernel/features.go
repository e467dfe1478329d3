package kernel

import (
	"fmt"
	"math"
	"slices"
)

// Features are the features phi_i(x) = df/da_i of all rows of a sample, at fixed centroids and a
// fixed width. The NP loss is then a convex function of the coefficients alone (up to the clamp),
//
//	L(a) = Σ wR (e^f - 1) - a·b,   f = Σ a_i phi_i,   b_i = Σ wD phi_i,
//
// in which rows without a reference weight appear only as the vector b. The features are computed
// once and kept, up to 64 MB of them; more are computed anew in every pass. A pass over the rows
// takes several coefficient vectors at once, since it mostly waits for memory. Kernels below 2^-200
// = 6e-61 count as 0.
//
// A sum over N rows has N/8 or N/4 consecutive additions in each lane, so that its error is below
// (N/4) 2^-53 of the sum of absolute values.
type Features struct {
	w       *Workspace
	ok      bool // whether the numbers of the parameters and the parts can be used
	parts   []SamplePart
	mu      []float64
	sigma   float64
	m       int       // kernels of a tile
	phi     []float64 // tiles, if they are kept
	weights []float64 // wR of their rows; 0 for padding
	ends    []int     // of the parts in them
	kept    bool
	most    int       // the largest number of features that are kept
	counts  []float64 // b, as M accumulators

	rows         int     // with reference weights
	total, least float64 // the sum of the reference weights, and the smallest that is not 0

	none, f, h    []float64 // a tile of zeros; f and its slopes for some coefficient vectors
	a, sums, loss []float64
	zeros, ones   []float64 // M
	squares       []float64
	slopes        []float64 // dL/df of a group of tiles
	buffer        []float64 // a group of tiles
	bufferWeights []float64
}

// LossPoint is a coefficient vector (M), with what a pass over the rows computes for it.
type LossPoint struct {
	Coefficients []float64
	Gradient     []float64 // dL/da (M), which the pass overwrites
	Loss         float64
}

// NewFeatures returns storage for the features of the model of a workspace, which it uses for
// computations: neither is to be used while the other one is at work.
func (w *Workspace) NewFeatures() *Features {
	m := (w.config.Kernels + tileSquare - 1) / tileSquare * tileSquare
	f := &Features{
		w: w, m: m, most: mostKept, zeros: make([]float64, w.config.Kernels),
		ones:   make([]float64, w.config.Kernels),
		counts: make([]float64, lanes*w.config.Kernels),
		none:   make([]float64, tile), f: make([]float64, tilePoints*tile),
		h: make([]float64, tilePoints*tile), loss: make([]float64, 2*lanes*tilePoints),
		bufferWeights: make([]float64, chunk), slopes: make([]float64, chunk),
	}
	fill(f.ones, 1)
	return f
}

// Hold computes the features at centroids mu and a width. The coefficients of the parameters are
// not used. It panics in the cases in which Gradient does.
func (f *Features) Hold(parts []SamplePart, at Parameters) {
	w := f.w
	f.parts, f.mu = append(f.parts[:0], parts...), append(f.mu[:0], at.Centroids...)
	f.sigma = at.Sigma
	f.rows, f.total, f.least = 0, 0, math.Inf(1)
	clear(f.counts)
	if f.ok = f.ready(); !f.ok {
		return
	}
	tiles := 0
	for _, p := range parts {
		if weighs(p.Reference, p.References) {
			tiles += (p.Rows.n + tile - 1) / tile
			f.rows += p.Rows.n
		}
	}
	size := tiles * tile * f.m
	f.kept = size <= f.most
	f.weights, f.ends = f.weights[:0], f.ends[:0]
	if f.kept {
		if size > cap(f.phi) {
			f.phi = reserve(size + size/16)
		}
		f.phi = f.phi[:size]
		f.weights = slices.Grow(f.weights, tiles*tile)[:tiles*tile]
		clear(f.weights)
	}
	first := 0
	for _, p := range parts {
		reference, data := weighs(p.Reference, p.References), weighs(p.Data, p.Counts)
		w.sweep(p, func(start, _, full int, wR, wD []float64) {
			if reference {
				f.weigh(wR[:full])
			}
			if !f.kept && !data {
				return
			}
			z := f.gate(p.Rows, start, full)
			if data {
				f.count(wD, z, full)
			}
			if f.kept && reference {
				copy(f.weights[first+start:], wR[:full])
				f.fill(f.phi, first+start, full, z)
			}
		})
		if reference {
			first += (p.Rows.n + tile - 1) / tile * tile
			f.ends = append(f.ends, first)
		}
	}
}

// ready prepares the workspace for the held parameters.
func (f *Features) ready() bool {
	w := f.w
	w.mode = forgotten
	return w.ready(f.parts, Parameters{Centroids: f.mu, Coefficients: f.zeros, Sigma: f.sigma})
}

// gate computes the kernels of a block, and returns the reciprocals of Z, or ones without a gate.
func (f *Features) gate(r *PackedRows, start, n int) []float64 {
	w := f.w
	w.features(r, start, n)
	if !w.config.SoftMax {
		return w.ones
	}
	w.passes.sum(w.k, n, w.config.Kernels, f.ones, w.z)
	for i, v := range w.z[:n] {
		w.z[i] = 1 / max(v, 0x1p-500)
	}
	return w.z
}

// weigh takes note of some reference weights.
func (f *Features) weigh(wR []float64) {
	for _, v := range wR {
		f.total += v
		if v > 0 {
			f.least = min(f.least, v)
		}
	}
}

// count adds the rows of a block to b.
func (f *Features) count(wD, z []float64, full int) {
	w := f.w
	h := w.h[:full]
	for r, v := range wD[:full] {
		h[r] = v * z[r]
	}
	for i := range w.config.Kernels {
		w.passes.slopesFrozen(w.config.SoftMax, w.k[i*kernelColumn:], h, full, f.counts[i*lanes:])
	}
}

// fill writes the features of a block, whose first row is the given one, to tiles.
func (f *Features) fill(tiles []float64, row, full int, z []float64) {
	w := f.w
	for r := 0; r < full; r += step {
		at := row + r
		w.passes.tileFill(w.config.SoftMax, w.k[r:], z[r:], w.config.Kernels,
			tiles[at/tile*tile*f.m+at%tile:])
	}
}

// groups calls a function for every so many-th group of tiles, with the reference weights of its
// rows. A group has rows of one part. phi may go on after it.
func (f *Features) groups(every int, each func(phi, weights []float64)) {
	if !f.kept {
		f.compute(reference, every, each)
		return
	}
	first := 0
	for _, last := range f.ends {
		for at := first; at < last; at += every * chunk {
			end := min(at+chunk, last)
			each(f.phi[at*f.m:], f.weights[at:end])
		}
		first = last
	}
}

// The rows and weights of a call of compute.
const (
	reference = iota
	data
)

// compute computes every so many-th group of the reference, with wR, or of the data, with wD.
func (f *Features) compute(which, every int, each func(phi, weights []float64)) {
	f.ready()
	if f.buffer == nil {
		f.buffer = make([]float64, chunk*f.m)
	}
	for _, p := range f.parts {
		if which == reference && !weighs(p.Reference, p.References) ||
			which == data && !weighs(p.Data, p.Counts) {
			continue
		}
		held := 0
		clear(f.bufferWeights)
		f.w.sweep(p, func(start, n, full int, wR, wD []float64) {
			if start/chunk%every != 0 {
				return
			}
			if which == data {
				wR = wD
			}
			z := f.gate(p.Rows, start, full)
			copy(f.bufferWeights[held:], wR[:full])
			f.fill(f.buffer, held, full, z)
			if held += full; held < chunk && start+n < p.Rows.n && (start+n)%chunk > 0 {
				return
			}
			held = (held + tile - 1) / tile * tile
			each(f.buffer[:held*f.m], f.bufferWeights[:held])
			held = 0
			clear(f.bufferWeights)
		})
	}
}

// Losses computes the loss and its gradient at some coefficient vectors, in one pass over the rows.
// All results are NaN in the cases in which those of Gradient are, and for coefficients that are
// not finite. It panics if the length of a vector does not agree with the model.
func (f *Features) Losses(points []*LossPoint) {
	f.begin(points)
	if !f.ok {
		return
	}
	quads := (len(points) + tilePoints - 1) / tilePoints
	f.groups(1, func(phi, weights []float64) {
		for t := 0; t < len(weights); t += tile {
			for q := range quads {
				f.tile(phi[t*f.m:], weights[t:t+tile], q,
					min(tilePoints, len(points)-q*tilePoints))
			}
		}
	})
	f.finish(points)
}

// begin checks the points, lays their coefficients out for the passes, and clears the sums.
func (f *Features) begin(points []*LossPoint) {
	kernels := f.w.config.Kernels
	quads := (len(points) + tilePoints - 1) / tilePoints
	room := func(x []float64, n int) []float64 {
		x = slices.Grow(x[:0], n)[:n]
		clear(x)
		return x
	}
	f.a = room(f.a, quads*tilePoints*f.m)
	f.sums = room(f.sums, quads*tilePoints*f.m*lanes)
	f.loss = room(f.loss, quads*tilePoints*2*lanes)
	for n, p := range points {
		if len(p.Coefficients) != kernels || len(p.Gradient) != kernels {
			panic(fmt.Sprintf("kernel: %d coefficients and a gradient of %d for %d kernels",
				len(p.Coefficients), len(p.Gradient), kernels))
		}
		for i, v := range p.Coefficients {
			f.a[(n/tilePoints*f.m+i)*tilePoints+n%tilePoints] = v
		}
		if !f.ok {
			p.Loss = math.NaN()
			fill(p.Gradient, math.NaN())
		}
	}
}

// tile adds the first tile of phi to the sums of some coefficient vectors, and prefetches the next
// one.
func (f *Features) tile(phi, weights []float64, quad, points int) {
	w := f.w
	w.passes.tileValues(points, phi, f.m, f.a[quad*tilePoints*f.m:], f.f)
	for p := range points {
		w.passes.loss(NP, f.f[p*tile:], weights, f.none, w.ones, tile, f.h[p*tile:],
			f.loss[(quad*tilePoints+p)*2*lanes:])
	}
	ahead := phi
	if next := tile * f.m; next < len(phi) {
		ahead = phi[next:]
	}
	w.passes.tileSlopes(points, phi, f.m, f.h, f.sums[quad*tilePoints*f.m*lanes:], ahead)
}

// finish adds up the lanes and subtracts what the data add.
func (f *Features) finish(points []*LossPoint) {
	for n, p := range points {
		first := n/tilePoints*f.m*tilePoints + n%tilePoints
		p.Loss = total(f.loss[n*2*lanes:])
		for i, a := range p.Coefficients {
			b := total(f.counts[i*lanes:])
			p.Loss -= a * b
			p.Gradient[i] = total(f.sums[(first+i*tilePoints)*lanes:]) - b
		}
		if !(largest(p.Coefficients) <= math.MaxFloat64) {
			p.Loss = math.NaN()
			fill(p.Gradient, math.NaN())
		}
	}
}

// Clamps reports whether f exceeds MaxExponent on a row with a reference weight, at a point that
// Losses has computed.
func (f *Features) Clamps(p *LossPoint) bool {
	reference := p.Loss
	for i, a := range p.Coefficients {
		reference += a * total(f.counts[i*lanes:])
	}
	// One clamped row adds this to Σ wR (e^f - 1), whose other terms are above -wR. The factor
	// leaves room for rounding.
	if reference < 0.5*f.least*math.Expm1(MaxExponent)-f.total {
		return false
	}
	f.begin([]*LossPoint{{Coefficients: p.Coefficients, Gradient: f.zeros}})
	found := false
	f.groups(1, func(phi, weights []float64) {
		for t := 0; t < len(weights); t += tile {
			f.w.passes.tileValues(1, phi[t*f.m:], f.m, f.a, f.f)
			for r, v := range f.f[:tile] {
				found = found || v > MaxExponent && weights[t+r] != 0
			}
		}
	})
	return found
}

// Curvature sets hessian (M×M, row-major) to the second derivatives of the loss at coefficients a,
//
//	H_ij = Σ wR e^f phi_i phi_j.
//
// The sum takes about as many rows as asked, of all parts of the sample, and is scaled to all of
// them. All numbers are NaN in the cases in which the gradient is.
func (f *Features) Curvature(a []float64, rows int, hessian []float64) {
	f.begin([]*LossPoint{{Coefficients: a, Gradient: f.zeros}})
	if !f.ok || !(largest(a) <= math.MaxFloat64) {
		fill(hessian, math.NaN())
		return
	}
	taken := 0.0
	f.products(hessian, func() {
		f.groups(max(1, f.rows/rows), func(phi, weights []float64) {
			for t := 0; t < len(weights); t += tile {
				f.w.passes.tileValues(1, phi[t*f.m:], f.m, f.a, f.f)
				f.w.passes.loss(NP, f.f, weights[t:], f.none, f.w.ones, tile, f.slopes[t:], f.loss)
			}
			for _, v := range weights {
				taken += v
			}
			f.multiply(phi, f.slopes[:len(weights)])
		})
	})
	if taken > 0 && taken < f.total {
		for i := range hessian {
			hessian[i] *= f.total / taken
		}
	}
}

// DataProducts sets products (M×M, row-major) to
//
//	Σ wD phi_i phi_j,
//
// which the second derivatives of the loss at its minimum resemble: e^f is then the ratio of the
// densities of data and reference. All numbers are NaN in the cases in which the gradient is.
func (f *Features) DataProducts(products []float64) {
	f.products(products, func() { f.compute(data, 1, f.multiply) })
}

// products sets dst to what a call of work adds to the squares.
func (f *Features) products(dst []float64, work func()) {
	kernels := f.w.config.Kernels
	if len(dst) != kernels*kernels {
		panic(fmt.Sprintf("kernel: %d products of %d kernels", len(dst), kernels))
	}
	if !f.ok {
		fill(dst, math.NaN())
		return
	}
	side := f.m / tileSquare
	if f.squares == nil {
		f.squares = make([]float64, side*(side+1)/2*squareSize)
	}
	clear(f.squares)
	work()
	for i := range kernels {
		for j := range i + 1 {
			row, column := i/tileSquare, j/tileSquare
			at := (row*(row+1)/2+column)*squareSize +
				(i%tileSquare*tileSquare+j%tileSquare)*lanes
			v := total(f.squares[at:])
			dst[i*kernels+j], dst[j*kernels+i] = v, v
		}
	}
}

// squareSize is the number of values of the accumulators of a square.
const squareSize = tileSquare * tileSquare * lanes

// multiply adds Σ v phi_i phi_j of a group of tiles to the squares, in those with j <= i.
func (f *Features) multiply(phi, v []float64) {
	at := 0
	for i := range f.m / tileSquare {
		for j := range i + 1 {
			f.w.passes.tileProducts(phi[i*tileSquare*tile:], phi[j*tileSquare*tile:], v,
				len(v)/tile, f.m*tile, f.squares[at:])
			at += squareSize
		}
	}
}
