package baselines

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"

	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

// trial is a test that the battery below looks at, in some dimensions.
type trial struct {
	name string
	dims []int
	make func(dim int) (twosample.Test, error)
	// rounding is how much the order of the rows may change a statistic, as a share of it.
	rounding float64
	// knows says that the test knows the background, and may refuse data that lie where it
	// vanishes.
	knows bool
	// fits says that the test is a fit or a scan, no baseline: it may tell of samples without rows
	// by an error, and of numbers that are not finite by a status.
	fits bool
}

// trials are every baseline, and some of them with other settings. A new test belongs here too.
func trials() []trial {
	var all []trial
	for _, b := range Baselines() {
		var dims []int
		for _, dim := range []int{1, 2} {
			if b.Applies(dim) == nil {
				dims = append(dims, dim)
			}
		}
		all = append(all, trial{name: b.Name, dims: dims,
			make: func(dim int) (twosample.Test, error) { return b.New(nil, dim) }})
	}
	for _, other := range []struct {
		name, baseline, settings string
		dims                     []int
	}{
		{"mmd of few rows", "mmd", "{widths: [1], max_reference: 30}", []int{2}},
		{"mmdagg of powers", "mmdagg", "{kernels: [gaussian], range: powers, low: -1, high: 1}",
			[]int{2}},
		{"c2st fourier", "c2st", "{features: fourier}", []int{2}},
		{"c2st quadratic", "c2st", "{features: quadratic, max_reference: 50}", []int{2}},
		{"knn pooled", "knn", "{rows: pooled, k: [3]}", []int{2}},
		{"wasserstein of order 2", "sliced_wasserstein", "{order: 2}", []int{2}},
		{"binned shape", "binned", "{bins: fixed, low: 0, high: 5, count: 10}", []int{1}},
		{"mahalanobis unshrunk", "mahalanobis", "{shrinkage: 0}", []int{2}},
	} {
		all = append(all, trial{name: other.name, dims: other.dims,
			make: func(dim int) (twosample.Test, error) {
				for _, b := range Baselines() {
					if b.Name == other.baseline {
						cfg := b.Default()
						if err := yaml.Unmarshal([]byte(other.settings), cfg); err != nil {
							return nil, err
						}
						if binned, ok := cfg.(*BinnedConfig); ok {
							binned.Counting = "shape"
						}
						return b.New(cfg, dim)
					}
				}
				return NewBaseline(other.baseline, nil, dim)
			}})
	}
	return append(all,
		trial{name: "sparker", dims: []int{1, 2}, rounding: 1e-9, fits: true,
			make: func(dim int) (twosample.Test, error) {
				s := sparkerSettings(dim)
				s.Statistics = []string{twosample.StatisticT, twosample.StatisticLead}
				for i := range s.Model.Kernels * dim {
					s.InitialCentroids = append(s.InitialCentroids, float64(i)/2)
				}
				return twosample.NewSparKer(s)
			}},
		trial{name: "network", dims: []int{1, 2}, rounding: 1e-9, fits: true,
			make: func(dim int) (twosample.Test, error) {
				s := networkSettings(20, 1)
				s.LearningRate, s.Dim = 0.1, dim
				return NewNetwork(s)
			}},
		trial{name: "falkon", dims: []int{1, 2}, fits: true, make: func(dim int) (twosample.Test, error) {
			s := falkonSettings(dim, 0.5, 2)
			s.Centers, s.Lambda = 20, 1e-3
			return NewFalkon(s)
		}},
		trial{name: "scan", dims: []int{1, 2}, knows: true, fits: true,
			make: func(dim int) (twosample.Test, error) {
				source, err := sources.New(smallConfig(dim))
				if err != nil {
					return nil, err
				}
				return NewScan(source.(sources.Alternative), []float64{0.3, 1}, dim == 1)
			}},
	)
}

// eachTrial runs check for every test in every dimension that it is tried in.
func eachTrial(t *testing.T, check func(t *testing.T, trial trial, dim int)) {
	for _, trial := range trials() {
		for _, dim := range trial.dims {
			t.Run(trial.name+" in "+string(rune('0'+dim)),
				func(t *testing.T) { check(t, trial, dim) })
		}
	}
}

