package twosample

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"sparker/data"
	"sparker/train"
)

// Labeled is a Test that says what its statistics are called.
type Labeled interface {
	Test
	// Labels names the statistics, in the order of Outcome.T.
	Labels() []string
}

// BaselineConfig is what one baseline can be told: a pointer to one of the Config types of this
// package, so that a YAML block can be decoded into it.
type BaselineConfig interface {
	// Validate reports every impossible value: its key path inside the block, and what is allowed.
	Validate(report func(path, message string))
}

// Baseline describes a classical two-sample test that SparKer is compared with, by the name that
// configs call it.
type Baseline struct {
	Name string
	// About is a sentence for tables and help texts.
	About string
	// Rate says that the test, as configured by default, is sensitive to the total number of events
	// in extended counting. All others compare normalized distributions and ignore the pair's
	// Weight.
	Rate bool
	// Default makes a config with the literature's defaults.
	Default func() BaselineConfig

	build func(cfg BaselineConfig, dim int) (Labeled, error)
}

// New prepares the test for samples of dim columns. A nil cfg is the default; any other is a
// pointer of the type that Default gives. It is an error if the config is impossible or the test
// does not apply in that dimension.
func (b Baseline) New(cfg BaselineConfig, dim int) (Labeled, error) {
	if cfg == nil {
		cfg = b.Default()
	}
	return b.build(cfg, dim)
}

// Applies is nil where the test, as configured by default, can compare samples of dim columns, and
// says why not otherwise.
func (b Baseline) Applies(dim int) error {
	_, err := b.New(nil, dim)
	return err
}

// baseline enters a test in the registry.
func baseline[C any, T Labeled](name, about string, rate bool, defaults func() C,
	build func(C, int) (T, error)) Baseline {
	return Baseline{
		Name: name, About: about, Rate: rate,
		Default: func() BaselineConfig {
			c := defaults()
			return any(&c).(BaselineConfig)
		},
		build: func(cfg BaselineConfig, dim int) (Labeled, error) {
			c, ok := any(cfg).(*C)
			if !ok {
				return nil, fmt.Errorf("twosample: %s takes a %T, not a %T", name, c, cfg)
			}
			test, err := build(*c, dim)
			if err != nil {
				return nil, err
			}
			return test, nil
		},
	}
}

// with changes a default.
func with[C any](defaults func() C, change func(*C)) func() C {
	return func() C {
		c := defaults()
		change(&c)
		return c
	}
}

// Baselines are the classical two-sample tests, in the order of tables.
func Baselines() []Baseline {
	edf := func(statistic string) func() EDFConfig {
		return with(DefaultEDF, func(c *EDFConfig) { c.Statistic = statistic })
	}
	return []Baseline{
		baseline("mmd", "maximum mean discrepancy, Gaussian kernels around the median distance",
			false, DefaultMMD, NewMMD),
		baseline("nystroem_mmd", "maximum mean discrepancy projected on landmarks", false,
			DefaultNystroemMMD, NewNystroemMMD),
		baseline("energy", "energy distance", false, DefaultEnergy, NewEnergy),
		baseline("mmdagg", "the kernels of MMDAgg, one statistic each", false, DefaultMMDAgg,
			NewMMDAgg),
		baseline("mmdfuse", "MMD-FUSE: normalized discrepancies of many kernels, soft maximum",
			false, DefaultMMDFuse, NewMMDFuse),
		baseline("c2st", "classifier two-sample test, logistic regression", false, DefaultC2ST,
			NewC2ST),
		baseline("knn", "nearest neighbors: share from the same sample, and Kullback-Leibler "+
			"divergence", false, DefaultKNN, NewKNN),
		baseline("mahalanobis", "Mahalanobis distances of the data from the reference", true,
			DefaultMahalanobis, NewMahalanobis),
		baseline("sliced_wasserstein", "Wasserstein distance along random directions", false,
			DefaultSliced, NewSliced),
		baseline("sliced_ks", "Kolmogorov-Smirnov distance along random directions", false,
			with(DefaultSliced, func(c *SlicedConfig) { c.Distance = "ks" }), NewSliced),
		baseline("ks", "Kolmogorov-Smirnov", false, edf("ks"), NewEDF),
		baseline("ad", "Anderson-Darling", false, edf("ad"), NewEDF),
		baseline("cvm", "Cramér-von Mises", false, edf("cvm"), NewEDF),
		baseline("binned", "saturated likelihood ratio of Poisson counts in bins", true,
			DefaultBinned, NewBinned),
	}
}

// NewBaseline prepares the baseline of a name, as Baseline.New does. An unknown name is an error
// that lists the known ones.
func NewBaseline(name string, cfg BaselineConfig, dim int) (Labeled, error) {
	var names []string
	for _, b := range Baselines() {
		if b.Name == name {
			return b.New(cfg, dim)
		}
		names = append(names, b.Name)
	}
	return nil, fmt.Errorf("twosample: no baseline %q; want one of %s", name,
		strings.Join(names, ", "))
}

// Standardized lets a test see every pair with its columns shifted and scaled by the reference's
// mean and standard deviation, as SparKer does with Settings.Standardize. Columns that are constant
// in the reference are left out.
func Standardized(test Labeled) Labeled { return standardized{test} }

type standardized struct{ Labeled }

func (s standardized) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if pair.Reference.D != pair.Data.D {
		return Outcome{}, fmt.Errorf("twosample: %d columns in the reference, %d in the data",
			pair.Reference.D, pair.Data.D)
	}
	standardizer, _ := data.NewStandardizer(pair.Reference)
	pair.Reference, pair.Data = standardizer.Apply(pair.Reference), standardizer.Apply(pair.Data)
	return s.Labeled.Statistics(pair, r)
}

