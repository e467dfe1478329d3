package main

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/findings"
	"sparker/results"
)

// inputs makes a folder with a reference of 200 rows and a sample of 40 rows of three columns the
// working directory. Both are .npy and .csv files.
func inputs(t *testing.T) (reference, data []float64) {
	t.Helper()
	t.Chdir(t.TempDir())
	reference, data = rows(1, 200, 3), rows(2, 40, 3)
	writeFile(t, "r.npy", string(plainNPY(t, reference, 3)))
	writeFile(t, "r.csv", string(csvBytes(reference, 3, "a,b,c", 0, 1, 2)))
	writeFile(t, "d.npy", string(plainNPY(t, data, 3)))
	writeFile(t, "d.csv", string(csvBytes(data, 3, "a,b,c", 0, 1, 2)))
	return reference, data
}

// with returns x with another value at some places.
func with(x []float64, v float64, places ...int) []float64 {
	x = slices.Clone(x)
	for _, k := range places {
		x[k] = v
	}
	return x
}

// wrongFiles returns files that cannot be tested, and a few good ones in other formats.
func wrongFiles(t *testing.T, reference, data []float64) map[string][]byte {
	t.Helper()
	little := binary.LittleEndian
	nan := math.NaN()
	ragged := strings.Replace(string(csvBytes(data, 3, "a,b,c", 0, 1, 2)), "\n", ",9\n", 9)
	ragged = strings.Replace(ragged, ",9\n", "\n", 8)
	npz := npzBytes(t, map[string][]byte{"x": plainNPY(t, data, 3), "y": plainNPY(t, data, 3)})
	pq, h5 := parquetFile(t, data), hdf5File(t, data)
	return map[string][]byte{
		"two.npy": plainNPY(t, data, 2), "renamed.csv": csvBytes(data, 3, "a,b,d", 0, 1, 2),
		"more.csv":  csvBytes(data, 3, "a,b,c,d", 0, 1, 2, 2),
		"nan.npy":   plainNPY(t, with(data, nan, 7*3+1), 3),
		"inf.npy":   plainNPY(t, with(data, math.Inf(-1), 5*3), 3),
		"nan.csv":   csvBytes(with(data, nan, 7*3+1), 3, "a,b,c", 0, 1, 2),
		"nans.npy":  plainNPY(t, slices.Repeat([]float64{nan}, 30), 3),
		"rnan.npy":  plainNPY(t, with(reference, nan, 100*3+2), 3),
		"empty.npy": nil, "empty.npy.gz": nil, "empty.npz": nil, "empty.csv": nil,
		"empty.parquet": nil, "empty.h5": nil,
		"header.csv": []byte("a,b,c\n"), "none.npy": npyBytes(t, "<f8", false, "(0, 3)", little,
			[]float64{}), "narrow.npy": npyBytes(t, "<f8", false, "(5, 0)", little, []float64{}),
		"cut.npy": plainNPY(t, data, 3)[:500], "cuthead.npy": plainNPY(t, data, 3)[:40],
		"cut.npz": npz[:len(npz)/2], "cut.parquet": pq[:len(pq)-40],
		"cutmid.parquet": pq[:len(pq)/2], "cut.h5": h5[:len(h5)/2], "cutlate.h5": h5[:len(h5)-100],
		"cut.npy.gz": gzipBytes(t, plainNPY(t, data, 3))[:300],
		"long.npy":   append(plainNPY(t, data, 3), 1, 2, 3),
		"not.npy.gz": plainNPY(t, data, 3), "csv.npy": csvBytes(data, 3, "a,b,c", 0, 1, 2),
		"npy.csv": plainNPY(t, data, 3), "text.parquet": []byte("a,b,c\n1,2,3\n"),
		"text.h5": []byte("a,b,c\n1,2,3\n"), "text.npz": []byte("a,b,c\n1,2,3\n"),
		"object.npy":  npyBytes(t, "|O", false, "(4, 3)", little, make([]int64, 12)),
		"string.npy":  npyBytes(t, "<U2", false, "(4, 3)", little, make([]uint32, 24)),
		"complex.npy": npyBytes(t, "<c16", false, "(4, 3)", little, make([]float64, 24)),
		"deep.npy":    npyBytes(t, "<f8", false, "(4, 5, 6)", little, data),
		"words.csv":   []byte("a,b,c\nx,y,z\nu,v,w\n"), "ragged.csv": []byte(ragged),
		"comma.csv": []byte("a;b;c\n1,234;2;3\n2,345;3;4\n"),
		"word.csv":  []byte("a,b,c\n1,2,3\n4,five,6\n"),
		"twice.csv": csvBytes(data, 3, "a,b,b", 0, 1, 2),
		"xy.npz":    npz, "d.parquet": pq, "d.h5": h5, "one.npy": plainNPY(t, data[:3], 3),
		"onecsv.csv": csvBytes(data[:3], 3, "a,b,c", 0, 1, 2),
		"flat.npy":   plainNPY(t, slices.Repeat([]float64{1, 2, 3}, 100), 3),
		"ids.csv":    []byte("id\n1\n2\n3\n"), "noid.csv": []byte("n,id\n" +
			strings.Repeat("1,\n", 40)),
		"events.dat": []byte("1 2 3\n"), "labels.csv": []byte("id\n" + strings.Repeat("a\n", 40)),
	}
}

