package baselines

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

var _ twosample.Test = (*Falkon)(nil)

// falkonSettings are the arguments of NewFalkon.
type falkonSettings struct {
	FalkonConfig
	dim    int
	widths []float64
}

func newFalkonSettings(dim int, widths ...float64) falkonSettings {
	return falkonSettings{DefaultFalkon(), dim, widths}
}

func newFalkon(t testing.TB, s falkonSettings) *Falkon {
	t.Helper()
	test, err := NewFalkon(s.FalkonConfig, s.dim, s.widths)
	if err != nil {
		t.Fatal(err)
	}
	return test
}

// falkonToy draws normal rows: a reference of weight 1/4 and data that are shifted.
func falkonToy(seed uint64, references, rows, d int, shift float64) data.Pair {
	r := rand.New(rand.NewPCG(seed, 3))
	draw := func(n int, shift float64) data.Sample {
		s := data.Sample{N: n, D: d}
		for range n * d {
			s.X = append(s.X, r.NormFloat64()+shift)
		}
		return s
	}
	return data.Pair{Reference: draw(references, 0), Data: draw(rows, shift), Weight: 0.25}
}

// The statistic agrees with a dense solver, after one step and at the minimum: with all rows as
// centers, for a Cholesky factor of much lower rank (wide kernels in one dimension) and of nearly
// full rank, and with few centers.
func TestFalkonEqualsDenseSolver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		d, centers    int
		width, lambda float64
	}{
		{"all rows, wide", 1, 110, 2, 1e-6},
		{"all rows, narrow", 1, 110, 0.05, 1e-4},
		{"all rows, five dimensions", 5, 110, 2, 1e-5},
		{"few centers", 2, 12, 0.7, 1e-5},
	} {
		for _, exact := range []bool{true, false} {
			s := newFalkonSettings(c.d, c.width)
			s.Centers, s.Lambda = c.centers, c.lambda
			steps := 40
			if exact {
				s.Iterations, s.Tolerance, steps = 1, 0, 1
			} else {
				s.Tolerance = 1e-16
			}
			test := newFalkon(t, s)
			pair := falkonToy(5, 80, 30, c.d, 0.8)
			got := toytest.Statistics(t, test, pair, 1)[0]
			want := denseFalkon{pair, test.centers, c.width, c.lambda, steps}.statistic(t)
			if !(math.Abs(got-want) <= 1e-6*math.Abs(want)) {
				t.Errorf("%s, one step %v: t = %.10g, dense solver %.10g (rank %d)", c.name, exact,
					got, want, len(test.pivots))
			}
		}
	}
}

// Neither the order of the rows nor earlier pairs have an influence, not even on the last bit.
// Another stream draws other centers.
func TestFalkonDependsOnThePairAlone(t *testing.T) {
	t.Parallel()
	s := newFalkonSettings(2, 0.5, 1, 2)
	s.Centers = 20
	pair, other := falkonToy(1, 300, 80, 2, 0.3), falkonToy(2, 500, 120, 2, 0)
	test := newFalkon(t, s)
	want := toytest.Statistics(t, test, pair, 1)
	toytest.Statistics(t, test, other, 1)
	if got := toytest.Statistics(t, test, pair, 1); !slices.Equal(got, want) {
		t.Errorf("after a larger pair t = %v, fresh %v", got, want)
	}
	shuffled := pair
	for _, sample := range []*data.Sample{&shuffled.Reference, &shuffled.Data} {
		sample.X = slices.Clone(sample.X)
		rand.New(rand.NewPCG(1, 2)).Shuffle(sample.N, func(i, j int) {
			for k := range sample.D {
				a, b := i*sample.D+k, j*sample.D+k
				sample.X[a], sample.X[b] = sample.X[b], sample.X[a]
			}
		})
	}
	if got := toytest.Statistics(t, test, shuffled, 1); !slices.Equal(got, want) {
		t.Errorf("with the rows in another order t = %v, want %v", got, want)
	}
	if got := toytest.Statistics(t, test, pair, 2); slices.Equal(got, want) {
		t.Errorf("another stream gives the same t = %v", got)
	}
	s.widths = s.widths[1:2]
	if got := toytest.Statistics(t, newFalkon(t, s), pair, 1); got[0] != want[1] {
		t.Errorf("one width alone gives t = %v, among others %v", got[0], want[1])
	}
}

// Standardized, the test is blind to the units.
func TestFalkonStandardize(t *testing.T) {
	t.Parallel()
	s := newFalkonSettings(2, 1)
	test := twosample.Standardized(newFalkon(t, s))
	pair := falkonToy(1, 300, 80, 2, 0.3)
	want := toytest.Statistics(t, test, pair, 1)
	for _, x := range [][]float64{pair.Reference.X, pair.Data.X} {
		for i := range x {
			x[i] *= 1024
		}
	}
	if got := toytest.Statistics(t, test, pair, 1); !slices.Equal(got, want) {
		t.Errorf("t = %v, in other units %v", want, got)
	}
}

