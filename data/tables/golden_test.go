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

// checkGolden reads a file of rows rows and compares every number.
func checkGolden(t *testing.T, path string, rows int) {
	t.Helper()
	table := mustRead(t, path, ReadOptions{Missing: KeepMissing, Levels: 10})
	if table.N() != rows || table.D() < 13 {
		t.Fatalf("%s: %d rows of %d columns", path, table.N(), table.D())
	}
	for i := range rows {
		want := goldenRow(i)
		for j, v := range table.Row(i, nil) {
			name := table.Names()[j]
			w, known := want[name]
			tolerance := 0.0
			if table.Columns()[j].Kind == Time || name == "tod" { // days are rounded
				tolerance = 1e-11
			}
			if same := math.Abs(v-w) <= tolerance || math.IsNaN(v) && math.IsNaN(w); !known ||
				!same {
				t.Fatalf("%s: row %d, column %s is %v, want %v", path, i, name, v, w)
			}
		}
	}
	for _, c := range table.Columns() {
		kind, levels := Number, []string(nil)
		switch c.Name {
		case "word":
			kind, levels = Category, []string{"cash", "card", "voucher"}
		case "level":
			kind, levels = Category, []string{"low", "high"}
		case "day", "ts", "tsns", "tsms":
			kind = Time
		}
		if c.Kind != kind || !slices.Equal(c.Levels, levels) {
			t.Errorf("%s: column %s is a %v with the levels %q", path, c.Name, c.Kind, c.Levels)
		}
	}
}

// DuckDB and the Arrow implementation in Rust wrote the same table with every codec, data pages of
// both versions, and every encoding that they have: testdata/README.md lists them.
func TestParquetOfOtherPrograms(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join("testdata", "*-v[12].parquet"))
	if err != nil || len(paths) < 18 {
		t.Fatalf("%d files: %v", len(paths), err)
	}
	for _, path := range paths {
		checkGolden(t, path, 40)
	}
	path := filepath.Join("testdata", "duckdb-lz4_raw-v2.parquet")
	table := mustRead(t, path, ReadOptions{Columns: []string{"day", "tod", "f8"}})
	if notes := strings.Join(table.Notes(), "\n"); notes != "dates and times, so read as days "+
		"since 1970-01-01: day\ndurations or times of day, so read as days: tod" {
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
		checkGolden(t, filepath.Join(dir, f.Name()), 9000)
	}
}