// wrongInputs are tests that the program refuses, with their flags and parts of the message.
var wrongInputs = []struct {
	reference, data, more string
	want                  []string
}{
	{"r.npy", "two.npy", "", []string{"--data: two.npy has 2 columns; want 3"}},
	{"two.npy", "d.npy", "", []string{"d.npy has 3 columns; want 2"}},
	{"r.csv", "renamed.csv", "", []string{"renamed.csv", "lacks c and has the extra column d"}},
	{"r.csv", "more.csv", "", []string{"more.csv", "has the extra column d"}},
	{"r.npy", "nan.npy", "", []string{"nan.npy", "1 of 40 rows (2.5%)",
		"x2 (2.5%)", "row 7 (counted from 0), column x2 is missing", "--exclude",
		"--missing indicator", "--missing drop"}},
	{"r.npy", "inf.npy", "", []string{"inf.npy", "row 5 (counted from 0), column x1 is -Inf"}},
	{"r.csv", "nan.csv", "", []string{"nan.csv", "b (2.5%)", "row 7 (counted from 0), column b"}},
	{"rnan.npy", "d.npy", "", []string{"--reference: reading ", "rnan.npy",
		"row 100 (counted from 0), column x3 is missing"}},
	{"r.npy", "nans.npy", "--drop-missing", []string{"nans.npy",
		"10 of 10 rows (100%)", "x1 (100%), x2 (100%), x3 (100%)"}},
	{"r.npy", "d.npy", "--memory 0.000001", []string{"more than the limit of ", "--memory"}},
	{"r.npy", "d.npy", "--memory -1", []string{"data.files.memory"}},
	{"absent.csv", "d.npy", "", []string{"--reference: absent.csv: there is no such file"}},
	{"r.npy", "absent.csv", "", []string{"--data: absent.csv: there is no such file"}},
	{"r.npy", "absent.csv", "--no-folder", []string{"--data: ", "absent.csv", "no such file"}},
	{"r.npy", "d.npy", "--id absent.csv:x", []string{"--data: absent.csv:x: there is no such"}},
	{"r.npy", "empty.npy", "", []string{"empty.npy", "the file is empty"}},
	{"r.npy", "empty.npy.gz", "", []string{"empty.npy.gz", "the file is empty"}},
	{"r.npy", "empty.npz", "", []string{"empty.npz", "the file is empty"}},
	{"r.npy", "empty.csv", "", []string{"empty.csv", "the file is empty"}},
	{"r.npy", "empty.parquet", "", []string{"empty.parquet", "the file is empty"}},
	{"r.npy", "empty.h5", "", []string{"empty.h5", "the file is empty"}},
	{"r.csv", "header.csv", "", []string{"header.csv", "no rows"}},
	{"header.csv", "d.csv", "", []string{"--reference: reading ", "header.csv", "no rows"}},
	{"none.npy", "d.npy", "", []string{"--reference: reading ", "none.npy",
		"the array is empty (shape [0 3])"}},
	{"r.npy", "none.npy", "", []string{"none.npy", "the array is empty (shape [0 3])"}},
	{"r.npy", "narrow.npy", "", []string{"narrow.npy", "shape [5 0]"}},
	{"r.npy", "cut.npy", "", []string{"cut.npy", "truncated"}},
	{"r.npy", "cuthead.npy", "", []string{"cuthead.npy", "truncated"}},
	{"r.npy", "cut.npz", "", []string{"cut.npz", "truncated"}},
	{"r.npy", "cut.npy.gz", "", []string{"cut.npy.gz", "truncated"}},
	{"r.npy", "cut.parquet", "", []string{"cut.parquet", "truncated"}},
	{"r.npy", "cutmid.parquet", "", []string{"cutmid.parquet", "truncated"}},
	{"r.npy", "cut.h5:x", "", []string{"cut.h5", "truncated"}},
	{"r.npy", "long.npy", "", []string{"long.npy", "3 bytes more"}},
	{"r.npy", "not.npy.gz", "", []string{"not.npy.gz", "gzip"}},
	{"r.npy", "csv.npy", "", []string{"csv.npy", "not a .npy file"}},
	{"r.npy", "npy.csv", "", []string{"npy.csv", "zero bytes"}},
	{"r.npy", "text.parquet", "", []string{"text.parquet", "not a Parquet file"}},
	{"r.npy", "text.h5", "", []string{"text.h5", "not an HDF5 file"}},
	{"r.npy", "text.npz", "", []string{"text.npz", "not an .npz file"}},
	{"r.npy", "object.npy", "", []string{"object.npy", "objects"}},
	{"r.npy", "string.npy", "", []string{"string.npy", "<U2"}},
	{"r.npy", "complex.npy", "", []string{"complex.npy", "complex"}},
	{"r.npy", "deep.npy", "", []string{"deep.npy", "3 dimensions (shape [4 5 6])"}},
	{"r.npy", "words.csv", "", []string{"column a of words.csv is a category, and a number"}},
	{"r.csv", "word.csv", "", []string{"word.csv", "lacks b (text",
		`line 3 is "five"`}},
	{"r.csv", "ragged.csv", "", []string{"ragged.csv", "line 9"}},
	{"r.csv", "comma.csv", "", []string{"comma.csv", "line 2", "--decimal"}},
	{"r.csv", "twice.csv", "", []string{"twice.csv", "b.1"}},
	{"r.npy", "xy.npz", "", []string{"xy.npz", "several arrays", "They are x (40 x 3"}},
	{"r.npy", "xy.npz:z", "", []string{"xy.npz:z", `no array "z"`, "its arrays are x (40 x 3"}},
	{"r.npy", "d.parquet:z", "", []string{"d.parquet:z", `"z"`, "a, b, c"}},
	{"r.npy", "d.h5:/z", "", []string{"d.h5:/z", `no dataset "/z"`, "/x (40 x 3"}},
	{"r.npy", "cutlate.h5:x", "", []string{"cutlate.h5"}},
	{"one.npy", "d.npy", "", []string{"the reference of a toy has a single row"}},
	{"r.npy", "d.h5", "", []string{"d.h5", "several datasets"}},
	{"r.csv", "d.csv:z", "", []string{"d.csv:z", `"z"`, "a, b, c"}},
	{"r.npy", "d.npy:z", "", []string{"d.npy:z", `no "z" in it`}},
	{"r.npy", "d.npy:", "", []string{"nothing follows the colon"}},
	{"r.npy", "nowhere.npy", "", []string{"nowhere.npy: there is no such file"}},
	{"r.npy", "folder.npy", "", []string{"folder.npy is a folder"}},
	{"r.npy", "events.dat", "", []string{"events.dat", "known are .npy"}},
	{"flat.npy", "d.npy", "data.files.calibration=pools",
		[]string{"fewer than 2 distinct rows"}},
	{"r.npy", "-", "", []string{"standard input, or a pipe, cannot be read twice: give a file"}},
	{"-", "-", "", []string{"--reference and --data are both -"}},
	{"r.npy", "d.npy", "--id ids.csv",
		[]string{"ids.csv has 3 entries, but d.npy has 40 rows"}},
	{"r.npy", "d.npy", "--text ids.csv",
		[]string{"ids.csv has 3 entries, but d.npy has 40 rows"}},
	{"r.npy", "d.npy", "--image ids.csv",
		[]string{"ids.csv has 3 entries, but d.npy has 40 rows"}},
	{"r.npy", "d.npy", "--id noid.csv:id", []string{"noid.csv:id",
		"row 0 (counted from 0) has no id"}},
	{"r.npy", "d.npy", "--id d.csv", []string{"several columns; say which"}},
	{"r.npy", "d.npy", "--text d.csv:z", []string{`no column is called "z"`}},
	{"r.npy", "d.npy", "--image nowhere.csv:z",
		[]string{"nowhere.csv:z: there is no such file"}},
	{"r.csv", "d.csv", "--columns a,z", []string{`no column is called "z"`, "a, b, c"}},
	{"r.csv", "d.csv", "--columns a,a", []string{`"a" is asked for twice`}},
	{"r.npy", "d.npy", "data.files.observed.labels=labels.csv data.files.observed.keep=b",
		[]string{`has the label "b"; the labels are a`}},
	{"r.npy", "d.npy", "data.files.observed.rows=41",
		[]string{"41 rows are asked for, but d.npy has 40"}},
}

