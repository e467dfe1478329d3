package tables

import (
	"archive/zip"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/scigolib/hdf5"
)

// unicode returns the bytes of NumPy strings of width characters.
func unicode(width int, order binary.AppendByteOrder, texts ...string) (b []byte) {
	for _, text := range texts {
		characters := []rune(text)
		for i := range width {
			c := uint32(0)
			if i < len(characters) {
				c = uint32(characters[i])
			}
			b = order.AppendUint32(b, c)
		}
	}
	return b
}

// labeled has a column for every type of label.
type labeled struct {
	S string  `parquet:"s"`
	E string  `parquet:"e,enum"`
	R []byte  `parquet:"r"`
	I int64   `parquet:"i"`
	U uint64  `parquet:"u"`
	J int32   `parquet:"j,dict"`
	B bool    `parquet:"b"`
	F float64 `parquet:"f"`
	H float64 `parquet:"h"`
	O *string `parquet:"o,optional"`
}

// The words of the files: the longer one has ten characters, one of them not ASCII.
const signalWord, backgroundWord = "signal", "b\u00e4ckground"

// wordFiles are files of every format with columns of words.
type wordFiles struct {
	strings                 []byte // an .npy file of the two words
	npz, parquet, csv, hdf5 string // addresses
}

// array1 returns an .npy file of one dimension.
func array1(descr string, n int, order binary.ByteOrder, values any) []byte {
	return npy("'"+descr+"'", "False", fmt.Sprintf("(%d,)", n), order, values)
}

func newWordFiles(t *testing.T) wordFiles {
	t.Helper()
	little := binary.LittleEndian
	signal := signalWord
	parquetFile := parquetBytes(t, []labeled{
		{"cat", "cat", []byte("cat"), -1 << 62, 1<<64 - 1, 3, true, 2, 1.5, &signal},
		{"dög", "dog", []byte("dog"), 7, 8, 3, false, -3, 2, nil},
	})
	csv := []byte("x,class,code,flag\n1.5,cat,1.0,true\n2.5, dog ,-2.0,false\n")
	h5 := hdf5Bytes(t, []string{"/g"},
		hdf5Array{name: "/g/s", dtype: hdf5.String, dims: []uint64{2},
			values: []string{"cat", "dog"}, options: []hdf5.DatasetOption{hdf5.WithStringSize(8)}},
		hdf5Array{name: "/i", dtype: hdf5.Int16, dims: []uint64{2}, values: []int16{-4, 4}},
		hdf5Array{name: "/column", dtype: hdf5.Int16, dims: []uint64{2, 1}, values: []int16{-4, 4}},
		hdf5Array{name: "/row", dtype: hdf5.Int16, dims: []uint64{1, 2}, values: []int16{-4, 4}},
		hdf5Array{name: "/f", dtype: hdf5.Float32, dims: []uint64{2}, values: []float32{5, 6}},
		hdf5Array{name: "/v", dtype: hdf5.VLenString, dims: []uint64{2},
			values: []string{"kitten", "dog"}},
		hdf5Array{name: "/half", dtype: hdf5.Float64, dims: []uint64{2}, values: []float64{0.5, 1}},
		hdf5Array{name: "/large", dtype: hdf5.Int64, dims: []uint64{1}, values: []int64{1<<62 + 1}},
		hdf5Array{name: "/square", dtype: hdf5.Int16, dims: []uint64{2, 2},
			values: []int16{1, 2, 3, 4}},
		hdf5Array{name: "/numbers", dtype: hdf5.VLenInt32, dims: []uint64{1},
			values: [][]int32{{1, 2}}},
	)
	f := wordFiles{strings: npy("'<U10'", "False", "(2,)", little,
		unicode(10, little, signalWord, backgroundWord))}
	f.npz = writeNamed(t, "y.npz", npzFile(t, zip.Deflate, "y", f.strings, "n",
		array1("<i4", 1, little, []int32{9})))
	f.parquet, f.csv = writeNamed(t, "y.parquet", parquetFile), writeNamed(t, "y.csv", csv)
	f.hdf5 = writeNamed(t, "y.h5", h5)
	return f
}

