package tables

import (
	"bytes"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scigolib/hdf5"
)

// hdf5Array is a dataset to write.
type hdf5Array struct {
	name    string
	dtype   hdf5.Datatype
	dims    []uint64
	values  any // nil: none are written
	options []hdf5.DatasetOption
}

// hdf5Bytes is an HDF5 file with the given groups and datasets.
func hdf5Bytes(t testing.TB, groups []string, arrays ...hdf5Array) []byte {
	t.Helper()
	path := filepath.Join(t.TempDir(), "w.h5")
	w, err := hdf5.CreateForWrite(path, hdf5.CreateTruncate)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		if _, err := w.CreateGroup(g); err != nil {
			t.Fatal(err)
		}
	}
	for _, a := range arrays {
		set, err := w.CreateDataset(a.name, a.dtype, a.dims, a.options...)
		if err != nil {
			t.Fatal(err)
		}
		if a.values == nil {
			continue
		}
		if err := set.Write(a.values); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestReadHDF5(t *testing.T) {
	t.Parallel()
	x3, x1 := []string{"x1", "x2", "x3"}, []string{"x1"}
	rows := [][]float64{{0, 1, 2}, {3, 4, 5}}
	shape := []uint64{2, 3}
	// the library writes no chunks that stand out at the edge
	chunks := hdf5.WithChunkDims([]uint64{1, 3})
	for _, c := range []struct {
		name  string
		array hdf5Array
		names []string
		rows  [][]float64
	}{
		{"f8", hdf5Array{dtype: hdf5.Float64, dims: shape, values: []float64{0, 1, 2, 3, 4, 5}}, x3,
			rows},
		{"f4", hdf5Array{dtype: hdf5.Float32, dims: shape, values: []float32{0, 1, 2, 3, 4, 5}}, x3,
			rows},
		{"i1", hdf5Array{dtype: hdf5.Int8, dims: []uint64{2}, values: []int8{-128, 127}}, x1,
			[][]float64{{-128}, {127}}},
		{"i2", hdf5Array{dtype: hdf5.Int16, dims: []uint64{2}, values: []int16{-300, 300}}, x1,
			[][]float64{{-300}, {300}}},
		{"i4", hdf5Array{dtype: hdf5.Int32, dims: shape, values: []int32{0, 1, 2, 3, 4, 5}}, x3,
			rows},
		{"i8", hdf5Array{dtype: hdf5.Int64, dims: []uint64{1}, values: []int64{-1 << 60}}, x1,
			[][]float64{{-1 << 60}}},
		{"u1", hdf5Array{dtype: hdf5.Uint8, dims: []uint64{1}, values: []uint8{255}}, x1,
			[][]float64{{255}}},
		{"u8", hdf5Array{dtype: hdf5.Uint64, dims: []uint64{1}, values: []uint64{1 << 63}}, x1,
			[][]float64{{1 << 63}}},
		{"chunks", hdf5Array{dtype: hdf5.Float64, dims: shape, values: []float64{0, 1, 2, 3, 4, 5},
			options: []hdf5.DatasetOption{chunks}}, x3, rows},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.array.name = "/group/set"
			content := hdf5Bytes(t, []string{"/group"}, c.array)
			path := writeNamed(t, "t.h5", content)
			for _, address := range []string{path, path + ":/group/set", path + ":group/set",
				writeNamed(t, "t.hdf5", content)} {
				table := mustRead(t, address, ReadOptions{})
				checkTable(t, table, c.names, c.rows...)
				width := int64(8)
				if c.array.dtype == hdf5.Float32 {
					width = 4
				}
				if table.Named() || table.Bytes() != width*int64(len(c.rows)*len(c.names)) {
					t.Errorf("named %v, %d bytes", table.Named(), table.Bytes())
				}
			}
			last := len(c.names)
			some := mustRead(t, path, ReadOptions{Columns: []string{c.names[last-1]}})
			if got := some.Row(0, nil)[0]; got != c.rows[0][last-1] {
				t.Errorf("the last column begins with %v", got)
			}
		})
	}
}

