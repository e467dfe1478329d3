package baselines

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

// Joint-rank p-values of fresh null toys are uniform for every method, with small samples of a
// number that fluctuates: the type-I error at 0.05, from above, and Kolmogorov's distance. The seed
// is fixed: exact tests would fail one of the comparisons for one seed in 20, each for one in a
// thousand.
func TestNullIsUniform(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws 450 toys for every method")
	}
	const calibration, fresh = 300, 150
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		p := toytest.PValues(t, nullRows(t, c, dim, "calibration", calibration),
			nullRows(t, c, dim, "fresh", fresh))
		// both sets of toys fluctuate: 3.3 standard deviations
		if size, limit := toytest.Rejected(p, 0.05),
			3.3*math.Sqrt(0.0475/fresh+0.0475/calibration); size > 0.05+limit {
			t.Errorf("type-I error %.3f at 0.05; the limit is %.3f", size, 0.05+limit)
		}
		// The calibration's noise widens Kolmogorov's distance as that between two samples.
		distance, _ := stats.KolmogorovSmirnov(p, func(v float64) float64 { return v })
		if limit := 1.95 * math.Sqrt(1.0/fresh+1.0/calibration); distance > limit {
			t.Errorf("Kolmogorov-Smirnov distance %.3f of the p-values from uniform; the "+
				"limit is %.3f", distance, limit)
		}
	})
}

func nullRows(t *testing.T, c trial, dim int, purpose string, n int) [][]float64 {
	t.Helper()
	p := c.prepare(t, dim)
	return toytest.EveryToy(t, n, func() twosample.Test { return must(p.New()) },
		toytest.NullToys(t, small(t, dim), toytest.Streams{Pairs: purpose,
			Test: purpose + " test"}))
}

// Every statistic has a scale, and the scales differ. The same object gives the same bits again,
// whatever it saw in between. Nothing depends on the order of the rows. The pair is not changed.
func TestMethodsAreDeterministic(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test := c.test(t, dim)
		from := small(t, dim)
		pair, larger := toytest.Draw(t, from, rng.New(1, "pair"), 10),
			toytest.Draw(t, from, rng.New(2, "pair"), 40)
		before := slices.Concat(pair.Reference.X, pair.Data.X)
		first := toytest.Statistics(t, test, pair, 1)
		if !slices.Equal(before, slices.Concat(pair.Reference.X, pair.Data.X)) {
			t.Error("the samples were changed")
		}
		kept := slices.Clone(first)
		scales, seen := c.prepare(t, dim).Scales, map[twosample.StatisticScale]bool{}
		for _, s := range scales {
			if seen[s] || s == (twosample.StatisticScale{}) {
				t.Errorf("scales %+v do not tell the statistics apart", scales)
			}
			seen[s] = true
		}
		if len(scales) != len(first) {
			t.Errorf("%d statistics at the scales %+v", len(first), scales)
		}
		toytest.Statistics(t, test, larger, 2)
		if again := toytest.Statistics(t, test, pair, 1); !slices.Equal(kept, again) ||
			!slices.Equal(kept, first) {
			t.Errorf("%v, and on a second call %v", kept, again)
		}
		if other := toytest.Statistics(t, c.test(t, dim), pair, 1); !slices.Equal(kept, other) {
			t.Errorf("%v, from a new object %v", kept, other)
		}
		shuffled := pair
		shuffled.Reference, shuffled.Data = shuffle(pair.Reference, 3), shuffle(pair.Data, 4)
		for i, other := range toytest.Statistics(t, test, shuffled, 1) {
			if math.Abs(other-kept[i]) > rounding[c.method.Name]*math.Abs(kept[i]) {
				t.Errorf("statistic %d is %v, with the rows in another order %v", i, kept[i], other)
			}
		}
	})
}

// Every method sees data that lie elsewhere.
func TestMethodsSeeTheSignal(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		null := nullRows(t, c, dim, "calibration", 60)
		cal, err := stats.NewCalibration(null, stats.Mix)
		if err != nil {
			t.Fatal(err)
		}
		pair := toytest.Draw(t, small(t, dim), rng.New(5, "pair"), 0)
		for i := range pair.Data.X {
			pair.Data.X[i] = pair.Data.X[i]/4 + 3
		}
		s, err := cal.Test(toytest.Statistics(t, c.test(t, dim), pair, 1))
		if err != nil || s.P > 0.05 {
			t.Errorf("p = %v for data that lie elsewhere (%v)", s.P, err)
		}
	})
}

// The weight of the reference's rows has a part in the methods that are said to be sensitive to the
// number of data rows, and in no others. Limits do not look at the reference.
func TestMethodsThatSeeTheRate(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		if c.method.Limit || c.shape {
			return
		}
		test := c.test(t, dim)
		pair := toytest.Draw(t, small(t, dim), rng.New(1, "pair"), 0)
		before := toytest.Statistics(t, test, pair, 1)
		pair.Weight *= 2
		changed := !slices.Equal(before, toytest.Statistics(t, test, pair, 1))
		if changed != c.method.Rate {
			t.Errorf("sensitive to the rate: %v, and the method says %v", changed, c.method.Rate)
		}
	})
}

