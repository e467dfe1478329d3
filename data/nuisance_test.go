package data_test

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"sparker/data"
)

func ExamplePair_Tilted() {
	pair := data.Pair{Weight: 0.5,
		Reference: data.Sample{X: []float64{1, 2}, N: 2, D: 1},
		Data:      data.Sample{X: []float64{1}, N: 1, D: 1},
		Nuisances: []data.Nuisance{{Name: "rate", Sigma: 0.1},
			{Name: "slope", Sigma: 1, Reference: []float64{0, 1}, Data: []float64{0}}}}
	tilted := pair.Tilted([]float64{math.Log(2), math.Log(3)})
	for _, w := range tilted.ReferenceWeights {
		fmt.Printf("%.1f\n", tilted.Weight*w)
	}
	// Output:
	// 1.0
	// 3.0
}

// The weights of the rows, the second order and the bound of the exponential are in a tilt.
func TestTilts(t *testing.T) {
	pair := data.Pair{Weight: 2, ReferenceWeights: []float64{0.5, 1.5},
		Reference: data.Sample{X: []float64{1, 2}, N: 2, D: 1},
		Data:      data.Sample{X: []float64{1}, N: 1, D: 1},
		Nuisances: []data.Nuisance{{Name: "curve", Sigma: 1, Reference: []float64{1, 1000},
			Data: []float64{1}, ReferenceSecond: []float64{-2, 0}, DataSecond: []float64{0}}}}
	if err := pair.CheckNuisances(); err != nil {
		t.Fatal(err)
	}
	want := []float64{math.Exp(0.5 - 0.25), math.Exp(data.MaxTilt)}
	for i, v := range pair.Tilts([]float64{0.5}) {
		if math.Abs(v-want[i]) > 1e-12*want[i] {
			t.Errorf("the tilt of row %d is %v; want %v", i, v, want[i])
		}
	}
	tilted := pair.Tilted([]float64{0.5})
	for i, v := range tilted.ReferenceWeights {
		if got := tilted.Weight * v; math.Abs(got/(2*pair.ReferenceWeights[i]*want[i])-1) > 1e-12 {
			t.Errorf("row %d weighs %v", i, got)
		}
	}
	if err := tilted.CheckWeights(); err != nil || tilted.Nuisances != nil {
		t.Errorf("%v, %v", err, tilted.Nuisances)
	}
}

// A nuisance parameter with rows of one sample alone, or without a name of its own, is refused.
func TestCheckNuisances(t *testing.T) {
	for _, list := range [][]data.Nuisance{
		{{Name: "a", Sigma: 1, Reference: []float64{1}}},
		{{Name: "a", Sigma: 1, Data: []float64{1}}},
		{{Name: "a", Sigma: 1, Reference: []float64{1}, Data: []float64{1, 2}}},
		{{Name: "a", Sigma: 1, Reference: []float64{1}, Data: []float64{math.NaN()}}},
		{{Name: "a", Sigma: 1, ReferenceSecond: []float64{1}}},
		{{Name: "a", Sigma: 1}, {Name: "a", Sigma: 1}},
		{{Name: "a", Sigma: -1}},
		{{Name: "a", Sigma: math.Inf(1)}},
		{{Name: "a", Sigma: 1, Measured: math.NaN()}},
	} {
		pair := data.Pair{Weight: 1, Reference: data.Sample{X: []float64{1}, N: 1, D: 1},
			Data: data.Sample{X: []float64{1}, N: 1, D: 1}, Nuisances: list}
		var wrong *data.NuisanceError
		if err := pair.CheckNuisances(); !errors.As(err, &wrong) || wrong.Name != "a" {
			t.Errorf("%+v: %v", list, err)
		}
	}
}
