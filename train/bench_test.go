package train

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
)

// BenchmarkEpoch times one epoch of a gated ensemble under the NP loss, on one thread: the loss,
// its gradient, an Adam step and the clip.
func BenchmarkEpoch(b *testing.B) {
	for _, engine := range Engines {
		for _, size := range [][3]int{{22000, 1, 5}, {22000, 2, 5}, {11000, 100, 5},
			{11000, 1000, 5}, {22000, 1, 20}, {22000, 2, 20}, {11000, 100, 20}, {11000, 1000, 20}} {
			benchmarkEpoch(b, engine, size[0], size[1], size[2])
		}
	}
}

func benchmarkEpoch(b *testing.B, engine string, rows, d, kernels int) {
	b.Run(fmt.Sprintf("%s/N=%d/d=%d/M=%d", engine, rows, d, kernels), func(b *testing.B) {
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
		config.Engine = engine
		s := setup{model: model, loss: losses.Default(), config: config, widths: Widths{8, 0.5},
			dim: d}
		fitter, err := s.newFitter(nil)
		if err != nil {
			b.Fatal(err)
		}
		start, err := InitialCentroids("data", pair, kernels, r)
		if err != nil {
			b.Fatal(err)
		}
		at, err := fitter.begin(pair, startAt(fitter, start), nil)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		sigma := 8.
		for b.Loop() {
			sigma = max(0.5, sigma*0.99)
			at.program.SetScalar(models.Sigma, sigma)
			if _, err := at.program.Gradient(); err != nil {
				b.Fatal(err)
			}
			if err := at.step(1); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/1000/float64(b.N), "µs/epoch")
	})
}

// BenchmarkWeightedEpoch times the gradient of the fused engine for a reference without weights,
// with positive ones, and with a tenth of negative ones, in turn. The metrics are the shortest
// times relative to that without weights. They must stay near 1.
func BenchmarkWeightedEpoch(b *testing.B) {
	for _, size := range [][3]int{{22000, 1, 5}, {22000, 2, 20}, {11000, 100, 5}} {
		b.Run(fmt.Sprintf("N=%d/d=%d/M=%d", size[0], size[1], size[2]), func(b *testing.B) {
			benchmarkWeightedEpoch(b, size[0], size[1], size[2])
		})
	}
}

func benchmarkWeightedEpoch(b *testing.B, rows, d, kernels int) {
	plain := convexPair(rows*10/11, rows/11, d)
	weights := func(weight func(i int) float64) data.Pair {
		pair := plain
		list := make([]float64, pair.Reference.N)
		for i := range list {
			list[i] = weight(i)
		}
		var err error
		pair.ReferenceWeights, err = data.RelativeWeights("reference", list, len(list))
		if err != nil {
			b.Fatal(err)
		}
		return pair
	}
	s := small("fused")
	s.dim, s.model.Kernels, s.widths = d, kernels, Widths{8, 0.5}
	var fits []*state
	positive := func(i int) float64 { return float64(1 + i%4) }
	for _, pair := range []data.Pair{plain, weights(positive), weights(signed)} {
		f, err := s.newFitter(nil)
		if err != nil {
			b.Fatal(err)
		}
		fit, err := f.begin(pair, startAt(f, rowsOf(pair.Data, kernels)), nil)
		if err != nil {
			b.Fatal(err)
		}
		fit.program.SetScalar(models.Sigma, 1)
		fits = append(fits, fit)
	}
	times := make([]time.Duration, len(fits))
	for b.Loop() {
		for i, fit := range fits {
			begin := time.Now()
			if _, err := fit.program.Gradient(); err != nil {
				b.Fatal(err)
			}
			if took := time.Since(begin); times[i] == 0 || took < times[i] {
				times[i] = took
			}
		}
	}
	b.ReportMetric(float64(times[1])/float64(times[0]), "weighted/plain")
	b.ReportMetric(float64(times[2])/float64(times[0]), "signed/plain")
}

// BenchmarkTrace times fits without and with a trace, and what the kernels reach, in turn. The
// metrics are from the shortest times: that of a traced fit relative to a plain one, and that of
// the reach at all epochs relative to a traced fit.
func BenchmarkTrace(b *testing.B) {
	for _, size := range [][3]int{{22000, 1, 5}, {22000, 2, 20}, {11000, 100, 5}} {
		b.Run(fmt.Sprintf("N=%d/d=%d/M=%d", size[0], size[1], size[2]), func(b *testing.B) {
			benchmarkTrace(b, size[0], size[1], size[2])
		})
	}
}

func benchmarkTrace(b *testing.B, rows, d, kernels int) {
	pair := convexPair(rows*10/11, rows/11, d)
	s := small("fused")
	s.dim, s.model.Kernels, s.widths = d, kernels, Widths{8, 0.5}
	f, err := s.newFitter(nil)
	if err != nil {
		b.Fatal(err)
	}
	start := startAt(f, rowsOf(pair.Data, kernels))
	epochs := s.config.Epochs
	times := make([]time.Duration, 3)
	for b.Loop() {
		for i, run := range []func() error{
			func() error { _, err := f.Fit(pair, start, nil); return err },
			func() error { _, err := f.Trace(pair, start, nil); return err },
			func() error {
				for range epochs {
					if _, err := f.engine.(probe).reach(0.5); err != nil {
						return err
					}
				}
				return nil
			},
		} {
			begin := time.Now()
			if err := run(); err != nil {
				b.Fatal(err)
			}
			if took := time.Since(begin); times[i] == 0 || took < times[i] {
				times[i] = took
			}
		}
	}
	b.ReportMetric(float64(times[1])/float64(times[0]), "traced/plain")
	b.ReportMetric(float64(times[2])/float64(times[1]), "reach/traced")
}
