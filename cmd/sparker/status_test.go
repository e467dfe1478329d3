package main

import (
	"encoding/json"
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
