package train

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Config is the `train` block of an experiment: one annealed, full-batch fit.
type Config struct {
	// Epochs is T, the number of full-batch steps of the optimizer.
	Epochs int `yaml:"epochs"`
	// Optimizer is the method of minimization: adam (beta 0.9 and 0.999, eps 1e-8), gd (plain
	// gradient descent) or newton, which takes one damped Newton step per epoch in the
	// coefficients, in which the NP loss is convex, and moves the centroids with Adam; or convex,
	// which finds the optimum of the coefficients of frozen kernels at every checkpoint, for every
	// factor in Ridges.
	Optimizer string `yaml:"optimizer"`
	// Ridges are the factors lambda of the penalties lambda Σ a² of the optimizer convex, in
	// descending order. Each gives a scale at every checkpoint. An empty list stands for 0.3, 0.03,
	// 0.003 and 0.0003. The other optimizers have none.
	Ridges []float64 `yaml:"ridges"`
	// LearningRate holds the step sizes of the optimizer.
	LearningRate LearningRate `yaml:"learning_rate"`
	// Births relocates useless kernels. At regular intervals, the kernel that the loss needs least
	// moves to one of some random data rows: the one with the largest excess or deficit that the
	// model does not describe. It stays where it is if it is worth more there.
	Births Births `yaml:"births"`
	// Clip bounds every coefficient a after every step: |a| <= clip. The optimizer convex has no
	// bound.
	Clip float64 `yaml:"clip"`
	// Width is the annealing of sigma, the width of all kernels, from broad to narrow.
	Width Width `yaml:"width"`
	// Checkpoints are the epochs at which the statistic is taken. Each gives one scale.
	Checkpoints Checkpoints `yaml:"checkpoints"`
	// Engine is the way the graph is built: fused (one operation computes the ensemble, the loss
	// and all gradients) or composed (one operation for each term of the formulae, 30 times
	// slower). Both give the same numbers, up to rounding.
	Engine string `yaml:"engine"`
}

// LearningRate is the step size of the optimizer for each group of parameters.
type LearningRate struct {
	// Coefficients is the step size of the coefficients, which have no unit.
	Coefficients float64 `yaml:"coefficients"`
	// Centroids is the step size of the centroids, in the unit that Unit names.
	Centroids float64 `yaml:"centroids"`
	// Unit is the unit of the step size of the centroids: data (the units of the data, or standard
	// deviations if the data are standardized) or sigma (the width of the epoch, so that steps
	// shrink with the kernels).
	Unit string `yaml:"unit"`
}

// Births is the relocation of kernels. At regular intervals, the kernel that the loss needs least
// moves to one of some random data rows: the one with the largest excess or deficit that the model
// does not describe. It stays where it is if it is worth more there.
type Births struct {
	// Every is the number of epochs between births. 0 stands for no births.
	Every int `yaml:"every"`
	// Candidates is the number of random data rows to choose from.
	Candidates int `yaml:"candidates"`
}

// Width is the schedule of sigma_t over the epochs; see [Config.Sigma] and [Config.Widths].
type Width struct {
	// Schedule is the curve of sigma over the epochs: linear (the paper's), exponential,
	// logarithmic, cosine, two_phase (linear for half of the epochs, then exponential, without a
	// kink) or fixed (at the end width throughout).
	Schedule string `yaml:"schedule"`
	// Start is the width sigma_0 at the first epoch, in data units. auto is 2 q99, where q99 is the
	// 99th percentile of the pairwise distances of 2,000 reference rows.
	Start Extent `yaml:"start"`
	// End is the width sigma_T at the end of the annealing, in data units. auto is 0.5 q1, where q1
	// is the 1st percentile of the same distances.
	End Extent `yaml:"end"`
	// EndFactor multiplies the end width if End is auto. A factor of 0.5 anneals to a quarter of
	// q1.
	EndFactor float64 `yaml:"end_factor"`
	// Hold is the share h of the epochs over which sigma is annealed. It stays at the end width
	// afterwards.
	Hold float64 `yaml:"hold"`
}

// Checkpoints says when the statistic is taken. The last checkpoint is always at the last epoch.
type Checkpoints struct {
	// Count is the number m of checkpoints. It is at most the number of epochs. The last checkpoint
	// is at the last epoch.
	Count int `yaml:"count"`
	// Spacing is the spacing of the checkpoints: log_sigma (even in log sigma) or epoch (even in
	// epochs).
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
	Optimizers = []string{"adam", "gd", "newton", "convex"}
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
	if err := checkRidges(c.Optimizer, c.Ridges); err != nil {
		report("ridges", strings.TrimPrefix(err.Error(), "train: ridges "))
	}
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
