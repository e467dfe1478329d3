package configs

import (
	"sparker/data/sources"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample/baselines"
)

// Experiment is a config without a sweep: the toys to draw, the model to fit to each of them, and
// the test of the fitted statistics.
type Experiment struct {
	// Name is the first part of the run folder's name: letters, digits, ".", "_" and "-".
	Name string `yaml:"name"`
	// Description says in one line what the experiment is for. It is no part of the digest.
	Description string `yaml:"description"`
	// Seed is what every random number of the run is derived from.
	Seed  uint64         `yaml:"seed"`
	Data  sources.Config `yaml:"data"`
	Model models.Config  `yaml:"model"`
	Loss  losses.Config  `yaml:"loss"`
	Train train.Config   `yaml:"train"`
	Test  TestConfig     `yaml:"test"`
	// Baselines holds what the tests beside SparKer are told, for a test.method that names one of
	// them.
	Baselines baselines.Config `yaml:"baselines"`
	Toys      ToysConfig       `yaml:"toys"`
	Record    RecordConfig     `yaml:"record"`
}

// TestConfig is the `test` block: how the statistics of the scales become a decision.
type TestConfig struct {
	// Alpha is the size of the test, between 0 and 1.
	Alpha float64 `yaml:"alpha"`
	// Combine names the combination of the per-scale p-values: mix, half, min, fisher or cauchy
	// (see stats.Combination).
	Combine string `yaml:"combine"`
	// Method is the two-sample test: sparker; scan, the likelihood ratio of a signal whose shape is
	// known and whose place is not; or multiscan, that of Gaussian signals of unknown place and
	// width. Scans know the background, and are limits of what a test that does not can do. falkon
	// is the kernel test of arXiv:2204.02317 at one width, falkon_multi at five; network is the
	// neural network of arXiv:1806.02350 under the loss of the config; the others are the tests of
	// baselines.Baselines.
	Method string `yaml:"method"`
	// Statistics are what is taken at every scale and ranked together: t, lead (the best single
	// kernel at its place), or both.
	Statistics []string `yaml:"statistics"`
}

// Statistics are the words that test.statistics takes.
var Statistics = []string{"t", "lead"}

// Methods are the two-sample tests that test.method can name.
var Methods = methods()

func methods() []string {
	all := []string{"sparker", "scan", "multiscan", "falkon", "falkon_multi", "network"}
	for _, b := range baselines.Baselines() {
		all = append(all, b.Name)
	}
	return all
}

// ToysConfig is the `toys` block: how many samples are drawn under each hypothesis.
type ToysConfig struct {
	// Null is the number of calibration toys. The smallest p-value that they can give is 1/(Null +
	// 1).
	Null int `yaml:"null"`
	// Alternative is the number of toys at each signal strength.
	Alternative int `yaml:"alternative"`
	// Signal holds the strengths N_S, in expected signal events. At 0 the power is the type-I
	// error.
	Signal []float64 `yaml:"signal"`
	// Fractions are strengths in another unit, N_S/N(R); they take the place of Signal.
	Fractions []float64 `yaml:"fractions"`
}

// RecordConfig is the `record` block: what is kept of the fits beside their statistics.
type RecordConfig struct {
	// Fits is the number of toys under each hypothesis whose whole trajectory is kept.
	Fits int `yaml:"fits"`
	// Kernels keeps the centroids and coefficients of every toy at every scale.
	Kernels bool `yaml:"kernels"`
	// Leading keeps, of every toy with injected anomalies, what the most significant kernel holds.
	Leading bool `yaml:"leading"`
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
		Test: TestConfig{Alpha: 0.05, Combine: string(stats.Mix), Method: Methods[0],
			Statistics: []string{"t"}},
		Toys:      ToysConfig{Null: 300, Alternative: 100, Signal: []float64{0, 5, 8, 10, 15}},
		Record:    RecordConfig{Fits: 2},
		Baselines: baselines.Default(),
	}
}
