package graph_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"sparker/graph"
	"sparker/graph/graphtest"
)

func fill(r *rand.Rand, x []float64, scale float64) {
	for i := range x {
		x[i] = scale * r.NormFloat64()
	}
}

// compile closes the graph of an operation's result y: the loss is Σ w·y over all of its values,
// with w fed, so that every part of the backward pass sees a different upstream gradient.
func compile(t *testing.T, b *graph.Builder, y graph.Node) *graph.Program {
	t.Helper()
	weights := b.Input("weights", y.Shape()...)
	p, err := b.Compile(b.Sum(b.Product(weights, y)), map[string]graph.Node{"y": y})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestOperationGradients(t *testing.T) {
	type build func(b *graph.Builder, x graph.Node) graph.Node
	unary := map[string]build{
		"LogKernel": func(b *graph.Builder, x graph.Node) graph.Node {
			return b.LogKernel(x,
				b.Scalar("sigma"))
		},
		"SoftMaxRows": func(b *graph.Builder, x graph.Node) graph.Node { return b.SoftMaxRows(x) },
		"Exp":         func(b *graph.Builder, x graph.Node) graph.Node { return b.Exp(x) },
		"ClampedExpm1": func(b *graph.Builder,
			x graph.Node) graph.Node {
			return b.ClampedExpm1(x)
		},
		"Softplus": func(b *graph.Builder, x graph.Node) graph.Node { return b.Softplus(x) },
		"Sigmoid":  func(b *graph.Builder, x graph.Node) graph.Node { return b.Sigmoid(x) },
		"Times":    func(b *graph.Builder, x graph.Node) graph.Node { return b.Times(-1.7, x) },
		"Product": func(b *graph.Builder, x graph.Node) graph.Node {
			return b.Product(x,
				b.Exp(x))
		},
		"SquaredDistance": func(b *graph.Builder, x graph.Node) graph.Node {
			return b.SquaredDistance(b.Input("rows", 7, x.Shape()[1]), x)
		},
		"MatVec by matrix": func(b *graph.Builder, x graph.Node) graph.Node {
			return b.MatVec(x, b.Input("vector", x.Shape()[1]))
		},
	}
	for name, op := range unary {
		for _, shape := range [][2]int{{6, 5}, {4, 1}, {1, 3}, {1, 1}} {
			t.Run(fmt.Sprintf("%s/%dx%d", name, shape[0], shape[1]), func(t *testing.T) {
				b := graph.NewBuilder()
				p := compile(t, b, op(b, b.Parameter("x", shape[0], shape[1])))
				r := rand.New(rand.NewPCG(1, 2))
				fill(r, p.Values("x"), 1.5)
				fill(r, p.Values("weights"), 1)
				switch name {
				case "LogKernel":
					p.SetScalar("sigma", 0.7)
				case "SquaredDistance":
					fill(r, p.Values("rows"), 2)
				case "MatVec by matrix":
					fill(r, p.Values("vector"), 1)
				}
				graphtest.CheckGradient(t, p, "x", 1e-8)
			})
		}
	}
	for _, shape := range [][2]int{{6, 5}, {4, 1}, {1, 3}, {1, 1}} {
		t.Run(fmt.Sprintf("MatVec by vector/%dx%d", shape[0], shape[1]), func(t *testing.T) {
			b := graph.NewBuilder()
			p := compile(t, b, b.MatVec(b.Input("matrix", shape[0], shape[1]),
				b.Parameter("x", shape[1])))
			r := rand.New(rand.NewPCG(3, 4))
			fill(r, p.Values("x"), 1)
			fill(r, p.Values("matrix"), 1)
			fill(r, p.Values("weights"), 1)
			graphtest.CheckGradient(t, p, "x", 1e-8)
		})
		for _, parameter := range []string{"weights", "biases", "constant"} {
			t.Run(fmt.Sprintf("SigmoidLayer, Shift by %s/%dx%d", parameter, shape[0], shape[1]),
				func(t *testing.T) {
					leaf := func(b *graph.Builder, name string, sizes ...int) graph.Node {
						if name == parameter {
							return b.Parameter(name, sizes...)
						}
						return b.Input(name, sizes...)
					}
					b := graph.NewBuilder()
					layer := b.SigmoidLayer(b.Input("rows", shape[0], shape[1]),
						leaf(b, "weights", 3, shape[1]), leaf(b, "biases", 3))
					y := b.Shift(b.MatVec(layer, b.Input("out", 3)), leaf(b, "constant", 1))
					w := b.Input("w", shape[0])
					p, err := b.Compile(b.Dot(w, b.Exp(y)), nil)
					if err != nil {
						t.Fatal(err)
					}
					r := rand.New(rand.NewPCG(7, 8))
					for _, name := range []string{"rows", "weights", "biases", "out", "constant",
						"w"} {
						fill(r, p.Values(name), 1)
					}
					graphtest.CheckGradient(t, p, parameter, 1e-8)
				})
		}
		t.Run(fmt.Sprintf("Dot, Add, Sub/%d", shape[0]), func(t *testing.T) {
			b := graph.NewBuilder()
			x, w := b.Parameter("x", shape[0]), b.Input("w", shape[0])
			y := b.Exp(x)
			loss := b.Sub(b.Add(b.Dot(w, y), b.Sum(b.Product(y, y))), b.Dot(w, x))
			p, err := b.Compile(loss, nil)
			if err != nil {
				t.Fatal(err)
			}
			r := rand.New(rand.NewPCG(5, 6))
			fill(r, p.Values("x"), 1)
			fill(r, p.Values("w"), 1)
			graphtest.CheckGradient(t, p, "x", 1e-8)
		})
	}
}

// evaluate applies one elementwise operation to the given values.
func evaluate(t *testing.T, x []float64, op func(*graph.Builder, graph.Node) graph.Node) (y,
	dy []float64) {
	t.Helper()
	b := graph.NewBuilder()
	p := compile(t, b, op(b, b.Parameter("x", len(x))))
	copy(p.Values("x"), x)
	for i := range p.Values("weights") {
		p.Values("weights")[i] = 1
	}
	if err := p.Evaluate(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Gradient(); err != nil {
		t.Fatal(err)
	}
	return p.Vector("y"), p.GradientOf("x")
}

func TestElementwiseLimits(t *testing.T) {
	for _, c := range []struct {
		name  string
		op    func(*graph.Builder, graph.Node) graph.Node
		x     []float64
		y, dy []float64
	}{
		{
			"ClampedExpm1", func(b *graph.Builder,
				x graph.Node) graph.Node {
				return b.ClampedExpm1(x)
			},
			[]float64{1e-12, 20, 21, 5000, -800, -30},
			[]float64{1e-12 + 5e-25, math.Expm1(20), math.Expm1(20), math.Expm1(20), -1,
				math.Expm1(-30)},
			[]float64{1 + 1e-12, math.Exp(20), 0, 0, 0, math.Exp(-30)},
		},
		{
			// log(1+e^x) is x + e^-x above 37 and e^x below -37, to the last digit of a float64
			"Softplus", func(b *graph.Builder, x graph.Node) graph.Node { return b.Softplus(x) },
			[]float64{0, 50, 800, -50, -800},
			[]float64{math.Ln2, 50, 800, math.Exp(-50), 0},
			[]float64{0.5, 1, 1, math.Exp(-50), 0},
		},
		{
			"Sigmoid", func(b *graph.Builder, x graph.Node) graph.Node { return b.Sigmoid(x) },
			[]float64{0, 50, 800, -50, -800},
			[]float64{0.5, 1, 1, math.Exp(-50), 0},
			[]float64{0.25, math.Exp(-50), 0, math.Exp(-50), 0},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			y, dy := evaluate(t, c.x, c.op)
			for i := range c.x {
				if math.Abs(y[i]-c.y[i]) > 1e-15*math.Abs(c.y[i]) {
					t.Errorf("value at %v is %v, want %v", c.x[i], y[i], c.y[i])
				}
				if math.Abs(dy[i]-c.dy[i]) > 1e-14*math.Abs(c.dy[i]) {
					t.Errorf("derivative at %v is %v, want %v", c.x[i], dy[i], c.dy[i])
				}
			}
		})
	}
}

// A layer is 1/(1 + e^-z) of z = W x + b, exact where z is large, with a derivative of 0 there and
// not NaN.
func TestSigmoidLayer(t *testing.T) {
	b := graph.NewBuilder()
	p := compile(t, b, b.SigmoidLayer(b.Input("rows", 2, 2), b.Parameter("W", 2, 2),
		b.Parameter("b", 2)))
	copy(p.Values("rows"), []float64{1, 2, -3, 4})
	copy(p.Values("W"), []float64{0.5, -0.25, 1000, 0})
	copy(p.Values("b"), []float64{0.125, 5})
	for i := range p.Values("weights") {
		p.Values("weights")[i] = 1
	}
	if err := p.Evaluate(); err != nil {
		t.Fatal(err)
	}
	want := []float64{1 / (1 + math.Exp(-0.125)), 1, 1 / (1 + math.Exp(2.375)), 0}
	for i, got := range p.Vector("y") {
		if math.Abs(got-want[i]) > 1e-15 {
			t.Errorf("layer[%d] = %v, want %v", i, got, want[i])
		}
	}
	if _, err := p.Gradient(); err != nil {
		t.Fatal(err)
	}
	if g := p.GradientOf("b"); math.Abs(g[0]-(want[0]*(1-want[0])+want[2]*(1-want[2]))) > 1e-15 ||
		g[1] != 0 {
		t.Errorf("dL/db = %v", g)
	}
}

// The gate sums to 1 where every kernel underflows, and does not overflow where a log-kernel is
// large.
func TestSoftMaxRowsFarOut(t *testing.T) {
	b := graph.NewBuilder()
	p := compile(t, b, b.SoftMaxRows(b.Parameter("x", 4, 3)))
	copy(p.Values("x"), []float64{
		0, 0, 0,
		-800, -801, -1e6,
		800, 0, -800,
		-1e300, -1e300, -2e300,
	})
	if err := p.Evaluate(); err != nil {
		t.Fatal(err)
	}
	e := math.Exp(-1)
	want := []float64{
		1. / 3, 1. / 3, 1. / 3,
		1 / (1 + e), e / (1 + e), 0,
		1, 0, 0,
		0.5, 0.5, 0,
	}
	for i, got := range p.Vector("y") {
		if math.Abs(got-want[i]) > 1e-15 {
			t.Errorf("p[%d] = %v, want %v", i, got, want[i])
		}
	}
}

// Squared distances do not cancel: points 1e-6 apart, 1e6 away from the origin.
func TestSquaredDistanceDoesNotCancel(t *testing.T) {
	b := graph.NewBuilder()
	p := compile(t, b, b.SquaredDistance(b.Input("rows", 1, 2), b.Parameter("x", 1, 2)))
	copy(p.Values("rows"), []float64{1e6, -1e6})
	copy(p.Values("x"), []float64{1e6 + 0x1p-20, -1e6})
	if err := p.Evaluate(); err != nil {
		t.Fatal(err)
	}
	if got, want := p.Vector("y")[0], 0x1p-40; got != want {
		t.Errorf("|x-c|² = %v, want %v", got, want)
	}
}
