package configs

import (
	"path"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestShippedConfigs loads every config that comes with the program.
func TestShippedConfigs(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for _, entry := range Shipped() {
		found[entry.Name] = true
		s, err := LoadSweep(entry.Name, Changes{})
		e := s.Base
		if err != nil {
			t.Errorf("%s: %v", entry.Name, err)
			continue
		}
		text, err := s.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := LoadSweepBytes("resolved.yaml", text, Changes{}); err != nil {
			t.Errorf("%s: its resolved config does not load: %v", entry.Name, err)
		} else if diff := cmp.Diff(s.Cells, again.Cells); diff != "" {
			t.Errorf("%s: its resolved config has other cells (-want +got):\n%s", entry.Name, diff)
		}
		if entry.Description == "" || entry.Description != e.Description {
			t.Errorf("%s: listed as %q, loads as %q; want one line of text", entry.Name,
				entry.Description, e.Description)
		}
		if e.Name != path.Base(entry.Name) {
			t.Errorf("%s: its name is %q; want that of its file", entry.Name, e.Name)
		}
	}
	for _, name := range []string{"quickstart", "paper/exp1d"} {
		if !found[name] {
			t.Errorf("%s is not listed", name)
		}
	}
}

// TestPaperBenchmark holds paper/exp1d to what the paper publishes: 2,000 expected events, a
// Gaussian at 6.4 of width 0.16, five kernels, the linear schedule with evenly spaced epochs
// (arXiv:2511.03095).
func TestPaperBenchmark(t *testing.T) {
	t.Parallel()
	e, err := Load("paper/exp1d", nil)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case e.Data.Source != "exponential" || e.Data.Expected != 2000 || e.Data.Counting != "extended":
		t.Errorf("data: %+v", e.Data)
	case e.Data.Signal.Kind != "gaussian" || e.Data.Signal.Loc[0] != 6.4 ||
		e.Data.Signal.Scale != 0.16:
		t.Errorf("signal: %+v", e.Data.Signal)
	case e.Model.Kernels != 5 || !e.Model.SoftMax || e.Loss.Kind != "np":
		t.Errorf("model: %+v, loss: %+v", e.Model, e.Loss)
	case e.Train.Width.Schedule != "linear" || e.Train.Checkpoints.Spacing != "epoch":
		t.Errorf("train: %+v", e.Train)
	}
}
