package main

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"testing"

	"go-hep.org/x/hep/groot"
	"go-hep.org/x/hep/groot/rtree"
)

// writeEvents writes a ROOT file with a tree of n events, whose runs are numbered from first on.
func writeEvents(t *testing.T, path string, n, first int) {
	t.Helper()
	f, err := groot.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	var e struct {
		Pt     float64 `groot:"pt"`
		Eta    float32 `groot:"eta"`
		Run    int64   `groot:"run"`
		Weight float64 `groot:"weight"`
	}
	w, err := rtree.NewWriter(f, "Events", rtree.WriteVarsFromStruct(&e))
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, uint64(first)))
	for i := range n {
		e.Pt, e.Eta = r.ExpFloat64(), float32(r.NormFloat64())
		e.Run, e.Weight = int64(first+i/10), 0.5+r.Float64()
		if _, err := w.Write(); err != nil {
			t.Fatal(err)
		}
	}
	if err := errors.Join(w.Close(), f.Close()); err != nil {
		t.Fatal(err)
	}
}

// Trees of ROOT files are tables as others are: with names, blocks and weights of rows, whose
// columns are named with the file, with the tree, or alone.
func TestROOTFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	writeEvents(t, "mc.root", 400, 0)
	writeEvents(t, "data.root", 150, 1000)
	var values []float64
	for _, args := range [][]string{
		{"--columns", "pt,eta", "--id", "data.root:Events/run"},
		{"--block", "run", "--exclude", "weight"},
		{"--weight", "mc.root:Events:weight", "--columns", "pt,eta"},
		{"--weight", "mc.root:Events/weight", "--columns", "pt,eta"},
	} {
		var answer struct{ P float64 }
		text := mustSucceed(t, append([]string{"test", "--reference", "mc.root:Events", "--data",
			"data.root", "--no-folder", "--json", "--toys", "19", "test.method=mahalanobis",
			"test.members=[]"}, args...)...).stdout
		if err := json.Unmarshal([]byte(text), &answer); err != nil {
			t.Fatal(err)
		}
		values = append(values, answer.P)
	}
	if values[2] != values[3] || values[0] == 0 || values[1] == 0 {
		t.Errorf("p-values %v", values)
	}
	got := sparker(t, "test", "--reference", "mc.root:Muons", "--data", "data.root", "--no-folder")
	if got.code != exitUsage {
		t.Errorf("exit code %d, want %d: %s", got.code, exitUsage, got.stderr)
	}
}
