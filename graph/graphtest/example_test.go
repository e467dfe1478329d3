package graphtest_test

import (
	"fmt"
	"log"
	"testing"

	"sparker/graph"
	"sparker/graph/graphtest"
)

// A test checks every parameter of a graph; here the test is a value of its own.
func ExampleCheckGradient() {
	b := graph.NewBuilder()
	a := b.Parameter("a", 3)
	program, err := b.Compile(b.Sum(b.Sigmoid(a)), nil)
	if err != nil {
		log.Fatal(err)
	}
	copy(program.Values("a"), []float64{-2, 0, 5})
	var t testing.T
	for _, parameter := range program.Parameters() {
		graphtest.CheckGradient(&t, program, parameter, 1e-7)
	}
	fmt.Println("failed:", t.Failed())
	// Output: failed: false
}
