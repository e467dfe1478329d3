package main

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/results"
)

// plot draws what the records allow: a run without fits has no trajectories.
func TestPlot(t *testing.T) {
	t.Parallel()
	dir := partialRun(t)
	var want []string
	for _, name := range []string{"null-scales.csv", "null-scales.png", "null-scales.svg",
		"power.csv", "power.png", "power.svg"} {
		want = append(want, filepath.Join(dir, "figures", name))
	}
	got := strings.Fields(mustSucceed(t, "plot", dir).stdout)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("paths (-want +got):\n%s", diff)
	}
	out := filepath.Join(t.TempDir(), "elsewhere")
	elsewhere := strings.Fields(mustSucceed(t, "plot", dir, "--out", out).stdout)
	if len(elsewhere) != len(want) || filepath.Dir(elsewhere[0]) != out {
		t.Errorf("plot --out prints %q", elsewhere)
	}
	exist(t, "", append(got, elsewhere...)...)
	mustFail(t, "plot "+dir+" --out plot_test.go", "plot_test.go is a file")
}

func TestPlotOfSweep(t *testing.T) {
	if testing.Short() {
		t.Skip("draws some 60 figures")
	}
	t.Parallel()
	dir := copyOf(t, sweepRun).dir
	mustSucceed(t, "plot", dir)
	exist(t, dir, "results.csv", "figures/panels-loss.kind.png",
		"figures/ablation-model.kernels.svg",
		"figures/power-against-model.kernels-loss.kind_np.png", "figures/cell-6/power.png")
}

// A sweep over tests has figures of the regret, with the limits that the user names.
func TestPlotOfMethods(t *testing.T) {
	if testing.Short() {
		t.Skip("draws some 60 figures")
	}
	t.Parallel()
	run := copyOf(t, methodsRun).dir
	holds(t, "figures", mustSucceed(t, "plot", run, "--limit", "ks").stdout,
		"dots-test.method.png", "regret-test.method.svg", "cost-test.method.png")
	caption := strings.ReplaceAll(readFile(t,
		filepath.Join(run, "figures", "regret-test.method.svg")), "\u00a0", " ")
	holds(t, "caption", caption, ": ks.")
	mustFail(t, "plot "+run+" --by loss.kind",
		`--by is "loss.kind"; the axes of the run are test.method, anomaly`)
	single := copyOf(t, tinyRun).dir
	mustFail(t, "plot "+single+" --by loss.kind", "the run has no sweep")
	mustFail(t, "plot "+single+" --limit scan", "--limit needs an axis of tests")
}

// The axis of the tests is test.method or method, if one other axis varies, or the one of --by.
func TestMethodAxis(t *testing.T) {
	t.Parallel()
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
}

// A comparison without signal has no regret. That is an error only if the user asked for it.
func TestAddRegret(t *testing.T) {
	t.Parallel()
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
