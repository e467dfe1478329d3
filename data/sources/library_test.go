package sources

import (
	"errors"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/data/tables"
)

func TestOpenErrors(t *testing.T) {
	t.Parallel()
	r := writeTable(t, "r.csv", 0, 100)
	other := filepath.Join(t.TempDir(), "o.csv")
	if err := os.WriteFile(other, []byte("x,z\n1,2\n3,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		files Files
		set   func(*Config)
		want  string
	}{
		{Files{Reference: null(FileSet{File: "nowhere.csv"})}, nil, "nowhere.csv"},
		{Files{Reference: null(FileSet{File: r, Labels: Words{r + ":label"}, Keep: Words{"c"}})},
			nil,
			`no row of ` + r + ` has the label "c"; the labels are a, b`},
		{Files{Reference: null(FileSet{File: r, Labels: Words{r + ":label"}, Keep: Words{"a,b"}})},
			nil,
			`has the label "a,b"; the labels are a, b; several labels are a list, [a, b]`},
		{Files{Reference: null(FileSet{File: r, Rows: 101})}, nil,
			"101 rows are asked for, but " + r + " has 100"},
		{Files{Reference: null(FileSet{File: r}), Observed: FileSet{File: other}}, nil, "z"},
		{Files{Reference: null(FileSet{File: r}), Observed: FileSet{File: r, ID: other + ":x"}},
			nil,
			":x has 2 entries, but " + r + " has 100 rows"},
		{Files{Reference: null(FileSet{File: r}), Observed: FileSet{File: r, Text: other + ":x"}},
			nil,
			":x has 2 entries, but " + r + " has 100 rows"},
		{Files{Reference: null(FileSet{File: r, Text: r + ":x"})}, nil,
			"files.reference.text is set, but texts are shown only of the rows of files.observed"},
		{Files{Reference: null(FileSet{File: r}), Background: FileSet{File: r, Image: r + ":x"}},
			nil,
			"files.background.image is set, but images"},
		{Files{Reference: null(FileSet{File: r}), Observed: FileSet{Text: r + ":x"}}, nil,
			"files.observed.file is missing"},
		{Files{Reference: null(FileSet{File: r})}, func(c *Config) { c.Reference = 51 },
			"draws up to 51 rows from the reference pool, which has 50"},
		{Files{Reference: null(FileSet{File: r})}, func(c *Config) { c.Expected = 51 },
			"draws up to 51 rows from the background pool, which has 50"},
		{Files{Reference: null(FileSet{File: r})},
			func(c *Config) { c.Expected, c.Counting = 40, countingExtended },
			"draws up to 78 rows"},
		{Files{Reference: null(FileSet{File: r}),
			Transform: Transform{Kind: "pca", Components: 3}}, nil,
			"3 components are asked for, of 2 columns"},
		{Files{Reference: null(FileSet{File: r}), Log: []string{"x"}}, nil,
			"row 0 of column x is 0, which has no logarithm"},
		{Files{Reference: null(FileSet{File: r}), Log: []string{"w"}}, nil, `no column "w"`},
		{Files{Reference: null(FileSet{File: r}), Names: []string{"w"}}, nil,
			"1 names for 2 columns"},
	} {
		config := filesConfig(c.files)
		if c.set != nil {
			c.set(&config)
		}
		var l Library
		_, err := l.Open(config, rand.New(rand.NewPCG(1, 2)))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, want one with %q", err, c.want)
		}
	}
	p := mustOpen(t, filesConfig(Files{Reference: null(FileSet{File: r}),
		Signal: FileSet{File: r}}))
	for _, signal := range []float64{-1, math.NaN(), 21} {
		if _, err := p.Draw(rand.New(rand.NewPCG(1, 2)), signal); err == nil {
			t.Errorf("a toy with %v signal events", signal)
		}
	}
}

// The keys and the facts in the errors of Open.
func TestOpenErrorTypes(t *testing.T) {
	t.Parallel()
	r, none := writeTable(t, "r.csv", 0, 100), writeTable(t, "none.csv", 0, 10)
	one := writeTable(t, "one.csv", 0, 1)
	reference, observed := FileSet{File: r}, FileSet{File: none}
	for _, c := range []struct {
		name string
		set  func(*Config)
		key  string
		is   func(error) bool
	}{
		{"missing file", func(c *Config) { c.Files.Observed.File = "nowhere.csv" },
			"files.observed", isA[*tables.MissingFileError]},
		{"unknown column", func(c *Config) { c.Files.Columns = []string{"x", "w"} },
			"files.reference", isA[*tables.ColumnError]},
		{"small pool", func(c *Config) { c.Expected = 51 }, "expected", func(err error) bool {
			var e *PoolError
			return errors.As(err, &e) && *e == PoolError{Pool: "background", Draws: 51, Rows: 50}
		}},
		{"small reference pool", func(c *Config) { c.Reference = 90 }, "reference",
			isA[*PoolError]},
		{"reference of a permutation", func(c *Config) {
			c.Reference, c.Files.Observed, c.Expected = 50, observed, 0
			c.Files.Calibration = calibrationPermutation
		}, "reference", nil},
		{"single row", func(c *Config) {
			c.Files.Reference.File, c.Files.Background = one, reference
		}, "reference", func(err error) bool { return errors.Is(err, data.ErrTooFewRows) }},
		{"transform", func(c *Config) { c.Files.Transform = Transform{"pca", 3} },
			"files.transform", nil},
		{"generator", func(c *Config) { c.Files.Generator = Generator{60, 10} },
			"files.generator", nil},
	} {
		config := filesConfig(Files{Reference: null(reference)})
		c.set(&config)
		var l Library
		_, err := l.Open(config, stream(1))
		var key *KeyError
		if !errors.As(err, &key) || key.Key != c.key || c.is != nil && !c.is(err) {
			t.Errorf("%s: %#v (%v), want the key %s", c.name, err, err, c.key)
		}
	}
}

// isA reports whether an error wraps one of a type.
func isA[T error](err error) bool {
	var e T
	return errors.As(err, &e)
}

// The table of a file is read once, and so are its labels.
func TestLibraryKeepsTables(t *testing.T) {
	t.Parallel()
	path := writeTable(t, "r.csv", 0, 100)
	c := filesConfig(Files{Reference: null(FileSet{File: path, Labels: Words{path + ":label"},
		Keep: Words{"a"}})})
	var l Library
	first, err := l.Open(c, stream(1))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	again, err := l.Open(c, stream(1))
	if err != nil {
		t.Fatal(err)
	}
	a, b := mustDraw(t, first, stream(2), 0), mustDraw(t, again, stream(2), 0)
	if !slices.Equal(a.Data.X, b.Data.X) {
		t.Error("the second source draws other toys")
	}
	var other Library
	if _, err := other.Open(c, stream(1)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("another library: %v", err)
	}
}
