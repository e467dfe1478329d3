package train

import (
	"math/rand/v2"
	"testing"

	"sparker/data"
)

// Fits of every recipe give the same bits for the same stream, with and without a trace, and
// whatever their fitter fitted before.
func TestRecipesAreDeterministic(t *testing.T) {
	t.Parallel()
	eachEngine(t, testRecipesAreDeterministic)
}

func testRecipesAreDeterministic(t *testing.T, engine string) {
	for _, change := range []func(*setup){
		func(s *setup) { s.config.Optimizer = "newton" },
		func(s *setup) { s.config.Births = Births{Every: 5, Candidates: 8} },
		func(s *setup) {
			s.config.Optimizer, s.loss.L2 = "newton", 1
			s.config.Births, s.config.LearningRate.Unit = Births{Every: 5, Candidates: 16}, "sigma"
			s.config.LearningRate.Centroids = 0.2
		},
	} {
		s := small(engine)
		change(&s)
		pair, other := toy(1, 400, 80, 8, 1), toy(2, 500, 90, 0, 1)
		start := rowsOf(pair.Data, 5)
		fitter := func() *Fitter {
			f, err := s.newFitter(func(o *FitOptions) { o.Lead = true })
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		stream := func(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }
		used, from := fitter(), startAt(fitter(), start)
		if _, err := used.Fit(other, from, stream(9)); err != nil {
			t.Fatal(err)
		}
		fresh := succeeded(t)(fitter().Fit(pair, from, stream(4)))
		again := succeeded(t)(used.Fit(pair, from, stream(4)))
		traced := succeeded(t)(fitter().Trace(pair, from, stream(4)))
		same(t, "an earlier fit", fresh, again)
		same(t, "a trace", fresh, traced)
		births := 0
		for _, r := range traced.Trace {
			if r.Born > 0 {
				births++
				if every := s.config.Births.Every; every == 0 || r.Epoch%every != 0 || r.Born > 5 {
					t.Errorf("kernel %d is born in epoch %d", r.Born, r.Epoch)
				}
			}
		}
		if (births > 0) != (s.config.Births.Every > 0) {
			t.Errorf("%d births with %+v", births, s.config.Births)
		}
		for _, c := range fresh.Checkpoints {
			if c.Lead < 0 || c.LeadKernel < 0 || c.LeadKernel > 4 {
				t.Errorf("checkpoint %+v", c)
			}
		}
	}
}

// In units of sigma, the steps of the centroids scale with the width: data and widths divided by 16
// give the same fit, divided by 16, to the bit.
func TestStepsInUnitsOfSigma(t *testing.T) {
	t.Parallel()
	s := small("fused")
	s.config.LearningRate.Unit = "sigma"
	pair := toy(1, 400, 80, 8, 1)
	shrunk := data.Pair{Reference: data.Sample{N: pair.Reference.N, D: 1},
		Data: data.Sample{N: pair.Data.N, D: 1}, Weight: pair.Weight}
	for _, x := range pair.Reference.X {
		shrunk.Reference.X = append(shrunk.Reference.X, x/16)
	}
	for _, x := range pair.Data.X {
		shrunk.Data.X = append(shrunk.Data.X, x/16)
	}
	a := fit(t, s.fitter(t), pair, rowsOf(pair.Data, 5))
	s.widths = Widths{s.widths.Start / 16, s.widths.End / 16}
	b := fit(t, s.fitter(t), shrunk, rowsOf(shrunk.Data, 5))
	for i, c := range a.Checkpoints {
		if d := b.Checkpoints[i]; c.T != d.T {
			t.Errorf("t = %v, shrunk %v", c.T, d.T)
		}
	}
	for i, m := range a.Centroids {
		if b.Centroids[i] != m/16 {
			t.Errorf("centroid %d at %v, shrunk at %v", i, m, b.Centroids[i])
		}
	}
}
