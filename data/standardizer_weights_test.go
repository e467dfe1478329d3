package data

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The standardizer of rows of integer weights is that of repeated rows, also where the reference is
// constant and the data are not.
func TestStandardizerOfIntegerWeights(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	pair := Pair{Reference: Sample{N: 30, D: 2}, Data: Sample{N: 12, D: 2}}
	many := Pair{Reference: Sample{D: 2}, Data: Sample{D: 2}}
	fill := func(s, repeated *Sample, constant bool) (weights []float64) {
		for i := range s.N {
			row := []float64{r.ExpFloat64(), r.NormFloat64()}
			if constant {
				row[1] = 4
			}
			s.X = append(s.X, row...)
			weights = append(weights, float64(i%3))
			for range i % 3 {
				repeated.X = append(repeated.X, row...)
				repeated.N++
			}
		}
		return weights
	}
	pair.ReferenceWeights = fill(&pair.Reference, &many.Reference, true)
	pair.DataWeights = fill(&pair.Data, &many.Data, false)
	got, warnings := NewStandardizer(pair)
	want, _ := NewStandardizer(many)
	if len(warnings) != 1 {
		t.Errorf("warnings %q; want one for the constant column", warnings)
	}
	for j, sd := range want.Scale() {
		if math.Abs(got.Scale()[j]-sd) > 1e-12 || math.Abs(got.mean[j]-want.mean[j]) > 1e-12 {
			t.Errorf("column %d: %v, %v; want %v, %v", j, got.mean[j], got.Scale()[j],
				want.mean[j], sd)
		}
	}
}

// Equal weights leave the standardizer as it is, to the bit.
func TestStandardizerOfEqualWeights(t *testing.T) {
	t.Parallel()
	x := []float64{1, 2.5, 0.1, 7, 3}
	pair := Pair{Reference: Sample{X: x, N: 5, D: 1}}
	want, _ := NewStandardizer(pair)
	pair.ReferenceWeights = slices.Repeat([]float64{1}, 5)
	got, _ := NewStandardizer(pair)
	if got.mean[0] != want.mean[0] || got.sd[0] != want.sd[0] {
		t.Errorf("%v, %v; want %v, %v", got.mean, got.sd, want.mean, want.sd)
	}
}

// Weights of both signs give the weighted moments, unless they cancel the variance.
func TestStandardizerOfSignedWeights(t *testing.T) {
	t.Parallel()
	pair := Pair{Reference: Sample{X: []float64{0, 1, 2, 3}, N: 4, D: 1},
		ReferenceWeights: []float64{2, 2, -1, 1}}
	s, warnings := NewStandardizer(pair)
	// The mean is (2 - 2 + 3)/4, and the mean square (2 - 4 + 9)/4.
	if want := math.Sqrt(7./4 - 9./16); math.Abs(s.sd[0]-want) > 1e-12 || len(warnings) > 0 {
		t.Errorf("deviation %v, %q; want %v", s.sd[0], warnings, want)
	}
	pair.ReferenceWeights = []float64{-1, 3, 3, -1} // the variance is 0.25 - 2 < 0
	s, warnings = NewStandardizer(pair)
	// With the sizes 1, 3, 3, 1 of the weights the mean is 1.5, and the variance 6/8.
	if math.Abs(s.mean[0]-1.5) > 1e-12 || math.Abs(s.sd[0]-math.Sqrt(0.75)) > 1e-12 ||
		len(warnings) != 1 || !strings.Contains(warnings[0], "cancel the variance of x") {
		t.Errorf("mean %v, deviation %v, %q; want 1.5, %v and a warning", s.mean, s.sd, warnings,
			math.Sqrt(0.75))
	}
}
