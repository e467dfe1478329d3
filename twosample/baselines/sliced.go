package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/twosample"
)

// SlicedConfig is what a sliced test can be told.
type SlicedConfig struct {
	// Distance is wasserstein or ks.
	Distance string `yaml:"-"`
	// Directions is their number.
	Directions int `yaml:"directions"`
	// Order is the exponent p of the Wasserstein distance, 1 or 2.
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
func (t *Sliced) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
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
