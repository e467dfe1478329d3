package tables

import (
	"archive/zip"
	"encoding/binary"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
	"go-hep.org/x/hep/groot/riofs"
)

// fuzzReader reads files of a name with changed contents, and checks that the reader returns: an
// error, or a table of finite numbers. The time and the memory that it takes are bounded.
func fuzzReader(f *testing.F, name string, seeds ...[]byte) {
	for _, seed := range seeds {
		f.Add(seed)
	}
	path := filepath.Join(f.TempDir(), name)
	f.Fuzz(func(t *testing.T, content []byte) {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		start := time.Now()
		table, err := Read(path, ReadOptions{MaxBytes: 1 << 20, Levels: 5, Missing: DropMissing})
		if err == nil {
			checkFinite(t, table)
		}
		if _, err := Inspect(path, ReadOptions{}); err == nil && len(content) == 0 {
			t.Error("an empty file is described")
		}
		if labels, err := ReadLabels(path, Dialect{}); err == nil && len(labels) == 0 {
			t.Error("no labels")
		}
		runtime.ReadMemStats(&after)
		const most = 1 << 29
		if taken := after.TotalAlloc - before.TotalAlloc; taken > most {
			t.Errorf("%d bytes of memory for a file of %d", taken, len(content))
		}
		if elapsed := time.Since(start); elapsed > 20*time.Second {
			t.Errorf("%v for a file of %d bytes", elapsed, len(content))
		}
	})
}

// checkFinite checks that a table has rows, and that only words are missing.
func checkFinite(t *testing.T, table *Table) {
	t.Helper()
	if table.N() < 1 {
		t.Error("a table without rows")
	}
	columns := table.Columns()
	for i := range table.N() {
		for j, v := range table.Row(i, nil) {
			if !isFinite(v) && columns[j].Kind != Category {
				t.Fatalf("row %d, column %s is %v", i, columns[j].Name, v)
			}
		}
	}
}

func FuzzReadParquet(f *testing.F) {
	type row struct {
		X    float64   `parquet:"x,snappy"`
		N    int32     `parquet:"n,lz4,dict"`
		Word string    `parquet:"word,zstd"`
		Opt  *float32  `parquet:"opt,gzip,optional"`
		E    []float32 `parquet:"e,list,lz4"`
	}
	one := float32(1)
	rows := []row{{1, 2, "a", &one, nil}, {3, 4, "b", nil, []float32{1}}, {5, 4, "a", &one, nil}}
	seeds := [][]byte{parquetBytes(f, rows),
		parquetBytes(f, rows, parquet.DataPageVersion(1), parquet.MaxRowsPerRowGroup(2))}
	for _, name := range []string{"duckdb-lz4_raw-v2", "arrow-delta-snappy-v1"} {
		content, err := os.ReadFile(filepath.Join("testdata", name+".parquet"))
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, content)
	}
	fuzzReader(f, "f.parquet", seeds...)
}

func FuzzReadHDF5(f *testing.F) {
	var seeds [][]byte
	for _, name := range []string{"pandas-fixed.h5", "pandas-table.h5", "pytables.h5",
		"h5py-filters.h5"} {
		content, err := os.ReadFile(unpacked(f, name))
		if err != nil {
			f.Fatal(err)
		}
		seeds = append(seeds, content)
	}
	fuzzReader(f, "f.h5", seeds...)
}

func FuzzReadROOT(f *testing.F) {
	content, err := os.ReadFile(filepath.Join("testdata", "root-leaves.root"))
	if err != nil {
		f.Fatal(err)
	}
	events, err := os.ReadFile(rootFile(f, 40, nil, "Events"))
	if err != nil {
		f.Fatal(err)
	}
	numbers := []float64{1, 2, 3, 4, 5, 6}
	fuzzReader(f, "f.root", content, events, rootBytes(f, riofs.WithLZ4(1), numbers),
		rootBytes(f, riofs.WithoutCompression(), numbers))
}

func FuzzReadNPZ(f *testing.F) {
	little := binary.LittleEndian
	x := npy("'<f8'", "False", "(2,)", little, []float64{1, 2})
	y := npy("'<U1'", "False", "(2,)", little, []int32{'a', 'b'})
	z := npy("[('a', '<f4', (2,)), ('t', '<M8[s]')]", "False", "(1,)", little, make([]int64, 2))
	fuzzReader(f, "f.npz", npzFile(f, zip.Store, "x", x, "y", y), npzFile(f, zip.Deflate, "z", z),
		npzFile(f, zip.Deflate, "x", x, "y", y))
}

func FuzzReadRecords(f *testing.F) {
	fuzzReader(f, "f.npy", npy("[('a', '<f4', (2,)), ('w', '<U2'), ('p', [('t', '<M8[s]')])]",
		"False", "(1,)", binary.LittleEndian, make([]int64, 3)),
		npy("'>m8[25s]'", "True", "(1, 2)", binary.BigEndian, make([]int64, 2)))
}