// Input that cannot be tested ends with exit code 2, one message that says what is wrong and where,
// and no run folder.
func TestWrongInput(t *testing.T) {
	reference, data := inputs(t)
	for name, content := range wrongFiles(t, reference, data) {
		writeFile(t, name, string(content))
	}
	if err := os.Mkdir("folder.npy", 0o755); err != nil {
		t.Fatal(err)
	}
	before := listing(t)
	for _, c := range wrongInputs {
		args := append([]string{"test", "--reference", c.reference, "--data", c.data, "--toys",
			"19", "train.epochs=20", "--no-figures"}, strings.Fields(c.more)...)
		got := sparker(t, args...)
		what := strings.Join(args[1:], " ")
		if got.code != exitUsage || got.stdout != "" || strings.Count(got.stderr, "\n") != 1 ||
			!strings.HasPrefix(got.stderr, "sparker: ") {
			t.Errorf("%s: exit code %d, want %d; stdout %q, messages\n%s", what, got.code,
				exitUsage, got.stdout, got.stderr)
			continue
		}
		holds(t, what, got.stderr, c.want...)
	}
	if after := listing(t); !slices.Equal(after, before) {
		t.Errorf("left behind: %q", slices.DeleteFunc(after,
			func(name string) bool { return slices.Contains(before, name) }))
	}
}

