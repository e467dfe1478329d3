package tables

import (
	"archive/zip"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"
	"github.com/scigolib/hdf5"
	"go-hep.org/x/hep/groot/riofs"
)

// specimen is a small file of some format, and a part of it to read.
type specimen struct {
	name, key string
	file      []byte
}

// specimens are files of every format with 9 rows of 3 columns.
func specimens(t *testing.T) []specimen {
	values := make([]float64, 27)
	for i := range values {
		values[i] = float64(i) + 0.25
	}
	type triple struct {
		A, B, C float64
		E       []float32 `parquet:"e,list"`
	}
	var rows []triple
	turned := make([]float64, 27)
	text := "a,b,c\n"
	for i := range 9 {
		v := values[3*i:]
		rows = append(rows, triple{v[0], v[1], v[2], []float32{float32(v[0]), float32(v[1])}})
		for j := range 3 {
			turned[9*j+i] = v[j]
			text += formatNumber(v[j]) + []string{",", ",", "\n"}[j]
		}
	}
	array := npy("'<f8'", "False", "(9, 3)", binary.LittleEndian, values)
	fortran := npy("'>f8'", "True", "(9, 3)", binary.BigEndian, turned)
	records := append(preamble("[('a', '<f8'), ('b', '<f8'), ('c', '<f8')]", "False", "(9,)"),
		array[128:]...)
	set := hdf5Array{name: "/x", dtype: hdf5.Float64, dims: []uint64{9, 3}, values: values}
	chunked := set
	chunked.options = []hdf5.DatasetOption{hdf5.WithChunkDims([]uint64{3, 3})}
	return []specimen{
		{"c.npy", "", array}, {"f.npy", "", fortran}, {"r.npy", "", records},
		{"c.npy.gz", "", gzipped(t, array)}, {"f.npy.gz", "", gzipped(t, fortran)},
		{"d.npz", "", npzFile(t, zip.Deflate, "x", array)},
		{"s.npz", ":x", npzFile(t, zip.Store, "x", array, "y", fortran)},
		{"t.csv", "", []byte(text)}, {"t.csv.gz", "", gzipped(t, []byte(text))},
		{"p.parquet", "", parquetBytes(t, rows)}, {"z.parquet", "",
			parquetBytes(t, rows, parquet.Compression(&parquet.Zstd),
				parquet.MaxRowsPerRowGroup(4))},
		{"e.parquet", ":e", parquetBytes(t, rows)},
		{"x.h5", "", hdf5Bytes(t, nil, set)}, {"k.h5", "", hdf5Bytes(t, nil, chunked)},
		{"g.h5", ":compressed_2d", h5pyFile(t)},
		{"z.root", "", rootBytes(t, riofs.WithZlib(1), values)},
		{"l.root", "", rootBytes(t, riofs.WithLZ4(1), values)},
		{"n.root", "", rootBytes(t, riofs.WithoutCompression(), values)},
	}
}

func formatNumber(v float64) string {
	return string(rune('0'+int(v)/10)) + string(rune('0'+int(v)%10)) + "." + "25"
}

// thoroughness is the number of places of a file to damage: some dozens, or with SPARKER_THOROUGH
// set all of the specimens.
func thoroughness(t *testing.T) int {
	switch {
	case os.Getenv("SPARKER_THOROUGH") != "":
		return 20_000
	case testing.Short():
		return 20
	}
	return 41
}

// Every file of every format, cut at many places: an error, or exactly the rows that were there. A
// CSV file alone may be cut where nobody can see it; then its last row may be short of digits, and
// a note says what is odd.
func TestTruncatedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, s := range specimens(t) {
		path := filepath.Join(dir, s.name)
		if err := os.WriteFile(path, s.file, 0o600); err != nil {
			t.Fatal(err)
		}
		whole := mustRead(t, path+s.key, ReadOptions{})
		want := whole.Sample(nil)
		step := max(1, len(s.file)/thoroughness(t))
		for length := 0; length < len(s.file); length += step {
			if err := os.WriteFile(path, s.file[:length], 0o600); err != nil {
				t.Fatal(err)
			}
			table, err := Read(path+s.key, ReadOptions{})
			if err != nil {
				if !strings.Contains(err.Error(), path) {
					t.Errorf("%s, %d bytes: the error does not name the file: %v", s.name, length,
						err)
				}
				continue
			}
			got := table.Sample(nil)
			if s.name != "t.csv" {
				if !slices.Equal(got.X, want.X) {
					t.Errorf("%s, %d of %d bytes: read as %v", s.name, length, len(s.file), got)
				}
				continue
			}
			sound := got.N
			if s.file[length-1] != '\n' {
				sound--
				if len(table.Notes()) != 1 || !strings.Contains(table.Notes()[0], "cut short") {
					t.Errorf("%s, %d bytes: notes %q", s.name, length, table.Notes())
				}
			}
			if got.D != want.D || !slices.Equal(got.X[:sound*got.D], want.X[:sound*want.D]) {
				t.Errorf("%s, %d bytes: read as %v", s.name, length, got)
			}
		}
	}
}

// Bytes of every file, changed: an error or a table of finite numbers, and no panic. A number that
// is changed itself cannot be noticed where the format has no checksum.
func TestDamagedFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, s := range specimens(t) {
		path := filepath.Join(dir, s.name)
		step := max(1, len(s.file)/thoroughness(t))
		for at := 0; at < len(s.file); at += step {
			bad := slices.Clone(s.file)
			bad[at] ^= []byte{0xff, 0x01, 0x80}[at%3]
			if err := os.WriteFile(path, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			table, err := Read(path+s.key, ReadOptions{MaxBytes: 1 << 20})
			if err != nil {
				continue
			}
			if x := table.Sample(nil); table.N() < 1 || !allFinite(x) {
				t.Errorf("%s, byte %d: read as %v", s.name, at, x)
			}
		}
	}
}
