package experiments_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"

	"sparker/configs"
	"sparker/experiments"
	"sparker/results"
)

// smallConfig is an experiment of a second: a bump of 50 events in the tail of 100.
const smallConfig = `
name: small
data: {reference: 400, expected: 100, signal: {kind: gaussian, loc: 6.4, scale: 0.16}}
train: {epochs: 150, checkpoints: {count: 3}}
toys: {null: 39, alternative: 10, signal: [0, 50]}
record: {fits: 0}
`

// A run from a config to its power.
func Example() {
	config, err := configs.LoadSweepBytes("small.yaml", []byte(smallConfig), configs.Changes{})
	if err != nil {
		log.Fatal(err)
	}
	dir, err := os.MkdirTemp("", "runs")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	store, run, err := experiments.Run(context.Background(), config,
		experiments.RunOptions{Out: dir})
	if err != nil {
		log.Fatal(err)
	}
	summary, err := run.Summary()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("folder:", filepath.Base(store.Dir())[:len("small-")]+"...")
	cell := summary.Cells[0]
	fmt.Printf("%d null toys at %d scales\n", cell.Null.Toys, len(cell.Scales))
	for _, p := range cell.Points {
		fmt.Printf("N_S = %v: %d toys, power above 0.8: %v\n", p.Signal, p.Toys, p.Power > 0.8)
	}
	// Output:
	// folder: small-...
	// 39 null toys at 3 scales
	// N_S = 0: 10 toys, power above 0.8: false
	// N_S = 50: 10 toys, power above 0.8: true
}

// What a run would do, before it does anything.
func ExamplePlan() {
	config, err := configs.LoadSweepBytes("small.yaml", []byte(smallConfig),
		configs.Changes{Sweeps: []string{"test.combine=mix,min"}})
	if err != nil {
		log.Fatal(err)
	}
	plan, err := experiments.Plan(context.Background(), config,
		experiments.RunOptions{Dir: "no-such-folder"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(plan.Toys, "toys,", plan.Done, "of them stored")
	for _, cell := range plan.Cells {
		fmt.Printf("%s: %d toys, %d shared\n", results.Describe(cell.Arms), cell.Toys, cell.Shared)
	}
	// Output:
	// 59 toys, 0 of them stored
	// test.combine=mix: 59 toys, 0 shared
	// test.combine=min: 59 toys, 59 shared
}

// One toy of an experiment, with the history of its fit.
func ExampleReplay() {
	config, err := configs.LoadSweepBytes("small.yaml", []byte(smallConfig), configs.Changes{})
	if err != nil {
		log.Fatal(err)
	}
	fit, err := experiments.Replay(context.Background(), config.Cells[0].Experiment,
		results.ToyID{Hypothesis: results.Alternative, Signal: 50, Index: 3})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fit.ID(), fit.Status)
	fmt.Println(len(fit.Trace.Epoch), "epochs,", len(fit.Statistics), "scales")
	// Output:
	// alternative toy 3 at N_S = 50 ok
	// 150 epochs, 3 scales
}

// The number of toys of a config, and roughly how long they take on this machine.
func ExampleEstimate() {
	config, err := configs.LoadSweepBytes("small.yaml", []byte(smallConfig), configs.Changes{})
	if err != nil {
		log.Fatal(err)
	}
	toys, seconds, err := experiments.Estimate(config)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(toys, "toys, in less than an hour:", seconds < 3600)
	// Output: 59 toys, in less than an hour: true
}

// One fit of two files, without a calibration.
func ExampleFitFiles() {
	config, err := configs.LoadFit([]string{"train.epochs=50", "model.kernels=3",
		"train.checkpoints.count=2"})
	if err != nil {
		log.Fatal(err)
	}
	fit, err := experiments.FitFiles(context.Background(), config, experiments.FitPaths{
		Data: "../examples/data.csv", Reference: "../examples/reference.csv"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(fit.Status, len(fit.Statistics), "scales,", len(fit.Centroids), "kernels over",
		fit.Columns[0].Name)
	// Output: ok 2 scales, 3 kernels over mass
}
