package kernel

import (
	"math"
	"slices"
)

// ShareSums are sums over rows of the shares that M kernels have in them. The share of kernel i in
// a row is
//
//	phi_i = p_i k_i,   p_i = k_i / Σ_j k_j,
//
// with or without a gate in the model: the shares of a row add up to at most its largest k. The
// rows have weights w, which are 1 unless Sizes and Squares are there.
type ShareSums struct {
	Sums     []float64 // Σ w phi_i (M)
	Products []float64 // Σ |w| phi_i phi_j (M×M, row-major), for j <= i
	// Overlaps are Σ |w| min(phi_i, phi_j) (M×M, row-major), for j < i; nil if they are left out.
	Overlaps []float64
	// Sizes are Σ |w| phi_i (M), and Squares Σ w² phi_i phi_j (M×M, row-major), for j <= i. They
	// are nil if all weights are 1.
	Sizes, Squares []float64

	shares []float64 // of the row at hand
}

// NewShareSums returns sums over no rows, which have weights or count once.
func NewShareSums(kernels int, w Weighting) *ShareSums {
	s := &ShareSums{Sums: make([]float64, kernels), Products: make([]float64, kernels*kernels),
		Overlaps: make([]float64, kernels*kernels), shares: make([]float64, kernels)}
	if w == Weighted {
		s.Sizes, s.Squares = make([]float64, kernels), make([]float64, kernels*kernels)
	}
	return s
}

// Weighting says whether rows have weights.
type Weighting int

// The kinds of rows.
const (
	CountOnce Weighting = iota // every row has the weight 1
	Weighted
)

// weighting returns the kind of rows with the weights, which may be nil.
func weighting(weights []float64) Weighting {
	if weights == nil {
		return CountOnce
	}
	return Weighted
}

// Add adds a row of weight w with the kernels k (M). The weight is 1 if the rows count once.
func (s *ShareSums) Add(k []float64, w float64) {
	m, size := len(s.Sums), math.Abs(w)
	var total float64
	for _, v := range k[:m] {
		total += v
	}
	for i, v := range k[:m] {
		share := v * v / max(total, leastTotal)
		s.shares[i] = share
		s.Sums[i] += w * share
		for j, other := range s.shares[:i+1] {
			s.Products[i*m+j] += size * share * other
			if j < i {
				s.Overlaps[i*m+j] += size * min(share, other)
			}
		}
	}
	if s.Sizes == nil {
		return
	}
	for i, share := range s.shares {
		s.Sizes[i] += size * share
		for j, other := range s.shares[:i+1] {
			s.Squares[i*m+j] += size * size * share * other
		}
	}
}

// leastTotal is the Σ k below which the shares of a row are set as if it were that.
const leastTotal = 0x1p-500

// Shares returns the sums of shares over the rows of each part. The weights of the rows in the sums
// are given for each part, and are not those of the loss; a nil list stands for rows that count
// once. Overlaps are those of the parts whose index is in overlaps. It returns nil in the cases in
// which the results of Gradient are NaN.
func (w *Workspace) Shares(parts []SamplePart, at Parameters, weights [][]float64,
	overlaps []int) []*ShareSums {
	m := w.config.Kernels
	if !w.ready(parts, at) {
		return nil
	}
	all := make([]*ShareSums, len(parts))
	w.open(parts, false)
	for i, p := range parts {
		a := newShareAdder(w, weighting(weights[i]))
		sums := NewShareSums(m, weighting(weights[i]))
		if !slices.Contains(overlaps, i) {
			sums.Overlaps = nil
		}
		w.sweep(p, func(start, n, full int, _, _ []float64) {
			w.features(p.Rows, start, full)
			if weights[i] == nil {
				a.add(n, full, nil, sums.Overlaps)
				return
			}
			a.add(n, full, weights[i][start:start+n], sums.Overlaps)
		})
		a.collect(sums)
		all[i] = sums
	}
	w.mode = forgotten
	return all
}

// shareAdder adds the blocks of a workspace to the sums of a part.
type shareAdder struct {
	*Workspace
	all            []float64 // M ones
	shares         []float64 // of a block, M columns
	sums, products []float64 // accumulators
	sizes, squares []float64 // the same, if the rows have weights
	factors        []float64 // of the rows of a block
}

