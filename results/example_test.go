package results_test

import (
	"fmt"
	"log"
	"os"
	"path/filepath"

	"sparker/results"
)

// newRun makes the folder of a run with a single cell in a temporary folder.
func newRun() *results.Store {
	parent, err := os.MkdirTemp("", "runs")
	if err != nil {
		log.Fatal(err)
	}
	m := results.Manifest{Name: "example", Digest: "0123456789abcdef", Seed: 1,
		Cells: []results.CellRecord{{NullKey: "n", AlternativeKey: "a",
			Scales: []results.ScaleRecord{{Epoch: 50, Sigma: 2}, {Epoch: 100, Sigma: 0.5}}}}}
	dir := filepath.Join(parent, m.FolderName())
	store, err := results.Create(dir, m, []byte("name: example\n"))
	if err != nil {
		log.Fatal(err)
	}
	return store
}

// A run folder takes toys one by one, and gives them back sorted, also while it grows.
func Example() {
	store := newRun()
	defer os.RemoveAll(filepath.Dir(store.Dir()))
	for _, toy := range []results.Toy{
		{Key: "a", Hypothesis: results.Alternative, Signal: 10, Status: results.StatusOK,
			T: []float64{3.5, 8}},
		{Key: "n", Hypothesis: results.Null, Index: 1, Status: "nonfinite", Reason: "epoch 17"},
		{Key: "n", Hypothesis: results.Null, Index: 0, Status: results.StatusOK,
			T: []float64{1.5, 2}},
	} {
		if err := store.AppendToy(toy); err != nil {
			log.Fatal(err)
		}
	}
	if err := store.Close(); err != nil {
		log.Fatal(err)
	}

	reader, err := results.Open(store.Dir())
	if err != nil {
		log.Fatal(err)
	}
	toys, err := reader.Toys()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(filepath.Base(reader.Dir()))
	for _, toy := range toys {
		fmt.Println(toy, toy.Status, toy.T)
	}
	// Output:
	// example-01234567
	// null toy 0 ok [1.5 2]
	// null toy 1 nonfinite []
	// alternative toy 0 at N_S = 10 ok [3.5 8]
}

// Parts of a run that were made in two folders, in one.
func ExampleMerge() {
	parts := []*results.Store{newRun(), newRun()}
	for i, part := range parts {
		defer os.RemoveAll(filepath.Dir(part.Dir()))
		toy := results.Toy{Key: "n", Hypothesis: results.Null, Index: i, Status: results.StatusOK,
			T: []float64{1, 2}}
		if err := part.AppendToy(toy); err != nil {
			log.Fatal(err)
		}
		if err := part.Close(); err != nil {
			log.Fatal(err)
		}
	}
	whole, err := results.Merge(filepath.Join(filepath.Dir(parts[0].Dir()), "whole"), parts)
	if err != nil {
		log.Fatal(err)
	}
	toys, err := whole.Toys()
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(toys)
	// Output: [null toy 0 null toy 1]
}

func ExampleStore_WriteTable() {
	store := newRun()
	defer os.RemoveAll(filepath.Dir(store.Dir()))
	err := store.WriteTable("lengths.csv", []string{"name", "length"},
		[][]string{{"one, two", "8"}, {"three", "5"}})
	if err != nil {
		log.Fatal(err)
	}
	content, err := os.ReadFile(filepath.Join(store.Dir(), "lengths.csv"))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(string(content))
	// Output:
	// name,length
	// "one, two",8
	// three,5
}

func ExampleDescribe() {
	fmt.Println(results.Describe([]results.ArmRecord{{Axis: "loss.kind", Label: "bce"},
		{Axis: "model.softmax", Label: "false"}}))
	// Output: loss.kind=bce, model.softmax=false
}

func ExampleToyID_FileName() {
	id := results.ToyID{Hypothesis: results.Alternative, Signal: 7.5, Index: 3}
	fmt.Println(id, "in", id.FileName())
	// Output: alternative toy 3 at N_S = 7.5 in alternative-7.5-3
}

func ExampleShard_FileName() {
	fmt.Println(results.Shard{}.FileName(), results.Shard{Number: 2, Count: 4}.FileName())
	// Output: toys-0.jsonl toys-2-of-4.jsonl
}
