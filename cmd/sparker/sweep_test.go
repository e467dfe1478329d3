package main

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/results"
)

// The commands of a sweep: what it will do, the run, how far it is, its figures, and the comparison
// of its arms.
func TestSweep(t *testing.T) {
	inFolder(t)
	args := []string{"tiny.yaml", "toys.alternative=5", "-S", "loss.kind=np,bce", "-S",
		"model.kernels=1,2,4"}
	planned := mustSucceed(t, append([]string{"plan"}, args...)...).stdout
	holds(t, "plan", planned, "loss.kind",
		"│    6 │       bce │             4 │   30 │      0 │    0 │",
		"180 toys, 0 of them done in runs/tiny-")
	if _, err := os.Stat("runs"); err == nil {
		t.Error("plan made the folder of the runs")
	}
	run := mustSucceed(t, append(append([]string{"run"}, args...), "--progress", "none")...)
	dir := runFolder(t)
	holds(t, "table", run.stdout, "tiny: power [68%] against N_S",
		"│    1 │        np │             1 │", "N_S = 30")
	holds(t, "plan of a finished run", mustSucceed(t, append([]string{"plan"}, args...)...).stdout,
		"180 toys, 180 of them done in "+dir)
	holds(t, "status", mustSucceed(t, "status", dir).stdout, "│ 20/20 │       10/10 │      0 │",
		"180 of 180 toys done, 0 failed; started ", ", finished ")
	for _, name := range []string{"results.csv", "figures/panels-loss.kind.png",
		"figures/ablation-model.kernels.svg",
		"figures/power-against-model.kernels-loss.kind_np.png", "figures/cell-6/power.png"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}

	text := mustSucceed(t, "compare", dir, "--by", "loss.kind").stdout
	holds(t, "comparison", text, "power at alpha = 0.1 by loss.kind", "model.kernels=4",
		"differences from the first arm")
	rows, err := csv.NewReader(strings.NewReader(mustSucceed(t, "compare", dir, "--by", "loss.kind",
		"--baseline", "bce", "--format", "csv").stdout)).ReadAll()
	if err != nil || len(rows) != 1+3*2*2 || rows[0][0] != "model.kernels" || rows[1][1] != "bce" ||
		rows[1][13] != "bce" {
		t.Errorf("CSV: %v\n%v", err, rows)
	}
	holds(t, "Markdown", mustSucceed(t, "compare", dir, "--by", "loss.kind", "--format",
		"md").stdout, "| model.kernels | loss.kind | N_S |", "| ---:")
	var c results.Comparison
	if err := json.Unmarshal([]byte(mustSucceed(t, "compare", dir, "--by", "model.kernels",
		"--format", "json").stdout), &c); err != nil || len(c.Groups) != 2 ||
		len(c.Groups[0].Differences) != 4 {
		t.Errorf("JSON: %v, %+v", err, c)
	}

	replayed := mustSucceed(t, "toy", dir, "--cell", "5", "--hypothesis", "alternative", "--signal",
		"30", "--index", "4")
	holds(t, "replay", replayed.stderr, "equal to the stored toy",
		filepath.Join("replay", "cell-5-alternative-30-4", "fit.json"))
	for _, wrong := range []struct {
		args []string
		want string
	}{
		{[]string{"toy", dir, "--hypothesis", "null"},
			"the sweep has 6 cells; choose one with --cell"},
		{[]string{"toy", dir, "--cell", "7", "--hypothesis", "null"}, "the cells are 1 to 6"},
		{[]string{"compare", dir}, "say which to compare"},
		{[]string{"compare", dir, "--by", "loss"}, `do not differ in "loss"`},
		{[]string{"compare", dir, "--by", "loss.kind", "--format", "pdf"}, `--format is "pdf"`},
		{[]string{"compare", "tiny.yaml"}, "tiny.yaml"},
		{[]string{"status", "nowhere"}, "nowhere is not a run folder"},
		{[]string{"merge", dir}, "--out is missing"},
		{[]string{"run", "tiny.yaml", "-S", "loss.kind=np,hinge"},
			`is "hinge"; want one of np, bce, mse (in the cell loss.kind=hinge)`},
		{[]string{"plan", "tiny.yaml", "-S", "loss.knd=np,bce"}, "did you mean"},
		{[]string{"run", "tiny.yaml", "--shard", "3/2"}, `--shard is "3/2"`},
		{[]string{"run", "tiny.yaml", "--shard", "1"}, `--shard is "1"`},
	} {
		got := sparker(t, wrong.args...)
		if got.code != exitUsage {
			t.Errorf("%v: exit code %d", wrong.args, got.code)
		}
		holds(t, "message", got.stderr, wrong.want)
	}
}

