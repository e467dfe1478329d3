package analysis

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
)

// madeConfig is a sweep whose cells share toys: they differ in the combination, and in how many
// null toys they ask for.
const madeConfig = `name: made
data: {reference: 100, expected: 20}
train: {checkpoints: {count: 2}}
toys: {alternative: 4, signal: [0, 20]}
sweep:
  grid:
    toys.null: [19, 29]
    test.combine: [mix, min]
`

// madeRun stores a run of madeConfig with made-up statistics. Null toy 3 and alternative toy 2 at
// N_S = 20 failed. Null toys from nullToys on are missing.
func madeRun(t *testing.T, nullToys int) *results.Store {
	t.Helper()
	sweep, err := configs.LoadSweepBytes("made.yaml", []byte(madeConfig), configs.Changes{})
	if err != nil {
		t.Fatal(err)
	}
	m := results.Manifest{Name: "made", Digest: "0123456789abcdef", Started: time.Unix(0, 0),
		Axes: []results.AxisRecord{{Name: "toys.null"}, {Name: "test.combine"}}}
	for _, c := range sweep.Cells {
		text, err := c.Experiment.YAML()
		if err != nil {
			t.Fatal(err)
		}
		record := results.CellRecord{Config: string(text), NullKey: "n", AlternativeKey: "a",
			SamplesKey: "s", Warnings: []string{"a warning of the cell"},
			Scales: []results.ScaleRecord{{Epoch: 1, Sigma: 2}, {Epoch: 2, Sigma: 1}}}
		for _, arm := range c.Arms {
			record.Arms = append(record.Arms, results.ArmRecord(arm))
		}
		m.Cells = append(m.Cells, record)
	}
	store, err := results.Create(filepath.Join(t.TempDir(), "run"), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 1))
	add := func(toy results.Toy, shift float64) {
		t.Helper()
		toy.Status, toy.Seconds, toy.Events = results.StatusOK, 0.5, 20
		toy.T = []float64{shift + r.Float64(), shift + r.Float64()}
		if toy.Hypothesis == results.Null && toy.Index == 3 || shift > 0 && toy.Index == 2 {
			toy.T, toy.Status, toy.Reason = nil, "nonfinite", "the loss is not finite"
		}
		if err := store.AppendToy(toy); err != nil {
			t.Fatal(err)
		}
	}
	for i := range nullToys {
		add(results.Toy{Key: "n", Hypothesis: results.Null, Index: i}, 0)
	}
	for i := range 4 {
		add(results.Toy{Key: "n", Hypothesis: results.Alternative, Index: i}, 0)
		add(results.Toy{Key: "a", Hypothesis: results.Alternative, Signal: 20, Index: i}, 5)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	return store
}