func TestReadLabels(t *testing.T) {
	t.Parallel()
	f := newWordFiles(t)
	p, c, h := f.parquet, f.csv, f.hdf5
	file := func(content []byte) string { return writeNamed(t, "y.npy", content) }
	little, big := binary.LittleEndian, binary.BigEndian
	for _, test := range []struct {
		address string
		want    []string
	}{
		{file(array1("<i4", 3, little, []int32{-1, 0, 7})), []string{"-1", "0", "7"}},
		{file(array1(">i8", 2, big, []int64{1<<62 + 1, -1 << 63})),
			[]string{"4611686018427387905", "-9223372036854775808"}},
		{file(array1("<u8", 1, little, []uint64{1<<64 - 1})), []string{"18446744073709551615"}},
		{file(array1("|u1", 2, little, []uint8{0, 255})), []string{"0", "255"}},
		{file(array1("|b1", 2, little, []bool{true, false})), []string{"true", "false"}},
		{file(array1("<f4", 3, little, []float32{1, -2, 0})), []string{"1", "-2", "0"}},
		{file(f.strings), []string{signalWord, backgroundWord}},
		{file(npy("'>U10'", "False", "(2,)", big, unicode(10, big, signalWord, backgroundWord))),
			[]string{signalWord, backgroundWord}},
		{file(array1("|S3", 2, little, []byte("cat\x61\x62\x00"))), []string{"cat", "ab"}},
		{file(npy("'<i2'", "True", "(2, 1)", little, []int16{1, 2})), []string{"1", "2"}},
		{file(npy("'<i2'", "False", "(1, 2)", little, []int16{1, 2})), []string{"1", "2"}},
		{writeNamed(t, "y.npy.gz", gzipped(t, f.strings)), []string{signalWord, backgroundWord}},
		{f.npz + ":y", []string{signalWord, backgroundWord}},
		{f.npz + ":n", []string{"9"}},
		{p + ":s", []string{"cat", "dög"}}, {p + ":e", []string{"cat", "dog"}},
		{p + ":r", []string{"cat", "dog"}},
		{p + ":i", []string{"-4611686018427387904", "7"}},
		{p + ":u", []string{"18446744073709551615", "8"}}, {p + ":j", []string{"3", "3"}},
		{p + ":b", []string{"true", "false"}}, {p + ":f", []string{"2", "-3"}},
		{c + ":class", []string{"cat", "dog"}}, {c + ":code", []string{"1", "-2"}},
		{c + ":flag", []string{"true", "false"}},
		{writeNamed(t, "y.csv", []byte("label\n007\n1e5\n")), []string{"007", "1e5"}},
		{writeNamed(t, "y.csv", []byte("release\n1.8\n2.0\n")), []string{"1.8", "2"}},
		{writeNamed(t, "y.csv.gz", gzipped(t, []byte("0\n1\n"))), []string{"0", "1"}},
		{h + ":g/s", []string{"cat", "dog"}}, {h + ":i", []string{"-4", "4"}},
		{h + ":column", []string{"-4", "4"}}, {h + ":row", []string{"-4", "4"}},
		{h + ":f", []string{"5", "6"}}, {h + ":v", []string{"kitten", "dog"}},
	} {
		got, err := ReadLabels(test.address, Dialect{})
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q (%v), want %q", filepath.Base(test.address), got, err, test.want)
		}
	}
}

