package configs

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"sparker/data/sources"
	"sparker/losses"
	"sparker/models"
	"sparker/stats"
	"sparker/train"
	"sparker/twosample/baselines"
)

// Experiment is a whole config: the toys to draw, the model to fit to each of them, and the test to
// make of the fitted statistics.
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
	// Baselines holds what the tests beside SparKer are told, for a test.method that names one of them.
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

// Defaults is the experiment that an empty config would describe: the defaults of every block, a
// test of size 0.05 with the mix combination, 300 null toys and 100 toys at each of five strengths.
// It has no name yet.
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

// folderName is what a Name may be: also at the start of a command's argument, and never hidden.
var folderName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)

// Validate reports every impossible value and every combination of values that cannot work: its key
// path, and what is allowed.
func (e Experiment) Validate(report func(path, message string)) {
	e.validate(func(path, message string, _ ...string) { report(path, message) })
}

// reporter receives a problem at a path. Beside it stand the other paths whose values the message
// relies on.
type reporter func(path, message string, uses ...string)

func (e Experiment) validate(report reporter) {
	if !folderName.MatchString(e.Name) {
		report("name", fmt.Sprintf(
			`is %q; want a folder name of at most 100 letters, digits, ".", "_" and "-" that starts with a letter or digit`, e.Name))
	}
	if strings.ContainsFunc(e.Description, unicode.IsControl) {
		report("description", "want one line of text")
	}
	e.Data.Validate(within("data", report))
	e.Model.Validate(within("model", report))
	e.Loss.Validate(within("loss", report))
	e.Train.Validate(within("train", report))
	e.Baselines.Validate(within("baselines", report))
	if e.Record.Fits < 0 {
		report("record.fits", fmt.Sprintf("is %d; must be 0 or more", e.Record.Fits))
	}
	if e.Test.Method == "sparker" {
		e.validateKernels(report)
	}
	e.validateTest(report)
	e.validateRecipe(report)
	e.validateSignal(report)
}

// within prefixes the paths that a block reports with the block's own.
func within(block string, report reporter) func(path, message string) {
	return func(path, message string) { report(block+"."+path, message) }
}

// validateKernels holds the number of kernels against the samples: centroids start on distinct
// rows.
func (e Experiment) validateKernels(report reporter) {
	m := e.Model.Kernels
	if float64(m) > e.Data.Expected && (e.Data.Generated() || e.Data.Expected > 0) {
		report("model.kernels", fmt.Sprintf("is %d, more than the %s events expected in the "+
			"data (data.expected)", m, plain(e.Data.Expected)), "data.expected")
	}
	if m > e.Data.Reference && (e.Data.Generated() || e.Data.Reference > 0) {
		report("model.kernels", fmt.Sprintf("is %d, more than the %d rows of the reference "+
			"(data.reference)", m, e.Data.Reference), "data.reference")
	}
}

// validateTest checks the test and whether the calibration can ever reject at its size.
func (e Experiment) validateTest(report reporter) {
	if _, err := stats.ParseCombination(e.Test.Combine); err != nil {
		var words []string
		for _, c := range stats.Combinations() {
			words = append(words, string(c))
		}
		report("test.combine", fmt.Sprintf("is %q; want one of %s", e.Test.Combine,
			strings.Join(words, ", ")))
	}
	switch {
	case !slices.Contains(Methods, e.Test.Method):
		report("test.method", fmt.Sprintf("is %q; want one of %s", e.Test.Method,
			strings.Join(Methods, ", ")))
	case strings.HasSuffix(e.Test.Method, "scan") && !e.Data.Generated():
		report("test.method", fmt.Sprintf("is %s, which must know the density of the "+
			"background; files have none", e.Test.Method), "data.source")
	case e.Test.Method == "scan" && e.Data.Signal.Kind != "gaussian":
		report("test.method", fmt.Sprintf("is scan, which looks for a gaussian signal; "+
			"data.signal.kind is %q", e.Data.Signal.Kind), "data.signal.kind")
	case e.Test.Method != "sparker" && e.Record.Kernels:
		report("record.kernels", "is true, but only sparker has kernels", "test.method")
	}
	if e.Test.Method != "sparker" && e.Record.Leading {
		report("record.leading", "is true, but only sparker has kernels", "test.method")
	}
	if len(e.Test.Statistics) == 0 {
		report("test.statistics", "is empty; want at least one of "+strings.Join(Statistics, ", "))
	}
	for i, s := range e.Test.Statistics {
		path := fmt.Sprintf("test.statistics[%d]", i)
		switch {
		case !slices.Contains(Statistics, s):
			report(path, fmt.Sprintf("is %q; want one of %s", s, strings.Join(Statistics, ", ")))
		case slices.Index(e.Test.Statistics, s) < i:
			report(path, fmt.Sprintf("is %q, which the list holds already", s))
		}
	}
	alpha, null := e.Test.Alpha, e.Toys.Null
	alphaOK := alpha > 0 && alpha < 1
	if !alphaOK {
		report("test.alpha", fmt.Sprintf("is %s; must be above 0 and below 1", plain(alpha)))
	}
	switch {
	case null < 1:
		report("toys.null", fmt.Sprintf("is %d; must be at least 1", null))
	case alphaOK && alpha < 1/(float64(null)+1):
		report("toys.null", fmt.Sprintf("is %d, too few for test.alpha %s: the smallest p-value "+
			"is 1/(%d + 1), so the test can never reject; want at least %s null toys",
			null, plain(alpha), null, plain(nullToys(alpha))), "test.alpha")
	}
}

