package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestRun(t *testing.T) {
	inFolder(t)
	first := mustSucceed(t, "run", "tiny.yaml", "--progress", "plain", "-j", "2")
	dir := runFolder(t)
	if name := filepath.Base(dir); len(name) != len("tiny-")+8 ||
		!strings.HasPrefix(name, "tiny-") {
		t.Errorf("the run folder is %s", dir)
	}
	exist(t, dir, "manifest.json", "config.yaml", "summary.json", "results.csv",
		"toys/toys-0.jsonl", "figures/power.png", "figures/power.svg")
	if fits, err := filepath.Glob(filepath.Join(dir, "fits", "*-null-0-0.json")); err != nil ||
		len(fits) != 1 {
		t.Errorf("fits of the first null toy: %q, %v", fits, err)
	}
	holds(t, "messages", first.stderr, "done=0 total=26 resumed=0", "done=26 total=26",
		"26 toys in ", "results: "+dir, "figures: "+filepath.Join(dir, "figures"))
	if strings.ContainsRune(first.stdout+first.stderr, '\x1b') {
		t.Error("the output has escape sequences although it is not a terminal")
	}

	t.Run("report", func(t *testing.T) { // the page is that of the records, whoever writes it
		path := filepath.Join(dir, "report.html")
		before := readFile(t, path)
		mustSucceed(t, "report", dir)
		if readFile(t, path) != before {
			t.Error("sparker report writes another page than sparker run")
		}
	})
	t.Run("again", func(t *testing.T) { // nothing is fitted, and the result is the same
		before := readFile(t, filepath.Join(dir, "toys", "toys-0.jsonl"))
		again := mustSucceed(t, "run", "tiny.yaml", "--progress", "none", "--no-figures")
		if again.stdout != first.stdout {
			t.Errorf("the second table is\n%swant\n%s", again.stdout, first.stdout)
		}
		want := fmt.Sprintf("results: %s\nreport: %s\n", dir, filepath.Join(dir, "report.html"))
		if again.stderr != want {
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
}

// The table that run prints has the numbers of the summary.
func TestRunPrintsTheSummary(t *testing.T) {
	t.Parallel()
	run := copyOf(t, tinyRun)
	s := readSummary(t, readFile(t, filepath.Join(run.dir, "summary.json"))).Cells[0]
	if !s.Complete || s.Null.Toys != 20 || len(s.Points) != 2 || s.Points[1].Toys != 3 {
		t.Fatalf("summary: %+v", s)
	}
	for _, p := range s.Points {
		holds(t, "table", run.stdout, fmt.Sprintf("│ %3v │    3 │ %.3f [%.3f, %.3f] │ [%.3f, "+
			"%.3f] │  %.3f │", p.Signal, p.Power, p.CI68[0], p.CI68[1], p.CI95[0], p.CI95[1],
			*p.Oracle))
	}
	holds(t, "table", run.stdout, "tiny: power at alpha = 0.1", "null: 20 toys (0 failed")
	for _, warning := range s.Warnings {
		holds(t, "table", run.stdout, "warning: "+warning)
	}
	if len(s.Warnings) == 0 {
		t.Error("20 null toys bring no warning")
	}
	holds(t, "table of a sweep", copyOf(t, sweepRun).stdout, "tiny: power [68%] against N_S",
		"│    1 │        np │             1 │", "N_S = 30")
}

func TestRunRefuses(t *testing.T) {
	inFolder(t)
	mustFail(t, "run tiny.yaml -S loss.kind=np,hinge",
		`is "hinge"; want one of np, bce, mse (in the cell loss.kind=hinge)`)
	mustFail(t, "run tiny.yaml --shard 3/2", `--shard is "3/2"`)
	mustFail(t, "run tiny.yaml --shard 1", `--shard is "1"`)
	mustFail(t, "run tiny.yaml --shard 0/2", `--shard is "0/2"`)
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

// A run that is stopped tells how to continue. The same command then ends with the result of an
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

// A folder that cannot take the run is refused before the first toy, and nothing in it changes.
func TestRunRefusesFolder(t *testing.T) {
	inFolder(t)
	if err := os.Mkdir("thesis", 0o755); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "thesis/main.tex", "x")
	for _, c := range []struct{ flags, part string }{
		{"--dir thesis", `thesis holds other files, such as "main.tex"`},
		{"--dir tiny.yaml", "tiny.yaml is not a folder"},
		{"--out tiny.yaml", "tiny.yaml"},
	} {
		got := sparker(t, strings.Fields("run tiny.yaml --progress plain "+c.flags)...)
		if got.code != exitUsage || got.stdout != "" {
			t.Errorf("%s: exit code %d, stdout %q", c.flags, got.code, got.stdout)
		}
		holds(t, "message", got.stderr, c.part)
		if strings.Contains(got.stderr, "toys: start") {
			t.Errorf("%s: toys were begun", c.flags)
		}
	}
	if entries, err := os.ReadDir("thesis"); err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v now (%v)", entries, err)
	}
	if readFile(t, "tiny.yaml") != tiny {
		t.Error("tiny.yaml changed")
	}
}

func TestQuote(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string]string{
		"quickstart": "quickstart", "train.epochs=5": "train.epochs=5",
		"toys.signal=[0, 5]": "'toys.signal=[0, 5]'",
		"it's":               `'it'\''s'`, "": "''", "$HOME": "'$HOME'", "a\nb": "'a\nb'",
		"../x_y": "../x_y",
	} {
		if got := quote(arg); got != want {
			t.Errorf("quote(%q) is %s, want %s", arg, got, want)
		}
	}
}
