package train_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
)

// The same loop fits any model. The network of New Physics Learning takes a rate and a clip for
// each of its parameters.
func ExampleFitter_network() {
	pair := data.Pair{
		Reference: data.Sample{X: []float64{0.1, 0.3, 0.5, 0.8, 1.2, 1.7, 2.4, 3.8}, N: 8, D: 1},
		Data:      data.Sample{X: []float64{0.2, 0.7, 1.5, 4.9, 5, 5.1}, N: 6, D: 1},
		Weight:    0.5,
	}
	model, err := models.NewMLP(1, 4)
	if err != nil {
		log.Fatal(err)
	}
	fitter, err := train.NewFitter(model, losses.Default(), train.FitOptions{
		Parameters: []train.Parameter{
			{Name: models.HiddenWeights, Rate: 0.02, Clip: 4},
			{Name: models.HiddenBiases, Rate: 0.02},
			{Name: models.OutputWeights, Rate: 0.02, Clip: 4},
			{Name: models.OutputBias, Rate: 0.02},
		},
		Checkpoints: []int{10, 500},
	})
	if err != nil {
		log.Fatal(err)
	}

	fit, err := fitter.Fit(pair, model.Start(rand.New(rand.NewPCG(1, 1))), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, c := range fit.Checkpoints {
		fmt.Printf("after %d epochs: t = %.0f\n", c.Epoch, c.T)
	}
	// Output:
	// after 10 epochs: t = 2
	// after 500 epochs: t = 59
}

// LogRatios evaluates f at new rows: f is large at 5, where the data have more rows than the
// reference, and 0 far from every kernel.
func ExampleFitter_LogRatios() {
	pair := data.Pair{
		Reference: data.Sample{X: []float64{0.1, 0.3, 0.5, 0.8, 1.2, 1.7, 2.4, 3.8}, N: 8, D: 1},
		Data:      data.Sample{X: []float64{0.2, 0.7, 1.5, 4.9, 5, 5.1}, N: 6, D: 1},
		Weight:    0.5,
	}
	model := models.Ensemble{Kernels: 2, Dim: 1, SoftMax: true}
	config := train.Default()
	config.Epochs, config.Checkpoints.Count = 50, 1
	options, err := config.Options(model, train.Widths{Start: 5, End: 0.5})
	if err != nil {
		log.Fatal(err)
	}
	fitter, err := train.NewFitter(model, losses.Default(), options)
	if err != nil {
		log.Fatal(err)
	}
	fit, err := fitter.Fit(pair, model.Start([]float64{0.7, 4.9}), nil)
	if err != nil {
		log.Fatal(err)
	}

	f, err := fitter.LogRatios(data.Sample{X: []float64{5, 50}, N: 2, D: 1}, fit.Checkpoints[0])
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("f(5) = %.1f, f(50) = %.1f\n", f[0], f[1])
	// Output:
	// f(5) = 2.8, f(50) = 0.0
}

// A trace has the width, the loss, the forces on the centroids and more for every epoch.
func ExampleFitter_Trace() {
	pair := data.Pair{
		Reference: data.Sample{X: []float64{0.1, 0.3, 0.5, 0.8, 1.2, 1.7, 2.4, 3.8}, N: 8, D: 1},
		Data:      data.Sample{X: []float64{0.2, 0.7, 1.5, 4.9, 5, 5.1}, N: 6, D: 1},
		Weight:    0.5,
	}
	model := models.Ensemble{Kernels: 2, Dim: 1, SoftMax: true}
	config := train.Default()
	config.Epochs, config.Checkpoints.Count = 50, 1
	options, err := config.Options(model, train.Widths{Start: 5, End: 0.5})
	if err != nil {
		log.Fatal(err)
	}
	fitter, err := train.NewFitter(model, losses.Default(), options)
	if err != nil {
		log.Fatal(err)
	}

	fit, err := fitter.Trace(pair, model.Start([]float64{0.7, 4.9}), nil)
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range []train.Epoch{fit.Trace[9], fit.Trace[49]} {
		fmt.Printf("epoch %d: sigma %.1f, gate entropy %.1f, t = %.0f\n", e.Epoch, e.Sigma,
			e.GateEntropy, e.T)
	}
	// Output:
	// epoch 10: sigma 3.2, gate entropy 0.6, t = 2
	// epoch 50: sigma 0.5, gate entropy 0.0, t = 16
}

// A reference that many pairs have in common is packed once. Any number of fitters can read it.
func ExamplePackReference() {
	reference := data.Sample{X: []float64{0.1, 0.3, 0.5, 0.8, 1.2, 1.7, 2.4, 3.8}, N: 8, D: 1}
	model := models.Ensemble{Kernels: 1, Dim: 1}
	config := train.Default()
	config.Epochs, config.Checkpoints.Count = 50, 1
	options, err := config.Options(model, train.Widths{Start: 5, End: 0.5})
	if err != nil {
		log.Fatal(err)
	}
	options.Reference = train.PackReference(reference)
	fitter, err := train.NewFitter(model, losses.Default(), options)
	if err != nil {
		log.Fatal(err)
	}

	for _, x := range [][]float64{{0.2, 0.7, 1.5, 2.9}, {0.2, 0.7, 1.5, 4.9, 5, 5.1}} {
		pair := data.Pair{Reference: reference, Data: data.Sample{X: x, N: len(x), D: 1},
			Weight: 0.5}
		fit, err := fitter.Fit(pair, model.Start([]float64{4.5}), nil)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("t = %.0f\n", fit.Checkpoints[0].T)
	}
	// Output:
	// t = 1
	// t = 16
}

// Kernels start on distinct rows, here of the data. Three rows are places for three kernels.
func ExampleInitialCentroids() {
	pair := data.Pair{Data: data.Sample{X: []float64{1, 2, 3}, N: 3, D: 1}}
	start, err := train.InitialCentroids("data", pair, 2, rand.New(rand.NewPCG(1, 1)))
	fmt.Println(start, err)
	start, err = train.InitialCentroids("data", pair, 4, rand.New(rand.NewPCG(1, 1)))
	fmt.Println(start, err)
	// Output:
	// [3 1] <nil>
	// [1 2 3] <nil>
}

// Automatic widths anneal from twice the 99% quantile of the distances of reference rows to half of
// the 1% quantile.
func ExampleConfig_Widths() {
	distances := train.DistanceQuantiles{Q1: 0.02, Q50: 1, Q99: 4.5}
	config := train.Default()
	fmt.Printf("%+v\n", config.Widths(distances))
	config.Width.Start, config.Width.EndFactor = 3, 0.5
	fmt.Printf("%+v\n", config.Widths(distances))
	// Output:
	// {Start:9 End:0.01}
	// {Start:3 End:0.005}
}

// In many dimensions all distances are similar, and half of the smallest ones is not narrow.
func ExampleWidths_Warning() {
	distances := train.DistanceQuantiles{Q1: 13, Q50: 15, Q99: 17}
	config := train.Default()
	widths := config.Widths(distances)
	if widths.Warning(distances) != "" {
		fmt.Println("the end width", widths.End, "is not local")
	}
	config.Width.EndFactor = 0.5
	widths = config.Widths(distances)
	if widths.Warning(distances) == "" {
		fmt.Println("the end width", widths.End, "is local")
	}
	// Output:
	// the end width 6.5 is not local
	// the end width 3.25 is local
}

// Validate names what is wrong by its place in the `train` block.
func ExampleConfig_Validate() {
	config := train.Default()
	config.Optimizer, config.Epochs = "sgd", 0
	config.Validate(func(path, message string) { fmt.Println(path, message) })
	// Output:
	// epochs is 0; must be at least 1
	// optimizer is "sgd"; want one of adam, gd, newton, convex
	// checkpoints.count is 10; must be at least 1 and at most the number of epochs (0)
}

// Exponential annealing divides the width by the same factor in every epoch.
func ExampleConfig_Sigma() {
	config := train.Default()
	config.Epochs = 4
	for epoch := 1; epoch <= config.Epochs; epoch++ {
		fmt.Printf("%.1f\n", config.Sigma(train.Widths{Start: 16, End: 1}, epoch))
	}
	// Output:
	// 8.0
	// 4.0
	// 2.0
	// 1.0
}

// Checkpoints that are evenly spaced in log sigma crowd at the end of a linear schedule.
func ExampleConfig_Scales() {
	config := train.Default()
	config.Epochs, config.Checkpoints.Count = 100, 4
	config.Width.Schedule = "linear"
	for _, s := range config.Scales(train.Widths{Start: 8, End: 0.5}) {
		fmt.Printf("epoch %d: sigma %.2f\n", s.Epoch, s.Sigma)
	}
	// Output:
	// epoch 54: sigma 3.95
	// epoch 80: sigma 2.00
	// epoch 94: sigma 0.95
	// epoch 100: sigma 0.50
}
