package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"sparker/results"
)

// A replayed toy is equal to the stored one, and its fit has the whole trajectory.
func TestToy(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many figures")
	}
	t.Parallel()
	dir := copyOf(t, tinyRun).dir
	store, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	toys, err := store.Toys()
	if err != nil {
		t.Fatal(err)
	}
	for _, toy := range []results.Toy{toys[3], toys[len(toys)-1]} {
		got := mustSucceed(t, "toy", dir, "--hypothesis", toy.Hypothesis, "--signal",
			fmt.Sprint(toy.Signal), "--index", fmt.Sprint(toy.Index))
		out := filepath.Join(dir, "replay", fmt.Sprintf("%s-%v-%d", toy.Hypothesis, toy.Signal,
			toy.Index))
		holds(t, "messages", got.stderr, "equal to the stored toy", filepath.Join(out, "fit.json"))
		var fit results.FitRecord
		if err := json.Unmarshal([]byte(readFile(t, filepath.Join(out, "fit.json"))),
			&fit); err != nil {
			t.Fatal(err)
		}
		if len(fit.Statistics) != len(toy.T) || fit.Trace == nil {
			t.Fatalf("%v: %d statistics, want %d; trace %v", toy, len(fit.Statistics), len(toy.T),
				fit.Trace)
		}
		for i, c := range fit.Statistics {
			if c.T != toy.T[i] {
				t.Errorf("%v: t = %v at scale %d, stored %v", toy, c.T, i, toy.T[i])
			}
			holds(t, "table", got.stdout, fmt.Sprintf("│ %5d │", c.Epoch),
				fmt.Sprintf("%.6g │", c.T))
		}
		if figures, err := filepath.Glob(filepath.Join(out, "*.png")); err != nil ||
			len(figures) == 0 {
			t.Errorf("%v: no figures (%v)", toy, err)
		}
	}
}

// A toy has the same fit from the run folder and from the config.
func TestToyOfConfig(t *testing.T) {
	if testing.Short() {
		t.Skip("draws many figures")
	}
	inFolder(t)
	dir := copyOf(t, tinyRun).dir
	mustSucceed(t, "toy", dir, "--hypothesis", "null", "--index", "3")
	replayed := readFile(t, filepath.Join(dir, "replay", "null-0-3", "fit.json"))
	config := mustSucceed(t, "toy", "tiny.yaml", "--hypothesis", "null", "--index", "3", "--json")
	if config.stdout != replayed {
		t.Error("the replay from the config differs")
	}
	folders, err := filepath.Glob("tiny-*-null-0-3")
	if err != nil || len(folders) != 1 || readFile(t, folders[0]+"/fit.json") != replayed {
		t.Errorf("the fit is in the folders %q (%v)", folders, err)
	}
}

// The toy of a sweep is that of a cell, and its folder is named after the cell.
func TestToyOfSweep(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, sweepRun).dir
	replayed := mustSucceed(t, "toy", dir, "--cell", "5", "--hypothesis", "alternative", "--signal",
		"30", "--index", "4")
	holds(t, "messages", replayed.stderr, "equal to the stored toy",
		filepath.Join("replay", "cell-5-alternative-30-4", "fit.json"))
	mustFail(t, "toy "+dir+" --hypothesis null", "the sweep has 6 cells; choose one with --cell")
	mustFail(t, "toy "+dir+" --cell 7 --hypothesis null", "the cells are 1 to 6")
	mustFail(t, "toy "+dir+" --cell -1 --hypothesis null", "the cells are 1 to 6")
}

func TestToyRefuses(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, tinyRun).dir
	mustFail(t, "toy "+dir+" seed=2 --hypothesis null", `"seed=2" are for a CONFIG`)
	mustFail(t, "toy "+dir+" --hypothesis null --index 20", "null toy 20")
	mustFail(t, "toy "+dir+" --hypothesis null --out toy_test.go", "toy_test.go is a file")
	if _, err := os.Stat(filepath.Join(dir, "replay")); err == nil {
		t.Error("a refused replay made its folder")
	}
}

// A stored toy that differs from its replay is an error that says where.
func TestCompareWithStored(t *testing.T) {
	t.Parallel()
	store, err := results.Create(filepath.Join(t.TempDir(), "run"),
		results.Manifest{Digest: "d", Cells: []results.CellRecord{{NullKey: "n",
			Scales: make([]results.ScaleRecord, 2)}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, toy := range []results.Toy{
		{Key: "n", Hypothesis: results.Null, Index: 1, Status: results.StatusOK,
			T: []float64{1, 2}},
		{Key: "n", Hypothesis: results.Null, Index: 2, Status: "non-finite"},
	} {
		if err := store.AppendToy(toy); err != nil {
			t.Fatal(err)
		}
	}
	fit := func(index int, status string, values ...float64) results.FitRecord {
		f := results.FitRecord{Key: "n", Hypothesis: results.Null, Index: index, Status: status}
		for i, v := range values {
			f.Statistics = append(f.Statistics, results.CheckpointRecord{Epoch: 10 * (i + 1), T: v})
		}
		return f
	}
	for _, c := range []struct {
		fit     results.FitRecord
		message string // of the error, or of what is said instead
		fails   bool
	}{
		{fit(1, results.StatusOK, 1, 2), "equal to the stored toy", false},
		{fit(2, "non-finite", 1), "equal to the stored toy", false},
		{fit(3, results.StatusOK, 1, 2), "no such toy", false},
		{fit(1, results.StatusOK, 1, 2.0000000000000004), "2.0000000000000004 at epoch 20", true},
		{fit(1, results.StatusOK, 1), "1 statistics, the stored toy 2", true},
		{fit(1, "non-finite", 1), `"non-finite"`, true},
		{fit(2, results.StatusOK, 1, 2), `"non-finite"`, true},
	} {
		var stderr bytes.Buffer
		a := &app{stderr: &stderr}
		err := a.compareWithStored(store, c.fit)
		if (err != nil) != c.fails {
			t.Errorf("%+v: error %v", c.fit, err)
		}
		holds(t, "message", fmt.Sprint(stderr.String(), err), c.message)
	}
}
