package main

import (
	"bytes"
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
)

// rename gives the module in a folder another path, and returns the number of changed files.
func rename(root, path string) (changed int, err error) {
	if err := module.CheckPath(path); err != nil {
		return 0, fmt.Errorf("%w; want a path whose first part is the name of a host, such as "+
			"example.org/you/sparker", err)
	}
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		return 0, errors.Join(errors.New("want the top folder of the project"), err)
	}
	old := modfile.ModulePath(text)
	if old == "" {
		return 0, errors.New("go.mod names no module")
	}
	r := renaming{old: old, path: path}
	files, err := r.files(root)
	if err != nil {
		return 0, err
	}
	for _, f := range files {
		if err := os.WriteFile(f.name, f.content, f.mode); err != nil {
			return changed, fmt.Errorf("after %d of %d files: %w", changed, len(files), err)
		}
		changed++
	}
	return changed, nil
}

// renaming is the change of a module path.
type renaming struct{ old, path string }

// changedFile is the new content of a file.
type changedFile struct {
	name    string
	content []byte
	mode    fs.FileMode
}

// files returns the files of a module that change. Hidden folders are left out, except that of CI.
func (r renaming) files(root string) (files []changedFile, err error) {
	err = filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && name != root && strings.HasPrefix(entry.Name(), "."):
			return fs.SkipDir
		case !entry.Type().IsRegular():
			return nil
		}
		change := r.changeOf(entry.Name())
		if change == nil {
			return nil
		}
		before, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		after, err := change(before)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if !bytes.Equal(before, after) {
			files = append(files, changedFile{name, after, info.Mode().Perm()})
		}
		return nil
	})
	return files, err
}

// changeOf returns how files of a name change. It is nil if they do not.
func (r renaming) changeOf(name string) func([]byte) ([]byte, error) {
	switch {
	case name == "go.mod":
		return r.modFile
	case filepath.Ext(name) == ".go":
		return r.goFile
	case filepath.Ext(name) == ".md":
		return func(text []byte) ([]byte, error) { return r.importLines(text), nil }
	}
	return nil
}

// of returns the new path of a package. It reports whether the package belongs to the module.
func (r renaming) of(imported string) (path string, own bool) {
	if r.path == r.old {
		return "", false
	}
	rest, own := strings.CutPrefix(imported, r.old)
	return r.path + rest, own && (rest == "" || rest[0] == '/')
}

// modFile changes the module line of a go.mod file.
func (r renaming) modFile(text []byte) ([]byte, error) {
	path, own := r.of(modfile.ModulePath(text))
	if !own {
		return text, nil
	}
	f, err := modfile.Parse("go.mod", text, nil)
	if err != nil {
		return nil, err
	}
	if err := f.AddModuleStmt(path); err != nil {
		return nil, err
	}
	return f.Format()
}

// goFile changes the imports of a Go file, and those in its comments. The rest of a file stays as
// it is, except that imports are sorted again. Files that do not parse, as in testdata, stay as
// they are.
func (r renaming) goFile(text []byte) ([]byte, error) {
	set := token.NewFileSet()
	tree, err := parser.ParseFile(set, "", text, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return text, nil
	}
	var spans []span
	for _, spec := range tree.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return nil, err
		}
		if path, own := r.of(imported); own {
			spans = append(spans, spanOf(set, spec.Path, strconv.Quote(path)))
		}
	}
	for _, group := range tree.Comments {
		for _, comment := range group.List {
			after := string(r.importLines([]byte(comment.Text)))
			if after != comment.Text {
				spans = append(spans, spanOf(set, comment, after))
			}
		}
	}
	if len(spans) == 0 {
		return text, nil
	}
	slices.SortFunc(spans, func(a, b span) int { return b.from - a.from })
	after := slices.Clone(text)
	for _, s := range spans {
		after = slices.Replace(after, s.from, s.to, []byte(s.text)...)
	}
	return format.Source(after)
}

// span is a part of a file, from a byte to the byte before another one, and its new text.
type span struct {
	from, to int
	text     string
}

func spanOf(set *token.FileSet, node ast.Node, text string) span {
	return span{set.Position(node.Pos()).Offset, set.Position(node.End()).Offset, text}
}

// importLine is a line of Go code, perhaps in a comment, that imports one package, or the line of a
// package in a list of imports.
var importLine = regexp.MustCompile(
	`(?m)^(?://)?[ \t]*(?:import )?(?:[\w.]+ )?"([\w./-]+)"[ \t]*(?://.*)?$`)

// importLines changes the lines of a text that import packages of the module.
func (r renaming) importLines(text []byte) []byte {
	found := importLine.FindAllSubmatchIndex(text, -1)
	slices.Reverse(found)
	after := slices.Clone(text)
	for _, at := range found {
		if path, own := r.of(string(text[at[2]:at[3]])); own {
			after = slices.Replace(after, at[2], at[3], []byte(path)...)
		}
	}
	return after
}
