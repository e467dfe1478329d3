package experiments

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sparker/analysis"
	"sparker/configs"
	"sparker/results"
	"sparker/stats"
)

// tinySweep is tiny in eight cells: two signals, two losses, and two combinations over the same
// fits.
const tinySweep = `name: tiny
data: {reference: 300, expected: 60}
train: {epochs: 40, checkpoints: {count: 4}}
toys: {null: 20, alternative: 8, signal: [0, 12]}
record: {fits: 1, kernels: true}
sweep:
  grid:
    anomaly:
      tail: {data.signal: {kind: gaussian, loc: 6.4, scale: 0.16}}
      bulk: {data.signal: {kind: gaussian, loc: 1.6, scale: 0.16}}
    loss.kind: [np, bce]
    test.combine: [mix, min]
`

// The toys of tinySweep, each once: for each loss 20 null toys, 8 without signal and 8 for each
// anomaly.
const tinySweepToys = 2 * (20 + 8 + 2*8)

func loadSweep(t *testing.T, text string, overrides ...string) configs.Sweep {
	t.Helper()
	s, err := configs.LoadSweepBytes("sweep.yaml", []byte(text),
		configs.Changes{Overrides: overrides})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func runSweep(t *testing.T, s configs.Sweep, o RunOptions) (*results.Store, results.Summary) {
	t.Helper()
	store, run, err := Run(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	return store, summaryOf(t, run)
}

func summaryOf(t *testing.T, run *analysis.Evaluation) results.Summary {
	t.Helper()
	summary, err := run.Summary()
	if err != nil {
		t.Fatal(err)
	}
	return summary
}

// opened returns the evaluations of runs.
func opened(t *testing.T, stores ...*results.Store) []*analysis.Evaluation {
	t.Helper()
	runs, err := analysis.OpenAll(stores)
	if err != nil {
		t.Fatal(err)
	}
	return runs
}

// A sweep that is stopped and continued with another number of workers, and one whose halves were
// made in two folders and merged, give the bytes of an unbroken run.
func TestSweepIsReproducible(t *testing.T) {
	t.Parallel()
	s := loadSweep(t, tinySweep)
	root := t.TempDir()
	whole := filepath.Join(root, "whole")
	store, summary := runSweep(t, s, RunOptions{Dir: whole, Workers: 1})
	if !summary.Complete || len(summary.Cells) != 8 {
		t.Fatalf("complete %v, %d cells", summary.Complete, len(summary.Cells))
	}
	toys, err := store.Toys()
	if err != nil || len(toys) != tinySweepToys {
		t.Errorf("%d toys, %v; want %d", len(toys), err, tinySweepToys)
	}
	want := outputs(t, whole)

	stopped := filepath.Join(root, "stopped")
	ctx, cancel := context.WithCancel(context.Background())
	_, _, err = Run(ctx, s, RunOptions{Dir: stopped, Workers: 2, Progress: func(p Progress) {
		if p.Done >= 30 {
			cancel()
		}
	}})
	cancel()
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("a stopped run returns %v", err)
	}
	runSweep(t, s, RunOptions{Dir: stopped, Workers: 3})
	sameOutputs(t, "stopped", outputs(t, stopped), want)

	var halves []*results.Store
	for i := 1; i <= 2; i++ {
		half, summary := runSweep(t, s, RunOptions{Dir: filepath.Join(root, "half",
			string(rune('0'+i))), Shard: results.Shard{Number: i, Count: 2}})
		if summary.Complete || half.Manifest().Finished != nil {
			t.Errorf("half %d is complete", i)
		}
		halves = append(halves, half)
	}
	merged, err := results.Merge(filepath.Join(root, "merged"), halves)
	if err != nil {
		t.Fatal(err)
	}
	if err := opened(t, merged)[0].Write(); err != nil {
		t.Fatal(err)
	}
	sameOutputs(t, "merged", outputs(t, merged.Dir()), want)

	// Both shards into one folder are the whole run, too.
	shared := filepath.Join(root, "shared")
	runSweep(t, s, RunOptions{Dir: shared, Shard: results.Shard{Number: 2, Count: 2}})
	runSweep(t, s, RunOptions{Dir: shared, Shard: results.Shard{Number: 1, Count: 2}})
	sameOutputs(t, "shards in one folder", outputs(t, shared), want)
}

// A cell of a sweep has the numbers of the same experiment run alone.
func TestCellsEqualSingleRuns(t *testing.T) {
	t.Parallel()
	s := loadSweep(t, tinySweep)
	_, summary := runSweep(t, s, RunOptions{Dir: filepath.Join(t.TempDir(), "sweep")})
	for _, i := range []int{1, 6} {
		_, alone := runSweep(t, configs.Single(s.Cells[i].Experiment),
			RunOptions{Dir: filepath.Join(t.TempDir(), "alone")})
		got, want := summary.Cells[i], alone.Cells[0]
		got.Cell, got.Arms = want.Cell, want.Arms
		a, err := results.Encode(got)
		if err != nil {
			t.Fatal(err)
		}
		b, err := results.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		if string(a) != string(b) {
			t.Errorf("cell %d of the sweep:\n%s\nalone:\n%s", i+1, a, b)
		}
	}
}

// An impossible cell is an error before any toy, also if the widths must be known to notice it.
func TestSweepWithAnImpossibleCell(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "run")
	s := loadSweep(t, tinySweep)
	s.Cells[5].Experiment.Train.Width.End = 1e6
	_, _, err := Run(context.Background(), s, RunOptions{Dir: dir,
		Progress: func(Progress) { t.Error("toys have begun") }})
	if err == nil || !strings.Contains(err.Error(),
		"cell 6 (anomaly=bulk, loss.kind=np, test.combine=min)") ||
		!strings.Contains(err.Error(), "would grow") {
		t.Errorf("error %v", err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("the run folder is there")
	}
}

func TestPlanAndStatus(t *testing.T) {
	t.Parallel()
	s := loadSweep(t, tinySweep)
	dir := filepath.Join(t.TempDir(), "run")
	before, err := Plan(context.Background(), s, RunOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(dir); err == nil {
		t.Error("planning made the run folder")
	}
	if before.Toys != tinySweepToys || before.Done != 0 || !(before.Seconds > 0) ||
		len(before.Cells) != 8 {
		t.Errorf("before: %+v", before)
	}
	for i, shared := range []int{0, 36, 0, 36, 28, 36, 28, 36} {
		if c := before.Cells[i]; c.Toys != 36 || c.Shared != shared || c.Done != 0 {
			t.Errorf("cell %d: %+v, want %d shared", i+1, c, shared)
		}
	}
	store, _ := runSweep(t, s, RunOptions{Dir: dir, Shard: results.Shard{Number: 1, Count: 2}})
	half, err := Plan(context.Background(), s, RunOptions{Dir: dir})
	if err != nil || half.Done != tinySweepToys/2 {
		t.Errorf("half-way: %+v, %v", half, err)
	}
	// The time is that of the missing toys, each with the time of its cell.
	for _, look := range []RunPlan{before, half} {
		var want float64
		for _, c := range look.Cells {
			want += float64(c.Toys-c.Shared-c.Done) * c.Seconds
		}
		if math.Abs(look.Seconds-want) > 1e-9*want {
			t.Errorf("%v s for the missing toys, want %v", look.Seconds, want)
		}
	}
	status := opened(t, store)[0].Status()
	if status.Done != tinySweepToys/2 || status.Toys != tinySweepToys ||
		status.Failed != 0 || status.Finished != nil || len(status.Cells) != 8 {
		t.Errorf("status: %+v", status)
	}
	for i, c := range status.Cells {
		if c.NullWanted != 20 || c.AlternativeWanted != 16 || c.Null != status.Cells[i&^1].Null {
			t.Errorf("cell %d: %+v", i+1, c)
		}
	}
	other := loadSweep(t, tinySweep, "seed=2")
	var input *InputError
	if _, err := Plan(context.Background(), other, RunOptions{Dir: dir}); !errors.As(err, &input) {
		t.Errorf("the folder of another config: %v", err)
	}
	toys, seconds, err := Estimate(s)
	if err != nil || toys != tinySweepToys || !(seconds > 0) {
		t.Errorf("estimate: %d toys, %v s, %v", toys, seconds, err)
	}
}

func TestCompare(t *testing.T) {
	t.Parallel()
	s := loadSweep(t, tinySweep)
	store, summary := runSweep(t, s, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
	runs := opened(t, store)

	c, err := analysis.Compare(runs, []string{"loss.kind"}, "bce")
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Groups) != 4 || len(c.Warnings) != 0 {
		t.Fatalf("%d groups, warnings %q", len(c.Groups), c.Warnings)
	}
	for _, g := range c.Groups {
		if len(g.Arms) != 2 || g.Arms[0].Label != "bce" || g.Arms[1].Label != "np" ||
			len(g.Differences) != 2 {
			t.Fatalf("group %+v", g)
		}
		for i, d := range g.Differences {
			arm, base := g.Arms[1].Points[i], g.Arms[0].Points[i]
			if !d.Paired || d.Toys != 8 || d.Power != arm.Power || d.Baseline != base.Power ||
				d.Gained-d.Lost != arm.Rejected-base.Rejected ||
				d.McNemar == nil || *d.McNemar != stats.McNemar(d.Gained, d.Lost) ||
				!(d.CI95[0] <= d.Difference && d.Difference <= d.CI95[1]) {
				t.Errorf("difference %+v of %+v and %+v", d, arm, base)
			}
		}
	}
	// Toys of other anomalies are other toys, except those without signal.
	c, err = analysis.Compare(runs, []string{"anomaly"}, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range c.Groups[0].Differences {
		if paired := d.Signal == 0; d.Paired != paired || (d.McNemar != nil) != paired {
			t.Errorf("by anomaly: %+v", d)
		}
	}
	// The arms of two axes together.
	c, err = analysis.Compare(runs, []string{"loss.kind", "test.combine"}, "")
	if err != nil || len(c.Groups) != 2 || len(c.Groups[0].Arms) != 4 ||
		c.Groups[0].Arms[3].Label != "loss.kind=bce, test.combine=min" {
		t.Errorf("by two axes: %+v, %v", c, err)
	}
	for _, wrong := range []struct {
		by       []string
		baseline string
		want     string
	}{
		{nil, "", "differ in anomaly, loss.kind, test.combine; say which"},
		{[]string{"model.kernels"}, "", `do not differ in "model.kernels"`},
		{[]string{"loss.kind"}, "mse", `no arm is called "mse"`},
	} {
		if _, err := analysis.Compare(runs, wrong.by, wrong.baseline); err == nil ||
			!strings.Contains(err.Error(), wrong.want) {
			t.Errorf("%+v: error %v", wrong, err)
		}
	}

	// The axes of two runs are the keys in which they differ. Keys that are not compared are named.
	other := loadSweep(t, tinySweep, "anomaly=tail", "test.combine=mix", "loss.kind=np",
		"train.clip=3",
		"toys.null=25")
	second, _ := runSweep(t, other, RunOptions{Dir: filepath.Join(t.TempDir(), "second")})
	first := loadSweep(t, tinySweep, "anomaly=tail", "test.combine=mix", "loss.kind=np")
	alone, _ := runSweep(t, first, RunOptions{Dir: filepath.Join(t.TempDir(), "first")})
	c, err = analysis.Compare(opened(t, alone, second), nil, "")
	if err != nil || len(c.Groups) != 1 || c.By[0] != "train.clip" ||
		c.Groups[0].Arms[1].Label != "3" || !c.Groups[0].Differences[1].Paired {
		t.Errorf("two runs: %+v, %v", c, err)
	}
	if all := strings.Join(c.Warnings, "\n"); !strings.Contains(all, "toys.null") ||
		!strings.Contains(all, "different numbers of null toys (25 and 20)") {
		t.Errorf("warnings %q", c.Warnings)
	}
	if summary.Cells[0].Points[1].Found == nil || summary.Cells[0].Points[1].Found.Bumps != 1 {
		t.Errorf("no bumps are counted: %+v", summary.Cells[0].Points[1])
	}
}

// The scan runs like any other test, on the same toys.
func TestScanInASweep(t *testing.T) {
	t.Parallel()
	text := strings.Replace(tinySweep, "test.combine: [mix, min]", "test.method: [sparker, scan]",
		1)
	text = strings.Replace(text, "kernels: true", "kernels: false", 1)
	s := loadSweep(t, text, "loss.kind=np")
	store, summary := runSweep(t, s, RunOptions{Dir: filepath.Join(t.TempDir(), "run")})
	if len(summary.Cells) != 4 || summary.Cells[1].Method != "scan" ||
		len(summary.Cells[1].Scales) != 1 || summary.Cells[1].Scales[0].Sigma != 0.16 {
		t.Fatalf("cells %+v", summary.Cells)
	}
	// A scan of several widths takes them from the data as they are, also if fits are
	// standardized.
	many := loadSweep(t, strings.Replace(text, "[sparker, scan]", "[multiscan]", 1), "loss.kind=np",
		"anomaly=tail", "data.standardize=reference")
	_, several := runSweep(t, many, RunOptions{Dir: filepath.Join(t.TempDir(), "several")})
	raw := summary.Cells[0].Scales
	for i, c := range several.Cells[0].Scales {
		if math.Abs(c.Sigma/raw[i].Sigma-1) > 1e-9 || len(several.Cells[0].Scales) != len(raw) {
			t.Errorf("width %d of the scan is %v, that of the fit %v", i, c.Sigma, raw[i].Sigma)
		}
	}
	if p := several.Cells[0].Points[1]; p.Power < 0.5 {
		t.Errorf("the scan of several widths finds 12 events in the tail of 60 with power %v",
			p.Power)
	}
	c, err := opened(t, store)[0].Compare("test.method")
	if err != nil || !c.Groups[0].Differences[1].Paired {
		t.Fatalf("%+v, %v", c, err)
	}
	r, err := analysis.Regret(c, 0, nil)
	if err != nil || len(r.Rows) != 2 || r.Rows[0].Label != "sparker" || !r.Rows[1].Limit ||
		r.Groups[0].Best != "sparker" {
		t.Errorf("regret %+v, %v: the scan is a limit", r, err)
	}
	for _, a := range c.Groups[0].Arms {
		if !(a.MedianSeconds > 0) {
			t.Errorf("the median time of an alternative toy of %s is %v s", a.Label,
				a.MedianSeconds)
		}
	}
	if p := summary.Cells[1].Points[1]; p.Power < 0.7 {
		t.Errorf("the scan finds 12 events in the tail of 60 with power %v", p.Power)
	}
}

// Cells of one source measure its distances once, and ask once for each size of the test whether
// there are oracles.
func TestCellsShareWhatTheyMeasure(t *testing.T) {
	t.Parallel()
	sweep, err := configs.LoadSweepBytes("shared.yaml", []byte("name: shared\n"+
		"data: {reference: 100, expected: 20}\ntoys: {null: 19, alternative: 2, signal: [5]}\n"+
		"sweep: {grid: {loss.l2: [0, 1, 2], test.alpha: [0.05, 0.2]}}\n"), configs.Changes{})
	if err != nil {
		t.Fatal(err)
	}
	shared := newSharedInputs()
	for _, c := range sweep.Cells {
		if _, err := newCell(c.Experiment, shared); err != nil {
			t.Fatal(err)
		}
	}
	if d, o := len(shared.distances), len(shared.oracles); d != 1 || o != 2 {
		t.Errorf("%d cells measured %d distances and %d oracles; want 1 and 2", len(sweep.Cells),
			d, o)
	}
}
