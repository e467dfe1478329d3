package experiments

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"codeberg.org/sbinet/npyio"

	"sparker/configs"
	"sparker/results"
	"sparker/train"
)

// tiny returns an experiment of a few seconds: 36 toys of 300 + 60 events.
func tiny() configs.Experiment {
	e := configs.Defaults()
	e.Name = "tiny"
	e.Data.Reference, e.Data.Expected = 300, 60
	e.Train.Epochs, e.Train.Checkpoints.Count = 40, 4
	e.Toys = configs.ToysConfig{Null: 20, Alternative: 8, Signal: []float64{0, 12}}
	e.Record.Fits = 1
	return e
}

// outputs reads the files of a run that must not depend on how it was run.
func outputs(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	names := []string{"config.yaml", "summary.json", "results.csv", "scales.csv", "toys.csv"}
	fits, err := filepath.Glob(filepath.Join(dir, "fits", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range fits {
		names = append(names, filepath.Join("fits", filepath.Base(f)))
	}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		files[name] = string(text)
	}
	return files
}

func sameOutputs(t *testing.T, what string, got, want map[string]string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d files, want %d", what, len(got), len(want))
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s: %s differs", what, name)
		}
	}
}

func run(t *testing.T, e configs.Experiment, o RunOptions) (*results.Store, results.Summary) {
	t.Helper()
	return runSweep(t, configs.Single(e), o)
}

// A run gives the same bytes with one worker, with four, and when it is stopped and continued.
func TestRunIsReproducible(t *testing.T) {
	t.Parallel()
	e := tiny()
	_, summary := run(t, e, RunOptions{Dir: filepath.Join(t.TempDir(), "one"), Workers: 1})
	if c := summary.Cells[0]; !summary.Complete || c.Null.Toys != 20 || len(c.Points) != 2 ||
		c.Points[1].Toys != 8 {
		t.Fatalf("summary %+v", summary)
	}
	one := filepath.Join(t.TempDir(), "one")
	run(t, e, RunOptions{Dir: one, Workers: 1})
	want := outputs(t, one)
	if len(want) != 5+3 { // a null fit and one at each strength
		t.Errorf("%d files: %v", len(want), len(want))
	}
	four := filepath.Join(t.TempDir(), "four")
	run(t, e, RunOptions{Dir: four, Workers: 4})
	sameOutputs(t, "four workers", outputs(t, four), want)

	stopped := filepath.Join(t.TempDir(), "stopped")
	for stop := 7; stop <= 21; stop += 14 {
		ctx, cancel := context.WithCancel(context.Background())
		_, _, err := Run(ctx, configs.Single(e), RunOptions{Dir: stopped, Workers: 2,
			Progress: func(p Progress) {
				if p.Done >= stop {
					cancel()
				}
			}})
		cancel()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("a stopped run returns %v", err)
		}
	}
	store, err := results.Open(stopped)
	if err != nil {
		t.Fatal(err)
	}
	partial := summaryOf(t, opened(t, store)[0])
	if w := partial.Cells[0].Warnings; partial.Complete ||
		!strings.Contains(strings.Join(w, "\n"), "partial: ") {
		t.Errorf("summary of a stopped run: complete %v, warnings %q", partial.Complete, w)
	}
	var first Progress
	run(t, e, RunOptions{Dir: stopped, Workers: 3, Progress: func(p Progress) {
		if first.Total == 0 {
			first = p
		}
	}})
	if first.Resumed < 21 || first.Total != 36 {
		t.Errorf("the last start found %d of %d toys", first.Resumed, first.Total)
	}
	sameOutputs(t, "stopped twice", outputs(t, stopped), want)
	run(t, e, RunOptions{Dir: stopped})
	sameOutputs(t, "run again when finished", outputs(t, stopped), want)
}

// A run is not continued with other content of a file that its config names.
func TestChangedInitialCentroids(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "mu0.npy")
	write := func(x ...float64) {
		t.Helper()
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := npyio.Write(f, x); err != nil {
			t.Fatal(err)
		}
		if err := f.Close(); err != nil {
			t.Fatal(err)
		}
	}
	e := tiny()
	e.Model.Init, e.Train.Epochs = path, 4
	e.Toys = configs.ToysConfig{Null: 19, Alternative: 1, Signal: []float64{0}}
	dir := filepath.Join(t.TempDir(), "run")
	write(0.1, 0.5, 1, 3, 6.4)
	run(t, e, RunOptions{Dir: dir})
	run(t, e, RunOptions{Dir: dir})
	write(0.1, 0.5, 1, 3, 6.5)
	var input *InputError
	if _, _, err := Run(context.Background(), configs.Single(e),
		RunOptions{Dir: dir}); !errors.As(err,
		&input) || !strings.Contains(err.Error(), "mu0.npy") {
		t.Errorf("another file of the same name: %v", err)
	}
}

// TestKilledProcess is not a test of its own: TestRunSurvivesKill starts it as a process to kill.
func TestKilledProcess(t *testing.T) {
	dir := os.Getenv("SPARKER_TEST_KILL_DIR")
	if dir == "" {
		t.Skip("only runs as the process that TestRunSurvivesKill kills")
	}
	run(t, tiny(), RunOptions{Dir: dir, Workers: 2})
}

// A run that is killed, and cannot clean up, is continued to the same bytes.
func TestRunSurvivesKill(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes")
	}
	whole, killed := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "killed")
	run(t, tiny(), RunOptions{Dir: whole})
	kills := 0
	for wait := 200 * time.Millisecond; wait < 2*time.Second; wait += 100 * time.Millisecond {
		process := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
		process.Env = append(os.Environ(), "SPARKER_TEST_KILL_DIR="+killed)
		if err := process.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(wait)
		if err := process.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		if err := process.Wait(); err == nil {
			break // it was finished before the signal came
		}
		kills++
	}
	t.Logf("killed %d times", kills)
	if kills == 0 {
		t.Skip("the process was always done before it could be killed")
	}
	run(t, tiny(), RunOptions{Dir: killed})
	sameOutputs(t, "killed", outputs(t, killed), outputs(t, whole))
}

