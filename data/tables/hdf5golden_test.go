package tables

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unpacked returns the path of a copy of a golden file that is compressed.
func unpacked(t testing.TB, name string) string {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return writeNamed(t, name, content)
}

// checkNamed reads a golden file of testdata/python.py and compares its names and numbers.
func checkNamed(t *testing.T, address string, names ...string) *Table {
	t.Helper()
	table := mustRead(t, address, golden)
	if got := table.Names(); !slices.Equal(got, names) {
		t.Fatalf("%s has the columns %v, want %v", address, got, names)
	}
	checkGolden(t, table, 40, goldenWords)
	return table
}

// The columns of data frames of pandas have their names in either format, also if a single block is
// asked for.
func TestHDF5OfPandas(t *testing.T) {
	t.Parallel()
	all := []string{"f8", "f4", "i4", "i8", "i1", "u2", "u8", "b", "opt", "ts", "span"}
	path := unpacked(t, "pandas-fixed.h5")
	for _, key := range []string{"", ":df", ":/df"} {
		checkNamed(t, path+key, all...)
	}
	checkNamed(t, path+":/df/block1_values", "ts")
	checkNamed(t, path+":/df/block3_values", "f8", "opt")
	if notes := checkNamed(t, path, all...).Notes(); len(notes) != 2 ||
		!strings.HasSuffix(notes[0], "UTC: ts") || !strings.HasSuffix(notes[1], "days: span") {
		t.Errorf("notes %q", notes)
	}
	some := mustRead(t, path, ReadOptions{Columns: []string{"i4", "f8"}})
	if row := some.Row(4, nil); !slices.Equal(row, []float64{-472, 2}) {
		t.Errorf("row 4 is %v", row)
	}
	path = unpacked(t, "pandas-table.h5")
	want := []string{"b", "f4", "f8", "opt", "i1", "i4", "i8", "pay", "span", "ts", "u2", "u8"}
	for _, key := range []string{"", ":/df", ":/df/table"} {
		got := mustRead(t, path+key, golden)
		names := got.Names()
		slices.Sort(names)
		sorted := slices.Sorted(slices.Values(want))
		if !slices.Equal(names, sorted) {
			t.Errorf("columns %v, want %v", names, want)
		}
		checkGolden(t, got, 40, goldenWords)
		if notes := got.Notes(); !slices.Contains(notes,
			"index of a data frame, so skipped: index") {
			t.Errorf("notes %q", notes)
		}
	}
	path = unpacked(t, "pandas-data-columns.h5")
	got := mustRead(t, path+":/df", golden)
	if got.D() != len(want) {
		t.Errorf("columns %v", got.Names())
	}
	checkGolden(t, got, 40, goldenWords)
	path = unpacked(t, "pandas-objects.h5")
	if notes := checkNamed(t, path, "f8").Notes(); len(notes) != 1 || notes[0] !=
		"no numbers, so skipped: pay (Python objects)" {
		t.Errorf("notes %q", notes)
	}
	path = unpacked(t, "pandas-blosc.h5")
	for _, key := range []string{"", ":/df", ":/df/block0_values"} {
		_, err := Read(path+key, ReadOptions{})
		checkError(t, err, `pandas table /df in the format "fixed"`, "filter blosc", "h5repack")
	}
}

// A data frame whose names are lost is refused, and never matched by position.
func TestHDF5OfPandasWithoutNames(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string][2]string{
		"pandas-fixed.h5":        {"axis1_variety", "axis0_variety"},
		"pandas-table.h5":        {"values_block_0_kind", "values_block_0_kinx"},
		"pandas-data-columns.h5": {"pandas_type", "pandas_typx"},
	} {
		content, err := os.ReadFile(unpacked(t, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(content, []byte(changes[0])) {
			t.Fatalf("%s does not hold %s", name, changes[0])
		}
		changed := writeNamed(t, name, bytes.ReplaceAll(content, []byte(changes[0]),
			[]byte(changes[1])))
		table, err := Read(changed+":/df", golden)
		if err == nil && name != "pandas-fixed.h5" {
			t.Errorf("%s: read with the columns %v", name, table.Names())
		}
	}
}

// Files of h5py, of the oldest and of the latest version of the format.
func TestHDF5OfH5py(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"h5py-earliest.h5", "h5py-latest.h5"} {
		path := unpacked(t, name)
		checkNamed(t, path+":/events", "b", "f4", "f8", "fixed", "i1", "i4", "i8", "level", "u2",
			"u8", "word")
		checkNamed(t, path+":/records", "f8", "i4", "pos.1", "pos.2", "b", "pay")
		for _, key := range []string{":half", ":big", ":/events/f4"} {
			table := mustRead(t, path+key, ReadOptions{})
			if table.Named() || table.Bytes() != 160 || table.Row(3, nil)[0] != 0.375 {
				t.Errorf("%s%s: %d bytes, row 3 is %v", name, key, table.Bytes(), table.Row(3, nil))
			}
		}
		if linked := mustRead(t, path+":link", ReadOptions{}); linked.Row(4, nil)[0] != 2 {
			t.Errorf("%s: row 4 of a soft link is %v", name, linked.Row(4, nil))
		}
		for _, key := range []string{"gzip", "lzf", "sums", "all", "single", "grows", "growsgzip",
			"both", "plain"} {
			table := mustRead(t, path+":/chunks/"+key, ReadOptions{})
			for i := range 40 {
				v := float64(i)
				if row := table.Row(i, nil); !slices.Equal(row, []float64{v, v / 2, v / 4}) {
					t.Fatalf("%s, %s: row %d is %v", name, key, i, row)
				}
			}
		}
		if wide := mustRead(t, path+":/wide", ReadOptions{}); wide.D() != 12 ||
			wide.Row(5, nil)[2] != 15 { // c0, c1, c10, ...
			t.Errorf("%s: row 5 of %v is %v", name, wide.Names(), wide.Row(5, nil))
		}
		for key, want := range map[string]string{"word": "card", "fixed": "card", "b": "false",
			"level": "high", "i8": "999998"} {
			labels, err := ReadLabels(path+":/events/"+key, Dialect{})
			if err != nil || labels[1] != want {
				t.Errorf("%s: label 1 of %s is not %s: %v", name, key, want, err)
			}
		}
		labels, err := ReadLabels(path+":/records/pay", Dialect{})
		if err != nil || labels[2] != "voucher" {
			t.Errorf("%s: labels of a field: %v", name, err)
		}
		_, err = Read(path, ReadOptions{})
		checkError(t, err, "several datasets", "/chunks/all (40 x 3",
			"Each of these groups is a table", "/events, /wide")
		_, err = Read(path+":/chunks", ReadOptions{})
		checkError(t, err, "the datasets of /chunks are not the columns of a table",
			"all has 2 dimensions")
		_, err = Read(path+":/run", ReadOptions{})
		checkError(t, err, "dataset /run has 0 dimensions")
	}
	path := unpacked(t, "h5py-filters.h5")
	for _, filter := range []string{"scaleoffset", "szip"} {
		_, err := Read(path+":"+filter, ReadOptions{})
		checkError(t, err, "dataset /"+filter, "the filter "+filter, "h5repack -f GZIP=4")
	}
}

