package train

import (
	"math"
	"testing"
)

// Adam's first step is rate·sign(g) for any size of g, except for eps. The expected values of the
// later steps follow the recursions of arXiv:1412.6980, algorithm 1, with the powers of beta
// written out.
func TestAdam(t *testing.T) {
	t.Parallel()
	for _, g := range []float64{1, -1e-3, 1e6} {
		x := []float64{3}
		newOptimizer("adam", 1).step(x, []float64{g}, 0.1)
		if want := 3 - math.Copysign(0.1,
			g)*math.Abs(g)/(math.Abs(g)+1e-8); math.Abs(x[0]-want) > 1e-14 {
			t.Errorf("gradient %v: x = %v, want %v", g, x[0], want)
		}
	}
	x, o := []float64{0, 0}, newOptimizer("adam", 2)
	mean, square := 0., 0.
	want := 0.
	for step, g := range []float64{1, -2, 0.5} {
		o.step(x, []float64{g, 0}, 0.1)
		mean, square = 0.9*mean+0.1*g, 0.999*square+0.001*g*g
		n := float64(step + 1)
		want -= 0.1 * (mean / (1 - math.Pow(0.9, n))) / (math.Sqrt(square/(1-math.Pow(0.999, n))) +
			1e-8)
		if math.Abs(x[0]-want) > 1e-15 || x[1] != 0 {
			t.Errorf("step %d: x = %v, want %v and 0", step+1, x, want)
		}
	}
}

func TestDescent(t *testing.T) {
	t.Parallel()
	x := []float64{1, 2}
	newOptimizer("gd", 2).step(x, []float64{4, -1}, 0.5)
	if x[0] != -1 || x[1] != 2.5 {
		t.Errorf("x = %v, want [-1 2.5]", x)
	}
}

// A forgotten parameter takes its first step again. The others continue.
func TestForget(t *testing.T) {
	t.Parallel()
	x, o := []float64{0, 0}, newOptimizer("adam", 2)
	for _, g := range []float64{1, 2, -3} {
		o.step(x, []float64{g, g}, 0.1)
	}
	y, undisturbed := []float64{0, 0}, newOptimizer("adam", 2)
	for _, g := range []float64{1, 2, -3, 0.5} {
		undisturbed.step(y, []float64{g, g}, 0.1)
	}
	before := x[0]
	o.forget(0, 1)
	o.step(x, []float64{0.5, 0.5}, 0.1)
	if want := before - 0.1*0.5/(0.5+1e-8); math.Abs(x[0]-want) > 1e-15 || x[1] != y[1] {
		t.Errorf("x = %v, want [%v %v]", x, want, y[1])
	}
}
