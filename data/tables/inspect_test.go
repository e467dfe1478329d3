package tables

import (
	"archive/zip"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestInspect(t *testing.T) {
	t.Parallel()
	text := "a,b,c,s\n1,5,nan,x\n3,5,2,y\n1,5,,x\n-3,5,inf,z\n3,5,2,w\n"
	path := writeNamed(t, "t.csv", []byte(text))
	in, err := Inspect(path, ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if in.Path != path || in.Format != "csv" || in.Rows != 5 || in.DiskBytes != int64(len(text)) ||
		in.MemoryBytes != 5*4*8 || !in.Named || in.Incomplete != 3 || in.Duplicates != 1 {
		t.Errorf("%+v", in)
	}
	if len(in.Skipped) > 0 || len(in.Notes) > 0 || len(in.Arrays) > 0 {
		t.Errorf("skipped %q, notes %q, arrays %v", in.Skipped, in.Notes, in.Arrays)
	}
	want := []ColumnSummary{
		// squares 0+4+0+16+4 over 4
		{Name: "a", Stored: "number", Finite: 5, Min: -3, Mean: 1, SD: math.Sqrt(6), Max: 3},
		{Name: "b", Stored: "number", Finite: 5, Min: 5, Mean: 5, Max: 5, Constant: true},
		{Name: "c", Stored: "number", Finite: 2, NaN: 2, Inf: 1, Min: 2, Mean: 2, Max: 2},
		{Name: "s", Kind: Category, Stored: "text", Finite: 5, Levels: 4,
			Words: []WordCount{{"x", 2}, {"y", 1}, {"z", 1}, {"w", 1}}},
	}
	if len(in.Columns) == 4 {
		s := &in.Columns[3]
		if !sameNumbers([]float64{s.Min, s.Mean, s.SD, s.Max}, []float64{nan, nan, nan, nan}) {
			t.Errorf("the numbers of a category are %+v", s)
		}
		s.Min, s.Mean, s.SD, s.Max = 0, 0, 0, 0
		in.Columns[0].SD = math.Round(1e12*in.Columns[0].SD) / 1e12
		want[0].SD = math.Round(1e12*want[0].SD) / 1e12
	}
	if !reflect.DeepEqual(in.Columns, want) {
		t.Errorf("columns %+v, want %+v", in.Columns, want)
	}
}

// JSON has no NaN: a column without finite values has null instead.
func TestInspectionAsJSON(t *testing.T) {
	t.Parallel()
	nan := float32(nan)
	in, err := Inspect(writeNamed(t, "t.npy.gz", gzipped(t,
		npy("'<f4'", "False", "(1, 2)", binary.LittleEndian, []float32{nan, 1}))), ReadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"name":"x1","kind":"number","stored":"\u003cf4","finite":0,"nan":1,"inf":0,` +
			`"min":null,"mean":null,"sd":null,"max":null,"constant":false}`,
		`{"name":"x2","kind":"number","stored":"\u003cf4","finite":1,"nan":0,"inf":0,` +
			`"min":1,"mean":1,"sd":null,"max":1,"constant":true}`,
		`"format":"npy, gzip"`, `"rows":1`, `"memory_bytes":8`,
	} {
		if !strings.Contains(string(text), part) {
			t.Errorf("%s lacks %s", text, part)
		}
	}
}

func TestInspectArchives(t *testing.T) {
	t.Parallel()
	x := npy("'<f8'", "False", "(2, 3)", binary.LittleEndian, make([]float64, 6))
	y := npy("'|S1'", "False", "(2,)", binary.LittleEndian, []byte("ab"))
	path := writeNamed(t, "a.npz", npzFile(t, zip.Deflate, "x", x, "y", y, "z", []byte("no array")))
	in, err := Inspect(path, ReadOptions{})
	if err != nil || len(in.Arrays) != 3 || in.Rows != 0 || len(in.Columns) != 0 {
		t.Fatalf("%+v (%v)", in, err)
	}
	for i, want := range []string{"(2 x 3 of <f8)", "(2 of |S1)", "(cannot be read)"} {
		if got := in.Arrays[i].describe(); got != want {
			t.Errorf("array %d is %s, want %s", i, got, want)
		}
	}
	in, err = Inspect(path+":x", ReadOptions{})
	if err != nil || in.Rows != 2 || in.Duplicates != 1 || in.Key != "x" || len(in.Arrays) != 3 {
		t.Errorf("%+v (%v)", in, err)
	}
	_, err = Inspect(path+":y", ReadOptions{})
	checkError(t, err, "data: inspecting "+path+":y", "strings are labels")
	one, err := Inspect(writeNamed(t, "a.npz", npzFile(t, zip.Store, "x", x)), ReadOptions{})
	if err != nil || one.Rows != 2 || len(one.Arrays) != 1 {
		t.Errorf("%+v (%v)", one, err)
	}
}

// Inspect agrees with the descriptions of the real sets.
func TestInspectRealSets(t *testing.T) {
	t.Parallel()
	sets, err := filepath.Glob(filepath.Join(sharedData, "*", "meta.json"))
	if err != nil || len(sets) == 0 {
		t.Skipf("%s does not exist", sharedData)
	}
	for _, file := range sets {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var meta struct {
			Rows, Dims, Nan, Inf int
			Min, Max             *float64
			Duplicates           *int  `json:"duplicate_rows"`
			Constant             []any `json:"constant_columns"`
		}
		if err := json.Unmarshal(content, &meta); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		x := filepath.Join(filepath.Dir(file), "X.npy")
		if _, err := os.Stat(x); err != nil {
			x += ".gz"
		}
		in, err := Inspect(x, ReadOptions{})
		if err != nil {
			t.Error(err)
			continue
		}
		nan, inf, constant := 0, 0, 0
		lowest, highest := math.Inf(1), math.Inf(-1)
		for _, c := range in.Columns {
			nan, inf = nan+c.NaN, inf+c.Inf
			lowest, highest = min(lowest, c.Min), max(highest, c.Max)
			if c.Constant {
				constant++
			}
		}
		if in.Rows != meta.Rows || len(in.Columns) != meta.Dims || nan != meta.Nan ||
			inf != meta.Inf || constant != len(meta.Constant) {
			t.Errorf("%s: %d x %d, %d NaN, %d Inf, %d constant; want %+v", x, in.Rows,
				len(in.Columns), nan, inf, constant, meta)
		}
		if meta.Duplicates != nil && in.Duplicates != *meta.Duplicates {
			t.Errorf("%s: %d duplicates, want %d", x, in.Duplicates, *meta.Duplicates)
		}
		if meta.Min != nil && (lowest != *meta.Min || highest != *meta.Max) {
			t.Errorf("%s: from %v to %v, want %v to %v", x, lowest, highest, *meta.Min, *meta.Max)
		}
	}
}

// A file without a column that can be read is described, and so is every kind of column.
func TestInspectKinds(t *testing.T) {
	t.Parallel()
	in, err := Inspect(writeNamed(t, "t.csv", []byte("a,b\n\"1,234\",3/4/2026\n")), ReadOptions{})
	if err != nil || in.Rows != 1 || len(in.Columns) != 0 || len(in.Skipped) != 2 ||
		in.Duplicates != -1 || !strings.Contains(in.Skipped[0], "a thousands separator") ||
		!strings.Contains(in.Skipped[1], "day or month first") {
		t.Errorf("%+v (%v)", in, err)
	}
	var text strings.Builder
	text.WriteString("id,perm,day\n")
	for i := range 25 {
		fmt.Fprintf(&text, "%d,%d,2026-01-%02d\n", 100+i, 7*i%25, i+1)
	}
	in, err = Inspect(writeNamed(t, "t.csv", []byte(text.String())), ReadOptions{})
	if err != nil || len(in.Columns) != 3 {
		t.Fatalf("%+v (%v)", in, err)
	}
	if c := in.Columns; !c[0].Rising || c[1].Rising || !c[1].Distinct || c[2].Kind != Time ||
		c[2].Min != 20454 || c[2].Max != 20478 || c[2].Rising {
		t.Errorf("%+v", c)
	}
	var again Inspection
	if text, err := json.Marshal(in); err != nil || json.Unmarshal(text, &again) != nil ||
		!reflect.DeepEqual(again, in) {
		t.Errorf("%+v becomes %s and then %+v (%v)", in, text, again, err)
	}
	all, err := Inspect(writeNamed(t, "t.csv", []byte("a\n1\n2\n2\n")),
		ReadOptions{MaxBytes: 8 * 8 * 2})
	if err != nil || all.Duplicates != -1 || all.Rows != 3 {
		t.Errorf("of more rows than fit into memory, duplicates are counted: %+v (%v)", all, err)
	}
}
