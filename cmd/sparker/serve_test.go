package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sparker/internal/browser"
	"sparker/results"
)

// served is the program as it serves runs.
type served struct {
	address        string
	stdout, stderr *watched
	end            func() int // ends it and returns the exit code
}

var servedAt = regexp.MustCompile(`at (http://[^;]+/);`)

// serveRuns starts serving at a free port, with the words of a command line.
func serveRuns(t *testing.T, args ...string) *served {
	t.Helper()
	s := &served{stdout: &watched{}, stderr: &watched{}}
	ctx, cancel := context.WithCancel(t.Context())
	code := make(chan int, 1)
	go func() {
		code <- run(ctx, append([]string{"serve"}, args...), strings.NewReader(""), s.stdout,
			s.stderr)
	}()
	s.end = func() int { cancel(); return <-code }
	eventually(t, "the address", func() bool { return servedAt.MatchString(s.stderr.String()) })
	s.address = servedAt.FindStringSubmatch(s.stderr.String())[1]
	return s
}

// get returns the page at a path, and its status.
func (s *served) get(t *testing.T, path string) (int, string) {
	t.Helper()
	r, err := http.Get(s.address + path)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, string(text)
}

// tree returns the names, sizes and times of the files of a folder.
func tree(t *testing.T, dir string) string {
	t.Helper()
	var b strings.Builder
	err := filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil {
			b.WriteString(path + " " + info.ModTime().String() + "\n")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// A folder of runs is served with answers, reports, tables and comparisons, and is not changed. A
// run that goes on is followed.
func TestServe(t *testing.T) {
	dir := t.TempDir()
	for from, name := range map[string]string{copyOf(t, tinyRun).dir: "tiny",
		copyOf(t, sweepRun).dir: "sweep", partialRun(t): "partial"} {
		if err := os.CopyFS(filepath.Join(dir, name), os.DirFS(from)); err != nil {
			t.Fatal(err)
		}
	}
	before := tree(t, dir)
	s := serveRuns(t, dir, "--address", "127.0.0.1:0")
	status, list := s.get(t, "")
	holds(t, "the list", list, `href="/run/tiny/"`, `href="/run/sweep/"`, "power ",
		"25 of 26 toys", "finished, after", `href="/run/tiny/results.csv"`, "6 cells; ")
	if status != http.StatusOK {
		t.Errorf("the list is answered with %d", status)
	}
	for name, part := range map[string]string{"tiny": "tiny", "partial": "25 of 26"} {
		status, page := s.get(t, "run/"+name+"/")
		if status != http.StatusOK || !strings.Contains(page, part) {
			t.Errorf("the report of %s is answered with %d, or does not hold %q", name, status,
				part)
		}
	}
	_, table := s.get(t, "run/tiny/results.csv")
	if want := readFile(t, filepath.Join(dir, "tiny", results.PowerTable)); table != want {
		t.Errorf("the table is\n%s\nwant\n%s", table, want)
	}
	_, pair := s.get(t, "compare?a=tiny&b=sweep")
	holds(t, "the comparison", pair, "power at N_S = 30", "model.kernels", "1, 2, 4",
		"loss.kind=bce, model.kernels=4: power at N_S = 30")
	if after := tree(t, dir); after != before {
		t.Errorf("serving changes\n%s\nto\n%s", before, after)
	}
	toys := filepath.Join(dir, "partial", "toys", "toys-0.jsonl")
	whole := readFile(t, filepath.Join(dir, "tiny", "toys", "toys-0.jsonl"))
	writeFile(t, toys, whole)
	if _, list = s.get(t, ""); strings.Contains(list, "25 of 26") {
		t.Error("the list does not follow a run that goes on")
	}
	if code := s.end(); code != exitOK || s.stdout.String() != "" {
		t.Errorf("exit code %d, output %q", code, s.stdout.String())
	}
}

// Other machines can connect only if the command line says so, and a warning says what that means.
func TestServeElsewhere(t *testing.T) {
	dir := copyOf(t, tinyRun).dir
	s := serveRuns(t, dir, "--address", "0.0.0.0:0", "--host", "login.example.org")
	holds(t, "the warning", s.stderr.String(), "warning: everybody who reaches", "an SSH tunnel")
	if code := s.end(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	local := serveRuns(t, dir, "--address", "127.0.0.1:0")
	if text := local.stderr.String(); strings.Contains(text, "warning") {
		t.Errorf("a loopback address brings %q", text)
	}
	port := strings.TrimSuffix(local.address[strings.LastIndex(local.address, ":")+1:], "/")
	got := sparker(t, "serve", dir, "--address", "127.0.0.1:"+port)
	if got.code != exitFailure || !strings.Contains(got.stderr, "takes a port that is free") {
		t.Errorf("a port in use: exit code %d, %s", got.code, got.stderr)
	}
	local.end()
}

func TestServeRefuses(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, "file", "x")
	mustFail(t, "serve", "RUNS folders")
	mustFail(t, "serve nowhere", "nowhere: there is no such folder")
	mustFail(t, "serve file", "file is a file; want a folder of runs")
	for _, address := range []string{"8080", ":8080", "localhost"} {
		mustFail(t, "serve . --address "+address, "--address is", "want HOST:PORT")
	}
	for _, host := range []string{"evil example", "a:80", "", "-a"} {
		got := sparker(t, "serve", ".", "--host="+host, "--address", "127.0.0.1:0")
		if got.code != exitUsage || !strings.Contains(got.stderr, "without a port") {
			t.Errorf("--host %q: exit code %d, %s", host, got.code, got.stderr)
		}
	}
}

// A folder that shows nothing is named at the beginning. The tables of a test can be loaded.
func TestServeFoldersWithoutRuns(t *testing.T) {
	empty, other, run := t.TempDir(), t.TempDir(), copyOf(t, tinyRun).dir
	writeFile(t, filepath.Join(other, "manifest.json"), `{"schema": "another/1"}`)
	writeFile(t, filepath.Join(run, "members.csv"), "kernel\n0\n")
	s := serveRuns(t, empty, other, run, "--address", "127.0.0.1:0")
	holds(t, "the output", s.stderr.String(), "warning: "+empty+" holds no run yet",
		"warning: "+other, `"another/1"`)
	name := filepath.Base(run)
	if status, text := s.get(t, "run/"+name+"/members.csv"); status != http.StatusOK ||
		text != "kernel\n0\n" {
		t.Errorf("members.csv is answered with %d, %q", status, text)
	}
	if status, _ := s.get(t, "run/"+name+"/rows.csv"); status != http.StatusNotFound {
		t.Errorf("a table that is not there is answered with %d", status)
	}
	s.end()
}

func TestMergedNames(t *testing.T) {
	for _, c := range []struct{ first, second, want string }{
		{"a b c", "a b c", "a b c"}, {"", "a b", "a b"}, {"a b", "", "a b"},
		{"a c z", "a b c d z", "a b c d z"}, {"a b", "x a y", "x a y b"},
	} {
		got := merged(strings.Fields(c.first), strings.Fields(c.second))
		if strings.Join(got, " ") != c.want {
			t.Errorf("%q and %q make %q; want %q", c.first, c.second, got, c.want)
		}
	}
}

// The list leads to the report of a run, whose fits can be played, without errors and without
// requests for anything else.
func TestServeInABrowser(t *testing.T) {
	page := browser.Open(t)
	s := serveRuns(t, copyOf(t, tinyRun).dir, partialRun(t), "--address", "127.0.0.1:0")
	page.Visit(s.address)
	page.Click("tbody th a")
	page.Wait(`document.querySelector(".training")`)
	browser.Value[bool](page, `document.querySelector(".training").scrollIntoView(), true`)
	page.Wait(`!document.querySelector(".player").hidden`)
	told := `document.querySelector(".readout dd").textContent`
	browser.Value[bool](page, `document.querySelector(".epoch").focus(), true`)
	page.Press("End")
	if got := browser.Value[string](page, told); got != "12 of 12" {
		t.Errorf("the epoch is %q; want the last one", got)
	}
	page.Press("Home")
	if got := browser.Value[string](page, told); got != "1 of 12" {
		t.Errorf("the epoch is %q; want the first one", got)
	}
	page.Quiet()
	if code := s.end(); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}
