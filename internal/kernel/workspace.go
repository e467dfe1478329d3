package kernel

import (
	"fmt"
	"math"
)

// LossKind is a function of the log-ratio f and of the weights of the rows.
type LossKind int

// The losses, with the weights wR and wD of each row.
const (
	NP  LossKind = iota // Σ wR (e^min(f,20) - 1) - Σ wD f
	BCE                 // Σ wR log(1 + e^f) + Σ wD log(1 + e^-f)
	MSE                 // Σ wR s(f)² + Σ wD (1 - s(f))², s = sigmoid
)

// MaxExponent is the value at which the NP loss clamps f in its exponential. The gradient of the
// clamped term is 0.
const MaxExponent = 20

// Config describes the model and the loss of a Workspace.
type Config struct {
	Dim     int  // d
	Kernels int  // M
	SoftMax bool // the gate is on
	Loss    LossKind
	Frozen  bool // the centroids have no gradient
}

// SamplePart is a sample with the weights of its rows. A loss is a sum over a list of parts, for
// example a reference of constant weight, whose rows several workspaces may share, and the data of
// weight 1.
type SamplePart struct {
	Rows *PackedRows
	// Reference and Data are wR and wD of every row.
	Reference, Data float64
	// References and Counts, if they are not nil, are wR and wD row by row instead.
	References, Counts []float64
	// Expected, if it is not nil, is set to wR e^min(f,20) - wD (1+f) of every row in every run of
	// the NP loss. The rows of such a part must not have both weights.
	Expected []float64
}

// Parameters are the parameters of an ensemble of M kernels in d dimensions.
type Parameters struct {
	Centroids    []float64 // M×d, row-major
	Coefficients []float64 // M
	Sigma        float64   // the width of all kernels
}

// Workspace computes the losses and gradients of one model, without allocation after New and the
// first use of a probe. It is not safe for concurrent use.
type Workspace struct {
	config Config
	passes passes
	stride int

	at point // the parameters of the present run

	mu      []float64 // M×stride, where rows are not held by columns
	moments []float64 // of the same shape: Σ u (x-mu)
	k, u    []float64 // M×kernelColumn; k is scratch, or a block of the kept kernels
	scratch []float64
	f, z, h []float64 // a chunk
	ones    []float64
	zeros   []float64 // M×kernelColumn, where rows are not held by columns
	sums    []float64 // the loss (2 accumulators), and each kernel's: a, then mu if columnar

	reference, data weights

	gradientA, gradientMu []float64
	clamped               int

	// The storage of the probes, allocated at their first use.
	hessian, pairs  []float64
	single          []float64
	none, discarded []float64 // weights of 0, and sums that are not used

	kept        kept
	mode, block int // whether this run stores or loads kernels, and the next block
}

// New returns a workspace on the path that Path names. It returns an error if the model has no
// kernel or no dimension, if the loss is unknown, or if there is no such path.
func New(c Config) (*Workspace, error) {
	p, err := chosen()
	if err != nil {
		return nil, err
	}
	return newWorkspace(c, p)
}

func newWorkspace(c Config, p passes) (*Workspace, error) {
	if c.Dim < 1 || c.Kernels < 1 {
		return nil, fmt.Errorf("kernel: %d kernels in %d dimensions; want 1 or more of both",
			c.Kernels, c.Dim)
	}
	if c.Loss < NP || c.Loss > MSE {
		return nil, fmt.Errorf("kernel: unknown loss %d", c.Loss)
	}
	w := &Workspace{
		config: c, passes: p, stride: strideOf(c.Dim),
		k: make([]float64, c.Kernels*kernelColumn), u: make([]float64, c.Kernels*kernelColumn),
		f: make([]float64, chunk), z: make([]float64, chunk), h: make([]float64, chunk),
		ones:      make([]float64, chunk),
		reference: newWeights(), data: newWeights(),
		gradientA: make([]float64, c.Kernels),
	}
	w.scratch = w.k
	for i := range w.ones {
		w.ones[i] = 1
	}
	if w.stride > 0 {
		w.mu = make([]float64, c.Kernels*w.stride)
		w.zeros = make([]float64, c.Kernels*kernelColumn)
	}
	if !c.Frozen {
		w.gradientMu = make([]float64, c.Kernels*c.Dim)
		w.moments = make([]float64, c.Kernels*w.stride)
	}
	w.sums = make([]float64, lanes*(2+c.Kernels*w.accumulators()))
	return w, nil
}

// accumulators is how many a kernel has.
func (w *Workspace) accumulators() int {
	if w.stride > 0 || w.config.Frozen {
		return 1
	}
	return 1 + w.config.Dim
}

