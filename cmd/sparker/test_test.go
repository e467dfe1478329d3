package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"sparker/experiments"
	"sparker/findings"
	"sparker/results"
)

// writeSamples makes a reference of 600 normal rows in three columns, a sample of 150 rows like it,
// and one in which 15 of them are a cluster.
func writeSamples(t *testing.T) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 1))
	normal := func(int, int) float64 { return r.NormFloat64() }
	writeNPY(t, "r.npy", 600, 3, normal)
	writeNPY(t, "same.npy", 150, 3, normal)
	writeNPY(t, "new.npy", 150, 3, func(i, _ int) float64 {
		if i >= 135 {
			return 1.5 + 0.1*r.NormFloat64()
		}
		return r.NormFloat64()
	})
}

func TestTest(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	short := []string{"--toys", "39", "train.epochs=60", "--no-figures"}
	got := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
		"--dir", "run"}, short...)...)
	holds(t, "output", got.stdout, "p <= 0.025 (Z > 1.96): at alpha = 0.05, the 150 rows of "+
		"new.npy differ from the 600 rows of r.npy",
		"\n39 null toys by permutation, none of them as extreme as the data")
	if strings.Contains(got.stdout, "│") {
		t.Errorf("there is a table:\n%s", got.stdout)
	}
	holds(t, "messages", got.stderr, "40 fits, about ", "results: run")
	holds(t, "report", readFile(t, "run/report.md"), "# Does new.npy differ from r.npy?",
		got.stdout, "(SHA-256 ", "source: files")
	// The cluster are the rows from 135 on; the kernel with the most significant excess names them.
	holds(t, "members", readFile(t, "run/members.csv"), "kernel,row,", ",135,", ",149,")
	holds(t, "findings", readFile(t, "run/findings.json"), `"schema": "sparker/findings/1"`)
	same := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "same.npy",
		"--json"}, short...)...)
	var record struct {
		Summary  results.Summary
		Findings findings.Findings
	}
	if err := json.Unmarshal([]byte(same.stdout), &record); err != nil {
		t.Fatal(err)
	}
	summary := record.Summary
	if len(record.Findings.Kernels) != 5 || len(record.Findings.Columns) != 3 {
		t.Errorf("findings of %d kernels in %d columns", len(record.Findings.Kernels),
			len(record.Findings.Columns))
	}
	if o := summary.Cells[0].Observed; o == nil || *o.P <= 0.05 ||
		len(o.ScaleP) != len(summary.Cells[0].Scales) {
		t.Errorf("a sample like the reference: %+v", o)
	}
	// The run goes on from its folder, and its config is one that run takes, to the same numbers.
	again := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
		"--dir", "run"}, short...)...)
	if again.stdout != got.stdout || strings.Contains(again.stderr, "fits, about") {
		t.Errorf("again:\n%s%s", again.stdout, again.stderr)
	}
	verbose := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
		"--dir", "run", "--verbose"}, short...)...)
	holds(t, "the output of --verbose", verbose.stdout, got.stdout, " found at │", "│ p alone │",
		"│ kernel │")
	holds(t, "report", readFile(t, "run/report.md"), verbose.stdout)
	mustSucceed(t, "run", "run/config.yaml", "--dir", "other", "--no-figures")
	if a, b := readFile(t, "run/summary.json"), readFile(t, "other/summary.json"); a != b {
		t.Errorf("test:\n%s\nrun:\n%s", a, b)
	}
	// With pools, one half of the reference is the reference.
	pools := mustSucceed(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
		"--calibration", "pools"}, short...)...)
	holds(t, "output", pools.stdout, "the 300 rows of r.npy", "by pools",
		"below ten times", "p <= 0.025")
}

func TestTestRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	writeNPY(t, "two.npy", 150, 2, func(i, j int) float64 { return float64(i * j) })
	for _, c := range []struct{ args, want string }{
		{"--reference r.npy", "--data is missing"},
		{"--reference r.npy --data nowhere.npy", "nowhere.npy"},
		{"--reference r.npy --data two.npy", "columns"},
		{"--reference r.npy --data new.npy --calibration shuffle",
			`--calibration is "shuffle"; want one of pools, permutation`},
		{"--reference r.npy --data new.npy --toys 10", "the test can never reject"},
		{"--reference r.npy --data new.npy --columns a,b", "a"},
		{"--reference r.npy --data new.npy data.counting=extended", "data.expected"},
		{"--reference r.npy --data new.npy data.counting=extended data.expected=150 " +
			"--calibration permutation", "data.counting: is extended"},
		{"--reference r.npy --data new.npy model.kernel=3", `did you mean "model.kernels"?`},
	} {
		got := sparker(t, append([]string{"test"}, strings.Fields(c.args)...)...)
		if got.code != exitUsage || !strings.Contains(got.stderr, c.want) {
			t.Errorf("%s: exit code %d, want %d; messages without %q:\n%s", c.args, got.code,
				exitUsage, c.want, got.stderr)
		}
		if got.stdout != "" {
			t.Errorf("%s: prints %q", c.args, fmt.Sprint(got.stdout))
		}
	}
}

