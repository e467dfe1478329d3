package sparker_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// floorPlan says what the Go files of each package may import, beside the standard library. Tests
// may, in addition, import what testImports names and any package of the project on the same floor
// or below.
var floorPlan = map[string]struct {
	floor    int
	packages []string // of the project
	modules  []string // prefixes of import paths of others
}{
	// The front door.
	".": {floor: 5, packages: []string{"twosample", "twosample/baselines", "findings", "train",
		"data", "stats", "internal/rng", "internal/crash", "internal/machine", "results",
		"signatures"},
		modules: []string{"gonum.org/v1/gonum", "golang.org/x/sync"}},
	"internal/rng": {floor: 0},
	// machine says how many processors the process may use.
	"internal/machine": {floor: 0},
	// crash makes errors of panics, for goroutines and for the program.
	"internal/crash": {floor: 0},
	// clean prepares texts of others for terminals, Markdown, figures and CSV.
	"internal/clean": {floor: -1},
	"results":        {floor: 0, packages: []string{"internal/clean"}},
	"stats":          {floor: 0, modules: []string{"gonum.org/v1/gonum"}},
	"data":           {floor: 0, modules: []string{"gonum.org/v1/gonum"}},
	"internal/hdf5":  {floor: 0},
	"internal/rootfile": {floor: 0, modules: []string{"github.com/klauspost/compress/zstd",
		"github.com/pierrec/lz4/v4", "github.com/ulikunitz/xz"}},
	"data/tables": {floor: 1, packages: []string{"data", "internal/hdf5", "internal/rootfile"},
		modules: []string{"github.com/klauspost/compress/snappy",
			"github.com/klauspost/compress/zstd", "github.com/parquet-go/parquet-go"}},
	// data/sources takes from stats the exact tests of shares, for its warnings.
	"data/sources": {floor: 2, packages: []string{"data", "data/tables", "stats"},
		modules: []string{"gonum.org/v1/gonum"}},
	// The cellar: the numbers of the fused operation of graph.
	"internal/kernel": {floor: -1, modules: []string{"golang.org/x/sys/cpu"}},
	"graph": {floor: 0, packages: []string{"internal/kernel"},
		modules: []string{"gorgonia.org/gorgonia", "gorgonia.org/tensor", "github.com/chewxy/hm"}},
	// Checks of gradients, for the tests of graph, models and losses.
	"graph/graphtest": {floor: 0, packages: []string{"graph"},
		modules: []string{"gonum.org/v1/gonum"}},
	"models": {floor: 1, packages: []string{"graph"}},
	"losses": {floor: 1, packages: []string{"graph"}},
	"train": {floor: 2, packages: []string{"graph", "models", "losses", "data"},
		modules: []string{"gonum.org/v1/gonum"}},
	"twosample": {floor: 3, packages: []string{"train", "models", "losses", "data", "stats"},
		modules: []string{"gonum.org/v1/gonum"}},
	"twosample/baselines": {floor: 4, packages: []string{"twosample", "train", "models", "losses",
		"data", "stats"}, modules: []string{"gonum.org/v1/gonum"}},
	// Toys and checks for the tests of twosample and its subpackages.
	"twosample/toytest": {floor: 3, packages: []string{"twosample", "data", "data/sources",
		"stats", "internal/rng"}},
	"findings": {floor: 4, packages: []string{"twosample", "train", "data", "stats",
		"internal/clean"}},
	// signatures judges the numbers of null toys and fits, for the front door and for analysis. Its
	// findings are records.
	"signatures": {floor: 4, packages: []string{"results", "stats", "train"}},
	// configs takes the Config types of the blocks, from stats the names of the combinations, and
	// from twosample those of the tests.
	"configs": {floor: 5, packages: []string{"twosample", "twosample/baselines", "train",
		"models", "losses", "data/sources", "stats", "internal/clean"},
		modules: []string{"gopkg.in/yaml.v3"}},
	// analysis turns stored toys into answers; it runs nothing.
	"analysis": {floor: 6, packages: []string{"configs", "data/sources", "results", "signatures",
		"stats", "train", "twosample", "internal/rng"}, modules: []string{"gonum.org/v1/gonum"}},
	// experiments finds the widths that train anneals between, and takes its traces into records.
	"experiments": {floor: 7, packages: []string{"analysis", "configs", "data", "data/sources",
		"data/tables", "train", "twosample", "twosample/baselines", "findings", "results",
		"signatures", "internal/rng", "internal/crash", "internal/machine"},
		modules: []string{"golang.org/x/sync", "gonum.org/v1/gonum"}},
	"plots": {floor: 7, packages: []string{"results", "findings", "stats", "internal/clean"},
		modules: []string{"gonum.org/v1/gonum", "gonum.org/v1/plot", "golang.org/x/image/font",
			"codeberg.org/go-pdf/fpdf"}},
	// Made-up records for the examples and tests of plots.
	"plots/plotstest": {floor: 7, packages: []string{"results", "findings"},
		modules: []string{"gonum.org/v1/gonum"}},
	// report embeds what it shows into one page.
	"report": {floor: 7, packages: []string{"results", "findings", "stats", "internal/clean"},
		modules: []string{"gonum.org/v1/gonum"}},
	"report/serve": {floor: 7, packages: []string{"results", "internal/clean"}},
	// The program writes manifests of jobs as YAML.
	"cmd/sparker": {floor: 8, packages: []string{".", "analysis", "configs", "experiments",
		"findings", "plots", "report", "report/serve", "results", "signatures", "twosample", "data",
		"data/sources", "data/tables", "stats", "internal/clean", "internal/crash"},
		modules: []string{"gonum.org/v1/gonum", "github.com/spf13/cobra",
			"github.com/spf13/pflag", "github.com/vbauerster/mpb/v8",
			"github.com/jedib0t/go-pretty/v6", "golang.org/x/sync", "golang.org/x/term",
			"gopkg.in/yaml.v3"}},
	// Chromium, for the tests of pages.
	"internal/browser": {floor: 0, modules: []string{"github.com/chromedp/chromedp",
		"github.com/chromedp/cdproto"}},
	// Gives the project another module path.
	"internal/modulepath": {floor: 0, modules: []string{"golang.org/x/mod"}},
	// Writes the sample files of the examples.
	"examples/generate": {floor: 0},
	// Studies of null splits of real files, and of categories among numbers.
	"internal/nullsplits": {floor: 8, packages: []string{".", "configs", "experiments",
		"data/tables", "internal/rng", "stats", "twosample"},
		modules: []string{"gonum.org/v1/gonum"}},
	// A study of the type-I error with blocks of rows.
	"internal/blockstudy": {floor: 8, packages: []string{".", "internal/rng", "stats",
		"twosample"}},
	"internal/mixing": {floor: 8, packages: []string{".", "internal/rng", "stats", "twosample"},
		modules: []string{"gonum.org/v1/gonum"}},
	// A benchmark of another program: a hundred rows among a hundred thousand.
	"internal/needle": {floor: 8, packages: []string{".", "findings", "internal/rng", "twosample"},
		modules: []string{"gonum.org/v1/gonum"}},
	// A study of the error rates of places.
	"internal/placestudy": {floor: 8, packages: []string{"configs", "data", "data/sources",
		"findings", "internal/rng", "stats", "twosample"},
		modules: []string{"gonum.org/v1/gonum", "golang.org/x/sync"}},
	// A study of the error rates of lists of rows.
	"internal/rowstudy": {floor: 8, packages: []string{"data", "findings", "internal/rng", "stats",
		"twosample"}, modules: []string{"gonum.org/v1/gonum", "golang.org/x/sync"}},
	// A study of toys that are thrown from weighted rows.
	"internal/throwingstudy": {floor: 8, packages: []string{".", "data", "internal/rng", "stats",
		"twosample"}},
	// A study of nuisance parameters.
	"internal/nuisancestudy": {floor: 8, packages: []string{"configs", "data", "data/sources",
		"internal/rng", "stats", "twosample"},
		modules: []string{"gonum.org/v1/gonum", "golang.org/x/sync"}},
	// A study of p-values beyond the toys, and of toys that end early.
	"internal/tailstudy": {floor: 8, packages: []string{".", "analysis", "configs", "results",
		"internal/rng", "stats", "twosample"},
		modules: []string{"gonum.org/v1/gonum", "golang.org/x/sync"}},
	// A study of the cost of large runs, with generated records.
	"internal/scalestudy": {floor: 8, packages: []string{"analysis", "configs", "experiments",
		"internal/rng", "results"}},
	// Runs of the program under faults.
	"internal/soak": {floor: 8, packages: []string{"internal/rng"}},
	// A study of what is found in real data.
	"internal/purity": {floor: 8, packages: []string{".", "configs", "data", "data/sources",
		"internal/rng", "twosample"}, modules: []string{"gonum.org/v1/gonum"}},
	// Tests the sample files with the library.
	"examples/library": {floor: 8, packages: []string{".", "data/tables", "twosample"},
		modules: []string{"gonum.org/v1/gonum"}},
}

