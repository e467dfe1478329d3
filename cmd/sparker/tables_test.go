package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio"
	"github.com/parquet-go/parquet-go"
	"github.com/scigolib/hdf5"
	"gonum.org/v1/gonum/mat"
)

// rows returns n rows of d normal numbers that float32 represents exactly.
func rows(seed uint64, n, d int) []float64 {
	r := rand.New(rand.NewPCG(seed, 7))
	x := make([]float64, n*d)
	for i := range x {
		x[i] = float64(float32(r.NormFloat64()))
	}
	return x
}

// npyBytes returns an .npy file of values that binary.Write takes.
func npyBytes(t *testing.T, descr string, fortran bool, shape string, order binary.ByteOrder,
	values any) []byte {
	t.Helper()
	header := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr,
		map[bool]string{false: "False", true: "True"}[fortran], shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	b := bytes.NewBufferString("\x93NUMPY\x01\x00")
	for _, part := range []struct {
		order binary.ByteOrder
		value any
	}{{binary.LittleEndian, uint16(len(header))}, {binary.LittleEndian, []byte(header)},
		{order, values}} {
		if err := binary.Write(b, part.order, part.value); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}

// plainNPY returns rows of d columns in the form in which NumPy writes them.
func plainNPY(t *testing.T, x []float64, d int) []byte {
	t.Helper()
	return npyBytes(t, "<f8", false, fmt.Sprintf("(%d, %d)", len(x)/d, d), binary.LittleEndian, x)
}

// csvBytes returns rows of d columns as text with a header. The k-th column of the text is the
// column places[k] of x.
func csvBytes(x []float64, d int, names string, places ...int) []byte {
	b := bytes.NewBufferString(names + "\n")
	for i := 0; i < len(x); i += d {
		for k, j := range places {
			b.WriteString(strconv.FormatFloat(x[i+j], 'g', -1, 64))
			b.WriteByte(",\n"[boolean(k == len(places)-1)])
		}
	}
	return b.Bytes()
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func npzBytes(t *testing.T, members map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(keys(members)) {
		w, err := z.Create(name + ".npy")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(members[name]); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func keys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

func gzipBytes(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// parquetFile returns a Parquet file of rows of three columns.
func parquetFile(t *testing.T, x []float64) []byte {
	t.Helper()
	type triple struct {
		A float64 `parquet:"a"`
		B float64 `parquet:"b"`
		C float64 `parquet:"c"`
	}
	var all []triple
	for i := 0; i < len(x); i += 3 {
		all = append(all, triple{x[i], x[i+1], x[i+2]})
	}
	var b bytes.Buffer
	if err := parquet.Write(&b, all); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// hdf5File returns an HDF5 file with rows of three columns as /x and a single number as /one.
func hdf5File(t *testing.T, x []float64) []byte {
	t.Helper()
	const name = "written.h5"
	w, err := hdf5.CreateForWrite(name, hdf5.CreateTruncate)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []struct {
		name   string
		dims   []uint64
		values []float64
	}{{"/x", []uint64{uint64(len(x) / 3), 3}, x}, {"/one", []uint64{1}, []float64{1}}} {
		set, err := w.CreateDataset(s.name, hdf5.Float64, s.dims)
		if err == nil {
			err = set.Write(s.values)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	return content
}

// writeNPY writes rows × columns into a file.
func writeNPY(t *testing.T, name string, rows, columns int, value func(i, j int) float64) {
	t.Helper()
	m := mat.NewDense(rows, columns, nil)
	for i := range rows {
		for j := range columns {
			m.Set(i, j, value(i, j))
		}
	}
	f, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := npyio.Write(f, m); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}
