package tables

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio"
	"gonum.org/v1/gonum/mat"
)

// preamble is what NumPy writes before the numbers of an array (format 1).
func preamble(descr, order, shape string) []byte {
	header := fmt.Sprintf("{'descr': %s, 'fortran_order': %s, 'shape': %s, }", descr, order, shape)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	return append(binary.LittleEndian.AppendUint16([]byte("\x93NUMPY\x01\x00"),
		uint16(len(header))), header...)
}

// npy is a file with the given numbers in the given byte order.
func npy(descr, order, shape string, byteOrder binary.ByteOrder, numbers any) []byte {
	b := bytes.NewBuffer(preamble(descr, order, shape))
	if err := binary.Write(b, byteOrder, numbers); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// write puts a file into a folder of its own.
func write(t testing.TB, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "sample.npy")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestReadNPY(t *testing.T) {
	little, big := binary.LittleEndian, binary.BigEndian
	rows := []float64{0, 1, 2, 3, 4, 5}
	columns := []float64{0, 3, 1, 4, 2, 5} // the same 2 x 3 array in Fortran order
	for _, c := range []struct {
		name string
		file []byte
		n, d int
		want []float64
	}{
		// The first file is NumPy's own: np.save of np.arange(6.).reshape(2, 3), the bytes of
		// data_float64_2x3_corder.npy in npyio's testdata.
		{"numpy f8", []byte("\x93NUMPY\x01\x00F\x00{'descr': '<f8', 'fortran_order': False, " +
			"'shape': (2, 3), }          \n" +
			"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0?\x00\x00\x00\x00\x00\x00\x00@" +
			"\x00\x00\x00\x00\x00\x00\x08@\x00\x00\x00\x00\x00\x00\x10@\x00\x00\x00\x00\x00\x00\x14@"), 2, 3, rows},
		{"<f8", npy("'<f8'", "False", "(2, 3)", little, rows), 2, 3, rows},
		{">f8", npy("'>f8'", "False", "(2, 3)", big, rows), 2, 3, rows},
		{"<f8 Fortran", npy("'<f8'", "True", "(2, 3)", little, columns), 2, 3, rows},
		{">f8 Fortran", npy("'>f8'", "True", "(2, 3)", big, columns), 2, 3, rows},
		{"<f4", npy("'<f4'", "False", "(2, 3)", little, []float32{0, 1, 2, 3, 4, 5}), 2, 3, rows},
		{">f4 Fortran", npy("'>f4'", "True", "(2, 3)", big, []float32{0, 3, 1, 4, 2, 5}), 2, 3,
			rows},
		{"f4 is widened", npy("'<f4'", "False", "(1,)", little, []float32{0.1}), 1, 1,
			[]float64{float64(float32(0.1))}},
		{"one dimension", npy("'<f8'", "False", "(6,)", little, rows), 6, 1, rows},
		{"one dimension, Fortran", npy("'<f8'", "True", "(6,)", little, rows), 6, 1, rows},
		{"one column, Fortran", npy("'<f8'", "True", "(6, 1)", little, rows), 6, 1, rows},
		{"one row", npy("'<f8'", "False", "(1, 6)", little, rows), 1, 6, rows},
		{"|i1", npy("'|i1'", "False", "(3,)", little, []int8{-128, 0, 127}), 3, 1,
			[]float64{-128, 0, 127}},
		{"|u1", npy("'|u1'", "False", "(2,)", little, []uint8{0, 255}), 2, 1, []float64{0, 255}},
		{"<i2", npy("'<i2'", "False", "(2,)", little, []int16{-300, 300}), 2, 1,
			[]float64{-300, 300}},
		{">i2", npy("'>i2'", "False", "(2,)", big, []int16{-300, 300}), 2, 1, []float64{-300, 300}},
		{"<u2", npy("'<u2'", "False", "(1,)", little, []uint16{65535}), 1, 1, []float64{65535}},
		{">i4", npy("'>i4'", "False", "(2,)", big, []int32{math.MinInt32, 7}), 2, 1,
			[]float64{math.MinInt32, 7}},
		{"<u4", npy("'<u4'", "False", "(1,)", little, []uint32{math.MaxUint32}), 1, 1,
			[]float64{math.MaxUint32}},
		{"<i8 Fortran", npy("'<i8'", "True", "(2, 3)", little, []int64{0, 3, 1, 4, 2, 5}), 2, 3,
			rows},
		{">u8", npy("'>u8'", "False", "(1,)", big, []uint64{1 << 63}), 1, 1, []float64{1 << 63}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, err := ReadNPY(write(t, c.file))
			if err != nil {
				t.Fatal(err)
			}
			if s.N != c.n || s.D != c.d || !slices.Equal(s.X, c.want) {
				t.Errorf("got %d x %d %v, want %d x %d %v", s.N, s.D, s.X, c.n, c.d, c.want)
			}
		})
	}
}

// Format 2 has a longer length field.
func TestReadNPYFormat2(t *testing.T) {
	header := "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n"
	file := binary.LittleEndian.AppendUint32([]byte("\x93NUMPY\x02\x00"), uint32(len(header)))
	file = append(file, header...)
	for _, v := range []float64{1.5, -2} {
		file = binary.LittleEndian.AppendUint64(file, math.Float64bits(v))
	}
	s, err := ReadNPY(write(t, file))
	if err != nil || s.N != 1 || s.D != 2 || !slices.Equal(s.X, []float64{1.5, -2}) {
		t.Errorf("got %v (%v)", s, err)
	}
}

