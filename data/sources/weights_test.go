package sources

import (
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/data/tables"
)

// writeWeighted writes a CSV file of n rows with the columns x = first, first + 1, ..., y = x mod 2
// and w, the weight that a function gives to a row.
func writeWeighted(t *testing.T, first, n int, weight func(i int) any) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("x,y,w\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,%d,%v\n", first+i, (first+i)%2, weight(i))
	}
	path := filepath.Join(t.TempDir(), "t.csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	return path
}

// oddThree gives odd rows three times the weight of even ones.
func oddThree(i int) any { return 0.5 + float64(i%2) }

func one(int) any { return 1 }

// weightedConfig returns the config of a test of data against a reference whose weights are in w.
func weightedConfig(reference, observed string) Config {
	c := filesConfig(Files{Reference: null(FileSet{File: reference, Weight: reference + ":w"}),
		Observed: FileSet{File: observed}})
	c.Expected = 0
	return c
}

// What is wrong with weights is an error when the files are opened, with the file and the reason.
func TestWeightErrors(t *testing.T) {
	t.Parallel()
	observed := writeWeighted(t, 0, 30, one)
	for _, test := range []struct {
		name   string
		weight func(i int) any
		set    func(c *Config)
		want   string
	}{
		{"length", one, func(c *Config) { c.Files.Reference.Weight = observed + ":w" },
			"has 30 weights, but"},
		{"all zero", func(int) any { return 0 }, nil, "reference are all 0"},
		{"negative sum", func(i int) any { return float64(i%2) - 0.6 }, nil,
			"reference have the sum -20; it must be above 0"},
		{"missing", func(i int) any { return []any{1, ""}[i/199] }, nil,
			"misses the weight of row 199 (counted from 0)"},
		{"NaN", func(i int) any { return []any{1, "NaN"}[i/199] }, nil, "the weight of row 199"},
		{"infinite", func(i int) any { return []any{1, "inf"}[i/199] }, nil, "weight of row 199"},
		{"words", func(i int) any { return []any{"a", "b"}[i%2] }, nil, "reading weights"},
		{"no column", one, func(c *Config) { c.Files.Reference.Weight += "x" },
			`no column is called "wx"`},
		{"tested", one, func(c *Config) { c.Files.Columns = []string{"x", "w"} },
			"column w holds the weights, so it cannot be tested"},
		{"permutation", oddThree, func(c *Config) { c.Files.Calibration = "permutation" },
			"exact only if weights do not depend on the values"},
		{"data only", one, func(c *Config) {
			c.Files.Observed.File = writeWeighted(t, 0, 30, oddThree)
			c.Files.Observed.Weight = c.Files.Observed.File + ":w"
			c.Files.Reference.Weight = ""
		}, "those of the reference have none"},
		{"data and pools", oddThree, func(c *Config) {
			c.Files.Observed.File = writeWeighted(t, 0, 30, oddThree)
			c.Files.Observed.Weight = c.Files.Observed.File + ":w"
			c.Files.Calibration = "pools"
		}, "drawn from pools have none"},
		{"replacement", oddThree, func(c *Config) { c.Files.Replacement = true },
			"follows from the weights"},
		{"total of nothing", func(i int) any { return float64(i%2) - 0.6 }, func(c *Config) {
			c.Counting, c.Files.Reference.Total = countingExtended, 50
		}, "which cannot stand for 50 events"},
		{"few events", func(int) any { return 0.001 },
			func(c *Config) { c.Counting = countingExtended }, "stand for 0.2 events"},
		{"total of shape", one, func(c *Config) { c.Files.Reference.Total = 5 }, "has no effect"},
		{"negative total", one, func(c *Config) { c.Files.Reference.Total = -5 },
			"files.reference.total is -5"},
		{"more without file", one, func(c *Config) { c.Files.Reference.More = []MoreRows{{}} },
			"files.reference.more[0].file is missing"},
		{"more without weights", one, func(c *Config) {
			c.Counting = countingExtended
			c.Files.Reference.More = []MoreRows{{File: observed}}
		}, "expected is 0"},
	} {
		c := weightedConfig(writeWeighted(t, 0, 200, test.weight), observed)
		if test.set != nil {
			test.set(&c)
		}
		var l Library
		if _, err := l.Open(c, stream(1)); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v; want a message with %q", test.name, err, test.want)
		}
	}
}