func mustOpen(t *testing.T, store *results.Store) *Evaluation {
	t.Helper()
	v, err := Open(store)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// A cell takes the toys that it asks for, and no more that are stored under the same key. Toys that
// failed count against the rejection, and are named in the warnings.
func TestSummaryOfCells(t *testing.T) {
	t.Parallel()
	v := mustOpen(t, madeRun(t, 29))
	s, err := v.Summary()
	if err != nil {
		t.Fatal(err)
	}
	if len(s.Cells) != 4 || !s.Complete {
		t.Fatalf("%d cells, complete %v", len(s.Cells), s.Complete)
	}
	for i, null := range []int{19, 19, 29, 29} {
		c := s.Cells[i]
		if c.Cell != i+1 || c.Null.Toys != null || c.Null.Failed != 1 ||
			len(v.Toys(i+1)) != null+8 {
			t.Errorf("cell %d: null %+v, %d toys", i+1, c.Null, len(v.Toys(i+1)))
		}
		p := c.Points[1]
		if p.Toys != 4 || p.Failed != 1 || p.Rejected != 0 || p.Oracle == nil {
			t.Errorf("cell %d: point %+v", i+1, p)
		}
		// Above all null toys but the one that failed: p = 2/(B+1).
		if want := 2 / float64(null+1); p.MedianP != want {
			t.Errorf("cell %d: median p %v, want %v", i+1, p.MedianP, want)
		}
		all := strings.Join(c.Warnings, "\n")
		for _, want := range []string{"a warning of the cell",
			fmt.Sprintf("1 of %d null fits", null),
			"1 of 4 fits failed at N_S = 20", fmt.Sprintf("sparker toy RUN --cell %d "+
				"--hypothesis null --index 3", i+1)} {
			if !strings.Contains(all, want) {
				t.Errorf("cell %d: the warnings %q do not hold %q", i+1, c.Warnings, want)
			}
		}
	}
	// The cells have few epochs, and fewer than 99 null toys.
	want := []string{"4 of 4 cells have fits that failed: see their warnings",
		"untrained-scale: in 4 of 4 cells; see their warnings",
		"few-toys: in 4 of 4 cells; see their warnings"}
	if !slices.Equal(s.Warnings, want) {
		t.Errorf("warnings of the run %q; want %q", s.Warnings, want)
	}
}

// A run is read when it is opened, and never again.
func TestRunIsReadOnce(t *testing.T) {
	t.Parallel()
	store := madeRun(t, 29)
	v := mustOpen(t, store)
	if err := os.RemoveAll(store.Dir()); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Summary(); err != nil {
		t.Error(err)
	}
	if _, err := v.Compare("test.combine"); err != nil {
		t.Error(err)
	}
	if s := v.Status(); s.Toys != 29+4+4 || s.Done != 29+4+4 || s.Failed != 2 {
		t.Errorf("status %+v", s)
	}
	if err := v.Write(); err == nil {
		t.Error("the summary was written into a folder that is gone")
	}
}

// Cells that differ in the combination alone, and runs of the same samples, share their oracles;
// questions that are asked at the same time get the same answers.
func TestOraclesAreSharedByRuns(t *testing.T) {
	t.Parallel()
	store := madeRun(t, 19)
	runs, err := OpenAll([]*results.Store{store, store})
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 4 {
		for _, v := range runs {
			all.Go(func() {
				if _, err := v.Summary(); err != nil {
					t.Error(err)
				}
			})
		}
	}
	all.Wait()
	if n := len(runs[0].oracles.known); n != 2 || runs[0].oracles != runs[1].oracles {
		t.Errorf("%d oracles, want one for each signal strength", n)
	}
}

// countedAlternative counts how often its densities are asked for.
type countedAlternative struct {
	sources.Alternative
	asked int
}

func (a *countedAlternative) Strongest() float64 {
	a.asked++
	return a.Alternative.Strongest()
}

func TestOracleIsComputedOnce(t *testing.T) {
	t.Parallel()
	v := mustOpen(t, madeRun(t, 19))
	known, err := alternative(v.cells[0].experiment)
	if err != nil {
		t.Fatal(err)
	}
	a := &countedAlternative{Alternative: known}
	for _, c := range v.cells {
		if _, err := v.oracles.at(a, c, 20); err != nil {
			t.Fatal(err)
		}
	}
	if a.asked != 1 {
		t.Errorf("the oracle of four cells was computed %d times", a.asked)
	}
}

// Without null toys there is a status, but no summary.
func TestRunWithoutNullToys(t *testing.T) {
	t.Parallel()
	v := mustOpen(t, madeRun(t, 0))
	if _, err := v.Summary(); err == nil || !strings.Contains(err.Error(), "no null toys yet") {
		t.Errorf("summary: %v", err)
	}
	if s := v.Status(); s.Toys != 37 || s.Done != 8 || s.Cells[0].NullWanted != 19 {
		t.Errorf("status %+v", s)
	}
}

func TestUnfinishedRun(t *testing.T) {
	t.Parallel()
	v := mustOpen(t, madeRun(t, 17))
	s, err := v.Summary()
	if err != nil {
		t.Fatal(err)
	}
	if s.Complete || s.Cells[0].Complete ||
		!strings.Contains(s.Cells[0].Warnings[1],
			"partial: 17 of 19 null toys, and 8 of 8 alternative") {
		t.Errorf("complete %v, warnings %q", s.Complete, s.Cells[0].Warnings)
	}
	if !strings.Contains(s.Warnings[0], "4 of 4 cells lack toys") {
		t.Errorf("warnings of the run %q", s.Warnings)
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	m := results.Manifest{Name: "broken", Digest: "0123456789abcdef",
		Cells: []results.CellRecord{{Config: "model: {kernel: 3}"}}}
	store, err := results.Create(filepath.Join(t.TempDir(), "run"), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	var problem *configs.Error
	if _, err := Open(store); !errors.As(err, &problem) ||
		!strings.Contains(err.Error(), "cell 1") {
		t.Errorf("a config of another version: %v", err)
	}
}
