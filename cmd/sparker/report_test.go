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
	holds(t, "the page", page, ">sparker run ", "/config.yaml</pre>")
}

// A report replaces a report, and nothing else.
func TestReportKeepsOtherFiles(t *testing.T) {
	run := copyOf(t, tinyRun)
	manifest := filepath.Join(run.dir, "manifest.json")
	want := readFile(t, manifest)
	empty := filepath.Join(t.TempDir(), "empty.csv")
	writeFile(t, empty, "")
	for _, path := range []string{manifest, empty} {
		mustFail(t, "report "+run.dir+" --out "+path, "which exists and is not a report of sparker")
	}
	if readFile(t, manifest) != want || readFile(t, empty) != "" {
		t.Error("another file was changed")
	}
	mustFail(t, "report "+run.dir+" --out "+run.dir, "is a folder; name a file in it")
	mustFail(t, "report "+run.dir+" --out nowhere/page.html", "the folder nowhere does not exist")
	page := filepath.Join(t.TempDir(), "page.html")
	mustSucceed(t, "report", run.dir, "--out", page)
	mustSucceed(t, "report", run.dir, "--out", page)
}

// A damaged record is a note of the page, which says what helps, and that helps: for a test too.
func TestReportOfDamagedRecords(t *testing.T) {
	inFolder(t)
	writeHostile(t, 60, 40)
	mustSucceed(t, "test", "--reference", "R.csv", "--data", "D.csv", "--toys", "19", "--dir",
		"a run", "--no-figures", "--progress", "none", "preset=lead", "train.epochs=10")
	fits, err := filepath.Glob(filepath.Join("a run", "fits", "*.json"))
	if err != nil || len(fits) == 0 {
		t.Fatal(fits, err)
	}
	path := filepath.Join("a run", "report.html")
	whole := strings.Count(readFile(t, path), "<h2")
	writeFile(t, fits[0], "{")
	absolute, err := filepath.Abs("a run")
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"a run", absolute} {
		mustSucceed(t, "report", dir)
		page := readFile(t, path)
		holds(t, "the page", page, "<li>"+fits[0]+" is damaged", "<dt>p</dt>",
			"sparker run &#39;a run/config.yaml&#39; --dir &#39;a run&#39; fits it again")
		if strings.Contains(page, filepath.Dir(absolute)) {
			t.Error("the page tells the folder of its author")
		}
	}
	mustSucceed(t, "run", "a run/config.yaml", "--dir", "a run", "--progress", "none")
	page := readFile(t, path)
	if strings.Contains(page, "is damaged") || strings.Count(page, "<h2") < whole {
		t.Error("the page still lacks the damaged record")
	}
	found := filepath.Join("a run", "findings.json")
	writeFile(t, found, "{")
	if got := sparker(t, "report", "a run"); got.code != exitFailure {
		t.Errorf("damaged findings: exit code %d", got.code)
	}
	holds(t, "the page", readFile(t, path), "<li>reading "+found, "<dt>p</dt>")
}

// A test whose fits all fail has a page, which says why it has no p-value.
func TestReportOfFailedTest(t *testing.T) {
	inFolder(t)
	writeHostile(t, 60, 40)
	got := sparker(t, "test", "--reference", "R.csv", "--data", "D.csv", "--toys", "19", "--dir",
		"run", "--progress", "none", "preset=lead", "train.epochs=10", "train.clip=1e200",
		"train.learning_rate.coefficients=1e200")
	if got.code != exitFailure || strings.Contains(got.stderr, "nothing to draw") {
		t.Errorf("exit code %d, %s", got.code, got.stderr)
	}
	path := filepath.Join("run", "report.html")
	holds(t, "the page", readFile(t, path), "No answer, and no p-value: the test of the observed "+
		"sample failed (loss at epoch")
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	mustSucceed(t, "report", "run")
	holds(t, "the page", readFile(t, path), "No answer")
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
	mustFail(t, "report "+dir,
		"sparker run "+dir+"/config.yaml --dir "+dir+" continues it")
	mustSucceed(t, "report", dir, "--partial")
	page := readFile(t, filepath.Join(dir, "report.html"))
	holds(t, "the page", page, "/config.yaml --dir ")
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
