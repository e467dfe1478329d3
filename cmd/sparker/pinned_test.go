package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/findings"
)

// The run folders in testdata/pinned were made by the program of commit 0d848bc, before its
// packages were rearranged, with SPARKER_SIMD=off on amd64:
//
//	sparker run generated.yaml --no-figures --dir generated
//	sparker run sweep.yaml --no-figures --dir sweep
//	sparker run sweep.yaml --no-figures --dir part1 --shard 1/2
//	sparker run sweep.yaml --no-figures --dir part2 --shard 2/2
//	sparker compare sweep --by loss.kind --format json > sweep-compare.json
//	sparker compare generated --by test.method --regret --format json > generated-regret.json
//	sparker compare generated --by test.method --format csv > generated-compare.csv
//	sparker test --reference reference.csv --data data.csv --id data.csv:event \
//	    --columns mass,energy --toys 39 --dir observed --no-figures 'tests=[sparker,energy,mmd]' \
//	    train.epochs=60
//
// generated holds every test; sweep has four cells; observed is the test of a sample, with
// findings.
const pinned = "testdata/pinned"

// pinnedFolder is a fresh copy of the pinned folders, which becomes the working directory.
func pinnedFolder(t *testing.T) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(pinned)); err != nil {
		t.Fatal(err)
	}
	t.Chdir(dir)
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// withoutWarnings is a summary with its warnings counted instead of spelled out: their words may be
// improved, everything else stays to the byte. Later versions add failure signatures.
func withoutWarnings(t *testing.T, summary []byte) string {
	t.Helper()
	var value any
	decoder := json.NewDecoder(bytes.NewReader(summary))
	decoder.UseNumber()
	if err := decoder.Decode(&value); err != nil {
		t.Fatal(err)
	}
	var walk func(any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if w, ok := v["warnings"].([]any); ok {
				v["warnings"] = len(slices.DeleteFunc(w, added))
			}
			delete(v, "signatures")
			for _, part := range v {
				walk(part)
			}
		case []any:
			for _, part := range v {
				walk(part)
			}
		}
	}
	walk(value)
	text, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// added reports whether a warning is not one of the pinned versions: about the versions that stored
// a run, which change when it is continued, or a failure signature that they did not look for.
func added(warning any) bool {
	text := warning.(string)
	return strings.Contains(text, "without a checksum") ||
		strings.Contains(text, "made by other versions") ||
		strings.HasPrefix(text, "untrained-scale: ") ||
		strings.HasSuffix(text, "cells; see their warnings")
}

// sameSummary compares what a folder says with what it said when it was pinned.
func sameSummary(t *testing.T, folder, want string, tables ...string) {
	t.Helper()
	if diff := cmp.Diff(withoutWarnings(t, mustRead(t, filepath.Join(want, "summary.json"))),
		withoutWarnings(t, mustRead(t, filepath.Join(folder, "summary.json")))); diff != "" {
		t.Errorf("summary.json of %s (-pinned +now):\n%s", folder, diff)
	}
	for _, table := range tables {
		if diff := cmp.Diff(string(mustRead(t, filepath.Join(want, table))),
			string(mustRead(t, filepath.Join(folder, table)))); diff != "" {
			t.Errorf("%s of %s (-pinned +now):\n%s", table, folder, diff)
		}
	}
}

// timeless is the lines of the toys of a folder, sorted, without the time that each took, and
// without the checksums, the places and the health of fits, which the pinned lines do not have.
func timeless(t *testing.T, folder string) []string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "toys", "*.jsonl"))
	if err != nil || len(names) == 0 {
		t.Fatalf("%s has no toys (%v)", folder, err)
	}
	var lines []string
	for _, name := range names {
		text := toyPlaces.ReplaceAllString(string(mustRead(t, name)), "")
		text = seconds.ReplaceAllString(text, "")
		lines = append(lines, strings.Split(strings.TrimSuffix(text, "\n"), "\n")...)
	}
	slices.Sort(lines)
	return lines
}

var seconds = regexp.MustCompile(`,"seconds":[^,}]*(,"checksum":"[0-9a-f]*")?`)

// What later versions add: the places and the health of a toy, the places and the marginals of
// findings, and what kernels reach in a trace.
var (
	tracedReach = regexp.MustCompile(
		`(?s),\n    "(data|reference)_(in_sphere|share)": \[\n.*?\n    \]`)
	toyPlaces     = regexp.MustCompile(`,"(places|health)":\{[^}]*\}`)
	findingPlaces = regexp.MustCompile(`(?s)  "(places|marginals)": \[\n.*?\n  \],\n`)
)

var pinnedTables = []string{"results.csv", "scales.csv", "toys.csv"}

