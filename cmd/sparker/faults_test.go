package main

import (
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"sparker/results"
)

// A folderFault is a fault of a run folder, with what a command says of it.
type folderFault struct {
	name string
	// make does the fault to the folder run, in the working directory.
	make func() error
	// line is the command that notices it, code its exit code, and parts are parts of its message.
	line  string
	code  int
	parts []string
	// mend does what the message says, up to the command that the message names.
	mend func() error
}

// runAgain is the command that continues the run of these tests.
const runAgain = "sparker run run/config.yaml --dir run"

const (
	toysFile     = "run/toys/toys-0.jsonl"
	manifestFile = "run/manifest.json"
	quiet        = " --no-figures --progress none"
)

// edit replaces the content of a file by what a function makes of it.
func edit(path string, change func(string) string) func() error {
	return func() error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(path, []byte(change(string(text))), 0o666)
	}
}

// onLine returns a function that changes a line of a text, from 1.
func onLine(number int, change func(string) string) func(string) string {
	return func(text string) string {
		lines := strings.SplitAfter(text, "\n")
		lines[number-1] = change(lines[number-1])
		return strings.Join(lines, "")
	}
}

// without returns an empty text.
func without(string) string { return "" }

// flip changes one bit in the middle of a text.
func flip(text string) string {
	b := []byte(text)
	b[len(b)/2] ^= 4
	return string(b)
}

// damagedFiles are faults of the files of a run, and their remedies.
var damagedFiles = []folderFault{
	{"a bit of a toy", edit(toysFile, onLine(3, flip)), "run tiny.yaml --dir run", exitFailure,
		[]string{toysFile + ":3 is damaged", "sed -i.bak 3d " + toysFile, runAgain, "nothing else"},
		edit(toysFile, onLine(3, without))},
	{"a line of a toy cut short", edit(toysFile, onLine(3, func(l string) string {
		return l[:40] + "\n"
	})), "summarize run", exitFailure, []string{"sed -i.bak 3d " + toysFile, runAgain},
		edit(toysFile, onLine(3, without))},
	{"another text in a line", edit(toysFile, onLine(26, func(l string) string {
		return l + "note to self"
	})), "run tiny.yaml --dir run", exitFailure, []string{toysFile + ":27",
		"sed -i.bak 27d " + toysFile, runAgain}, edit(toysFile, onLine(27, without))},
	{"a line of a part", func() error {
		err := os.WriteFile("run/toys/toys-2-of-3.jsonl", []byte("{}\n"), 0o666)
		return errors.Join(err, edit(toysFile, onLine(3, without))())
	}, "status run", exitFailure, []string{"sed -i.bak 1d run/toys/toys-2-of-3.jsonl",
		runAgain + " --shard 2/3"}, edit("run/toys/toys-2-of-3.jsonl", without)},
	{"a bit of the manifest", edit(manifestFile, flip), "summarize run", exitFailure,
		[]string{manifestFile + " is damaged", "remove it", runAgain, "keeps the toys"},
		func() error { return os.Remove(manifestFile) }},
	{"an empty manifest", edit(manifestFile, without), "status run", exitFailure,
		[]string{manifestFile + " is damaged", runAgain}, nil},
	{"zeros instead of the manifest", edit(manifestFile, func(text string) string {
		return strings.Repeat("\x00", len(text))
	}), "plot run", exitFailure, []string{manifestFile + " is damaged", runAgain}, nil},
	{"a bit of a fit", func() error {
		fits, err := filepath.Glob("run/fits/*.json")
		return errors.Join(err, edit(fits[0], flip)())
	}, "plot run", exitFailure, []string{"run/fits/", "is damaged", runAgain + " fits it again"},
		nil},
	{"no toys", func() error { return os.Remove(toysFile) }, "summarize run", exitMissing,
		[]string{"no null toys yet", runAgain}, nil},
	{"a file instead of the toys", func() error {
		return errors.Join(os.RemoveAll("run/toys"), os.WriteFile("run/toys", nil, 0o666))
	}, "run tiny.yaml --dir run", exitUsage, []string{"run/toys is a file", "move the file"},
		func() error { return os.Remove("run/toys") }},
	{"a folder instead of toys", func() error { return os.Mkdir("run/toys/a.jsonl", 0o777) },
		"summarize run", exitFailure, []string{"run/toys/a.jsonl", "move it elsewhere"},
		func() error { return os.Remove("run/toys/a.jsonl") }},
}

