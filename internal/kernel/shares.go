package kernel

// ShareSums are sums over rows of the shares that M kernels have in them. The share of kernel i in
// a row is
//
//	phi_i = p_i k_i,   p_i = k_i / Σ_j k_j,
//
// with or without a gate in the model: the shares of a row add up to at most its largest k.
type ShareSums struct {
	Sums     []float64 // Σ phi_i (M)
	Products []float64 // Σ phi_i phi_j (M×M, row-major), for j <= i
	Overlaps []float64 // Σ min(phi_i, phi_j) (M×M, row-major), for j < i; nil if they are left out

	shares []float64 // of the row at hand
}

// NewShareSums returns sums over no rows.
func NewShareSums(kernels int) *ShareSums {
	return &ShareSums{Sums: make([]float64, kernels), Products: make([]float64, kernels*kernels),
		Overlaps: make([]float64, kernels*kernels), shares: make([]float64, kernels)}
}

// Add adds a row with the kernels k (M).
func (s *ShareSums) Add(k []float64) {
	m := len(s.Sums)
	var total float64
	for _, v := range k[:m] {
		total += v
	}
	for i, v := range k[:m] {
		share := v * v / max(total, leastTotal)
		s.shares[i] = share
		s.Sums[i] += share
		for j, other := range s.shares[:i+1] {
			s.Products[i*m+j] += share * other
			if j < i {
				s.Overlaps[i*m+j] += min(share, other)
			}
		}
	}
}

// leastTotal is the Σ k below which the shares of a row are set as if it were that.
const leastTotal = 0x1p-500

// Shares returns the sums of shares over the rows of each part, whatever the weights of the rows.
// Overlaps are those of parts with weights of the data alone. It returns nil in the cases in which
// the results of Gradient are NaN.
func (w *Workspace) Shares(parts []SamplePart, at Parameters) []*ShareSums {
	m := w.config.Kernels
	if !w.ready(parts, at) {
		return nil
	}
	a := newShareAdder(w)
	all := make([]*ShareSums, len(parts))
	w.open(parts, false)
	for i, p := range parts {
		sums := NewShareSums(m)
		if !weighs(p.Data, p.Counts) {
			sums.Overlaps = nil
		}
		clear(a.sums)
		clear(a.products)
		w.sweep(p, func(start, n, full int, _, _ []float64) {
			w.features(p.Rows, start, full)
			a.add(n, full, sums.Overlaps)
		})
		for k := range m {
			sums.Sums[k] = total(a.sums[lanes*k:])
			for j := range k + 1 {
				sums.Products[k*m+j] = total(a.products[lanes*(k*m+j):])
			}
		}
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
}

func newShareAdder(w *Workspace) *shareAdder {
	m := w.config.Kernels
	a := &shareAdder{Workspace: w, all: make([]float64, m),
		shares: make([]float64, m*kernelColumn),
		sums:   make([]float64, m*lanes), products: make([]float64, m*m*lanes)}
	fill(a.all, 1)
	return a
}

// add adds the n rows of the block whose kernels are in w.k, and the padding up to full.
func (a *shareAdder) add(n, full int, overlaps []float64) {
	m := a.config.Kernels
	a.passes.sum(a.k, full, m, a.all, a.z)
	for r, v := range a.z[:n] {
		a.z[r] = 1 / max(v, leastTotal)
	}
	clear(a.z[n:full])
	z, h := a.z[:full], a.h[:full]
	for i := range m {
		k := a.k[i*kernelColumn:]
		a.passes.slopesFrozen(true, k, z, full, a.sums[i*lanes:])
		shares := a.shares[i*kernelColumn:][:full]
		for r, v := range k[:full] {
			shares[r] = v * v * z[r]
			h[r] = shares[r] * z[r]
		}
		for j := range i + 1 { // Σ h k_j² = Σ phi_i phi_j
			a.passes.slopesFrozen(true, a.k[j*kernelColumn:], h, full, a.products[lanes*(i*m+j):])
		}
	}
	if overlaps == nil {
		return
	}
	for i := range m {
		for j := range i {
			overlaps[i*m+j] += overlap(a.shares[i*kernelColumn:][:n],
				a.shares[j*kernelColumn:][:n])
		}
	}
}

// overlap returns Σ min(x, y).
func overlap(x, y []float64) (sum float64) {
	y = y[:len(x)]
	for r, v := range x {
		sum += min(v, y[r])
	}
	return sum
}
