package kernel

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// tiny is the scale of what features are allowed to miss, since they are 0 where kernels are below
// 2^-200 = 6e-61.
const tiny = 1e-45

// checkFeatures compares the losses, gradients and second derivatives of Features with formulas, at
// the coefficients of the problem and at others, all in one pass.
func (p problem) checkFeatures(t testing.TB, f *Features, points int, r *rand.Rand) {
	t.Helper()
	m := p.config.Kernels
	f.Hold(p.parts(), p.at())
	var at []*LossPoint
	for n := range points {
		a := slices.Clone(p.a)
		for i := range a {
			a[i] *= 1 + 0.3*float64(n)*r.NormFloat64()
		}
		at = append(at, &LossPoint{Coefficients: a, Gradient: make([]float64, m)})
	}
	f.Losses(at)
	compare := func(what string, got *LossPoint) {
		q := p
		q.config.Loss, q.config.Frozen, q.a = NP, true, got.Coefficients
		want := q.reference()
		want.loss.scale += tiny
		want.loss.check(t, what+", loss", got.Loss, tolerance)
		for i, e := range want.a {
			e.scale += tiny
			e.check(t, fmt.Sprintf("%s, dL/da[%d]", what, i), got.Gradient[i], tolerance)
		}
		if got := f.Clamps(got); got != (want.clamped > 0) {
			t.Errorf("%s: clamped is %v with %d clamped rows", what, got, want.clamped)
		}
	}
	for n, point := range at {
		compare(fmt.Sprint("point ", n), point)
	}
	got := make([]float64, m*m)
	f.Curvature(p.a, math.MaxInt, got)
	hessian, products := make([]sum, m*m), make([]sum, m*m)
	var spread float64
	for _, c := range p.a {
		spread += math.Abs(c) // what rounding of f and of the exponents does to e^f
	}
	spread = min(spread, 2*MaxExponent)
	for n := range p.n {
		_, phi, _, v := p.values(n)
		for i := range m {
			for j := range m {
				hessian[i*m+j].add(v*phi[i]*phi[j], v*phi[i]*phi[j]*(3+spread)+tiny)
				products[i*m+j].add(p.wD[n]*phi[i]*phi[j], 3*p.wD[n]*phi[i]*phi[j]+tiny)
			}
		}
	}
	for i, s := range hessian {
		s.result().check(t, fmt.Sprintf("H[%d,%d]", i/m, i%m), got[i], tolerance)
	}
	f.DataProducts(got)
	for i, s := range products {
		s.result().check(t, fmt.Sprintf("products[%d,%d]", i/m, i%m), got[i], tolerance)
	}
}

// newTestFeatures returns features that are kept, or computed anew in every pass.
func newTestFeatures(t testing.TB, c Config, path passes, keep bool) *Features {
	t.Helper()
	w, err := newWorkspace(c, path)
	if err != nil {
		t.Fatal(err)
	}
	f := w.NewFeatures()
	if !keep {
		f.most = 0
	}
	return f
}

func TestFeaturesAgainstFormulas(t *testing.T) {
	for _, path := range allPaths() {
		for _, keep := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s/kept=%v", path.name(), keep), func(t *testing.T) {
				r := rand.New(rand.NewPCG(31, 32))
				for i := range 200 {
					d, n := 1+r.IntN(12), r.IntN(60)
					switch r.IntN(5) {
					case 0:
						d = 1 + r.IntN(600)
					case 1:
						n = r.IntN(700)
					}
					p := random(r, d, 1+r.IntN(12), n)
					for j := range p.a {
						p.a[j] = min(max(p.a[j], -10), 10)
					}
					p.checkFeatures(t, newTestFeatures(t, p.config, path, keep), 1+r.IntN(6), r)
					if t.Failed() {
						t.Fatalf("problem %d: %+v, n %d, sigma %v", i, p.config, n, p.sigma)
					}
				}
			})
		}
	}
}

