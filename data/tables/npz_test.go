package tables

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"testing"
)

func TestReadNPZErrors(t *testing.T) {
	t.Parallel()
	x := npy("'<f8'", "False", "(2, 3)", binary.LittleEndian, make([]float64, 6))
	y := npy("'<i4'", "False", "(2,)", binary.LittleEndian, make([]int32, 2))
	s := npy("'<U1'", "False", "(2,)", binary.LittleEndian, make([]int32, 2))
	path := writeNamed(t, "a.npz", npzFile(t, zip.Deflate, "x", x, "y", y, "s", s))
	checkTable(t, mustRead(t, path+":y", ReadOptions{}), []string{"x1"}, []float64{0}, []float64{0})
	for _, c := range []struct {
		address string
		parts   []string
	}{
		{path, []string{"several arrays", "x (2 x 3 of <f8), y (2 of <i4), s (2 of <U1)"}},
		{path + ":z", []string{`no array "z"`, "x (2 x 3 of <f8)"}},
		{path + ":s", []string{"array s", "type <U1", "strings are labels"}},
		{writeNamed(t, "a.npz", npzFile(t, zip.Store)), []string{"no arrays"}},
		{writeNamed(t, "a.npz", x), []string{"not an .npz file"}},
		{writeNamed(t, "a.npz", npzFile(t, zip.Store, "x", x[:len(x)-8])), []string{"truncated"}},
	} {
		_, err := Read(c.address, ReadOptions{})
		checkError(t, err, c.parts...)
	}
	// A damaged number does not have the archive's checksum.
	stored := npzFile(t, zip.Store, "x", x)
	stored[bytes.Index(stored, x)+len(x)-5] ^= 1
	_, err := Read(writeNamed(t, "a.npz", stored), ReadOptions{})
	checkError(t, err, "checksum")
}

// Arrays that are not of one length and one dimension are not a table, and a damaged column of one
// is noticed.
func TestReadNPZColumns(t *testing.T) {
	t.Parallel()
	little := binary.LittleEndian
	x := npy("'<f8'", "False", "(2,)", little, []float64{1, 2})
	y := npy("'<i4'", "False", "(2,)", little, []int32{3, 4})
	one := npy("'<i4'", "False", "()", little, []int32{3})
	objects := npy("'|O'", "False", "(2,)", little, make([]byte, 16))
	path := writeNamed(t, "a.npz", npzFile(t, zip.Deflate, "x", x, "y", y, "n", one, "o", objects))
	table := mustRead(t, path, ReadOptions{})
	checkTable(t, table, []string{"x", "y"}, []float64{1, 3}, []float64{2, 4})
	if notes := table.Notes(); len(notes) != 1 ||
		notes[0] != "no numbers, so skipped: n (a single value), o (|O)" {
		t.Errorf("notes %q", notes)
	}
	checkTable(t, mustRead(t, path, ReadOptions{Columns: []string{"y"}}), []string{"y"},
		[]float64{3}, []float64{4})
	for _, other := range [][]byte{
		npy("'<f8'", "False", "(3,)", little, make([]float64, 3)),
		npy("'<f8'", "False", "(2, 2)", little, make([]float64, 4)),
	} {
		_, err := Read(writeNamed(t, "a.npz", npzFile(t, zip.Store, "x", x, "z", other)),
			ReadOptions{})
		checkError(t, err, "several arrays", "FILE.npz:x")
	}
	stored := npzFile(t, zip.Store, "x", x, "y", y)
	stored[bytes.Index(stored, y)+len(y)-1] ^= 1
	_, err := Read(writeNamed(t, "a.npz", stored), ReadOptions{})
	checkError(t, err, "array y", "checksum")
}
