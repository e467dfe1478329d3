package main

import (
	"os"
	"path/filepath"
	"testing"
)

// A file that cannot be replaced leads to the name of one that is new.
func TestReportOffersANewFile(t *testing.T) {
	run := copyOf(t, tinyRun)
	inFolder(t)
	writeFile(t, "table.csv", "a,b\n1,2\n")
	writeFile(t, "report.html", "mine")
	mustFail(t, "report "+run.dir+" --out table.csv", "--out report-2.html")
	mustSucceed(t, "report", run.dir, "--out", "report-2.html")
}

// A place that cannot hold a report is told before any work, by its name.
func TestReportOutPlaces(t *testing.T) {
	run := copyOf(t, tinyRun)
	inFolder(t)
	if err := os.Mkdir("folder", 0o777); err != nil {
		t.Fatal(err)
	}
	writeFile(t, "file", "text")
	for path, part := range map[string]string{
		"nowhere/x.html": "the folder nowhere does not exist",
		"folder":         "--out folder/report.html",
		"file/x.html":    "file is a file",
	} {
		mustFail(t, "report "+run.dir+" --out "+path, part)
	}
	for _, name := range listing(t) {
		if name == "nowhere" {
			t.Error("a refused report made a folder")
		}
	}
	writeFile(t, filepath.Join("folder", "manifest.json"), `{"schema": "another/1"}`)
	for _, command := range []string{"report", "status", "summarize", "plot"} {
		mustFail(t, command+" folder", "folder", `"another/1"`, "sparker run")
	}
}

// A folder that cannot be written is named without the temporary file, and --out is offered.
func TestReportOfReadOnlyRun(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root writes everywhere")
	}
	run := copyOf(t, tinyRun)
	inFolder(t)
	if err := os.Chmod(run.dir, 0o555); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.Chmod(run.dir, 0o777) })
	mustFail(t, "report "+run.dir, "cannot be written; --out FILE")
	mustSucceed(t, "report", run.dir, "--out", "here.html")
}

// A fit replaces an earlier fit, and no other file of that name.
func TestFitReplacesFitsAlone(t *testing.T) {
	t.Chdir(t.TempDir())
	writeSamples(t)
	if err := os.Mkdir("out", 0o777); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("out", "fit.json")
	for _, text := range []string{`{"weight": 70}`, "not JSON"} {
		writeFile(t, path, text)
		mustFail(t, "fit --reference r.npy --data new.npy --out out train.epochs=20",
			"is not a fit of sparker")
		mustFail(t, "toy quickstart --hypothesis null --out out train.epochs=20",
			"is not a fit of sparker")
		if readFile(t, path) != text {
			t.Error("fit.json was overwritten")
		}
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		mustSucceed(t, "fit", "--reference", "r.npy", "--data", "new.npy", "--out", "out",
			"train.epochs=20")
	}
}