// tested returns the result of the test of a good sample.
func tested(t *testing.T, reference, data string, more ...string) (results.CellSummary,
	findings.Findings) {
	t.Helper()
	got := mustSucceed(t, append([]string{"test", "--reference", reference, "--data", data,
		"--toys", "19", "preset=lead", "train.epochs=20", "--no-figures", "--json", "--dir",
		t.TempDir()},
		more...)...)
	var record testRecord
	if err := json.Unmarshal([]byte(got.stdout), &record); err != nil {
		t.Fatal(err)
	}
	return record.Summary.Cells[0], *record.Findings
}

// The same numbers give the same result to the bit, whatever their order in memory, the format,
// and, with names, the order of the columns.
func TestSameInput(t *testing.T) {
	_, data := inputs(t)
	turned := make([]float64, len(data))
	narrow := make([]float32, len(data))
	for i := range 40 {
		for j := range 3 {
			turned[40*j+i] = data[3*i+j]
		}
	}
	for k, v := range data {
		narrow[k] = float32(v)
	}
	little, big := binary.LittleEndian, binary.BigEndian
	for name, content := range map[string][]byte{
		"fortran.npy": npyBytes(t, "<f8", true, "(40, 3)", little, turned),
		"big.npy":     npyBytes(t, ">f8", false, "(40, 3)", big, data),
		"both.npy":    npyBytes(t, ">f8", true, "(40, 3)", big, turned),
		"narrow.npy":  npyBytes(t, "<f4", false, "(40, 3)", little, narrow),
		"d.npy.gz":    gzipBytes(t, plainNPY(t, data, 3)),
		"both.npy.gz": gzipBytes(t, npyBytes(t, ">f8", true, "(40, 3)", big, turned)),
		"d.npz":       npzBytes(t, map[string][]byte{"x": plainNPY(t, data, 3)}),
		"d.parquet":   parquetFile(t, data), "d.h5": hdf5File(t, data),
		"turned.csv": csvBytes(data, 3, "c,a,b", 2, 0, 1),
		"d.tsv": bytes.ReplaceAll(csvBytes(data, 3, "b,c,a", 1, 2, 0), []byte(","),
			[]byte("\t")),
	} {
		writeFile(t, name, string(content))
	}
	summary, found := tested(t, "r.npy", "d.npy")
	named, foundNamed := tested(t, "r.csv", "d.csv")
	for _, c := range []struct{ reference, data string }{
		{"r.npy", "fortran.npy"}, {"r.npy", "big.npy"}, {"r.npy", "both.npy"},
		{"r.npy", "narrow.npy"}, {"r.npy", "d.npy.gz"}, {"r.npy", "both.npy.gz"},
		{"r.npy", "d.npz:x"}, {"r.npy", "d.h5:/x"},
		{"r.npy", "d.parquet"}, {"r.npy", "d.csv"}, {"r.csv", "d.npy"}, {"r.csv", "turned.csv"},
		{"r.csv", "d.tsv"}, {"r.csv", "d.parquet"},
	} {
		want, wantFound := summary, found
		if c.reference == "r.csv" {
			want, wantFound = named, foundNamed
		}
		s, f := tested(t, c.reference, c.data)
		if diff := cmp.Diff(want, s); diff != "" {
			t.Errorf("%s against %s: the summary differs:\n%s", c.data, c.reference, diff)
		}
		if diff := cmp.Diff(wantFound, f); diff != "" {
			t.Errorf("%s against %s: the findings differ:\n%s", c.data, c.reference, diff)
		}
	}
	if !cmp.Equal(summary.Observed, named.Observed) || !cmp.Equal(found.Kernels[0].Soft,
		foundNamed.Kernels[0].Soft) || *named.Observed.P == 1 {
		t.Errorf("the names of the columns change the result: %+v and %+v", summary.Observed,
			named.Observed)
	}
}