// The reference of toys has the weights of its rows, and the data have none: odd rows, which weigh
// three times as much, are three quarters of them, within 5 standard deviations of 4,000 draws.
func TestThrownToys(t *testing.T) {
	t.Parallel()
	p := mustOpen(t, weightedConfig(writeWeighted(t, 0, 2000, oddThree),
		writeWeighted(t, 0, 40, one)))
	if p.Calibration() != calibrationPools || !slices.Equal(p.Columns(), []string{"x", "y"}) {
		t.Errorf("toys by %s of columns %v; want pools of x and y", p.Calibration(), p.Columns())
	}
	constant, ok := p.Constant()
	if !ok || constant.CheckWeights() != nil || constant.ReferenceWeights == nil {
		t.Errorf("constant reference: %v, %v", ok, constant.CheckWeights())
	}
	pool := firstColumn(p.background.sample())
	odd := 0
	r := stream(1)
	for range 100 {
		pair := mustDraw(t, p, r, 0)
		if err := pair.CheckWeights(); err != nil || pair.DataWeights != nil || pair.Data.N != 40 {
			t.Fatalf("%v, data weights %v, %d rows", err, pair.DataWeights, pair.Data.N)
		}
		for i := range pair.Reference.N {
			want := 0.5 + float64(int(pair.Reference.Row(i)[0])%2)
			if math.Abs(pair.ReferenceWeights[i]/want-pair.ReferenceWeights[0]/
				(0.5+float64(int(pair.Reference.Row(0)[0])%2))) > 1e-12 {
				t.Fatalf("row %v weighs %v", pair.Reference.Row(i), pair.ReferenceWeights[i])
			}
		}
		for _, x := range firstColumn(pair.Data) {
			odd += x % 2
			if !slices.Contains(pool, x) {
				t.Fatalf("row %d is not in the background pool", x)
			}
		}
	}
	if math.Abs(float64(odd)-3000) > 5*math.Sqrt(4000*0.75*0.25) {
		t.Errorf("%d of 4000 rows are odd; want 3000", odd)
	}
	for name, s := range map[string]data.Sample{"reference": must(p.DrawReference(r, 300)),
		"background": p.DrawBackground(r, 300)} {
		share := 0.0
		for _, x := range firstColumn(s) {
			share += float64(x%2) / 300
		}
		if s.N != 300 || math.Abs(share-0.75) > 5*math.Sqrt(0.75*0.25/300) {
			t.Errorf("%s: %d rows, of which %v are odd; want 300 and 0.75", name, s.N, share)
		}
	}
	observed, err := p.Observed(r)
	if err != nil || observed.DataWeights != nil ||
		!slices.Equal(observed.ReferenceWeights, constant.ReferenceWeights) {
		t.Errorf("observed pair: %v, data weights %v", err, observed.DataWeights)
	}
}

func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

// Equal weights are none: the toys are those of rows without weights.
func TestEqualWeights(t *testing.T) {
	t.Parallel()
	half := func(int) any { return 0.5 }
	observed := writeWeighted(t, 0, 40, one)
	c := weightedConfig(writeWeighted(t, 0, 300, half), observed)
	weighted := mustOpen(t, c)
	c.Files.Reference.Weight, c.Files.Exclude = "", []string{"w"}
	plain := mustOpen(t, c)
	a, b := mustDraw(t, weighted, stream(1), 0), mustDraw(t, plain, stream(1), 0)
	if weighted.Calibration() != calibrationPermutation || a.ReferenceWeights != nil ||
		!slices.Equal(a.Data.X, b.Data.X) || a.Weight != b.Weight {
		t.Errorf("toys by %s, weights %v, rows differ or %v != %v", weighted.Calibration(),
			a.ReferenceWeights, a.Weight, b.Weight)
	}
}

