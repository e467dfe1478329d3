package twosample

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// mergeEDF walks through the distinct values of two sorted samples in ascending order. It calls
// visit with the value, the two empirical distribution functions there (the value included), and
// how many rows of both samples have it.
func mergeEDF(a, b []float64, visit func(x, f, g float64, count int)) {
	n, m := float64(len(a)), float64(len(b))
	for i, j := 0, 0; i < len(a) || j < len(b); {
		var x float64
		if j == len(b) || i < len(a) && a[i] <= b[j] {
			x = a[i]
		} else {
			x = b[j]
		}
		before := i + j
		for i < len(a) && a[i] == x {
			i++
		}
		for j < len(b) && b[j] == x {
			j++
		}
		visit(x, float64(i)/n, float64(j)/m, i+j-before)
	}
}

// kolmogorov is the largest distance between the empirical distribution functions of two sorted
// samples.
func kolmogorov(a, b []float64) float64 {
	var distance float64
	mergeEDF(a, b, func(_, f, g float64, _ int) { distance = max(distance, math.Abs(f-g)) })
	return distance
}

// EDFConfig is what a test of empirical distribution functions can be told.
type EDFConfig struct {
	// Statistic is ks, ad or cvm.
	Statistic string `yaml:"-"`
}

// EDFStatistics are the words that EDFConfig.Statistic takes.
var EDFStatistics = []string{"ks", "ad", "cvm"}

// DefaultEDF is the Anderson-Darling statistic.
func DefaultEDF() EDFConfig { return EDFConfig{Statistic: "ad"} }

// Validate implements BaselineConfig.
func (c EDFConfig) Validate(report func(path, message string)) {
	reporter(report).word("statistic", c.Statistic, EDFStatistics)
}

// EDF compares the empirical distribution functions F (n rows of the reference) and G (m of the
// data) in one dimension, with N = n+m and H that of all rows:
//
//	ks   √(nm/N) max|F-G|                                    Kolmogorov-Smirnov
//	ad   nm/N ∫ (F-G)²/(H(1-H)) dH                           Anderson-Darling
//	cvm  nm/N ∫ (F-G)² dH                                    Cramér-von Mises (Anderson, Ann. Math. Stat. 33, 1962)
//
// The Anderson-Darling integral is the sum over ranks of Scholz & Stephens (J. Am. Stat. Assoc. 82,
// 1987, eq. 7 with k = 2), in which tied rows share their middle rank. The time is O(N log N). The
// total rate does not matter.
type EDF struct {
	cfg  EDFConfig
	r, d rows
}

// NewEDF prepares the test. It is an error if dim is not 1.
func NewEDF(cfg EDFConfig, dim int) (*EDF, error) {
	if err := defect("a test of distribution functions", cfg, dim); err != nil {
		return nil, err
	}
	if dim != 1 {
		return nil, fmt.Errorf("twosample: %s in %d dimensions; it compares distributions in "+
			"one (use a sliced test)", cfg.Statistic, dim)
	}
	return &EDF{cfg: cfg}, nil
}

// Name implements Test.
func (t *EDF) Name() string {
	return map[string]string{"ks": "Kolmogorov-Smirnov", "ad": "Anderson-Darling",
		"cvm": "Cramér-von Mises"}[t.cfg.Statistic]
}

// Labels implements Labeled.
func (t *EDF) Labels() []string { return []string{t.cfg.Statistic} }

// Statistics implements Test.
func (t *EDF) Statistics(pair data.Pair, _ *rand.Rand) (Outcome, error) {
	if o, ok, err := (needs{dim: 1, reference: 1, data: 1}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, 0, nil)
	t.d.take(pair.Data, 0, nil)
	a, b := t.r.x, t.d.x
	scale, total := effective(len(a), len(b)), float64(len(a)+len(b))
	switch t.cfg.Statistic {
	case "ks":
		return outcome(math.Sqrt(scale) * kolmogorov(a, b)), nil
	case "cvm":
		var sum float64
		mergeEDF(a, b, func(_, f, g float64, count int) {
			sum += (f - g) * (f - g) *
				float64(count)
		})
		return outcome(scale * sum / total), nil
	}
	var sum, f0, g0, h0 float64 // distribution functions below the value
	mergeEDF(a, b, func(_, f, g float64, count int) {
		share := float64(count) / total
		difference := (f + f0 - g - g0) / 2
		h := h0 + share/2
		if variance := h*(1-h) - share/4; variance > 1e-12 {
			sum += difference * difference / variance * share
		}
		f0, g0, h0 = f, g, h0+share
	})
	return outcome(scale * (total - 1) / total * sum), nil
}

// SlicedConfig is what a sliced test can be told.
type SlicedConfig struct {
	// Distance is wasserstein or ks.
	Distance string `yaml:"-"`
	// Directions is their number.
	Directions int `yaml:"directions"`
	// Order is p of the Wasserstein distance, 1 or 2.
	Order int `yaml:"order"`
	// MaxReference is how many rows of the reference take part, drawn anew for every pair; 0 is
	// all.
	MaxReference int `yaml:"max_reference"`
}

