package losses_test

import (
	"fmt"
	"log"

	"sparker/graph"
	"sparker/losses"
)

// The losses and the statistic of a constant log-ratio f on four reference rows of weight 0.5 and
// three data rows. All losses are smallest and t is
// largest at f = log(3/2) = 0.41.
func Example() {
	const rows = 7
	b := graph.NewBuilder()
	f, wR, wD := b.Input("f", rows), b.Input("wR", rows), b.Input("wD", rows)
	p, err := b.Compile(graph.Node{}, map[string]graph.Node{
		"np":  losses.NP{}.Build(b, f, wR, wD),
		"bce": losses.BCE{}.Build(b, f, wR, wD),
		"mse": losses.MSE{}.Build(b, f, wR, wD),
		"t":   losses.Statistic(b, f, wR, wD),
	})
	if err != nil {
		log.Fatal(err)
	}

	copy(p.Values("wR"), []float64{0.5, 0.5, 0.5, 0.5, 0, 0, 0})
	copy(p.Values("wD"), []float64{0, 0, 0, 0, 1, 1, 1})
	for _, value := range []float64{0.2, 0.41, 0.6} {
		for i := range rows {
			p.Values("f")[i] = value
		}
		if err := p.Evaluate(); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("f = %.2f: NP %.3f, BCE %.3f, MSE %.3f, t = %.3f\n", value, p.Scalar("np"),
			p.Scalar("bce"), p.Scalar("mse"), p.Scalar("t"))
	}
	// Output:
	// f = 0.20: NP -0.157, BCE 3.391, MSE 1.213, t = 0.314
	// f = 0.41: NP -0.216, BCE 3.365, MSE 1.200, t = 0.433
	// f = 0.60: NP -0.156, BCE 3.387, MSE 1.210, t = 0.312
}

// New takes the `loss` block of an experiment.
func ExampleNew() {
	loss, err := losses.New(losses.Config{Kind: "bce"})
	fmt.Printf("%T %v\n", loss, err)
	_, err = losses.New(losses.Config{Kind: "hinge"})
	fmt.Println(err)
	// Output:
	// losses.BCE <nil>
	// losses: kind is "hinge"; want one of np, bce, mse
}

// A penalty of 0.1 on three coefficients.
func ExamplePenalty() {
	b := graph.NewBuilder()
	penalty := losses.Penalty(b, 0.1, b.Parameter("a", 3))
	p, err := b.Compile(penalty, nil)
	if err != nil {
		log.Fatal(err)
	}

	copy(p.Values("a"), []float64{1, -2, 3})
	value, err := p.Gradient()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.1f, gradient %.1f\n", value, p.GradientOf("a"))
	// Output:
	// 1.4, gradient [0.2 -0.4 0.6]
}
