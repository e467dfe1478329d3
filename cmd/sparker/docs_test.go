package main

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
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

// underAVX2 reports whether the process runs the AVX2 instructions, which the numbers in the
// documents are those of: with others the last digits of a fit differ, and with them, rarely, a
// decision. If it does not, the test is run again by a process that does.
func underAVX2(t *testing.T) bool {
	t.Helper()
	const variable = "SPARKER_SIMD"
	switch path := experiments.Versions()["fused"]; {
	case path == "avx2":
		return true
	case os.Getenv(variable) != "":
		t.Skipf("the documented numbers are those of avx2; %s=%s", variable, os.Getenv(variable))
	}
	again := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v",
		fmt.Sprintf("-regen=%v", *regen))
	again.Env = append(os.Environ(), variable+"=avx2")
	if out, err := again.CombinedOutput(); err != nil {
		t.Errorf("with %s=avx2: %v\n%s", variable, err, out)
	} else if strings.Contains(string(out), "--- SKIP") {
		t.Skip("the documented numbers are those of avx2, which this processor does not have")
	}
	return false
}

// A consoleCommand is a command of a console block and the output that the page shows. A line "..."
// of the output stands for any number of lines.
type consoleCommand struct{ line, output string }

// consoleCommands returns the calls of sparker in the console blocks of a page, in their order.
// Those that read files from outside the repository are left out.
func consoleCommands(page string) []consoleCommand {
	var commands []consoleCommand
	for _, block := range consoleBlock.FindAllStringSubmatch(page, -1) {
		for _, part := range strings.Split("\n"+block[1], "\n$ ")[1:] {
			line, output, _ := strings.Cut(strings.TrimSuffix(part, "\n")+"\n", "\n")
			if program.MatchString(line) && !strings.Contains(line, "../shared/") {
				commands = append(commands, consoleCommand{line, output})
			}
		}
	}
	return commands
}

// shownFile is a file that a page shows: a block of CSV or YAML below a sentence that ends in its
// name.
var shownFile = regexp.MustCompile(
	"(?s)`([\\w.-]+\\.(?:csv|yaml))`[,:]\\s+```(?:csv|yaml)\n(.*?)```")

// checkPage runs the commands of a page, in an empty folder with the sample files and the files
// that the page shows, and compares their output with the page.
func checkPage(t *testing.T, name, page string) {
	t.Helper()
	samples := os.DirFS(filepath.Join("..", "..", "examples"))
	folder := t.TempDir()
	if err := os.CopyFS(filepath.Join(folder, "examples"), samples); err != nil {
		t.Fatal(err)
	}
	t.Chdir(folder)
	for _, file := range shownFile.FindAllStringSubmatch(page, -1) {
		writeFile(t, file[1], file[2])
	}
	for _, command := range consoleCommands(page) {
		args := words(program.ReplaceAllString(command.line, ""))
		if name != "README.md" && len(args) > 0 && (args[0] == "test" || args[0] == "run") &&
			!slices.Contains(args, "--no-folder") && !slices.Contains(args, "--no-figures") {
			args = append(args, "--no-figures") // which takes a third of the time
		}
		got := sparker(t, args...)
		printed := got.stdout
		if got.code != exitOK {
			printed += got.stderr
		}
		if !showsOutput(command.output, printed) {
			t.Errorf("%s: %s prints\n%s%s\nthe page says\n%s", name, command.line, printed,
				got.stderr, command.output)
		}
	}
}

// showsOutput reports whether the output of a page is that of the program, except for what lines
// "..." stand for.
func showsOutput(shown, printed string) bool {
	parts := strings.Split("\n"+shown, "\n...\n")
	printed = "\n" + printed
	if !strings.HasPrefix(printed, parts[0]) {
		return false
	}
	printed = printed[len(parts[0]):]
	for i, part := range parts[1:] {
		part = "\n" + part
		if i == len(parts)-2 {
			return part == "\n" || strings.HasSuffix(printed, part)
		}
		_, rest, found := strings.Cut(printed, part)
		if !found {
			return false
		}
		printed = rest
	}
	return printed == ""
}

// words splits a command line as a shell does, with double and single quotes, and expands patterns
// that files match.
func words(line string) []string {
	var all []string
	for _, word := range shellWord.FindAllString(line, -1) {
		if files, err := filepath.Glob(word); err == nil && len(files) > 0 {
			all = append(all, files...)
			continue
		}
		all = append(all, strings.NewReplacer(`"`, "", "'", "").Replace(word))
	}
	return all
}

var shellWord = regexp.MustCompile(`(?:"[^"]*"|'[^']*'|[^\s"'])+`)

// The commands of the README print what the README says they print.
func TestReadmeCommands(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the quickstart and a test of the sample files")
	}
	if !underAVX2(t) {
		return
	}
	page := documents(t)["README.md"]
	if len(consoleCommands(page)) == 0 {
		t.Error("the README has no command to run")
	}
	checkPage(t, "README.md", page)
}

// The commands of the other pages print what the pages say they print. The short tests leave out
// pages whose commands fit.
func TestDocumentedOutput(t *testing.T) {
	if !testing.Short() && !underAVX2(t) {
		return
	}
	fits := regexp.MustCompile(`^\S*sparker (?:run|test|fit|toy) `)
	found := 0
	for name, page := range documents(t) {
		commands := consoleCommands(page)
		if name == "README.md" || len(commands) == 0 || testing.Short() &&
			slices.ContainsFunc(commands, func(c consoleCommand) bool {
				return fits.MatchString(c.line)
			}) {
			continue
		}
		found++
		t.Run(name, func(t *testing.T) { checkPage(t, name, page) })
	}
	if found == 0 {
		t.Error("no page has a command to run")
	}
}

// Every config in the documents is a valid one.
func TestDocumentedConfigs(t *testing.T) {
	found := 0
	for name, text := range documents(t) {
		for _, block := range yamlBlock.FindAllStringSubmatch(text, -1) {
			found++
			if _, err := configs.LoadSweepBytes(name, []byte(block[1]),
				configs.Changes{}); err != nil {
				t.Errorf("a config in %s: %v", name, err)
			}
		}
	}
	if found == 0 {
		t.Error("no config found")
	}
}

// The example of docs/guide/read-findings.md, on real data, prints the lines that the page shows.
func TestWherePage(t *testing.T) {
	if testing.Short() {
		t.Skip("fits toys of real data")
	}
	page := documents(t)["docs/guide/read-findings.md"]
	block := regexp.MustCompile("(?s)```console\n\\$ ([^\n]*\\.\\./shared/[^\n]*)\n(.*?)```").
		FindStringSubmatch(page)
	if block == nil {
		t.Fatal("the page has no example")
	}
	t.Chdir(filepath.Join("..", "..")) // the example names the folder from here
	if _, err := os.Stat(filepath.Join("..", "shared", "data", "gw_ligo_windows")); err != nil {
		t.Skipf("the files of the example are not there: %v", err)
	}
	command, lines := block[1], block[2]
	dir := filepath.Join(t.TempDir(), "run")
	got := mustSucceed(t, append(words(program.ReplaceAllString(command, "")), "--dir", dir,
		"--no-figures", "--progress", "none")...)
	holds(t, "output", got.stdout, strings.Split(strings.TrimSpace(lines), "\n")...)
	table := regexp.MustCompile(`(?m)^\| row \| weight .*\n(?:\|.*\n)+`).FindString(page)
	if strings.Count(table, "\n") < 4 {
		t.Fatalf("the page shows no rows of the report: %q", table)
	}
	holds(t, "report", readFile(t, filepath.Join(dir, "report.md")), table)
}