// If both samples have weights, toys are permutations whose rows keep their weights.
func TestPermutationOfWeightedRows(t *testing.T) {
	t.Parallel()
	reference, observed := writeWeighted(t, 0, 900, oddThree), writeWeighted(t, 1000, 30, oddThree)
	c := weightedConfig(reference, observed)
	c.Files.Observed.Weight = observed + ":w"
	p := mustOpen(t, c)
	if p.Calibration() != calibrationPermutation {
		t.Fatalf("toys by %s; want a permutation", p.Calibration())
	}
	r := stream(1)
	fromData := 0
	for range 20 {
		pair := mustDraw(t, p, r, 0)
		if pair.Reference.N != 900 || pair.Data.N != 30 || pair.Data.D != 2 {
			t.Fatalf("%d and %d rows of %d columns", pair.Reference.N, pair.Data.N, pair.Data.D)
		}
		for i, w := range pair.DataWeights {
			x := int(pair.Data.Row(i)[0])
			first := int(pair.Data.Row(0)[0])
			want := oddThree(x).(float64) / oddThree(first).(float64)
			if math.Abs(w/pair.DataWeights[0]-want) > 1e-12 {
				t.Fatalf("row %d weighs %v of row %d; want %v", x, w/pair.DataWeights[0], first,
					want)
			}
			if x >= 1000 {
				fromData++
			}
		}
		if err := pair.CheckWeights(); err != nil || pair.ReferenceWeights == nil {
			t.Fatal(err)
		}
	}
	if fromData > 60 {
		t.Errorf("%d of 600 rows are from the data; want about 19", fromData)
	}
	if s := must(p.DrawReference(r, 100)); s.N != 100 || s.D != 2 {
		t.Errorf("%d rows of %d columns for the widths; want 100 of 2", s.N, s.D)
	}
	if pair := must(p.Observed(r)); pair.DataWeights == nil || pair.ReferenceWeights == nil ||
		pair.CheckWeights() != nil {
		t.Errorf("observed pair: %v", pair.CheckWeights())
	}
}

// Several files are one reference: the rows of each stand for its total, or for the sum of their
// weights. The number of expected events is the sum.
func TestSeveralFiles(t *testing.T) {
	t.Parallel()
	tenth := func(i int) any { return oddThree(i).(float64) / 10 }
	first, second, third := writeWeighted(t, 0, 300, tenth), writeTable(t, "b.csv", 1000, 300),
		writeWeighted(t, 2000, 100, one)
	c := weightedConfig(first, "")
	c.Files.Observed = FileSet{}
	c.Counting = countingExtended
	c.Files.Exclude = []string{"label"}
	c.Files.Reference.More = []MoreRows{
		{File: second, Total: 20, Labels: Words{second + ":label"}, Keep: Words{"b"}},
		{File: third, Weight: third + ":w", Total: 10}}
	c.Files.Split = 0.25
	c.Files.Reference.Total = 30
	p := mustOpen(t, c)
	if p.Expected() != 60 {
		t.Errorf("%v events; want 60", p.Expected())
	}
	sums := map[int]float64{}
	rows := map[int]int{}
	for _, q := range []pool{p.reference, p.background} {
		for k, w := range q.rowWeights(q.rows) {
			x := firstColumn(q.table.Sample(q.rows[k : k+1]))[0]
			sums[x/1000] += w
			rows[x/1000]++
		}
	}
	if rows[0] != 300 || rows[1] != 100 || rows[2] != 100 {
		t.Errorf("rows of the files: %v; want 300, 100 and 100", rows)
	}
	if math.Abs(sums[0]-30)+math.Abs(sums[1]-20)+math.Abs(sums[2]-10) > 1e-9 {
		t.Errorf("events of the files: %v; want 30, 20 and 10", sums)
	}
	// Without a total, a file stands for the sum of its weights.
	c.Files.Reference.Total, c.Files.Reference.More = 0, c.Files.Reference.More[1:]
	c.Files.Exclude = nil
	if p := mustOpen(t, c); math.Abs(p.Expected()-40) > 1e-9 {
		t.Errorf("%v events; want 40", p.Expected())
	}
	c.Files.Reference.More[0].File = writeTable(t, "c.csv", 0, 10)
	c.Files.Reference.More[0].Weight = ""
	c.Files.Columns = []string{"x", "z"}
	var l Library
	_, err := l.Open(c, stream(1))
	var column *tables.ColumnError
	if !errors.As(err, &column) || column.Column != "z" {
		t.Errorf("%v; want a *ColumnError of column z", err)
	}
}