// Every fault of a file of a run folder is refused with what to type. After that, nothing is lost:
// the results are those of an unbroken run.
func TestDamagedFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("repairs a dozen runs")
	}
	run := copyOf(t, tinyRun)
	for _, f := range damagedFiles {
		t.Run(f.name, func(t *testing.T) {
			inFolder(t)
			if err := errors.Join(os.CopyFS("run", os.DirFS(run.dir)), f.make()); err != nil {
				t.Fatal(err)
			}
			flags := ""
			if strings.HasPrefix(f.line, "run ") {
				flags = quiet
			}
			got := sparker(t, strings.Fields(f.line+flags)...)
			if got.code != f.code {
				t.Errorf("exit code %d, want %d", got.code, f.code)
			}
			if n := strings.Count(got.stderr, "\n"); n > 2 && f.code != exitMissing {
				t.Errorf("the message has %d lines", n)
			}
			holds(t, "message", filepath.ToSlash(got.stderr), f.parts...)
			if f.mend != nil {
				if err := f.mend(); err != nil {
					t.Fatal(err)
				}
			}
			mustSucceed(t, strings.Fields(strings.TrimPrefix(runAgain, "sparker ")+quiet)...)
			sameRuns(t, "run", run.dir)
		})
	}
}

// Faults that cost nothing are mended without a word: a config or a summary that is gone or torn,
// and zeros, a torn line or a copy of a line at the end of the toys.
func TestMendedFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("continues six runs")
	}
	run := copyOf(t, tinyRun)
	for name, make := range map[string]func() error{
		"no config":   func() error { return os.Remove("run/config.yaml") },
		"no summary":  func() error { return os.Remove("run/summary.json") },
		"a bit of it": edit("run/summary.json", flip),
		"zeros": edit(toysFile, onLine(26, func(l string) string {
			return strings.Repeat("\x00", len(l))
		})),
		"a torn line": edit(toysFile, onLine(26, func(l string) string { return l[:len(l)/2] })),
		"a copy":      edit(toysFile, onLine(26, func(l string) string { return l + l })),
	} {
		t.Run(name, func(t *testing.T) {
			inFolder(t)
			if err := errors.Join(os.CopyFS("run", os.DirFS(run.dir)), make()); err != nil {
				t.Fatal(err)
			}
			mustSucceed(t, strings.Fields("run tiny.yaml --dir run"+quiet)...)
			sameRuns(t, "run", run.dir)
		})
	}
}

// A merge needs no config.yaml, which the manifest holds too, and refuses what is not a part of the
// run with what to do.
func TestMergeOfFaultyFolders(t *testing.T) {
	run := copyOf(t, tinyRun)
	inFolder(t)
	if err := errors.Join(os.CopyFS("run", os.DirFS(run.dir)), os.Remove("run/config.yaml"),
		os.WriteFile("file", nil, 0o666), os.CopyFS("other", os.DirFS(run.dir)),
		edit("other/manifest.json", func(text string) string {
			text, _, _ = strings.Cut(text, ",\n  \"checksum\"")
			return strings.Replace(text, `"digest": "`, `"digest": "0`, 1) + "\n}\n"
		})()); err != nil {
		t.Fatal(err)
	}
	mustSucceed(t, "merge", "run", "--out", "whole")
	sameRuns(t, "whole", run.dir)
	mustFail(t, "merge run --out file", "file is not a folder", "choose another")
	mustFail(t, "merge run other --out new", "leave one of them out")
	mustFail(t, "merge run --out other", "leave one of them out")
	mustFail(t, "merge run nothing --out new", "there is no such folder", "sparker run")
	if _, err := os.Stat("new"); err == nil {
		t.Error("a merge that was refused made its folder")
	}
}

// A manifest that is lost is not written again for a run of files: other files may have had the
// same names.
func TestLostManifestOfFiles(t *testing.T) {
	inFolder(t)
	rows := "x\n"
	for i := range 60 {
		rows += strings.Repeat("1", 1+i%7) + "." + strings.Repeat("3", 1+i%5) + "\n"
	}
	writeFile(t, "r.csv", rows)
	writeFile(t, "d.csv", rows[:100]+"\n")
	line := strings.Fields("test --reference r.csv --data d.csv --toys 19 tests=[ks] --dir run " +
		"--shared keep" + quiet)
	mustSucceed(t, line...)
	toys := readFile(t, toysFile)
	if err := os.Remove(manifestFile); err != nil {
		t.Fatal(err)
	}
	got := sparker(t, line...)
	if got.code != exitUsage {
		t.Errorf("exit code %d, want %d", got.code, exitUsage)
	}
	holds(t, "message", got.stderr, "holds other files", "choose another folder")
	if readFile(t, toysFile) != toys {
		t.Error("the toys changed")
	}
}

