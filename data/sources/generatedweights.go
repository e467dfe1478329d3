package sources

import (
	"math"
	"math/rand/v2"
	"slices"

	"sparker/data"
)

// WeightsConfig is the block `weights`: the reference rows of a generator have weights, as those of
// a simulation do. The weighted reference stands for the same background.
type WeightsConfig struct {
	// Spread is the ratio of the largest weight to the smallest. Background events are kept in the
	// reference with a probability from 1/spread at small first coordinates to 1 at large ones, and
	// have the inverse of it for a weight. 0 and 1 stand for equal weights.
	Spread float64 `yaml:"spread"`
	// Negative is the share of reference rows whose weight is negative. Which rows these are does
	// not depend on their values.
	Negative float64 `yaml:"negative"`
}

// The bounds of the weights. With more negative rows, the sum of the weights can be below 0.
const (
	mostSpread   = 1000
	mostNegative = 0.4
)

// weights checks the weights of a generated reference.
func (v validation) weights(c WeightsConfig) {
	if !(c.Spread == 0 || c.Spread >= 1 && c.Spread <= mostSpread) {
		v.say("weights.spread", "is %v; must be from 1 to %d, or 0 for equal weights", c.Spread,
			mostSpread)
	}
	if !(c.Negative >= 0 && c.Negative <= mostNegative) {
		v.say("weights.negative", "is %v; must be from 0 to %v", c.Negative, mostNegative)
	}
}

// On reports whether rows have different weights.
func (c WeightsConfig) On() bool { return c.Spread > 1 || c.Negative > 0 }

// simulated draws the weighted reference of a background.
type simulated struct {
	WeightsConfig
	middle, width float64 // of the step of the probability, in the first coordinate
}

// newSimulated returns the weighted reference of the source of a config.
func newSimulated(c Config) simulated {
	s := simulated{WeightsConfig: c.Weights, middle: 0, width: 0.5}
	switch c.Source {
	case sourceExponential:
		s.middle, s.width = 1, 0.25
	case sourceMixture:
		s.width = 10
	}
	return s
}

// acceptance returns the probability that an event is kept.
func (s simulated) acceptance(x []float64) float64 {
	if s.Spread <= 1 {
		return 1
	}
	return math.Pow(s.Spread, -1/(1+math.Exp((x[0]-s.middle)/s.width)))
}

// draw draws n rows of a background with their weights relative to each other.
func (s simulated) draw(r *rand.Rand, from background, n int) (data.Sample, []float64, error) {
	d := from.dim
	sample := data.Sample{X: make([]float64, 0, n*d), D: d}
	weights := make([]float64, 0, n)
	const batch = 256
	x := make([]float64, batch*d)
	for len(weights) < n {
		from.draw(r, x)
		for row := range slices.Chunk(x, d) {
			keep := s.acceptance(row)
			if len(weights) == n || s.Spread > 1 && r.Float64() >= keep {
				continue
			}
			w := 1 / keep
			if s.Negative > 0 && r.Float64() < s.Negative {
				w = -w
			}
			sample.X, weights = append(sample.X, row...), append(weights, w)
		}
	}
	sample.N = n
	weights, err := data.RelativeWeights("reference", weights, n)
	return sample, weights, err
}
