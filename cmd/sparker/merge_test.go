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
	for _, out := range []string{a, a + "/whole/of/it"} {
		mustFail(t, "merge "+a+" --out "+out, "--out "+out+" is in the part "+a)
	}
}

// A folder of parts stands for them. Files and empty folders next to them are left out.
func TestMergeOfAFolder(t *testing.T) {
	inFolder(t)
	for _, part := range []string{"1", "2"} {
		mustSucceed(t, "run", "tiny.yaml", "--shard", part+"/2", "--dir", "parts/"+part,
			"--no-figures", "--progress", "none")
	}
	mustSucceed(t, "run", "tiny.yaml", "--dir", "whole", "--no-figures", "--progress", "none")
	writeFile(t, "parts/log.txt", "a log\n")
	if err := os.Mkdir("parts/3", 0o777); err != nil {
		t.Fatal(err)
	}
	got := mustSucceed(t, "merge", "parts", "--out", "merged")
	holds(t, "message", got.stderr, "left out: parts/log.txt is a file\n",
		"left out: parts/3 is empty\n")
	if readFile(t, "merged/summary.json") != readFile(t, "whole/summary.json") {
		t.Error("the parts of a folder are not the whole")
	}
}

// The config of a run folder is that of its manifest, also after somebody edited it.
func TestEditedConfig(t *testing.T) {
	inFolder(t)
	run := []string{"run", "tiny.yaml", "--dir", "f", "--no-figures", "--progress", "none"}
	mustSucceed(t, run...)
	config := readFile(t, "f/config.yaml")
	edited := strings.Replace(config, "seed: 3", "seed: 4", 1)
	writeFile(t, "f/config.yaml", edited)
	mustSucceed(t, "merge", "f", "--out", "whole")
	if readFile(t, "whole/config.yaml") != config || readFile(t, "f/config.yaml") != edited {
		t.Error("merge copies an edited config, or changes it")
	}
	got := mustSucceed(t, run...)
	holds(t, "message", got.stderr,
		"warning: f/config.yaml was changed after the run began; it is written again as it was")
	if edited == config || readFile(t, "f/config.yaml") != config {
		t.Error("the edited config stays")
	}
	if again := mustSucceed(t, run...); strings.Contains(again.stderr, "was changed") {
		t.Errorf("and again: %s", again.stderr)
	}
}