var testImports = []string{"github.com/parquet-go/parquet-go", "github.com/scigolib/hdf5",
	"go-hep.org/x/hep/groot",
	"pgregory.net/rapid", "github.com/google/go-cmp", "gonum.org/v1/gonum",
	"codeberg.org/sbinet/npyio", "gopkg.in/yaml.v3", "gonum.org/v1/plot/cmpimg",
	"golang.org/x/mod/modfile",
	"github.com/santhosh-tekuri/jsonschema/v6"}

// banned are imports that no file of the project has, tests included, and why.
var banned = map[string]string{
	"math/rand": "its global generator and its seeding are not reproducible; use math/rand/v2 " +
		"with a stream from internal/rng",
	"C": "the project builds without cgo",
}

// goFile is a Go file of the project and what it imports.
type goFile struct {
	name    string // relative to the root
	pkg     string // folder relative to the root
	test    bool
	imports []string
}

// goFiles parses every Go file of the module, whatever its build tags.
func goFiles(t *testing.T) []goFile {
	t.Helper()
	var files []goFile
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if name == "." {
				return nil
			}
			_, statErr := os.Stat(filepath.Join(name, "go.mod"))
			anotherModule := statErr == nil
			if anotherModule || d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") ||
				strings.HasPrefix(d.Name(), "_") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		slashed := filepath.ToSlash(name)
		f := goFile{name: slashed, pkg: path.Dir(slashed),
			test: strings.HasSuffix(name, "_test.go")}
		for _, spec := range parsed.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			f.imports = append(f.imports, imported)
		}
		files = append(files, f)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// below says whether an import path is that of a module or inside it.
