package graph

import (
	"math/rand/v2"
	"testing"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// A Program computes what gorgonia's tape machine computes on the same graph: loss, gradients and
// outputs, to the bit, over several runs.
func TestProgramAgainstTapeMachine(t *testing.T) {
	b := NewBuilder()
	x, w := b.Input("x", 40, 2), b.Input("w", 40)
	mu, a := b.Parameter("mu", 3, 2), b.Parameter("a", 3)
	l := b.LogKernel(b.SquaredDistance(x, mu), b.Scalar("sigma"))
	f := b.MatVec(b.Product(b.SoftMaxRows(l), b.Exp(l)), a)
	loss := b.Add(b.Sub(b.Dot(w, b.ClampedExpm1(f)), b.Dot(w, f)), b.Sum(b.Product(a, a)))
	p, err := b.Compile(loss, map[string]Node{"f": f})
	if err != nil {
		t.Fatal(err)
	}
	gradients := gorgonia.Nodes{mu.node.Deriv(), a.node.Deriv()}
	var lossOnTape gorgonia.Value
	onTape := make([]gorgonia.Value, len(gradients))
	roots := gorgonia.Nodes{loss.node, gorgonia.Read(loss.node, &lossOnTape)}
	for i, g := range gradients {
		roots = append(roots, g, gorgonia.Read(g, &onTape[i]))
	}
	program, locations, err := gorgonia.CompileFunction(b.graph, b.graph.Inputs(), roots)
	if err != nil {
		t.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(b.graph, gorgonia.WithPrecompiled(program, locations))
	defer vm.Close()

	r := rand.New(rand.NewPCG(1, 1))
	for run := range 3 {
		for _, name := range []string{"x", "w", "mu", "a"} {
			for i := range p.Values(name) {
				p.Values(name)[i] = r.NormFloat64()
			}
		}
		p.SetScalar("sigma", 0.5+r.Float64())
		got, err := p.Gradient()
		if err != nil {
			t.Fatal(err)
		}
		ours := [][]float64{
			append([]float64(nil), p.GradientOf("mu")...),
			append([]float64(nil), p.GradientOf("a")...),
		}
		vm.Reset()
		if err := vm.RunAll(); err != nil {
			t.Fatal(err)
		}
		if want := float64(*lossOnTape.(*gorgonia.F64)); got != want {
			t.Errorf("run %d: loss %v, on the tape %v", run, got, want)
		}
		for i, value := range onTape {
			for j, want := range value.(*tensor.Dense).Float64s() {
				if ours[i][j] != want {
					t.Errorf("run %d: gradient %d[%d] is %v, on the tape %v", run, i, j, ours[i][j],
						want)
				}
			}
		}
	}
}

// A run allocates a little for the sums of gradients that meet in one node, and nothing that grows
// with the rows.
func TestRunAllocatesLittle(t *testing.T) {
	bytes := func(rows int) (allocations float64, perRun int64) {
		b := NewBuilder()
		x, w := b.Input("x", rows, 1), b.Input("w", rows)
		mu, a := b.Parameter("mu", 5, 1), b.Parameter("a", 5)
		l := b.LogKernel(b.SquaredDistance(x, mu), b.Scalar("sigma"))
		f := b.MatVec(b.Product(b.SoftMaxRows(l), b.Exp(l)), a)
		p, err := b.Compile(b.Sub(b.Dot(w, b.ClampedExpm1(f)), b.Dot(w, f)), nil)
		if err != nil {
			t.Fatal(err)
		}
		p.SetScalar("sigma", 1)
		gradient := func() {
			if _, err := p.Gradient(); err != nil {
				t.Fatal(err)
			}
		}
		result := testing.Benchmark(func(b *testing.B) {
			gradient() // the first run makes the storage of gorgonia's own operations
			b.ReportAllocs()
			for b.Loop() {
				gradient()
			}
		})
		return testing.AllocsPerRun(10, gradient), result.AllocedBytesPerOp()
	}
	few, smallBytes := bytes(100)
	many, largeBytes := bytes(10000)
	if few != many || few > 50 {
		t.Errorf("%v allocations a run with 100 rows, %v with 10,000", few, many)
	}
	if smallBytes > 4000 || largeBytes > 4000 {
		t.Errorf("%d bytes a run with 100 rows, %d with 10,000", smallBytes, largeBytes)
	}
}
