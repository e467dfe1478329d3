package sparker_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"sparker/twosample"
	_ "sparker/twosample/baselines"
)

// methodFolders hold the methods. Other code may not tell one from another: it treats all
// two-sample tests alike, by what their registration says of them.
var methodFolders = []string{"twosample", "twosample/baselines"}

// sourceFile is a parsed Go file; tests are left out.
type sourceFile struct {
	name string // relative to the root
	*ast.File
}

// sourceFiles parses the Go files of the module, except tests and the packages that only tests
// import (plotstest, toytest ...): these may expect names.
func sourceFiles(t *testing.T, files *token.FileSet) []sourceFile {
	t.Helper()
	var all []sourceFile
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && name != "." && (d.Name() == "testdata" ||
			strings.HasSuffix(d.Name(), "test") || strings.HasPrefix(d.Name(), ".") ||
			strings.HasPrefix(d.Name(), "_")):
			return fs.SkipDir
		case d.IsDir() || filepath.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
			return nil
		}
		parsed, err := parser.ParseFile(files, name, nil, parser.SkipObjectResolution)
		all = append(all, sourceFile{filepath.ToSlash(name), parsed})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (f sourceFile) isOfMethods() bool {
	return slices.Contains(methodFolders, filepath.ToSlash(filepath.Dir(f.name)))
}

// word returns the value of a string literal.
func word(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	value, err := strconv.Unquote(literal.Value)
	return value, err == nil
}

// compared returns the expressions of a node that are compared with others: operands of == and !=,
// cases of a switch, indices, elements of lists, and arguments of the packages strings and slices.
func compared(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		if n.Op == token.EQL || n.Op == token.NEQ {
			return []ast.Expr{n.X, n.Y}
		}
	case *ast.CaseClause:
		return n.List
	case *ast.IndexExpr:
		return []ast.Expr{n.Index}
	case *ast.CompositeLit:
		var elements []ast.Expr
		for _, e := range n.Elts {
			if pair, keyed := e.(*ast.KeyValueExpr); keyed {
				e = pair.Key
			}
			elements = append(elements, e)
		}
		return elements
	case *ast.CallExpr:
		if of, ok := n.Fun.(*ast.SelectorExpr); ok {
			if pkg, ok := of.X.(*ast.Ident); ok && (pkg.Name == "strings" || pkg.Name == "slices") {
				return n.Args
			}
		}
	}
	return nil
}

// isVersion reports whether a node looks up the program's version, under its own name.
func isVersion(n ast.Node) bool {
	index, ok := n.(*ast.IndexExpr)
	if !ok {
		return false
	}
	name, isWord := word(index.Index)
	return isWord && name == "sparker"
}

// No switch, comparison, prefix or table outside of the folders of the methods names one of them.
func TestNothingTellsMethodsApart(t *testing.T) {
	t.Parallel()
	names := twosample.MethodNames()
	if len(names) < 20 {
		t.Fatalf("the methods are %q; some are missing", names)
	}
	files := token.NewFileSet()
	all := sourceFiles(t, files)
	if !slices.ContainsFunc(all, func(f sourceFile) bool { return f.name == "configs/setup.go" }) {
		t.Fatal("the walk misses files")
	}
	for _, f := range all {
		if f.isOfMethods() {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			if n == nil || isVersion(n) {
				return n != nil
			}
			for _, e := range compared(n) {
				if name, ok := word(e); ok && slices.Contains(names, name) {
					t.Errorf(
						"%s: the method %s is told apart by its name; ask twosample.Method for "+
							"the ability that matters", files.Position(e.Pos()), name)
				}
			}
			return true
		})
	}
}

// testTypes returns the types with a method Statistics in the folders of the methods.
func testTypes(all []sourceFile) map[string]bool {
	types := map[string]bool{}
	for _, f := range all {
		if !f.isOfMethods() {
			continue
		}
		for _, d := range f.Decls {
			function, ok := d.(*ast.FuncDecl)
			if !ok || function.Recv == nil || function.Name.Name != "Statistics" {
				continue
			}
			receiver := function.Recv.List[0].Type
			if star, ok := receiver.(*ast.StarExpr); ok {
				receiver = star.X
			}
			if name, ok := receiver.(*ast.Ident); ok {
				types[f.Name.Name+"."+name.Name] = true
			}
		}
	}
	return types
}

// typeName returns the qualified name of a type, without a pointer.
func typeName(e ast.Expr) string {
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if of, ok := e.(*ast.SelectorExpr); ok {
		if pkg, ok := of.X.(*ast.Ident); ok {
			return pkg.Name + "." + of.Sel.Name
		}
	}
	return ""
}

// No type assertion outside of the folders of the methods asks for a concrete test.
func TestNothingAssertsConcreteTests(t *testing.T) {
	t.Parallel()
	files := token.NewFileSet()
	all := sourceFiles(t, files)
	types := testTypes(all)
	if !types["twosample.SparKer"] || !types["baselines.MMD"] {
		t.Fatalf("the concrete tests are %v; some are missing", types)
	}
	for _, f := range all {
		if f.isOfMethods() {
			continue
		}
		ast.Inspect(f.File, func(n ast.Node) bool {
			var asked []ast.Expr
			switch n := n.(type) {
			case *ast.TypeAssertExpr:
				asked = []ast.Expr{n.Type}
			case *ast.CaseClause:
				asked = n.List
			}
			for _, e := range asked {
				if types[typeName(e)] {
					t.Errorf("%s: asks whether a test is a %s; ask for an interface, such as "+
						"twosample.FittingTest", files.Position(e.Pos()), typeName(e))
				}
			}
			return true
		})
	}
}

// The checks above find what they look for.
func TestMethodChecksFind(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{
		`m == "scan"`: 1, `"ks" != m`: 1, `limits["multiscan"]`: 1, `v["sparker"]`: 0,
		`strings.HasSuffix(m, "scan")`: 1, `[]string{"scan", "multiscan"}`: 2,
		`map[string]int{"mmd": 1}`: 1, `f("mmd")`: 0, `func() { switch m { case "knn": } }`: 1,
	} {
		e, err := parser.ParseExpr(text)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		ast.Inspect(e, func(n ast.Node) bool {
			if n == nil || isVersion(n) {
				return n != nil
			}
			for _, c := range compared(n) {
				if name, ok := word(c); ok && slices.Contains(twosample.MethodNames(), name) {
					found++
				}
			}
			return true
		})
		if found != want {
			t.Errorf("%s: %d names found, want %d", text, found, want)
		}
	}
}
