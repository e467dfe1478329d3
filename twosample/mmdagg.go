package twosample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"sparker/data"
)

// KernelCollection is the set of kernels that MMDAgg and MMD-FUSE go over.
type KernelCollection struct {
	// Kernels are of gaussian (exp(-|x-y|²/λ²)) and laplace (exp(-Σ|x_j-y_j|/λ)).
	Kernels []string `yaml:"kernels"`
	// Bandwidths is the number of λ for each kernel.
	Bandwidths int `yaml:"bandwidths"`
}

// KernelNames are the words that KernelCollection.Kernels takes.
var KernelNames = []string{"gaussian", "laplace"}

func (c KernelCollection) validate(report reporter) {
	if len(c.Kernels) == 0 {
		report("kernels", "is empty; must name at least one kernel")
	}
	for i, name := range c.Kernels {
		path := fmt.Sprintf("kernels[%d]", i)
		report.word(path, name, KernelNames)
		if slices.Contains(c.Kernels[:i], name) {
			report(path, fmt.Sprintf("is %q for the second time", name))
		}
	}
	report.atLeast("bandwidths", c.Bandwidths, 2)
}

// labels are those of count bandwidths for each kernel.
func (c KernelCollection) labels(bandwidths []string) []string {
	var labels []string
	for _, name := range c.Kernels {
		for _, b := range bandwidths {
			labels = append(labels, name+" "+b)
		}
	}
	return labels
}

func numbers(count int) []string {
	labels := make([]string, count)
	for i := range labels {
		labels[i] = fmt.Sprint(i + 1)
	}
	return labels
}

// pairDistances are the distances above 0 between rows, sorted: Euclidean, or city-block ones. Of
// more than distanceRows rows, that many are drawn. It is empty if all rows are the same.
func pairDistances(into []float64, all data.Sample, laplace bool, r *rand.Rand, s *rows) []float64 {
	s.take(all, distanceRows, r)
	into = into[:0]
	row := make([]float64, s.n)
	for i := range s.n {
		row = row[:s.n-i-1]
		if laplace {
			cityDistances(row, s.at(i), s, i+1)
		} else {
			squaredDistances(row, s.at(i), s, i+1)
		}
		for _, v := range row {
			if v > 0 {
				if !laplace {
					v = math.Sqrt(v)
				}
				into = append(into, v)
			}
		}
	}
	slices.Sort(into)
	return into
}

// MMDAggConfig is what MMDAgg can be told.
type MMDAggConfig struct {
	KernelCollection `yaml:",inline"`
	// Range is auto, for Bandwidths in geometric progression from half the smallest to twice the
	// largest distance, or powers, for the bandwidths 2^l times the median distance, l = Low ...
	// High.
	Range string `yaml:"range"`
	Low   int    `yaml:"low"`
	High  int    `yaml:"high"`
	// MaxReference is how many rows of the reference take part, drawn anew for every pair; 0 is
	// all. The time is quadratic in them.
	MaxReference int `yaml:"max_reference"`
	// Alone is the test with a level of its own; configs do not have it, they calibrate by toys.
	Alone StandAlone `yaml:"-"`
}

// StandAlone is what MMDAgg needs as a test of its own, without null toys.
type StandAlone struct {
	// Level is the probability of rejecting a true null hypothesis.
	Level float64
	// Weights are uniform, increasing (with the bandwidth), decreasing or centered.
	Weights string
	// Resampling is permutation, wild (the wild bootstrap, for samples of equal size) or auto: wild
	// where the sizes are equal.
	Resampling string
	// B1 resamplings give the quantiles, B2 others their correction, in B3 steps of bisection.
	B1 int
	B2 int
	B3 int
}

// The words that an MMDAggConfig takes.
var (
	BandwidthRanges = []string{"auto", "powers"}
	MMDAggWeights   = []string{"uniform", "increasing", "decreasing", "centered"}
	Resamplings     = []string{"auto", "permutation", "wild"}
)

// DefaultMMDAgg is that of the authors' package: Gaussian and Laplace kernels at ten bandwidths
// each, uniform weights, level 0.05, B1 = B2 = 2,000, B3 = 50; with 1,000 rows of the reference.
func DefaultMMDAgg() MMDAggConfig {
	return MMDAggConfig{
		KernelCollection: KernelCollection{Kernels: []string{"laplace", "gaussian"},
			Bandwidths: 10},
		Range: "auto", Low: -6, High: -2, MaxReference: 1000,
		Alone: StandAlone{Level: 0.05, Weights: "uniform", Resampling: "auto", B1: 2000, B2: 2000,
			B3: 50},
	}
}

