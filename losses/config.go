package losses

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Config is the `loss` block of an experiment.
type Config struct {
	// Kind is the loss that is minimized: np, the extended log-likelihood ratio Σ_R w(e^f - 1) -
	// Σ_D f; bce, the weighted logistic loss Σ_R w log(1 + e^f) + Σ_D log(1 + e^-f); or mse, the
	// Brier loss Σ_R w s² + Σ_D (1 - s)² with s = 1/(1 + e^-f). The statistic is -2 times the np
	// loss for all three.
	Kind string `yaml:"kind"`
	// L2 is the factor lambda of the penalty lambda Σ a² on the coefficients a. It acts in
	// training, and is never part of the statistic.
	L2 float64 `yaml:"l2"`
}

// Kinds are the words that Config.Kind accepts.
var Kinds = []string{"np", "bce", "mse"}

// Default returns the Neyman-Pearson loss without a penalty.
func Default() Config { return Config{Kind: "np"} }

// Validate reports every impossible value, with its key path inside the block and what is allowed.
func (c Config) Validate(report func(path, message string)) {
	if !slices.Contains(Kinds, c.Kind) {
		report("kind", fmt.Sprintf("is %q; want one of %s", c.Kind, strings.Join(Kinds, ", ")))
	}
	if !(c.L2 >= 0) || math.IsInf(c.L2, 0) {
		report("l2", fmt.Sprintf("is %v; must be a finite number, 0 or more", c.L2))
	}
}
