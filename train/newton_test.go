package train

import (
	"math"
	"slices"
	"testing"

	"sparker/models"
)

// Newton steps at fixed centroids end at the same optimum as coordinate descent, with and without a
// penalty.
func TestNewtonFindsTheOptimum(t *testing.T) {
	t.Parallel()
	eachEngine(t, testNewtonFindsTheOptimum)
}

func testNewtonFindsTheOptimum(t *testing.T, engine string) {
	for _, ridge := range []float64{0, 0.5} {
		s := small(engine)
		s.loss.L2, s.config.Optimizer = ridge, "newton"
		pair := toy(3, 2000, 400, 8, 1)
		mu := []float64{0.2, 1, 2, 3.5, 6.4}
		const sigma = 0.7
		at := begun(t, s, pair, parameters{mu, make([]float64, 5), sigma}, nil)
		for range 60 {
			if err := at.newton(sigma); err != nil {
				t.Fatal(err)
			}
		}
		got := slices.Clone(at.a)
		best := coordinateDescent(t, at)
		for i, a := range got {
			if math.Abs(a-best[i]) > 1e-5*(1+math.Abs(best[i])) {
				t.Errorf("ridge %v: coefficient %d is %v, coordinate descent has %v", ridge, i, a,
					best[i])
			}
		}
		minimum := lossAt(t, at, best)
		if f := lossAt(t, at, got); f > minimum+1e-9 {
			t.Errorf("ridge %v: loss %v, coordinate descent has %v", ridge, f, minimum)
		}
		for i, g := range at.program.GradientOf(models.Coefficients) {
			if math.Abs(g) > 1e-6 {
				t.Errorf("ridge %v: dL/da[%d] = %v at the optimum", ridge, i, g)
			}
		}
	}
}

// lossAt returns the loss with its penalty at the given coefficients.
func lossAt(t *testing.T, at inProgress, a []float64) float64 {
	t.Helper()
	copy(at.a, a)
	loss, err := at.program.Gradient()
	if err != nil {
		t.Fatal(err)
	}
	return loss
}

// coordinateDescent returns the coefficients at the minimum of the loss. Bisection finds the zero
// of each increasing derivative: slow, but certain for a convex loss.
func coordinateDescent(t *testing.T, at inProgress) []float64 {
	t.Helper()
	best := make([]float64, len(at.a))
	for range 4000 {
		for i := range best {
			low, high := -10., 10.
			for range 50 {
				best[i] = (low + high) / 2
				lossAt(t, at, best)
				if at.program.GradientOf(models.Coefficients)[i] > 0 {
					high = best[i]
				} else {
					low = best[i]
				}
			}
		}
		lossAt(t, at, best)
		if g := at.program.GradientOf(models.Coefficients); math.Abs(slices.Max(g)) < 1e-9 &&
			math.Abs(slices.Min(g)) < 1e-9 {
			break
		}
	}
	return best
}

// Coefficients stay within their bounds. At a bound, the loss decreases outwards.
func TestNewtonWithinBounds(t *testing.T) {
	t.Parallel()
	eachEngine(t, testNewtonWithinBounds)
}

func testNewtonWithinBounds(t *testing.T, engine string) {
	for _, positive := range []bool{false, true} {
		s := small(engine)
		s.config.Optimizer, s.config.Clip = "newton", 0.3
		if positive {
			s.model.Coefficients = "positive"
		}
		pair := toy(4, 1000, 200, 20, 1)
		at := begun(t, s, pair, parameters{[]float64{0.2, 1, 2, 3.5, 6.4}, make([]float64, 5), 0.7},
			nil)
		for range 60 {
			if err := at.newton(0.7); err != nil {
				t.Fatal(err)
			}
		}
		low, high := at.coefficients.low, at.coefficients.high
		if _, err := at.program.Gradient(); err != nil {
			t.Fatal(err)
		}
		held := 0
		for i, g := range at.program.GradientOf(models.Coefficients) {
			a := at.a[i]
			switch {
			case a < low || a > high:
				t.Errorf("coefficient %d is %v", i, a)
			case a == low && g >= 0, a == high && g <= 0:
				held++
			case math.Abs(g) > 1e-6:
				t.Errorf("free coefficient %d = %v has dL/da = %v", i, a, g)
			}
		}
		if held == 0 {
			t.Error("no coefficient is held; the test says nothing")
		}
	}
}