// A file of PyTables, with a filter of its own.
func TestHDF5OfPyTables(t *testing.T) {
	t.Parallel()
	path := unpacked(t, "pytables.h5")
	for _, key := range []string{":/events", ":/bzip2"} {
		checkNamed(t, path+key, "f8", "f4", "i4", "b", "pay")
		skipped := mustRead(t, path+key, ReadOptions{})
		if notes := skipped.Notes(); skipped.D() != 4 || len(notes) != 1 ||
			notes[0] != "no numbers, so skipped: pay (string)" {
			t.Errorf("%v, notes %q", skipped.Names(), notes)
		}
	}
}

// One byte more or less, or a changed byte of the metadata, is not read as other numbers.
func TestDamagedHDF5(t *testing.T) {
	t.Parallel()
	path := unpacked(t, "h5py-latest.h5")
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	refuse := func(changed []byte, parts ...string) {
		t.Helper()
		if err := os.WriteFile(path, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := Read(path+":/chunks/all", ReadOptions{})
		checkError(t, err, parts...)
	}
	refuse(content[:len(content)-25], "the file is truncated", "records that it ends at")
	refuse(append(slices.Clone(content), 0), "the file is damaged", "records that it ends at")
	middle := len(content) / 2
	refuse(slices.Delete(slices.Clone(content), middle, middle+1), "the file is truncated")
	for _, part := range []string{"OHDR", "FRHP", "BTHD", "\x89HDF"} {
		changed := slices.Clone(content)
		changed[bytes.Index(content, []byte(part))+20] ^= 1
		refuse(changed, "the file is damaged", "the checksum of its metadata")
	}
	whole := mustRead(t, writeNamed(t, "whole.h5", content)+":/chunks/sums", ReadOptions{})
	number := whole.Row(20, nil)
	raw := []byte{0, 0, 0, 0, 0, 0, 0x34, 0x40} // 20
	if number[0] != 20 || !bytes.Contains(content, raw) {
		t.Fatalf("row 20 is %v", number)
	}
	for at := bytes.LastIndex(content, raw); at > 0; at = bytes.LastIndex(content[:at], raw) {
		content[at+4] ^= 1
	}
	_, err = Read(writeNamed(t, "changed.h5", content)+":/chunks/sums", ReadOptions{})
	checkError(t, err, "dataset /chunks/sums", "the checksum of a chunk is wrong")
}

// pickledNames reads what Python's pickle.dumps(names, 0) writes, and nothing else.
func TestPickledNames(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"(lp0\nVpt\np1\naVeta\np2\na.": {"pt", "eta"},
		"(lp0\n.":                      {},
		"(lp0\nI0\naI1\na.":            {"0", "1"},
		"(lp0\nVp\\u2081\np1\na.":      {"p₁"},
		"(lp0\nV\xe9\np1\na.":          {"é"},
	} {
		if got, err := pickledNames(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "(lp0\nVpt\np1\na", "(dp0\nVpt\np1\nI1\ns.", "Vpt\n.",
		"(lp0\na.", "cos\nsystem\n(S'ls'\ntR.", "(lp0\nV\\u20\na.", "(lp0\nIx\na.", "(lp0\nVa\n."} {
		if got, err := pickledNames(text); err == nil {
			t.Errorf("%q is read as %q", text, got)
		}
	}
}
