package tables

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"codeberg.org/sbinet/npyio"
	"gonum.org/v1/gonum/mat"
)

func TestReadNPY(t *testing.T) {
	t.Parallel()
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
			"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xf0?" +
			"\x00\x00\x00\x00\x00\x00\x00@\x00\x00\x00\x00\x00\x00\x08@" +
			"\x00\x00\x00\x00\x00\x00\x10@\x00\x00\x00\x00\x00\x00\x14@"), 2, 3, rows},
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
			s := mustRead(t, write(t, c.file), ReadOptions{}).Sample(nil)
			if s.N != c.n || s.D != c.d || !slices.Equal(s.X, c.want) {
				t.Errorf("got %d x %d %v, want %d x %d %v", s.N, s.D, s.X, c.n, c.d, c.want)
			}
		})
	}
}

// In format 2, the length of the header takes four bytes instead of two.
func TestReadNPYFormat2(t *testing.T) {
	t.Parallel()
	header := "{'descr': '<f8', 'fortran_order': False, 'shape': (1, 2), }\n"
	file := binary.LittleEndian.AppendUint32([]byte("\x93NUMPY\x02\x00"), uint32(len(header)))
	file = append(file, header...)
	for _, v := range []float64{1.5, -2} {
		file = binary.LittleEndian.AppendUint64(file, math.Float64bits(v))
	}
	checkTable(t, mustRead(t, write(t, file), ReadOptions{}), []string{"x1", "x2"},
		[]float64{1.5, -2})
}

// The npyio library is an independent writer of the format.
func TestReadNPYByNpyio(t *testing.T) {
	t.Parallel()
	r := stream(1)
	want := make([]float64, 400*3)
	for i := range want {
		want[i] = r.NormFloat64()
	}
	var b bytes.Buffer
	if err := npyio.Write(&b, mat.NewDense(400, 3, want)); err != nil {
		t.Fatal(err)
	}
	s := mustRead(t, write(t, b.Bytes()), ReadOptions{}).Sample(nil)
	if s.N != 400 || s.D != 3 || !slices.Equal(s.X, want) {
		t.Errorf("a %d x %d sample was read", s.N, s.D)
	}
}

func TestReadNPYTypes(t *testing.T) {
	t.Parallel()
	little, big := binary.LittleEndian, binary.BigEndian
	x3, rows := []string{"x1", "x2", "x3"}, [][]float64{{0, 1, 2}, {3, 4, 5}}
	one := func(values ...float64) (rows [][]float64) {
		for _, v := range values {
			rows = append(rows, []float64{v})
		}
		return rows
	}
	f4, f8 := []float32{0, 1, 2, 3, 4, 5}, []float64{0, 1, 2, 3, 4, 5}
	for _, c := range []struct {
		name   string
		file   []byte
		names  []string
		rows   [][]float64
		narrow bool
	}{
		{"f4", npy("'<f4'", "False", "(2, 3)", little, f4), x3, rows, true},
		{"f8", npy("'>f8'", "False", "(2, 3)", big, f8), x3, rows, false},
		{"Fortran", npy("'<f4'", "True", "(2, 3)", little, []float32{0, 3, 1, 4, 2, 5}), x3, rows,
			true},
		{"Fortran, big-endian", npy("'>f8'", "True", "(2, 3)", big, []float64{0, 3, 1, 4, 2, 5}),
			x3, rows, false},
		{"f2", npy("'<f2'", "False", "(7,)", little, []uint16{0x3c00, 0xc000, 0x7bff, 0x0001,
			0x0400, 0x3555, 0x8000}), x3[:1],
			one(1, -2, 65504, math.Pow(2, -24), math.Pow(2, -14), 0.333251953125,
				math.Copysign(0, -1)), true},
		{">f2", npy("'>f2'", "False", "(1,)", big, []uint16{0x3c00}), x3[:1], one(1), true},
		{"b1", npy("'|b1'", "False", "(3,)", little, []bool{true, false, true}), x3[:1],
			one(1, 0, 1), false},
		{"i8", npy("'<i8'", "False", "(2,)", little, []int64{-1 << 40, 3}), x3[:1], one(-1<<40, 3),
			false},
		{"Python 2", npy("'<u2'", "False", "(2L, 1L)", little, []uint16{7, 8}), x3[:1], one(7, 8),
			false},
	} {
		t.Run(c.name, func(t *testing.T) {
			width := int64(8)
			if c.narrow {
				width = 4
			}
			deflated, stored := npzFile(t, zip.Deflate, "x", c.file),
				npzFile(t, zip.Store, "x", c.file)
			for _, address := range []string{
				writeNamed(t, "x.npy", c.file), writeNamed(t, "x.npy.gz", gzipped(t, c.file)),
				writeNamed(t, "X.NPY", c.file),
				writeNamed(t, "x.npz", deflated), writeNamed(t, "x.npz", stored) + ":x",
				writeNamed(t, "x.npz", stored) + ":x.npy",
			} {
				table := mustRead(t, address, ReadOptions{})
				checkTable(t, table, c.names, c.rows...)
				if table.Named() || table.Dropped() != 0 || len(table.Notes()) > 0 ||
					table.Bytes() != width*int64(len(c.rows)*len(c.names)) {
					t.Errorf("%s: named %v, dropped %d, notes %q, %d bytes", address, table.Named(),
						table.Dropped(), table.Notes(), table.Bytes())
				}
			}
		})
	}
}