// The regret of tests on the same toys: the scan is a limit, and a pair of test and anomaly that is
// not there a gap.
func TestRegret(t *testing.T) {
	inFolder(t)
	config := readFile(t, "tiny.yaml") + `sweep:
  grid:
    test.method: [sparker, ks, scan]
    anomaly:
      tail: {toys.signal: [0, 30]}
      hole:
        data.signal: {kind: bumps, bumps: [{loc: 1, scale: 0.3, fraction: -1}]}
        toys.signal: [0, 5, 10]
  exclude: [{test.method: scan, anomaly: hole}]
`
	if err := os.WriteFile("methods.yaml", []byte(config), 0o644); err != nil {
		t.Fatal(err)
	}
	mustSucceed(t, "run", "methods.yaml", "--dir", "run", "--progress", "none", "--no-figures")
	text := mustSucceed(t, "compare", "run", "--by", "test.method", "--regret").stdout
	holds(t, "regret", text, "power at alpha = 0.1 by test.method",
		"│ test.method │ tail (30) │ hole (10) │ mean regret │ of │", "(scan) │", "* ",
		"│         - │", "│      oracle │")
	rows, err := csv.NewReader(strings.NewReader(mustSucceed(t, "compare", "run", "--by",
		"test.method", "--regret", "--signal", "30", "--limit", "ks", "--format",
		"csv").stdout)).ReadAll()
	if err != nil || len(rows) != 1+3 || rows[0][0] != "anomaly" || rows[3][1] != "ks" ||
		rows[3][2] != "true" || rows[1][11] != "0" {
		t.Errorf("CSV: %v\n%v", err, rows)
	}
	holds(t, "Markdown", mustSucceed(t, "compare", "run", "--by", "test.method", "--regret",
		"--format", "md").stdout, "| test.method | tail (30) |")
	var c results.Comparison
	if err := json.Unmarshal([]byte(mustSucceed(t, "compare", "run", "--by", "test.method",
		"--regret", "--format", "json").stdout), &c); err != nil || c.Regret == nil ||
		len(c.Regret.Rows) != 3 {
		t.Errorf("JSON: %v, %+v", err, c.Regret)
	}
	for _, wrong := range []struct {
		args []string
		want string
	}{
		{[]string{"--signal", "5"}, "--signal and --limit have no effect without --regret"},
		{[]string{"--limit", "scan"}, "--signal and --limit have no effect without --regret"},
		{[]string{"--regret", "--signal", "-5"}, "--signal is -5"},
		{[]string{"--regret", "--signal", "7"}, "no arm has toys at N_S = 7"},
		{[]string{"--regret", "--limit", "mmd"}, `no arm is called "mmd"`},
		{[]string{"--regret", "--baseline", "ks"}, "--regret and --baseline exclude each other"},
	} {
		got := sparker(t, append([]string{"compare", "run", "--by", "test.method"},
			wrong.args...)...)
		if got.code != exitUsage {
			t.Errorf("%v: exit code %d", wrong.args, got.code)
		}
		holds(t, "message", got.stderr, wrong.want)
	}

	holds(t, "figures", mustSucceed(t, "plot", "run", "--limit", "ks").stdout,
		"dots-test.method.png", "regret-test.method.svg", "cost-test.method.png")
	holds(t, "caption", strings.ReplaceAll(readFile(t, "run/figures/regret-test.method.svg"),
		"\u00a0", " "), "not in the running: ks.")
	mustSucceed(t, "run", "tiny.yaml", "--dir", "single", "--progress", "none", "--no-figures")
	for _, wrong := range []struct {
		args []string
		want string
	}{
		{[]string{"run", "--by", "loss.kind"},
			`--by is "loss.kind"; the axes of the run are test.method, anomaly`},
		{[]string{"single", "--by", "loss.kind"}, "the run has no sweep"},
		{[]string{"single", "--limit", "scan"}, "--limit needs an axis of tests"},
	} {
		got := sparker(t, append([]string{"plot"}, wrong.args...)...)
		if got.code != exitUsage {
			t.Errorf("plot %v: exit code %d", wrong.args, got.code)
		}
		holds(t, "message", got.stderr, wrong.want)
	}
}

