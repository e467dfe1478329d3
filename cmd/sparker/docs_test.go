package main

import (
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sparker/configs"
	"sparker/experiments"
)

var (
	consoleBlock = regexp.MustCompile("(?s)```console\n(.*?)```")
	yamlBlock    = regexp.MustCompile("(?s)```yaml\n(.*?)```")
	program      = regexp.MustCompile(`^(?:go run \./cmd/sparker|sparker) `)
)

// documents returns the text of every page of the project, by its slash-separated path from the
// root.
func documents(t *testing.T) map[string]string {
	t.Helper()
	root := os.DirFS(filepath.Join("..", ".."))
	texts := map[string]string{}
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != "." &&
			(strings.HasPrefix(entry.Name(), ".") || entry.Name() == "runs"):
			return fs.SkipDir
		case path.Ext(name) != ".md":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		texts[name] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// The commands of the README print what the README says they print. Their numbers are those of one
// set of instructions, AVX2: with others the last digits of a fit differ, and with them, rarely, a
// decision. A process that chose others starts one that is told to take these.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the quickstart")
	}
	const variable = "SPARKER_SIMD"
	switch path := experiments.Versions()["fused"]; {
	case path == "avx2":
	case os.Getenv(variable) != "":
		t.Skipf("the README's numbers are those of avx2; %s=%s", variable, os.Getenv(variable))
	default:
		again := exec.Command(os.Args[0], "-test.run=^TestReadmeCommands$", "-test.v")
		again.Env = append(os.Environ(), variable+"=avx2")
		if out, err := again.CombinedOutput(); err != nil {
			t.Errorf("with %s=avx2: %v\n%s", variable, err, out)
		} else if strings.Contains(string(out), "--- SKIP") {
			t.Skip("the README's numbers are those of avx2, which this processor does not have")
		}
		return
	}
	ran := 0
	text := documents(t)["README.md"]
	inFolder(t)
	for _, block := range consoleBlock.FindAllStringSubmatch(text, -1) {
		command, want, _ := strings.Cut(strings.TrimPrefix(block[1], "$ "), "\n")
		if !program.MatchString(command) {
			continue
		}
		ran++
		got := mustSucceed(t, strings.Fields(program.ReplaceAllString(command, ""))...)
		if got.stdout != want {
			t.Errorf("%s prints\n%s\nthe README says\n%s", command, got.stdout, want)
		}
	}
	if ran == 0 {
		t.Error("the README has no command to run")
	}
}

// Every config in the documents is a valid one.
func TestDocumentedConfigs(t *testing.T) {
	found := 0
	for name, text := range documents(t) {
		for _, block := range yamlBlock.FindAllStringSubmatch(text, -1) {
			found++
			if _, err := configs.LoadSweepBytes(name, []byte(block[1]), nil, nil); err != nil {
				t.Errorf("a config in %s: %v", name, err)
			}
		}
	}
	if found == 0 {
		t.Error("no config found")
	}
}

// The overrides of every documented `sparker run` of a shipped config are valid.
func TestDocumentedOverrides(t *testing.T) {
	run := regexp.MustCompile("sparker run ((?:[a-z0-9]+/)*[a-z0-9]+)((?: [a-z0-9_.]+=[^ `\n]+)*)")
	found := 0
	for name, text := range documents(t) {
		for _, match := range run.FindAllStringSubmatch(strings.ReplaceAll(text, "\\\n", " "), -1) {
			found++
			overrides := strings.Fields(strings.ReplaceAll(match[2], `"`, ""))
			if _, err := configs.LoadSweep(match[1], overrides, nil); err != nil {
				t.Errorf("%s: `%s`: %v", name, match[0], err)
			}
		}
	}
	if found < 3 {
		t.Errorf("%d commands found; the pattern misses some", found)
	}
}

// The example of docs/guide/read-findings.md, on real data, prints the lines that the page shows of it.
func TestWherePage(t *testing.T) {
	page := documents(t)["docs/guide/read-findings.md"]
	block := consoleBlock.FindStringSubmatch(page)
	if block == nil {
		t.Fatal("the page has no example")
	}
	t.Chdir(filepath.Join("..", "..")) // the example names the folder from here
	if _, err := os.Stat(filepath.Join("..", "shared", "data", "gw_ligo_windows")); err != nil {
		t.Skipf("the files of the example are not there: %v", err)
	}
	command, lines, _ := strings.Cut(strings.TrimPrefix(block[1], "$ "), "\n")
	dir := filepath.Join(t.TempDir(), "run")
	got := mustSucceed(t, append(strings.Fields(program.ReplaceAllString(command, "")), "--dir", dir, "--no-figures", "--progress", "none")...)
	holds(t, "output", got.stdout, strings.Split(strings.TrimSpace(lines), "\n")...)
	table := regexp.MustCompile(`(?m)^\| row \| weight .*\n(?:\|.*\n)+`).FindString(page)
	if strings.Count(table, "\n") < 4 {
		t.Fatalf("the page shows no rows of the report: %q", table)
	}
	holds(t, "report", readFile(t, filepath.Join(dir, reportName)), table)
}
