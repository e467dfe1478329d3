package main

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"sparker/results"
)

// The regret of tests on the same toys. The scan is a limit. A pair of test and anomaly that is
// missing leaves a gap.
func TestRegret(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a sweep over tests")
	}
	t.Parallel()
	dir := copyOf(t, methodsRun).dir
	compare := func(flags string) string {
		return mustSucceed(t, append([]string{"compare", dir, "--by", "test.method", "--regret"},
			strings.Fields(flags)...)...).stdout
	}
	holds(t, "regret", compare(""), "power at alpha = 0.1 by test.method",
		"│ test.method │ tail (30) │ hole (10) │ mean regret │ of │", "(scan) │", "* ",
		"│         - │", "│      oracle │")
	rows, err := csv.NewReader(strings.NewReader(
		compare("--signal 30 --limit ks --format csv"))).ReadAll()
	if err != nil || len(rows) != 1+3 || rows[0][0] != "anomaly" || rows[3][1] != "ks" ||
		rows[3][2] != "true" || rows[1][11] != "0" {
		t.Errorf("CSV: %v\n%v", err, rows)
	}
	holds(t, "Markdown", compare("--format md"), "| test.method | tail (30) |")
	var c results.Comparison
	if err := json.Unmarshal([]byte(compare("--format json")), &c); err != nil ||
		c.Regret == nil || len(c.Regret.Rows) != 3 {
		t.Errorf("JSON: %v, %+v", err, c.Regret)
	}
}

func TestRegretRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("makes a sweep over tests")
	}
	t.Parallel()
	line := "compare " + copyOf(t, methodsRun).dir + " --by test.method "
	mustFail(t, line+"--signal 5", "--signal and --limit have no effect without --regret")
	mustFail(t, line+"--limit scan", "--signal and --limit have no effect without --regret")
	mustFail(t, line+"--regret --signal -5", "--signal is -5")
	mustFail(t, line+"--regret --signal 7", "no arm has toys at N_S = 7")
	mustFail(t, line+"--regret --limit mmd", `no arm is called "mmd"`)
	mustFail(t, line+"--regret --baseline ks", "--regret and --baseline exclude each other")
}