func TestReadLabelsErrors(t *testing.T) {
	t.Parallel()
	f := newWordFiles(t)
	p, c, h := f.parquet, f.csv, f.hdf5
	file := func(content []byte) string { return writeNamed(t, "y.npy", content) }
	little := binary.LittleEndian
	for _, test := range []struct{ address, want string }{
		{file(array1("<f8", 2, little, []float64{1, 1.5})),
			"row 1 (counted from 0) is 1.5, not a whole number"},
		{file(array1("<f8", 1, little, []float64{1e300})), "too large"},
		{file(array1("|O", 1, little, []int64{1})), "type |O; want integers"},
		{file(array1("<c8", 1, little, []int64{1})), "type <c8"},
		{file(npy("'<i2'", "False", "(2, 2)", little, make([]int16, 4))),
			"shape [2 2]; want one dimension"},
		{file(npy("'<U2'", "False", "(2,)", little, unicode(2, little, "a", ""))),
			"row 1 (counted from 0) has no label"},
		{file(array1("<U1", 1, little, []uint32{0x7fffffff})), "not text"},
		{file(f.strings[:len(f.strings)-1]), "truncated"},
		{file(append(slices.Clone(f.strings), 0)), "1 bytes more"},
		{writeNamed(t, "y.npy.gz", gzipped(t, f.strings[:len(f.strings)-1])), "truncated"},
		{f.npz, "several arrays"},
		{p, "several columns; say which"}, {p + ":z", `no column is called "z"`},
		{p + ":h", "row 0 (counted from 0) is 1.5"}, {p + ":o",
			"row 1 (counted from 0) has no label"},
		{c, "several columns; say which, as in FILE.csv:flag"},
		{c + ":z", "the columns are x, class"},
		{writeNamed(t, "y.csv", []byte("a,b\n1,x\n2,\n")) + ":b",
			"line 3: row 1 (counted from 0) has no label"},
		{writeNamed(t, "y.csv", []byte("a\n")), "no rows"},
		{h, "several datasets"}, {h + ":half", "is 0.5"}, {h + ":large", "too large"},
		{h + ":square", "shape [2 2]"}, {h + ":numbers", "lists of variable length"},
	} {
		_, err := ReadLabels(test.address, Dialect{})
		checkError(t, err, test.want, "data: reading labels from "+test.address)
	}
}

// A text may be empty, and any number.
func TestReadTexts(t *testing.T) {
	t.Parallel()
	f := newWordFiles(t)
	p, c, h := f.parquet, f.csv, f.hdf5
	file := func(content []byte) string { return writeNamed(t, "y.npy", content) }
	little := binary.LittleEndian
	for _, test := range []struct {
		address string
		want    []string
	}{
		{file(array1("<f8", 5, little, []float64{1, 1.5, 1126259462.406, math.NaN(), 1e-30})),
			[]string{"1", "1.5", "1126259462.406", "", "1e-30"}},
		{file(npy("'<U2'", "False", "(2,)", little, unicode(2, little, "a", ""))),
			[]string{"a", ""}},
		{p + ":h", []string{"1.5", "2"}}, {p + ":o", []string{signalWord, ""}},
		{p + ":s", []string{"cat", "dög"}},
		{c + ":x", []string{"1.5", "2.5"}}, {c + ":code", []string{"1.0", "-2.0"}},
		{h + ":half", []string{"0.5", "1"}}, {h + ":v", []string{"kitten", "dog"}},
		{writeNamed(t, "y.csv", []byte("a,b\n1,\"two\nlines, \"\"quoted\"\"\"\n2,\n")) + ":b",
			[]string{"two\nlines, \"quoted\"", ""}},
	} {
		got, err := ReadTexts(test.address, Dialect{})
		if err != nil || !slices.Equal(got, test.want) {
			t.Errorf("%s: %q (%v), want %q", filepath.Base(test.address), got, err, test.want)
		}
	}
	_, err := ReadTexts(h+":numbers", Dialect{})
	checkError(t, err, "lists of variable length", "data: reading texts from ")
}

// The real sets have as many labels as rows.
func TestLabelsOfRealSets(t *testing.T) {
	t.Parallel()
	sets, err := filepath.Glob(filepath.Join(sharedData, "*", "y.npy"))
	if err != nil || len(sets) == 0 {
		t.Skipf("%s does not exist", sharedData)
	}
	for _, y := range sets {
		x := filepath.Join(filepath.Dir(y), "X.npy")
		if _, err := os.Stat(x); err != nil {
			x += ".gz"
		}
		table := mustRead(t, x, ReadOptions{})
		labels, err := ReadLabels(y, Dialect{})
		if err != nil || len(labels) != table.N() {
			t.Errorf("%s: %d labels (%v) of %d rows", y, len(labels), err, table.N())
		}
	}
}
