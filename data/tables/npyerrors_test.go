package tables

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"

	"sparker/data"
)

// npyError is an .npy file that cannot be read, and a part of the error.
type npyError struct {
	name string
	file []byte
	want string
}

// check checks that the error names the file.
func (c npyError) check(t *testing.T) {
	path := write(t, c.file)
	table, err := Read(path, ReadOptions{})
	if err == nil {
		t.Fatalf("read as %v", table.Sample(nil))
	}
	if !strings.HasPrefix(err.Error(), "data: reading "+path+": ") ||
		!strings.Contains(err.Error(), c.want) {
		t.Errorf("error %q; want one with the path and %q", err, c.want)
	}
}

func TestReadNPYErrors(t *testing.T) {
	t.Parallel()
	little := binary.LittleEndian
	good := npy("'<f8'", "False", "(2, 3)", little, []float64{0, 1, 2, 3, 4, 5})
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []npyError{
		{"NaN", npy("'<f8'", "False", "(2, 3)", little, []float64{0, 1, 2, 3, nan, 5}),
			"row 1 (counted from 0), column x2 is missing"},
		{"NaN, Fortran order", npy("'<f8'", "True", "(2, 3)", little,
			[]float64{0, 1, 2, nan, 4, 5}), "row 1 (counted from 0), column x2 is missing"},
		{"Inf", npy("'<f4'", "False", "(3, 1)", little, []float32{0, 1, float32(inf)}),
			"row 2 (counted from 0), column x1 is +Inf"},
		{"empty file", nil, "the file is empty"},
		{"text", []byte("x,y\n1,2\n3,4\n"), "not a .npy file"},
		{"zip", []byte("PK\x03\x04 and so on and on"), "not a .npy file"},
		{"magic alone", []byte("\x93NUMPY"), "truncated within its header"},
		{"cut in the header", good[:40], "truncated within its header"},
		{"no numbers", good[:128], "truncated: its header promises 2 x 3 numbers, of which " +
			"it holds 0"},
		{"cut between numbers", good[:len(good)-8], "of which it holds 5"},
		{"cut within a number", good[:len(good)-3], "of which it holds 5"},
		{"too long", append(slices.Clone(good), 0, 0), "2 bytes more than the 2 x 3 array"},
		{"format 4", []byte("\x93NUMPY\x04\x00 and so on and on"), "version 4"},
		{"huge header", append([]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), good...),
			"truncated within its header"},
	} {
		t.Run(c.name, c.check)
	}
}

func TestReadNPYHeaderErrors(t *testing.T) {
	t.Parallel()
	little := binary.LittleEndian
	for _, c := range []npyError{
		{"no rows", npy("'<f8'", "False", "(0, 3)", little, []float64{}), "is empty (shape [0 3])"},
		{"no columns", npy("'<f8'", "False", "(3, 0)", little, []float64{}),
			"is empty (shape [3 0])"},
		{"no values", npy("'<f8'", "False", "(0,)", little, []float64{}), "is empty (shape [0])"},
		{"negative shape", npy("'<f8'", "False", "(-2, -3)", little, make([]float64, 6)),
			"is empty (shape [-2 -3])"},
		{"shape beyond numbers", npy("'<f8'", "False", "(4611686018427387904, 4)", little,
			make([]float64, 6)), "truncated"},
		{"scalar", npy("'<f8'", "False", "()", little, []float64{1}), "has 0 dimensions"},
		{"three dimensions", npy("'<f8'", "False", "(1, 2, 3)", little, make([]float64, 6)),
			"has 3 dimensions (shape [1 2 3]); want 2"},
		{"datetime", npy("'<M8'", "False", "(3,)", little, make([]int64, 3)),
			"type <M8; want numbers: float32, float64 or integers"},
		{"complex", npy("'<c16'", "False", "(3,)", little, make([]complex128, 3)), "type <c16"},
		{"string", npy("'<U6'", "False", "(1,)", little, make([]byte, 24)), "type <U6"},
		{"object", npy("'|O'", "False", "(1,)", little, make([]byte, 24)), "type |O"},
		{"structured", npy("[('x', '<M8')]", "False", "(1,)", little, []int64{1}),
			"type [('x', '<M8')]"},
		{"no dictionary", npy("'<f8'", "False", "2", little, []float64{1}), ""},
		{"unknown escape", npy(`[('a\q', '<f8')]`, "False", "(1,)", little, []float64{1}),
			"not an escape sequence"},
		{"escape beyond Unicode", npy(`[('\U00110000', '<f8')]`, "False", "(1,)", little,
			[]float64{1}), "not an escape sequence"},
		{"short escape", npy(`[('\x4', '<f8')]`, "False", "(1,)", little, []float64{1}),
			"not an escape sequence"},
		{"no order", npy("'<f8'", "Perhaps", "(1,)", little, []float64{1}),
			"the header is not valid"},
		{"no newline", append([]byte("\x93NUMPY\x01\x00\x04\x00"), "abcd and more"...),
			"the header is not valid"},
		{"braces", append([]byte("\x93NUMPY\x01\x00\x31\x00"),
			"}'shape': 'fortran_order': 'descr':              \n   "...),
			"the header is not valid"},
	} {
		t.Run(c.name, c.check)
	}
}