// What the npyio library writes comes back.
func TestReadNPYOfNpyio(t *testing.T) {
	r := stream(1)
	want := make([]float64, 400*3)
	for i := range want {
		want[i] = r.NormFloat64()
	}
	var b bytes.Buffer
	if err := npyio.Write(&b, mat.NewDense(400, 3, want)); err != nil {
		t.Fatal(err)
	}
	s, err := ReadNPY(write(t, b.Bytes()))
	if err != nil || s.N != 400 || s.D != 3 || !slices.Equal(s.X, want) {
		t.Errorf("a %d x %d sample (%v) came back", s.N, s.D, err)
	}
}

func TestReadNPYErrors(t *testing.T) {
	little := binary.LittleEndian
	good := npy("'<f8'", "False", "(2, 3)", little, []float64{0, 1, 2, 3, 4, 5})
	nan, inf := math.NaN(), math.Inf(1)
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"NaN", npy("'<f8'", "False", "(2, 3)", little, []float64{0, 1, 2, 3, nan, 5}),
			"row 1, column 1 (counted from 0) is NaN"},
		{"NaN, Fortran order", npy("'<f8'", "True", "(2, 3)", little,
			[]float64{0, 1, 2, nan, 4, 5}), "row 1, column 1 (counted from 0) is NaN"},
		{"Inf", npy("'<f4'", "False", "(3, 1)", little, []float32{0, 1, float32(inf)}),
			"row 2, column 0 (counted from 0) is +Inf"},
		{"empty file", nil, "not a .npy file"},
		{"text", []byte("x,y\n1,2\n3,4\n"), "not a .npy file"},
		{"zip", []byte("PK\x03\x04 and so on and on"), "not a .npy file"},
		{"magic alone", []byte("\x93NUMPY"), "truncated within its header"},
		{"cut in the header", good[:40], "truncated within its header"},
		{"no numbers", good[:128], "truncated: its header promises 2 x 3 numbers, of which " +
			"it holds 0"},
		{"cut between numbers", good[:len(good)-8], "of which it holds 5"},
		{"cut within a number", good[:len(good)-3], "of which it holds 5"},
		{"too long", append(slices.Clone(good), 0, 0), "2 bytes more than the 2 x 3 array"},
		{"format 3", []byte("\x93NUMPY\x03\x00 and so on and on"), "version 3"},
		{"huge header", append([]byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), good...),
			"truncated within its header"},
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
		{"float16", npy("'<f2'", "False", "(3,)", little, make([]uint16, 3)),
			"type <f2; want numbers: float32, float64 or integers"},
		{"bool", npy("'|b1'", "False", "(3,)", little, make([]bool, 3)), "type |b1"},
		{"complex", npy("'<c16'", "False", "(3,)", little, make([]complex128, 3)), "type <c16"},
		{"string", npy("'<U6'", "False", "(1,)", little, make([]byte, 24)), "type <U6"},
		{"object", npy("'|O'", "False", "(1,)", little, make([]byte, 24)), "type |O"},
		{"structured", npy("[('x', '<f8')]", "False", "(1,)", little, []float64{1}),
			"type [('x', '<f8')]"},
		{"no dictionary", npy("'<f8'", "False", "2", little, []float64{1}), ""},
		{"no order", npy("'<f8'", "Perhaps", "(1,)", little, []float64{1}),
			"the header is not valid"},
		{"no newline", append([]byte("\x93NUMPY\x01\x00\x04\x00"), "abcd and more"...),
			"the header is not valid"},
		{"braces", append([]byte("\x93NUMPY\x01\x00\x31\x00"),
			"}'shape': 'fortran_order': 'descr':              \n   "...),
			"the header is not valid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, c.file)
			s, err := ReadNPY(path)
			if err == nil {
				t.Fatalf("read as %v", s)
			}
			if !strings.HasPrefix(err.Error(), "data: reading "+path+": ") ||
				!strings.Contains(err.Error(), c.want) {
				t.Errorf("error %q; want one with the path and %q", err, c.want)
			}
		})
	}
	missing := filepath.Join(t.TempDir(), "none.npy")
	if _, err := ReadNPY(missing); !os.IsNotExist(unwrapped(err)) ||
		!strings.Contains(err.Error(), missing) {
		t.Errorf("a missing file: %v", err)
	}
	if _, err := ReadNPY(t.TempDir()); err == nil || !strings.Contains(err.Error(),
		"not a regular file") {
		t.Errorf("a folder: %v", err)
	}
}

func unwrapped(err error) error {
	if u, ok := err.(interface{ Unwrap() error }); ok {
		return u.Unwrap()
	}
	return err
}

// Damaged files: every single-byte change of a small file and every prefix of it ends in a sample
// or in an error, never in a panic.
func TestReadNPYOfDamagedFiles(t *testing.T) {
	good := npy("'<f8'", "True", "(2, 3)", binary.LittleEndian, []float64{0, 1, 2, 3, 4, 5})
	for i := range good {
		if _, err := readArray(bytes.NewReader(good[:i]), int64(i)); err == nil {
			t.Errorf("the first %d of %d bytes were read", i, len(good))
		}
		for _, with := range []byte{0, ' ', '\n', '\'', '}', '9', '-', 0xff} {
			bad := slices.Clone(good)
			bad[i] = with
			s, err := readArray(bytes.NewReader(bad), int64(len(bad)))
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
		s, err := readArray(bytes.NewReader(file), int64(len(file)))
		if err == nil && (s.N < 1 || s.D < 1 || len(s.X) != s.N*s.D ||
			!isFinite(s)) {
			t.Fatalf("read as a sample of %d x %d with %d numbers", s.N, s.D, len(s.X))
		}
	})
}