// Validate implements BaselineConfig.
func (c MMDAggConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	c.KernelCollection.validate(r)
	r.word("range", c.Range, BandwidthRanges)
	if c.High < c.Low || c.Low < -60 || c.High > 60 {
		r("high", fmt.Sprintf("is %d; must be at least low (%d), both from -60 to 60", c.High,
			c.Low))
	}
	if c.MaxReference != 0 {
		r.atLeast("max_reference", c.MaxReference, 2)
	}
	if !(c.Alone.Level > 0 && c.Alone.Level < 1) {
		r("alone.level", fmt.Sprintf("is %v; must be above 0 and below 1", c.Alone.Level))
	}
	r.word("alone.weights", c.Alone.Weights, MMDAggWeights)
	r.word("alone.resampling", c.Alone.Resampling, Resamplings)
	r.atLeast("alone.b1", c.Alone.B1, 1)
	r.atLeast("alone.b2", c.Alone.B2, 1)
	r.atLeast("alone.b3", c.Alone.B3, 1)
}

// bandwidths is their number for each kernel.
func (c MMDAggConfig) bandwidths() int {
	if c.Range == "powers" {
		return c.High - c.Low + 1
	}
	return c.Bandwidths
}

// MMDAgg aggregates the maximum mean discrepancies of many kernels (Schrab et al., JMLR 24, 2023).
// As a Test it gives the unbiased MMD² (eq. 3 there) of every kernel as a statistic of its own, for
// the joint calibration on null toys, in which weights have no part. Decide is the authors' test,
// which calibrates itself on the pair.
//
// With Range auto, the bandwidths are those of the authors' package, λ_min/2 ... 2 λ_max: λ_max is
// the largest distance, and λ_min the smallest, or, since that is nearly always tiny, the larger of
// the 5% quantile and a tenth of the median (there, of 0.1). They come from up to 500 rows of both
// samples, drawn without regard to the sample, so that they have no part in what resampling tests.
// The total rate does not matter. The time of Statistics is O(kernels · (n+m)² + (n+m)² d), the
// memory O(n+m).
type MMDAgg struct {
	cfg       MMDAggConfig
	dim       int
	r, d      rows
	scratch   rows
	distances []float64
	sums      kernelSums
}

// NewMMDAgg prepares the test.
func NewMMDAgg(cfg MMDAggConfig, dim int) (*MMDAgg, error) {
	if err := defect("mmdagg", cfg, dim); err != nil {
		return nil, err
	}
	return &MMDAgg{cfg: cfg, dim: dim}, nil
}

// Name implements Test.
func (t *MMDAgg) Name() string { return "MMDAgg" }

// Labels implements Labeled: the kernel and the number of the bandwidth, narrowest first, or its
// power.
func (t *MMDAgg) Labels() []string {
	if t.cfg.Range == "auto" {
		return t.cfg.labels(numbers(t.cfg.Bandwidths))
	}
	var powers []string
	for l := t.cfg.Low; l <= t.cfg.High; l++ {
		powers = append(powers, fmt.Sprintf("2^%d median", l))
	}
	return t.cfg.labels(powers)
}

// Statistics implements Test: MMD² of each kernel.
func (t *MMDAgg) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if o, ok, err := t.prepare(pair, r); !ok {
		return o, err
	}
	return outcome(t.sums.discrepancies(&t.r, &t.d)...), nil
}

// prepare takes the rows and chooses the kernels.
func (t *MMDAgg) prepare(pair data.Pair, r *rand.Rand) (Outcome, bool, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, false, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	all := pooled(&t.r, &t.d)
	t.sums.kernels = t.sums.kernels[:0]
	for _, name := range t.cfg.Kernels {
		laplace := name == "laplace"
		t.distances = pairDistances(t.distances, all, laplace, r, &t.scratch)
		for _, bandwidth := range t.widths(t.distances) {
			rate := 1 / bandwidth
			if !laplace {
				rate /= bandwidth
			}
			t.sums.kernels = append(t.sums.kernels, radial{rate: rate, laplace: laplace})
		}
	}
	return Outcome{}, true, nil
}

