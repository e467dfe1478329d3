package main

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// Every command has a page with its flags, whose date is that of the source.
func TestManualPages(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "man1")
	t.Setenv("SOURCE_DATE_EPOCH", "1790000000")
	mustSucceed(t, "man", folder)
	pages, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil {
		t.Fatal(err)
	}
	all := documented(new(app).rootCommand())
	if len(pages) != len(all) || !slices.Contains(pages, filepath.Join(folder, "sparker.1")) {
		t.Errorf("%d pages for %d commands: %q", len(pages), len(all), pages)
	}
	for _, cmd := range all {
		page := readFile(t, filepath.Join(folder, pageName(cmd)+".1"))
		holds(t, pageName(cmd), page, ".TH ", ` 1 "2026-09-21" "sparker `, ".SH SYNOPSIS")
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if flag := `\fB` + roff("--"+f.Name) + `\fR`; strings.Contains(page, flag) == f.Hidden {
				t.Errorf("%s has, or lacks, the flag %s", pageName(cmd), f.Name)
			}
		})
		for number, line := range strings.Split(page, "\n") {
			if strings.HasPrefix(line, "'") || strings.Contains(line, "%!") {
				t.Errorf("%s:%d: %s", pageName(cmd), number+1, line)
			}
		}
	}
	holds(t, "the page of sparker", readFile(t, filepath.Join(folder, "sparker.1")),
		".SH EXIT STATUS", `.BR sparker\-config`, "SPARKER_SIMD")
	lint, err := exec.LookPath("mandoc")
	if err != nil {
		t.Log("mandoc is not installed: the pages are not checked by it")
		return
	}
	if out, err := exec.Command(lint, append([]string{"-T", "lint", "-W", "warning"},
		pages...)...).CombinedOutput(); err != nil {
		t.Errorf("mandoc: %v\n%s", err, out)
	}
}

// The manual has the exit codes of the reference of commands, in its order.
func TestManualExitCodes(t *testing.T) {
	var codes, want []string
	for _, c := range exitCodes {
		codes = append(codes, strconv.Itoa(c.code))
		if c.meaning == "" {
			t.Errorf("the code %d has no meaning", c.code)
		}
	}
	for _, row := range regexp.MustCompile(`(?m)^\| (\d+) \|`).FindAllStringSubmatch(
		cliIntroduction, -1) {
		want = append(want, row[1])
	}
	if len(want) < 7 || !slices.Equal(codes, want) {
		t.Errorf("exit codes %q, want %q", codes, want)
	}
}

func TestManualIsRefused(t *testing.T) {
	inFolder(t)
	mustFail(t, "man tiny.yaml", "tiny.yaml", "file")
	mustFail(t, "man", "FOLDER")
	t.Setenv("SOURCE_DATE_EPOCH", "yesterday")
	mustFail(t, "man pages", "SOURCE_DATE_EPOCH", "yesterday", "seconds")
	if names := listing(t); len(names) != 1 {
		t.Errorf("the folder holds %q", names)
	}
}

func TestRoff(t *testing.T) {
	for text, want := range map[string]string{".sh": `\&.sh`, "'a'": `\&'a'`, "a-b": `a\-b`,
		`\n "x"`: `\en \(dqx\(dq`, "`x`": `\(gax\(ga`, "plain.": "plain."} {
		if got := roff(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
