package train

import (
	"math/rand/v2"
	"reflect"
	"sync"
	"testing"

	"sparker/data"
)

// Fits that share a packed reference give the same results as fits that pack their own, even with
// other pairs in between.
func TestSharedReference(t *testing.T) {
	t.Parallel()
	s := small("fused")
	pair := toy(1, 500, 100, 6, s.dim)
	other := toy(2, 700, 80, 3, s.dim)
	start, err := InitialCentroids("data", pair, s.model.Kernels, rand.New(rand.NewPCG(1, 1)))
	if err != nil {
		t.Fatal(err)
	}
	plain := s.fitter(t)
	want, wantOther := fit(t, plain, pair, start), fit(t, plain, other, start)
	shared := PackReference(pair.Reference)
	var group sync.WaitGroup
	for range 3 {
		f, err := s.newFitter(func(o *FitOptions) { o.Reference = shared })
		if err != nil {
			t.Fatal(err)
		}
		group.Go(func() {
			for _, c := range []struct {
				pair data.Pair
				want FitResult
			}{{pair, want}, {other, wantOther}, {pair, want}} {
				got, err := f.Fit(c.pair, startAt(f, start), nil)
				if err != nil {
					t.Error(err)
				}
				if !reflect.DeepEqual(got, c.want) {
					t.Errorf("a fit with a shared reference gives %v, want %v", got, c.want)
				}
				reads := f.engine.(*fused).reference == shared.rows
				if reads != (c.pair.Reference.N == pair.Reference.N) {
					t.Errorf("the fit of %d reference rows reads the shared ones: %v",
						c.pair.Reference.N, reads)
				}
			}
		})
	}
	group.Wait()
}

// Only the same memory counts as the packed sample.
func TestPackedReferenceIs(t *testing.T) {
	t.Parallel()
	x := []float64{1, 2, 3, 4}
	r := PackReference(data.Sample{X: x, N: 2, D: 2})
	for _, c := range []struct {
		sample data.Sample
		want   bool
	}{
		{data.Sample{X: x, N: 2, D: 2}, true},
		{data.Sample{X: []float64{1, 2, 3, 4}, N: 2, D: 2}, false},
		{data.Sample{X: x[:2], N: 1, D: 2}, false},
		{data.Sample{X: x[2:], N: 1, D: 2}, false},
		{data.Sample{X: x, N: 4, D: 1}, false},
		{data.Sample{D: 2}, false},
	} {
		if got := r.is(c.sample); got != c.want {
			t.Errorf("%v is the sample: %v, want %v", c.sample, got, c.want)
		}
	}
	if (*PackedReference)(nil).is(data.Sample{X: x, N: 2, D: 2}) {
		t.Error("no reference is a sample")
	}
}