// SlicedDistances are the words that SlicedConfig.Distance takes.
var SlicedDistances = []string{"wasserstein", "ks"}

// DefaultSliced is the Wasserstein distance of order 1 along 100 directions, with 20,000 rows of
// the reference.
func DefaultSliced() SlicedConfig {
	return SlicedConfig{Distance: "wasserstein", Directions: 100, Order: 1, MaxReference: 20000}
}

// Validate implements BaselineConfig.
func (c SlicedConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	r.word("distance", c.Distance, SlicedDistances)
	r.atLeast("directions", c.Directions, 1)
	if c.Order != 1 && c.Order != 2 {
		r("order", fmt.Sprintf("is %d; must be 1 or 2", c.Order))
	}
	r.atLeast("max_reference", c.MaxReference, 0)
}

// Sliced projects both samples on random directions, drawn from the stream for every pair, and
// compares the projections: by the Wasserstein distance (Bonneel et al., J. Math. Imaging Vis. 51,
// 2015; its maximum: Deshpande et al., CVPR 2019) or by the distance of Kolmogorov and Smirnov. The
// statistics are the largest and the mean distance over the directions, times √(nm/(n+m)); in one
// dimension there is one direction and one statistic. The mean of order 2 is the root of the mean
// square. The total rate does not matter. The time is O(directions · N (d + log N)).
type Sliced struct {
	cfg  SlicedConfig
	dim  int
	r, d rows
	a, b []float64 // projections
	axis []float64
}

// NewSliced prepares the test.
func NewSliced(cfg SlicedConfig, dim int) (*Sliced, error) {
	if err := defect("a sliced test", cfg, dim); err != nil {
		return nil, err
	}
	if dim == 1 {
		cfg.Directions = 1
	}
	return &Sliced{cfg: cfg, dim: dim}, nil
}

// Name implements Test.
func (t *Sliced) Name() string {
	return map[string]string{"wasserstein": "sliced Wasserstein",
		"ks": "sliced Kolmogorov-Smirnov"}[t.cfg.Distance]
}

// Labels implements Labeled.
func (t *Sliced) Labels() []string {
	if t.dim == 1 {
		return []string{t.cfg.Distance}
	}
	return []string{"max", "mean"}
}

// Statistics implements Test.
func (t *Sliced) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 1, data: 1}).check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, t.cfg.MaxReference, r)
	t.d.take(pair.Data, 0, nil)
	scale := math.Sqrt(effective(t.r.n, t.d.n))
	if t.dim == 1 {
		return outcome(scale * t.root(t.distance(t.r.x, t.d.x))), nil
	}
	var largest, sum float64
	t.axis = resize(t.axis, t.dim)
	for range t.cfg.Directions {
		direction(t.axis, r)
		t.a, t.b = project(t.a, &t.r, t.axis), project(t.b, &t.d, t.axis)
		if math.IsNaN(t.a[0]) || math.IsNaN(t.b[0]) { // sorted in front
			return failure("a projection overflows"), nil
		}
		d := t.distance(t.a, t.b)
		largest = max(largest, d)
		sum += d
	}
	return outcome(scale*t.root(largest), scale*t.root(sum/float64(t.cfg.Directions))), nil
}

// distance is that of two sorted samples; of order 2 it is the square.
func (t *Sliced) distance(a, b []float64) float64 {
	if t.cfg.Distance == "ks" {
		return kolmogorov(a, b)
	}
	return wasserstein(a, b, t.cfg.Order)
}

func (t *Sliced) root(d float64) float64 {
	if t.cfg.Distance == "wasserstein" && t.cfg.Order == 2 {
		return math.Sqrt(d)
	}
	return d
}

// direction draws a unit vector.
func direction(axis []float64, r *rand.Rand) {
	var norm float64
	for norm == 0 {
		for j := range axis {
			axis[j] = r.NormFloat64()
			norm += axis[j] * axis[j]
		}
	}
	for j := range axis {
		axis[j] /= math.Sqrt(norm)
	}
}

// project gives the sorted coordinates of the rows along an axis.
func project(into []float64, s *rows, axis []float64) []float64 {
	into = resize(into, s.n)
	for i := range into {
		var sum float64
		for j, v := range s.at(i) {
			sum += v * axis[j]
		}
		into[i] = sum
	}
	slices.Sort(into)
	return into
}

// wasserstein is the mean of |x-y|^p over the coupling of two sorted samples in their order, p = 1
// or 2.
func wasserstein(a, b []float64, p int) float64 {
	n, m := len(a), len(b)
	var sum float64
	restA, restB := m, n // of the mass of a row, in units of 1/(nm)
	for i, j := 0, 0; i < n && j < m; {
		mass := min(restA, restB)
		distance := math.Abs(a[i] - b[j])
		if p == 2 {
			distance *= distance
		}
		sum += distance * float64(mass)
		if restA -= mass; restA == 0 {
			i, restA = i+1, m
		}
		if restB -= mass; restB == 0 {
			j, restB = j+1, n
		}
	}
	return sum / (float64(n) * float64(m))
}

