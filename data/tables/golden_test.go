package tables

import (
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// goldenRow returns the numbers of row i of the files that testdata/duckdb.cjs and
// testdata/arrow.cjs write, by column. Words are numbered as they first appear.
func goldenRow(i int) map[string]float64 {
	v := float64(i)
	truth := func(is bool) float64 {
		if is {
			return 1
		}
		return 0
	}
	noon := time.Date(2024, 2, 28, 12, 0, 0, 0, time.UTC)
	start := daysOf(noon) + v/(24*60)
	row := map[string]float64{"i4": 7*v - 500, "i8": v*1000003 - 5, "i1": float64(i % 100),
		"u2": 5 * v, "u8": 3 * v, "f8": math.Sqrt(v), "f4": v / 8, "b": truth(i%3 == 0),
		"opt": v / 2, "word": float64(i % 4), "level": float64(i % 2),
		"day": math.Floor(daysOf(noon)) + v, "ts": start, "tsns": start, "tsms": start,
		"tod": 0.25 + v/secondsPerDay, "dec9": v/4 - 3, "dec18": v / 8, "dec38": -v, "huge": v,
		"pair.x": v, "pair.y": v}
	if i%5 == 0 {
		row["opt"] = math.NaN()
	}
	if i%4 == 3 {
		row["word"] = math.NaN()
	}
	return row
}

// goldenWords returns the numbers of row i of the files that testdata/python.py writes.
func goldenWords(i int) map[string]float64 {
	row := goldenRow(i)
	for _, name := range []string{"word", "fixed", "pay"} {
		row[name] = float64(i % 3)
	}
	row["span"] = float64(i) / 4
	row["pos.1"], row["pos.2"] = float64(i), float64(i)/2
	return row
}

// goldenLevels are the words of the columns of words.
var goldenLevels = map[string][]string{"word": {"cash", "card", "voucher"},
	"fixed": {"cash", "card", "voucher"}, "pay": {"cash", "card", "voucher"},
	"level": {"low", "high"}}

// checkGolden compares every number of a table, and the kinds of its columns.
func checkGolden(t *testing.T, table *Table, rows int, row func(i int) map[string]float64) {
	t.Helper()
	if table.N() != rows || !table.Named() {
		t.Fatalf("%s: %d rows of %d columns", table.Address(), table.N(), table.D())
	}
	columns := table.Columns()
	for i := range rows {
		want := row(i)
		for j, v := range table.Row(i, nil) {
			c := columns[j]
			w, known := want[c.Name]
			tolerance := 0.0
			if c.Kind == Time || c.Name == "tod" { // days are rounded
				tolerance = 1e-11
			}
			if same := math.Abs(v-w) <= tolerance || math.IsNaN(v) && math.IsNaN(w); !known ||
				!same {
				t.Fatalf("%s: row %d, column %s is %v, want %v", table.Address(), i, c.Name, v, w)
			}
		}
	}
	for _, c := range columns {
		kind, levels := Number, goldenLevels[c.Name]
		switch c.Name {
		case "day", "ts", "tsns", "tsms":
			kind = Time
		}
		if levels != nil {
			kind = Category
		}
		if c.Kind != kind || !slices.Equal(c.Levels, levels) {
			t.Errorf("%s: column %s is a %v with the levels %q", table.Address(), c.Name, c.Kind,
				c.Levels)
		}
	}
}

// golden are the options of the tests of golden files.
var golden = ReadOptions{Missing: KeepMissing, Levels: 10}

// DuckDB and the Arrow implementation in Rust wrote the same table with every codec, data pages of
// both versions, and every encoding that they have: testdata/README.md lists them.
func TestParquetOfOtherPrograms(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join("testdata", "*-v[12].parquet"))
	if err != nil || len(paths) < 18 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	for _, path := range paths {
		table := mustRead(t, path, golden)
		if table.D() < 13 {
			t.Errorf("%s has the columns %v", path, table.Names())
		}
		checkGolden(t, table, 40, goldenRow)
	}
	path := filepath.Join("testdata", "duckdb-lz4_raw-v2.parquet")
	table := mustRead(t, path, ReadOptions{Columns: []string{"day", "tod", "f8"}})
	if notes := strings.Join(table.Notes(), "\n"); notes != "dates and times were read as days "+
		"since 1970-01-01 UTC: day\ndurations and times of day were read as days: tod" {
		t.Errorf("notes %q", notes)
	}
	lists := mustRead(t, path+":list", ReadOptions{})
	if row := lists.Row(7, nil); !slices.Equal(row, []float64{7, 3.5}) {
		t.Errorf("the list of row 7 is %v", row)
	}
	for column, want := range map[string]string{"day": "2024-03-01", "ts": "2024-02-28 12:02:00",
		"i8": "2000001", "level": "low"} {
		labels, err := ReadLabels(path+":"+column, Dialect{})
		if err != nil || labels[2] != want {
			t.Errorf("label 2 of %s: %v", column, err)
		}
	}
}

