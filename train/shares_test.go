package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

// Shares are added to the checkpoints of a fit, and change nothing else. Both engines have the same
// ones.
func TestShares(t *testing.T) {
	t.Parallel()
	pair := toy(3, 400, 40, 8, 1)
	centroids := rowsOf(pair.Data, 5)
	fits := map[string]FitResult{}
	for _, engine := range Engines {
		s := small(engine)
		for _, asked := range []bool{false, true} {
			f, err := s.newFitter(func(o *FitOptions) { o.Lead, o.Shares = true, asked })
			if err != nil {
				t.Fatal(err)
			}
			fit, err := f.Fit(pair, startAt(f, centroids), nil)
			if err != nil || fit.Status != OK {
				t.Fatal(fit.Status, err)
			}
			if !asked {
				fits[engine] = fit
				continue
			}
			bare := fit
			bare.Checkpoints = slices.Clone(fit.Checkpoints)
			for i := range bare.Checkpoints {
				if bare.Checkpoints[i].Shares == nil {
					t.Fatalf("%s: checkpoint %d has no shares", engine, i)
				}
				bare.Checkpoints[i].Shares = nil
			}
			if !reflect.DeepEqual(bare, fits[engine]) {
				t.Errorf("%s: shares change the fit", engine)
			}
			fits[engine] = fit
		}
	}
	for i, c := range fits["fused"].Checkpoints {
		other := fits["composed"].Checkpoints[i].Shares
		for k, v := range c.Shares.Data.Sums {
			// fits of the engines differ by rounding, which their epochs amplify
			if math.Abs(v-other.Data.Sums[k]) > 1e-4 {
				t.Errorf("checkpoint %d: kernel %d has %v fused and %v composed", i, k, v,
					other.Data.Sums[k])
			}
		}
	}
}

// Both engines give the same shares at the same parameters.
func TestSharesOfTheEnginesAgree(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(4, 5))
	for range 40 {
		d, m := 1+r.IntN(4), 1+r.IntN(6)
		pair := toy(r.Uint64(), 100+r.IntN(200), 20+r.IntN(40), r.IntN(5), d)
		at := parameters{rowsOf(pair.Data, m), make([]float64, m), math.Exp(r.NormFloat64())}
		answers := map[string][]float64{}
		for _, engine := range Engines {
			s := small(engine)
			s.dim, s.model.Kernels, s.model.SoftMax = d, m, at.sigma > 1
			shares, err := begun(t, s, pair, at, nil).probe.shares(at.sigma)
			if err != nil {
				t.Fatal(err)
			}
			answers[engine] = slices.Concat(shares.Data.Sums, shares.Data.Products,
				shares.Data.Overlaps, shares.Reference.Sums, shares.Reference.Products)
		}
		for i, v := range answers["fused"] {
			if w := answers["composed"][i]; math.Abs(v-w) > 1e-10*(1+math.Abs(w)) {
				t.Fatalf("number %d is %v fused and %v composed", i, v, w)
			}
		}
	}
}

// A convex fit has the shares of its fixed kernels once at every width.
func TestSharesOfAConvexFit(t *testing.T) {
	t.Parallel()
	s := convexSetup("fused", false, 20, 1)
	s.config.Epochs, s.config.Checkpoints.Count = 3, 3
	s.config.Ridges = []float64{0.3, 0.03}
	pair := convexPair(400, 100, 1)
	f, err := s.newFitter(func(o *FitOptions) { o.Shares = true })
	if err != nil {
		t.Fatal(err)
	}
	fit, err := f.Fit(pair, startAt(f, rowsOf(pair.Data, 20)), nil)
	if err != nil || fit.Status != OK {
		t.Fatal(fit.Status, err)
	}
	for i, c := range fit.Checkpoints {
		if first := i%2 == 0; (c.Shares != nil) != first {
			t.Errorf("checkpoint %d at ridge %v: shares %v", i, c.Ridge, c.Shares)
		}
	}
}

// BenchmarkShares times a fit of the recipe lead, and the shares at its checkpoints. The metric is
// the time of the shares relative to that of the rest of the fit. It must stay below 0.05.
func BenchmarkShares(b *testing.B) {
	for _, size := range []struct{ reference, data, d int }{{2000, 200, 1}, {20000, 2000, 2},
		{5000, 500, 16}} {
		b.Run(sizeName(size.reference, size.data, size.d), func(b *testing.B) {
			benchmarkShares(b, size.reference, size.data, size.d)
		})
	}
}

func sizeName(reference, data, d int) string {
	return fmt.Sprintf("N=%d+%d/d=%d", reference, data, d)
}

func benchmarkShares(b *testing.B, reference, rows, d int) {
	pair := convexPair(reference, rows, d)
	s := leadSetup(d)
	s.widths = benchmarkWidths(pair.Reference, 0.5)
	f, err := s.newFitter(func(o *FitOptions) { o.Lead = true })
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	start, err := InitialCentroids("data", pair, s.model.Kernels, r)
	if err != nil {
		b.Fatal(err)
	}
	var fits, shares time.Duration
	for b.Loop() {
		begin := time.Now()
		fit, err := f.Fit(pair, startAt(f, start), r)
		if err != nil || fit.Status != OK {
			b.Fatal(fit.Status, err)
		}
		fits += time.Since(begin)
		at, err := f.begin(pair, startAt(f, start), r)
		if err != nil {
			b.Fatal(err)
		}
		k := at.variant.(*kernels)
		begin = time.Now()
		for _, c := range fit.Checkpoints {
			copy(k.mu, c.Centroids)
			if _, err := k.probe.shares(c.Sigma); err != nil {
				b.Fatal(err)
			}
		}
		shares += time.Since(begin)
	}
	b.ReportMetric(float64(shares)/float64(fits), "shares/fit")
}
