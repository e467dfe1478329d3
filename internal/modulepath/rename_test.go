package main

import (
	"bytes"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

const other = "example.org/you/sparker"

func TestGoFile(t *testing.T) {
	const before = `// Package p is used so:
//
//	import _ "sparker/p"
//	import "sparkers/p"
package p

import (
	"fmt"

	"sparker"
	"sparker.org/x"
	b "sparker/twosample/baselines" // registers
)

// Schema is no import: "sparker/fit/1".
const Schema = "sparker/fit/1"

var list = []string{
	"sparker",
	"sparker/p",
}
`
	const want = `// Package p is used so:
//
//	import _ "example.org/you/sparker/p"
//	import "sparkers/p"
package p

import (
	"fmt"

	"example.org/you/sparker"
	b "example.org/you/sparker/twosample/baselines" // registers
	"sparker.org/x"
)

// Schema is no import: "sparker/fit/1".
const Schema = "sparker/fit/1"

var list = []string{
	"sparker",
	"sparker/p",
}
`
	r := renaming{old: "sparker", path: other}
	got, err := r.goFile([]byte(before))
	if err != nil || string(got) != want {
		t.Errorf("%v\n%s", err, got)
	}
	if back, err := (renaming{other, "sparker"}).goFile(got); err != nil || string(back) != before {
		t.Errorf("and back: %v\n%s", err, back)
	}
	for _, text := range []string{"package p\n", "no Go", "", "package p; import \"sparkers\"\n"} {
		if got, err := r.goFile([]byte(text)); err != nil || string(got) != text {
			t.Errorf("%q: %q (%v)", text, got, err)
		}
	}
}

func TestPagesAndModFiles(t *testing.T) {
	r := renaming{old: "sparker", path: other}
	for before, want := range map[string]string{
		"```go\nimport (\n\t\"sparker\"\n\t\"sparker/data\"\n)\n```\n": "```go\nimport (\n\t\"" +
			other + "\"\n\t\"" + other + "/data\"\n)\n```\n",
		"the schema \"sparker/fit/1\"\n": "the schema \"sparker/fit/1\"\n",
	} {
		if got := string(r.importLines([]byte(before))); got != want {
			t.Errorf("%q: %q", before, got)
		}
	}
	for before, want := range map[string]string{
		"// a\nmodule sparker // b\n\ngo 1.26\n": "// a\nmodule " + other + " // b\n\ngo 1.26\n",
		"module sparker/gen\n":                   "module " + other + "/gen\n",
		"module sparkers\n":                      "module sparkers\n",
	} {
		if got, err := r.modFile([]byte(before)); err != nil || string(got) != want {
			t.Errorf("%q: %q (%v)", before, got, err)
		}
	}
}

// Nonsense is refused, and nothing is written.
func TestRefused(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "go.mod"), "module sparker\n")
	for _, path := range []string{"", "sparker", "you/sparker", "https://example.org/sparker",
		"example.org/you/sparker/", "example.org/../sparker", "example.org/Spark er",
		"example.org/you/sparker/v1", "-x.org/y"} {
		if n, err := rename(dir, path); err == nil || n != 0 {
			t.Errorf("%q: %d files, %v", path, n, err)
		}
	}
	if _, err := rename(t.TempDir(), other); err == nil {
		t.Error("a folder without go.mod is taken")
	}
	if err := run(nil, io.Discard); err == nil || !strings.Contains(err.Error(), "example.org") {
		t.Errorf("without a path: %v", err)
	}
	write(t, filepath.Join(dir, "x.go"), "package x\n\nimport \"sparker/y\"\n")
	if n, err := rename(dir, "example.org/you/sparker/v2"); n != 2 || err != nil {
		t.Errorf("%d files, %v", n, err)
	}
}

// A copy of the project under another path has all its packages, and a second call changes nothing.
func TestCopyOfProject(t *testing.T) {
	if testing.Short() {
		t.Skip("copies the project")
	}
	dir := copyProject(t)
	text, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	old, path := modfile.ModulePath(text), "renamed.example.org/sparker"
	if n, err := rename(dir, path); n < 300 || err != nil {
		t.Fatalf("%d files changed, %v", n, err)
	}
	if n, err := rename(dir, path); n != 0 || err != nil {
		t.Errorf("the second call changed %d files, %v", n, err)
	}
	for _, imported := range strings.Fields(goTool(t, dir, "list", "-deps", "-test", "./...")) {
		if imported == old || strings.HasPrefix(imported, old+"/") {
			t.Errorf("a package imports %s", imported)
		}
	}
	goTool(t, dir, "vet", "./internal/modulepath", "./internal/rng", "./internal/clean")
	gen, err := os.ReadFile(filepath.Join(dir, "internal", "kernel", "gen", "go.mod"))
	if name := modfile.ModulePath(gen); name != path+"/internal/kernel/gen" {
		t.Errorf("the module of the generator is %s (%v)", name, err)
	}
}

// goTool calls the program go in a folder and returns what it prints.
func goTool(t *testing.T, dir string, args ...string) string {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Dir = dir
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go %v: %v\n%s", args, err, stderr.Bytes())
	}
	return string(out)
}

// copyProject copies the Go code of the project, and the data that it and its tests embed.
func copyProject(t *testing.T) string {
	t.Helper()
	root, dir := filepath.Join("..", ".."), t.TempDir()
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		top := filepath.ToSlash(rel)
		if entry.IsDir() {
			if rel != "." && strings.HasPrefix(entry.Name(), ".") ||
				top == "docs" || top == "runs" || top == "dist" {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(dir, rel), 0o777)
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		content, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(dir, rel), content, 0o666)
	})
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}
