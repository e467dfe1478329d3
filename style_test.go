package sparker_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"sparker/configs"
)

// The limits of a line, a function, a parameter list and a file. A tab counts four columns.
const (
	maxColumns    = 100
	maxFunction   = 60
	maxParameters = 5
	maxLines      = 500
)

var (
	generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)
	address   = regexp.MustCompile(`https?://\S+`)
)

// sources parses every Go file of the project that is not generated.
func sources(t *testing.T) map[string]source {
	t.Helper()
	if testing.Short() {
		t.Skip("parses all files of the project")
	}
	all := map[string]source{}
	for _, f := range goFiles(t) {
		text, err := os.ReadFile(f.name)
		if err != nil {
			t.Fatal(err)
		}
		if generated.Match(text) {
			continue
		}
		set := token.NewFileSet()
		tree, err := parser.ParseFile(set, f.name, text,
			parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		all[f.name] = source{f, text, set, tree}
	}
	return all
}

type source struct {
	goFile
	text []byte
	set  *token.FileSet
	tree *ast.File
}

func columns(line string) int {
	return utf8.RuneCountInString(line) + 3*strings.Count(line, "\t")
}

// rawLines returns the lines of texts in raw strings of several lines, which are as wide as what
// they stand for: a table, a config, a page.
func rawLines(s source) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(s.tree, func(n ast.Node) bool {
		literal, ok := n.(*ast.BasicLit)
		if !ok || !strings.HasPrefix(literal.Value, "`") {
			return true
		}
		first, last := s.set.Position(literal.Pos()).Line, s.set.Position(literal.End()).Line
		for line := first; line <= last && first < last; line++ {
			lines[line] = true
		}
		return true
	})
	return lines
}

func TestLinesAndFilesAreShort(t *testing.T) {
	t.Parallel()
	for name, s := range sources(t) {
		lines := strings.Split(string(s.text), "\n")
		if n := len(lines) - 1; n > maxLines {
			t.Errorf("%s has %d lines; want at most %d", name, n, maxLines)
		}
		texts := rawLines(s)
		for i, line := range lines {
			if n := columns(line); n > maxColumns && !texts[i+1] && !address.MatchString(line) {
				t.Errorf("%s:%d has %d columns; want at most %d", name, i+1, n, maxColumns)
			}
		}
	}
}

func TestFunctionsFitOnAScreen(t *testing.T) {
	t.Parallel()
	for name, s := range sources(t) {
		if s.test {
			continue
		}
		for _, declaration := range s.tree.Decls {
			f, ok := declaration.(*ast.FuncDecl)
			if !ok {
				continue
			}
			first, last := s.set.Position(f.Pos()).Line, s.set.Position(f.End()).Line
			if n := last - first + 1; n > maxFunction {
				t.Errorf("%s:%d: %s has %d lines; want at most %d", name, first, f.Name.Name, n,
					maxFunction)
			}
			// The passes of the kernel are the signatures of assembly.
			if n := f.Type.Params.NumFields(); n > maxParameters && s.pkg != "internal/kernel" {
				t.Errorf("%s:%d: %s has %d parameters; want at most %d", name, first, f.Name.Name,
					n, maxParameters)
			}
		}
	}
}

// sharedNames are exported type names that may stand in several packages.
var sharedNames = []string{
	"Config", // the parameters that a user writes in YAML, one struct for each block
}

// An exported type name means one thing, and every exported name says what it is.
func TestExportedNames(t *testing.T) {
	t.Parallel()
	packages := map[string][]string{}
	for name, s := range sources(t) {
		if s.test || s.tree.Name.Name == "main" {
			continue
		}
		for _, declaration := range s.tree.Decls {
			d, ok := declaration.(*ast.GenDecl)
			if !ok || d.Tok != token.TYPE {
				continue
			}
			for _, spec := range d.Specs {
				spec := spec.(*ast.TypeSpec)
				if !spec.Name.IsExported() {
					continue
				}
				packages[spec.Name.Name] = append(packages[spec.Name.Name], s.pkg)
				if d.Doc == nil && spec.Doc == nil {
					t.Errorf("%s: the type %s has no comment", name, spec.Name.Name)
				}
			}
		}
	}
	for name, in := range packages {
		if len(in) > 1 && !slices.Contains(sharedNames, name) {
			slices.Sort(in)
			t.Errorf("the type %s is in %s; want one package", name, strings.Join(in, " and "))
		}
	}
}