// Path returns the name of the path that this workspace runs on.
func (w *Workspace) Path() string { return w.passes.name() }

// Gradient returns the loss, without a penalty, and sets Coefficients and Centroids. It panics if
// the lengths of the parameters or the dimension of a part do not agree with the model.
func (w *Workspace) Gradient(parts []SamplePart, p Parameters) float64 {
	return w.run(parts, p, w.config.Loss, true)
}

// Statistic returns t = -2 L_NP, whatever the loss of the model.
func (w *Workspace) Statistic(parts []SamplePart, p Parameters) float64 {
	return -2 * w.run(parts, p, NP, false)
}

// Coefficients returns dL/da (M) of the last Gradient. The next one overwrites it.
func (w *Workspace) Coefficients() []float64 { return w.gradientA }

// Centroids returns dL/dmu (M×d, row-major) of the last Gradient, or nil for frozen centroids. The
// next one overwrites it.
func (w *Workspace) Centroids() []float64 { return w.gradientMu }

// Clamped returns the number of rows with wR other than 0 and f above MaxExponent in the last
// Gradient or Statistic.
func (w *Workspace) Clamped() int { return w.clamped }

// run computes a loss, and its gradient if asked.
func (w *Workspace) run(parts []SamplePart, at Parameters, loss LossKind,
	gradient bool) float64 {
	w.clamped = 0
	if !w.prepare(parts, at) {
		if gradient {
			fill(w.gradientA, math.NaN())
			fill(w.gradientMu, math.NaN())
		}
		return math.NaN()
	}
	clear(w.sums)
	clear(w.moments)
	reach := w.reach()
	w.open(parts, false)
	for _, p := range parts {
		for start := 0; start < p.Rows.n; start += p.Rows.block {
			n := min(p.Rows.block, p.Rows.n-start)
			full := (n + step - 1) / step * step
			wR := w.reference.of(p.Reference, p.References, start, n, full)
			wD := w.data.of(p.Data, p.Counts, start, n, full)
			z := w.forward(p.Rows, start, full)
			if reach > MaxExponent {
				for i, v := range w.f[:n] {
					if v > MaxExponent && wR[i] != 0 {
						w.clamped++
					}
				}
			}
			w.passes.loss(loss, w.f, wR, wD, z, full, w.h, w.sums)
			if p.Expected != nil && loss == NP {
				w.expect(p.Expected[start:start+n], wR, wD, z)
			}
			if gradient {
				w.backward(p.Rows, start, full)
			}
		}
	}
	w.mode = forgotten
	if gradient {
		w.collect(at.Sigma)
	}
	return total(w.sums[:lanes]) + total(w.sums[lanes:2*lanes])
}

// expect sets wR e^min(f,20) - wD (1+f) of some rows of a block, after the loss. Of a row without a
// weight of the data, its slope z·dL/df is the same, except where f is clamped.
func (w *Workspace) expect(expected, wR, wD, z []float64) {
	h, f := w.h[:len(expected)], w.f[:len(expected)]
	z, wD = z[:len(expected)], wD[:len(expected)]
	for i, v := range h {
		expected[i] = v / z[i]
		if f[i] > MaxExponent {
			expected[i] = wR[i] * math.Exp(MaxExponent)
		}
		if wD[i] != 0 {
			expected[i] = -wD[i] * (1 + f[i])
		}
	}
}

// point are the parameters of a run as the passes take them.
type point struct {
	mu, a []float64
	c     float64 // log2(e)/(2 sigma²)
}

// prepare sets the parameters of a run. It reports whether all numbers of the parameters and of the
// parts can be used.
func (w *Workspace) prepare(parts []SamplePart, p Parameters) bool {
	mu, a, sigma := p.Centroids, p.Coefficients, p.Sigma
	m, d := w.config.Kernels, w.config.Dim
	if len(mu) != m*d || len(a) != m {
		panic(fmt.Sprintf("kernel: %d and %d values for %d kernels in %d dimensions", len(mu),
			len(a), m, d))
	}
	if w.stride > 0 {
		for i := range m {
			copy(w.mu[i*w.stride:], mu[i*d:(i+1)*d])
		}
	}
	w.at = point{mu: mu, a: a, c: math.Log2E / (2 * sigma * sigma)}
	ok := sigma > 0 && w.at.c >= 0 && w.at.c <= math.MaxFloat64 && sigma <= math.MaxFloat64 &&
		largest(mu) <= farthest && largest(a) <= math.MaxFloat64
	for _, part := range parts {
		ok = w.takes(part.Rows) && ok
	}
	return ok
}

// farthest is the largest coordinate whose squared distances cannot overflow.
const farthest = 1e150

