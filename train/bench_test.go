package train

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
)

// BenchmarkEpoch times one epoch (loss, gradient and Adam step) of a fit of 50 epochs with one checkpoint,
// gated, NP loss, one thread.
func BenchmarkEpoch(b *testing.B) {
	for _, size := range [][3]int{{22000, 1, 5}, {22000, 2, 5}, {22000, 2, 20}, {11000, 100, 5}} {
		rows, d, kernels := size[0], size[1], size[2]
		b.Run(fmt.Sprintf("N=%d/d=%d/M=%d", rows, d, kernels), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			draw := func(n int) data.Sample {
				x := make([]float64, n*d)
				for i := range x {
					x[i] = r.NormFloat64()
				}
				return data.Sample{X: x, N: n, D: d}
			}
			pair := data.Pair{Reference: draw(rows * 10 / 11), Data: draw(rows / 11), Weight: 0.1}
			model, config := models.Default(), Default()
			model.Kernels = kernels
			config.Epochs, config.Checkpoints.Count = 50, 1
			fitter, err := NewFitter(model, losses.Default(), config, d, Widths{8, 0.5})
			if err != nil {
				b.Fatal(err)
			}
			start, err := InitialCentroids("data", pair, kernels, r)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := fitter.Fit(pair, start, false); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*config.Epochs), "µs/epoch")
		})
	}
}