// The axis of methods is test.method or method beside one other axis, or what the user says.
func TestMethodAxis(t *testing.T) {
	axes := func(names ...string) (all []results.AxisRecord) {
		for _, name := range names {
			name, one := strings.CutPrefix(name, "1 ")
			a := results.AxisRecord{Name: name, Labels: []string{"a", "b"}}
			if one {
				a.Labels = a.Labels[:1]
			}
			all = append(all, a)
		}
		return all
	}
	for _, c := range []struct {
		by, want string
		axes     []results.AxisRecord
	}{
		{"", "test.method", axes("anomaly", "test.method")},
		{"", "method", axes("method", "anomaly", "1 seed")},
		{"", "test.method", axes("method", "test.method")},
		{"", "", axes("arm", "anomaly")},
		{"", "", axes("test.method")},
		{"", "", axes("1 test.method", "anomaly", "arm")},
		{"", "", axes("test.method", "anomaly", "arm")},
		{"arm", "arm", axes("test.method", "anomaly", "arm")},
	} {
		if got := (methodAxis{by: c.by}).of(c.axes); got != c.want {
			t.Errorf("--by %q of %v: %q, want %q", c.by, c.axes, got, c.want)
		}
	}
	// A comparison without signal has no regret, which is an error for those alone who asked for
	// it.
	c := results.Comparison{
		Groups: []results.ComparisonGroup{{Arms: []results.ComparisonArm{{Label: "a"},
			{Label: "b"}}}}}
	if err := (methodAxis{}).addRegret(&c); err != nil || c.Regret != nil {
		t.Errorf("without signal: %v, %+v", err, c.Regret)
	}
	if err := (methodAxis{by: "arm"}).addRegret(&c); err == nil {
		t.Error("no error for a regret that was asked for")
	}
}

// A summary that cannot be written is printed all the same.
func TestSummaryThatCannotBeWritten(t *testing.T) {
	inFolder(t)
	run := mustSucceed(t, "run", "tiny.yaml", "--dir", "run", "--progress", "none", "--no-figures")
	if err := os.Remove("run/summary.json"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir("run/summary.json", 0o777); err != nil {
		t.Fatal(err)
	}
	got := sparker(t, "summarize", "run")
	if got.code != exitFailure || got.stdout != run.stdout {
		t.Errorf("exit code %d\n%s", got.code, got.stdout)
	}
	holds(t, "message", got.stderr, "summary.json")
}

// Halves of a run merge into the whole; halves that contradict each other do not.
func TestShardsAndMerge(t *testing.T) {
	inFolder(t)
	args := []string{"run", "tiny.yaml", "-S", "loss.kind=np,bce", "--progress", "none",
		"--no-figures"}
	whole := mustSucceed(t, append(args, "--dir", "whole")...)
	mustSucceed(t, append(args, "--dir", "a", "--shard", "1/2")...)
	half := mustSucceed(t, append(args, "--dir", "b", "--shard", "2/2", "-j", "1")...)
	holds(t, "half", half.stdout, "(partial)", "warning: partial: 2 of 2 cells lack toys")
	merged := mustSucceed(t, "merge", "b", "a", "--out", "merged")
	if merged.stdout != whole.stdout || readFile(t, "merged/summary.json") != readFile(t,
		"whole/summary.json") {
		t.Errorf("merged:\n%swhole:\n%s", merged.stdout, whole.stdout)
	}
	if again := mustSucceed(t, "merge", "b", "a", "--out", "merged"); again.stdout != whole.stdout {
		t.Errorf("merged again:\n%s", again.stdout)
	}

	path := "b/toys/toys-2-of-2.jsonl"
	line, _, _ := strings.Cut(readFile(t, path), "\n")
	changed := strings.Replace(line, `"events":`, `"events":1`, 1)
	if err := os.WriteFile("a/toys/more.jsonl", []byte(changed+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	got := sparker(t, "merge", "a", "b", "--out", "other")
	if got.code != exitFailure {
		t.Errorf("halves that contradict each other: exit code %d", got.code)
	}
	holds(t, "message", got.stderr, "is stored twice with different numbers", "a/toys/more.jsonl:1",
		path+":1")
	if _, err := os.Stat("other"); err == nil {
		t.Error("a refused merge made its folder")
	}
}