// widths are the bandwidths, narrowest first, from sorted distances.
func (t *MMDAgg) widths(distances []float64) []float64 {
	low, median, high := 1.0, 1.0, 1.0
	if n := len(distances); n > 0 {
		median, high = distances[n/2], distances[n-1]
		low = min(high, max(distances[n/20], median/10))
	}
	widths := make([]float64, t.cfg.bandwidths())
	for i := range widths {
		if t.cfg.Range == "powers" {
			widths[i] = math.Ldexp(median, t.cfg.Low+i)
		} else {
			share := float64(i) / float64(len(widths)-1)
			widths[i] = low / 2 * math.Pow(4*high/low, share)
		}
	}
	return widths
}

// Decision is what MMDAgg, as a test of its own, says of one pair.
type Decision struct {
	Reject bool
	// U is the correction: kernel k rejects where its p-value is at most U times its weight.
	U       float64
	Kernels []KernelDecision
	// Status is ok, or why there is no decision, with the Reason, as in an Outcome.
	Status string
	Reason string
}

// KernelDecision is the part of one kernel in a Decision.
type KernelDecision struct {
	Label     string
	Statistic float64 // MMD²: eq. 3 with permutations, eq. 6 with the wild bootstrap
	P         float64 // among B1 resamplings and the pair itself
	Threshold float64 // what P must not exceed
}

