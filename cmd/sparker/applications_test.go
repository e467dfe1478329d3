package main

import (
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/configs"
	"sparker/results"
)

// applicationSizes are the numbers of rows of a toy's reference and data in each shipped
// application, as in docs/science/applications.md.
var applicationSizes = map[string]struct{ reference, data int }{
	"ablation": {7808, 500}, "dimuon": {7808, 500}, "embedding": {4000, 300},
	"gamma": {4933, 200}, "generator": {7808, 500}, "gravity": {2288, 150},
	"higgs": {2065, 300}, "images": {4000, 300}, "images512": {4000, 300},
	"network": {5380, 400}, "pools": {250, 100}, "topics": {2280, 150},
}

// The numbers of toys of a shortened application.
const applicationNull, applicationAlternative = 19, 2

// Every shipped application runs on its files: the first cell, with few toys and epochs.
func TestApplications(t *testing.T) {
	if testing.Short() {
		t.Skip("runs all applications")
	}
	t.Chdir(filepath.Join("..", "..")) // the configs name the folder from here
	if _, err := os.Stat(filepath.Join("..", "shared", "data")); err != nil {
		t.Skipf("the files of the applications are missing: %v", err)
	}
	ran := 0
	for _, entry := range configs.Shipped() {
		name, application := strings.CutPrefix(entry.Name, "applications/")
		if !application || entry.Sweep.Cells[0].Experiment.Data.Generated() {
			continue
		}
		ran++
		t.Run(name, func(t *testing.T) {
			if _, known := applicationSizes[name]; !known {
				t.Fatal("it is not known how many rows this application has")
			}
			first := entry.Sweep.Cells[0].Experiment
			if _, err := os.Stat(first.Data.Files.Folder); err != nil {
				t.Skipf("its files are missing: %v", err)
			}
			dir := filepath.Join(t.TempDir(), "run")
			args := []string{"run", entry.Name, fmt.Sprintf("toys.null=%d", applicationNull),
				fmt.Sprintf("toys.alternative=%d", applicationAlternative), "train.epochs=20",
				"--dir", dir, "--no-figures", "--progress", "none"}
			for _, axis := range entry.Sweep.Config.Axes() {
				args = append(args, axis.Name+"="+axis.Arms[0].Label)
			}
			mustSucceed(t, args...)
			checkApplication(t, name, dir, first)
			checkFinite(t, dir)
		})
	}
	if ran != len(applicationSizes) {
		t.Errorf("%d of %d applications ran", ran, len(applicationSizes))
	}
}

// Every shipped application of generators runs, all cells, with few toys and epochs.
func TestGeneratedApplications(t *testing.T) {
	ran := 0
	for _, entry := range configs.Shipped() {
		if !strings.HasPrefix(entry.Name, "applications/") ||
			!entry.Sweep.Cells[0].Experiment.Data.Generated() {
			continue
		}
		ran++
		t.Run(entry.Name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "run")
			args := []string{"run", entry.Name, fmt.Sprintf("toys.null=%d", applicationNull),
				fmt.Sprintf("toys.alternative=%d", applicationAlternative), "train.epochs=20",
				"--dir", dir, "--no-figures", "--progress", "none"}
			if entry.Sweep.Cells[0].Experiment.Data.Reference > 2000 { // it takes long
				args = append(args, "data.reference=2000", "data.expected=200")
			}
			mustSucceed(t, args...)
			checkFinite(t, dir)
		})
	}
	if ran == 0 {
		t.Error("no application of generators ran")
	}
}

// checkApplication checks the stored toys and the summary of a shortened application.
func checkApplication(t *testing.T, name, dir string, e configs.Experiment) {
	t.Helper()
	store, err := results.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	summary, err := store.Summary()
	if err != nil {
		t.Fatal(err)
	}
	toys, err := store.Toys()
	if err != nil {
		t.Fatal(err)
	}
	cell := summary.Cells[0]
	if !summary.Complete || len(summary.Cells) != 1 || cell.Null.Toys != applicationNull ||
		cell.Null.Failed != 0 ||
		len(toys) != applicationNull+applicationAlternative*len(e.Toys.Signal) {
		t.Fatalf("%d cells, complete: %v, null %+v, %d toys", len(summary.Cells),
			summary.Complete, cell.Null, len(toys))
	}
	want := applicationSizes[name]
	pools := store.Manifest().Cells[0].Pools
	if pools.Reference != want.reference || e.Data.Expected != float64(want.data) {
		t.Errorf("N_R = %d, N_D = %v; want %+v", pools.Reference, e.Data.Expected, want)
	}
	for _, toy := range toys {
		if toy.Events != want.data || toy.Status != results.StatusOK ||
			len(toy.T) != len(cell.Scales) || e.Record.Leading &&
			(toy.Injected > 0) != (toy.Leading != nil) {
			t.Errorf("%s toy %d at N_S = %v: %d events, %s, %d statistics of %d scales, "+
				"%d injected, leading kernel %v", toy.Hypothesis, toy.Index, toy.Signal, toy.Events,
				toy.Status, len(toy.T), len(cell.Scales), toy.Injected, toy.Leading)
		}
	}
	var signals []float64
	for _, p := range cell.Points {
		signals = append(signals, p.Signal)
		if p.Toys != applicationAlternative || p.Failed != 0 || !(p.MedianP > 0 && p.MedianP <= 1) {
			t.Errorf("at N_S = %v: %+v", p.Signal, p)
		}
		if p.Signal > 0 && e.Record.Leading {
			checkLeading(t, p, want.data)
		}
	}
	if !slices.Equal(signals, e.Toys.Signal) {
		t.Errorf("points at %v, the config has %v", signals, e.Toys.Signal)
	}
}

// checkLeading checks what is recorded of the leading kernel at a signal strength.
func checkLeading(t *testing.T, p results.Point, rows int) {
	t.Helper()
	switch n := p.Leading; {
	case n == nil && p.Signal >= 5: // the probability of no anomaly in two toys is below 1e-4
		t.Errorf("at N_S = %v nothing is recorded of the leading kernel", p.Signal)
	case n != nil && !(n.Purity >= 0 && n.Purity <= 1 && n.NearestPurity >= 0 &&
		n.NearestPurity <= 1):
		t.Errorf("at N_S = %v: %+v", p.Signal, *n)
	case n != nil && math.Abs(n.Injected-p.Signal/float64(rows)) > 0.2:
		t.Errorf("at N_S = %v the share of anomalies is %v", p.Signal, n.Injected)
	}
}

// checkFinite checks that the records of a run hold no number that is not finite.
func checkFinite(t *testing.T, dir string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && slices.Contains([]string{".csv", ".json", ".jsonl"},
			filepath.Ext(path)) {
			if text := readFile(t, filepath.Join(dir, path)); strings.Contains(text, "NaN") ||
				strings.Contains(text, "Inf") {
				t.Errorf("%s has numbers that are not finite", path)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}
