package data

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Relative weights have the mean 1, and equal weights are those of rows without weights.
func TestRelativeWeights(t *testing.T) {
	w, err := RelativeWeights("reference", []float64{2, -1, 5}, 3)
	if err != nil || !slices.Equal(w, []float64{1, -0.5, 2.5}) {
		t.Errorf("%v, %v; want 1, -0.5, 2.5", w, err)
	}
	if w, err := RelativeWeights("data", []float64{0.3, 0.3}, 2); err != nil || w != nil {
		t.Errorf("equal weights: %v, %v; want nil", w, err)
	}
	for _, test := range []struct {
		weights []float64
		want    string
	}{
		{[]float64{1, 2}, "2 numbers for 3 rows"},
		{[]float64{0, 0, 0}, "all 0"},
		{[]float64{1, math.NaN(), 1}, "row 1 (counted from 0) is NaN"},
		{[]float64{1, 1, math.Inf(1)}, "row 2 (counted from 0) is +Inf"},
		{[]float64{1, -3, 1}, "have the sum -1"},
		{[]float64{math.MaxFloat64, math.MaxFloat64, 1}, "have the sum +Inf"},
	} {
		_, err := RelativeWeights("reference", test.weights, 3)
		var of *WeightsError
		if !errors.As(err, &of) || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v; want a message with %q", test.weights, err, test.want)
		}
	}
}

// The weights of a pair have the mean 1 and one number for each row.
func TestCheckWeights(t *testing.T) {
	p := Pair{Reference: Sample{X: []float64{1, 2}, N: 2, D: 1},
		Data: Sample{X: []float64{3}, N: 1, D: 1}, Weight: 0.5}
	if err := p.CheckWeights(); err != nil {
		t.Error(err)
	}
	p.ReferenceWeights = []float64{3, -1}
	if err := p.CheckWeights(); err != nil {
		t.Error(err)
	}
	p.ReferenceWeights = []float64{3, 1}
	if err := p.CheckWeights(); err == nil || !strings.Contains(err.Error(), "mean 2") {
		t.Errorf("weights of mean 2: %v", err)
	}
	p.ReferenceWeights, p.DataWeights = nil, []float64{1, 1}
	if err := p.CheckWeights(); err == nil || !strings.Contains(err.Error(), "of the data are 2") {
		t.Errorf("two weights for one row: %v", err)
	}
}

func TestEffectiveRows(t *testing.T) {
	for _, test := range []struct {
		weights []float64
		want    float64
	}{{nil, 0}, {[]float64{0, 0}, 0}, {[]float64{2, 2, 2}, 3}, {[]float64{3, 1}, 1.6},
		{[]float64{1, -1}, 0}, {[]float64{3e-300, 1e-300}, 1.6}, {[]float64{3e300, 1e300}, 1.6}} {
		if got := EffectiveRows(test.weights); math.Abs(got-test.want) > 1e-15 {
			t.Errorf("%v: %v; want %v", test.weights, got, test.want)
		}
	}
}

// Weights of two samples that have another distribution or another scale are refused. The seeds are
// fixed; of weights of one distribution, one pair in a thousand would be refused, or fewer.
func TestCheckWeightLaws(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	signs := func(n int, negative, size float64) []float64 {
		w := make([]float64, n)
		for i := range w {
			if w[i] = size; r.Float64() < negative {
				w[i] = -size
			}
		}
		return w
	}
	for range 200 {
		if _, err := CheckWeightLaws(signs(800, 0.2, 1), signs(200, 0.2, 1)); err != nil {
			t.Error(err)
		}
	}
	for name, w := range map[string][]float64{"subtracted": signs(200, 0.35, 1),
		"another scale": signs(200, 0, 1000)} {
		var of *WeightsError
		if _, err := CheckWeightLaws(signs(800, 0, 1), w); !errors.As(err, &of) {
			t.Errorf("%s: %v; want a *WeightsError", name, err)
		}
	}
	warning, err := CheckWeightLaws(signs(800, 0, 1), signs(200, 0.13, 1))
	if err != nil || !strings.Contains(warning, "unlike those of the reference") {
		t.Errorf("%q, %v; want a warning", warning, err)
	}
}