// defect gathers what is impossible in a config, and in its use in dim columns.
func defect(test string, c BaselineConfig, dim int) error {
	var errs []error
	c.Validate(func(path, message string) {
		errs = append(errs, fmt.Errorf("twosample: %s: %s %s", test, path, message))
	})
	if dim < 1 {
		errs = append(errs, fmt.Errorf("twosample: %s in %d dimensions; must be at least 1", test,
			dim))
	}
	return errors.Join(errs...)
}

// reporter has the checks of single keys that the Validate methods share.
type reporter func(path, message string)

func (r reporter) word(path, value string, allowed []string) {
	if !slices.Contains(allowed, value) {
		r(path, fmt.Sprintf("is %q; want one of %s", value, strings.Join(allowed, ", ")))
	}
}

func (r reporter) positive(path string, value float64) {
	if !(value > 0) || math.IsInf(value, 0) {
		r(path, fmt.Sprintf("is %v; must be a finite number above 0", value))
	}
}

func (r reporter) atLeast(path string, value, least int) {
	if value < least {
		r(path, fmt.Sprintf("is %d; must be at least %d", value, least))
	}
}

// needs are what a test asks of a pair.
type needs struct {
	dim             int
	reference, data int // rows
	weight          bool
}

// check is an error where the test cannot be applied, and ok is false, with the Outcome, where the
// samples are too small.
func (n needs) check(pair data.Pair) (o Outcome, ok bool, err error) {
	for _, s := range []struct {
		name string
		data.Sample
	}{{"reference", pair.Reference}, {"data", pair.Data}} {
		if s.D != n.dim {
			return Outcome{}, false, fmt.Errorf(
				"twosample: %d columns in the %s; the test is for %d", s.D, s.name, n.dim)
		}
		if s.N < 0 || len(s.X) != s.N*s.D {
			return Outcome{}, false, fmt.Errorf("twosample: %d values in the %s do not make %d "+
				"rows of %d columns", len(s.X), s.name, s.N, s.D)
		}
		for i, v := range s.X {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return Outcome{}, false, fmt.Errorf("twosample: row %d, column %d of the %s is %v",
					i/s.D, i%s.D, s.name, v)
			}
		}
	}
	if n.weight && (!(pair.Weight > 0) || math.IsInf(pair.Weight, 0)) {
		return Outcome{}, false, fmt.Errorf("twosample: the weight of the reference's rows is "+
			"%v; must be a finite number above 0", pair.Weight)
	}
	if pair.Reference.N < n.reference || pair.Data.N < n.data {
		return Outcome{
			Status: string(train.TooFewRows),
			Reason: fmt.Sprintf("%d rows in the reference and %d in the data; at least %d and "+
				"%d are needed", pair.Reference.N, pair.Data.N, n.reference, n.data),
		}, false, nil
	}
	return Outcome{}, true, nil
}

// outcome is that of statistics which were computed. Coordinates near the end of the numbers' range
// can overflow; what comes of that is a failure, never a NaN that is ranked.
func outcome(t ...float64) Outcome {
	for i, v := range t {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return failure(fmt.Sprintf("statistic %d is %v", i, v))
		}
	}
	return Outcome{T: t, Status: StatusOK}
}

// failure is the Outcome of a computation that overflowed.
func failure(reason string) Outcome {
	return Outcome{Status: string(train.NonFinite), Reason: reason}
}

// rows is a copy of a sample in the order of its values. No test can then depend, even in the last
// bit, on the order in which the events came; random choices among the rows are made in this order.
type rows struct {
	x     []float64 // n×d
	n, d  int
	order []int
}

func (s *rows) at(i int) []float64 { return s.x[i*s.d : (i+1)*s.d : (i+1)*s.d] }

// take copies the sample, or limit of its rows drawn without replacement where it has more. A limit
// of 0 is none. A sample within the limit takes nothing from the stream.
func (s *rows) take(from data.Sample, limit int, r *rand.Rand) {
	s.n, s.d = from.N, from.D
	if from.D == 1 {
		s.x = append(s.x[:0], from.X...)
		slices.Sort(s.x)
	} else {
		s.order = s.order[:0]
		for i := range from.N {
			s.order = append(s.order, i)
		}
		slices.SortFunc(s.order, func(i, j int) int {
			a, b := from.Row(i), from.Row(j)
			for k, v := range a {
				if v != b[k] {
					return cmp.Compare(v, b[k])
				}
			}
			return 0
		})
		s.x = s.x[:0]
		for _, i := range s.order {
			s.x = append(s.x, from.Row(i)...)
		}
	}
	if limit > 0 && limit < s.n {
		kept := 0
		choose(s.n, limit, r, func(i int) {
			copy(s.at(kept), s.at(i))
			kept++
		})
		s.n, s.x = limit, s.x[:limit*s.d]
	}
}

// standardize shifts and scales the columns of both samples by the mean and the standard deviation
// that they have in the first.
func standardize(reference, other *rows) {
	standardizer, _ := data.NewStandardizer(reference.sample())
	reference.x, other.x = standardizer.Apply(reference.sample()).X,
		standardizer.Apply(other.sample()).X
}

// choose calls take with k different numbers below n, drawn at random, in ascending order.
func choose(n, k int, r *rand.Rand, take func(i int)) {
	for i := 0; k > 0; i++ {
		if r.IntN(n-i) < k {
			take(i)
			k--
		}
	}
}

// effective is nm/(n+m), the size that the variance of a difference between two samples goes with.
func effective(n, m int) float64 { return float64(n) * float64(m) / float64(n+m) }
