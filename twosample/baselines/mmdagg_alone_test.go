package baselines

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
	"sparker/twosample"
)

// standAlone is what MMDAgg needs as a test of its own, without null toys.
type standAlone struct {
	level      float64 // the probability of rejecting a true null hypothesis
	weights    string  // one of aloneWeights; increasing is with the bandwidth
	resampling string  // one of resamplings; auto is wild for samples of equal size
	// b1 resamplings give the quantiles, b2 others their correction, in b3 steps of bisection.
	b1, b2, b3 int
}

// defaultAlone is that of the authors' package.
func defaultAlone() standAlone {
	return standAlone{level: 0.05, weights: "uniform", resampling: "auto", b1: 2000, b2: 2000,
		b3: 50}
}

var (
	aloneWeights = []string{"uniform", "increasing", "decreasing", "centered"}
	resamplings  = []string{"auto", "permutation", "wild"}
)

func (a standAlone) validate(r reporter) {
	if !(a.level > 0 && a.level < 1) {
		r("alone.level", fmt.Sprintf("is %v; must be above 0 and below 1", a.level))
	}
	r.word("alone.weights", a.weights, aloneWeights)
	r.word("alone.resampling", a.resampling, resamplings)
	r.atLeast("alone.b1", a.b1, 1)
	r.atLeast("alone.b2", a.b2, 1)
	r.atLeast("alone.b3", a.b3, 1)
}

// aloneMMDAgg is the authors' form of MMDAgg, a test that calibrates itself on the pair. With it,
// their published results check the statistics.
type aloneMMDAgg struct {
	*MMDAgg
	alone standAlone
}

func newAlone(cfg MMDAggConfig, alone standAlone, dim int) (*aloneMMDAgg, error) {
	test, err := NewMMDAgg(cfg, dim)
	if err != nil {
		return nil, err
	}
	alone.validate(func(path, message string) {
		if err == nil {
			err = errors.New(path + " " + message)
		}
	})
	return &aloneMMDAgg{test, alone}, err
}

// decision is the answer of aloneMMDAgg for one pair.
type decision struct {
	Reject bool
	// U is the correction: kernel k rejects if its p-value is at most U times its weight.
	U       float64
	Kernels []kernelDecision
	// Status is ok, or why there is no decision, with the Reason, as in an Outcome.
	Status twosample.Status
	Reason string
}

// kernelDecision is the part of one kernel.
type kernelDecision struct {
	Label     string
	Statistic float64 // MMD²: eq. 3 with permutations, eq. 6 with the wild bootstrap
	P         float64 // among B1 resamplings and the pair itself
	Threshold float64 // what P must not exceed
}

// decide is algorithm 1 of Schrab et al.: the pair is rejected if for some kernel the share p of
// the B1+1 values (B1 resamplings and the pair itself) that reach the pair's is at most u·w_k. The
// weights w_k sum to 1, and u is the largest for which the resamplings of a second set of B2 are
// rejected no more often than at the level.
//
// The wild bootstrap pairs the rows of both samples at random, and is an error for samples of
// different size. The time is that of Statistics and O(kernels · (B1+B2) · min(n,m)²), the memory
// O((n+m)² + (B1+B2) · (kernels + min(n,m))).
func (t *aloneMMDAgg) decide(pair data.Pair, r *rand.Rand) (decision, error) {
	if o, ok, err := t.prepare(pair, r); !ok {
		return decision{Status: o.Status, Reason: o.Reason}, err
	}
	alone := t.alone
	equal := t.r.n == t.d.n
	if alone.resampling == "wild" && !equal {
		return decision{}, fmt.Errorf("baselines: mmdagg: the wild bootstrap needs samples of "+
			"equal size, not %d and %d rows", t.r.n, t.d.n)
	}
	var resample resampler
	if alone.resampling == "permutation" || !equal {
		resample = newPermutations(&t.r, &t.d, alone.b1+alone.b2, r)
	} else {
		resample = newWild(&t.r, &t.d, alone.b1+alone.b2, r)
	}
	labels, weights := t.Labels(), t.weights()
	first := make([][]float64, len(labels)) // B1 values and the pair's, sorted
	second := make([][]float64, len(labels))
	d := decision{Status: twosample.OK, Kernels: make([]kernelDecision, len(labels))}
	for k, kernel := range t.sums.kernels {
		observed, values := resample.discrepancies(kernel)
		if o := outcome(values...); o.Status != twosample.OK {
			return decision{Status: o.Status, Reason: o.Reason}, nil
		}
		first[k] = append(slices.Clone(values[:alone.b1]), observed)
		slices.Sort(first[k])
		second[k] = values[alone.b1:]
		below, _ := slices.BinarySearch(first[k], observed)
		d.Kernels[k] = kernelDecision{Label: labels[k], Statistic: observed,
			P: float64(alone.b1+1-below) / float64(alone.b1+1)}
	}
	low, high := 0.0, 1/slices.Max(weights)
	for range alone.b3 {
		u := (low + high) / 2
		if corrected(first, second, weights, u) <= alone.level {
			low = u
		} else {
			high = u
		}
	}
	d.U = low
	for k := range d.Kernels {
		of := &d.Kernels[k]
		of.Threshold = low * weights[k]
		d.Reject = d.Reject || of.P <= of.Threshold
	}
	return d, nil
}