// Whatever was held before, and whether features are kept or not, the bits are those of fresh
// storage. How many points share a pass does not matter.
func TestFeaturesDependOnTheirInputsAlone(t *testing.T) {
	for _, path := range allPaths() {
		r := rand.New(rand.NewPCG(33, 34))
		for range 40 {
			d, m := 1+r.IntN(20), 1+r.IntN(9)
			p := random(r, d, m, 1)
			used := newTestFeatures(t, p.config, path, r.IntN(2) == 0)
			for range 4 {
				q := random(r, d, m, 1+r.IntN(700))
				q.config = p.config
				fresh := newTestFeatures(t, p.config, path, r.IntN(2) == 0)
				answers := func(f *Features, together int) []float64 {
					f.Hold(q.parts(), q.at())
					var points []*LossPoint
					for n := range 5 {
						a := slices.Clone(q.a)
						a[0] += 0.1 * float64(n)
						points = append(points,
							&LossPoint{Coefficients: a, Gradient: make([]float64, m)})
					}
					for some := range slices.Chunk(points, together) {
						f.Losses(some)
					}
					hessian := make([]float64, m*m)
					f.Curvature(q.a, 300, hessian)
					for _, point := range points {
						hessian = append(append(hessian, point.Loss), point.Gradient...)
					}
					return hessian
				}
				got, want := answers(used, 1+r.IntN(5)), answers(fresh, 1+r.IntN(5))
				for i, v := range want {
					if math.Float64bits(got[i]) != math.Float64bits(v) {
						t.Fatalf("%s, d %d, m %d, n %d: number %d is %v, afresh %v", path.name(),
							d, m, q.n, i, got[i], v)
					}
				}
			}
		}
	}
}

// Where no number can be computed, all results are NaN, as those of the gradient are.
func TestFeaturesWithoutAnswer(t *testing.T) {
	parts := []SamplePart{{Rows: Pack([]float64{0, 1}, 2, 1), Reference: 0.5},
		{Rows: Pack([]float64{0.5}, 1, 1), Data: 1}}
	for _, path := range allPaths() {
		for name, at := range map[string]Parameters{
			"width 0":     {[]float64{0, 1}, []float64{1, 1}, 0},
			"centroid":    {[]float64{0, math.NaN()}, []float64{1, 1}, 1},
			"coefficient": {[]float64{0, 1}, []float64{1, math.Inf(1)}, 1},
		} {
			f := newTestFeatures(t, Config{Dim: 1, Kernels: 2, SoftMax: true}, path, true)
			f.Hold(parts, at)
			point := &LossPoint{Coefficients: at.Coefficients, Gradient: make([]float64, 2)}
			f.Losses([]*LossPoint{point})
			for _, v := range append(point.Gradient, point.Loss) {
				if !math.IsNaN(v) {
					t.Errorf("%s, %s: %+v", path.name(), name, *point)
				}
			}
			h := make([]float64, 4)
			f.Curvature(at.Coefficients, math.MaxInt, h)
			for _, v := range h {
				if !math.IsNaN(v) {
					t.Errorf("%s, %s: second derivatives %v", path.name(), name, h)
				}
			}
		}
	}
}

// BenchmarkFeatures times what a convex fit does at one width: computing the features, the second
// derivatives, and a pass over the rows for some coefficient vectors. It reports the shortest, and
// the rate at which a pass reads features.
func BenchmarkFeatures(b *testing.B) {
	for _, shape := range [][3]int{{20000, 1, 60}, {20000, 2, 100}, {5000, 16, 60}} {
		for _, path := range allPaths() {
			benchmarkFeatures(b, path, shape[0], shape[1], shape[2])
		}
	}
}

