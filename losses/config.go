package losses

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Config is the `loss` block of an experiment.
type Config struct {
	// Kind is np (extended likelihood ratio), bce (weighted logistic loss) or mse (Brier score).
	Kind string `yaml:"kind"`
	// L2 is the lambda of the penalty lambda·Σ a². Training adds it to the loss; the statistic does
	// not contain it.
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
