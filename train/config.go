package train

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Config is the `train` block of an experiment: one annealed, full-batch fit.
type Config struct {
	// Epochs is T.
	Epochs int `yaml:"epochs"`
	// Optimizer is adam (beta 0.9 and 0.999, eps 1e-8), gd (plain gradient descent) or newton. The
	// latter takes one Newton step per epoch in the coefficients, in which the NP loss is convex,
	// and moves the centroids with Adam.
	Optimizer string `yaml:"optimizer"`
	// LearningRate holds one rate for the coefficients and one for the centroids.
	LearningRate LearningRate `yaml:"learning_rate"`
	// Births relocates kernels that have become useless.
	Births Births `yaml:"births"`
	// Clip bounds every coefficient after every step: |a| <= clip.
	Clip float64 `yaml:"clip"`
	// Width is the annealing of sigma.
	Width Width `yaml:"width"`
	// Checkpoints are the epochs at which the statistic is taken: one t for each scale.
	Checkpoints Checkpoints `yaml:"checkpoints"`
	// Engine is fused (one operation computes the ensemble, the loss and all gradients) or composed
	// (one operation for each term of the formulae). Both give the same numbers, up to rounding.
	Engine string `yaml:"engine"`
}

// LearningRate is the step size of the optimizer, in the units of the parameters. Coefficients have
// no unit. Centroids are in data units, or in standard deviations if the data are standardized.
type LearningRate struct {
	Coefficients float64 `yaml:"coefficients"`
	Centroids    float64 `yaml:"centroids"`
	// Unit is the unit of Centroids: data, or sigma, the width of the epoch.
	Unit string `yaml:"unit"`
}

// Births is the relocation of kernels. At regular intervals, the kernel that the loss needs least
// moves to one of some random data rows: the one with the largest excess or deficit that the model
// does not describe. It stays where it is if it is worth more there.
type Births struct {
	// Every is the number of epochs between births; 0 means never.
	Every int `yaml:"every"`
	// Candidates is the number of random data rows to choose from.
	Candidates int `yaml:"candidates"`
}

// Width is the schedule of sigma_t over the epochs; see [Config.Sigma] and [Config.Widths].
type Width struct {
	// Schedule is linear, exponential, logarithmic, cosine, two_phase (linear, then exponential) or
	// fixed.
	Schedule string `yaml:"schedule"`
	// Start is sigma_0 and End is sigma_T, in data units. Auto is 2·q99 for Start and 0.5·q1 for
	// End, with the quantiles of the pairwise distances of reference rows.
	Start Extent `yaml:"start"`
	End   Extent `yaml:"end"`
	// EndFactor multiplies End if End is auto. A factor of 0.5 anneals to a quarter of q1.
	EndFactor float64 `yaml:"end_factor"`
	// Hold is h, the share of the epochs over which sigma is annealed. It stays at End afterwards.
	Hold float64 `yaml:"hold"`
}

// Checkpoints says when the statistic is taken. The last checkpoint is always at the last epoch.
type Checkpoints struct {
	// Count is m.
	Count int `yaml:"count"`
	// Spacing is log_sigma (evenly spaced in log sigma) or epoch (evenly spaced in time).
	Spacing string `yaml:"spacing"`
}

// Extent is a length in data units, or [Auto].
type Extent float64

// Auto is the Extent that [Config.Widths] derives from the reference. It is the zero value.
const Auto Extent = 0

// UnmarshalYAML accepts a finite number above 0 or the word auto.
func (e *Extent) UnmarshalYAML(decode func(any) error) error {
	var word string
	if err := decode(&word); err == nil && word == "auto" {
		*e = Auto
		return nil
	}
	var x float64
	if err := decode(&x); err != nil || !(x > 0) || math.IsInf(x, 0) {
		return fmt.Errorf("want a number above 0, or auto")
	}
	*e = Extent(x)
	return nil
}

// MarshalYAML returns the word auto or the number.
func (e Extent) MarshalYAML() (any, error) {
	if e == Auto {
		return "auto", nil
	}
	return float64(e), nil
}

// The words that the fields of a Config accept.
var (
	Optimizers = []string{"adam", "gd", "newton"}
	RateUnits  = []string{"data", "sigma"}
	Schedules  = []string{"linear", "exponential", "logarithmic", "cosine", "two_phase", "fixed"}
	Spacings   = []string{"log_sigma", "epoch"}
	Engines    = []string{"fused", "composed"}
)

// Default returns the defaults of the block: 500 epochs of Adam at a rate of 0.05, a clip of 10,
// and exponential annealing with ten checkpoints, evenly spaced in log sigma.
func Default() Config {
	return Config{
		Epochs:       500,
		Optimizer:    "adam",
		LearningRate: LearningRate{Coefficients: 0.05, Centroids: 0.05, Unit: "data"},
		Births:       Births{Candidates: 16},
		Clip:         10,
		Width:        Width{Schedule: "exponential", EndFactor: 1, Hold: 1},
		Checkpoints:  Checkpoints{Count: 10, Spacing: "log_sigma"},
		Engine:       "fused",
	}
}

// Validate reports every impossible value, with its key path inside the block and what is allowed.
func (c Config) Validate(report func(path, message string)) {
	word := func(path, value string, allowed []string) {
		if !slices.Contains(allowed, value) {
			report(path, fmt.Sprintf("is %q; want one of %s", value, strings.Join(allowed, ", ")))
		}
	}
	positive := func(path string, value float64) {
		if !(value > 0) || math.IsInf(value, 0) {
			report(path, fmt.Sprintf("is %v; must be a finite number above 0", value))
		}
	}
	if c.Epochs < 1 {
		report("epochs", fmt.Sprintf("is %d; must be at least 1", c.Epochs))
	}
	word("optimizer", c.Optimizer, Optimizers)
	positive("learning_rate.coefficients", c.LearningRate.Coefficients)
	positive("learning_rate.centroids", c.LearningRate.Centroids)
	word("learning_rate.unit", c.LearningRate.Unit, RateUnits)
	if c.Births.Every < 0 {
		report("births.every", fmt.Sprintf("is %d; must be 0 (never) or more", c.Births.Every))
	}
	if c.Births.Candidates < 1 {
		report("births.candidates", fmt.Sprintf("is %d; must be at least 1", c.Births.Candidates))
	}
	positive("clip", c.Clip)
	word("width.schedule", c.Width.Schedule, Schedules)
	positive("width.end_factor", c.Width.EndFactor)
	if c.Width.End != Auto && c.Width.EndFactor != 1 {
		report("width.end_factor", fmt.Sprintf("is %v, but width.end is a number (%v); the "+
			"factor applies to auto", c.Width.EndFactor, float64(c.Width.End)))
	}
	if !(c.Width.Hold > 0 && c.Width.Hold <= 1) {
		report("width.hold", fmt.Sprintf("is %v; must be above 0 and at most 1", c.Width.Hold))
	}
	if c.Width.Start != Auto && c.Width.End != Auto && c.Width.Start < c.Width.End {
		report("width.end", fmt.Sprintf("is %v, wider than width.start (%v); annealing narrows "+
			"the kernels", float64(c.Width.End), float64(c.Width.Start)))
	}
	if c.Checkpoints.Count < 1 || c.Checkpoints.Count > c.Epochs {
		report("checkpoints.count", fmt.Sprintf("is %d; must be at least 1 and at most the "+
			"number of epochs (%d)", c.Checkpoints.Count, c.Epochs))
	}
	word("checkpoints.spacing", c.Checkpoints.Spacing, Spacings)
	word("engine", c.Engine, Engines)
}