func newShareAdder(w *Workspace, kind Weighting) *shareAdder {
	m := w.config.Kernels
	a := &shareAdder{Workspace: w, all: make([]float64, m),
		shares: make([]float64, m*kernelColumn),
		sums:   make([]float64, m*lanes), products: make([]float64, m*m*lanes)}
	if kind == Weighted {
		a.sizes, a.squares = make([]float64, m*lanes), make([]float64, m*m*lanes)
		a.factors = make([]float64, chunk)
	}
	fill(a.all, 1)
	return a
}

// add adds the n rows of the block whose kernels are in w.k, and the padding up to full. The
// weights are nil for rows that count once.
func (a *shareAdder) add(n, full int, weights, overlaps []float64) {
	m := a.config.Kernels
	a.passes.sum(a.k, full, m, a.all, a.z)
	for r, v := range a.z[:n] {
		a.z[r] = 1 / max(v, leastTotal)
	}
	clear(a.z[n:full])
	z := a.z[:full]
	for i := range m {
		shares := a.shares[i*kernelColumn:][:full]
		for r, v := range a.k[i*kernelColumn:][:full] {
			shares[r] = v * v * z[r]
		}
	}
	if weights == nil {
		a.addSums(z, full, a.sums)
		a.addProducts(z, full, a.products)
	} else {
		a.addWeighted(z, full, weights)
	}
	if overlaps == nil {
		return
	}
	for i := range m {
		for j := range i {
			overlaps[i*m+j] += overlap(a.shares[i*kernelColumn:][:n],
				a.shares[j*kernelColumn:][:n], weights)
		}
	}
}

// addWeighted adds the sums of rows with weights.
func (a *shareAdder) addWeighted(z []float64, full int, weights []float64) {
	f := a.factors[:full]
	clear(f)
	for r, w := range weights {
		f[r] = w * z[r]
	}
	a.addSums(f, full, a.sums)
	for r, w := range weights {
		f[r] = math.Abs(w) * z[r]
	}
	a.addSums(f, full, a.sizes)
	a.addProducts(f, full, a.products)
	for r, w := range weights {
		f[r] = w * w * z[r]
	}
	a.addProducts(f, full, a.squares)
}

// addSums adds Σ c_r k_i² to M accumulators. With c_r = w z this is Σ w phi_i.
func (a *shareAdder) addSums(c []float64, full int, sums []float64) {
	for i := range a.config.Kernels {
		a.passes.slopesFrozen(true, a.k[i*kernelColumn:], c, full, sums[i*lanes:])
	}
}

// addProducts adds Σ c_r phi_i k_j² to M×M accumulators. With c_r = w z this is Σ w phi_i phi_j.
func (a *shareAdder) addProducts(c []float64, full int, products []float64) {
	m, h := a.config.Kernels, a.h[:full]
	for i := range m {
		for r, v := range a.shares[i*kernelColumn:][:full] {
			h[r] = v * c[r]
		}
		for j := range i + 1 {
			a.passes.slopesFrozen(true, a.k[j*kernelColumn:], h, full, products[lanes*(i*m+j):])
		}
	}
}

// collect adds up the lanes of the sums.
func (a *shareAdder) collect(to *ShareSums) {
	m := a.config.Kernels
	for i := range m {
		to.Sums[i] = total(a.sums[lanes*i:])
		for j := range i + 1 {
			to.Products[i*m+j] = total(a.products[lanes*(i*m+j):])
		}
		if to.Sizes == nil {
			continue
		}
		to.Sizes[i] = total(a.sizes[lanes*i:])
		for j := range i + 1 {
			to.Squares[i*m+j] = total(a.squares[lanes*(i*m+j):])
		}
	}
}

// overlap returns Σ |w| min(x, y), for weights of 1 if they are nil.
func overlap(x, y, weights []float64) (sum float64) {
	y = y[:len(x)]
	if weights == nil {
		for r, v := range x {
			sum += min(v, y[r])
		}
		return sum
	}
	for r, v := range x {
		sum += math.Abs(weights[r]) * min(v, y[r])
	}
	return sum
}
