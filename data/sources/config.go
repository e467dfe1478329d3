package sources

import (
	"errors"
	"strings"
)

// Config is the `data` block of an experiment: what the null hypothesis is, what is injected under
// the alternative, and how many events there are of each.
type Config struct {
	// Source is where events come from: exponential (Exp(1) in one dimension), mixture (four unit
	// Gaussians at (±20, ±20) in equal parts), gaussian (a standard normal in Dim dimensions),
	// clusters (ten unit Gaussians in Dim dimensions in equal parts, whose centers are a fixed draw
	// from a standard normal: neighbors touch, as those of embeddings do) or files (measured
	// events, described by Files). The source files has other defaults: Counting is
	// shape, Standardize is reference, Reference is the whole reference pool, and there is no
	// Signal block.
	Source string `yaml:"source"`
	// Files describes the measured events of the source files.
	Files Files `yaml:"files"`
	// Dim is the dimension of the sources gaussian and clusters. 0 stands for the dimension of the
	// other sources, which is fixed.
	Dim int `yaml:"dim"`
	// Signal is the anomaly of a signal toy. The block replaces the default as a whole.
	Signal Signal `yaml:"signal"`
	// Reference is N_R, the number of rows of the reference, drawn anew for every toy. 0 stands for
	// the whole reference pool, and needs the source files.
	Reference int `yaml:"reference"`
	// Expected is N(R), the number of background events expected in the data. The source files
	// needs it, with two exceptions: 0 stands for the number of rows of an observed sample in
	// shape-only counting, and otherwise for the sum of the weights of the reference, if it has
	// weights or totals.
	Expected float64 `yaml:"expected"`
	// Counting says whether the number of data rows carries information. extended: N_D fluctuates
	// as a Poisson variable, a reference row has the weight w = N(R)/N_R, and the test sees the
	// total rate. shape: N_D is N(R), rounded, w = N_D/N_R, and the test sees the shape only.
	Counting string `yaml:"counting"`
	// Nuisances are parameters of the null density that are known from auxiliary measurements
	// alone. They need a generator; data.files.variations is for files.
	Nuisances []NuisanceConfig `yaml:"nuisances"`
	// Weights gives the reference rows of a generator weights. data.files.reference.weight is for
	// files.
	Weights WeightsConfig `yaml:"weights"`
	// Columns gives columns labels and units for figures.
	Columns []ColumnConfig `yaml:"columns"`
	// Standardize is the scaling of the columns: none, or reference, which shifts and scales them
	// by the mean and the standard deviation of the reference. Widths and learning rates are then
	// in standard deviations.
	Standardize string `yaml:"standardize"`
}

// Signal describes the density s(x) of the anomaly. The fields that apply depend on Kind. A field
// that does not apply must be zero.
//
// The number of anomalous events is not a field: the signal strength N_S of a toy is their expected
// number. A signal of kind scale or shift with N_S = N(R) scales or shifts the whole sample.
type Signal struct {
	// Kind is the kind of anomaly: gaussian (one cluster), bumps (several clusters), shape (the
	// density x² e^(-x)/2, for the exponential source only), uniform (a box), scale or shift.
	// Events of a scale or a shift replace background events. Those of the other kinds are added to
	// the background in extended counting, and replace background events in shape-only counting.
	Kind string `yaml:"kind"`
	// Loc is the mean of a gaussian signal. Missing coordinates are 0. For the exponential source,
	// whose events are not negative, the Gaussian is cut off at 0 and normalized again.
	Loc Vector `yaml:"loc"`
	// Scale is the standard deviation of a gaussian signal in every direction.
	Scale float64 `yaml:"scale"`
	// Bumps are the clusters of a bumps signal.
	Bumps []Bump `yaml:"bumps"`
	// Low is the lower corner of the box of a uniform signal, with one number for each dimension.
	Low Vector `yaml:"low"`
	// High is the upper corner of the box of a uniform signal, with one number for each dimension.
	High Vector `yaml:"high"`
	// Factor multiplies the background events of a scale signal, about the origin.
	Factor float64 `yaml:"factor"`
	// By is the displacement of the background events of a shift signal. Missing coordinates are 0.
	By Vector `yaml:"by"`
}

// Bump is one Gaussian component of a bumps signal.
type Bump struct {
	// Loc is the mean of the cluster. Missing coordinates are 0.
	Loc Vector `yaml:"loc"`
	// Scale is the standard deviation of the cluster in every direction.
	Scale float64 `yaml:"scale"`
	// Fraction is the share of N_S, up to a common factor: N_S is shared among the bumps in
	// proportion to the absolute values of their fractions. A negative fraction makes a hole: that
	// many background events are missing. Holes need extended counting. For the mixture and the
	// gaussian source, a hole must be narrower than their Gaussians.
	Fraction float64 `yaml:"fraction"`
}

// The words of a Config.
const (
	sourceExponential = "exponential"
	sourceMixture     = "mixture"
	sourceGaussian    = "gaussian"
	sourceClusters    = "clusters"
	sourceFiles       = "files"

	kindGaussian = "gaussian"
	kindBumps    = "bumps"
	kindShape    = "shape"
	kindUniform  = "uniform"
	kindScale    = "scale"
	kindShift    = "shift"

	countingExtended = "extended"
	countingShape    = "shape"

	standardizeNone      = "none"
	standardizeReference = "reference"
)

// Names are the words of the key source.
var Names = []string{sourceExponential, sourceMixture, sourceGaussian, sourceClusters,
	sourceFiles}

// SignalKinds are the words of the key signal.kind.
var SignalKinds = kindsOf("")

// Countings are the words of the key counting.
var Countings = []string{countingExtended, countingShape}

// Standardizations are the words of the key standardize.
var Standardizations = []string{standardizeNone, standardizeReference}

// Default returns the one-dimensional benchmark of the paper (arXiv:2511.03095): 2,000 expected
// events of an exponential, a reference of 20,000, and a narrow Gaussian in the tail as the signal.
func Default() Config {
	return Config{
		Source:      sourceExponential,
		Signal:      Signal{Kind: kindGaussian, Loc: Vector{6.4}, Scale: 0.16},
		Reference:   20000,
		Expected:    2000,
		Counting:    countingExtended,
		Standardize: standardizeNone,
	}
}

// Generated reports whether the source is a generator. Otherwise it is files.
func (c Config) Generated() bool { return c.Source != sourceFiles }

// check returns an error that lists everything that Validate reports.
func (c Config) check() error {
	var problems []string
	c.Validate(func(path, message string) { problems = append(problems, path+" "+message) })
	if len(problems) > 0 {
		return errors.New("data: building the source: " + strings.Join(problems, "; "))
	}
	return nil
}
