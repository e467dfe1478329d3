package main

import (
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

// Every shipped application, on its files: the first cell, with few toys and epochs. The numbers of
// rows are those of docs/science/applications.md.
func TestApplications(t *testing.T) {
	if testing.Short() {
		t.Skip("runs all applications")
	}
	t.Chdir(filepath.Join("..", "..")) // the configs name the folder from here
	if _, err := os.Stat(filepath.Join("..", "shared", "data")); err != nil {
		t.Skipf("the files of the applications are not there: %v", err)
	}
	sizes := map[string]struct{ reference, data int }{ // N_R and N_D
		"ablation": {7808, 500}, "dimuon": {7808, 500}, "embedding": {4000, 300},
		"gamma": {4933, 200}, "generator": {7808, 500}, "gravity": {2288, 150},
		"higgs":  {2065, 300},
		"images": {4000, 300}, "images512": {4000, 300}, "network": {5380, 400},
		"pools": {250, 100}, "topics": {2280, 150},
	}
	ran := 0
	for _, entry := range configs.Shipped() {
		name, application := strings.CutPrefix(entry.Name, "applications/")
		if !application {
			continue
		}
		ran++
		t.Run(name, func(t *testing.T) {
			want, known := sizes[name]
			if !known {
				t.Fatal("it is not known how many rows this application has")
			}
			first := entry.Sweep.Cells[0].Experiment
			if _, err := os.Stat(first.Data.Files.Folder); err != nil {
				t.Skipf("its files are not there: %v", err)
			}
			const null, alternative = 19, 2
			dir := filepath.Join(t.TempDir(), "run")
			args := []string{"run", entry.Name, "toys.null=19", "toys.alternative=2",
				"train.epochs=20", "--dir", dir, "--no-figures", "--progress", "none"}
			for _, axis := range entry.Sweep.Config.Axes() {
				args = append(args, axis.Name+"="+axis.Arms[0].Label)
			}
			mustSucceed(t, args...)

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
			if !summary.Complete || len(summary.Cells) != 1 || cell.Null.Toys != null ||
				cell.Null.Failed != 0 || len(toys) != null+alternative*len(first.Toys.Signal) {
				t.Fatalf("%d cells, complete: %v, null %+v, %d toys", len(summary.Cells),
					summary.Complete, cell.Null, len(toys))
			}
			pools := store.Manifest().Cells[0].Pools
			if pools.Reference != want.reference || first.Data.Expected != float64(want.data) {
				t.Errorf("N_R = %d, N_D = %v; want %+v", pools.Reference, first.Data.Expected, want)
			}
			for _, toy := range toys {
				if toy.Events != want.data || toy.Status != results.StatusOK ||
					len(toy.T) != len(cell.Scales) || first.Record.Leading &&
					(toy.Injected > 0) != (toy.Leading != nil) {
					t.Errorf("%s toy %d at N_S = %v: %d events, %s, %d statistics of %d scales, "+
						"%d injected, leading kernel %v",
						toy.Hypothesis, toy.Index, toy.Signal, toy.Events, toy.Status, len(toy.T),
						len(cell.Scales), toy.Injected, toy.Leading)
				}
			}
			var signals []float64
			for _, p := range cell.Points {
				signals = append(signals, p.Signal)
				if p.Toys != alternative || p.Failed != 0 || !(p.MedianP > 0 && p.MedianP <= 1) {
					t.Errorf("at N_S = %v: %+v", p.Signal, p)
				}
				if p.Signal == 0 || !first.Record.Leading {
					continue
				}
				switch n := p.Leading; {
				case n == nil && p.Signal >= 5: // no anomaly in two toys: below 1e-4
					t.Errorf("at N_S = %v nothing is recorded of the leading kernel", p.Signal)
				case n != nil && !(n.Purity >= 0 && n.Purity <= 1 && n.NearestPurity >= 0 &&
					n.NearestPurity <= 1):
					t.Errorf("at N_S = %v: %+v", p.Signal, *n)
				case n != nil && math.Abs(n.Injected-p.Signal/float64(want.data)) > 0.2:
					t.Errorf("at N_S = %v the share of anomalies is %v", p.Signal, n.Injected)
				}
			}
			if !slices.Equal(signals, first.Toys.Signal) {
				t.Errorf("points at %v, the config has %v", signals, first.Toys.Signal)
			}
			if err := fs.WalkDir(os.DirFS(dir), ".", func(path string, d fs.DirEntry,
				err error) error {
				if err == nil && !d.IsDir() && slices.Contains([]string{".csv", ".json", ".jsonl"},
					filepath.Ext(path)) {
					if text := readFile(t, filepath.Join(dir, path)); strings.Contains(text,
						"NaN") || strings.Contains(text, "Inf") {
						t.Errorf("%s has numbers that are not finite", path)
					}
				}
				return err
			}); err != nil {
				t.Fatal(err)
			}
		})
	}
	if ran != len(sizes) {
		t.Errorf("%d of %d applications ran", ran, len(sizes))
	}
}
