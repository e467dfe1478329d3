package data

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"
)

// Rows that are permuted with their weights keep them, and the weights become those of a pair.
func TestWeightsTravelWithRows(t *testing.T) {
	reference, observed := line(6), Sample{X: []float64{10, 11, 12}, N: 3, D: 1}
	weightOf := func(x float64) float64 { return x + 1 }
	weigh := func(s Sample) (weights []float64) {
		for _, x := range s.X {
			weights = append(weights, weightOf(x))
		}
		return weights
	}
	p, err := NewPermutation(AppendWeights(reference, weigh(reference)),
		AppendWeights(observed, weigh(observed)))
	if err != nil {
		t.Fatal(err)
	}
	pair, err := p.Draw(rand.New(rand.NewPCG(1, 2))).TakeWeights()
	if err != nil || pair.CheckWeights() != nil || pair.Reference.D != 1 || pair.Data.N != 3 {
		t.Fatalf("%+v, %v, %v", pair, err, pair.CheckWeights())
	}
	for i, w := range pair.DataWeights {
		want := weightOf(pair.Data.X[i]) / weightOf(pair.Data.X[0])
		if got := w / pair.DataWeights[0]; got < want-1e-12 || got > want+1e-12 {
			t.Errorf("row %v weighs %v; want %v", pair.Data.X[i], got, want)
		}
	}
	all := slices.Concat(pair.Reference.X, pair.Data.X)
	slices.Sort(all)
	if want := []float64{0, 1, 2, 3, 4, 5, 10, 11, 12}; !slices.Equal(all, want) {
		t.Errorf("rows %v; want %v", all, want)
	}
	pair.Data = Sample{X: []float64{1, -1}, N: 1, D: 2}
	pair.Reference = Sample{X: []float64{1, 2, 1, 3}, N: 2, D: 2}
	var of *WeightsError
	if _, err := pair.TakeWeights(); !errors.As(err, &of) || of.Sample != "data" {
		t.Errorf("a negative sum: %v; want a *WeightsError of the data", err)
	}
}
