package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Halves of a run merge into the whole. Halves that contradict each other do not.
func TestMerge(t *testing.T) {
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

	paths, err := filepath.Glob("b/toys/toys-2-of-2-*.jsonl")
	if err != nil || len(paths) != 1 {
		t.Fatalf("toys of the second half: %q, %v", paths, err)
	}
	path := paths[0]
	line, _, _ := strings.Cut(readFile(t, path), `,"checksum"`)
	line += "}" // as an earlier version wrote it
	writeFile(t, "a/toys/more.jsonl", strings.Replace(line, `"events":`, `"events":1`, 1)+"\n")
	got := sparker(t, "merge", "a", "b", "--out", "other")
	if got.code != exitFailure {
		t.Errorf("halves that contradict each other: exit code %d", got.code)
	}
	holds(t, "message", got.stderr, "is stored twice with different numbers", "a/toys/more.jsonl:1",
		path+":1", "remove the line that is wrong, or both; then sparker run ",
		" fits the toy again")
	if _, err := os.Stat("other"); err == nil {
		t.Error("a refused merge made its folder")
	}
}

func TestMergeRefuses(t *testing.T) {
	t.Parallel()
	a, b := copyOf(t, tinyRun).dir, copyOf(t, sweepRun).dir
	mustFail(t, "merge "+a, "--out is missing")
	mustFail(t, "merge "+a+" "+b+" --out whole", b+" is not a part of the run in "+a,
		"different configs")
	mustFail(t, "merge "+a+" --out "+b, "different configs")
}
