package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
)

// BenchmarkConvex times a whole convex fit, of six widths and four ridges, without and with a gate,
// and for comparison a fit of the recipe lead at the same size. The samples are those of a null
// toy, as nearly all toys are, or have a cluster of 5%, as in the tests.
func BenchmarkConvex(b *testing.B) {
	for _, size := range []struct{ reference, data, d, m int }{
		{20000, 2000, 1, 60}, {20000, 2000, 1, 100}, {20000, 2000, 2, 60}, {20000, 2000, 2, 100},
		{5000, 500, 16, 60},
	} {
		pair := convexPair(size.reference, size.data, size.d)
		null := pair
		null.Reference.N -= pair.Data.N
		null.Data.X = pair.Reference.X[:len(pair.Data.X)]
		null.Reference.X = pair.Reference.X[len(pair.Data.X):]
		for _, sample := range []struct {
			name string
			pair data.Pair
		}{{"null", null}, {"cluster", pair}} {
			for _, fit := range []string{"free", "gated", "lead"} {
				if fit == "lead" && size.m > 60 {
					continue
				}
				b.Run(fmt.Sprintf("N=%d/d=%d/M=%d/%s/%s", size.reference+size.data, size.d, size.m,
					sample.name, fit),
					func(b *testing.B) { benchmarkConvex(b, sample.pair, size.m, fit) })
			}
		}
	}
}

func benchmarkConvex(b *testing.B, pair data.Pair, m int, kind string) {
	d := pair.Data.D
	s := convexSetup("fused", kind == "gated", m, d)
	s.config.Epochs, s.config.Checkpoints.Count = 6, 6
	s.config.Ridges = []float64{0.3, 0.03, 0.003, 0.0003}
	factor := 4.
	if kind == "lead" {
		s = leadSetup(d)
		m, factor = s.model.Kernels, 0.5
	}
	s.widths = benchmarkWidths(pair.Reference, factor)
	f, err := s.newFitter(func(o *FitOptions) { o.Lead = kind == "lead" })
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(7, 7))
	start, err := InitialCentroids("kmeans", pair, m, r)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if r, err := f.Fit(pair, startAt(f, start), r); err != nil || r.Status != OK {
			b.Fatal(r.Status, r.Reason, err)
		}
	}
}

// leadSetup returns the fits of the recipe lead.
func leadSetup(d int) setup {
	s := small("fused")
	s.dim = d
	s.model.Kernels, s.model.SoftMax, s.loss.L2 = 5, true, 0.5
	s.config = Default()
	s.config.Epochs = 300
	s.config.LearningRate = LearningRate{Coefficients: 0.05, Centroids: 0.03, Unit: "sigma"}
	s.config.Births = Births{Every: 10, Candidates: 16}
	return s
}

// benchmarkWidths returns the widths 2 q99 and 0.5 q1 times a factor.
func benchmarkWidths(x data.Sample, factor float64) Widths {
	var distances []float64
	for i := range 300 {
		for j := range i {
			distances = append(distances, data.Distance(x.Row(i), x.Row(j)))
		}
	}
	slices.Sort(distances)
	n := float64(len(distances))
	return Widths{2 * distances[int(math.Ceil(0.99*n))], 0.5 * distances[int(0.01*n)] * factor}
}