func (c trial) test(t *testing.T, dim int) twosample.Test {
	t.Helper()
	test, err := c.make(dim)
	if err != nil {
		t.Fatal(err)
	}
	return test
}

// smallConfig is that of small.
func smallConfig(dim int) sources.Config {
	c := sources.Default()
	c.Expected, c.Reference = 50, 100
	if dim > 1 {
		c.Source, c.Dim = "gaussian", dim
		c.Signal.Loc, c.Signal.Scale = sources.Vector{2, 2}, 0.3
	}
	return c
}

// small draws an exponential or Gaussian background of 50 expected events beside a reference of
// 100.
func small(t *testing.T, dim int) sources.Source {
	t.Helper()
	return toytest.Source(t, smallConfig(dim))
}

// sparkerSettings are those of a short annealing.
func sparkerSettings(dim int) twosample.Settings {
	s := twosample.Settings{
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(), Dim: dim,
		Widths: train.Widths{Start: 8, End: 0.2},
	}
	s.Train.Epochs, s.Train.Checkpoints.Count = 40, 4
	return s
}

// Joint-rank p-values of fresh null toys are uniform for every test, with small samples of a number
// that fluctuates: the type-I error at 0.05, from above, and Kolmogorov's distance. The seed is
// fixed: exact tests would fail one of the comparisons for one seed in 20, each for one in a
// thousand.
func TestBaselineNullIsUniform(t *testing.T) {
	if testing.Short() {
		t.Skip("draws 450 toys for every test")
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
	return toytest.EveryToy(t, n, func() twosample.Test { return c.test(t, dim) },
		toytest.NullToys(t, small(t, dim), toytest.Streams{Pairs: purpose, Test: purpose + " test"}))
}

// A statistic is called by its label, the same object gives the same bits again, whatever it saw in
// between, and nothing depends on the order of the rows. The pair is left as it was.
func TestBaselinesAreDeterministic(t *testing.T) {
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test := c.test(t, dim)
		from := small(t, dim)
		pair, larger := toytest.Draw(t, from, rng.New(1, "pair"), 10), toytest.Draw(t, from, rng.New(2, "pair"), 40)
		before := slices.Concat(pair.Reference.X, pair.Data.X)
		first := toytest.Statistics(t, test, pair, 1)
		if !slices.Equal(before, slices.Concat(pair.Reference.X, pair.Data.X)) {
			t.Error("the samples were changed")
		}
		kept := slices.Clone(first)
		if labeled, ok := test.(Labeled); ok && len(labeled.Labels()) != len(first) {
			t.Errorf("%d statistics called %q", len(first), labeled.Labels())
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
			if math.Abs(other-kept[i]) > c.rounding*math.Abs(kept[i]) {
				t.Errorf("statistic %d is %v, with the rows in another order %v", i, kept[i], other)
			}
		}
	})
}

// shuffle is the sample with its rows in another order.
func shuffle(s data.Sample, seed uint64) data.Sample {
	x := make([]float64, 0, len(s.X))
	for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(s.N) {
		x = append(x, s.Row(i)...)
	}
	return data.Sample{X: x, N: s.N, D: s.D}
}