// corrected is the share of the second set of resamplings in which a kernel exceeds its (1 - u
// w)-quantile in the first.
func corrected(first, second [][]float64, weights []float64, u float64) float64 {
	quantiles := make([]float64, len(first))
	for k, sorted := range first {
		rank := int(math.Ceil(float64(len(sorted)) * (1 - u*weights[k])))
		quantiles[k] = sorted[max(rank, 1)-1]
	}
	rejected := 0
	for b := range second[0] {
		for k, q := range quantiles {
			if second[k][b] > q {
				rejected++
				break
			}
		}
	}
	return float64(rejected) / float64(len(second[0]))
}

// weights are those of section 5.1 of Schrab et al., equal for the kinds of kernel. They sum to 1.
func (t *aloneMMDAgg) weights() []float64 {
	n := t.cfg.bandwidths()
	weights := make([]float64, 0, n*len(t.cfg.Kernels))
	for range t.cfg.Kernels {
		for i := range n {
			w := 1.0
			switch t.alone.weights {
			case "increasing":
				w = 1 / float64(n-i)
			case "decreasing":
				w = 1 / float64(i+1)
			case "centered":
				w = 1 / (math.Abs(float64(n-1)/2-float64(i)) + 1)
			}
			weights = append(weights, w)
		}
	}
	floats.Scale(1/floats.Sum(weights), weights)
	return weights
}

// resampler gives MMD² of a kernel for the pair and for resamplings of it, the same ones for every
// kernel.
type resampler interface {
	discrepancies(kernel radial) (observed float64, resampled []float64)
}

// permutations redistribute the rows of both samples.
type permutations struct {
	all     rows
	small   int       // rows of the smaller sample
	first   []int     // the rows of the smaller sample
	subsets [][]int32 // the rows that permutations deal to it
	matrix  []float64
	sums    kernelSums
}

func newPermutations(a, b *rows, count int, r *rand.Rand) *permutations {
	if a.n > b.n {
		a, b = b, a
	}
	joined := pooled(a, b)
	p := &permutations{all: rows{x: joined.X, n: joined.N, d: joined.D}, small: a.n}
	memory := make([]int32, 0, (count+1)*a.n)
	for draw := range count + 1 {
		if draw == 0 { // the pair itself
			for i := range a.n {
				memory = append(memory, int32(i))
			}
		} else {
			choose(joined.N, a.n, r, func(i int) { memory = append(memory, int32(i)) })
		}
		p.subsets = append(p.subsets, memory[draw*a.n:])
	}
	p.matrix = make([]float64, joined.N*joined.N)
	return p
}

func (p *permutations) discrepancies(kernel radial) (float64, []float64) {
	n := p.all.n
	p.sums.kernels = []radial{kernel}
	total := 0.0
	ofRow := make([]float64, n)
	for i := range n {
		p.sums.row(p.all.at(i), &p.all, 0, func(_ int, value []float64) {
			copy(p.matrix[i*n:],
				value)
		})
		p.matrix[i*n+i] = 0
		ofRow[i] = floats.Sum(p.matrix[i*n : (i+1)*n])
		total += ofRow[i]
	}
	values := make([]float64, len(p.subsets))
	for b, subset := range p.subsets {
		subset = subset[:p.small]
		var inside, touching float64 // pairs inside the subset, each once; and rows' sums
		for i, row := range subset {
			line := p.matrix[int(row)*n : (int(row)+1)*n]
			for _, other := range subset[i+1:] {
				inside += line[other]
			}
			touching += ofRow[row]
		}
		between := touching - 2*inside
		values[b] = blockSums{xx: inside, yy: (total - 2*inside - 2*between) / 2,
			xy: between}.unbiased(p.small, n-p.small)
	}
	return values[0], values[1:]
}

// wild swaps the rows of pairs.
type wild struct {
	a, b  rows
	signs [][]float64
	// of h_ij = k(a_i,a_j) + k(b_i,b_j) - k(a_i,b_j) - k(b_i,a_j), 0 on the diagonal
	matrix []float64
	sums   kernelSums
}

func newWild(a, b *rows, count int, r *rand.Rand) *wild {
	w := &wild{a: *a, b: rows{n: b.n, d: b.d}, matrix: make([]float64, a.n*a.n)}
	for _, i := range r.Perm(b.n) { // partners must not be alike because both samples are in order
		w.b.x = append(w.b.x, b.at(i)...)
	}
	for range count {
		signs := make([]float64, a.n)
		for i := range signs {
			signs[i] = 1 - 2*float64(r.IntN(2))
		}
		w.signs = append(w.signs, signs)
	}
	return w
}

func (w *wild) discrepancies(kernel radial) (float64, []float64) {
	n := w.a.n
	w.sums.kernels = []radial{kernel}
	pairs := float64(n) * float64(n-1)
	var observed float64
	for i := range n {
		h := w.matrix[i*n : (i+1)*n]
		w.sums.row(w.a.at(i), &w.a, 0, func(_ int, value []float64) { copy(h, value) })
		w.sums.row(w.b.at(i), &w.b, 0, func(_ int, value []float64) { floats.Add(h, value) })
		w.sums.row(w.a.at(i), &w.b, 0, func(_ int, value []float64) { floats.Sub(h, value) })
		w.sums.row(w.b.at(i), &w.a, 0, func(_ int, value []float64) { floats.Sub(h, value) })
		h[i] = 0
		observed += floats.Sum(h)
	}
	values := make([]float64, len(w.signs))
	for b, signs := range w.signs {
		for i, sign := range signs {
			values[b] += 2 * sign * floats.Dot(w.matrix[i*n+i:(i+1)*n], signs[i:])
		}
		values[b] /= pairs
	}
	return observed / pairs, values
}
