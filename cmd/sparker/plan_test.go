package main

import (
	"encoding/json"
	"os"
	"testing"

	"sparker/experiments"
)

// plan lists the cells of a sweep, counts the toys that are done, and writes nothing.
func TestPlan(t *testing.T) {
	inFolder(t)
	args := []string{"plan", "tiny.yaml", "toys.alternative=5", "-S", "loss.kind=np,bce", "-S",
		"model.kernels=1,2,4"}
	holds(t, "plan", mustSucceed(t, args...).stdout, "loss.kind",
		"│    6 │       bce │             4 │   30 │      0 │    0 │",
		"180 toys, 0 of them done in runs/tiny-")
	if _, err := os.Stat("runs"); err == nil {
		t.Error("plan made the folder of the runs")
	}
	done := copyOf(t, sweepRun).dir
	holds(t, "plan of a finished run", mustSucceed(t, append(args, "--dir", done)...).stdout,
		"180 toys, 180 of them done in "+done)
	var plan experiments.RunPlan
	if err := json.Unmarshal([]byte(mustSucceed(t, append(args, "--json")...).stdout),
		&plan); err != nil || plan.Toys != 180 || len(plan.Cells) != 6 {
		t.Errorf("JSON: %+v, %v", plan, err)
	}
	mustFail(t, "plan tiny.yaml -S loss.knd=np,bce", "did you mean")
}

// plan --z counts the null toys that an exact p-value of a significance takes, and the run with the
// number that it names can reach it.
func TestPlanOfSignificance(t *testing.T) {
	inFolder(t)
	holds(t, "plan", mustSucceed(t, "plan", "tiny.yaml", "--z", "4").stdout,
		"31580 toys", // with six signal toys
		"Z = 4: p can be as small as 3.17e-05 with toys.null=31574 toys.auto=false")
	holds(t, "plan", mustSucceed(t, "plan", "tiny.yaml", "toys.null=5", "--z", "2").stdout,
		"with toys.null=43 ")
	for _, z := range []string{"-1", "NaN", "6", "0.1"} {
		mustFail(t, "plan tiny.yaml --z "+z, "--z is "+z)
	}
}

// plan --target counts the parts of a run that take a time: a run that takes seconds has one.
func TestPlanOfParts(t *testing.T) {
	inFolder(t)
	holds(t, "plan", mustSucceed(t, "plan", "tiny.yaml", "--target", "1h", "-j", "3").stdout,
		"1 part of about ", " each: --shards 1 --cpus 3 of sparker submit")
	var plan planRecord
	text := mustSucceed(t, "plan", "tiny.yaml", "--target", "1h", "--json").stdout
	if err := json.Unmarshal([]byte(text), &plan); err != nil || plan.Parts != 1 ||
		plan.Toys != 26 {
		t.Errorf("JSON: %+v, %v", plan, err)
	}
	mustFail(t, "plan tiny.yaml --target 1s", "--target is 1s")
}