// An array of records has a column for each field that holds numbers.
func TestReadRecords(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	for i := range 3 {
		for _, v := range []any{float32(i), int64(-i), [2]byte{'a', 'b'}, float64(i) / 4} {
			if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	descr := "[('pt', '<f4'), ('n', '<i8'), ('name', '|S2'), ('eta', '<f8')]"
	file := append(preamble(descr, "False", "(3,)"), b.Bytes()...)
	path := writeNamed(t, "r.npy", file)
	table := mustRead(t, path, ReadOptions{})
	checkTable(t, table, []string{"pt", "n", "eta"}, []float64{0, 0, 0}, []float64{1, -1, 0.25},
		[]float64{2, -2, 0.5})
	if notes := table.Notes(); !table.Named() || len(notes) != 1 ||
		!strings.Contains(notes[0], "name (|S2)") {
		t.Errorf("named %v, notes %q", table.Named(), notes)
	}
	table = mustRead(t, path, ReadOptions{Columns: []string{"eta", "pt"}})
	checkTable(t, table, []string{"eta", "pt"}, []float64{0, 0}, []float64{0.25, 1},
		[]float64{0.5, 2})
	if table = mustRead(t, path, ReadOptions{Columns: []string{"pt"}}); table.Bytes() != 12 {
		t.Errorf("a float32 field takes %d bytes", table.Bytes())
	}
	_, err := Read(path, ReadOptions{Columns: []string{"name"}})
	checkError(t, err, path, `"name" holds no numbers`, "pt, n, eta")
	for _, c := range []struct{ descr, want string }{
		{"[('x', [('y', '<f8')], (3,))]", "arrays of records"},
		{"[('x', '<f8', (3, -1))]", "field x has the shape [3 -1]"},
		{"[('x', '<f8', (99999999,))]", "records are too long"},
		{"[('x', '<f8', (1, 1))]", "type [('x', '<f8', (1, 1))]; want numbers"},
		{"[('x', [])]", "arrays of records"},
		{"[('x', 3)]", "not a list of fields"},
		{"[('x', '<f8'), ('x', '<f8')]", "two fields are called x"},
		{"[('s', '|S8')]", "strings are labels"},
		{"[]", "no fields"},
		{"['x']", "not a list of fields"},
	} {
		_, err := Read(writeNamed(t, "r.npy", append(preamble(c.descr, "False", "(1,)"),
			make([]byte, 24)...)), ReadOptions{})
		checkError(t, err, c.want)
	}
}

// NumPy writes names as Python literals: in Latin-1, or in UTF-8 of version 3 of the format if that
// is not enough. The headers are those of np.save of NumPy 1.24.
func TestReadRecordNames(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		descr   string
		version byte
		want    string
	}{
		{`[("it's", '<f8')]`, 1, "it's"},
		{`[('a"b\'c', '<f8')]`, 1, `a"b'c`},
		{`[('two\nlines\tand\r', '<f8')]`, 1, "two\nlines\tand\r"},
		{`[('a\\b', '<f8')]`, 1, `a\b`},
		{`[('\x07\x7f', '<f8')]`, 1, "\x07\x7f"},
		{"[('caf\xe9', '<f8')]", 1, "café"},
		{"[('日本 ✓', '<f8')]", 3, "日本 ✓"},
		{`[('\u2028\U000e0001', '<f8')]`, 1, "\u2028\U000e0001"},
		{`[('=1,2 <b>', '<f8')]`, 1, "=1,2 <b>"},
	} {
		file := preamble(c.descr, "False", "(1,)")
		if c.version == 3 { // the length of the header takes four bytes
			length := []byte{file[8], file[9], 0, 0}
			file = slices.Concat(file[:6], []byte{3, 0}, length, file[10:])
		}
		file = binary.LittleEndian.AppendUint64(file, math.Float64bits(0.5))
		table := mustRead(t, writeNamed(t, "r.npy", file), ReadOptions{})
		checkTable(t, table, []string{c.want}, []float64{0.5})
	}
}

// All rows of records are read to know that a column of text is not a category, and then once more.
func TestReadRecordsWithTexts(t *testing.T) {
	t.Parallel()
	const rows = 60 // in two batches of the reader, with texts of this length
	const length = 8192
	for name, distinct := range map[string]int{"all different": rows, "too many": 51} {
		file := preamble(fmt.Sprintf("[('x', '<f8'), ('t', '|S%d'), ('w', '|S1')]", length),
			"False", fmt.Sprintf("(%d,)", rows))
		want := make([][]float64, rows)
		for i := range rows {
			file = binary.LittleEndian.AppendUint64(file, math.Float64bits(float64(i)/4))
			text := make([]byte, length)
			copy(text, fmt.Sprintf("text %d", i%distinct))
			file = append(append(file, text...), "ab"[i%2])
			want[i] = []float64{float64(i) / 4, float64(i % 2)}
		}
		archive := npzFile(t, zip.Deflate, "r", file)
		for _, address := range []string{writeNamed(t, "r.npy", file),
			writeNamed(t, "r.npy.gz", gzipped(t, file)), writeNamed(t, "r.npz", archive),
			writeNamed(t, "r.npz", archive) + ":r"} {
			table := mustRead(t, address, ReadOptions{Levels: 50})
			checkTable(t, table, []string{"x", "w"}, want...)
			if notes := table.Notes(); !slices.ContainsFunc(notes, func(n string) bool {
				return strings.Contains(n, "t (text")
			}) {
				t.Errorf("%s, %s: the notes are %q", name, address, notes)
			}
		}
	}
}

// Records in records, titles, and arrays in records give the fields that are numbers.
func TestReadNestedRecords(t *testing.T) {
	t.Parallel()
	file := append(preamble("[('p', [('x', '<f4'), ('y', '<f4', (2,))]), (('of the event', 'n'), "+
		"'|u1'), ('m', '<f4', (1, 1))]", "False", "(1,)"), 0, 0, 0, 0x3f, 0, 0, 0x80, 0x3f, 0, 0, 0,
		0x40, 7, 0, 0, 0, 0)
	table := mustRead(t, writeNamed(t, "r.npy", file), ReadOptions{})
	checkTable(t, table, []string{"p.x", "p.y.1", "p.y.2", "n"}, []float64{0.5, 1, 2, 7})
	if notes := table.Notes(); len(notes) != 1 || !strings.Contains(notes[0],
		"m (array [1 1] of <f4)") {
		t.Errorf("notes %q", notes)
	}
}

// NumPy's times are days, whatever their unit.
func TestReadNumPyTimes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		unit string
		v    int64
		want float64
	}{
		{"D", -3, -3}, {"h", 36, 1.5}, {"m", -720, -0.5}, {"s", 86400, 1},
		{"ms", -43_200_000, -0.5},
		{"us", 21_600_000_000, 0.25}, {"ns", 86_400_000_000_000, 1},
		{"ps", 43_200_000_000_000_000, 0.5}, {"W", 2, 14}, {"25s", 3456, 1}, {"12h", 3, 1.5},
		{"M", 2, 59}, {"M", -1, -31}, {"Y", 2, 730}, {"10Y", 1, 3652}, {"W", 1 << 40, 7 << 40},
	} {
		path := write(t, npy("'<M8["+c.unit+"]'", "False", "(1,)", binary.LittleEndian,
			[]int64{c.v}))
		table := mustRead(t, path, ReadOptions{})
		if got := table.Row(0, nil)[0]; got != c.want || table.Columns()[0].Kind != Time ||
			len(table.Notes()) != 1 {
			t.Errorf("%d %s: %v, want %v; notes %q", c.v, c.unit, got, c.want, table.Notes())
		}
	}
	missing := write(t, npy("'>m8[s]'", "False", "(2,)", binary.BigEndian,
		[]int64{math.MinInt64, 43200}))
	table := mustRead(t, missing, ReadOptions{Missing: DropMissing})
	if table.N() != 1 || table.Row(0, nil)[0] != 0.5 || table.Columns()[0].Kind != Number ||
		table.Notes()[0] != "durations and times of day were read as days: x1" {
		t.Errorf("%d rows, %v", table.N(), table.Notes())
	}
	labels, err := ReadLabels(write(t, npy("'<M8[s]'", "False", "(2,)", binary.LittleEndian,
		[]int64{86400, 90061})), Dialect{})
	if err != nil || labels[0] != "1970-01-02" || labels[1] != "1970-01-02 01:01:01" {
		t.Errorf("labels %q (%v)", labels, err)
	}
}
