package twosample

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker/data"
)

// MMDConfig is what the maximum mean discrepancy can be told.
type MMDConfig struct {
	// Widths are those of the Gaussian kernels exp(-|x-y|²/(2σ²)), one statistic for each, in units
	// of the median distance between the reference's rows.
	Widths []float64 `yaml:"widths"`
	// MaxReference is how many rows of the reference take part, drawn anew for every pair; 0 is
	// all. The time is quadratic in them.
	MaxReference int `yaml:"max_reference"`
}

// DefaultMMD is twice, once and half the median distance, with 2,000 rows of the reference.
func DefaultMMD() MMDConfig { return MMDConfig{Widths: []float64{2, 1, 0.5}, MaxReference: 2000} }

// Validate implements BaselineConfig.
func (c MMDConfig) Validate(report func(path, message string)) {
	validateWidths(c.Widths, report)
	if c.MaxReference != 0 {
		reporter(report).atLeast("max_reference", c.MaxReference, 2)
	}
}

func validateWidths(widths []float64, report reporter) {
	if len(widths) == 0 {
		report("widths", "is empty; must hold at least one number")
	}
	for i, w := range widths {
		report.positive(fmt.Sprintf("widths[%d]", i), w)
	}
}

// MMD is the unbiased estimate of the squared maximum mean discrepancy (Gretton et al., JMLR 13,
// 2012, eq. 3),
//
//	MMD² = Σ_{i≠j} k(x_i,x_j)/(n(n-1)) + Σ_{i≠j} k(y_i,y_j)/(m(m-1)) - 2 Σ_ij k(x_i,y_j)/(nm),
//
// with Gaussian kernels at multiples of the median heuristic (section 8 there). It compares
// normalized distributions: the total rate does not matter. The time is O((n+m)² d), the memory
// O(n+m).
type MMD struct {
	cfg  MMDConfig
	dim  int
	r, d rows
	sums kernelSums
}

// NewMMD prepares the test.
func NewMMD(cfg MMDConfig, dim int) (*MMD, error) {
	if err := defect("mmd", cfg, dim); err != nil {
		return nil, err
	}
	return &MMD{cfg: cfg, dim: dim}, nil
}

// Name implements Test.
func (t *MMD) Name() string { return "MMD" }

// Labels implements Labeled: one statistic for each width.
func (t *MMD) Labels() []string { return widthLabels(t.cfg.Widths) }

func widthLabels(widths []float64) []string {
	var labels []string
	for _, w := range widths {
		labels = append(labels, fmt.Sprintf("%g median", w))
	}
	return labels
}

// Statistics implements Test: MMD² at each width.
func (t *MMD) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	t.sums.kernels = gaussians(t.sums.kernels, t.cfg.Widths, medianDistance(&t.r, &t.d, r))
	return outcome(t.sums.discrepancies(&t.r, &t.d)...), nil
}

// distanceRows is how many rows the quantiles of the pairwise distances are taken from: 125,000
// pairs.
const distanceRows = 500

// medianDistance is the median distance between different rows of the reference. Where these are
// all the same it is that of all rows, and 1 where there is no distance at all, or none that is a
// number.
func medianDistance(reference, other *rows, r *rand.Rand) float64 {
	q, err := data.PairwiseQuantiles(reference.sample(), r, distanceRows, 0.5)
	if err != nil {
		q, err = data.PairwiseQuantiles(pooled(reference, other), r, distanceRows, 0.5)
	}
	if err != nil {
		return 1
	}
	return q[0]
}

// sample is a view of the rows.
func (s *rows) sample() data.Sample { return data.Sample{X: s.x, N: s.n, D: s.d} }

// pooled is both samples in one, the first in front.
func pooled(a, b *rows) data.Sample {
	x := make([]float64, 0, len(a.x)+len(b.x))
	return data.Sample{X: append(append(x, a.x...), b.x...), N: a.n + b.n, D: a.d}
}

// radial is a kernel of the distance: exp(-rate |x-y|²), or exp(-rate Σ|x_j-y_j|) if laplace.
type radial struct {
	rate    float64
	laplace bool
}

