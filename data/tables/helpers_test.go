package tables

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sparker/data"
)

// stream returns a random stream for one test.
func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// writeNamed writes a file of the given name to a folder of its own and returns its path.
func writeNamed(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// write writes an .npy file to a folder of its own and returns its path.
func write(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.npy")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// gzipped returns the compressed content of a file.
func gzipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// preamble returns what NumPy writes before the numbers of an array in format 1.
func preamble(descr, order, shape string) []byte {
	header := fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", descr, order, shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"),
		uint16(len(header))), header...)
}

// npy returns an .npy file with the given numbers in the given byte order.
func npy(descr, order, shape string, byteOrder binary.ByteOrder, numbers any) []byte {
	b := bytes.NewBuffer(preamble(descr, order, shape))
	if err := binary.Write(b, byteOrder, numbers); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// npzFile returns an archive of .npy files, which are given as name, content, name, content, ...
func npzFile(t testing.TB, method uint16, members ...any) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(members); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: members[i].(string) + ".npy",
			Method: method})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(members[i+1].([]byte)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// mustRead reads a table.
func mustRead(t testing.TB, address string, o ReadOptions) *Table {
	t.Helper()
	table, err := Read(address, o)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

// checkTable compares the names and the rows of a table. No NaN is equal to another.
func checkTable(t testing.TB, table *Table, names []string, rows ...[]float64) {
	t.Helper()
	if !slices.Equal(table.Names(), names) || table.N() != len(rows) || table.D() != len(names) {
		t.Fatalf("%d x %d with columns %v; want %d rows of %v", table.N(), table.D(), table.Names(),
			len(rows), names)
	}
	for i, want := range rows {
		if got := table.Row(i, nil); !slices.Equal(got, want) {
			t.Errorf("row %d is %v, want %v", i, got, want)
		}
	}
	s := table.Sample(nil)
	if s.N != len(rows) || s.D != len(names) || !slices.Equal(s.X, slices.Concat(rows...)) {
		t.Errorf("the sample is %v", s)
	}
}

// checkError checks that there is an error whose text has the given parts.
func checkError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q; want one with %q", err, part)
		}
	}
}

// allFinite reports whether every value of a sample is a finite number.
func allFinite(s data.Sample) bool {
	_, err := data.NewSample(s.X, s.N, s.D)
	return err == nil
}

// sharedData is the folder of the real data sets, which need not exist.
var sharedData = filepath.Join("..", "..", "..", "shared", "data")
