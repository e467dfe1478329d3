package baselines

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"sparker/data"
	"sparker/twosample"
)

// Labeled is a Test that says what its statistics are called.
type Labeled interface {
	twosample.Test
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
				return nil, fmt.Errorf("baselines: %s takes a %T, not a %T", name, c, cfg)
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
	return nil, fmt.Errorf("baselines: no baseline %q; want one of %s", name,
		strings.Join(names, ", "))
}

// Standardized lets a test see every pair with its columns shifted and scaled by the reference's
// mean and standard deviation, as SparKer does with Settings.Standardize. Columns that are constant
// in the reference are left out.
func Standardized(test Labeled) Labeled { return standardized{test} }

type standardized struct{ Labeled }

func (s standardized) Statistics(pair data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	if pair.Reference.D != pair.Data.D {
		return twosample.Outcome{}, fmt.Errorf("baselines: %d columns in the reference, %d in the data",
			pair.Reference.D, pair.Data.D)
	}
	standardizer, _ := data.NewStandardizer(pair.Reference)
	pair.Reference, pair.Data = standardizer.Apply(pair.Reference), standardizer.Apply(pair.Data)
	return s.Labeled.Statistics(pair, r)
}