// Several tests of one sample: a row for each, the findings of SparKer's in folders of their own,
// and all of it in the report and the JSON.
func TestTestByMethods(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	args := []string{"test", "--reference", "r.npy", "--data", "new.npy", "--toys", "39",
		"train.epochs=60", "tests=[sparker,energy]", "--dir", "run"}
	got := mustSucceed(t, append(args, "-S", "model.kernels=2,5", "--verbose")...)
	holds(t, "output", got.stdout, "150 rows of new.npy against 600 rows of r.npy, 3 columns; 39 "+
		"null toys by permutation\n",
		"│ cell │ test.method │ model.kernels │        p │      Z │",
		"│    1 │     sparker │             2 │ <= 0.025 │ > 1.96 │",
		"│    4 │      energy │             5 │", "4 tests of one sample",
		"cell 1, test.method=sparker, model.kernels=2\nthe places,", "what the kernels hold",
		"cell 2, test.method=sparker, model.kernels=5\n", "cell 4, test.method=energy")
	if n := strings.Count(got.stdout, "39 null toys: p cannot"); n != 1 {
		t.Errorf("the warning of all cells is printed %d times", n)
	}
	if strings.Contains(got.stdout, "power") {
		t.Errorf("a power is spoken of, which was not measured:\n%s", got.stdout)
	}
	holds(t, "report", readFile(t, "run/report.md"), got.stdout,
		"## Cell 2, test.method=sparker, model.kernels=5", "![where](figures/cell-2/where.png)",
		"Rows of each kernel: findings/cell-2-sparker-5/members.csv",
		"## Cell 4, test.method=energy, model.kernels=5")
	for cell, name := range []string{"cell-1-sparker-2", "cell-2-sparker-5"} {
		holds(t, "members", readFile(t, "run/findings/"+name+"/members.csv"), "kernel,row,",
			",149,")
		readFile(t, fmt.Sprintf("run/figures/cell-%d/where.png", cell+1))
	}
	if _, err := os.Stat("run/findings/cell-3-energy-2"); err == nil {
		t.Error("a test without kernels has findings")
	}
	var record testRecord
	again := mustSucceed(t, append(args, "-S", "model.kernels=2,5", "--json", "--no-figures")...)
	if err := json.Unmarshal([]byte(again.stdout), &record); err != nil {
		t.Fatal(err)
	}
	if c := record.Cells; record.Answer != nil || len(record.Summary.Cells) != 4 || len(c) != 4 ||
		c[1].Cell != 2 || c[1].Folder != "run/findings/cell-2-sparker-5" ||
		len(c[0].Findings.Kernels) != 2 || len(c[1].Findings.Kernels) != 5 ||
		c[2].Findings != nil || *c[2].P != 0.025 || !strings.HasPrefix(c[2].Verdict, "p <= 0.025") {
		t.Errorf("the JSON has %d cells, %d answers, and the answer %+v at the top",
			len(record.Summary.Cells), len(c), record.Answer)
	}
	// The summary of such a run speaks of the observed sample, with and without a sweep.
	holds(t, "summary", mustSucceed(t, "summarize", "run").stdout, "test: the observed sample\n",
		"│ observed p │ observed Z │", "<= 0.025 │     > 1.96 │")
	mustSucceed(t, "test", "--reference", "r.npy", "--data", "new.npy", "--toys", "19",
		"test.method=knn", "--dir", "single", "--no-figures")
	holds(t, "summary", mustSucceed(t, "summarize", "single").stdout,
		"test: the observed sample\nobserved, 150 rows: p")
	holds(t, "messages", sparker(t, append(args, "tests=energy")...).stderr, "tests: is",
		"want a list")
}

// A test that takes long says what may be wrong with its files before it begins. A short one does
// not: its result says it.
func TestAnnounce(t *testing.T) {
	t.Parallel()
	e := experiments.Expectation{Toys: 2, Time: 2 * time.Second, Warnings: []string{"an id?"}}
	var short, long bytes.Buffer
	(&app{stderr: &short}).announce(e)
	e.Time = time.Minute
	(&app{stderr: &long}).announce(e)
	if short.String() != "2 fits, about 2s\n" || long.String() !=
		"2 fits, about 1m\nwarning: an id?\n" {
		t.Errorf("short: %q, long: %q", short.String(), long.String())
	}
}
