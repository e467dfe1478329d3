package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/twosample"
)

// SlicedConfig holds the options of a sliced test.
type SlicedConfig struct {
	// Directions is the number of random directions.
	Directions int `yaml:"directions"`
	// Order is the exponent p of the Wasserstein distance, 1 or 2.
	Order int `yaml:"order"`
	// MaxReference is the number of reference rows that take part, drawn anew for every pair. 0
	// stands for all.
	MaxReference int `yaml:"max_reference"`
}

// DefaultSliced returns 100 directions, order 1 and 20,000 rows of the reference.
func DefaultSliced() SlicedConfig {
	return SlicedConfig{Directions: 100, Order: 1, MaxReference: 20000}
}

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c SlicedConfig) Validate(report func(path, message string)) {
	r := reporter(report)
	r.atLeast("directions", c.Directions, 1)
	if c.Order != 1 && c.Order != 2 {
		r("order", fmt.Sprintf("is %d; must be 1 or 2", c.Order))
	}
	r.atLeast("max_reference", c.MaxReference, 0)
}

func init() {
	twosample.Register(twosample.Method{
		Name:  "sliced_wasserstein",
		Title: "sliced Wasserstein",
		About: "Wasserstein distances of projections on random directions: sees mass that is " +
			"displaced.",
		Cost:    "O(directions · (n+m)(d + log(n+m)))",
		Source:  "Bonneel et al., J. Math. Imaging Vis. 51 (2015); Deshpande et al., CVPR 2019",
		Prepare: preparer("sliced_wasserstein", DefaultSliced, NewSlicedWasserstein),
	})
	twosample.Register(twosample.Method{
		Name:  "sliced_ks",
		Title: "sliced Kolmogorov-Smirnov",
		About: "Kolmogorov-Smirnov distances of projections on random directions: sees shifts of " +
			"the bulk.",
		Cost:    "O(directions · (n+m)(d + log(n+m)))",
		Source:  "Bonneel et al., J. Math. Imaging Vis. 51 (2015), with another distance",
		Prepare: preparer("sliced_ks", DefaultSliced, NewSlicedKS),
	})
}

// Sliced projects both samples on random directions, drawn from the stream for every pair, and
// compares the projections: by the Wasserstein distance (Bonneel et al., J. Math. Imaging Vis. 51,
// 2015; its maximum: Deshpande et al., CVPR 2019) or by the Kolmogorov-Smirnov distance. The
// statistics are the largest and the mean distance over the directions, times √(nm/(n+m)). In one
// dimension there is one direction and one statistic. The mean of order 2 is the root of the mean
// square. The time is O(directions · N (d + log N)). The test compares normalized distributions.
type Sliced struct {
	cfg  SlicedConfig
	ks   bool // not the Wasserstein distance
	dim  int
	r, d rows
	a, b []float64 // projections
	axis []float64
}

// NewSlicedWasserstein returns the test with the Wasserstein distance.
func NewSlicedWasserstein(cfg SlicedConfig, dim int) (*Sliced, error) {
	return newSliced(Sliced{cfg: cfg, dim: dim})
}

// NewSlicedKS returns the test with the Kolmogorov-Smirnov distance. It does not use Order.
func NewSlicedKS(cfg SlicedConfig, dim int) (*Sliced, error) {
	return newSliced(Sliced{cfg: cfg, dim: dim, ks: true})
}

func newSliced(t Sliced) (*Sliced, error) {
	if err := impossible("a sliced test", t.cfg, t.dim); err != nil {
		return nil, err
	}
	if t.dim == 1 {
		t.cfg.Directions = 1
	}
	return &t, nil
}

// Name implements twosample.Test.
func (t *Sliced) Name() string {
	if t.ks {
		return "sliced Kolmogorov-Smirnov"
	}
	return "sliced Wasserstein"
}

// Labels returns the names of the statistics: max and mean, or the name of the distance in one
// dimension.
func (t *Sliced) Labels() []string {
	switch {
	case t.dim > 1:
		return []string{"max", "mean"}
	case t.ks:
		return []string{"ks"}
	default:
		return []string{"wasserstein"}
	}
}

// Statistics implements twosample.Test: the largest and the mean distance.
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

// distance returns the distance of two sorted samples, or its square if the order is 2.
func (t *Sliced) distance(a, b []float64) float64 {
	if t.ks {
		return kolmogorov(a, b)
	}
	return wasserstein(a, b, t.cfg.Order)
}

func (t *Sliced) root(d float64) float64 {
	if !t.ks && t.cfg.Order == 2 {
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

// project returns the sorted coordinates of the rows along an axis.
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

// wasserstein returns the mean of |x-y|^p, for p = 1 or 2, over the coupling of two sorted samples
// in their order.
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
