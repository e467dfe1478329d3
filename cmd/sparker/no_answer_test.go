package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// unanswered makes every fit of the kernel test fail: one Newton step does not reach the minimum.
const unanswered = "baselines.falkon.iterations=1"

// A sample whose test fails has no p-value in any output, and the exit code says so. What was done
// is kept, and what helps is named.
func TestNoAnswer(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	args := []string{"test", "--reference", "r.npy", "--data", "new.npy", "--toys", "19",
		"--no-figures", "--dir", "run", "test.method=falkon", unanswered}
	got := sparker(t, args...)
	if got.code != exitFailure || !strings.Contains(got.stdout, "no p-value: ") ||
		!strings.Contains(got.stderr, "raise baselines.falkon.iterations") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	if strings.Contains(got.stdout, "p = ") || strings.Contains(got.stdout, "p <= ") {
		t.Errorf("there is a p-value:\n%s", got.stdout)
	}
	var summary struct {
		Cells []struct {
			Observed map[string]any
			Warnings []string
		}
	}
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join("run", "summary.json"))),
		&summary); err != nil {
		t.Fatal(err)
	}
	observed := summary.Cells[0].Observed
	for _, key := range []string{"p", "z", "scale_p"} {
		if value, there := observed[key]; there {
			t.Errorf("summary.json holds %s = %v", key, value)
		}
	}
	if observed["status"] != "not_converged" || !strings.Contains(
		strings.Join(summary.Cells[0].Warnings, "\n"), "19 of 19 null fits failed") {
		t.Errorf("summary.json: %+v", summary)
	}
	if _, err := os.Stat(filepath.Join("run", "report.md")); err != nil {
		t.Error(err)
	}
	page := readFile(t, filepath.Join("run", "report.html"))
	if !strings.Contains(page, "No answer, and no p-value: ") ||
		!strings.Contains(page, "<dt>p</dt><dd>–") {
		t.Error("the page has an answer")
	}
	again := sparker(t, "run", "run/config.yaml", "--dir", "run", "--no-figures", "--json")
	if again.code != exitFailure || !strings.Contains(again.stderr, "no p-value") ||
		!json.Valid([]byte(again.stdout)) {
		t.Errorf("run: exit code %d, %s", again.code, again.stderr)
	}
	both := sparker(t, "test", "--reference", "r.npy", "--data", "new.npy", "--toys", "19",
		"--no-figures", "tests=[energy,falkon]", unanswered)
	if both.code != exitFailure || !strings.Contains(both.stdout, "<= 0.05") {
		t.Errorf("one of two tests fails: exit code %d\n%s%s", both.code, both.stdout, both.stderr)
	}
}

// A power for which every null fit failed is not an answer either.
func TestNoPower(t *testing.T) {
	t.Chdir(t.TempDir())
	got := sparker(t, "run", "quickstart", "test.method=falkon", unanswered, "toys.null=20",
		"toys.alternative=2", "toys.signal=[30]", "--no-figures")
	if got.code != exitFailure || !strings.Contains(got.stderr, "no power: all 20 null fits") ||
		strings.Contains(got.stdout, "0.000 [") {
		t.Errorf("exit code %d\n%s%s", got.code, got.stdout, got.stderr)
	}
	page := readFile(t, filepath.Join(runFolder(t), "report.html"))
	if !strings.Contains(page, "No answer: every null fit failed.") ||
		strings.Contains(page, "0.000") {
		t.Error("the page has a power")
	}
	for _, text := range []string{"0.308", "[", "lower bounds"} {
		if _, table, _ := strings.Cut(got.stdout, "median Z"); strings.Contains(table, text) {
			t.Errorf("the output has a number of a power that is not known, %q:\n%s", text, table)
		}
	}
	line, err := shownRuns{}.Describe(runFolder(t))
	if err != nil || line.Answer != "no power: every null fit failed (20)" {
		t.Errorf("the list says %q, %v", line.Answer, err)
	}
	pair, err := shownRuns{}.Compare(runFolder(t), runFolder(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range pair.Results {
		if strings.HasPrefix(v.Name, "power") && v.First != "none: every null fit failed" {
			t.Errorf("the comparison says %q of %s", v.First, v.Name)
		}
	}
}
