package tables

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"
)

// A table larger than a block, in both orders of the numbers.
func TestReadLargeTable(t *testing.T) {
	t.Parallel()
	const n, d = 70_000, 17
	at := func(i, j int) float64 { return float64(i*d + j) }
	c, fortran := make([]float32, n*d), make([]float32, n*d)
	for i := range n {
		for j := range d {
			c[i*d+j], fortran[j*n+i] = float32(at(i, j)), float32(at(i, j))
		}
	}
	shape := fmt.Sprintf("(%d, %d)", n, d)
	straight := npy("'<f4'", "False", shape, binary.LittleEndian, c)
	turned := npy("'<f4'", "True", shape, binary.LittleEndian, fortran)
	for _, address := range []string{
		writeNamed(t, "a.npy", straight), writeNamed(t, "a.npy", turned),
		writeNamed(t, "a.npy.gz", gzipped(t, turned)), writeNamed(t, "a.npz",
			npzFile(t, zip.Deflate, "a", turned)),
	} {
		table := mustRead(t, address, ReadOptions{Columns: []string{"x17", "x2"}})
		for i := range n {
			if row := table.Row(i, nil); row[0] != at(i, 16) || row[1] != at(i, 1) {
				t.Fatalf("%s: row %d is %v", address, i, row)
			}
		}
		s := table.Sample([]int{n - 1, 5})
		if !slices.Equal(s.X, []float64{at(n-1, 16), at(n-1, 1), at(5, 16), at(5, 1)}) {
			t.Errorf("a sample of two rows is %v", s.X)
		}
	}
}

func TestMatch(t *testing.T) {
	t.Parallel()
	abc := mustRead(t, writeNamed(t, "t.csv", []byte("a,b,c\n1,2,3\n4,5,6\n")), ReadOptions{})
	plain := mustRead(t, writeNamed(t, "t.npy", npy("'<f8'", "False", "(1, 3)", binary.LittleEndian,
		[]float64{1, 2, 3})), ReadOptions{})
	match := func(table *Table, names ...string) *Table {
		t.Helper()
		matched, err := table.Match(names)
		if err != nil {
			t.Fatal(err)
		}
		return matched
	}
	cab := match(abc, "c", "a", "b")
	checkTable(t, cab, []string{"c", "a", "b"}, []float64{3, 1, 2}, []float64{6, 4, 5})
	checkTable(t, match(cab, "b", "c", "a"), []string{"b", "c", "a"}, []float64{2, 3, 1},
		[]float64{5, 6, 4})
	checkTable(t, abc, []string{"a", "b", "c"}, []float64{1, 2, 3}, []float64{4, 5, 6}) // unchanged
	checkTable(t, match(abc, plain.Names()...), []string{"a", "b", "c"}, []float64{1, 2, 3},
		[]float64{4, 5, 6})
	checkTable(t, match(plain, "c", "b", "a"), plain.Names(), []float64{1, 2, 3})
	if same, err := abc.Match(nil); err != nil || same.N() != 2 {
		t.Errorf("without names: %v", err)
	}
	for _, c := range []struct {
		table *Table
		names []string
		parts []string
	}{
		{abc, []string{"a", "b", "d"}, []string{"lacks d and has the extra column c"}},
		{abc, []string{"a", "b"}, []string{"has the extra column c"}},
		{abc, []string{"a", "b", "c", "d"}, []string{"lacks d"}},
		{abc, []string{"a", "b", "c", "a"}, []string{"lacks a"}},
		{abc, []string{"x1", "x2"}, []string{"has 3 columns; want 2"}},
		{plain, []string{"a", "b"}, []string{"has 3 columns; want 2"}},
	} {
		_, err := c.table.Match(c.names)
		checkError(t, err, append(c.parts, c.table.Address())...)
	}
}

func TestNew(t *testing.T) {
	t.Parallel()
	x := []float64{1, 2, 3, 4, 5, 6}
	table := New([]string{"a", "b"}, x)
	x[0] = 7
	checkTable(t, table, []string{"a", "b"}, []float64{1, 2}, []float64{3, 4}, []float64{5, 6})
	if !table.Named() || table.Bytes() != 48 || table.Index(2) != 2 {
		t.Errorf("named %v, %d bytes, row 2 has the number %d", table.Named(), table.Bytes(),
			table.Index(2))
	}
}

// Other columns keep the numbers of the rows in the file, and what is known about it.
func TestWith(t *testing.T) {
	t.Parallel()
	path := writeNamed(t, "t.csv", []byte("a,s\n1,x\n,y\n3,z\n"))
	table := mustRead(t, path, ReadOptions{Missing: DropMissing})
	with := table.With([]string{"c", "d"}, []float64{5, 6, 7, 8})
	checkTable(t, with, []string{"c", "d"}, []float64{5, 6}, []float64{7, 8})
	if with.Index(0) != 0 || with.Index(1) != 2 || with.Dropped() != 1 || with.Address() != path ||
		!slices.Equal(with.Notes(), table.Notes()) || len(with.Notes()) != 1 {
		t.Errorf("row 1 has the number %d; %d rows of %s dropped; notes %q", with.Index(1),
			with.Dropped(), with.Address(), with.Notes())
	}
}