// Standardized, every method is blind to the columns' units: powers of two give the same bits.
// Limits see the data in their own units.
func TestStandardizedMethods(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		if c.method.Limit || dim != 2 {
			return
		}
		s := c.setup(t, dim)
		s.Standardize, s.InitialCentroids = true, nil
		test := must(must(c.method.Prepare(s)).New())
		pair := toytest.Draw(t, small(t, dim), rng.New(1, "pair"), 10)
		want := toytest.Statistics(t, test, pair, 1)
		for _, x := range [][]float64{pair.Reference.X, pair.Data.X} {
			for i := range x {
				x[i] *= []float64{1024, 0.125}[i%2]
			}
		}
		if got := toytest.Statistics(t, test, pair, 1); !slices.Equal(got, want) {
			t.Errorf("%v, in other units %v", want, got)
		}
		pair.Data.D = 1
		if _, err := test.Statistics(pair, rng.New(1, "test")); err == nil {
			t.Error("other columns in the data are accepted")
		}
	})
}

// A column that is constant in the reference, but not in the data, takes part in every test, and
// the outcome names it, standardized or not.
func TestMethodsSeeNewValues(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		if c.method.Limit || dim != 2 {
			return
		}
		s := c.setup(t, dim)
		s.InitialCentroids = nil
		pair := toytest.Draw(t, small(t, dim), rng.New(1, "pair"), 0)
		pair.Columns = []string{"mass", "flag"}
		for i := range pair.Reference.N {
			pair.Reference.X[2*i+1] = 7
		}
		same := pair
		same.Data.X = slices.Clone(pair.Data.X)
		for i := range same.Data.N {
			same.Data.X[2*i+1], pair.Data.X[2*i+1] = 7, 8
		}
		warning := fmt.Sprintf("column flag is constant (7) in the reference and differs in %d of "+
			"%[1]d data rows", pair.Data.N)
		for _, s.Standardize = range []bool{true, false} {
			test := must(must(c.method.Prepare(s)).New())
			o, err := test.Statistics(pair, rng.New(1, "test"))
			if err != nil || !slices.Equal(o.Warnings, []string{warning}) {
				t.Errorf("standardize %v: warnings %q, %v", s.Standardize, o.Warnings, err)
			}
			if without := toytest.Statistics(t, test, same, 1); slices.Equal(o.T, without) {
				t.Errorf("standardize %v: blind to the column: %v", s.Standardize, o.T)
			}
		}
	})
}

// What a method says of itself agrees with its tests.
func TestMethodsDescribeThemselves(t *testing.T) {
	t.Parallel()
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test := c.test(t, dim)
		if !strings.Contains(c.method.Title, test.Name()) {
			t.Errorf("the title is %q, the test's name %q", c.method.Title, test.Name())
		}
		if _, fits := test.(twosample.FittingTest); fits != c.method.Fits {
			t.Errorf("a FittingTest: %v, and the method says %v", fits, c.method.Fits)
		}
		if !strings.HasSuffix(c.method.About, ".") {
			t.Errorf("%q is not a sentence", c.method.About)
		}
		s := c.setup(t, dim)
		s.Background = nil
		if _, err := c.method.Prepare(s); (err != nil) != c.method.Limit {
			t.Errorf("without a background: %v, and the method says it is a limit: %v", err,
				c.method.Limit)
		}
	})
}

// What is relevant for the toys of a method is a part of its setup, and is the same for it.
func TestRelevantIsAPart(t *testing.T) {
	t.Parallel()
	for _, m := range twosample.Methods() {
		options := Default().Options()
		relevant := m.Relevant(twosample.Setup{Options: options})
		for name := range relevant.Options {
			if name != m.Name {
				t.Errorf("the toys of %s depend on the options of %s", m.Name, name)
			}
		}
		if _, has := options[m.Name]; has != (len(relevant.Options) > 0) {
			t.Errorf("%s: options %v, relevant %v", m.Name, has, relevant.Options)
		}
	}
}

// Methods that a package does not fit say what is wrong.
func TestMethodsRefuse(t *testing.T) {
	t.Parallel()
	for _, m := range twosample.Methods() {
		if m.Limit {
			continue
		}
		if _, err := m.Prepare(twosample.Setup{Dim: 0}); err == nil {
			t.Errorf("%s in 0 dimensions", m.Name)
		}
		if _, has := Default().Options()[m.Name]; !has {
			continue
		}
		wrong := twosample.MethodOptions{m.Name: 3}
		if _, err := m.Prepare(twosample.Setup{Dim: 1, Options: wrong}); err == nil ||
			!strings.Contains(err.Error(), "are a int; want a baselines.") {
			t.Errorf("%s with options of another type: %v", m.Name, err)
		}
	}
	for _, name := range []string{"ks", "ad", "cvm", "binned"} {
		m := must(twosample.Lookup(name))
		_, err := m.Prepare(twosample.Setup{Dim: 2})
		var refused *twosample.SetupError
		if !errors.As(err, &refused) || refused.Part != twosample.PartDim {
			t.Errorf("%s in two dimensions: %v", name, err)
		}
	}
	cfg := DefaultC2ST()
	cfg.Features = "quadratic"
	if _, err := NewC2ST(cfg, 40); err == nil || !strings.Contains(err.Error(), "861") {
		t.Errorf("quadratic features of 40 columns: %v", err)
	}
	if _, err := NewEDF("kuiper", 1); err == nil || !strings.Contains(err.Error(), "statistic") {
		t.Errorf("an unknown statistic: %v", err)
	}
}
