package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// summarize computes the same summary as the run did, and stores it.
func TestSummarize(t *testing.T) {
	t.Parallel()
	run := copyOf(t, tinyRun)
	path := filepath.Join(run.dir, "summary.json")
	want := readFile(t, path)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	got := mustSucceed(t, "summarize", run.dir)
	if got.stdout != run.stdout || got.stderr != "" {
		t.Errorf("summarize prints\n%s%s", got.stdout, got.stderr)
	}
	if readFile(t, path) != want {
		t.Error("summarize does not write the same summary.json")
	}
	if got := mustSucceed(t, "summarize", run.dir, "--json"); got.stdout != want {
		t.Errorf("summarize --json prints\n%s", got.stdout)
	}
}

// The old spelling of the command works, and the help does not mention it.
func TestSummarizeInOldSpelling(t *testing.T) {
	t.Parallel()
	run := copyOf(t, tinyRun)
	const oldSpelling = "summarise" // the spelling until November 2026
	if got := mustSucceed(t, oldSpelling, run.dir); got.stdout != run.stdout {
		t.Errorf("the old spelling prints\n%s", got.stdout)
	}
	for _, args := range [][]string{{"help"}, {"summarize", "--help"}} {
		if help := mustSucceed(t, args...).stdout; strings.Contains(help, oldSpelling) {
			t.Errorf("the help shows the old spelling:\n%s", help)
		}
	}
}

func TestSummarizePartialRun(t *testing.T) {
	t.Parallel()
	dir := partialRun(t)
	got := sparker(t, "summarize", dir)
	if got.code != exitMissing {
		t.Errorf("exit code %d, want %d", got.code, exitMissing)
	}
	holds(t, "table", got.stdout, "incomplete", "warning: partial")
	holds(t, "message", got.stderr, "sparker: "+dir+" lacks 1 of 26 toys\n  cell 1: 1 of ",
		"\n  to make them:\n  sparker run "+dir+"/config.yaml --dir "+dir+"\n")
}

// A summary that cannot be stored is printed all the same.
func TestSummaryThatCannotBeStored(t *testing.T) {
	t.Parallel()
	run := copyOf(t, tinyRun)
	path := filepath.Join(run.dir, "summary.json")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o777); err != nil {
		t.Fatal(err)
	}
	got := sparker(t, "summarize", run.dir)
	if got.code != exitFailure || got.stdout != run.stdout {
		t.Errorf("exit code %d\n%s", got.code, got.stdout)
	}
	holds(t, "message", got.stderr, "summary.json")
}