// truncatedExponential draws a pair of the published studies: an exponential of rate 8 on [0, 1],
// with a signal N(0.8, 0.02).
func truncatedExponential(toy uint64, references int, expected, signal float64) data.Pair {
	r := rng.New(1, "truncated exponential", toy)
	poisson := func(mean float64) (count int) {
		for sum := r.ExpFloat64(); sum < mean; sum += r.ExpFloat64() {
			count++
		}
		return count
	}
	draw := func(n int) data.Sample {
		s := data.Sample{N: n, D: 1}
		for range n {
			s.X = append(s.X, -math.Log1p(r.Float64()*math.Expm1(-8))/8)
		}
		return s
	}
	pair := data.Pair{Reference: draw(references), Data: draw(poisson(expected)),
		Weight: expected / float64(references)}
	pair.Injected = poisson(signal)
	for range pair.Injected {
		pair.Data.X = append(pair.Data.X, 0.8+0.02*r.NormFloat64())
	}
	pair.Data.N += pair.Injected
	return pair
}

// The mean of t over null toys, by lambda, is that of the published scan (kernel-nplm, 100 toys for
// each lambda and each M from 30 to 1,000, which have standard errors of 0.3 to 0.4), at M = 100.
// The bounds are the published ranges, widened by two standard errors of the difference (0.26 to
// 0.42 here, 0.3 there); equal means would fail one of the four for one seed in twenty or so.
func TestFalkonPublishedNullMeans(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fits 400 toys of 11,000 rows")
	}
	const toys = 100
	previous := 0.
	for _, c := range []struct{ lambda, low, high float64 }{
		{1e-4, 4.0, 4.6}, {1e-5, 5.3, 6.5}, {1e-6, 6.9, 7.5}, {1e-7, 7.1, 8.8},
	} {
		s := newFalkonSettings(1, 0.294)
		s.Centers, s.Lambda = 100, c.lambda
		s.Iterations, s.Tolerance = 1, 0 // as published
		test := newFalkon(t, s)
		var all []float64
		for toy := range uint64(toys) {
			all = append(all, toytest.Statistics(t, test,
				truncatedExponential(toy, 10_000, 1000, 0),
				toy)[0])
		}
		mean, deviation := stat.MeanStdDev(all, nil)
		margin := 2 * math.Hypot(0.3, deviation/math.Sqrt(toys))
		if mean < c.low-margin || mean > c.high+margin {
			t.Errorf("lambda %g: mean t %.2f, published %.1f to %.1f", c.lambda, mean, c.low,
				c.high)
		}
		if mean <= previous {
			t.Errorf("lambda %g: mean t %.2f, not above that of a larger ridge, %.2f", c.lambda,
				mean, previous)
		}
		previous = mean
	}
}

// The width of the published scan is the 90th percentile of the distances, 0.294. From 2,000 rows
// it is known to 3% (one standard deviation).
func TestFalkonWidths(t *testing.T) {
	t.Parallel()
	prepared := func(method string, c FalkonConfig, reference data.Sample) ([]float64, error) {
		m := must(twosample.Lookup(method))
		s := twosample.Setup{Dim: 1, Options: twosample.MethodOptions{method: c}}
		var err error
		s.Distances, err = twosample.MeasureDistances(reference, rng.New(1, "widths"),
			twosample.DistanceOptions{Percentiles: m.Percentiles(s)})
		if err != nil {
			return nil, err
		}
		p, err := m.Prepare(s)
		var widths []float64
		for _, scale := range p.Scales {
			widths = append(widths, scale.Sigma)
		}
		return widths, err
	}
	reference := truncatedExponential(0, 10_000, 0, 0).Reference
	widths, err := prepared("falkon", DefaultFalkon(), reference)
	if err != nil || len(widths) != 1 || math.Abs(widths[0]-0.294) > 0.09*0.294 {
		t.Errorf("widths %v, %v; want 0.294", widths, err)
	}
	if widths, err = prepared("falkon_multi", DefaultFalkonMulti(), reference); err != nil ||
		len(widths) != 5 || !slices.IsSorted(widths) {
		t.Errorf("widths %v, %v; want five", widths, err)
	}
	c := DefaultFalkon()
	c.Widths = []float64{3, 2}
	if widths, err = prepared("falkon", c, reference); err != nil ||
		!slices.Equal(widths, c.Widths) {
		t.Errorf("widths %v, %v; want those given", widths, err)
	}
	if _, err = prepared("falkon", DefaultFalkon(),
		data.Sample{X: []float64{1}, N: 1, D: 1}); err == nil {
		t.Error("widths from one row")
	}
}