// gaussians are the kernels exp(-|x-y|²/(2 (width·unit)²)).
func gaussians(into []radial, widths []float64, unit float64) []radial {
	into = into[:0]
	for _, w := range widths {
		into = append(into, radial{rate: 1 / (2 * w * unit * w * unit)})
	}
	return into
}

// kernelSums sums kernels over pairs of rows, with the memory of one row of the kernel matrix.
type kernelSums struct {
	kernels []radial
	// squares asks for the sums of the squared kernels too.
	squares bool

	euclid, city, value []float64
}

// add adds the sums of each kernel over all pairs of a row of a and one of b to sum, and those of
// its square to square. With within, b is a and every pair counts once.
func (s *kernelSums) add(a, b *rows, within bool, sum, square []float64) {
	for i := range a.n {
		first := 0
		if within {
			first = i + 1
		}
		s.row(a.at(i), b, first, func(k int, value []float64) {
			sum[k] += floats.Sum(value)
			if s.squares {
				square[k] += floats.Dot(value, value)
			}
		})
	}
}

// row gives visit the values of each kernel between x and the rows of b from the first on.
func (s *kernelSums) row(x []float64, b *rows, first int, visit func(k int, value []float64)) {
	n := b.n - first
	s.value = resize(s.value, n)
	haveEuclid, haveCity := false, false
	for k, kernel := range s.kernels {
		distance := &s.euclid
		if kernel.laplace {
			distance = &s.city
			if !haveCity {
				s.city = resize(s.city, n)
				cityDistances(s.city, x, b, first)
				haveCity = true
			}
		} else if !haveEuclid {
			s.euclid = resize(s.euclid, n)
			squaredDistances(s.euclid, x, b, first)
			haveEuclid = true
		}
		// Half the width of the kernel before is its fourth power, which costs less than an
		// exponential.
		if k > 0 && kernel.laplace == s.kernels[k-1].laplace &&
			kernel.rate == 4*s.kernels[k-1].rate {
			for j, v := range s.value {
				s.value[j] = v * v * v * v
			}
		} else {
			decay(s.value, *distance, kernel.rate)
		}
		visit(k, s.value)
	}
}

// decay fills into with exp(-rate v), v >= 0, within a relative 1e-15, in half the time of
// math.Exp: with k = round(64 rate v/ln 2) it is 2^(-k/64), from a table, times a short series
// around 1.
func decay(into, distances []float64, rate float64) {
	const (
		toInteger = 3 << 51         // added, it leaves the integer in the lowest bits
		step      = math.Ln2 / 64   // high + low
		high      = 0x1.62e42fefp-7 // 33 bits, so that k·high is exact
		low       = step - high
	)
	into = into[:len(distances)]
	for j, v := range distances {
		t := rate * v
		if !(t < 708) { // next to nothing, or no number
			into[j] = math.Exp(-t)
			continue
		}
		shifted := t*(1/step) + toInteger
		k := math.Float64bits(shifted) & (1<<32 - 1)
		whole := shifted - toInteger
		r := whole*high - t + whole*low
		series := r + r*r*(1./2+r*(1./6)+r*r*(1./24+r*(1./120))) // e^r - 1
		power := math.Float64frombits(powers[k%64] - k/64<<52)
		into[j] = power + power*series
	}
}

// powers are the bits of 2^(-i/64).
var powers = func() (table [64]uint64) {
	for i := range table {
		table[i] = math.Float64bits(math.Exp2(-float64(i) / 64))
	}
	return table
}()

// discrepancies are the unbiased estimates of MMD², one for each kernel.
func (s *kernelSums) discrepancies(x, y *rows) []float64 {
	xx, yy, xy, _ := s.blocks(x, y)
	t := make([]float64, len(s.kernels))
	for k := range t {
		t[k] = unbiased(xx[k], yy[k], xy[k], x.n, y.n)
	}
	return t
}

// blocks are the sums over the pairs within x, within y and between them, and those of the squares
// over all of these.
func (s *kernelSums) blocks(x, y *rows) (xx, yy, xy, square []float64) {
	n := len(s.kernels)
	sums := make([]float64, 4*n)
	xx, yy, xy, square = sums[:n], sums[n:2*n], sums[2*n:3*n], sums[3*n:]
	s.add(x, x, true, xx, square)
	s.add(y, y, true, yy, square)
	s.add(y, x, false, xy, square)
	return xx, yy, xy, square
}

