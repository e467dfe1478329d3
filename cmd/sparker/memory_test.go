package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A test that cannot be made has no p-value, and the program says so once.
func TestNoFolderOfAFitThatFails(t *testing.T) {
	pinnedFolder(t)
	got := sparker(t, "test", "--reference", "reference.csv", "--data", "data.csv", "--columns",
		"mass,energy", "--no-folder", "test.method=falkon", "baselines.falkon.iterations=1")
	if got.code != exitFailure || got.stdout != "" || !strings.HasPrefix(got.stderr,
		"sparker: no p-value: the test falkon failed on the data (not_converged)") ||
		!strings.Contains(got.stderr, "raise baselines.falkon.iterations") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
}

// The front door and a run folder say the same of the same tables, to the last digit that is
// printed; and without a folder nothing is written.
func TestNoFolderSaysTheSame(t *testing.T) {
	pinnedFolder(t)
	for name, args := range map[string][]string{
		"sparker":          {},
		"own names":        {"--id", "data.csv:event"},
		"paper":            {"preset=paper", "train.epochs=50", "seed=7"},
		"energy":           {"test.method=energy"},
		"two kernels":      {"model.kernels=2", "data.standardize=none", "test.combine=min"},
		"falkon":           {"test.method=falkon_multi", "data.files.log=[energy]"},
		"auto":             {"test.method=energy"},
		"extrapolated":     {"test.method=mahalanobis", "--extrapolate"},
		"auto-maximum":     {"test.method=mmd", "--max-toys", "19"},
		"auto-size":        {"test.method=mahalanobis", "test.alpha=0.2"},
		"full":             {"preset=full"},
		"other":            {"preset=full", "test.method=energy"},
		"member of energy": {"test.method=energy", "test.members=[{method: sparker}]"},
		"members": {"test.method=energy", "test.members=[{method: mahalanobis}]",
			"test.across=min"},
	} {
		t.Run(name, func(t *testing.T) {
			toys := "19"
			switch {
			case strings.HasPrefix(name, "auto"):
				toys = "auto"
			case name == "extrapolated":
				toys = "200"
			}
			args := append([]string{"test", "--reference", "reference.csv", "--data", "data.csv",
				"--columns", "mass,energy", "--toys", toys, "--calibration", "permutation",
				"train.epochs=40"}, args...)
			before, err := os.ReadDir(".")
			if err != nil {
				t.Fatal(err)
			}
			memory := mustSucceed(t, append(args, "--no-folder")...)
			if after, err := os.ReadDir("."); err != nil || len(after) != len(before) {
				t.Errorf("files before: %v, after: %v (%v)", before, after, err)
			}
			folder := mustSucceed(t, append(args, "--dir", "run-"+strings.Fields(name)[0],
				"--no-figures")...)
			if memory.stdout != folder.stdout {
				t.Errorf("--no-folder prints\n%s\nwith a folder\n%s", memory.stdout, folder.stdout)
			}
		})
	}
}

// A note on kernels is printed once, below their table, as by a run.
func TestNoFolderSaysAWarningOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("fits 20 kernels")
	}
	examples, err := filepath.Abs("../../examples")
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	args := []string{"test", "--reference", filepath.Join(examples, "reference.csv"), "--data",
		filepath.Join(examples, "data.csv"), "--toys", "19", "--calibration", "permutation",
		"preset=lead", "model.kernels=20", "--verbose"}
	memory := mustSucceed(t, append(args, "--no-folder")...)
	folder := mustSucceed(t, append(args, "--dir", "run", "--no-figures")...)
	if n := strings.Count(memory.stdout, "collapsed"); n != 1 || memory.stdout != folder.stdout {
		t.Errorf("--no-folder prints\n%s\nwith a folder\n%s", memory.stdout, folder.stdout)
	}
}

func TestNoFolderRefuses(t *testing.T) {
	pinnedFolder(t)
	base := []string{"test", "--reference", "reference.csv", "--data", "data.csv", "--columns",
		"mass,energy", "--no-folder"}
	for name, c := range map[string]struct {
		args  []string
		words string
	}{
		"pools":        {[]string{"--calibration", "pools"}, "permutation"},
		"several":      {[]string{"tests=[sparker,energy]"}, "single test"},
		"images":       {[]string{"--image", "data.csv:event"}, "--no-folder"},
		"missing file": {[]string{"--data", "none.csv"}, "none.csv"},
		"wrong key":    {[]string{"model.kernel=3"}, "model.kernels"},
	} {
		t.Run(name, func(t *testing.T) {
			got := sparker(t, append(base, c.args...)...)
			if got.code != exitUsage || !strings.Contains(got.stderr, c.words) {
				t.Errorf("exit code %d: %s", got.code, got.stderr)
			}
		})
	}
}

// With and without a run folder, a group of a statistic that does not exist is an error that names
// the key.
func TestGroupsOfUnknownStatistics(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "r.npy", string(plainNPY(t, rows(1, 60, 2), 2)))
	writeFile(t, "d.npy", string(plainNPY(t, rows(2, 20, 2), 2)))
	for _, where := range [][]string{{"--no-folder"}, {"--dir", "run"}} {
		got := sparker(t, append([]string{"test", "--reference", "r.npy", "--data", "d.npy",
			"--toys", "19", "test.groups=[{members: [wide], statistics: [tt]}]"}, where...)...)
		want := `sparker: test.groups: group wide/tt: unknown statistic "tt"; want one of t, ridge`
		if got.code != 2 || !strings.HasPrefix(got.stderr, want) {
			t.Errorf("%v: exit code %d: %s", where, got.code, got.stderr)
		}
	}
}
