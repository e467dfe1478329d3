package configs

import (
	"sparker/data/sources"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample"
	"sparker/twosample/baselines"
)

// Experiment is a config without a sweep: the toys to draw, the model to fit to each of them, and
// the test of the fitted statistics.
type Experiment struct {
	// Name is the first part of the name of the run folder. A config must have one.
	Name string `yaml:"name"`
	// Description says in one line what the experiment is for. It is not part of the digest.
	Description string `yaml:"description"`
	// Seed determines every random number of a run.
	Seed uint64 `yaml:"seed"`
	// Data says what is drawn: the source of the events, the anomaly, and the sizes of the samples.
	Data sources.Config `yaml:"data"`
	// Model describes f, the estimate of the logarithm of the density ratio.
	Model models.Config `yaml:"model"`
	// Loss says what is minimized.
	Loss losses.Config `yaml:"loss"`
	// Train describes one fit: an annealed, full-batch minimization.
	Train train.Config `yaml:"train"`
	// Test says how the statistics of the scales become a decision.
	Test TestConfig `yaml:"test"`
	// Baselines holds the options of the two-sample tests of others. A block applies if
	// `test.method` names its test.
	Baselines baselines.Config `yaml:"baselines"`
	// Toys says how many toys are drawn under each hypothesis.
	Toys ToysConfig `yaml:"toys"`
	// Record says what is stored of the fits, in addition to their statistics.
	Record RecordConfig `yaml:"record"`
}

// ObservedSamples returns the number of observed samples that the experiment tests: 0 or 1.
func (e Experiment) ObservedSamples() int {
	if e.Data.Files.Observed.File == "" {
		return 0
	}
	return 1
}

// TestConfig is the `test` block: how the statistics of the scales become a decision.
type TestConfig struct {
	// Alpha is the size of the test: the probability to reject the null hypothesis if it is true.
	Alpha float64 `yaml:"alpha"`
	// Combine is the combination of the p-values p of the scales into one number: mix (-½ log min p
	// - ½ mean log p), half (-log ½(min p + Π p)), min, fisher (-Σ log p), cauchy (mean tan π(½ -
	// p)) or harmonic (mean 1/p). The combination is calibrated on the null toys as well.
	Combine string `yaml:"combine"`
	// Method is the two-sample test. sparker is the test of this program. scan and multiscan are
	// likelihood ratios that know the background: limits of what a test can do, not competitors.
	// The others are tests of other authors, with their options in the block baselines. `sparker
	// list --tests` describes all of them.
	Method string `yaml:"method"`
	// Statistics lists what is taken at every scale and ranked together: t, twice the
	// log-likelihood ratio of the fit, and lead, the same for the best single kernel at its place.
	Statistics []string `yaml:"statistics"`
	// Members lists further tests of the same toys: fits of kernels with recipes of their own, or
	// tests of other authors. Their statistics are ranked together with those of `test.method`, and
	// give one p-value. The members of a preset are those of its own method. They are dropped if
	// `test.method` names another.
	Members []twosample.MemberConfig `yaml:"members"`
	// Groups lists sets of statistics that are combined with each other first. Every group has a
	// p-value of its own, and `test.across` combines those. Without groups, the statistics of every
	// test form one.
	Groups []twosample.GroupConfig `yaml:"groups"`
	// Across is the combination of the p-values of groups: one of those of `test.combine`. It is
	// harmonic if it is left out: a group that sees an anomaly loses little by others that do not.
	Across string `yaml:"across"`
	// RowsFDR is the false-discovery rate of a list of the rows of an observed sample that stand
	// out: of the listed rows, at most this share is from the reference, on average. The list
	// takes one more fit, and a part of the reference is set aside for it. 0 makes no list.
	RowsFDR float64 `yaml:"rows_fdr"`
	// Extrapolate says whether the p-value of an observed sample is also extrapolated beyond the
	// null toys, for significances of 3 to 5. It is given alongside the p-value of the toys, with
	// an interval and a check, and is refused with a reason where the check fails. It takes 100
	// toys or more.
	Extrapolate bool `yaml:"extrapolate"`
}

func (t TestConfig) grouping() twosample.Grouping {
	return twosample.Grouping{Combine: stats.Combination(t.Combine),
		Across: stats.Combination(t.Across), Groups: t.Groups}
}

// ToysConfig is the `toys` block: how many samples are drawn under each hypothesis.
type ToysConfig struct {
	// Null is B, the number of null toys that calibrate the test. The smallest p-value is 1/(B +
	// 1). A size alpha that is known to 10% needs about 100/alpha toys.
	Null int `yaml:"null"`
	// Auto ends the null toys as soon as the decision at `test.alpha` is certain: with a
	// probability of 99.9% it is that of any number of toys. `toys.null` is then their largest
	// number. The p-value takes the rule into account. Auto needs an observed sample.
	Auto bool `yaml:"auto"`
	// Alternative is the number of toys at each signal strength.
	Alternative int `yaml:"alternative"`
	// Signal lists the signal strengths N_S, in expected signal events. At 0, the power is the
	// type-I error, from toys that are not used for the calibration.
	Signal []float64 `yaml:"signal"`
	// Fractions lists the signal strengths in another unit, N_S/N(R), instead of Signal.
	Fractions []float64 `yaml:"fractions"`
}

// RecordConfig is the `record` block: what is stored of the fits in addition to their statistics.
type RecordConfig struct {
	// Fits is the number of toys under each hypothesis whose fit is stored as a whole, and drawn.
	Fits int `yaml:"fits"`
	// Kernels says whether the centroids and coefficients of every toy are stored at every scale.
	// The summary then counts the bumps that kernels found.
	Kernels bool `yaml:"kernels"`
	// Leading says whether the content of the kernel with the most significant excess is stored for
	// every toy with anomalies. The summary then has its purity.
	Leading bool `yaml:"leading"`
	// Places says for which experiments the largest local significances of the places of every toy
	// are stored, which p-values of places need: observed (those with an observed sample), all, or
	// none. It is observed if it is left out. With all, the summary has the power of the first
	// place.
	Places string `yaml:"places"`
}

// Defaults returns the experiment of an empty config: the defaults of every block, a test of size
// 0.05 with the mix combination, 300 null toys, and 100 toys at each of five signal strengths. It
// has no name, which a valid experiment needs.
func Defaults() Experiment {
	return Experiment{
		Seed:  1,
		Data:  sources.Default(),
		Model: models.Default(),
		Loss:  losses.Default(),
		Train: train.Default(),
		Test: TestConfig{Alpha: 0.05, Combine: string(stats.Mix), Method: twosample.DefaultMethod,
			Statistics: []string{twosample.StatisticT}},
		Toys:      ToysConfig{Null: 300, Alternative: 100, Signal: []float64{0, 5, 8, 10, 15}},
		Record:    RecordConfig{Fits: 2},
		Baselines: baselines.Default(),
	}
}