// BinnedConfig is what the binned likelihood ratio can be told.
type BinnedConfig struct {
	// Bins is quantile (of equal probability in the reference) or fixed (of equal width from Low to
	// High, with one more on each side for what lies beyond).
	Bins string `yaml:"bins"`
	// Count is the number of bins, those beyond Low and High not counted.
	Count int `yaml:"count"`
	// Low and High are the ends of fixed bins, in the data's unit. They must be left out for
	// quantile.
	Low  float64 `yaml:"low"`
	High float64 `yaml:"high"`
	// Counting is extended (the total rate is tested, through the pair's Weight) or shape.
	Counting string `yaml:"-"`
}

// The words that a BinnedConfig takes.
var (
	Binnings  = []string{"quantile", "fixed"}
	Countings = []string{"extended", "shape"}
)

// DefaultBinned is 30 bins of equal probability in the reference, extended.
func DefaultBinned() BinnedConfig {
	return BinnedConfig{Bins: "quantile", Count: 30, Counting: "extended"}
}

// Validate implements BaselineConfig.
func (c BinnedConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	r.word("bins", c.Bins, Binnings)
	r.atLeast("count", c.Count, 1)
	finite := !math.IsInf(c.Low, 0) && !math.IsInf(c.High, 0)
	if c.Bins == "fixed" && !(c.Low < c.High && finite) {
		r("high", fmt.Sprintf("is %v; must be a finite number above low (%v)", c.High, c.Low))
	}
	if c.Bins == "quantile" && (c.Low != 0 || c.High != 0) {
		r("low", "and high are the ends of fixed bins; leave them out where bins is quantile")
	}
	r.word("counting", c.Counting, Countings)
}

// Binned is the likelihood ratio of free Poisson rates in every bin against common ones (the
// saturated model of Baker & Cousins, Nucl. Instrum. Meth. 221, 1984, here with a reference of
// finite size), in one dimension:
//
//	t = 2 Σ_b [ n ln(n/λ) + r ln(r w/λ) ],  λ = (n + r) w/(1 + w),
//
// where bin b holds n rows of the data and r of the reference, each of weight w. It tends to 2 Σ [e
// - n + n ln(n/e)], e = w r, as the reference grows. In extended counting w is the pair's Weight
// and the test is sensitive to the total rate; in shape counting w = N_D/N_R, and t is the
// likelihood ratio of homogeneity. The time is O(N log N).
type Binned struct {
	cfg           BinnedConfig
	r, d          rows
	edges, counts []float64
}

// NewBinned prepares the test. It is an error if dim is not 1.
func NewBinned(cfg BinnedConfig, dim int) (*Binned, error) {
	if err := defect("binned", cfg, dim); err != nil {
		return nil, err
	}
	if dim != 1 {
		return nil, fmt.Errorf("twosample: binned in %d dimensions; it bins one", dim)
	}
	return &Binned{cfg: cfg}, nil
}

// Name implements Test.
func (t *Binned) Name() string { return "binned" }

// Labels implements Labeled.
func (t *Binned) Labels() []string { return []string{t.cfg.Counting} }

// Statistics implements Test.
func (t *Binned) Statistics(pair data.Pair, _ *rand.Rand) (Outcome, error) {
	extended := t.cfg.Counting == "extended"
	minimum := needs{dim: 1, reference: 1, data: 1, weight: extended}
	if extended {
		minimum.data = 0 // no event where some are expected is an observation
	}
	if o, ok, err := minimum.check(pair); !ok {
		return o, err
	}
	t.r.take(pair.Reference, 0, nil)
	t.d.take(pair.Data, 0, nil)
	w := pair.Weight
	if !extended {
		w = float64(t.d.n) / float64(t.r.n)
	}
	t.edges = t.edges[:0]
	for k := range t.cfg.Count + 1 {
		if t.cfg.Bins == "fixed" {
			t.edges = append(
				t.edges, t.cfg.Low+float64(k)/float64(t.cfg.Count)*(t.cfg.High-t.cfg.Low))
		} else if k > 0 && k < t.cfg.Count {
			t.edges = append(t.edges, t.r.x[k*t.r.n/t.cfg.Count])
		}
	}
	t.counts = resize(t.counts, 2*(len(t.edges)+1))
	clear(t.counts)
	r, n := t.counts[:len(t.edges)+1], t.counts[len(t.edges)+1:]
	count(r, t.r.x, t.edges)
	count(n, t.d.x, t.edges)
	var statistic float64
	for b := range n {
		if all := n[b] + r[b]; all > 0 {
			statistic += 2 * (xlog(n[b], n[b]*(1+w)/(all*w)) + xlog(r[b], r[b]*(1+w)/all))
		}
	}
	return outcome(statistic), nil
}

// count sorts sorted values into bins: bin b is from edges[b-1], included, to edges[b]. Edges may
// coincide.
func count(bins, sorted, edges []float64) {
	b := 0
	for _, v := range sorted {
		for b < len(edges) && v >= edges[b] {
			b++
		}
		bins[b]++
	}
}

// xlog is x ln(ratio), 0 where x is 0.
func xlog(x, ratio float64) float64 {
	if x == 0 {
		return 0
	}
	return x * math.Log(ratio)
}