func TestReadNPYUnsupported(t *testing.T) {
	t.Parallel()
	little := binary.LittleEndian
	good := npy("'<f8'", "False", "(2, 3)", little, make([]float64, 6))
	for _, c := range []struct {
		name, want string
		file       []byte
	}{
		{"object", "Python objects", npy("'|O'", "False", "(1,)", little, make([]byte, 8))},
		{"string", "strings are labels", npy("'<U2'", "False", "(1,)", little, make([]byte, 8))},
		{"complex", "real and imaginary", npy("'<c8'", "False", "(1,)", little, make([]byte, 8))},
		{"time", "type <M8[eons]", npy("'<M8[eons]'", "False", "(1,)", little, make([]byte, 8))},
		{"long double", "type <f16", npy("'<f16'", "False", "(1,)", little, make([]byte, 16))},
		{"empty", "the file is empty", nil},
	} {
		_, err := Read(writeNamed(t, "t.npy", c.file), ReadOptions{})
		checkError(t, err, c.want)
	}
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"too short": {gzipped(t, good[:len(good)-8]),
			"truncated: its header promises 2 rows, of which it holds 1"},
		"too long":  {gzipped(t, append(slices.Clone(good), 0)), "goes on behind"},
		"no gzip":   {good, "not a gzip stream"},
		"cut":       {gzipped(t, good)[:40], "truncated"},
		"trailing":  {append(gzipped(t, good), "more"...), "truncated"},
		"trailing.": {append(gzipped(t, good), "more than a header"...), "gzip stream"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(writeNamed(t, "t.npy.gz", c.file), ReadOptions{})
			checkError(t, err, c.want)
		})
	}
}

// readArray reads the .npy file that is given.
func readArray(file []byte) (data.Sample, error) {
	a, err := newArray(bufio.NewReader(bytes.NewReader(file)), int64(len(file)), 0)
	if err != nil {
		return data.Sample{}, err
	}
	var x []float64
	pick := make([]int, a.d)
	for j := range pick {
		pick[j] = j
	}
	err = a.rows(pick, func(row []float64) error {
		x = append(x, row...)
		return nil
	})
	return data.Sample{X: x, N: a.n, D: a.d}, err
}

// Every change of a byte of a small file, and every prefix of it, gives a sample or an error, but
// no panic.
func TestDamagedNPY(t *testing.T) {
	t.Parallel()
	good := npy("'<f8'", "True", "(2, 3)", binary.LittleEndian, []float64{0, 1, 2, 3, 4, 5})
	for i := range good {
		if _, err := readArray(good[:i]); err == nil {
			t.Errorf("the first %d of %d bytes were read", i, len(good))
		}
		for _, with := range []byte{0, ' ', '\n', '\'', '}', '9', '-', 0xff} {
			bad := slices.Clone(good)
			bad[i] = with
			s, err := readArray(bad)
			if err == nil && (s.N*s.D != 6 || len(s.X) != 6) {
				t.Errorf("byte %d = %q: read as %v", i, with, s)
			}
		}
	}
}

func FuzzReadNPY(f *testing.F) {
	f.Add(npy("'<f8'", "False", "(2, 3)", binary.LittleEndian, []float64{0, 1, 2, 3, 4, 5}))
	f.Add(npy("'>i2'", "True", "(2, 1)", binary.BigEndian, []int16{1, 2}))
	f.Add([]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff{'descr': '<f8', 'fortran_order': False, " +
		"'shape': (), }\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		s, err := readArray(file)
		if err == nil && (s.N < 1 || s.D < 1 || len(s.X) != s.N*s.D) {
			t.Fatalf("read as a sample of %d x %d with %d numbers", s.N, s.D, len(s.X))
		}
	})
}

func FuzzReadNPYHeader(f *testing.F) {
	f.Add("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n")
	f.Add("{'descr': [('a', '<f4'), ('', '|V4'), ('s', '|S2')], 'fortran_order': True, 'shape': " +
		"(3L,)}   \n")
	f.Add(`{'descr': [('a"b\'c\n\x07\u2028', '<f4')], 'fortran_order': False, 'shape': (2,), }` +
		"\n")
	f.Add("{'shape': (((2))), 'descr': \"<M8[ns]\"}\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseNPYHeader(text)
		if err == nil && (len(h.fields) == 0 || h.itemSize < 1) {
			t.Fatalf("%q was read as %+v", text, h)
		}
	})
}