// The larger a shift of the data, the larger are the statistics that are best at it: every test
// sees data that lie elsewhere.
func TestBaselinesSeeTheSignal(t *testing.T) {
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

// Whatever a pair holds, the answer is an error, a status or finite statistics.
func TestBaselinesOnOddSamples(t *testing.T) {
	eachTrial(t, func(t *testing.T, c trial, dim int) {
		test := c.test(t, dim)
		fill := func(n int, value func(i, j int) float64) data.Sample {
			s := data.Sample{N: n, D: dim}
			for i := range n {
				for j := range dim {
					s.X = append(s.X, value(i, j))
				}
			}
			return s
		}
		r := rand.New(rand.NewPCG(1, 2))
		normal := func(int, int) float64 { return r.NormFloat64() }
		same := func(int, int) float64 { return 3 }
		grid := func(i, _ int) float64 { return float64(i % 3) }
		half := func(_, j int) float64 { return float64(j) * r.NormFloat64() }
		far := func(int, int) float64 { return 1e12 + r.NormFloat64() }
		equal := func(i, _ int) float64 { return float64(i) }
		for name, pair := range map[string]data.Pair{
			"duplicates":           {Reference: fill(90, grid), Data: fill(30, grid)},
			"a constant column":    {Reference: fill(90, half), Data: fill(30, half)},
			"one value":            {Reference: fill(90, same), Data: fill(30, same)},
			"a constant reference": {Reference: fill(90, same), Data: fill(30, normal)},
			"constant data":        {Reference: fill(90, normal), Data: fill(30, same)},
			"far data":             {Reference: fill(90, normal), Data: fill(30, far)},
			"equal columns":        {Reference: fill(90, equal), Data: fill(30, equal)},
		} {
			pair.Weight = 1. / 3
			o, err := test.Statistics(pair, rng.New(1, "test"))
			if refused := err != nil || o.Status != twosample.OK; refused && !c.knows {
				t.Errorf("%s: %+v, %v", name, o, err)
			}
			finite(t, name, o.T)
		}
		for name, scale := range map[string]float64{"huge": 1e300,
			"at the end": math.MaxFloat64 / 4, "tiny": 1e-300, "denormal": 5e-324} {
			pair := data.Pair{Weight: 1. / 3}
			pair.Reference = fill(90, func(i, j int) float64 {
				return scale *
					math.Round(3*r.Float64())
			})
			pair.Data = fill(30, func(i, j int) float64 {
				return -scale *
					math.Round(3*r.Float64())
			})
			o, err := test.Statistics(pair, rng.New(1, "test"))
			if err != nil && !c.knows || err == nil && o.Status != twosample.OK &&
				o.Status != twosample.NonFinite {
				t.Errorf("%s: %+v, %v", name, o, err)
			}
			finite(t, name, o.T)
		}
		few := data.Pair{Reference: fill(0, normal), Data: fill(0, normal), Weight: 1}
		if o, err := test.Statistics(few, rng.New(1, "test")); err != nil && !c.fits ||
			err == nil && !c.knows && (o.Status != twosample.TooFewRows || o.Reason == "" ||
				len(o.T) != 0) {
			t.Errorf("no rows: %+v, %v", o, err)
		}
		for rows := range 4 {
			few.Reference, few.Data = fill(90, normal), fill(rows, normal)
			o, err := test.Statistics(few, rng.New(1, "test"))
			if err != nil && !c.knows || err == nil && o.Status != twosample.OK &&
				(o.Status != twosample.TooFewRows || len(o.T) != 0) {
				t.Errorf("%d rows of data: %+v, %v", rows, o, err)
			}
		}
		bad := data.Pair{Reference: fill(90, normal), Data: fill(30, normal), Weight: 1}
		bad.Data.X[3] = math.NaN()
		switch o, err := test.Statistics(bad, rng.New(1, "test")); {
		case err == nil && o.Status == twosample.OK:
			t.Errorf("NaN in the data: %+v", o)
		case !c.fits && (err == nil || !strings.Contains(err.Error(), "is NaN")):
			t.Errorf("NaN in the data: %v", err)
		}
		bad.Data = data.Sample{X: make([]float64, 30*(dim+1)), N: 30, D: dim + 1}
		want := "columns in the data"
		if c.fits {
			want = " columns"
		}
		if _, err := test.Statistics(bad, rng.New(1, "test")); err == nil ||
			!strings.Contains(err.Error(), want) {
			t.Errorf("a column too many: %v", err)
		}
	})
}

func finite(t *testing.T, name string, statistics []float64) {
	t.Helper()
	for _, v := range statistics {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s: statistic %v", name, v)
		}
	}
}

// The weight of the reference's rows has a part in the tests that are said to be sensitive to the
// total rate, and in no others.
func TestBaselinesThatSeeTheRate(t *testing.T) {
	for _, b := range Baselines() {
		test := must(b.New(nil, 1))
		pair := toytest.Draw(t, small(t, 1), rng.New(1, "pair"), 0)
		before := toytest.Statistics(t, test, pair, 1)
		pair.Weight *= 2
		if changed := !slices.Equal(before, toytest.Statistics(t, test, pair, 1)); changed != b.Rate {
			t.Errorf("%s: sensitive to the rate: %v, and it says %v", b.Name, changed, b.Rate)
		}
	}
}

