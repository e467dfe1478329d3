package sources

import (
	"math"
	"strings"
	"testing"

	"sparker/data"
	"sparker/internal/rng"
)

// A weighted reference has the moments of the background, and the effective size that its weights
// say. The bounds are 5 standard errors, of which one seed in 2e6 is outside.
func TestWeightedReference(t *testing.T) {
	t.Parallel()
	for _, weights := range []WeightsConfig{{Spread: 10}, {Negative: 0.1},
		{Spread: 100, Negative: 0.1}} {
		c := Default()
		c.Reference, c.Weights = 20_000, weights
		source := generatorOf(t, c)
		pair, err := source.Draw(rng.New(1, "weights"), 10)
		if err != nil {
			t.Fatal(err)
		}
		if err := pair.CheckWeights(); err != nil {
			t.Fatal(err)
		}
		if pair.Weight != 0.1 || pair.Reference.N != c.Reference || pair.DataWeights != nil {
			t.Errorf("%+v: weight %v of %d rows", weights, pair.Weight, pair.Reference.N)
		}
		var mean, square, squares, negative float64
		for i, x := range pair.Reference.X {
			w := pair.ReferenceWeights[i]
			mean, square = mean+w*x, square+w*x*x
			squares += w * w * (x - 1) * (x - 1)
			if w < 0 {
				negative++
			}
		}
		n := float64(c.Reference)
		if limit := 5 * math.Sqrt(squares) / n; math.Abs(mean/n-1) > limit {
			t.Errorf("%+v: mean %v; want 1 ± %v", weights, mean/n, limit)
		}
		if p := weights.Negative; math.Abs(negative-p*n) > 5*math.Sqrt(n*p*(1-p)) {
			t.Errorf("%+v: %v negative rows", weights, negative)
		}
		least, most := math.Inf(1), 0.0
		for _, w := range pair.ReferenceWeights {
			least, most = min(least, math.Abs(w)), max(most, math.Abs(w))
		}
		if ratio := max(1, weights.Spread); most/least > ratio || most/least < 0.7*ratio {
			t.Errorf("%+v: the weights have the ratio %v", weights, most/least)
		}
		if size := data.EffectiveRows(pair.ReferenceWeights) / n; weights.Spread == 0 &&
			math.Abs(size-0.64) > 0.03 { // (1 - 2·0.1)²
			t.Errorf("the effective size of 10%% negative rows is %v of the rows", size)
		}
	}
}

// A generator without the block draws the toys that it drew before.
func TestNoWeights(t *testing.T) {
	t.Parallel()
	c := Default()
	plain, err := generatorOf(t, c).Draw(rng.New(1, "weights"), 10)
	if err != nil {
		t.Fatal(err)
	}
	c.Weights.Spread = 1
	equal, err := generatorOf(t, c).Draw(rng.New(1, "weights"), 10)
	if err != nil || equal.ReferenceWeights != nil || equal.Reference.X[0] != plain.Reference.X[0] {
		t.Error("a spread of 1 changes the toys", err)
	}
}

func TestWeightsAreChecked(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		weights WeightsConfig
		want    string
	}{
		{WeightsConfig{Spread: 0.5}, "weights.spread is 0.5; must be from 1"},
		{WeightsConfig{Spread: 1e4}, "weights.spread is 10000"},
		{WeightsConfig{Spread: math.NaN()}, "weights.spread is NaN"},
		{WeightsConfig{Negative: 0.5}, "weights.negative is 0.5"},
		{WeightsConfig{Negative: -0.1}, "weights.negative is -0.1"},
	} {
		c := Default()
		c.Weights = test.weights
		if err := c.check(); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%+v: %v; want %q", test.weights, err, test.want)
		}
	}
}

func generatorOf(t *testing.T, c Config) *generator {
	t.Helper()
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	return newGenerator(c)
}
