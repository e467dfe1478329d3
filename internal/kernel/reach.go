package kernel

import "math"

// ReachSums are sums over rows of what M kernels reach. Rows have weights w, of either sign.
type ReachSums struct {
	InSphere []float64 // Σ w over the rows with |x - mu_i| <= sigma
	Shares   []float64 // Σ w phi_i, with phi_i = df/da_i: p_i k_i with a gate, k_i without
}

// NewReachSums returns sums over no rows.
func NewReachSums(kernels int) *ReachSums {
	return &ReachSums{InSphere: make([]float64, kernels), Shares: make([]float64, kernels)}
}

// sphereHeight is the height of a kernel, relative to its peak, at the distance sigma. The margin
// is for the rounding of the exponential.
var sphereHeight = math.Exp(-0.5) * (1 - 1e-14)

// Add adds a row of weight w with the kernels k and the features phi, M numbers each.
func (s *ReachSums) Add(k, phi []float64, w float64) {
	for i := range s.InSphere {
		if k[i] >= sphereHeight {
			s.InSphere[i] += w
		}
		s.Shares[i] += w * phi[i]
	}
}

// Reach returns the sums over the rows of each part. The weights of the rows in the sums are given
// for each part, and are not those of the loss; a nil list stands for weights of 1. It returns nil
// in the cases in which the results of Gradient are NaN.
func (w *Workspace) Reach(parts []SamplePart, at Parameters, weights [][]float64) []*ReachSums {
	if !w.ready(parts, at) {
		return nil
	}
	all := make([]*ReachSums, len(parts))
	w.open(parts, false)
	for i, p := range parts {
		a := newReachAdder(w)
		w.sweep(p, func(start, n, full int, _, _ []float64) {
			w.features(p.Rows, start, full)
			if weights[i] == nil {
				a.add(n, full, nil)
				return
			}
			a.add(n, full, weights[i][start:start+n])
		})
		all[i] = a.collect()
	}
	w.mode = forgotten
	return all
}

// reachAdder adds the blocks of a workspace to the sums of a part.
type reachAdder struct {
	*Workspace
	all     []float64 // M ones
	sums    []float64 // accumulators of the shares
	factors []float64 // of the rows of a block; 0 for the padding
	total   *ReachSums
}

func newReachAdder(w *Workspace) *reachAdder {
	m := w.config.Kernels
	a := &reachAdder{Workspace: w, all: make([]float64, m), sums: make([]float64, m*lanes),
		factors: make([]float64, chunk), total: NewReachSums(m)}
	fill(a.all, 1)
	return a
}

// collect returns the sums of all blocks.
func (a *reachAdder) collect() *ReachSums {
	for i := range a.total.Shares {
		a.total.Shares[i] = total(a.sums[lanes*i:])
	}
	return a.total
}

// add adds the n rows of the block whose kernels are in w.k, and the padding up to full. The
// weights are nil if all are 1.
func (a *reachAdder) add(n, full int, weights []float64) {
	m := a.config.Kernels
	factors := a.factors[:full]
	clear(factors)
	own := weights
	if weights == nil {
		own = a.ones[:n]
	}
	copy(factors, own)
	if a.config.SoftMax { // phi = k²/Σ k
		a.passes.sum(a.k, full, m, a.all, a.z)
		for r, v := range a.z[:n] {
			factors[r] /= max(v, leastTotal)
		}
	}
	for i := range m {
		k := a.k[i*kernelColumn:]
		a.passes.slopesFrozen(a.config.SoftMax, k, factors, full, a.sums[i*lanes:])
		if weights == nil {
			a.total.InSphere[i] += float64(above(k[:n], sphereHeight))
		} else {
			a.total.InSphere[i] += weightAbove(k[:n], weights, sphereHeight)
		}
	}
}

// above counts the values of at least a limit, without branches.
func above(values []float64, limit float64) (n int) {
	for _, v := range values {
		one := 0
		if v >= limit {
			one = 1
		}
		n += one
	}
	return n
}

// weightAbove returns the sum of the weights of the values of at least a limit.
func weightAbove(values, weights []float64, limit float64) (sum float64) {
	for r, v := range values {
		one := 0
		if v >= limit {
			one = 1
		}
		sum += float64(one) * weights[r]
	}
	return sum
}