func benchmarkFeatures(b *testing.B, path passes, n, d, m int) {
	r := rand.New(rand.NewPCG(1, 1))
	x, mu := make([]float64, n*d), make([]float64, m*d)
	for _, v := range [][]float64{x, mu} {
		for i := range v {
			v[i] = r.NormFloat64()
		}
	}
	f := newTestFeatures(b, Config{Dim: d, Kernels: m, SoftMax: true}, path, true)
	parts := []SamplePart{{Rows: Pack(x, n, d), Reference: 0.1}}
	at := Parameters{mu, make([]float64, m), math.Sqrt(float64(d))}
	f.Hold(parts, at)
	points := make([]*LossPoint, tilePoints)
	for i := range points {
		points[i] = &LossPoint{Coefficients: make([]float64, m), Gradient: make([]float64, m)}
		for j := range m {
			points[i].Coefficients[j] = 0.1 * r.NormFloat64()
		}
	}
	hessian := make([]float64, m*m)
	for _, c := range []struct {
		name string
		work func()
	}{
		{"hold", func() { f.Hold(parts, at) }},
		{"curvature", func() { f.Curvature(points[0].Coefficients, math.MaxInt, hessian) }},
		{"points=1", func() { f.Losses(points[:1]) }},
		{"points=2", func() { f.Losses(points[:2]) }},
		{"points=4", func() { f.Losses(points) }},
	} {
		b.Run(fmt.Sprintf("N=%d/d=%d/M=%d/%s/%s", n, d, m, path.name(), c.name),
			func(b *testing.B) { benchmarkShortest(b, 8*n*m, c.work) })
	}
}

// Second derivatives from some rows are scaled to all of them, whatever groups the rows fall into
// and whatever their weights. That shows where all rows are the same.
func TestCurvatureOfSomeRows(t *testing.T) {
	for _, path := range allPaths() {
		for _, keep := range []bool{true, false} {
			for _, d := range []int{1, 12} {
				x := make([]float64, 3000*d)
				fill(x, 0.5)
				weights := make([]float64, 1900)
				for i := range weights {
					weights[i] = float64(i % 7)
				}
				parts := []SamplePart{{Rows: Pack(x[:1100*d], 1100, d), Reference: 0.5},
					{Rows: Pack(x[1100*d:], 1900, d), References: weights, Data: 1}}
				f := newTestFeatures(t, Config{Dim: d, Kernels: 3}, path, keep)
				mu, a := make([]float64, 3*d), []float64{0.1, -0.2, 0.3}
				fill(mu[d:2*d], 1)
				fill(mu[2*d:], -0.3)
				f.Hold(parts, Parameters{mu, a, 2})
				want, got := make([]float64, 9), make([]float64, 9)
				f.Curvature(a, math.MaxInt, want)
				for _, rows := range []int{1, 300, 1000, 2999} {
					f.Curvature(a, rows, got)
					for i, v := range want {
						if math.Abs(got[i]-v) > 1e-12*v {
							t.Errorf("%s, kept %v, d = %d, %d rows: H[%d] = %v; want %v",
								path.name(), keep, d, rows, i, got[i], v)
						}
					}
				}
			}
		}
	}
}

// BenchmarkTiles times what bounds BenchmarkFeatures: reading features from memory, here 20,000
// rows of 60 kernels (GB/s), and multiplications and exponentials of numbers in the first-level
// cache (a nanosecond).
func BenchmarkTiles(b *testing.B) {
	const n, m = 20000, 60
	phi := reserve(n * m)
	fill(phi, 0.1)
	a, f, h := make([]float64, m*tilePoints), make([]float64, tile), make([]float64, 4*tile)
	fill(h, 0.1)
	sums := make([]float64, squareSize)
	for _, path := range allPaths() {
		b.Run(path.name()+"/read", func(b *testing.B) {
			benchmarkShortest(b, 8*n*m, func() {
				for t := 0; t < n; t += tile {
					path.tileValues(1, phi[t*m:], m, a, f)
				}
			})
		})
		rate := func(b *testing.B, unit string, each int, work func()) {
			shortest := time.Hour
			for b.Loop() {
				start := time.Now()
				for range 1000 {
					work()
				}
				shortest = min(shortest, time.Since(start))
			}
			b.ReportMetric(1000*float64(each)/float64(shortest.Nanoseconds()), unit)
		}
		b.Run(path.name()+"/multiply", func(b *testing.B) {
			each := 4 * tile * tileSquare * (tileSquare + 1)
			rate(b, "multiplications/ns", each, func() {
				path.tileProducts(phi, phi[:tileSquare*tile], h, 4, tileSquare*tile, sums)
			})
		})
		b.Run(path.name()+"/exponential", func(b *testing.B) {
			k := make([]float64, kernelColumn)
			rate(b, "exponentials/ns", chunk, func() { path.kernels(phi, chunk, 1, a, 1, k) })
		})
	}
}