// Standardized makes every test blind to the columns' units: powers of two give the same bits.
func TestStandardizedBaselines(t *testing.T) {
	for _, b := range Baselines() {
		if b.Applies(2) != nil {
			continue
		}
		test, err := b.New(nil, 2)
		if err != nil {
			t.Fatal(err)
		}
		test = Standardized(test)
		pair := toytest.Draw(t, small(t, 2), rng.New(1, "pair"), 10)
		want := toytest.Statistics(t, test, pair, 1)
		for _, x := range [][]float64{pair.Reference.X, pair.Data.X} {
			for i := range x {
				x[i] *= []float64{1024, 0.125}[i%2]
			}
		}
		if got := toytest.Statistics(t, test, pair, 1); !slices.Equal(got, want) {
			t.Errorf("%s: %v, in other units %v", b.Name, want, got)
		}
		pair.Data.D = 1
		if _, err := test.Statistics(pair, rng.New(1, "test")); err == nil {
			t.Errorf("%s: other columns in the data", b.Name)
		}
	}
}

func TestBaselineRegistry(t *testing.T) {
	names := map[string]bool{}
	for _, b := range Baselines() {
		if names[b.Name] || b.About == "" {
			t.Errorf("%q: a second time, or without a description", b.Name)
		}
		names[b.Name] = true
		b.Default().Validate(func(path, message string) {
			t.Errorf("%s by default: %s %s", b.Name,
				path, message)
		})
		// the default survives YAML
		written, err := yaml.Marshal(b.Default())
		if err != nil {
			t.Fatal(err)
		}
		read := b.Default()
		if err := yaml.Unmarshal(written, read); err != nil ||
			!reflect.DeepEqual(read, b.Default()) {
			t.Errorf("%s: %+v, through YAML %+v (%v)", b.Name, b.Default(), read, err)
		}
		if _, err := b.New(nil, 0); err == nil {
			t.Errorf("%s in 0 dimensions", b.Name)
		}
		if _, err := b.New(wrongConfig{}, 1); err == nil ||
			!strings.Contains(err.Error(), "takes a") {
			t.Errorf("%s with another's config: %v", b.Name, err)
		}
	}
	for _, name := range []string{"ks", "ad", "cvm", "binned"} {
		if _, err := NewBaseline(name, nil, 2); err == nil ||
			!strings.Contains(err.Error(), "in 2 dimensions") {
			t.Errorf("%s in two dimensions: %v", name, err)
		}
	}
	if _, err := NewBaseline("mmx", nil, 1); err == nil ||
		!strings.Contains(err.Error(), "mmd, nystroem_mmd") {
		t.Errorf("an unknown name: %v", err)
	}
	cfg := DefaultC2ST()
	cfg.Features = "quadratic"
	if _, err := NewC2ST(cfg, 40); err == nil || !strings.Contains(err.Error(), "861") {
		t.Errorf("quadratic features of 40 columns: %v", err)
	}
}

type wrongConfig struct{}

func (wrongConfig) Validate(func(path, message string)) {}

