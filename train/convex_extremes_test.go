package train

import (
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"sparker/data"
)

// hardPairs are samples that are unlike those of rare anomalies, with starts of their own.
func hardPairs(t *testing.T) map[string]struct {
	pair  data.Pair
	start []float64
} {
	t.Helper()
	const d, m = 2, 10
	cases := map[string]struct {
		pair  data.Pair
		start []float64
	}{}
	add := func(name string, pair data.Pair, start []float64) {
		pair.Weight = float64(pair.Data.N) / float64(pair.Reference.N)
		cases[name] = struct {
			pair  data.Pair
			start []float64
		}{pair, start}
	}
	rows := func(s data.Sample, n int) data.Sample {
		return data.Sample{X: slices.Clone(s.X[:n*s.D]), N: n, D: s.D}
	}

	half := convexPair(600, 200, d)
	for i := range half.Data.X[:100*d] {
		half.Data.X[i] = 1.5 + 0.2*half.Data.X[i+100*d]
	}
	add("half of the data anomalous", half, startOf(t, half, m))

	far := convexPair(600, 200, d)
	for i := range far.Data.X {
		far.Data.X[i] += 8 // nowhere near the reference
	}
	add("disjoint samples", far, startOf(t, far, m))

	single := convexPair(600, 200, d)
	single.Data = rows(single.Data, 1)
	add("one data row", single, startOf(t, single, m))

	single.Reference = rows(single.Reference, 1)
	add("one row in each sample", single, startOf(t, single, m))

	constant := convexPair(600, 200, d)
	for _, x := range [][]float64{constant.Reference.X, constant.Data.X} {
		for i := range x {
			x[i] = 3
		}
	}
	add("constant columns", constant, startOf(t, constant, m))

	few := convexPair(600, 200, d)
	for i := range few.Data.X {
		few.Data.X[i] = few.Data.X[i%(4*d)] // four rows over and over
	}
	add("fewer distinct rows than kernels", few, startOf(t, few, m))

	twice := convexPair(600, 200, d)
	start := startOf(t, twice, m/2)
	add("every centroid twice", twice, append(slices.Clone(start), start...))
	return cases
}

// excess returns how far the loss is above its minimum, from Newton's next step: ½ g·H⁻¹g with the
// formulae of the test. That is exact to first order in the excess itself.
func (l convexLoss) excess(t *testing.T, a []float64) float64 {
	t.Helper()
	gradient, hessian := make([]float64, len(a)), mat.NewSymDense(len(a), nil)
	l.derivatives(gradient, hessian, a)
	var factor mat.Cholesky
	if !factor.Factorize(hessian) {
		t.Fatal("the second derivatives are not positive")
	}
	g := mat.NewVecDense(len(a), gradient)
	var step mat.VecDense
	if err := factor.SolveVecTo(&step, g); err != nil {
		t.Log(err) // the matrix is ill-conditioned where the ridge is small
	}
	return mat.Dot(g, &step) / 2
}

// The optimum is found, and t grows as the ridge falls, on samples of every kind.
func TestConvexOnHardSamples(t *testing.T) {
	if testing.Short() {
		t.Skip("minimizes some 200 losses to the last digits")
	}
	t.Parallel()
	for name, c := range hardPairs(t) {
		t.Run(name, func(t *testing.T) {
			eachConvex(t, func(t *testing.T, engine string, softmax bool) {
				d := c.pair.Data.D
				m := len(c.start) / d
				result := convexFit(t, convexSetup(engine, softmax, m, d), c.pair, c.start)
				if len(result.Checkpoints) != 12 {
					t.Fatalf("%d checkpoints; want 3 widths of 4 ridges", len(result.Checkpoints))
				}
				for i, at := range result.Checkpoints {
					l := newConvexLoss(c.pair, c.start, at.Scale, softmax)
					a := at.Coefficients
					if excess := l.excess(t, a); !(excess <= 1e-8) {
						t.Errorf("%+v: the loss is %g above its minimum", at.Scale, excess)
					}
					want := -2 * (l.value(a) - at.Ridge*floats.Dot(a, a))
					if math.Abs(at.T-want) > 1e-8+1e-13*want { // t is 1e8 for disjoint samples
						t.Errorf("%+v: t = %.12g; want %.12g", at.Scale, at.T, want)
					}
					if i%4 > 0 && at.T < result.Checkpoints[i-1].T-1e-7 {
						t.Errorf("%+v: t falls from %v to %v with the ridge", at.Scale,
							result.Checkpoints[i-1].T, at.T)
					}
				}
			})
		})
	}
}

// Whatever the number of threads, and while other fitters read the same packed reference, a fit
// gives the same bits.
func TestConvexDoesNotDependOnThreads(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, softmax := range []bool{true, false} {
		pair := convexPair(2000, 300, 3)
		start := startOf(t, pair, 12)
		packed := PackReference(pair.Reference)
		s := convexSetup("fused", softmax, 12, 3)
		want := convexFit(t, s, pair, start).Checkpoints
		for _, threads := range []int{1, 4} {
			runtime.GOMAXPROCS(threads)
			results := make([]FitResult, 4)
			var group sync.WaitGroup
			for i := range results {
				group.Go(func() {
					f, err := s.newFitter(func(o *FitOptions) { o.Reference = packed })
					if err != nil {
						t.Error(err)
						return
					}
					if results[i], err = f.Fit(pair, startAt(f, start), nil); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			for _, r := range results {
				for i, c := range r.Checkpoints {
					if c.T != want[i].T || !slices.Equal(c.Coefficients, want[i].Coefficients) {
						t.Errorf("%d threads, softmax %v, %+v: t = %v; want %v", threads, softmax,
							c.Scale, c.T, want[i].T)
					}
				}
				if len(r.Checkpoints) != len(want) {
					t.Errorf("%d checkpoints; want %d", len(r.Checkpoints), len(want))
				}
			}
		}
	}
}
