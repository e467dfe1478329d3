package experiments

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"sparker/configs"
	"sparker/internal/rng"
	"sparker/results"
)

// writeRows writes rows of two normal columns, which a seed chooses, as CSV.
func writeRows(t *testing.T, path string, rows int, seed uint64) {
	t.Helper()
	r := rng.New(seed, "rows")
	var b strings.Builder
	b.WriteString("id,x,y\n")
	for i := range rows {
		fmt.Fprintf(&b, "e%d-%d,%v,%v\n", seed, i, r.NormFloat64(), r.NormFloat64())
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
}

// nightly is the test of today's file against a reference, in a working directory of its own.
type nightly struct {
	reference, today string
	out              string
	sweep            configs.Sweep
}

func newNightly(t *testing.T, calibration string) nightly {
	t.Helper()
	dir := t.TempDir()
	n := nightly{reference: filepath.Join(dir, "reference.csv"),
		today: filepath.Join(dir, "today.csv"), out: filepath.Join(dir, "runs")}
	writeRows(t, n.reference, 400, 1)
	writeRows(t, n.today, 40, 2)
	var err error
	n.sweep, err = configs.LoadTest(configs.TestFiles{Reference: n.reference, Data: n.today,
		ID: n.today + ":id", Columns: []string{"x", "y"}, Calibration: calibration, Toys: 19},
		configs.Changes{Overrides: []string{"train.epochs=20", "record.fits=1"}})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// New content under an old name is a new run, whichever file has it; the old content is the old run
// again. In a folder that is given, the error names the file that changed, and no other.
func TestOverwrittenFileIsANewRun(t *testing.T) {
	t.Parallel()
	for _, calibration := range []string{"permutation", "pools"} {
		n := newNightly(t, calibration)
		first, _ := runSweep(t, n.sweep, RunOptions{Out: n.out})
		fixed := filepath.Join(n.out, "fixed")
		runSweep(t, n.sweep, RunOptions{Dir: fixed})
		dirs := map[string]bool{first.Dir(): true}
		for i, path := range []string{n.today, n.reference} {
			old, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			writeRows(t, path, 400-360*(1-i), 5)
			next, _ := runSweep(t, n.sweep, RunOptions{Out: n.out})
			if dirs[next.Dir()] {
				t.Errorf("%s: another %s is the run in %s again", calibration, path, next.Dir())
			}
			dirs[next.Dir()] = true
			_, _, err = Run(context.Background(), n.sweep, RunOptions{Dir: fixed})
			var changed *ChangedInputsError
			if !errors.As(err, &changed) || !slices.Equal(changed.Paths, []string{path}) ||
				changed.Dir != fixed {
				t.Errorf("%s: the error of another %s is %v", calibration, path, err)
			}
			plan, err := Plan(context.Background(), n.sweep, RunOptions{Out: n.out})
			if err != nil || plan.Dir != next.Dir() || plan.Done != plan.Toys {
				t.Errorf("the plan is %+v (%v), want that of %s", plan, err, next.Dir())
			}
			if err := os.WriteFile(path, old, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		again, _ := runSweep(t, n.sweep, RunOptions{Out: n.out})
		if again.Dir() != first.Dir() {
			t.Errorf("the first content again is in %s, not %s", again.Dir(), first.Dir())
		}
		dir, err := RunDir(n.sweep, RunOptions{Out: n.out})
		if err != nil || dir != first.Dir() {
			t.Errorf("RunDir is %s (%v), want %s", dir, err, first.Dir())
		}
	}
}

// A file that only names rows belongs to the content, too.
func TestOverwrittenNamesAreANewRun(t *testing.T) {
	t.Parallel()
	n := newNightly(t, "permutation")
	names := filepath.Join(filepath.Dir(n.today), "names.csv")
	writeRows(t, names, 40, 2)
	s, err := configs.LoadTest(configs.TestFiles{Reference: n.reference, Data: n.today,
		ID: names + ":id", Columns: []string{"x", "y"}, Calibration: "permutation", Toys: 19},
		configs.Changes{Overrides: []string{"train.epochs=20", "record.fits=0"}})
	if err != nil {
		t.Fatal(err)
	}
	before, _ := runSweep(t, s, RunOptions{Out: n.out})
	writeRows(t, names, 40, 3)
	after, _ := runSweep(t, s, RunOptions{Out: n.out})
	if before.Dir() == after.Dir() {
		t.Errorf("other names are the run in %s again", after.Dir())
	}
}

// A file that is overwritten while its toys are tested changes nothing: the run is that of the
// content that it began with, and its manifest says which.
func TestFileOverwrittenDuringARun(t *testing.T) {
	t.Parallel()
	n := newNightly(t, "permutation")
	whole, _ := runSweep(t, n.sweep, RunOptions{Dir: filepath.Join(n.out, "whole")})
	want := outputs(t, whole.Dir())
	dir := filepath.Join(n.out, "disturbed")
	disturbed, _ := runSweep(t, n.sweep, RunOptions{Dir: dir, Workers: 1,
		Progress: func(p Progress) {
			if p.Done == 5 {
				writeRows(t, n.today, 40, 3)
			}
		}})
	sameOutputs(t, "disturbed", outputs(t, dir), want)
	if got, want := disturbed.Manifest().Inputs[n.today],
		whole.Manifest().Inputs[n.today]; got != want {
		t.Errorf("the checksum of the file is %s, want %s", got, want)
	}
}

// A file that is replaced between its checksum and its reading is noticed.
func TestFileReplacedWhileItIsRead(t *testing.T) {
	t.Parallel()
	n := newNightly(t, "permutation")
	files := inputFiles{}
	if _, err := files.of(n.sweep.Cells[0].Experiment); err != nil {
		t.Fatal(err)
	}
	if err := files.checkUnchanged(); err != nil {
		t.Fatal(err)
	}
	for _, change := range []func() error{
		func() error { return os.Chtimes(n.today, time.Time{}, time.Unix(1e9, 0)) },
		func() error { return os.Remove(n.today) },
	} {
		if err := change(); err != nil {
			t.Fatal(err)
		}
		if err := files.checkUnchanged(); err == nil || !strings.Contains(err.Error(), n.today) {
			t.Errorf("error %v, want one that names %s", err, n.today)
		}
	}
}

// The folder of a generated sample keeps the name that it had: NAME-DIGEST8 of the config.
func TestFolderOfAGeneratedSample(t *testing.T) {
	t.Parallel()
	c := configs.Single(tiny())
	digest, err := c.Digest()
	if err != nil {
		t.Fatal(err)
	}
	dir, err := RunDir(c, RunOptions{Out: "out"})
	if want := filepath.Join("out", "tiny-"+digest[:8]); err != nil || dir != want {
		t.Errorf("the folder is %s (%v), want %s", dir, err, want)
	}
}

// small is a run of a few toys whose store is written to.
func small(t *testing.T) (configs.Sweep, *results.Store) {
	t.Helper()
	e := tiny()
	e.Train.Epochs, e.Toys = 10, configs.ToysConfig{Null: 19, Alternative: 2, Signal: []float64{12}}
	store, _ := run(t, e, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
	return configs.Single(e), store
}

// change replaces a text in a file.
func change(t *testing.T, path, old, with string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), old) {
		t.Fatalf("%s does not hold %q", path, old)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, with)),
		0o644); err != nil {
		t.Fatal(err)
	}
}

// removeChecksum makes a manifest one of an earlier version.
func removeChecksum(t *testing.T, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	body, _, found := strings.Cut(string(text), ",\n  \"checksum\"")
	if !found {
		t.Fatalf("%s has no checksum", path)
	}
	if err := os.WriteFile(path, []byte(body+"\n}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// A run compares all of a stored manifest with its config, so that one that was changed without a
// trace is not used.
func TestChangedManifestIsNotContinued(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ old, with, part string }{
		{"alpha: 0.05", "alpha: 0.2", "its config"},
		{`"seed": 1,`, `"seed": 2,`, "its name and seed"},
		{`"samples": "`, `"samples": "0`, "cell 1"},
		{`"name": "x"`, `"name": "y"`, "cell 1"},
		{`"q50": `, `"q50": 1`, "other widths"},
	} {
		sweep, store := small(t)
		removeChecksum(t, store.ManifestFile())
		change(t, store.ManifestFile(), c.old, c.with)
		_, _, err := Run(context.Background(), sweep, RunOptions{Dir: store.Dir()})
		if err == nil || !strings.Contains(err.Error(), c.part) {
			t.Errorf("%q for %q: error %v, want one with %q", c.with, c.old, err, c.part)
		}
	}
	// As it was, it is continued.
	sweep, store := small(t)
	removeChecksum(t, store.ManifestFile())
	if _, _, err := Run(context.Background(), sweep, RunOptions{Dir: store.Dir()}); err != nil {
		t.Error(err)
	}
}

// A run that another version began goes on with a warning that names what differs, and its manifest
// records where.
func TestOtherVersionsContinue(t *testing.T) {
	t.Parallel()
	sweep, store := small(t)
	own := Versions()["go"]
	removeChecksum(t, store.ManifestFile())
	change(t, store.ManifestFile(), `"go": "`+own+`"`, `"go": "go1.1"`)
	var warnings []string
	o := RunOptions{Dir: store.Dir(), Warn: func(text string) { warnings = append(warnings, text) }}
	want := "go is " + own + ", not go1.1"
	for range 2 { // the second time, the versions are those of the last stretch
		again, evaluation, err := Run(context.Background(), sweep, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(warnings) != 1 || !strings.Contains(warnings[0], want) {
			t.Errorf("warnings %q, want one with %q", warnings, want)
		}
		s := again.Manifest().Stretches
		if len(s) != 1 || s[0].Toys != 21 || s[0].Shard != "toys-0.jsonl" ||
			s[0].Versions["go"] != own {
			t.Errorf("stretches %+v", s)
		}
		summary, err := evaluation.Summary()
		if err != nil || !strings.Contains(strings.Join(summary.Warnings, "\n"), want) {
			t.Errorf("the summary's warnings are %q (%v), want one with %q", summary.Warnings, err,
				want)
		}
	}
}

// A fit whose file is damaged or gone is fitted again by the next run, with the same bytes; no toy
// is.
func TestDamagedFitIsFittedAgain(t *testing.T) {
	t.Parallel()
	sweep, store := small(t)
	want := outputs(t, store.Dir())
	files, err := filepath.Glob(filepath.Join(store.Dir(), "fits", "*.json"))
	if err != nil || len(files) != 2 {
		t.Fatalf("fits %v, %v", files, err)
	}
	if err := errors.Join(os.Truncate(files[0], 100), os.Remove(files[1])); err != nil {
		t.Fatal(err)
	}
	toys := filepath.Join(store.Dir(), "toys", "toys-0.jsonl")
	before, err := os.ReadFile(toys)
	if err != nil {
		t.Fatal(err)
	}
	runSweep(t, sweep, RunOptions{Dir: store.Dir()})
	sameOutputs(t, "fits that were made again", outputs(t, store.Dir()), want)
	if after, err := os.ReadFile(toys); err != nil || string(after) != string(before) {
		t.Errorf("the toys changed (%v)", err)
	}
}

// A folder that is moved away is noticed within seconds, although no toy ends until then.
func TestMovedFolderIsNoticed(t *testing.T) {
	t.Parallel()
	_, store := small(t)
	m := store.Manifest()
	appending, err := results.Create(store.Dir(), m, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer appending.Close()
	busy := make(chan struct{})
	start := time.Now()
	err = watched(appending, func() error {
		if err := os.Rename(store.Dir(), store.Dir()+"-moved"); err != nil {
			return err
		}
		<-busy
		return nil
	})
	close(busy)
	var lost *results.LostError
	if !errors.As(err, &lost) || lost.Dir != store.Dir() {
		t.Errorf("error %v, want a LostError", err)
	}
	if d := time.Since(start); d > 10*time.Second {
		t.Errorf("the folder was missed after %v", d)
	}
}

// A file that is missing while a folder is being removed is not the error: the removal is. A file
// that is missing from a folder that stays is.
func TestFolderThatIsBeingRemoved(t *testing.T) {
	t.Parallel()
	_, store := small(t)
	appending, err := results.Create(store.Dir(), store.Manifest(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer appending.Close()
	missing := &fs.PathError{Op: "rename", Path: "fits", Err: fs.ErrNotExist}
	if err := watched(appending, func() error { return missing }); err != missing {
		t.Errorf("the folder is there: error %v, want %v", err, missing)
	}
	err = watched(appending, func() error {
		time.AfterFunc(watchInterval/10, func() { os.RemoveAll(store.Dir()) })
		return missing
	})
	var lost *results.LostError
	if !errors.As(err, &lost) {
		t.Errorf("the folder is being removed: error %v, want a LostError", err)
	}
}

// A run whose folder is removed ends with an error that says so.
func TestRemovedFolderEndsTheRun(t *testing.T) {
	t.Parallel()
	e := tiny()
	dir := filepath.Join(t.TempDir(), "run")
	_, _, err := Run(context.Background(), configs.Single(e), RunOptions{Dir: dir, Workers: 2,
		Progress: func(p Progress) {
			if p.Done == 3 {
				os.RemoveAll(dir)
			}
		}})
	var lost *results.LostError
	if !errors.As(err, &lost) {
		t.Errorf("error %v, want a LostError", err)
	}
}

// A finished run that lacks toys is not finished until they are there, whatever the clock says
// meanwhile.
func TestFinishedRunIsReopened(t *testing.T) {
	t.Parallel()
	sweep, store := small(t)
	if store.Manifest().Finished == nil {
		t.Fatal("the run is not finished")
	}
	toys := filepath.Join(store.Dir(), "toys", "toys-0.jsonl")
	text, err := os.ReadFile(toys)
	if err != nil {
		t.Fatal(err)
	}
	end := strings.LastIndex(strings.TrimSuffix(string(text), "\n"), "\n")
	past := time.Now().Add(-time.Hour) // of the clock that was set back
	if err := errors.Join(os.Truncate(toys, int64(end+1)), os.Chtimes(toys, past,
		past)); err != nil {
		t.Fatal(err)
	}
	asked := 0
	again, _, err := Run(context.Background(), sweep, RunOptions{Dir: store.Dir(),
		Progress: func(p Progress) {
			reader, err := results.Open(store.Dir())
			if err != nil {
				t.Error(err)
				return
			}
			if p.Done < p.Total && reader.Manifest().Finished != nil {
				t.Errorf("the run is finished with %d of %d toys", p.Done, p.Total)
			}
			asked++
		}})
	if err != nil || again.Manifest().Finished == nil || asked != 2 {
		t.Errorf("finished at %v after %d reports (%v)", again.Manifest().Finished, asked, err)
	}
}
