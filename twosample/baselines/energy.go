package baselines

import (
	"math"
	"math/rand/v2"

	"sparker/data"
	"sparker/twosample"
)

// EnergyConfig holds the options of the energy distance.
type EnergyConfig struct {
	// MaxReference is the number of reference rows that take part in two and more dimensions, drawn
	// anew for every pair. 0 stands for all. In one dimension, all take part.
	MaxReference int `yaml:"max_reference"`
}

// DefaultEnergy returns 2,000 rows of the reference.
func DefaultEnergy() EnergyConfig { return EnergyConfig{MaxReference: 2000} }

// Validate reports every impossible value: its key path inside the block, and what is allowed.
func (c EnergyConfig) Validate(report func(path, message string)) {
	reporter(report).limit("max_reference", c.MaxReference, 2)
}

func init() {
	twosample.Register(twosample.Method{
		Name:    "energy",
		Title:   "energy",
		About:   "Energy distance: sees differences of the means and broad differences of shape.",
		Cost:    "O((n+m)² d), or O((n+m) log(n+m)) for one column",
		Source:  "Székely and Rizzo, InterStat 5 (2004)",
		Weights: true,
		Prepare: preparer("energy", DefaultEnergy, NewEnergy),
	})
}

// Energy is the energy statistic (Székely and Rizzo, InterStat 5, 2004):
//
//	nm/(n+m) [ 2 mean|x-y| - mean|x-x'| - mean|y-y'| ]
//
// The means are over all pairs, including those of a row with itself. With weights of rows, pairs
// count by the product of their weights, and n and m are sums of weights. In one dimension the
// statistic is 2 nm/(n+m) ∫(F-G)² of the empirical distribution functions, and takes O(N log N).
// Otherwise the time is O(N² d) and the memory O(N). The test compares normalized distributions.
type Energy struct {
	cfg   EnergyConfig
	dim   int
	r, d  rows
	space []float64
}

// NewEnergy returns the test for samples of dim columns.
func NewEnergy(cfg EnergyConfig, dim int) (*Energy, error) {
	if err := impossible("energy", cfg, dim); err != nil {
		return nil, err
	}
	return &Energy{cfg: cfg, dim: dim}, nil
}

// Name implements twosample.Test.
func (t *Energy) Name() string { return "energy" }

// Labels returns the name of the statistic.
func (t *Energy) Labels() []string { return []string{"energy"} }

// Statistics implements twosample.Test: the one statistic.
func (t *Energy) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if o, ok, err := (needs{dim: t.dim, reference: 1, data: 1}).check(pair); !ok {
		return o, err
	}
	t.d.takeWeighted(pair.Data, pair.DataWeights, 0, nil)
	limit := t.cfg.MaxReference
	if t.dim == 1 {
		limit = 0
	}
	t.r.takeWeighted(pair.Reference, pair.ReferenceWeights, limit, r)
	n, m := t.r.total(), t.d.total()
	if !(n > 0) {
		return failure("the weights of the drawn reference rows have no sum above 0"), nil
	}
	if t.dim == 1 {
		return outcome(2 * n * m / (n + m) * t.integral()), nil
	}
	xx, yy, xy := t.within(&t.r), t.within(&t.d), t.between(&t.d, &t.r)
	return outcome(n * m / (n + m) * (2*xy/(n*m) - 2*xx/(n*n) - 2*yy/(m*m))), nil
}

// integral returns ∫(F-G)² of the distribution functions of one column.
func (t *Energy) integral() (integral float64) {
	var last, step float64
	visit := func(x, f, g float64) {
		if step != 0 {
			integral += step * step * (x - last)
		}
		last, step = x, f-g
	}
	if t.r.weights == nil && t.d.weights == nil {
		mergeEDF(t.r.x, t.d.x, func(x, f, g float64, _ int) { visit(x, f, g) })
	} else {
		mergeWeightedEDF(&t.r, &t.d, visit)
	}
	return integral
}

// within sums the distances over all pairs of rows of a sample, each pair once.
func (t *Energy) within(a *rows) (sum float64) {
	for i := range a.n {
		t.addDistances(&sum, a.at(i), a.weight(i), a, i+1)
	}
	return sum
}

// between sums the distances over all pairs of a row of a and a row of b.
func (t *Energy) between(a, b *rows) (sum float64) {
	for i := range a.n {
		t.addDistances(&sum, a.at(i), a.weight(i), b, 0)
	}
	return sum
}

// addDistances adds the distances from x, of weight w, to the rows of b, from the first on, one
// after the other.
func (t *Energy) addDistances(sum *float64, x []float64, w float64, b *rows, first int) {
	t.space = resize(t.space, b.n-first)
	squaredDistances(t.space, x, b, first)
	if w == 1 && b.weights == nil {
		for _, v := range t.space {
			*sum += math.Sqrt(v)
		}
		return
	}
	for i, v := range t.space {
		*sum += w * b.weight(first+i) * math.Sqrt(v)
	}
}
