package main

import (
	"encoding/csv"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"

	"sparker/results"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, sweepRun).dir
	compare := func(flags string) string {
		return mustSucceed(t, append([]string{"compare", dir}, strings.Fields(flags)...)...).stdout
	}
	text := compare("--by loss.kind")
	holds(t, "comparison", text, "power at alpha = 0.1 by loss.kind", "model.kernels=4",
		"differences from the first arm")
	if n := strings.Count(text, "│ bce │"); n != 3 {
		t.Errorf("the label of an arm is printed %d times, want once for each group:\n%s", n, text)
	}
	rows, err := csv.NewReader(strings.NewReader(
		compare("--by loss.kind --baseline bce --format csv"))).ReadAll()
	if err != nil || len(rows) != 1+3*2*2 || rows[0][0] != "model.kernels" || rows[1][1] != "bce" ||
		rows[1][13] != "bce" {
		t.Errorf("CSV: %v\n%v", err, rows)
	}
	holds(t, "Markdown", compare("--by loss.kind --format md"),
		"| model.kernels | loss.kind | N_S |", "| ---:")
	var c results.Comparison
	if err := json.Unmarshal([]byte(compare("--by model.kernels --format json")),
		&c); err != nil || len(c.Groups) != 2 || len(c.Groups[0].Differences) != 4 {
		t.Errorf("JSON: %v, %+v", err, c)
	}
}

func TestCompareRefuses(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, sweepRun).dir
	mustFail(t, "compare "+dir, "say which to compare")
	mustFail(t, "compare "+dir+" --by loss", `do not differ in "loss"`)
	mustFail(t, "compare "+dir+" --by loss.kind --format pdf", `--format is "pdf"`)
	mustFail(t, "compare "+filepath.Join(pinned, "observed"), "no alternative toys to compare")
	mustFail(t, "compare compare_test.go", "compare_test.go is a file; want a run folder")
}
