package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"sparker/analysis"
)

func TestStatus(t *testing.T) {
	t.Parallel()
	dir := copyOf(t, sweepRun).dir
	holds(t, "status", mustSucceed(t, "status", dir).stdout, "│ 20/20 │       10/10 │      0 │",
		"180 of 180 toys done, 0 failed; started ", ", finished ")
	var status analysis.RunStatus
	if err := json.Unmarshal([]byte(mustSucceed(t, "status", dir, "--json").stdout),
		&status); err != nil || status.Done != 180 || len(status.Cells) != 6 {
		t.Errorf("JSON: %+v, %v", status, err)
	}
	holds(t, "status of a partial run", mustSucceed(t, "status", partialRun(t)).stdout,
		"25 of 26 toys done")
	mustFail(t, "status nowhere", "nowhere is not a run folder")
}

// A folder that is not a run folder is refused with those that may be meant.
func TestNotARun(t *testing.T) {
	run := copyOf(t, tinyRun)
	t.Chdir(filepath.Dir(run.dir))
	for _, command := range []string{"status", "summarize", "plot", "compare"} {
		mustFail(t, command+" .", ". is not a run folder: it has no manifest; want one such as run")
	}
	if err := os.MkdirAll("runs", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename("run", "runs/tiny-1"); err != nil {
		t.Fatal(err)
	}
	mustFail(t, "status tiny-1", "tiny-1 is not a run folder: there is no such folder; want one "+
		"such as runs/tiny-1")
	mustFail(t, "status runs", "runs is not a run folder: it has no manifest; want one such as "+
		"runs/tiny-1")
}
