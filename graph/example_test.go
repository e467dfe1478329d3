package graph_test

import (
	"fmt"
	"log"

	"sparker/graph"
)

// The loss L = Σ w (e^a - 1) is described once, then fed and run twice.
func Example() {
	b := graph.NewBuilder()
	w, a := b.Input("w", 2), b.Parameter("a", 2)
	loss := b.Dot(w, b.ClampedExpm1(a))
	program, err := b.Compile(loss, map[string]graph.Node{"e^a": b.Exp(a)})
	if err != nil {
		log.Fatal(err)
	}
	copy(program.Values("w"), []float64{1, 10})
	for _, a := range [][]float64{{0, 0}, {1, -1}} {
		copy(program.Values("a"), a)
		value, err := program.Gradient()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("L = %.3f, dL/da = %.3f\n", value, program.GradientOf("a"))
	}
	if err := program.Evaluate(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("e^a = %.3f\n", program.Vector("e^a"))
	// Output:
	// L = 0.000, dL/da = [1.000 10.000]
	// L = -4.603, dL/da = [2.718 3.679]
	// e^a = [2.718 0.368]
}

// Shapes that do not fit are reported by Compile, which needs no check after every term.
func ExampleBuilder_Compile() {
	b := graph.NewBuilder()
	loss := b.Sum(b.Product(b.Parameter("a", 2), b.Input("x", 3)))
	_, err := b.Compile(loss, nil)
	fmt.Println(err)
	// Output: graph: Product: y has shape [3], want [2]
}

// A kernel of width 1 at 0, seen by rows at 0 and at 2.
func ExampleBuilder_LogKernel() {
	b := graph.NewBuilder()
	r2 := b.SquaredDistance(b.Input("x", 2, 1), b.Parameter("mu", 1, 1))
	k := b.Exp(b.LogKernel(r2, b.Scalar("sigma")))
	program, err := b.Compile(graph.Node{}, map[string]graph.Node{"k": k})
	if err != nil {
		log.Fatal(err)
	}
	copy(program.Values("x"), []float64{0, 2})
	program.SetScalar("sigma", 1)
	if err := program.Evaluate(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f\n", program.Vector("k"))
	// Output: [1.000 0.135]
}

// The fused operation computes an ensemble, its loss and all gradients in one sweep over the rows.
// Its probe gives the second derivatives by the coefficients.
func ExampleBuilder_Fused() {
	b := graph.NewBuilder()
	mu, a := b.Parameter("mu", 2, 1), b.Parameter("a", 2)
	config := graph.FusedConfig{Dim: 1, Kernels: 2, SoftMax: true, Loss: graph.FusedNP}
	fused := b.Fused("sample", config, mu, a, b.Scalar("sigma"))
	program, err := b.Compile(fused.Loss, map[string]graph.Node{"t": fused.Statistic})
	if err != nil {
		log.Fatal(err)
	}
	program.SetSample("sample",
		graph.FusedPart{Rows: graph.PackRows([]float64{-1, 0, 1, 2}, 4, 1), Reference: 0.5},
		graph.FusedPart{Rows: graph.PackRows([]float64{0, 2}, 2, 1), Data: 1})
	copy(program.Values("mu"), []float64{0, 2})
	copy(program.Values("a"), []float64{0.5, -0.5})
	program.SetScalar("sigma", 1)
	loss, err := program.Gradient()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("L = %.4f, dL/da = %.4f\n", loss, program.GradientOf("a"))
	if err := program.Evaluate(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("t = %.4f\n", program.Scalar("t"))
	_, _, hessian := fused.Probe.Curvature(graph.FusedParameters{
		Centroids: program.Values("mu"), Coefficients: program.Values("a"), Sigma: 1})
	fmt.Printf("second derivatives %.4f\n", hessian)
	// Output:
	// L = 0.2683, dL/da = [0.3396 -0.4469]
	// t = -0.5366
	// second derivatives [0.8827 0.0616 0.0616 0.2979]
}
