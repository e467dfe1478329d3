package configs_test

import (
	"encoding/json"
	"fmt"
	"log"

	"sparker/configs"
)

// A config holds what differs from the defaults. Overrides take precedence over it.
func ExampleLoadBytes() {
	text := []byte(`
name: example
data: {source: gaussian, dim: 2}
model: {kernels: 3}
toys: {signal: [0, 20]}
`)
	e, err := configs.LoadBytes("example.yaml", text, []string{"train.epochs=200"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Name, e.Data.Source, e.Model.Kernels, e.Train.Epochs, e.Test.Combine)
	// Output: example gaussian 3 200 mix
}

// Everything that is wrong is reported at once, with its place and what is allowed.
func ExampleError() {
	text := []byte(`
name: example
model: {kernels: many}
loss: {kind: hinge, l1: 0.5}
test: {alpha: 1}
`)
	_, err := configs.LoadBytes("example.yaml", text, nil)
	fmt.Println(err)
	// Output:
	// example.yaml:3:9: model.kernels: is "many"; want a whole number
	// example.yaml:4:8: loss.kind: is "hinge"; want one of np, bce, mse
	// example.yaml:4:21: loss.l1: unknown key, did you mean "l2"? allowed here: kind, l2
	// example.yaml:5:8: test.alpha: is 1; must be above 0 and below 1
}

// An experiment that is made in Go is validated like one that is read.
func ExampleExperiment_Validate() {
	e := configs.Defaults()
	e.Name = "example"
	e.Test.Alpha = 0
	e.Test.Combine = "mean"
	e.Validate(func(path, message string) { fmt.Printf("%s: %s\n", path, message) })
	// Output:
	// test.combine: is "mean"; want one of mix, half, min, fisher, cauchy, harmonic
	// test.alpha: is 0; must be above 0 and below 1
}

// The digest identifies what an experiment computes. Comments, the order of keys, written defaults
// and the description have no effect on it.
func ExampleExperiment_Digest() {
	for _, text := range []string{
		"name: example\nseed: 2\n",
		"# the same\nseed: 2\nname: example\ntrain: {clip: 10}\ndescription: again\n",
		"name: example\nseed: 3\n",
	} {
		e, err := configs.LoadBytes("example.yaml", []byte(text), nil)
		if err != nil {
			log.Fatal(err)
		}
		digest, err := e.Digest()
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(digest[:8])
	}
	// Output:
	// 73832e35
	// 73832e35
	// 6580d878
}

// A sweep has a cell for every combination of its axes, except those that it excludes.
func ExampleLoadSweepBytes() {
	text := []byte(`
name: example
sweep:
  grid:
    loss.kind: [np, mse]
    model.kernels: {few: 3, many: 10}
  exclude:
    - {loss.kind: mse, model.kernels: few}
`)
	s, err := configs.LoadSweepBytes("example.yaml", text,
		configs.Changes{Sweeps: []string{"seed=1,2"}})
	if err != nil {
		log.Fatal(err)
	}
	for i, cell := range s.Cells {
		e := cell.Experiment
		fmt.Println(i+1, cell.Arms, e.Loss.Kind, e.Model.Kernels, e.Seed)
	}
	// Output:
	// 1 [{loss.kind np} {model.kernels few} {seed 1}] np 3 1
	// 2 [{loss.kind np} {model.kernels few} {seed 2}] np 3 2
	// 3 [{loss.kind np} {model.kernels many} {seed 1}] np 10 1
	// 4 [{loss.kind np} {model.kernels many} {seed 2}] np 10 2
	// 5 [{loss.kind mse} {model.kernels many} {seed 1}] mse 10 1
	// 6 [{loss.kind mse} {model.kernels many} {seed 2}] mse 10 2
}

// The configs that come with the program are loaded by name.
func ExampleLoad() {
	e, err := configs.Load("paper/exp1d", []string{"loss.kind=bce"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(e.Description)
	fmt.Println(e.Data.Expected, "events,", e.Model.Kernels, "kernels,", e.Loss.Kind)
	// Output:
	// The paper's 1-D benchmark - power for a narrow anomaly in an exponential tail
	// 2000 events, 5 kernels, bce
}

// A test of one sample against another is a config like any other.
func ExampleLoadTest() {
	s, err := configs.LoadTest(configs.TestFiles{
		Reference: "reference.csv", Data: "data.csv", Columns: []string{"x", "y"}, Toys: 199,
	}, configs.Changes{Overrides: []string{"seed=5"}})
	if err != nil {
		log.Fatal(err)
	}
	e := s.Cells[0].Experiment
	fmt.Println(e.Data.Files.Observed.File, e.Data.Files.Columns, e.Toys.Null, e.Data.Counting)
	// Output: data.csv [x y] 199 shape
}

// A single fit has the keys that say how to fit.
func ExampleLoadFit() {
	f, err := configs.LoadFit([]string{"model.kernels=3", "train.width.end=0.1"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(f.Model.Kernels, f.Train.Width.End, f.Data.Standardize)
	// Output: 3 0.1 reference
}

// Keys are explained one by one, or block by block.
func ExampleExplain() {
	keys, err := configs.Explain("train.learning_rate")
	if err != nil {
		log.Fatal(err)
	}
	for _, k := range keys[1:] { // the first is the block
		fmt.Printf("%s: %s, %s; default %s\n", k.Path, k.Type, k.Allowed(), k.Default)
	}
	_, err = configs.Explain("loss.kid")
	fmt.Println(err)
	// Output:
	// train.learning_rate.coefficients: number, above 0; default 0.05
	// train.learning_rate.centroids: number, above 0; default 0.05
	// train.learning_rate.unit: word, one of data, sigma; default data
	// command line: loss.kid: unknown key, did you mean "loss.kind"? keys here: kind, l2
}

// Shipped configs without a sweep have a single cell.
func ExampleShipped() {
	for _, entry := range configs.Shipped() {
		if n := len(entry.Sweep.Cells); n == 1 {
			fmt.Println(entry.Name)
		}
	}
	// Output:
	// applications/gamma
	// applications/gravity
	// applications/higgs
	// applications/images
	// applications/images512
	// applications/network
	// applications/topics
	// paper/exp1d
	// quickstart
}

// The canonical form has every key that applies, in a fixed order.
func ExampleExperiment_Values() {
	e, err := configs.Load("quickstart", nil)
	if err != nil {
		log.Fatal(err)
	}
	values, err := e.Values()
	if err != nil {
		log.Fatal(err)
	}
	for _, v := range values[:5] {
		fmt.Println(v.Path, "=", v.Text)
	}
	// Output:
	// name = quickstart
	// description = A first run in one dimension - a narrow bump in an exponential tail
	// seed = 1
	// data.source = exponential
	// data.signal = {kind: gaussian, loc: 6.4, scale: 0.16}
}

// Editors read the schema from a file next to a config.
func ExampleSchema() {
	text, err := configs.Schema()
	if err != nil {
		log.Fatal(err)
	}
	var schema struct {
		Title      string
		Properties map[string]any
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		log.Fatal(err)
	}
	fmt.Println(schema.Title, "with", len(schema.Properties), "keys and blocks at its top level")
	// Output: config of sparker with 15 keys and blocks at its top level
}