// Stored runs are summarized and compared to the same bytes as when they were made.
func TestPinnedRunsAreRead(t *testing.T) {
	root, err := filepath.Abs(pinned)
	if err != nil {
		t.Fatal(err)
	}
	pinnedFolder(t)
	for _, folder := range []string{"generated", "sweep", "observed"} {
		for _, name := range append([]string{"summary.json"}, pinnedTables...) {
			if err := os.Remove(filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
		mustSucceed(t, "summarize", folder)
		sameSummary(t, folder, filepath.Join(root, folder), pinnedTables...)
		lines := len(timeless(t, folder))
		holds(t, "summary.json", string(mustRead(t, filepath.Join(folder, "summary.json"))),
			fmt.Sprintf("without a checksum, as earlier versions wrote them, so that damage to "+
				"their numbers goes unnoticed: the manifest and %d of %d toys", lines, lines))
	}
	mustSucceed(t, "merge", "part1", "part2", "--out", "merged")
	if diff := cmp.Diff(timeless(t, "sweep"), timeless(t, "merged")); diff != "" {
		t.Errorf("merged shards (-unbroken run +merged):\n%s", diff)
	}
	for name, args := range map[string][]string{
		"sweep-compare.json": {"sweep", "--by", "loss.kind", "--format", "json"},
		"generated-regret.json": {"generated", "--by", "test.method", "--regret", "--format",
			"json"},
		"generated-compare.csv": {"generated", "--by", "test.method", "--format", "csv"},
	} {
		got := mustSucceed(t, append([]string{"compare"}, args...)...)
		want := string(mustRead(t, filepath.Join(root, name)))
		if strings.HasSuffix(name, ".json") {
			got.stdout = withoutWarnings(t, []byte(got.stdout))
			want = withoutWarnings(t, []byte(want))
		}
		if diff := cmp.Diff(want, got.stdout); diff != "" {
			t.Errorf("%s (-pinned +now):\n%s", name, diff)
		}
	}
}

// Stored runs are continued: toys that are missing from their folder are fitted again to the bytes
// that they had. The numbers are those of the portable path on amd64; a process that took another
// path starts one that takes this one.
func TestPinnedRunsAreContinued(t *testing.T) {
	const variable = "SPARKER_SIMD"
	if runtime.GOARCH != "amd64" {
		t.Skip("the pinned numbers are those of amd64")
	}
	if os.Getenv(variable) != "off" {
		again := exec.Command(os.Args[0], "-test.run=^TestPinnedRunsAreContinued$", "-test.v")
		again.Env = append(os.Environ(), variable+"=off")
		if out, err := again.CombinedOutput(); err != nil ||
			!bytes.Contains(out, []byte("--- PASS")) {
			t.Errorf("with %s=off: %v\n%s", variable, err, out)
		}
		return
	}
	root, err := filepath.Abs(pinned)
	if err != nil {
		t.Fatal(err)
	}
	pinnedFolder(t)
	for _, folder := range []string{"generated", "sweep", "observed"} {
		keepHalf(t, filepath.Join(folder, "toys", "toys-0.jsonl"))
		mustSucceed(t, "run", filepath.Join(folder, "config.yaml"), "--dir", folder, "--no-figures",
			"--progress", "none")
		if diff := cmp.Diff(timeless(t, filepath.Join(root, folder)),
			timeless(t, folder)); diff != "" {
			t.Errorf("toys of %s (-pinned +now):\n%s", folder, diff)
		}
		sameSummary(t, folder, filepath.Join(root, folder), pinnedTables...)
	}
	checkOldPlaces(t)
	// The same test from the files alone has the same findings, fits and p-values.
	mustSucceed(t, "test", "--reference", "reference.csv", "--data", "data.csv", "--id",
		"data.csv:event", "--columns", "mass,energy", "--toys", "39", "--dir", "anew",
		"--no-figures", "--progress", "none", "preset=lead", "tests=[sparker,energy,mmd]",
		"train.epochs=60")
	if diff := cmp.Diff(timeless(t, "observed"), timeless(t, "anew")); diff != "" {
		t.Errorf("toys of the test (-pinned +now):\n%s", diff)
	}
	sameSummary(t, "anew", filepath.Join(root, "observed"), pinnedTables...)
	for _, name := range []string{
		"config.yaml", "findings/cell-1-sparker/findings.json",
		"findings/cell-1-sparker/members.csv",
		"fits/dbd62d29d02b-observed-0-0.json", "fits/dbd62d29d02b-null-0-0.json",
	} {
		now := string(mustRead(t, filepath.Join("anew", name)))
		now = findingPlaces.ReplaceAllString(now, "")
		if strings.HasPrefix(name, "fits/") && len(tracedReach.FindAllString(now, -1)) != 4 {
			t.Errorf("%s does not say what the kernels reach", name)
		}
		now = tracedReach.ReplaceAllString(now, "")
		if diff := cmp.Diff(string(mustRead(t, filepath.Join(root, "observed", name))),
			now); diff != "" {
			t.Errorf("%s (-pinned +now):\n%s", name, diff)
		}
	}
}

// checkOldPlaces checks that the places of a run have no p-values if earlier versions stored some
// of its toys, and that a warning says why.
func checkOldPlaces(t *testing.T) {
	t.Helper()
	found, err := findings.Read("observed/findings/cell-1-sparker/findings.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(found.Places) == 0 {
		t.Error("the continued run has no places")
	}
	for _, p := range found.Places {
		if p.P != nil || p.Interval != nil {
			t.Errorf("place %d: p = %v, interval %+v", p.Number, p.P, p.Interval)
		}
	}
	holds(t, "the warnings", strings.Join(found.Warnings, "\n"),
		"the places have no p-values: 18 of the 39 null toys were stored without theirs")
}

// keepHalf removes every other line of a file.
func keepHalf(t *testing.T, name string) {
	t.Helper()
	var kept []byte
	for i, line := range bytes.SplitAfter(mustRead(t, name), []byte("\n")) {
		if i%2 == 0 {
			kept = append(kept, line...)
		}
	}
	if err := os.WriteFile(name, kept, 0o644); err != nil {
		t.Fatal(err)
	}
}