// unbiased is MMD² from the sums over unordered pairs within and over all pairs between samples of
// n and m rows.
func unbiased(xx, yy, xy float64, n, m int) float64 {
	a, b := float64(n), float64(m)
	return 2*xx/(a*(a-1)) + 2*yy/(b*(b-1)) - 2*xy/(a*b)
}

// resize gives a slice of n elements, with the memory of the old one if that is enough.
func resize[E any](s []E, n int) []E {
	if cap(s) < n {
		return make([]E, n, n+n/4)
	}
	return s[:n]
}

// squaredDistances fills into with |x - b_j|² for the rows of b from the first on.
func squaredDistances(into, x []float64, b *rows, first int) {
	if len(x) == 1 {
		for j, v := range b.x[first:] {
			into[j] = (v - x[0]) * (v - x[0])
		}
		return
	}
	for j := range into {
		into[j] = data.SquaredDistance(x, b.at(first+j))
	}
}

// cityDistances fills into with Σ_k |x_k - b_jk| for the rows of b from the first on.
func cityDistances(into, x []float64, b *rows, first int) {
	for j := range into {
		row := b.at(first + j)[:len(x)]
		var sum float64
		for k, v := range x {
			sum += math.Abs(v - row[k])
		}
		into[j] = sum
	}
}

// NystroemMMDConfig is what the MMD on landmarks can be told.
type NystroemMMDConfig struct {
	// Widths are as in MMDConfig.
	Widths []float64 `yaml:"widths"`
	// Landmarks is their number L; 0 is the square root of the number of all rows, rounded up.
	Landmarks int `yaml:"landmarks"`
}

// DefaultNystroemMMD is twice, once and half the median distance, with √(n+m) landmarks.
func DefaultNystroemMMD() NystroemMMDConfig {
	return NystroemMMDConfig{Widths: []float64{2, 1,
		0.5}}
}

// Validate implements BaselineConfig.
func (c NystroemMMDConfig) Validate(report func(path, message string)) {
	validateWidths(c.Widths, report)
	reporter(report).atLeast("landmarks", c.Landmarks, 0)
}

// NystroemMMD is the squared maximum mean discrepancy between the projections of both samples on L
// landmarks (Chatalic et al., ICML 2022: Nyström kernel mean embeddings),
//
//	|mean ψ(y) - mean ψ(x)|², ψ(x) = K_LL^(-1/2) k_L(x),
//
// with landmarks drawn without replacement from all rows and 1e-8 on the diagonal of K_LL. It is
// the biased estimate: always at least 0. All rows of the reference take part; the time is O((n+m)
// L d + L³). The total rate does not matter.
type NystroemMMD struct {
	cfg       NystroemMMDConfig
	dim       int
	r, d      rows
	landmarks rows
	sums      kernelSums
}

// NewNystroemMMD prepares the test.
func NewNystroemMMD(cfg NystroemMMDConfig, dim int) (*NystroemMMD, error) {
	if err := defect("nystroem_mmd", cfg, dim); err != nil {
		return nil, err
	}
	return &NystroemMMD{cfg: cfg, dim: dim}, nil
}

// Name implements Test.
func (t *NystroemMMD) Name() string { return "Nyström MMD" }

// Labels implements Labeled: one statistic for each width.
func (t *NystroemMMD) Labels() []string { return widthLabels(t.cfg.Widths) }