// Every impossible value is reported by its path, and refused by the constructor.
func TestBaselineConfigsRefuse(t *testing.T) {
	for _, c := range []struct{ baseline, settings, path string }{
		{"mmd", "widths: []", "widths"},
		{"mmd", "widths: [1, 0]", "widths[1]"},
		{"mmd", "widths: [.inf]", "widths[0]"},
		{"mmd", "max_reference: 1", "max_reference"},
		{"nystroem_mmd", "landmarks: -1", "landmarks"},
		{"nystroem_mmd", "widths: [-1]", "widths[0]"},
		{"energy", "max_reference: -1", "max_reference"},
		{"mmdagg", "kernels: []", "kernels"},
		{"mmdagg", "kernels: [gauss]", "kernels[0]"},
		{"mmdagg", "kernels: [laplace, laplace]", "kernels[1]"},
		{"mmdagg", "bandwidths: 1", "bandwidths"},
		{"mmdagg", "range: wide", "range"},
		{"mmdagg", "{low: 3, high: 2}", "high"},
		{"mmdagg", "max_reference: 1", "max_reference"},
		{"mmdfuse", "bandwidths: 0", "bandwidths"},
		{"mmdfuse", "max_reference: 1", "max_reference"},
		{"c2st", "features: cubic", "features"},
		{"c2st", "fourier: 0", "fourier"},
		{"c2st", "ridge: 0", "ridge"},
		{"c2st", "train: 1", "train"},
		{"c2st", "max_reference: 3", "max_reference"},
		{"knn", "k: []", "k"},
		{"knn", "k: [0]", "k[0]"},
		{"knn", "rows: all", "rows"},
		{"knn", "max_reference: -1", "max_reference"},
		{"mahalanobis", "shrinkage: 2", "shrinkage"},
		{"mahalanobis", "shrinkage: .nan", "shrinkage"},
		{"sliced_ks", "directions: 0", "directions"},
		{"sliced_wasserstein", "order: 3", "order"},
		{"sliced_ks", "max_reference: -1", "max_reference"},
		{"binned", "bins: even", "bins"},
		{"binned", "count: 0", "count"},
		{"binned", "bins: fixed", "high"},
		{"binned", "{bins: fixed, low: 0, high: .inf}", "high"},
		{"binned", "high: 3", "low"},
	} {
		for _, b := range Baselines() {
			if b.Name != c.baseline {
				continue
			}
			cfg := b.Default()
			if err := yaml.Unmarshal([]byte(c.settings), cfg); err != nil {
				t.Fatal(err)
			}
			refuses(t, b, cfg, c.settings, c.path)
		}
	}
}

// What configs cannot set is refused as well.
func TestBaselineSettingsRefuse(t *testing.T) {
	mmdagg := func(change func(*StandAlone)) BaselineConfig {
		c := DefaultMMDAgg()
		change(&c.Alone)
		return &c
	}
	binned := DefaultBinned()
	binned.Counting = "none"
	for _, c := range []struct {
		baseline, path string
		cfg            BaselineConfig
	}{
		{"mmdagg", "alone.level", mmdagg(func(a *StandAlone) { a.Level = 0 })},
		{"mmdagg", "alone.weights", mmdagg(func(a *StandAlone) { a.Weights = "none" })},
		{"mmdagg", "alone.resampling", mmdagg(func(a *StandAlone) { a.Resampling = "none" })},
		{"mmdagg", "alone.b1", mmdagg(func(a *StandAlone) { a.B1 = 0 })},
		{"mmdagg", "alone.b2", mmdagg(func(a *StandAlone) { a.B2 = 0 })},
		{"mmdagg", "alone.b3", mmdagg(func(a *StandAlone) { a.B3 = 0 })},
		{"sliced_ks", "distance", &SlicedConfig{Distance: "energy", Directions: 10, Order: 1}},
		{"ks", "statistic", &EDFConfig{Statistic: "kuiper"}},
		{"binned", "counting", &binned},
	} {
		i := slices.IndexFunc(Baselines(), func(b Baseline) bool { return b.Name == c.baseline })
		refuses(t, Baselines()[i], c.cfg, fmt.Sprintf("%+v", c.cfg), c.path)
	}
}

// refuses checks that the config, which is made with the settings, has one impossible value, at the
// path, and that no test is made of it.
func refuses(t *testing.T, b Baseline, cfg BaselineConfig, settings, path string) {
	t.Helper()
	var paths []string
	cfg.Validate(func(path, message string) {
		if message == "" {
			t.Errorf("%s %s: no message", b.Name, settings)
		}
		paths = append(paths, path)
	})
	if !slices.Equal(paths, []string{path}) {
		t.Errorf("%s %s: reports %q, want %q", b.Name, settings, paths, path)
	}
	if _, err := b.New(cfg, 1); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("%s %s: %v", b.Name, settings, err)
	}
}