// The DuckDB of this machine, if there is one, writes several row groups and pages.
func TestParquetOfDuckDB(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("runs another program")
	}
	if err := exec.Command("node", "-e", "require('@duckdb/node-api')").Run(); err != nil {
		t.Skip("DuckDB for Node.js is not installed (npm install @duckdb/node-api, NODE_PATH)")
	}
	dir := t.TempDir()
	out, err := exec.Command("node", filepath.Join("testdata", "duckdb.cjs"), dir,
		"9000").CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 12 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, f := range files {
		checkGolden(t, mustRead(t, filepath.Join(dir, f.Name()), golden), 9000, goldenRow)
	}
}

// NumPy wrote arrays, records, and archives of arrays of one length.
func TestNumPyFiles(t *testing.T) {
	t.Parallel()
	columns := []string{"f8", "f4", "i4", "i8", "i1", "u2", "u8", "b"}
	checkNamed(t, filepath.Join("testdata", "numpy-compressed.npz"), columns...)
	path := filepath.Join("testdata", "numpy.npz")
	checkNamed(t, path, append(columns, "word", "ts")...)
	some := mustRead(t, path, ReadOptions{Columns: []string{"ts", "u2"}})
	if some.Row(3, nil)[1] != 15 || len(some.Notes()) != 1 {
		t.Errorf("row 3 is %v; notes %q", some.Row(3, nil), some.Notes())
	}
	if one := mustRead(t, path+":f4", ReadOptions{}); one.Row(3, nil)[0] != 0.375 {
		t.Errorf("row 3 of f4 is %v", one.Row(3, nil))
	}
	skipped := mustRead(t, path, ReadOptions{})
	if notes := skipped.Notes(); len(notes) != 2 ||
		notes[1] != "no numbers, so skipped: word (<U7)" {
		t.Errorf("notes %q", notes)
	}
	in, err := Inspect(path, ReadOptions{})
	if err != nil || len(in.Arrays) != 10 || len(in.Columns) != 10 || in.Rows != 40 {
		t.Errorf("%d arrays, %d columns: %v", len(in.Arrays), len(in.Columns), err)
	}
	checkNamed(t, filepath.Join("testdata", "numpy-records.npy"), "f8", "i4", "b", "ts", "pay",
		"pos.1", "pos.2")
	table := mustRead(t, filepath.Join("testdata", "numpy-f4.npy"), ReadOptions{})
	if table.Row(3, nil)[0] != 0.375 || table.Bytes() != 160 {
		t.Errorf("row 3 is %v", table.Row(3, nil))
	}
}

// The table of the reference names golden files, and each of them is there.
func TestReferenceNamesGoldenFiles(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "reference", "files.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "## Files of other programs")
	table, _, _ = strings.Cut(table, "\n## ")
	rows := 0
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| ") || strings.HasPrefix(line, "| written by") {
			continue
		}
		rows++
		cells := strings.Split(line, "|")
		names := strings.Split(cells[3], "`")
		if len(names) < 3 {
			t.Errorf("a row without a file: %s", line)
		}
		for i := 1; i < len(names); i += 2 {
			if _, err := os.Stat(filepath.Join("testdata", names[i])); err != nil {
				t.Error(err)
			}
		}
	}
	if rows < 12 {
		t.Errorf("the table has %d rows", rows)
	}
}

// NumPy and pandas wrote text.
func TestTextOfOtherPrograms(t *testing.T) {
	t.Parallel()
	for name, columns := range map[string][]string{
		"numpy-savetxt.csv": {"f8", "i4", "opt"}, "numpy-savetxt-blanks.csv": {"f8", "i4"},
		"pandas-semicolons.csv": {"f8", "i4"},
		"pandas.csv": {"f8", "f4", "i4", "i8", "i1", "u2", "u8", "b", "opt", "pay",
			"ts"},
	} {
		checkNamed(t, filepath.Join("testdata", name), columns...)
	}
}
