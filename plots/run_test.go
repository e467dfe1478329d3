package plots

import (
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/results"
)

func names(paths []string) []string {
	var out []string
	for _, p := range paths {
		if filepath.Ext(p) == ".png" {
			out = append(out, filepath.Base(p))
		}
	}
	return out
}

func TestRunFigures(t *testing.T) {
	s := madeUpSummary()
	null := madeUpFit(2, 20, 2)
	null.Hypothesis, null.Signal, null.Index, null.Columns = results.Null, 0, 3, nil
	bare := madeUpFit(2, 20, 1)
	bare.Hypothesis, bare.Trace = "", nil
	dir := t.TempDir()
	paths, err := RunFigures(dir, s, madeUpToys(s), []results.Fit{null, madeUpFit(2, 20, 1), bare}, madeUpManifest())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"power.png", "null-scales.png",
		"fit-null-0-3-trajectory.png", "fit-null-0-3-history.png", "fit-null-0-3-dynamics.png",
		"fit-alternative-15-0-trajectory.png", "fit-alternative-15-0-history.png", "fit-alternative-15-0-dynamics.png", "fit-alternative-15-0-log-ratio.png",
		"fit-log-ratio.png",
	}
	if diff := cmp.Diff(want, names(paths)); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if len(paths) != 2*len(want) {
		t.Errorf("%d files for %d figures", len(paths), len(want))
	}
	for _, p := range paths {
		if info, err := os.Stat(p); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", p, err)
		}
	}
}

func TestRunFiguresDrawsWhatThereIs(t *testing.T) {
	s := madeUpSummary()
	toys := madeUpToys(s)
	paths, err := RunFigures(t.TempDir(), results.Summary{}, toys, []results.Fit{madeUpFit(1, 3, 2)}, results.Manifest{})
	if err != nil {
		t.Fatal(err)
	}
	if got := names(paths); len(got) != 3 || got[0] != "fit-alternative-15-0-trajectory.png" {
		t.Errorf("without a summary: %v", got)
	}
	s.Points = nil
	paths, err = RunFigures(t.TempDir(), s, toys, nil, madeUpManifest())
	if diff := cmp.Diff([]string{"null-scales.png"}, names(paths)); diff != "" || err != nil {
		t.Errorf("without points: %v, %s", err, diff)
	}
}

func TestRunFiguresRefuses(t *testing.T) {
	s := madeUpSummary()
	fit := madeUpFit(1, 3, 1)

	_, err := RunFigures(t.TempDir(), results.Summary{}, nil, nil, results.Manifest{})
	refused(t, err, "nothing to draw")

	other := madeUpManifest()
	other.Digest = "fedcba9876543210"
	_, err = RunFigures(t.TempDir(), s, nil, nil, other)
	refused(t, err, "different runs")

	paths, err := RunFigures(t.TempDir(), results.Summary{}, nil, []results.Fit{fit, fit}, results.Manifest{})
	refused(t, err, "two figures are called fit-alternative-15-0-history")
	if len(names(paths)) != 4 {
		t.Errorf("of two fits of one toy: %v", names(paths))
	}

	// One damaged record does not keep the others from being drawn.
	s.Points[1].Power = math.NaN()
	fit.Trace.Loss[0] = math.NaN()
	paths, err = RunFigures(t.TempDir(), s, madeUpToys(s), []results.Fit{fit}, results.Manifest{})
	refused(t, err, "power: plots: power curve", "fit-alternative-15-0-history: plots: history")
	want := []string{"null-scales.png", "fit-alternative-15-0-trajectory.png", "fit-alternative-15-0-dynamics.png", "fit-alternative-15-0-log-ratio.png"}
	if diff := cmp.Diff(want, names(paths)); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestFitName(t *testing.T) {
	for want, f := range map[string]results.Fit{
		"fit":                     {},
		"fit-null-0-12":           {Hypothesis: "null", Index: 12},
		"fit-alternative-7.5-1":   {Hypothesis: "alternative", Signal: 7.5, Index: 1},
		"fit-___etc-0-0":          {Hypothesis: "../etc"},
		"fit-alternative-1e+21-0": {Hypothesis: "alternative", Signal: 1e21},
	} {
		if got := fitName(f); got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
}

func BenchmarkRunFigures(b *testing.B) {
	s := madeUpSummary()
	toys, fits := madeUpToys(s), []results.Fit{madeUpFit(5, 1000, 1)}
	dir := b.TempDir()
	for b.Loop() {
		if _, err := RunFigures(dir, s, toys, fits, madeUpManifest()); err != nil {
			b.Fatal(err)
		}
	}
}
