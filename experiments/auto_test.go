package experiments

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sparker/configs"
	"sparker/results"
	"sparker/stats"
)

// autoSweep is a test of 40 rows against 400, with as many toys as the decision needs. The rows are
// shifted in both columns.
func autoSweep(t *testing.T, shift float64, overrides ...string) configs.Sweep {
	t.Helper()
	dir := t.TempDir()
	reference, today := filepath.Join(dir, "r.csv"), filepath.Join(dir, "d.csv")
	writeRows(t, reference, 400, 1)
	writeRows(t, today, 40, 2)
	text, err := os.ReadFile(today)
	if err != nil {
		t.Fatal(err)
	}
	var moved strings.Builder
	for i, line := range strings.Split(strings.TrimSpace(string(text)), "\n") {
		if i > 0 {
			var id string
			var x, y float64
			if _, err := fmt.Sscanf(strings.ReplaceAll(line, ",", " "), "%s %g %g", &id, &x,
				&y); err != nil {
				t.Fatal(err)
			}
			line = fmt.Sprintf("%s,%v,%v", id, x+shift, y+shift)
		}
		fmt.Fprintln(&moved, line)
	}
	if err := os.WriteFile(today, []byte(moved.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	s, err := configs.LoadTest(configs.TestFiles{Reference: reference, Data: today,
		Columns: []string{"x", "y"}, Calibration: "permutation", Toys: 400, AutoToys: true},
		configs.Changes{Overrides: append([]string{"test.method=energy", "record.fits=0"},
			overrides...)})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// summaryFile returns the bytes of summary.json.
func summaryFile(t *testing.T, store *results.Store) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(store.Dir(), "summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestAutoStopsEarly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		shift   float64
		stopped string
		fewest  int
		most    int
	}{{0, "high", 10, 300}, {1, "low", 150, 150}} {
		s := autoSweep(t, c.shift)
		store, one := runSweep(t, s, RunOptions{Out: t.TempDir(), Workers: 1})
		other, _ := runSweep(t, s, RunOptions{Out: t.TempDir(), Workers: 3})
		if summaryFile(t, store) != summaryFile(t, other) {
			t.Errorf("shift %v: the summary depends on the number of workers", c.shift)
		}
		cell := one.Cells[0]
		o := cell.Observed
		if !one.Complete || o.Stopped != c.stopped || o.MaxToys != 400 ||
			cell.Null.Toys < c.fewest || cell.Null.Toys > c.most {
			t.Errorf("shift %v: complete %v, stopped %q after %d of %d toys", c.shift, one.Complete,
				o.Stopped, cell.Null.Toys, o.MaxToys)
		}
		if low := *o.P <= 0.05; low != (c.stopped == "low") || o.ZBound != low {
			t.Errorf("shift %v: p = %v, a bound: %v", c.shift, *o.P, o.ZBound)
		}
		if cell.AlphaAttained <= 0.049 || cell.AlphaAttained > 0.05 || len(cell.Warnings) > 0 {
			t.Errorf("shift %v: size %v, warnings %q", c.shift, cell.AlphaAttained, cell.Warnings)
		}
		if store.Manifest().Finished == nil {
			t.Errorf("shift %v: the run is not finished", c.shift)
		}
		toys, err := store.Toys()
		if err != nil || len(toys) != cell.Null.Toys+1 {
			t.Errorf("shift %v: %d toys are stored for %d (%v)", c.shift, len(toys),
				cell.Null.Toys, err)
		}
		again := RunOptions{Dir: store.Dir(), Expect: func(e Expectation) {
			t.Errorf("a finished run expects %d toys", e.Toys)
		}}
		plan, err := Plan(context.Background(), s, RunOptions{Dir: store.Dir()})
		if err != nil || plan.Toys != len(toys) || plan.Done != len(toys) || plan.Seconds != 0 ||
			plan.Cells[0].Toys != len(toys) || plan.Cells[0].Shared != 0 {
			t.Errorf("shift %v: the plan of a finished run is %+v (%v)", c.shift, plan, err)
		}
		if store, _ = runSweep(t, s, again); summaryFile(t, store) != summaryFile(t, other) {
			t.Errorf("shift %v: the summary of a finished run changes", c.shift)
		}
	}
}

// Each cell stops by itself, and cells that share toys use those up to their own stop.
func TestAutoCellsStopByThemselves(t *testing.T) {
	t.Parallel()
	s := autoSweep(t, 1, "tests=[energy,mahalanobis]")
	for _, add := range s.Cells {
		add.Experiment.Test.Alpha = 0.3
		s.Cells = append(s.Cells, add)
	}
	_, together := runSweep(t, s, RunOptions{Out: t.TempDir(), Workers: 2})
	for i, cell := range together.Cells {
		single := s.Cells[i].Experiment
		_, alone := run(t, single, RunOptions{Out: t.TempDir()})
		a := alone.Cells[0]
		if a.Null.Toys != cell.Null.Toys || *a.Observed.P != *cell.Observed.P ||
			!slices.Equal(a.Observed.ScaleP, cell.Observed.ScaleP) ||
			a.Observed.Stopped != cell.Observed.Stopped {
			t.Errorf("cell %d: %d toys, p = %v; alone %d toys, p = %v", i+1, cell.Null.Toys,
				*cell.Observed.P, a.Null.Toys, *a.Observed.P)
		}
	}
	if a, b := together.Cells[0].Null.Toys, together.Cells[2].Null.Toys; a != 150 || b >= a {
		t.Errorf("%d toys at alpha = 0.05, %d at 0.3", a, b)
	}
}

// A run that is stopped within a block, and continued, ends with the bytes of an unbroken one.
func TestAutoContinues(t *testing.T) {
	t.Parallel()
	s := autoSweep(t, 1)
	whole, _ := runSweep(t, s, RunOptions{Out: t.TempDir()})
	dir := filepath.Join(t.TempDir(), "run")
	for _, done := range []int{4, 37, 140} {
		ctx, cancel := context.WithCancel(context.Background())
		_, _, err := Run(ctx, s, RunOptions{Dir: dir, Workers: 2, Progress: func(p Progress) {
			if !p.AtMost || p.Total != 401 {
				t.Errorf("the progress is %+v", p)
			}
			if p.Done >= done {
				cancel()
			}
		}})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("a stopped run returns %v", err)
		}
	}
	store, _ := runSweep(t, s, RunOptions{Dir: dir, Workers: 3})
	if summaryFile(t, store) != summaryFile(t, whole) {
		t.Error("the summary of a run that was stopped and continued differs")
	}
}

func TestTimeLimit(t *testing.T) {
	t.Parallel()
	s := autoSweep(t, 1)
	const limit, tested = 5 * time.Second, 26
	o := RunOptions{Dir: filepath.Join(t.TempDir(), "run"), Workers: 1, TimeLimit: limit}
	start := time.Now()
	o.Progress = func(p Progress) {
		if p.Done == tested {
			time.Sleep(time.Until(start.Add(limit + 10*time.Millisecond)))
		}
	}
	store, summary := runSweep(t, s, o)
	cell := summary.Cells[0]
	if summary.Complete || store.Manifest().Finished != nil || cell.Observed.Stopped != "time" ||
		cell.Null.Toys != tested-1 || math.Abs(*cell.Observed.P-1.0/tested) > 1e-12 ||
		!strings.Contains(strings.Join(cell.Warnings, "\n"), "ended after 25 of at most 400") {
		t.Errorf("complete %v, stopped %q after %d toys, p = %v, warnings %q", summary.Complete,
			cell.Observed.Stopped, cell.Null.Toys, *cell.Observed.P, cell.Warnings)
	}
	store, _ = runSweep(t, s, RunOptions{Dir: o.Dir})
	if whole, _ := runSweep(t, s, RunOptions{Out: t.TempDir()}); summaryFile(t,
		store) != summaryFile(t, whole) {
		t.Error("a run that a limit ended differs when it is continued")
	}

	var late *FewToysError
	_, _, err := Run(context.Background(), s, RunOptions{Out: t.TempDir(), TimeLimit: 1})
	if !errors.As(err, &late) || late.Observed || late.Toys != 0 ||
		late.Fewest != stats.FewestToys {
		t.Errorf("a limit that is too short returns %v", err)
	}
}

func TestAutoRefuses(t *testing.T) {
	t.Parallel()
	s := autoSweep(t, 0)
	fixed := autoSweep(t, 0, "toys.auto=false")
	for name, c := range map[string]struct {
		sweep configs.Sweep
		o     RunOptions
		want  string
	}{
		"a shard": {s, RunOptions{Shard: results.Shard{Number: 1, Count: 2}},
			"toys.auto=false"},
		"a fixed number": {fixed, RunOptions{TimeLimit: time.Hour}, "toys.auto=true"},
	} {
		c.o.Dir = filepath.Join(t.TempDir(), "run")
		_, _, err := Run(context.Background(), c.sweep, c.o)
		var input *InputError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: the error is %v", name, err)
		}
		if _, err := os.Stat(c.o.Dir); err == nil {
			t.Errorf("%s: the run folder is there", name)
		}
	}
}

