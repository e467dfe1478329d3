package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/results"
)

// tiny is an experiment of 26 toys that takes a fraction of a second.
const tiny = `name: tiny
seed: 3
data:
  source: exponential
  signal: {kind: gaussian, loc: 6.4, scale: 0.16}
  reference: 200
  expected: 50
model: {kernels: 2}
train: {epochs: 12, checkpoints: {count: 3}}
test: {alpha: 0.1}
toys: {null: 20, alternative: 3, signal: [0, 30]}
record: {fits: 1}
`

// inFolder makes an empty folder with tiny.yaml the working directory.
func inFolder(t *testing.T) {
	t.Helper()
	t.Chdir(t.TempDir())
	if err := os.WriteFile("tiny.yaml", []byte(tiny), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readSummary(t *testing.T, text string) results.Summary {
	t.Helper()
	var s results.Summary
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("no summary: %v\n%s", err, text)
	}
	return s
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// runFolder is the only folder in runs/.
func runFolder(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("runs/*")
	if err != nil || len(found) != 1 {
		t.Fatalf("run folders: %q, %v; want one", found, err)
	}
	return found[0]
}

func TestRun(t *testing.T) {
	inFolder(t)
	first := mustSucceed(t, "run", "tiny.yaml", "--progress", "plain", "-j", "2")
	dir := runFolder(t)
	if name := filepath.Base(dir); len(name) != len("tiny-")+8 ||
		!strings.HasPrefix(name, "tiny-") {
		t.Errorf("the run folder is %s", dir)
	}
	for _, name := range []string{"manifest.json", "config.yaml", "summary.json", "results.csv",
		"toys/toys-0.jsonl", "figures/power.png", "figures/power.svg"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
	if fits, err := filepath.Glob(filepath.Join(dir, "fits", "*-null-0-0.json")); err != nil ||
		len(fits) != 1 {
		t.Errorf("fits of the first null toy: %q, %v", fits, err)
	}
	s := readSummary(t, readFile(t, filepath.Join(dir, "summary.json"))).Cells[0]
	if !s.Complete || s.Null.Toys != 20 || len(s.Points) != 2 || s.Points[1].Toys != 3 {
		t.Fatalf("summary: %+v", s)
	}
	// The table holds the power that the summary has.
	for _, p := range s.Points {
		holds(t, "table", first.stdout, fmt.Sprintf("│ %3v │    3 │ %.3f [%.3f, %.3f] │ [%.3f, "+
			"%.3f] │  %.3f │", p.Signal, p.Power, p.CI68[0], p.CI68[1], p.CI95[0], p.CI95[1],
			*p.Oracle))
	}
	holds(t, "table", first.stdout, "tiny: power at alpha = 0.1", "null: 20 toys (0 failed")
	for _, warning := range s.Warnings {
		holds(t, "table", first.stdout, "warning: "+warning)
	}
	if len(s.Warnings) == 0 {
		t.Error("20 null toys bring no warning")
	}
	holds(t, "messages", first.stderr, "done=0 total=26 resumed=0", "done=26 total=26",
		"26 toys in ", "results: "+dir, "figures: "+filepath.Join(dir, "figures"))
	if strings.ContainsRune(first.stdout+first.stderr, '\x1b') {
		t.Error("the output has escape sequences although it is no terminal")
	}

	t.Run("again", func(t *testing.T) { // nothing is fitted, and the result is the same
		before := readFile(t, filepath.Join(dir, "toys", "toys-0.jsonl"))
		again := mustSucceed(t, "run", "tiny.yaml", "--progress", "none", "--no-figures")
		if again.stdout != first.stdout {
			t.Errorf("the second table is\n%swant\n%s", again.stdout, first.stdout)
		}
		if want := "results: " + dir + "\n"; again.stderr != want {
			t.Errorf("messages are %q, want %q", again.stderr, want)
		}
		if readFile(t, filepath.Join(dir, "toys", "toys-0.jsonl")) != before {
			t.Error("the toys changed")
		}
	})

	t.Run("json", func(t *testing.T) {
		got := mustSucceed(t, "run", filepath.Join(dir, "config.yaml"), "--dir", dir, "--json",
			"--progress", "none", "--no-figures")
		if got.stdout != readFile(t, filepath.Join(dir, "summary.json")) {
			t.Errorf("--json prints\n%s", got.stdout)
		}
		holds(t, "JSON", got.stdout, `"schema": "sparker/summary/2"`)
	})

	t.Run("summarize", func(t *testing.T) {
		path := filepath.Join(dir, "summary.json")
		want := readFile(t, path)
		if err := os.Remove(path); err != nil {
			t.Fatal(err)
		}
		if got := mustSucceed(t, "summarize", dir); got.stdout != first.stdout || got.stderr != "" {
			t.Errorf("summarize prints\n%s%s", got.stdout, got.stderr)
		}
		if readFile(t, path) != want {
			t.Error("summarize does not write the same summary.json")
		}
		if got := mustSucceed(t, "summarize", dir, "--json"); got.stdout != want {
			t.Errorf("summarize --json prints\n%s", got.stdout)
		}
	})

	// A run that lacks toys, and has no trajectories to draw.
	partial := filepath.Join(t.TempDir(), "partial")
	if err := os.CopyFS(partial, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	toys := readFile(t, filepath.Join(dir, "toys", "toys-0.jsonl"))
	if err := os.WriteFile(filepath.Join(partial, "toys", "toys-0.jsonl"),
		[]byte(toys[:len(toys)-10]), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"fits", "figures"} {
		if err := os.RemoveAll(filepath.Join(partial, name)); err != nil {
			t.Fatal(err)
		}
	}

	t.Run("summarize partial", func(t *testing.T) {
		got := mustSucceed(t, "summarize", partial)
		holds(t, "table", got.stdout, "incomplete", "warning: partial")
	})

	t.Run("plot", func(t *testing.T) {
		var want []string
		for _, name := range []string{"null-scales.png", "null-scales.svg", "power.png",
			"power.svg"} {
			want = append(want, filepath.Join(partial, "figures", name))
		}
		got := strings.Fields(mustSucceed(t, "plot", partial).stdout)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("paths (-want +got):\n%s", diff)
		}
		elsewhere := strings.Fields(mustSucceed(t, "plot", partial, "--out", "elsewhere").stdout)
		if len(elsewhere) != len(want) || filepath.Dir(elsewhere[0]) != "elsewhere" {
			t.Errorf("plot --out prints %q", elsewhere)
		}
		for _, path := range append(got, elsewhere...) {
			if info, err := os.Stat(path); err != nil || info.Size() == 0 {
				t.Errorf("%s: %v", path, err)
			}
		}
	})

	t.Run("figures cannot be written", func(t *testing.T) {
		if err := os.WriteFile("file", nil, 0o644); err != nil {
			t.Fatal(err)
		}
		got := sparker(t, "plot", partial, "--out", "file")
		if got.code != exitUsage || got.stdout != "" {
			t.Errorf("exit code %d, stdout %q", got.code, got.stdout)
		}
		holds(t, "message", got.stderr, "file is not a folder")
	})

	t.Run("toy", func(t *testing.T) {
		if testing.Short() {
			t.Skip("draws many figures")
		}
		testToy(t, dir)
	})
}

// testToy replays toys of a finished run.
func testToy(t *testing.T, dir string) {
	toys := func() []results.Toy {
		store, err := results.Open(dir)
		if err != nil {
			t.Fatal(err)
		}
		toys, err := store.Toys()
		if err != nil {
			t.Fatal(err)
		}
		return toys
	}()
	for _, toy := range []results.Toy{toys[3], toys[len(toys)-1]} {
		args := []string{"toy", dir, "--hypothesis", toy.Hypothesis, "--signal",
			fmt.Sprint(toy.Signal), "--index", fmt.Sprint(toy.Index)}
		got := mustSucceed(t, args...)
		out := filepath.Join(dir, "replay", fmt.Sprintf("%s-%v-%d", toy.Hypothesis, toy.Signal,
			toy.Index))
		holds(t, "messages", got.stderr, "equal to the stored toy", filepath.Join(out, "fit.json"))
		var fit results.FitRecord
		if err := json.Unmarshal([]byte(readFile(t, filepath.Join(out, "fit.json"))),
			&fit); err != nil {
			t.Fatal(err)
		}
		if len(fit.Statistics) != len(toy.T) || fit.Trace == nil {
			t.Fatalf("%v: %d statistics, want %d; trace %v", toy, len(fit.Statistics), len(toy.T),
				fit.Trace)
		}
		for i, c := range fit.Statistics {
			if c.T != toy.T[i] {
				t.Errorf("%v: t = %v at scale %d, stored %v", toy, c.T, i, toy.T[i])
			}
			holds(t, "table", got.stdout, fmt.Sprintf("│ %5d │", c.Epoch),
				fmt.Sprintf("%.6g │", c.T))
		}
		if figures, err := filepath.Glob(filepath.Join(out, "*.png")); err != nil ||
			len(figures) == 0 {
			t.Errorf("%v: no figures (%v)", toy, err)
		}
	}

	// Without the run, from its config: the same fit.
	replayed := readFile(t, filepath.Join(dir, "replay", "null-0-3", "fit.json"))
	config := mustSucceed(t, "toy", "tiny.yaml", "--hypothesis", "null", "--index", "3", "--json")
	if config.stdout != replayed || readFile(t,
		filepath.Base(dir)+"-null-0-3/fit.json") != replayed {
		t.Error("the replay from the config differs")
	}

	if got := sparker(t, "toy", dir, "seed=2", "--hypothesis", "null"); got.code != exitUsage {
		t.Errorf("overrides with a run: exit code %d\n%s", got.code, got.stderr)
	}
	got := sparker(t, "toy", dir, "--hypothesis", "null", "--index", "20")
	if got.code != exitUsage {
		t.Errorf("a toy that the run does not have: exit code %d", got.code)
	}
	holds(t, "message", got.stderr, "null toy 20")
}

// A stored toy with other numbers than its replay is an error that says where they differ.
func TestCompareWithStored(t *testing.T) {
	store, err := results.Create(filepath.Join(t.TempDir(), "run"),
		results.Manifest{Digest: "d", Cells: []results.CellRecord{{NullKey: "n",
			Scales: make([]results.ScaleRecord, 2)}}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	for _, toy := range []results.Toy{
		{Key: "n", Hypothesis: results.Null, Index: 1, Status: results.StatusOK,
			T: []float64{1, 2}},
		{Key: "n", Hypothesis: results.Null, Index: 2, Status: "non-finite"},
	} {
		if err := store.AppendToy(toy); err != nil {
			t.Fatal(err)
		}
	}
	fit := func(index int, status string, values ...float64) results.FitRecord {
		f := results.FitRecord{Key: "n", Hypothesis: results.Null, Index: index, Status: status}
		for i, v := range values {
			f.Statistics = append(f.Statistics, results.CheckpointRecord{Epoch: 10 * (i + 1), T: v})
		}
		return f
	}
	for _, c := range []struct {
		fit     results.FitRecord
		message string // of the error, or of what is said in its place
		fails   bool
	}{
		{fit(1, results.StatusOK, 1, 2), "equal to the stored toy", false},
		{fit(2, "non-finite", 1), "equal to the stored toy", false},
		{fit(3, results.StatusOK, 1, 2), "no such toy", false},
		{fit(1, results.StatusOK, 1, 2.0000000000000004), "2.0000000000000004 at epoch 20", true},
		{fit(1, results.StatusOK, 1), "1 statistics, the stored toy 2", true},
		{fit(1, "non-finite", 1), `"non-finite"`, true},
		{fit(2, results.StatusOK, 1, 2), `"non-finite"`, true},
	} {
		var stderr bytes.Buffer
		a := &app{stderr: &stderr}
		err := a.compareWithStored(store, c.fit)
		if (err != nil) != c.fails {
			t.Errorf("%+v: error %v", c.fit, err)
		}
		holds(t, "message", fmt.Sprint(stderr.String(), err), c.message)
	}
}

// cancelOn cancels a context when a text is written to it.
type cancelOn struct {
	text   string
	cancel context.CancelFunc
	mu     sync.Mutex
	b      bytes.Buffer
}

func (c *cancelOn) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if bytes.Contains(p, []byte(c.text)) {
		c.cancel()
	}
	return c.b.Write(p)
}

// A run that is stopped says how to go on; the same command then ends with the result of an
// unbroken run.
func TestRunStopped(t *testing.T) {
	if testing.Short() {
		t.Skip("runs three experiments")
	}
	inFolder(t)
	args := []string{"run", "tiny.yaml", "toys.signal=[0, 20]", "--progress", "plain",
		"--no-figures"}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	stderr := &cancelOn{text: "toys: start", cancel: cancel}
	var stdout bytes.Buffer
	code := run(ctx, args, strings.NewReader(""), &stdout, stderr)
	if code != exitFailure || stdout.Len() > 0 {
		t.Errorf("exit code %d, stdout %q", code, stdout.String())
	}
	message := stderr.b.String()
	holds(t, "message", message, "stopped with ", " of 26 toys done", runFolder(t),
		"give the same command again:\n  sparker run tiny.yaml 'toys.signal=[0, 20]' --progress "+
			"plain --no-figures\n")
	if n := strings.Count(message, "sparker: "); n != 1 {
		t.Errorf("%d error messages:\n%s", n, message)
	}

	resumed := mustSucceed(t, args...)
	unbroken := mustSucceed(t, append(args, "--dir", "unbroken")...)
	if resumed.stdout != unbroken.stdout {
		t.Errorf("the resumed run ends with\n%swant\n%s", resumed.stdout, unbroken.stdout)
	}
	if a, b := readFile(t, filepath.Join(runFolder(t), "summary.json")),
		readFile(t, "unbroken/summary.json"); a != b {
		t.Errorf("summary of the resumed run:\n%swant\n%s", a, b)
	}
}

// A folder that cannot be used is refused before the first toy, and nothing in it changes.
func TestRunRefusesFolder(t *testing.T) {
	inFolder(t)
	if err := os.Mkdir("thesis", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile("thesis/main.tex", []byte("x"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		part string
	}{
		{[]string{"--dir", "thesis"}, `thesis holds other files, such as "main.tex"`},
		{[]string{"--dir", "tiny.yaml"}, "tiny.yaml"},
		{[]string{"--out", "tiny.yaml"}, "tiny.yaml"},
	} {
		got := sparker(t, append([]string{"run", "tiny.yaml", "--progress", "plain"}, c.args...)...)
		if got.code != exitUsage || got.stdout != "" {
			t.Errorf("%q: exit code %d, stdout %q", c.args, got.code, got.stdout)
		}
		holds(t, "message", got.stderr, c.part)
		if strings.Contains(got.stderr, "toys: start") {
			t.Errorf("%q: toys were begun", c.args)
		}
	}
	if entries, err := os.ReadDir("thesis"); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v now (%v)", entries, err)
	}
	if readFile(t, "tiny.yaml") != tiny {
		t.Error("tiny.yaml changed")
	}
}

// The files of a config that are not there: exit code 2, the path, and the key that says where they
// are.
func TestMissingFiles(t *testing.T) {
	t.Chdir(t.TempDir())
	own := "name: own\ndata: {source: files, files: {folder: here, reference: {file: r.npy}}, " +
		"expected: 10}\ntoys: {signal: [0]}\n"
	if err := os.WriteFile("own.yaml", []byte(own), 0o644); err != nil {
		t.Fatal(err)
	}
	const where, shipped = "there is no such file; name the folder that holds it by " +
		"data.files.folder=FOLDER", "; docs/science/applications.md tells where to get it\n"
	for _, c := range []struct{ args, path, end string }{
		{"run applications/gamma", "magic_gamma/X.npy", where + shipped},
		{"run applications/gamma.yaml data.files.folder=elsewhere", "elsewhere/X.npy",
			where + shipped},
		{"plan applications/higgs", "higgs_uci/X.npy", where + shipped},
		{"toy applications/topics --hypothesis null", "agnews_lsa100/X.npy", where + shipped},
		{"run applications/ablation", "dimuon_cms/X.npy",
			"; name the folder that holds it by set=LABEL data.files.folder=FOLDER, with the " +
				"LABEL muons or images" + shipped},
		{"run applications/ablation set=muons data.files.folder=elsewhere", "elsewhere/X.npy",
			where + shipped},
		{"run own.yaml", "here/r.npy", where + "\n"},
	} {
		got := sparker(t, strings.Fields(c.args)...)
		if got.code != exitUsage || !strings.Contains(got.stderr, c.path) ||
			!strings.HasSuffix(got.stderr, c.end) || strings.Count(got.stderr, "\n") != 1 {
			t.Errorf("%s: exit code %d, messages\n%swant one with %q that ends in %q", c.args,
				got.code, got.stderr, c.path, c.end)
		}
	}
	if names := listing(t); !slices.Equal(names, []string{"own.yaml"}) {
		t.Errorf("left behind: %q", names)
	}
}
