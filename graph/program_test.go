package graph_test

import (
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"sparker/graph"
)

// square is the graph of L = Σ w a² with outputs.
func square(t *testing.T, n int) *graph.Program {
	t.Helper()
	b := graph.NewBuilder()
	a, w := b.Parameter("a", n), b.Input("w", n)
	y := b.Product(a, a)
	loss := b.Dot(w, y)
	p, err := b.Compile(loss, map[string]graph.Node{"y": y, "loss": loss})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A second run sees new inputs and new parameters: the machine is reset (RunAll alone would be a
// silent no-op), the loss is the one at the present parameters, and gradients do not add up over
// runs.
func TestProgramRunsAgain(t *testing.T) {
	p := square(t, 2)
	copy(p.Values("w"), []float64{1, 10})
	for run, a := range [][]float64{{1, 2}, {3, 4}, {3, 4}} {
		copy(p.Values("a"), a)
		loss, err := p.Gradient()
		if err != nil {
			t.Fatal(err)
		}
		if want := a[0]*a[0] + 10*a[1]*a[1]; loss != want {
			t.Errorf("run %d: loss %v, want %v", run, loss, want)
		}
		if g := p.GradientOf("a"); g[0] != 2*a[0] || g[1] != 20*a[1] {
			t.Errorf("run %d: gradient %v at %v", run, g, a)
		}
		p.Values("a")[0] = 7
		if err := p.Evaluate(); err != nil {
			t.Fatal(err)
		}
		if want := 49 + 10*a[1]*a[1]; p.Scalar("loss") != want {
			t.Errorf("run %d: evaluated loss %v, want %v", run, p.Scalar("loss"), want)
		}
		if y := p.Vector("y"); y[0] != 49 || y[1] != a[1]*a[1] {
			t.Errorf("run %d: y = %v", run, y)
		}
	}
}

// An output keeps its value although later operations of the same run could use its storage, and
// gradients keep theirs while the parameters move (a loss that is linear in them makes gorgonia's
// shared constant 1 their gradient).
func TestValuesSurviveARun(t *testing.T) {
	b := graph.NewBuilder()
	a, w := b.Parameter("a", 3), b.Input("w", 3)
	e := b.Exp(a)
	twice := b.Times(2, e)
	loss := b.Add(b.Dot(w, a), b.Sum(a))
	p, err := b.Compile(loss, map[string]graph.Node{"e": e, "product": b.Product(e, twice)})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		clear(p.Values("a"))
		if err := p.Evaluate(); err != nil {
			t.Fatal(err)
		}
		if v := p.Vector("e"); v[0] != 1 || v[2] != 1 {
			t.Fatalf("e^0 = %v", v)
		}
		if _, err := p.Gradient(); err != nil {
			t.Fatal(err)
		}
		g := p.GradientOf("a")
		if g[0] != 1 || g[1] != 1 || g[2] != 1 {
			t.Fatalf("gradient %v, want ones", g)
		}
		for i := range g {
			p.Values("a")[i] -= g[i]
			g[i] = 0 // as gorgonia's solvers do
		}
	}
}

func TestEqualInputsDoNotMerge(t *testing.T) {
	b := graph.NewBuilder()
	x, y := b.Parameter("x", 2), b.Parameter("y", 2)
	p, err := b.Compile(b.Sub(b.Sum(b.Exp(x)), b.Sum(b.Exp(y))), nil)
	if err != nil {
		t.Fatal(err)
	}
	p.Values("x")[0] = 1
	loss, err := p.Gradient()
	if err != nil {
		t.Fatal(err)
	}
	if loss < 1.718 || loss > 1.719 {
		t.Errorf("e + 1 - 2 = %v", loss)
	}
}

// Two inputs whose names collide in gorgonia's 32-bit hash would be taken for one by the tape.
func TestHashGuard(t *testing.T) {
	b := graph.NewBuilder()
	// found by search over names p0, p1, ...: the nodes' hashes are equal for vectors of this size
	x, y := b.Parameter("p4009", 2), b.Parameter("p68346", 2)
	_, err := b.Compile(b.Sub(b.Sum(b.Exp(x)), b.Sum(b.Exp(y))), nil)
	if err == nil || !strings.Contains(err.Error(), "same hash") {
		t.Errorf("colliding names: error %v", err)
	}
}

func TestBuilderMistakes(t *testing.T) {
	for _, c := range []struct {
		name  string
		build func(b *graph.Builder) graph.Node
		want  string
	}{
		{"name twice", func(b *graph.Builder) graph.Node {
			b.Input("x",
				2)
			return b.Sum(b.Parameter("x", 3))
		}, `two inputs are named "x"`},
		{"scalar name twice", func(b *graph.Builder) graph.Node {
			b.Input("x",
				2)
			return b.Scalar("x")
		}, `two inputs are named "x"`},
		{"rank", func(b *graph.Builder) graph.Node { return b.Input("x", 2, 2, 2) },
			"3 dimensions"},
		{"size", func(b *graph.Builder) graph.Node { return b.Input("x", 0) },
			"impossible shape [0]"},
		{"columns", func(b *graph.Builder) graph.Node {
			return b.SquaredDistance(b.Input("x", 5, 2),
				b.Input("c", 3, 4))
		}, "centers has shape [3 4]"},
		{"vector", func(b *graph.Builder) graph.Node {
			return b.MatVec(b.Input("x", 5, 2),
				b.Input("c", 3))
		}, "vector has shape [3]"},
		{"layer", func(b *graph.Builder) graph.Node {
			return b.SigmoidLayer(b.Input("x", 5, 2), b.Input("W", 3, 4), b.Input("b", 3))
		}, "weights has shape [3 4]"},
		{"biases", func(b *graph.Builder) graph.Node {
			return b.SigmoidLayer(b.Input("x", 5, 2), b.Input("W", 3, 2), b.Input("b", 2))
		}, "biases has shape [2]"},
		{"shift", func(b *graph.Builder) graph.Node {
			return b.Shift(b.Input("x", 5),
				b.Input("c", 5))
		}, "c has shape [5]"},
		{"loss is a vector", func(b *graph.Builder) graph.Node {
			return b.Exp(b.Parameter("x",
				3))
		}, "want a scalar"},
		{"nothing", func(*graph.Builder) graph.Node { return graph.Node{} }, "nothing to compute"},
		{"add vectors", func(b *graph.Builder) graph.Node {
			return b.Add(b.Input("x", 3),
				b.Input("y", 3))
		}, "x has shape [3]"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := graph.NewBuilder()
			_, err := b.Compile(c.build(b), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
}

// Programs are built and run side by side, and give the same bits as one alone.
func TestProgramsInParallel(t *testing.T) {
	work := func() (float64, []float64) {
		b := graph.NewBuilder()
		x, mu := b.Input("x", 50, 2), b.Parameter("mu", 3, 2)
		a := b.Parameter("a", 3)
		l := b.LogKernel(b.SquaredDistance(x, mu), b.Scalar("sigma"))
		f := b.MatVec(b.Product(b.SoftMaxRows(l), b.Exp(l)), a)
		p, err := b.Compile(b.Sum(b.ClampedExpm1(f)), nil)
		if err != nil {
			t.Error(err)
			return 0, nil
		}
		r := rand.New(rand.NewPCG(7, 8))
		for _, name := range []string{"x", "mu", "a"} {
			for i := range p.Values(name) {
				p.Values(name)[i] = r.NormFloat64()
			}
		}
		p.SetScalar("sigma", 0.8)
		var loss float64
		for range 20 {
			if loss, err = p.Gradient(); err != nil {
				t.Error(err)
			}
		}
		return loss, append([]float64(nil), p.GradientOf("mu")...)
	}
	loss, gradient := work()
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			gotLoss, got := work()
			if gotLoss != loss {
				t.Errorf("loss %v, alone %v", gotLoss, loss)
			}
			for i := range got {
				if got[i] != gradient[i] {
					t.Errorf("gradient %d is %v, alone %v", i, got[i], gradient[i])
				}
			}
		})
	}
	wait.Wait()
}