// Joint-rank p-values of fresh null toys are uniform. The seed is fixed; true uniformity would fail
// this for about two seeds in a hundred.
func TestFalkonNullPValuesAreUniform(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("fits 1,300 toys")
	}
	s := newFalkonSettings(1, 0.1, 0.3, 0.7, 1.4, 3)
	test := newFalkon(t, s)
	from := toytest.Exponential(t, 60, 240)
	rows := func(purpose string, n int) [][]float64 {
		var all [][]float64
		for i := range uint64(n) {
			all = append(all, toytest.Statistics(t, test,
				toytest.Draw(t, from, rng.New(1, purpose, i), 0), i))
		}
		return all
	}
	toytest.Uniform(t, toytest.PValues(t, rows("falkon calibration", 1000),
		rows("falkon fresh", 300)))
}

func TestFalkonOutcomes(t *testing.T) {
	t.Parallel()
	pair := falkonToy(1, 100, 20, 1, 0)
	empty, bad, apart := pair, pair, pair
	empty.Data = data.Sample{D: 1}
	bad.Data = data.Sample{X: []float64{math.NaN(), 1}, N: 2, D: 1}
	apart.Data = data.Sample{X: []float64{math.Inf(1), 1}, N: 2, D: 1}
	for _, c := range []struct {
		name   string
		pair   data.Pair
		change func(*falkonSettings)
		status twosample.Status
		reason string
	}{
		{"no data", empty, nil, twosample.TooFewRows, "no rows"},
		{"more centers than rows", pair, func(s *falkonSettings) { s.Centers = 121 },
			twosample.TooFewRows, "121 centers cannot be drawn from 120 rows"},
		{"one step", pair, func(s *falkonSettings) { s.Iterations = 1 }, twosample.NotConverged,
			"1 Newton steps leave a decrement"},
		{"NaN", bad, func(s *falkonSettings) { s.Centers = 102 }, twosample.NonFinite,
			"kernel of the centers"},
		{"infinity", apart, func(s *falkonSettings) { s.Centers = 102 }, twosample.NonFinite,
			""},
		{"a NaN that is not a center", bad, func(s *falkonSettings) { s.Centers = 1 },
			twosample.NonFinite, "second derivatives"},
		{"a width that underflows", pair,
			func(s *falkonSettings) { s.widths = []float64{1e-200} }, twosample.NonFinite,
			""},
		{"all rows the same", data.Pair{
			Reference: data.Sample{X: make([]float64, 30), N: 30, D: 1},
			Data:      data.Sample{X: make([]float64, 10), N: 10, D: 1}, Weight: 0.2,
		}, nil, twosample.OK, ""},
	} {
		s := newFalkonSettings(1, 1)
		if c.change != nil {
			c.change(&s)
		}
		o, err := newFalkon(t, s).Statistics(c.pair, rng.New(1, "outcome"))
		if err != nil || o.Status != c.status || !strings.Contains(o.Reason, c.reason) ||
			(len(o.T) == 1) != (c.status == twosample.OK) {
			t.Errorf("%s: %+v, %v; want status %s, %q", c.name, o, err, c.status, c.reason)
		}
	}
}

func TestFalkonRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		change func(*falkonSettings)
		want   string
	}{
		{func(s *falkonSettings) { s.Centers = -1 }, "centers is -1; must be at least 1, or 0"},
		{func(s *falkonSettings) { s.Widths = []float64{1, 0} }, "widths[1] is 0"},
		{func(s *falkonSettings) { s.Percentiles = nil }, "percentiles is empty"},
		{func(s *falkonSettings) { s.Percentiles = []float64{101} }, "percentiles[0] is 101"},
		{func(s *falkonSettings) { s.Lambda = 0 }, "lambda is 0"},
		{func(s *falkonSettings) { s.Iterations = 0 }, "iterations is 0"},
		{func(s *falkonSettings) { s.Tolerance = math.NaN() }, "tolerance is NaN"},
		{func(s *falkonSettings) { s.dim = 0 }, "0 dimensions"},
		{func(s *falkonSettings) { s.widths = nil }, "without a width"},
		{func(s *falkonSettings) { s.widths = []float64{math.Inf(1)} }, "width +Inf"},
	} {
		s := newFalkonSettings(1, 1)
		c.change(&s)
		if _, err := NewFalkon(s.FalkonConfig, s.dim, s.widths); err == nil ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	large := newFalkonSettings(3, 1e-3) // so narrow that no center is left out
	large.Centers = 1000
	if _, err := newFalkon(t, large).Statistics(falkonToy(1, 135_000, 10, 3, 0),
		rng.New(1, "refuses")); err == nil || !strings.Contains(err.Error(),
		"1000 centers take 1.0 GiB") {
		t.Errorf("135 million features: %v", err)
	}
	test := newFalkon(t, newFalkonSettings(1, 1))
	pair := falkonToy(1, 20, 10, 1, 0)
	weightless, columns, alone := pair, falkonToy(1, 20, 10, 2, 0), pair
	weightless.Weight = 0
	alone.Reference = data.Sample{D: 1}
	for name, p := range map[string]data.Pair{"weight 0": weightless, "two columns": columns,
		"no reference": alone} {
		if _, err := test.Statistics(p, rng.New(1, "refuses")); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
