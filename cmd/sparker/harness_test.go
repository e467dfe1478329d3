package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"sparker/results"
)

// fixtures is the folder of the runs that several tests read; see finish.
var fixtures string

func TestMain(m *testing.M) {
	if behavior := os.Getenv(childVariable); behavior != "" {
		registerChildTest(behavior)
		a := newApp(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
		ctx := a.stopOnSignals()
		fmt.Fprintln(os.Stderr, childReady)
		os.Exit(a.main(ctx))
	}
	var err error
	if fixtures, err = os.MkdirTemp("", "sparker-fixtures-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitFailure)
	}
	code := m.Run()
	if err := os.RemoveAll(fixtures); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = exitFailure
	}
	os.Exit(code)
}

// output is what one call of the program gave.
type output struct {
	code           int
	stdout, stderr string
}

// sparker calls the program.
func sparker(t *testing.T, args ...string) output {
	t.Helper()
	return sparkerWith(t, "", args...)
}

// sparkerWith calls the program with a text on its standard input.
func sparkerWith(t *testing.T, stdin string, args ...string) output {
	t.Helper()
	return call(t.Context(), stdin, args...)
}

func call(ctx context.Context, stdin string, args ...string) output {
	var stdout, stderr bytes.Buffer
	code := run(ctx, args, strings.NewReader(stdin), &stdout, &stderr)
	return output{code, stdout.String(), stderr.String()}
}

// mustSucceed calls the program and ends the test unless it succeeds.
func mustSucceed(t *testing.T, args ...string) output {
	t.Helper()
	got := sparker(t, args...)
	if got.code != exitOK {
		t.Fatalf("sparker %q: exit code %d\n%s", args, got.code, got.stderr)
	}
	return got
}

// mustFail calls the program with the words of a line. The program must refuse the line with exit
// code 2, print nothing on the standard output, and hold some parts in its message.
func mustFail(t *testing.T, line string, parts ...string) {
	t.Helper()
	got := sparker(t, strings.Fields(line)...)
	if got.code != exitUsage || got.stdout != "" {
		t.Errorf("sparker %s: exit code %d, want %d; stdout %q", line, got.code, exitUsage,
			got.stdout)
	}
	holds(t, "message of sparker "+line, got.stderr, parts...)
}

// holds checks that a text has every one of some parts.
func holds(t *testing.T, what, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("%s does not hold %q:\n%s", what, part, text)
		}
	}
}

// listing returns the names in the working directory.
func listing(t *testing.T) []string {
	t.Helper()
	entries, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func writeFile(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// exist checks that a folder holds files.
func exist(t *testing.T, folder string, names ...string) {
	t.Helper()
	for _, name := range names {
		if info, err := os.Stat(filepath.Join(folder, name)); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func readSummary(t *testing.T, text string) results.Summary {
	t.Helper()
	var s results.Summary
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatalf("not a summary: %v\n%s", err, text)
	}
	return s
}

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
	writeFile(t, "tiny.yaml", tiny)
}

// runFolder returns the only folder in runs.
func runFolder(t *testing.T) string {
	t.Helper()
	found, err := filepath.Glob("runs/*")
	if err != nil || len(found) != 1 {
		t.Fatalf("run folders: %q, %v; want one", found, err)
	}
	return found[0]
}

// finishedRun is a run folder, with what the command run printed.
type finishedRun struct{ dir, stdout string }

// The finished runs that several tests read, without figures.
var (
	tinyRun = finish("tiny", tiny)
	// Six cells: two losses, and one, two or four kernels.
	sweepRun = finish("sweep", tiny, "toys.alternative=5", "-S", "loss.kind=np,bce", "-S",
		"model.kernels=1,2,4")
	// Three tests of two anomalies. One pair of them is missing.
	methodsRun = finish("methods", tiny+`sweep:
  grid:
    test.method: [sparker, ks, scan]
    anomaly:
      tail: {toys.signal: [0, 30]}
      hole:
        data.signal: {kind: bumps, bumps: [{loc: 1, scale: 0.3, fraction: -1}]}
        toys.signal: [0, 5, 10]
  exclude: [{test.method: scan, anomaly: hole}]
`)
)

// finish returns a function that runs a config at its first call.
func finish(name, config string, args ...string) func() (finishedRun, error) {
	return sync.OnceValues(func() (finishedRun, error) {
		path, dir := filepath.Join(fixtures, name+".yaml"), filepath.Join(fixtures, name)
		if err := os.WriteFile(path, []byte(config), 0o644); err != nil {
			return finishedRun{}, err
		}
		got := call(context.Background(), "", append([]string{"run", path, "--dir", dir,
			"--no-figures", "--progress", "none"}, args...)...)
		if got.code != exitOK {
			return finishedRun{}, fmt.Errorf("exit code %d: %s", got.code, got.stderr)
		}
		return finishedRun{dir, got.stdout}, nil
	})
}

// copyOf returns a copy of a finished run that the test may change.
func copyOf(t *testing.T, finished func() (finishedRun, error)) finishedRun {
	t.Helper()
	run, err := finished()
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "run")
	if err := os.CopyFS(dir, os.DirFS(run.dir)); err != nil {
		t.Fatal(err)
	}
	return finishedRun{dir, run.stdout}
}

// partialRun returns a copy of the run tiny that lacks the last toy and all fits.
func partialRun(t *testing.T) string {
	t.Helper()
	dir := copyOf(t, tinyRun).dir
	path := filepath.Join(dir, "toys", "toys-0.jsonl")
	toys := readFile(t, path)
	writeFile(t, path, toys[:len(toys)-10])
	if err := os.RemoveAll(filepath.Join(dir, "fits")); err != nil {
		t.Fatal(err)
	}
	return dir
}