// The columns of all files of a reference are those of the first. The error names the file.
func TestColumnsOfSeveralFiles(t *testing.T) {
	t.Parallel()
	second := filepath.Join(t.TempDir(), "b.csv")
	if err := os.WriteFile(second, []byte("x,z\n1,2\n3,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	c := filesConfig(Files{Reference: null(FileSet{File: writeTable(t, "a.csv", 0, 100)})})
	c.Files.Reference.More = []MoreRows{{File: second}}
	var l Library
	_, err := l.Open(c, stream(1))
	var key *KeyError
	if !errors.As(err, &key) || key.Key != "files.reference.more[0]" ||
		!strings.Contains(err.Error(), second) || !strings.Contains(err.Error(), "lacks y") {
		t.Errorf("%v; want an error of files.reference.more[0] with the file and the column", err)
	}
}

// Words of categories have one number in all files, and missing values are counted in all.
func TestCategoriesOfSeveralFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, words string) string {
		var b strings.Builder
		b.WriteString("x,k\n")
		for i := range 40 {
			fmt.Fprintf(&b, "%d.5,%c\n", i, words[i%len(words)])
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	c := filesConfig(Files{Levels: 10, Reference: null(FileSet{File: write("a.csv", "ab")})})
	c.Files.Reference.More = []MoreRows{{File: write("b.csv", "cb")}}
	p := mustOpen(t, c)
	want := []string{"x", "k=a", "k=b", "k=c"}
	if !slices.Equal(p.Columns(), want) {
		t.Fatalf("columns %v; want %v", p.Columns(), want)
	}
	var counts [3]float64
	for _, q := range []pool{p.reference, p.background} {
		s := q.sample()
		for i := range s.N {
			for k := range counts {
				counts[k] += s.Row(i)[1+k]
			}
		}
	}
	if counts != [3]float64{20, 40, 20} {
		t.Errorf("%v rows with a, b and c; want 20, 40 and 20", counts)
	}
}

// A background file without weights is drawn from as it is.
func TestUnweightedBackground(t *testing.T) {
	t.Parallel()
	c := weightedConfig(writeWeighted(t, 0, 100, oddThree), writeWeighted(t, 0, 20, one))
	c.Files.Background = FileSet{File: writeWeighted(t, 1000, 500, one)}
	p := mustOpen(t, c)
	pair := mustDraw(t, p, stream(1), 0)
	if p.background.thrower != nil || pair.ReferenceWeights == nil || pair.Reference.N != 100 ||
		slices.Min(firstColumn(pair.Data)) < 1000 {
		t.Errorf("reference of %d rows with weights %v, data %v", pair.Reference.N,
			pair.ReferenceWeights, firstColumn(pair.Data))
	}
}

// Few effective rows, rows that repeat, and negative weights are warnings. So is a column of
// weights that is tested.
func TestWarningsOfWeights(t *testing.T) {
	t.Parallel()
	uneven := func(i int) any { return []any{-1, 1, 2, 100}[i%4] }
	c := weightedConfig(writeWeighted(t, 0, 400, uneven), writeWeighted(t, 0, 40, one))
	all := strings.Join(mustOpen(t, c).Warnings(), "\n")
	for _, want := range []string{"a negative weight", "drawn with replacement",
		"of equal weight, 1."} {
		if !strings.Contains(all, want) {
			t.Errorf("warnings without %q:\n%s", want, all)
		}
	}
	if names := mustOpen(t, c).UnusedWeights(); names != nil {
		t.Errorf("unused weights %v; want none", names)
	}
	c.Files.Reference.Weight = ""
	if names := mustOpen(t, c).UnusedWeights(); !slices.Equal(names, []string{"w"}) {
		t.Errorf("unused weights %v; want w", names)
	}
}

// Several files give rows different weights if one of them has weights or a total. One file gives
// them by weights alone.
func TestWeighsReference(t *testing.T) {
	t.Parallel()
	plain, total := MoreRows{File: "b"}, MoreRows{File: "b", Total: 5}
	for _, test := range []struct {
		set  ReferenceSet
		want bool
	}{
		{ReferenceSet{}, false}, {ReferenceSet{Total: 5}, false},
		{ReferenceSet{More: []MoreRows{plain}}, false},
		{ReferenceSet{FileSet: FileSet{Weight: "w"}}, true},
		{ReferenceSet{Total: 5, More: []MoreRows{plain}}, true},
		{ReferenceSet{More: []MoreRows{plain, total}}, true},
		{ReferenceSet{More: []MoreRows{{File: "b", Weight: "w"}}}, true},
	} {
		if got := (Files{Reference: test.set}).WeighsReference(); got != test.want {
			t.Errorf("%+v: %v; want %v", test.set, got, test.want)
		}
	}
}
