package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// runTable is a table of n runs of 10 rows each, whose means differ. The runs are numbered from
// first on.
func runTable(r *rand.Rand, first, n int) string {
	var b strings.Builder
	b.WriteString("x,y,run\n")
	for k := range n {
		x, y := r.NormFloat64(), r.NormFloat64()
		for range 10 {
			fmt.Fprintf(&b, "%.6g,%.6g,%d\n", x+r.NormFloat64(), y+r.NormFloat64(), first+k)
		}
	}
	return b.String()
}

// The p-value of a test with blocks is the same with and without a run folder, warnings stand once,
// and the column of the blocks is not tested.
func TestBlock(t *testing.T) {
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(8, 1))
	writeFile(t, "r.csv", runTable(r, 0, 20))
	writeFile(t, "d.csv", runTable(r, 20, 10))
	args := []string{"test", "--reference", "r.csv", "--data", "d.csv", "--block", "run", "--toys",
		"39", "test.method=energy", "test.members=[]", "--json"}
	type answer struct {
		P        float64
		Warnings []string
		Verdict  json.RawMessage
	}
	read := func(extra ...string) answer {
		var a answer
		text := mustSucceed(t, append(args, extra...)...).stdout
		if err := json.Unmarshal([]byte(text), &a); err != nil {
			t.Fatal(err)
		}
		alike := 0
		for _, w := range a.Warnings {
			if strings.Contains(w, "rows of one block are alike") {
				alike++
			}
		}
		if alike != 1 || strings.Contains(text, `"run"`) {
			t.Errorf("%v: warnings %q", extra, a.Warnings)
		}
		return a
	}
	memory := read("--no-folder")
	folder := read("--dir", "run-folder", "--no-figures", "--calibration", "permutation")
	if memory.P != folder.P || memory.P < 0.05 {
		t.Errorf("p = %v without and %v with a run folder", memory.P, folder.P)
	}
}

func TestBlockRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(8, 1))
	writeFile(t, "r.csv", runTable(r, 0, 20))
	writeFile(t, "d.csv", runTable(r, 19, 10))
	for want, args := range map[string][]string{
		`1 of 29 blocks have rows in both samples ("19")`: {"--block", "run"},
		`no column is called "day"`:                       {"--block", "day"},
		"test.rows_fdr: is 0.1, but the rows of a block":  {"--block", "run", "--rows-fdr", "0.1"},
		"data.files.observed.block": {
			"data.files.reference.block=r.csv:run"},
	} {
		for _, where := range []string{"--no-folder", "--dir=run"} {
			got := sparker(t, append([]string{"test", "--reference", "r.csv", "--data", "d.csv",
				where}, args...)...)
			if got.code != exitUsage || !strings.Contains(got.stderr, want) {
				t.Errorf("%v %s: exit code %d: %s", args, where, got.code, got.stderr)
			}
		}
	}
}

// Messages about blocks name blocks, and the reason against a counting comes first. The column of
// the blocks is not among those that are skipped, and blocks of a single row are a warning.
func TestBlockMessages(t *testing.T) {
	t.Chdir(t.TempDir())
	r := rand.New(rand.NewPCG(8, 1))
	table := func(prefix string, n int) string {
		text := "x,note,run\n"
		for k := range n {
			text += fmt.Sprintf("%.6g,n%d,%s%d\n", r.NormFloat64(), k, prefix, k)
		}
		return text
	}
	writeFile(t, "r.csv", table("r", 80))
	writeFile(t, "d.csv", table("d", 60))
	writeFile(t, "gap.csv", table("d", 60)+"1,last,\n")
	const reference = "test --reference r.csv --toys 19 --no-figures test.method=energy " +
		"test.members=[] "
	mustFail(t, reference+"--data d.csv --block nope", "reading blocks from r.csv:nope")
	mustFail(t, reference+"--data gap.csv --block run", "row 60 (counted from 0) has no block")
	mustFail(t, reference+"--data d.csv --id d.csv:nope", "reading ids from d.csv:nope")
	mustFail(t, reference+"--data gap.csv --id gap.csv:run", "row 60 (counted from 0) has no id")
	extended := sparker(t, strings.Fields(reference+"--data d.csv --block run "+
		"data.counting=extended")...)
	if extended.code != exitUsage || strings.Contains(extended.stderr, "data.expected") ||
		!strings.Contains(extended.stderr, "data.counting: is extended, but the number of rows") {
		t.Errorf("extended counting of blocks: %s", extended.stderr)
	}
	for _, args := range []string{"--no-folder", "--calibration permutation",
		"--calibration pools data.expected=30"} {
		out := mustSucceed(t, strings.Fields(reference+"--data d.csv --block run "+args)...).stdout
		holds(t, args, out, "has a single row", "skipped: note (text")
		if strings.Contains(out, "run (text") {
			t.Errorf("%s: the column of the blocks is skipped:\n%s", args, out)
		}
	}
}