// sameRuns checks that the results of two runs are equal, byte for byte.
func sameRuns(t *testing.T, dir, unbroken string) {
	t.Helper()
	compared := 0
	for _, pattern := range []string{"*.csv", "summary.json", "config.yaml", "fits/*.json",
		"figures/*", "figures/*/*"} {
		paths, err := filepath.Glob(filepath.Join(unbroken, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			name, err := filepath.Rel(unbroken, path)
			if err != nil {
				t.Fatal(err)
			}
			info, err := os.Stat(path)
			if err != nil {
				t.Fatal(err)
			}
			if info.IsDir() || name == results.TimeTable {
				continue
			}
			compared++
			if readFile(t, filepath.Join(dir, name)) != readFile(t, path) {
				t.Errorf("%s of %s differs from that of %s", name, dir, unbroken)
			}
		}
	}
	if compared < 4 {
		t.Errorf("%s has %d files to compare", unbroken, compared)
	}
}

// together calls the program with several lines at the same time.
func together(t *testing.T, lines ...string) []output {
	t.Helper()
	all := make([]output, len(lines))
	var wg sync.WaitGroup
	for i, line := range lines {
		wg.Go(func() { all[i] = call(t.Context(), "", strings.Fields(line)...) })
	}
	wg.Wait()
	return all
}

// Commands that work in one folder at the same time succeed, or are refused with what to do. In the
// end, the folder holds every toy once.
func TestCommandsTogether(t *testing.T) {
	if testing.Short() {
		t.Skip("makes and merges runs")
	}
	run := copyOf(t, tinyRun)
	inFolder(t)
	if err := errors.Join(os.CopyFS("run", os.DirFS(run.dir)), os.CopyFS("part",
		os.DirFS(run.dir)), edit("part/toys/toys-0.jsonl", func(text string) string {
		return strings.Join(strings.SplitAfter(text, "\n")[:9], "")
	})()); err != nil {
		t.Fatal(err)
	}
	const again, merge = "run tiny.yaml --dir part" + quiet, "merge run --out "
	for _, lines := range [][]string{
		{merge + "merged", merge + "merged", merge + "merged"},
		{again, merge + "part", again},
		{"summarize part", again, "summarize part", "status part", "report part --partial"},
	} {
		succeeded := 0
		for i, got := range together(t, lines...) {
			if got.code == exitOK || got.code == 3 { // toys are missing meanwhile
				succeeded++
				continue
			}
			if got.code != exitFailure {
				t.Errorf("%s: exit code %d", lines[i], got.code)
			}
			holds(t, "message of "+lines[i], got.stderr, "another process is writing to ",
				"wait for it, or stop it first")
		}
		if succeeded == 0 {
			t.Errorf("none of %q succeeded", lines)
		}
	}
	mustSucceed(t, strings.Fields(again)...)
	for _, dir := range []string{"merged", "part"} {
		sameRuns(t, dir, run.dir)
		if n := strings.Count(readFile(t, dir+"/toys/toys-0.jsonl"), "\n"); n != 26 {
			t.Errorf("%s holds %d lines of toys, want 26", dir, n)
		}
	}
}

// faultRow matches the test in the last column of the table of faults.
var faultRow = regexp.MustCompile("(?m)^\\|.*\\| `(Test\\w+)` \\|$")

// Every row of the table of faults in the guide names a test that exists.
func TestFaultsOfTheGuide(t *testing.T) {
	t.Parallel()
	_, section, found := strings.Cut(readFile(t, "../../docs/guide/clusters.md"), "\n## Faults\n")
	section, _, _ = strings.Cut(section, "\n## ")
	rows := faultRow.FindAllStringSubmatch(section, -1)
	if want := strings.Count(section, "\n|") - 2; !found || len(rows) != want || want < 15 {
		t.Fatalf("%d of %d rows name a test", len(rows), want)
	}
	tests := ""
	for _, pattern := range []string{"*_test.go", "../../results/*_test.go",
		"../../experiments/*_test.go"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			tests += readFile(t, path)
		}
	}
	for _, row := range rows {
		if !strings.Contains(tests, "\nfunc "+row[1]+"(t *testing.T)") {
			t.Errorf("there is no test %s", row[1])
		}
	}
}