func TestReadHDF5Errors(t *testing.T) {
	t.Parallel()
	one := []float64{1, 2, 3, 4}
	path := writeNamed(t, "t.h5", hdf5Bytes(t, []string{"/g"},
		hdf5Array{name: "/a", dtype: hdf5.Float64, dims: []uint64{2, 2}, values: one},
		hdf5Array{name: "/g/b", dtype: hdf5.Float64, dims: []uint64{4},
			values: []float64{1, math.NaN(), 3, math.Inf(1)}},
		hdf5Array{name: "/cube", dtype: hdf5.Float64, dims: []uint64{2, 2, 1}, values: one},
		hdf5Array{name: "/s", dtype: hdf5.String, dims: []uint64{2}, values: []string{"no", "yes"},
			options: []hdf5.DatasetOption{hdf5.WithStringSize(8)}},
	))
	for key, parts := range map[string][]string{
		"": {"several datasets", "/a (2 x 2 of float of 8 bytes)",
			"/g/b (4 of float of 8 bytes)"},
		":/b":   {`no dataset "/b"`, "/a (2 x 2 of float of 8 bytes), /cube"},
		":/":    {"the datasets of / are not the columns of a table: a has 2 dimensions"},
		":/g/b": {"row 1 (counted from 0), column x1 is missing"},
		":cube": {"3 dimensions (shape [2 2 1])"},
		":s":    {"dataset /s is of type string"},
	} {
		_, err := Read(path+key, ReadOptions{})
		checkError(t, err, append(parts, path)...)
	}
	dropped := mustRead(t, path+":/g/b", ReadOptions{Missing: DropMissing})
	checkTable(t, dropped, []string{"x1"}, []float64{1}, []float64{3})
	_, err := Read(path+":/a", ReadOptions{MaxBytes: 31})
	checkError(t, err, "the limit of 31 bytes")
	_, err = Read(writeNamed(t, "t.h5", []byte("a,b\n1,2\n3,4\n")), ReadOptions{})
	checkError(t, err, "not an HDF5 file")
	_, err = Read(writeNamed(t, "t.h5", hdf5Bytes(t, nil)), ReadOptions{})
	checkError(t, err, "no datasets")
}

// A larger dataset, contiguous (read in pieces) and in chunks.
func TestReadLargeHDF5(t *testing.T) {
	t.Parallel()
	const n, d = 40_000, 30
	values := make([]float64, n*d)
	for i := range values {
		values[i] = float64(i)
	}
	for _, options := range [][]hdf5.DatasetOption{nil, {hdf5.WithChunkDims([]uint64{5000, 10})}} {
		path := writeNamed(t, "t.h5", hdf5Bytes(t, nil,
			hdf5Array{name: "/x", dtype: hdf5.Float64, dims: []uint64{n, d}, values: values,
				options: options}))
		table := mustRead(t, path, ReadOptions{Subsample: 100, Rand: stream(5)})
		for i := range table.N() {
			at := table.Index(i)
			for j, v := range table.Row(i, nil) {
				if v != float64(at*d+j) {
					t.Fatalf("row %d, column %d is %v", at, j, v)
				}
			}
		}
	}
}

// h5pyFile is a file that h5py wrote, of the tests of the HDF5 library: arange(100),
// arange(600).reshape(20, 30) and 1000 numbers of float32, compressed with gzip, the last one
// shuffled, in chunks that stand out at the edge.
func h5pyFile(t *testing.T) []byte {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/scigolib/hdf5").Output()
	if err != nil {
		t.Skipf("the folder of the HDF5 library is not known: %v", err)
	}
	content, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "testdata",
		"gzip_test.h5"))
	if err != nil {
		t.Skipf("the HDF5 library came without its test files: %v", err)
	}
	return content
}

func TestReadH5py(t *testing.T) {
	t.Parallel()
	path := writeNamed(t, "t.h5", h5pyFile(t))
	arange := func(n, d int) (rows [][]float64) {
		for i := range n {
			row := make([]float64, d)
			for j := range row {
				row[j] = float64(i*d + j)
			}
			rows = append(rows, row)
		}
		return rows
	}
	checkTable(t, mustRead(t, path+":compressed_1d", ReadOptions{}), tableNames(1),
		arange(100, 1)...)
	checkTable(t, mustRead(t, path+":compressed_2d", ReadOptions{}), tableNames(30),
		arange(20, 30)...)
	one := mustRead(t, path+":compressed_2d", ReadOptions{Columns: []string{"x30"}, Subsample: 1,
		Rand: stream(1), MaxBytes: (5*30+5*10)*8 + 8})
	checkTable(t, one, []string{"x30"}, []float64{float64(30*one.Index(0) + 29)})
	_, err := Read(path+":compressed_2d", ReadOptions{MaxBytes: (5*30+5*10)*8 + 7,
		Columns: []string{"x30"}, Subsample: 1, Rand: stream(1)})
	checkError(t, err, "while it is read")
	shuffled := mustRead(t, path+":shuffled_compressed", ReadOptions{})
	if shuffled.N() != 1000 || shuffled.Bytes() != 4000 {
		t.Errorf("%d shuffled numbers take %d bytes", shuffled.N(), shuffled.Bytes())
	}
	// A chunk that cannot be decoded is an error, though the library calls its filter optional and
	// goes on.
	content := h5pyFile(t)
	for _, level := range []byte{0x01, 0x5e, 0x9c, 0xda} { // how a zlib stream begins
		content = bytes.ReplaceAll(content, []byte{0x78, level}, []byte{0, level})
	}
	path = writeNamed(t, "t.h5", content)
	for _, key := range []string{":compressed_1d", ":compressed_2d", ":shuffled_compressed"} {
		_, err := Read(path+key, ReadOptions{})
		checkError(t, err, key[1:], "the file is damaged", "zlib")
	}
}