// Statistics implements Test: the squared discrepancy at each width.
func (t *NystroemMMD) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 2, data: 2}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, 0, nil)
	t.d.take(pair.Data, 0, nil)
	all := pooled(&t.r, &t.d)
	count := t.cfg.Landmarks
	if count == 0 {
		count = int(math.Ceil(math.Sqrt(float64(all.N))))
	}
	t.landmarks.take(all, count, r)
	t.sums.kernels = gaussians(t.sums.kernels, t.cfg.Widths, medianDistance(&t.r, &t.d, r))

	L, K := t.landmarks.n, len(t.cfg.Widths)
	contrast := make([][]float64, K) // of the mean kernels at the landmarks
	gram := make([]*mat.SymDense, K)
	for k := range K {
		contrast[k] = make([]float64, L)
		gram[k] = mat.NewSymDense(L, nil)
	}
	for i := range L {
		x := t.landmarks.at(i)
		t.sums.row(x, &t.d, 0, func(k int,
			value []float64) {
			contrast[k][i] += floats.Sum(value) / float64(t.d.n)
		})
		t.sums.row(x, &t.r, 0, func(k int,
			value []float64) {
			contrast[k][i] -= floats.Sum(value) / float64(t.r.n)
		})
		t.sums.row(x, &t.landmarks, i, func(k int, value []float64) {
			for j, v := range value {
				gram[k].SetSym(i, i+j, v)
			}
			gram[k].SetSym(i, i, 1+1e-8)
		})
	}
	statistics := make([]float64, K)
	for k := range K {
		var factor mat.Cholesky
		if !factor.Factorize(gram[k]) {
			return failure("the kernel matrix of the landmarks is not positive definite"), nil
		}
		v, solved := mat.NewVecDense(L, contrast[k]), mat.NewVecDense(L, nil)
		// Its error is that of a condition number, which the diagonal bounds.
		_ = factor.SolveVecTo(solved, v)
		statistics[k] = mat.Dot(v, solved)
	}
	return outcome(statistics...), nil
}

// EnergyConfig is what the energy distance can be told.
type EnergyConfig struct {
	// MaxReference is how many rows of the reference take part in two and more dimensions, drawn
	// anew for every pair; 0 is all. In one dimension all take part.
	MaxReference int `yaml:"max_reference"`
}

// DefaultEnergy is 2,000 rows of the reference.
func DefaultEnergy() EnergyConfig { return EnergyConfig{MaxReference: 2000} }

// Validate implements BaselineConfig.
func (c EnergyConfig) Validate(report func(path, message string)) {
	if c.MaxReference != 0 {
		reporter(report).atLeast("max_reference", c.MaxReference, 2)
	}
}

// Energy is the energy statistic (Székely & Rizzo, InterStat 5, 2004),
//
//	nm/(n+m) [ 2 mean|x-y| - mean|x-x'| - mean|y-y'| ],
//
// with means over all pairs, those of a row with itself included. In one dimension it is 2 nm/(n+m)
// ∫(F-G)² of the empirical distribution functions, which takes O(N log N); otherwise the time is
// O(N² d) and the memory O(N). The total rate does not matter.
type Energy struct {
	cfg   EnergyConfig
	dim   int
	r, d  rows
	space []float64
}

// NewEnergy prepares the test.
func NewEnergy(cfg EnergyConfig, dim int) (*Energy, error) {
	if err := defect("energy", cfg, dim); err != nil {
		return nil, err
	}
	return &Energy{cfg: cfg, dim: dim}, nil
}

// Name implements Test.
func (t *Energy) Name() string { return "energy" }

// Labels implements Labeled.
func (t *Energy) Labels() []string { return []string{"energy"} }

// Statistics implements Test.
func (t *Energy) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 1, data: 1}).check(pair); !ok {
		return o, err
	}
	t.d.take(pair.Data, 0, nil)
	if t.dim == 1 {
		t.r.take(pair.Reference, 0, nil)
		var integral, last, step float64
		mergeEDF(t.r.x, t.d.x, func(x, f, g float64, _ int) {
			if step != 0 {
				integral += step * step * (x - last)
			}
			last, step = x, f-g
		})
		return outcome(2 * effective(t.r.n, t.d.n) * integral), nil
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	n, m := float64(t.r.n), float64(t.d.n)
	xx, yy, xy := t.distances(&t.r, &t.r, true), t.distances(&t.d, &t.d, true),
		t.distances(&t.d, &t.r, false)
	return outcome(effective(t.r.n, t.d.n) * (2*xy/(n*m) - 2*xx/(n*n) - 2*yy/(m*m))), nil
}

// distances sums the distances between the rows of a and those of b; within, b is a and every pair
// counts once.
func (t *Energy) distances(a, b *rows, within bool) float64 {
	var sum float64
	for i := range a.n {
		first := 0
		if within {
			first = i + 1
		}
		t.space = resize(t.space, b.n-first)
		squaredDistances(t.space, a.at(i), b, first)
		for _, v := range t.space {
			sum += math.Sqrt(v)
		}
	}
	return sum
}