func below(imported string, modules []string) bool {
	return slices.ContainsFunc(modules, func(m string) bool {
		return imported == m ||
			strings.HasPrefix(imported, m+"/")
	})
}

func TestFloorPlan(t *testing.T) {
	files := goFiles(t)
	if !slices.ContainsFunc(files, func(f goFile) bool { return f.name == "results/store.go" }) {
		t.Fatal("the walk misses files of the project")
	}
	module := modfile.ModulePath([]byte(readText(t, "go.mod")))
	for _, f := range files {
		rules, planned := floorPlan[f.pkg]
		if !planned {
			t.Errorf("%s: package %s has no place in the floor plan", f.name, f.pkg)
			continue
		}
		for _, imported := range f.imports {
			if why, bad := banned[imported]; bad {
				t.Errorf("%s imports %s: %s", f.name, imported, why)
				continue
			}
			first, _, _ := strings.Cut(imported, "/")
			own, isOwn := strings.CutPrefix(imported, module+"/")
			if imported == module {
				own, isOwn = ".", true
			}
			switch {
			case isOwn && f.test:
				if floorPlan[own].floor > rules.floor {
					t.Errorf("%s is on floor %d and imports %s of floor %d", f.name, rules.floor,
						own, floorPlan[own].floor)
				}
			case isOwn:
				if !slices.Contains(rules.packages, own) {
					t.Errorf("%s: package %s may not import %s", f.name, f.pkg, own)
				}
			case strings.Contains(first, "."):
				if !below(imported, rules.modules) && !(f.test && below(imported, testImports)) {
					t.Errorf("%s: package %s may not import %s", f.name, f.pkg, imported)
				}
			}
		}
	}
}

// The plan itself goes downwards only.
func TestFloorPlanGoesDown(t *testing.T) {
	for pkg, rules := range floorPlan {
		for _, below := range rules.packages {
			lower, planned := floorPlan[below]
			sub := strings.HasPrefix(pkg, below+"/")
			if !planned || (lower.floor >= rules.floor && !sub) {
				t.Errorf("%s (floor %d) may import %s, which is not below it", pkg, rules.floor,
					below)
			}
		}
	}
}

// Every package of the plan is there, and none has a name that says nothing.
func TestPackages(t *testing.T) {
	for pkg := range floorPlan {
		if files, err := filepath.Glob(filepath.Join(pkg, "*.go")); err != nil || len(files) == 0 {
			t.Errorf("package %s of the floor plan has no files (%v)", pkg, err)
		}
	}
	for _, f := range goFiles(t) {
		if name := path.Base(f.pkg); slices.Contains([]string{"util", "utils", "common", "helper",
			"helpers", "misc", "shared"}, name) {
			t.Errorf("%s: %s is not a name for a package; call it by what it does", f.name, name)
		}
	}
}

// `go install` of a version refuses a module with replace or exclude directives (golang/go#44840).
func TestModuleInstalls(t *testing.T) {
	content, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(string(content), "\n") {
		fields := strings.FieldsFunc(line, func(r rune) bool {
			return r == ' ' || r == '\t' ||
				r == '('
		})
		if len(fields) > 0 && (fields[0] == "replace" || fields[0] == "exclude") {
			t.Errorf("go.mod:%d: %s", i+1, line)
		}
	}
}