// validateRecipe checks what parts of the training ask of the loss and of the model.
func (e Experiment) validateRecipe(report reporter) {
	if e.Train.Optimizer == "newton" && e.Loss.Kind != "np" {
		report("train.optimizer", fmt.Sprintf("is newton, which needs the NP loss, convex in "+
			"the coefficients; loss.kind is %q", e.Loss.Kind), "loss.kind")
	}
	if e.Train.Births.Every > 0 && e.Loss.Kind != "np" {
		report("train.births.every", fmt.Sprintf("is %d, but births look at the residual of the "+
			"NP loss; loss.kind is %q", e.Train.Births.Every, e.Loss.Kind), "loss.kind")
	}
	if e.Train.Births.Every > 0 && e.Model.Centroids == "frozen" {
		report("train.births.every", fmt.Sprintf("is %d, but model.centroids is frozen",
			e.Train.Births.Every), "model.centroids")
	}
}

// nullToys is the smallest number of null toys whose smallest p-value, 1/(B + 1), is alpha or less.
func nullToys(alpha float64) float64 {
	b := math.Ceil(1/alpha) - 1
	switch { // 1/alpha may be rounded across a whole number
	case alpha < 1/(b+1):
		b++
	case b > 1 && alpha >= 1/b:
		b--
	}
	return b
}

// validateSignal checks the strengths and the number of toys at each of them.
func (e Experiment) validateSignal(report reporter) {
	strengths := e.Toys.Signal
	switch {
	case e.Toys.Alternative < 0:
		report("toys.alternative", fmt.Sprintf("is %d; must be 0 or more", e.Toys.Alternative))
	case e.Toys.Alternative == 0 && len(strengths) > 0:
		report("toys.alternative", "is 0, but toys.signal lists strengths to test; want at "+
			"least 1, or toys.signal: []", "toys.signal")
	}
	if e.Data.Files.Calibration == "permutation" && e.Toys.Alternative > 0 && len(strengths) > 0 {
		report("toys.signal", "lists strengths, but a permutation calibrates one observed "+
			"sample; want toys.signal: []", "data.files.calibration")
	}
	if !e.Data.Generated() && !e.Data.Files.HasSignal() &&
		slices.ContainsFunc(strengths, func(s float64) bool { return s > 0 }) {
		report("toys.signal", "lists strengths, but there are neither data.files.signal nor "+
			"data.files.generator; want toys.signal: [] or [0]", "data.files.signal")
	}
	kind := e.Data.Signal.Kind
	replaces := kind == "scale" || kind == "shift" || e.Data.Counting == "shape"
	seen := make(map[float64]bool)
	for i, s := range strengths {
		path := fmt.Sprintf("toys.signal[%d]", i)
		switch {
		case !(s >= 0) || math.IsInf(s, 0):
			report(path, fmt.Sprintf("is %s; want a finite number of expected signal events, "+
				"0 or more", plain(s)))
		case seen[s]:
			report(path, fmt.Sprintf("is %s, which the list holds already", plain(s)))
		case replaces && s > e.Data.Expected:
			report(path, fmt.Sprintf("is %s, more than the %s events expected in the data "+
				"(data.expected); signal events replace background events here",
				plain(s), plain(e.Data.Expected)), "data.expected", "data.signal.kind",
				"data.counting")
		}
		seen[s] = true
	}
}

// plain writes a number without an exponent where that stays short.
func plain(x float64) string {
	switch a := math.Abs(x); {
	case x == 0:
		return "0"
	case a >= 1e-5 && a < 1e15:
		return strconv.FormatFloat(x, 'f', -1, 64)
	default:
		return strconv.FormatFloat(x, 'g', -1, 64)
	}
}