// The p-value beyond the toys stands beside that of the toys, with its reason if there is none. A
// run that does not ask has neither.
func TestExtrapolated(t *testing.T) {
	t.Parallel()
	fixed := []string{"toys.auto=false", "toys.null=400"}
	for _, c := range []struct {
		shift  float64
		ask    string
		reason string
	}{
		{0, "true", "null toys are as extreme as the data"}, {0.45, "true", ""},
		{0.45, "false", ""},
	} {
		s := autoSweep(t, c.shift, append(fixed, "test.extrapolate="+c.ask)...)
		_, summary := runSweep(t, s, RunOptions{Out: t.TempDir()})
		o := summary.Cells[0].Observed
		e := o.Extrapolated
		switch {
		case c.ask == "false":
			if e != nil {
				t.Errorf("shift %v: extrapolated without being asked: %+v", c.shift, e)
			}
		case e == nil || (e.P == nil) == (c.reason == "") || !strings.Contains(e.Reason, c.reason):
			t.Errorf("shift %v: %+v", c.shift, e)
		case e.P != nil && (*e.P < e.Interval[0] || *e.P > e.Interval[1] || *e.P > 0.05 ||
			len(e.Methods) != len(o.T)):
			t.Errorf("shift %v: p = %v, interval %v, methods %q", c.shift, *e.P, *e.Interval,
				e.Methods)
		}
	}
}
