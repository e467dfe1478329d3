package train_test

import (
	"fmt"
	"log"
	"math"
	"slices"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
)

// exponential returns n values at the quantiles of the exponential distribution.
func exponential(n int) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = -math.Log1p(-(float64(i) + 0.5) / float64(n))
	}
	return x
}

// The reference follows the exponential distribution. The data have a tenth of its rows, and eight
// more near 4. An annealed fit finds them: t grows as the kernels become as narrow as the bump, and
// the kernel with the largest coefficient is there.
func ExampleFitter() {
	x := append(exponential(100), 3.9, 3.93, 3.96, 3.99, 4.02, 4.05, 4.08, 4.11)
	pair := data.Pair{
		Reference: data.Sample{X: exponential(1000), N: 1000, D: 1},
		Data:      data.Sample{X: x, N: len(x), D: 1},
		Weight:    0.1,
	}
	model := models.Ensemble{Kernels: 3, Dim: 1, SoftMax: true}
	config := train.Default()
	config.Epochs, config.Checkpoints.Count = 100, 3
	options, err := config.Options(model, train.Widths{Start: 8, End: 0.2})
	if err != nil {
		log.Fatal(err)
	}
	fitter, err := train.NewFitter(model, losses.Default(), options)
	if err != nil {
		log.Fatal(err)
	}

	fit, err := fitter.Fit(pair, model.Start([]float64{0.5, 1.5, 4.5}), nil)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fit.Status)
	for _, c := range fit.Checkpoints {
		fmt.Printf("sigma %.1f: t = %.0f\n", c.Sigma, c.T)
	}
	best := slices.Index(fit.Coefficients, slices.Max(fit.Coefficients))
	fmt.Printf("the strongest kernel is at %.1f\n", fit.Centroids[best])
	// Output:
	// ok
	// sigma 2.3: t = 8
	// sigma 0.7: t = 16
	// sigma 0.2: t = 29
	// the strongest kernel is at 4.0
}
