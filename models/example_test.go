package models_test

import (
	"fmt"
	"log"
	"math/rand/v2"

	"sparker/graph"
	"sparker/models"
)

// An ensemble in a graph: two kernels of width 1 at 0 and 3, evaluated at three rows. The stronger
// kernel sets f near 3, and f vanishes far away.
func ExampleEnsemble() {
	model := models.Ensemble{Kernels: 2, Dim: 1, SoftMax: true}
	b := graph.NewBuilder()
	nodes := model.Build(b, b.Input("x", 3, 1))
	p, err := b.Compile(graph.Node{}, map[string]graph.Node{"f": nodes.LogRatio})
	if err != nil {
		log.Fatal(err)
	}

	copy(p.Values("x"), []float64{0, 3, 50})
	copy(p.Values(models.Centroids), []float64{0, 3})
	copy(p.Values(models.Coefficients), []float64{-1, 2})
	p.SetScalar(models.Sigma, 1)
	if err := p.Evaluate(); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("f = %.2f\n", p.Vector("f"))
	// Output:
	// f = [-0.99 1.98 0.00]
}

// NewEnsemble takes the `model` block of an experiment.
func ExampleNewEnsemble() {
	config := models.Default()
	config.Centroids = "frozen"
	model, err := models.NewEnsemble(config, 2)
	fmt.Printf("%+v, %v\n", model, err)

	config.Kernels = 0
	_, err = models.NewEnsemble(config, 2)
	fmt.Println(err)
	// Output:
	// {Kernels:5 Dim:2 SoftMax:true Frozen:true Positive:false}, <nil>
	// models: kernels is 0; must be at least 1
}

// A start of an ensemble has the given centroids and coefficients 0.
func ExampleEnsemble_Start() {
	model := models.Ensemble{Kernels: 2, Dim: 1}
	start := model.Start([]float64{0.5, 1.5})
	fmt.Println(start[models.Centroids], start[models.Coefficients])
	// Output:
	// [0.5 1.5] [0 0]
}

// The network 1-4-1 of New Physics Learning has 13 parameters.
func ExampleMLP() {
	model, err := models.NewMLP(1, 4)
	if err != nil {
		log.Fatal(err)
	}
	start := model.Start(rand.New(rand.NewPCG(1, 1)))
	fmt.Println(model.Parameters(), len(start[models.HiddenWeights]), start[models.OutputBias])
	// Output:
	// 13 4 [0]
}

// The bound of a network follows from its output weights: each hidden unit is between 0 and 1.
func ExampleMLP_Bound() {
	model := models.MLP{Hidden: 3, Dim: 1}
	parameters := map[string][]float64{
		models.OutputWeights: {2, -1, 0.5},
		models.OutputBias:    {1},
	}
	fmt.Println(model.Bound(func(name string) []float64 { return parameters[name] }))
	// Output:
	// 3.5
}