// A toy that is fitted again gives the stored statistics to the last bit, whether or not its fit
// was recorded.
func TestReplay(t *testing.T) {
	t.Parallel()
	e := tiny()
	store, _ := run(t, e, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
	toys, err := store.Toys()
	if err != nil {
		t.Fatal(err)
	}
	for _, stored := range []results.Toy{toys[0], toys[3], toys[len(toys)-1]} {
		f, err := Replay(context.Background(), e, stored.ID())
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, c := range f.Statistics {
			got = append(got, c.T)
		}
		if !slices.Equal(got, stored.T) {
			t.Errorf("%s toy %d: t = %v, stored %v", stored.Hypothesis, stored.Index, got, stored.T)
		}
		if len(f.Trace.Epoch) != e.Train.Epochs || f.Profile == nil || len(f.Profile.Learned) != 4 {
			t.Errorf("replay keeps %d epochs, profile %v", len(f.Trace.Epoch), f.Profile != nil)
		}
	}
	for _, c := range []struct {
		toy  results.ToyID
		want string
	}{
		{results.ToyID{Hypothesis: results.Null, Signal: 3}, "no signal"},
		{results.ToyID{Hypothesis: results.Null, Index: 20}, "the config has 20"},
		{results.ToyID{Hypothesis: results.Alternative, Signal: 5}, "no toys at N_S = 5"},
		{results.ToyID{Hypothesis: results.Alternative, Signal: 12, Index: -1}, "counted from 0"},
		{results.ToyID{Hypothesis: results.Observed}, "data.files.observed"},
		{results.ToyID{Hypothesis: "nul"}, `hypothesis "nul" is not null`},
	} {
		var input *InputError
		if _, err := Replay(context.Background(), e, c.toy); !errors.As(err, &input) ||
			!strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want one with %q", c.toy, err, c.want)
		}
	}
}

// Toys do not depend on the model, the loss or the training: the arms of an ablation test the same
// samples.
func TestToysArePaired(t *testing.T) {
	t.Parallel()
	a, b := tiny(), tiny()
	b.Loss.Kind, b.Model.SoftMax, b.Train.Width.Schedule, b.Toys.Null = "bce", false, "linear", 21
	first, err := newCell(a, newSharedInputs())
	if err != nil {
		t.Fatal(err)
	}
	second, err := newCell(b, newSharedInputs())
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, j := range (&sweep{cells: []*cell{first}}).jobs() {
		x, err := first.draw(j.toy)
		if err != nil {
			t.Fatal(err)
		}
		y, err := second.draw(j.toy)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(x.Reference.X, y.Reference.X) || !slices.Equal(x.Data.X, y.Data.X) ||
			x.Injected != y.Injected {
			t.Errorf("%v differs between the arms", j.toy)
		}
		key := fmt.Sprint(x.Data.X[:3])
		if seen[key] {
			t.Errorf("%v has the data of another toy", j.toy)
		}
		seen[key] = true
	}
	if len(seen) != 36 {
		t.Errorf("%d toys, want 36", len(seen))
	}
}

// Fits that fail are counted and make the test conservative. They do not stop the run or the
// summary.
func TestFailedFitsAreCounted(t *testing.T) {
	t.Parallel()
	e := tiny()
	e.Train.Optimizer = "gd"
	e.Train.LearningRate = train.LearningRate{Coefficients: 1e3, Centroids: 1e308, Unit: "data"}
	_, summary := run(t, e, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
	s := summary.Cells[0]
	if s.Null.Failed != 20 || s.Points[1].Failed != 8 || s.Points[1].Power != 0 ||
		s.Points[1].MedianP != 1 {
		t.Errorf("null %+v, point %+v", s.Null, s.Points[1])
	}
	if all := strings.Join(s.Warnings, "\n"); !strings.Contains(all, "20 of 20 null fits failed") ||
		!strings.Contains(all, "sparker toy RUN --cell 1 --hypothesis null --index 0") {
		t.Errorf("warnings %q", all)
	}
}

// What is wrong with an experiment is an error before the first toy, and nothing is overwritten.
func TestRunRefuses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("mine"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		change func(e *configs.Experiment, o *RunOptions)
		want   string
	}{
		{"folder is a file", func(_ *configs.Experiment, o *RunOptions) { o.Dir = file },
			"is not a folder"},
		{"foreign folder", func(_ *configs.Experiment, o *RunOptions) { o.Dir = dir }, "file"},
		{"missing centroids", func(e *configs.Experiment,
			_ *RunOptions) {
			e.Model.Init = filepath.Join(dir, "mu0.npy")
		}, "mu0.npy"},
		{"end above start", func(e *configs.Experiment, _ *RunOptions) { e.Train.Width.End = 1e6 },
			"would grow"},
		{"unknown loss", func(e *configs.Experiment, _ *RunOptions) { e.Loss.Kind = "hinge" },
			"hinge"},
		{"source", func(e *configs.Experiment, _ *RunOptions) { e.Data.Source = "cauchy" },
			"cauchy"},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, o := tiny(), RunOptions{Dir: filepath.Join(t.TempDir(), "run")}
			o.Progress = func(p Progress) { t.Error("toys have begun") }
			c.change(&e, &o)
			_, _, err := Run(context.Background(), configs.Single(e), o)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "mine" {
		t.Errorf("the file holds %q, %v", text, err)
	}
}