// Every package that other modules may import has an example that go doc shows.
func TestEveryPackageHasAnExample(t *testing.T) {
	t.Parallel()
	examples := map[string]bool{}
	for _, s := range sources(t) {
		if s.test && bytes.Contains(s.text, []byte("\nfunc Example")) {
			examples[s.pkg] = true
		}
	}
	for pkg := range floorPlan {
		first, _, _ := strings.Cut(pkg, "/")
		if slices.Contains([]string{"cmd", "examples", "internal"}, first) ||
			strings.HasSuffix(path.Base(pkg), "test") {
			continue
		}
		if !examples[pkg] {
			t.Errorf("package %s has no example", pkg)
		}
	}
}

// british are spellings that the project does not use.
var british = regexp.MustCompile(`(?i)(standard|normal|minim|maxim|penal|optim|local|initial|` +
	`featur|factor|discret|random|serial|recogn|organ|general|summar|visual|regular|parametr|` +
	`symmetr|character|emphas|prior|equal|quant|vector|synchron|memor)` +
	`is(e|es|ed|er|ers|ing|ation)\b|colour|centre|neighbour|behaviour|` +
	`favour|labelled|modelled|cancelled|travelled|learnt`)

// storedKey is a key of stored records, which stays as it was, or the old name of a command, which
// stays as an alias.
var storedKey = regexp.MustCompile("`json:\"[^`]*`|\"summarise\"")

// Prose and code are spelled the American way, except on lines that are about the old spelling and
// in the keys of stored records.
func TestAmericanSpelling(t *testing.T) {
	t.Parallel()
	for name, s := range sources(t) {
		if name == "style_test.go" {
			continue // it spells them out
		}
		for i, line := range strings.Split(string(s.text), "\n") {
			line = storedKey.ReplaceAllString(line, "")
			if word := british.FindString(line); word != "" && !strings.Contains(line, "spelling") {
				t.Errorf("%s:%d: %q is not American spelling", name, i+1, word)
			}
		}
	}
}

// flag is a flag of the program in a message.
var flag = regexp.MustCompile(`(^|\s)--[a-z]`)

// Messages of the floors below configs name no key of a config and no flag of the program: their
// errors carry the facts, and whoever knows the key or the flag adds it.
func TestMessagesBelowConfigsNameNoKey(t *testing.T) {
	t.Parallel()
	blocks := map[string]bool{}
	for _, key := range configs.Keys() {
		if block, _, nested := strings.Cut(key.Path, "."); nested {
			blocks[block] = true
		}
	}
	if !blocks["train"] || !blocks["toys"] {
		t.Fatalf("the blocks of a config are %v", blocks)
	}
	path := regexp.MustCompile(`\b(` + strings.Join(slices.Sorted(maps.Keys(blocks)), "|") +
		`)\.[a-z]\w+`)
	for name, s := range sources(t) {
		if s.test || floorPlan[s.pkg].floor >= floorPlan["configs"].floor && s.pkg != "." {
			continue
		}
		imports := map[*ast.BasicLit]bool{}
		for _, spec := range s.tree.Imports {
			imports[spec.Path] = true
		}
		ast.Inspect(s.tree, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING || imports[literal] {
				return true
			}
			word := path.FindString(literal.Value)
			file := strings.HasSuffix(word, ".csv")
			if word != "" && !file || flag.MatchString(literal.Value) {
				t.Errorf("%s:%d: %s names a key or a flag", name,
					s.set.Position(literal.Pos()).Line, literal.Value)
			}
			return true
		})
	}
}