// Unusual input is tested, and a warning says what is unusual.
func TestOddInput(t *testing.T) {
	reference, data := inputs(t)
	nan := math.NaN()
	wide := rows(5, 90, 60)
	constant := slices.Clone(reference)
	for i := range 200 {
		constant[3*i+1] = 4
	}
	for name, content := range map[string][]byte{
		"nan.csv":     csvBytes(with(data, nan, 4, 22), 3, "a,b,c", 0, 1, 2),
		"overlap.npy": plainNPY(t, slices.Concat(data[:60], reference[300:345]), 3),
		"flat.npy":    plainNPY(t, constant, 3), "wide.npy": plainNPY(t, wide[:50*60], 60),
		"widedata.npy": plainNPY(t, wide[50*60:], 60), "one.npy": plainNPY(t, data[:3], 3),
		"ids.csv":    []byte("id\n" + strings.Repeat("a\nb\nc\nd\n", 10)),
		"column.csv": csvBytes(data, 3, "a,b,c,n", 0, 1, 2, 2),
	} {
		writeFile(t, name, string(content))
	}
	for _, c := range []struct {
		reference, data, more string
		rows                  int
		want                  string
	}{
		{"r.csv", "nan.csv", "--drop-missing", 38,
			"2 of 40 rows of the observed file (5%) have missing values, and are left out: b"},
		{"r.npy", "overlap.npy", "", 35, "15 of the 35 observed rows are also in the reference"},
		{"r.npy", "r.npy", "", 200, "200 of the 200 observed rows are also in the reference"},
		{"flat.npy", "d.npy", "", 40, "constant"},
		{"wide.npy", "widedata.npy", "", 40, ""},
		{"r.npy", "one.npy", "model.kernels=1", 1, ""},
		{"r.npy", "d.npy", "--id ids.csv", 40,
			"36 of the 40 observed rows have the id of an earlier one"},
		{"r.csv", "column.csv", "--columns a,b,c", 40, ""},
	} {
		s, f := tested(t, c.reference, c.data, strings.Fields(c.more)...)
		said := strings.Join(slices.Concat(s.Warnings, f.Warnings), "\n")
		if s.Observed.Status != results.StatusOK || s.Observed.Events != c.rows ||
			!strings.Contains(said, c.want) || *s.Observed.P < 0.05 || *s.Observed.P > 1 {
			t.Errorf("%s against %s %s: %+v, warnings\n%s\nwant %d rows and %q", c.data,
				c.reference, c.more, *s.Observed, said, c.rows, c.want)
		}
	}
}
