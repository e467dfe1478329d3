package twosample_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/train"
	"sparker/twosample"
)

// samples draws a reference of 400 rows and data of 100 rows, both normal. The data have a cluster
// of 15 rows at 2.
func samples() data.Pair {
	r := rand.New(rand.NewPCG(1, 1))
	draw := func(n int) data.Sample {
		s := data.Sample{N: n, D: 1}
		for range n {
			s.X = append(s.X, r.NormFloat64())
		}
		return s
	}
	pair := data.Pair{Reference: draw(400), Data: draw(100), Weight: 0.25}
	for i := range 15 {
		pair.Data.X[i] = 2 + 0.05*r.NormFloat64()
	}
	return pair
}

// SparKer is annealed between widths that come from the distances of the reference's rows. The
// single kernel that gains most, over all widths, is where the samples differ.
func ExampleNewSparKer() {
	pair := samples()
	r := rand.New(rand.NewPCG(2, 2))
	distances, err := twosample.MeasureDistances(pair.Reference, r, twosample.DistanceOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	recipe := twosample.Lead()
	test, err := twosample.NewSparKer(twosample.Setup{Model: recipe.Model, Loss: recipe.Loss,
		Train: recipe.Train, Statistics: recipe.Statistics, Dim: 1, Distances: distances})
	if err != nil {
		fmt.Println(err)
		return
	}
	fit, err := test.Fit(pair, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	best := slices.MaxFunc(fit.Checkpoints,
		func(a, b train.Checkpoint) int { return cmp.Compare(a.Lead, b.Lead) })
	fmt.Printf("%d statistics\n", len(fit.Outcome().T))
	fmt.Printf("the best single kernel is at %.0f\n", best.Centroids[best.LeadKernel])
	// Output:
	// 20 statistics
	// the best single kernel is at 2
}

// A method is looked up by name, prepared once, and makes a test for each goroutine.
func ExampleLookup() {
	method, err := twosample.Lookup("sparker")
	if err != nil {
		fmt.Println(err)
		return
	}
	recipe := twosample.Paper()
	prepared, err := method.Prepare(twosample.Setup{Model: recipe.Model, Loss: recipe.Loss,
		Train: recipe.Train, Dim: 1, Distances: twosample.EqualDistances(1)})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := prepared.Scales[len(prepared.Scales)-1]
	fmt.Printf("%s: %d scales, the last at epoch %d\n", method.Title, len(prepared.Scales),
		last.Epoch)
	test, err := prepared.New()
	fmt.Println(test.Name(), err)
	// Output:
	// SparKer: 10 scales, the last at epoch 1000
	// SparKer <nil>
}

// The quantiles of the distances are in the units of the columns.
func ExampleMeasureDistances() {
	reference := data.Sample{X: []float64{0, 1, 3}, N: 3, D: 1}
	d, err := twosample.MeasureDistances(reference, nil,
		twosample.DistanceOptions{Percentiles: []float64{100}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d.Q50, d.Percentiles[100])
	// Output: 2 3
}

// A recipe says how SparKer is trained.
func ExampleLead() {
	r := twosample.Lead()
	fmt.Println(r.Train.Epochs, r.Train.Births.Every, r.Statistics)
	// Output: 300 10 [t lead]
}

func ExamplePaper() {
	r := twosample.Paper()
	fmt.Println(r.Train.Epochs, r.Train.Width.Schedule, r.Statistics)
	// Output: 1000 linear [t]
}
