package plots

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/plots/plotstest"
	"sparker/results"
)

// inspected are the names of the images of a portfolio, and its error. The figures are inspected
// instead of written.
func inspected(t *testing.T, p *portfolio, err error) ([]string, error) {
	t.Helper()
	if err != nil {
		return nil, err
	}
	var names []string
	for _, f := range p.figures {
		inspect(t, f.name, f.Figure)
		names = append(names, f.name+".png")
	}
	return names, p.err
}

// cellNames are the names of the images that CellFigures makes.
func cellNames(t *testing.T, m results.Manifest, c results.CellSummary, toys []*results.Toy,
	fits ...results.FitRecord) ([]string, error) {
	t.Helper()
	p, err := cellPortfolio(m, c, toys, fits)
	return inspected(t, p, err)
}

// names are those of the images of some figures.
func names(drawn []Drawn) []string {
	var out []string
	for _, d := range drawn {
		for _, path := range d.Files {
			if filepath.Ext(path) == ".png" {
				out = append(out, filepath.Base(path))
			}
		}
	}
	return out
}

func TestCellFigures(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	null, bare := fitOf(2, 20, 2), fitOf(2, 20, 1)
	null.Hypothesis, null.Signal, null.Index, null.Columns = results.Null, 0, 3, nil
	bare.Hypothesis, bare.Trace = "", nil
	got, err := cellNames(t, plotstest.Manifest(), s, plotstest.Toys(s), null, fitOf(2, 20, 1),
		bare)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"power.png", "null-scales.png",
		"fit-null-0-3-trajectory.png", "fit-null-0-3-history.png", "fit-null-0-3-dynamics.png",
		"fit-alternative-15-0-trajectory.png", "fit-alternative-15-0-history.png",
		"fit-alternative-15-0-dynamics.png", "fit-alternative-15-0-log-ratio.png",
		"fit-log-ratio.png",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

// What is written are two files for each figure, with what the figure says.
func TestCellFiguresWrites(t *testing.T) {
	t.Parallel()
	bare := fitOf(2, 20, 1)
	bare.Trace = nil
	dir := t.TempDir()
	drawn, err := CellFigures(Output{Dir: dir}, plotstest.Manifest(), plotstest.Summary(), nil,
		[]results.FitRecord{bare})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"power.png", "fit-alternative-15-0-log-ratio.png"},
		names(drawn)); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	for _, d := range drawn {
		if diff := cmp.Diff([]string{filepath.Join(dir, d.Name+".png"),
			filepath.Join(dir, d.Name+".svg"), filepath.Join(dir, d.Name+".csv")},
			d.Files); diff != "" {
			t.Errorf("files of %s (-want +got):\n%s", d.Name, diff)
		}
		for _, path := range d.Files {
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
	if got, want := drawn[0].Title, "made-up: power"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
	caption := drawn[0].Caption
	if len(caption) == 0 || !strings.Contains(caption[0], "Run made-up-01234567, seed 1.") ||
		!strings.HasPrefix(caption[1], "Warning: alpha is known to ±0.0126 only") {
		t.Errorf("caption %q", caption)
	}
}

func TestCellFiguresDrawsWhatThereIs(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	toys := plotstest.Toys(s)
	got, err := cellNames(t, results.Manifest{}, results.CellSummary{}, toys, fitOf(1, 3, 2))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 3 || got[0] != "fit-alternative-15-0-trajectory.png" {
		t.Errorf("without a summary: %v", got)
	}
	s.Points = nil
	got, err = cellNames(t, plotstest.Manifest(), s, toys)
	if diff := cmp.Diff([]string{"null-scales.png"}, got); diff != "" || err != nil {
		t.Errorf("without points: %v, %s", err, diff)
	}
}

func TestCellFiguresRefuses(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	fit := fitOf(1, 3, 1)

	_, err := CellFigures(Output{Dir: t.TempDir()}, results.Manifest{}, results.CellSummary{},
		nil, nil)
	refused(t, err, "nothing to draw")

	other := s
	other.Cell = 2
	_, err = CellFigures(Output{Dir: t.TempDir()}, plotstest.Manifest(), other, nil, nil)
	refused(t, err, "cell 2", "has 1 cell")
	other.Cell, other.Arms = 1, []results.ArmRecord{{Axis: "loss.kind", Label: "bce"}}
	_, err = CellFigures(Output{Dir: t.TempDir()}, plotstest.Manifest(), other, nil, nil)
	refused(t, err, `cell 1 is at "loss.kind=bce"`)

	bare := fit
	bare.Trace = nil
	drawn, err := CellFigures(Output{Dir: t.TempDir()}, results.Manifest{},
		results.CellSummary{}, nil, []results.FitRecord{bare, bare})
	refused(t, err, "two figures are called fit-alternative-15-0-log-ratio")
	if len(names(drawn)) != 1 {
		t.Errorf("of two fits of one toy: %v", names(drawn))
	}

	// One damaged record does not keep the others from being drawn.
	s.Points[1].Power = math.NaN()
	fit.Trace.Loss[0] = math.NaN()
	got, err := cellNames(t, plotstest.Manifest(), s, plotstest.Toys(s), fit)
	refused(t, err, "power: plots: power curve", "fit-alternative-15-0-history: plots: history")
	want := []string{"null-scales.png", "fit-alternative-15-0-trajectory.png",
		"fit-alternative-15-0-dynamics.png", "fit-alternative-15-0-log-ratio.png"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

func TestFitName(t *testing.T) {
	t.Parallel()
	for want, f := range map[string]results.FitRecord{
		"fit":                     {},
		"fit-null-0-12":           {Hypothesis: "null", Index: 12},
		"fit-alternative-7.5-1":   {Hypothesis: "alternative", Signal: 7.5, Index: 1},
		"fit-.._etc-0-0":          {Hypothesis: "../etc"},
		"fit-alternative-1e+21-0": {Hypothesis: "alternative", Signal: 1e21},
	} {
		if got := fitName(f); got != want {
			t.Errorf("name %q, want %q", got, want)
		}
	}
}

func BenchmarkCellFigures(b *testing.B) {
	s := plotstest.Summary()
	toys := plotstest.Toys(s)
	fits := []results.FitRecord{
		plotstest.Fit(plotstest.FitShape{Kernels: 5, Epochs: 1000, Dim: 1})}
	dir := b.TempDir()
	for b.Loop() {
		_, err := CellFigures(Output{Dir: dir}, plotstest.Manifest(), s, toys, fits)
		if err != nil {
			b.Fatal(err)
		}
	}
}

// In a sweep the captions say which of its cells they are of.
func TestCellFiguresNameTheCell(t *testing.T) {
	t.Parallel()
	m, s := plotstest.Manifest(), plotstest.Summary()
	s.Arms = []results.ArmRecord{{Axis: "loss.kind", Label: "bce"},
		{Axis: "model.kernels", Label: "5"}}
	m.Cells[0].Arms = s.Arms
	p, err := cellPortfolio(m, s, nil, nil)
	if err != nil || p.err != nil {
		t.Fatal(err, p.err)
	}
	said(t, "power", p.figures[0].Figure, []string{
		"Run made-up-01234567, seed 1. Cell 1: loss.kind=bce, model.kernels=5."})
}