func (w *Workspace) takes(r *PackedRows) bool {
	if r.d != w.config.Dim {
		panic(fmt.Sprintf("kernel: rows in %d dimensions for centroids in %d", r.d, w.config.Dim))
	}
	return r.largest <= farthest
}

// reach returns an upper bound of f.
func (w *Workspace) reach() float64 {
	var top, sum float64
	for _, v := range w.at.a {
		top = max(top, v)
		sum += max(v, 0)
	}
	if w.config.SoftMax {
		return top
	}
	return sum
}

// forward computes the kernels and f of n rows, a multiple of step. It returns the reciprocals of
// Z, or ones without a gate.
func (w *Workspace) forward(r *PackedRows, start, n int) []float64 {
	m := w.config.Kernels
	w.features(r, start, n)
	if !w.config.SoftMax {
		w.passes.sum(w.k, n, m, w.at.a, w.f)
		return w.ones
	}
	w.passes.gate(w.k, n, m, w.at.a, w.f, w.z)
	return w.z
}

// panel is how many columns of distances are summed for some kernels before the next kernels: the
// columns of a few centroids that fit in the first-level cache.
const panel = 512

func (w *Workspace) distances(r *PackedRows, start, n int) {
	m := w.config.Kernels
	x := r.x[start*r.stride:]
	next := r.after(start)
	wide := (w.config.Dim + line - 1) / line * line
	for at := 0; at < wide; at += panel {
		columns := min(panel, wide-at)
		from := w.k
		if at == 0 {
			from = w.zeros
		}
		for i := 0; i < m; {
			rest := m - i
			groups := (rest + 4) / 5
			some := (rest + groups - 1) / groups
			ahead := x // already in the cache
			if i == 0 {
				ahead = next[min(n*at/2, len(next)-1):]
			}
			w.passes.distances(some, x[at:], r.stride, n, w.mu[i*w.stride+at:], columns,
				from[i*kernelColumn:], w.k[i*kernelColumn:], ahead)
			i += some
		}
	}
}

// backward adds the rows of a block to the sums of the gradients.
func (w *Workspace) backward(r *PackedRows, start, n int) {
	mu, a := w.at.mu, w.at.a
	m, d, each := w.config.Kernels, w.config.Dim, lanes*w.accumulators()
	for i := range m {
		k, u, sums := w.k[i*kernelColumn:], w.u[i*kernelColumn:], w.sums[2*lanes+i*each:]
		switch {
		case w.config.Frozen:
			w.passes.slopesFrozen(w.config.SoftMax, k, w.h, n, sums)
		case r.stride == 0:
			w.passes.slopes(w.config.SoftMax, k, w.h, w.f, n, a[i], r.x[start*d:start*d+chunk*d], d,
				mu[i*d:(i+1)*d], u, sums)
		default:
			w.passes.slopesOnly(w.config.SoftMax, k, w.h, w.f, n, a[i], u, sums)
		}
	}
	if r.stride > 0 && !w.config.Frozen {
		wide := (d + line - 1) / line * line
		next := r.after(start)
		w.passes.moments(r.x[start*r.stride:], r.stride, n, w.u, m, w.mu, wide, w.moments,
			next[min(n*wide/2, len(next)-1):])
	}
}

// collect adds up the lanes of the gradients.
func (w *Workspace) collect(sigma float64) {
	m, d, each := w.config.Kernels, w.config.Dim, w.accumulators()
	scale := 1 / (sigma * sigma)
	for i := range m {
		sums := w.sums[lanes*(2+i*each):]
		w.gradientA[i] = total(sums[:lanes])
		if w.config.Frozen {
			continue
		}
		for j := range d {
			if w.stride > 0 {
				w.gradientMu[i*d+j] = scale * w.moments[i*w.stride+j]
			} else {
				w.gradientMu[i*d+j] = scale * total(sums[lanes*(1+j):lanes*(2+j)])
			}
		}
	}
}

// total adds the lanes of an accumulator.
func total(v []float64) float64 {
	return ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]))
}

func fill(x []float64, v float64) {
	for i := range x {
		x[i] = v
	}
}

// weights holds the weights of a block, with zeros for the padding rows.
type weights struct {
	values []float64
	value  float64
	n      int
}

func newWeights() weights { return weights{values: make([]float64, chunk)} }

// of returns the weights of n rows from start, followed by zeros up to full.
func (w *weights) of(value float64, list []float64, start, n, full int) []float64 {
	if list != nil {
		if n == full {
			return list[start : start+n]
		}
		w.n = -1
		copy(w.values, list[start:start+n])
		clear(w.values[n:full])
		return w.values
	}
	if w.n != n || w.value != value {
		fill(w.values[:n], value)
		clear(w.values[n:])
		w.n, w.value = n, value
	}
	return w.values
}