// Decide is algorithm 1 of Schrab et al.: the pair is rejected if for some kernel the share p of
// the B1+1 values (B1 resamplings and the pair itself) that reach the pair's is at most u·w_k. The
// weights w_k sum to 1, and u is the largest for which the resamplings of a second set of B2 are
// rejected no more often than at the level.
//
// The wild bootstrap pairs the rows of both samples at random, and is an error for samples of
// different size. The time is that of Statistics and O(kernels · (B1+B2) · min(n,m)²), the memory
// O((n+m)² + (B1+B2) · (kernels + min(n,m))).
func (t *MMDAgg) Decide(pair data.Pair, r *rand.Rand) (Decision, error) {
	if o, ok, err := t.prepare(pair, r); !ok {
		return Decision{Status: o.Status, Reason: o.Reason}, err
	}
	alone := t.cfg.Alone
	equal := t.r.n == t.d.n
	if alone.Resampling == "wild" && !equal {
		return Decision{}, fmt.Errorf("twosample: mmdagg: the wild bootstrap needs samples of "+
			"equal size, not %d and %d rows", t.r.n, t.d.n)
	}
	var resample resampler
	if alone.Resampling == "permutation" || !equal {
		resample = newPermutations(&t.r, &t.d, alone.B1+alone.B2, r)
	} else {
		resample = newWild(&t.r, &t.d, alone.B1+alone.B2, r)
	}
	labels, weights := t.Labels(), t.weights()
	first := make([][]float64, len(labels)) // B1 values and the pair's, sorted
	second := make([][]float64, len(labels))
	decision := Decision{Status: StatusOK, Kernels: make([]KernelDecision, len(labels))}
	for k, kernel := range t.sums.kernels {
		observed, values := resample.discrepancies(kernel)
		if o := outcome(values...); o.Status != StatusOK {
			return Decision{Status: o.Status, Reason: o.Reason}, nil
		}
		first[k] = append(slices.Clone(values[:alone.B1]), observed)
		slices.Sort(first[k])
		second[k] = values[alone.B1:]
		below, _ := slices.BinarySearch(first[k], observed)
		decision.Kernels[k] = KernelDecision{Label: labels[k], Statistic: observed,
			P: float64(alone.B1+1-below) / float64(alone.B1+1)}
	}
	low, high := 0.0, 1/slices.Max(weights)
	for range alone.B3 {
		u := (low + high) / 2
		if corrected(first, second, weights, u) <= alone.Level {
			low = u
		} else {
			high = u
		}
	}
	decision.U = low
	for k := range decision.Kernels {
		d := &decision.Kernels[k]
		d.Threshold = low * weights[k]
		decision.Reject = decision.Reject || d.P <= d.Threshold
	}
	return decision, nil
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
func (t *MMDAgg) weights() []float64 {
	n := t.cfg.bandwidths()
	weights := make([]float64, 0, n*len(t.cfg.Kernels))
	for range t.cfg.Kernels {
		for i := range n {
			w := 1.0
			switch t.cfg.Alone.Weights {
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

// permutations deal the rows of both samples anew.
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
		values[b] = unbiased(inside, (total-2*inside-2*between)/2, between, p.small, n-p.small)
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

// MMDFuseConfig is what MMD-FUSE can be told.
type MMDFuseConfig struct {
	KernelCollection `yaml:",inline"`
	// MaxReference is as in MMDAggConfig.
	MaxReference int `yaml:"max_reference"`
}

// DefaultMMDFuse is that of the authors' package: Gaussian and Laplace kernels at ten bandwidths
// each; with 1,000 rows of the reference.
func DefaultMMDFuse() MMDFuseConfig {
	return MMDFuseConfig{KernelCollection: KernelCollection{Kernels: []string{"laplace",
		"gaussian"}, Bandwidths: 10}, MaxReference: 1000}
}

// Validate implements BaselineConfig.
func (c MMDFuseConfig) Validate(report func(path, message string)) {
	c.KernelCollection.validate(report)
	if c.MaxReference != 0 {
		reporter(report).atLeast("max_reference", c.MaxReference, 2)
	}
}

// MMDFuse is the statistic of MMD-FUSE (Biggs, Schrab & Gretton, NeurIPS 2023, the normalized
// statistic of section 4),
//
//	(1/λ) log mean_k exp(λ MMD²_k/√N_k),  λ = √(n(n-1)),
//
// with the unbiased MMD² of every kernel, N_k the mean of k² over all pairs of different rows of
// both samples, and n the size of the smaller sample. The bandwidths are those of the authors'
// package: evenly spaced from half the 5% quantile to twice the 95% quantile of the distances, of
// up to 500 rows of both samples. The kernels there are exp(-|x-y|²/(2λ²)) and exp(-√2
// Σ|x_j-y_j|/λ). The authors calibrate by permutations; here null toys do. The total rate does not
// matter. The cost is as for MMDAgg.
type MMDFuse struct {
	cfg       MMDFuseConfig
	dim       int
	r, d      rows
	scratch   rows
	distances []float64
	sums      kernelSums
}

// NewMMDFuse prepares the test.
func NewMMDFuse(cfg MMDFuseConfig, dim int) (*MMDFuse, error) {
	if err := defect("mmdfuse", cfg, dim); err != nil {
		return nil, err
	}
	return &MMDFuse{cfg: cfg, dim: dim, sums: kernelSums{squares: true}}, nil
}

// Name implements Test.
func (t *MMDFuse) Name() string { return "MMD-FUSE" }

// Labels implements Labeled.
func (t *MMDFuse) Labels() []string { return []string{"fuse"} }

// Statistics implements Test.
func (t *MMDFuse) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	all := pooled(&t.r, &t.d)
	t.sums.kernels = t.sums.kernels[:0]
	for _, name := range t.cfg.Kernels {
		laplace := name == "laplace"
		t.distances = pairDistances(t.distances, all, laplace, r, &t.scratch)
		low, high := 0.5, 2.0
		if n := len(t.distances); n > 0 {
			low, high = t.distances[n/20]/2, 2*t.distances[n-1-n/20]
		}
		for i := range t.cfg.Bandwidths {
			width := low + (high-low)*float64(i)/float64(t.cfg.Bandwidths-1)
			rate := math.Sqrt2 / width
			if !laplace {
				rate = 1 / (2 * width * width)
			}
			t.sums.kernels = append(t.sums.kernels, radial{rate: rate, laplace: laplace})
		}
	}
	n := float64(all.N)
	small := float64(min(t.r.n, t.d.n))
	lambda := math.Sqrt(small * (small - 1))
	xx, yy, xy, square := t.sums.blocks(&t.r, &t.d)
	exponents := make([]float64, len(t.sums.kernels))
	for k := range exponents {
		// A kernel that is 0 between all rows sees no difference.
		if norm := math.Sqrt(2 * square[k] / (n * (n - 1))); norm > 0 {
			exponents[k] = lambda * unbiased(xx[k], yy[k], xy[k], t.r.n, t.d.n) / norm
		}
	}
	return outcome((floats.LogSumExp(exponents) - math.Log(float64(len(exponents)))) / lambda), nil
}
