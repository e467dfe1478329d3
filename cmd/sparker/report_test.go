package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The report of a run is a page in its folder, or where --out says.
func TestReport(t *testing.T) {
	run := copyOf(t, tinyRun)
	path := filepath.Join(run.dir, "report.html")
	if got := mustSucceed(t, "report", run.dir).stdout; got != path+"\n" {
		t.Errorf("printed %q, want %s", got, path)
	}
	page := readFile(t, path)
	if !strings.Contains(page, "<h1>") || !strings.Contains(page, "data:image/svg+xml;base64,") {
		t.Error("the page has no heading or no figure")
	}
	out := filepath.Join(t.TempDir(), "page.html")
	mustSucceed(t, "report", run.dir, "--out", out)
	if readFile(t, out) != page {
		t.Error("the pages of one run differ")
	}
	mustFail(t, "report nowhere", "nowhere is not a run folder")
}

// A run that lacks toys has a report only if it is asked for, and the page says so.
func TestReportOfPartialRun(t *testing.T) {
	dir := partialRun(t)
	if err := os.Remove(filepath.Join(dir, "report.html")); err != nil {
		t.Fatal(err) // that of the whole run
	}
	mustFail(t, "report "+dir, "25 of 26 toys; --partial")
	if _, err := os.Stat(filepath.Join(dir, "report.html")); err == nil {
		t.Error("a refused report was written")
	}
	mustSucceed(t, "report", dir, "--partial")
	page := readFile(t, filepath.Join(dir, "report.html"))
	if !strings.Contains(page, "partial: 25 of 26 toys") {
		t.Error("the page does not say that toys are missing")
	}
}

// The report of a run without any toy says that nothing can be said, and one without the
// observed sample that it is not tested.
func TestReportOfTheBeginning(t *testing.T) {
	inFolder(t)
	writeHostile(t, 60, 40)
	mustSucceed(t, "test", "--reference", "R.csv", "--data", "D.csv", "--max-toys", "99", "--dir",
		"run", "--no-figures", "--progress", "none", "preset=lead", "train.epochs=10")
	toys := filepath.Join("run", "toys", "toys-0.jsonl")
	var null []string
	for line := range strings.Lines(readFile(t, toys)) {
		if !strings.Contains(line, `"hypothesis":"observed"`) {
			null = append(null, line)
		}
	}
	for _, c := range []struct{ toys, answer string }{
		{"", "<strong>partial: 0 of at most 100 toys</strong>"},
		{strings.Join(null, ""), "No answer yet: the observed sample is not tested."},
		{"", "No null toys yet: nothing can be said."},
	} {
		writeFile(t, toys, c.toys)
		mustSucceed(t, "report", "run", "--partial")
		page := readFile(t, filepath.Join("run", "report.html"))
		for _, part := range []string{"<h1>Does D.csv differ from R.csv?</h1>", c.answer} {
			if !strings.Contains(page, part) {
				t.Errorf("the page does not say %q", part)
			}
		}
	}
}
