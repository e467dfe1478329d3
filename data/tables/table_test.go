package tables

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// writeNamed puts a file of that name into a folder of its own.
func writeNamed(t testing.TB, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// gzipped compresses a file.
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

// npzFile is an archive of .npy files, given as name, content, name, content, ...
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

// checkTable compares the rows of a table; NaN equals nothing.
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

// checkError wants an error with the given parts.
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

func TestReadTableOfNPY(t *testing.T) {
	little, big := binary.LittleEndian, binary.BigEndian
	x3 := []string{"x1", "x2", "x3"}
	rows := [][]float64{{0, 1, 2}, {3, 4, 5}}
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
				width := int64(8)
				if c.narrow {
					width = 4
				}
				if table.Named() || table.Dropped() != 0 || len(table.Notes()) > 0 ||
					table.Bytes() != width*int64(len(c.rows)*len(c.names)) {
					t.Errorf("%s: named %v, dropped %d, notes %q, %d bytes", address, table.Named(),
						table.Dropped(), table.Notes(), table.Bytes())
				}
			}
		})
	}
}

// A record array gives a column for each field of numbers.
func TestReadTableOfRecords(t *testing.T) {
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
		{"[('x', '<f8', (3,))]", "single numbers"},
		{"[('x', [('y', '<f8')])]", "single numbers"},
		{"[(('title', 'x'), '<f8')]", "single numbers"},
		{"[('x', '<f8'), ('x', '<f8')]", "two fields are called x"},
		{"[('s', '|S8')]", "strings are labels"},
		{"[]", "no fields"},
		{"['x']", "no list of fields"},
	} {
		_, err := Read(writeNamed(t, "r.npy", append(preamble(c.descr, "False", "(1,)"),
			make([]byte, 24)...)), ReadOptions{})
		checkError(t, err, c.want)
	}
}

// A table larger than a block, in both orders and types.
func TestReadLargeTable(t *testing.T) {
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

func TestReadTableOfCSV(t *testing.T) {
	ab := []string{"a", "b"}
	rows := [][]float64{{1, -2.5}, {3e2, 4}}
	for _, c := range []struct {
		name, file string
		names      []string
		rows       [][]float64
		notes      []string // parts
	}{
		{"header", "a,b\n1,-2.5\n3e2,4\n", ab, rows, nil},
		{"no header", "1,-2.5\n3e2,4\n", []string{"x1", "x2"}, rows, nil},
		{"CRLF", "a,b\r\n1,-2.5\r\n3e2,4\r\n", ab, rows, nil},
		{"BOM", "\xef\xbb\xbfa,b\n1,-2.5\n3e2,4\n", ab, rows, nil},
		{"BOM, no header", "\xef\xbb\xbf1,-2.5\n3e2,4\n", []string{"x1", "x2"}, rows, nil},
		{"quotes", "\"a\",\"b\"\n\"1\",-2.5\n3e2,\"4\"\n", ab, rows, nil},
		{"comma in a name", "\"a, in cm\",b\n1,-2.5\n3e2,4\n", []string{"a, in cm", "b"}, rows,
			nil},
		{"blanks", " a , b\n 1,-2.5 \n3e2, 4\n", ab, rows, nil},
		{"semicolons", "a;b\n1;-2.5\n3e2;4\n", ab, rows, nil},
		{"tabs", "a\tb\n1\t-2.5\n3e2\t4\n", ab, rows, nil},
		{"savetxt", "# a,b\n1,-2.5\n3e2,4\n", ab, rows, nil},
		{"blank lines", "a,b\n\n1,-2.5\n\n3e2,4\n\n", ab, rows, nil},
		{"one column", "a\n1\n2\n", []string{"a"}, [][]float64{{1}, {2}}, nil},
		{"no last line break", "a,b\n1,-2.5\n3e2,4", ab, rows, []string{"cut short"}},
		{"text", "id,a,b\nfoo,1,-2.5\nbar,3e2,4\n", ab, rows, []string{"id (text)"}},
		{"row numbers", ",a,b\n0,1,-2.5\n1,3e2,4\n", ab, rows, []string{"column 1 has no name"}},
		{"numbers as names", "0,1,2\n5,6,7\n", []string{"x1", "x2", "x3"},
			[][]float64{{0, 1, 2}, {5, 6, 7}}, []string{"0, 1, 2, ..."}},
		{"some names are numbers", "a,1\n5,6\n", []string{"a", "1"}, [][]float64{{5, 6}},
			[]string{"some of its cells are numbers"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, address := range []string{writeNamed(t, "t.csv", []byte(c.file)),
				writeNamed(t, "t.csv.gz", gzipped(t, []byte(c.file)))} {
				table := mustRead(t, address, ReadOptions{})
				checkTable(t, table, c.names, c.rows...)
				if table.Named() != (c.names[0] != "x1") {
					t.Errorf("named: %v", table.Named())
				}
				if len(table.Notes()) != len(c.notes) {
					t.Errorf("notes %q, want %q", table.Notes(), c.notes)
				}
				for i := range min(len(c.notes), len(table.Notes())) {
					if !strings.Contains(table.Notes()[i], c.notes[i]) {
						t.Errorf("note %q, want %q", table.Notes()[i], c.notes[i])
					}
				}
			}
		})
	}
	tsv := mustRead(t, writeNamed(t, "t.tsv", []byte("a\tb, in cm\n1\t2\n")), ReadOptions{})
	checkTable(t, tsv, []string{"a", "b, in cm"}, []float64{1, 2})
	path := writeNamed(t, "t.csv", []byte("a,b,s\n1,2,x\n3,4,y\n"))
	checkTable(t, mustRead(t, path, ReadOptions{Columns: []string{"b", "a"}}), []string{"b", "a"},
		[]float64{2, 1}, []float64{4, 3})
	checkTable(t, mustRead(t, path+":b", ReadOptions{}), []string{"b"}, []float64{2}, []float64{4})
	if notes := mustRead(t, path, ReadOptions{Columns: []string{"b",
		"a"}}).Notes(); len(notes) > 0 {
		t.Errorf("columns that nobody asked for are noted: %q", notes)
	}
	for key, want := range map[string]string{"s": "no numbers", "c": "the columns are a, b, s",
		"": "nothing follows the colon"} {
		_, err := Read(path+":"+key, ReadOptions{})
		checkError(t, err, path, want)
	}
}

func TestReadTableOfCSVErrors(t *testing.T) {
	long := "a,b\n" + strings.Repeat("1,2\n", 3*lookRows)
	for _, c := range []struct {
		name, file string
		parts      []string
	}{
		{"empty", "", []string{"the file is empty"}},
		{"blank", "\n\n\n", []string{"the file is empty"}},
		{"header alone", "a,b\n", []string{"no rows"}},
		{"ragged", "a,b\n1,2\n1,2,3\n", []string{"line 3 has another number of cells",
			"which has 2"}},
		{"ragged, late", long + "7\n", []string{"line 3002 has another number of cells"}},
		{"short", "a,b\n1\n", []string{"line 2 has another number"}},
		{"not a number", "a,b\n1,2\n3,4x\n", []string{"line 3, column b", `"4x" is not a number`}},
		{"not a number, late", long + "7,eight\n", []string{"line 3002, column b", `"eight"`}},
		{"open quote", "a,b\n1,\"2\n3,4\n", []string{"line "}},
		{"quote inside", "a,b\n1,2\"3\n", []string{"line 2"}},
		{"decimal commas", "a;b\n1,5;2\n", []string{"line 2, column a", `"1,5"`}},
		{"decimal commas without header", "1,5;2,5\n1,5;2,5\n", []string{"commas and semicolons"}},
		{"text alone", "s\nx\ny\n", []string{"no column holds numbers", "s (text)"}},
		{"two names", "a,a\n1,2\n", []string{`two columns are called "a"`}},
		{"missing", "a,b\n1,2\n3,\n", []string{"line 3: row 1 (counted from 0), column b is " +
			"empty or NaN"}},
		{"nan", "a,b\n1,nan\n3,4\n", []string{"line 2: row 0", "column b is empty or NaN"}},
		{"inf", "a,b\n1,-inf\n3,4\n", []string{"line 2: row 0", "column b is -Inf"}},
		{"too large", "a,b\n1,1e999\n", []string{"column b is +Inf"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := writeNamed(t, "t.csv", []byte(c.file))
			_, err := Read(path, ReadOptions{})
			checkError(t, err, append(c.parts, "data: reading "+path+": ")...)
		})
	}
}

// missingRows is a table of which rows 1, 3 and 4 are not complete, in every way that a CSV file
// can say it.
const missingRows = "a,b\n0,0\n1,\n2,4\nNA,6\ninf,8\n5,10\n6,12\n"

func TestDropMissing(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(-1)
	f4 := npy("'<f4'", "False", "(7, 2)", binary.LittleEndian,
		[]float32{0, 0, 1, float32(nan), 2, 4, float32(nan), 6, float32(inf), 8, 5, 10, 6, 12})
	for _, address := range []string{writeNamed(t, "t.csv", []byte(missingRows)),
		writeNamed(t, "t.npy", f4)} {
		table := mustRead(t, address, ReadOptions{DropMissing: true})
		checkTable(t, table, table.Names(), []float64{0, 0}, []float64{2, 4}, []float64{5, 10},
			[]float64{6, 12})
		var index []int
		for i := range table.N() {
			index = append(index, table.Index(i))
		}
		if table.Dropped() != 3 || !slices.Equal(index, []int{0, 2, 5, 6}) {
			t.Errorf("%d dropped; the rest are rows %v", table.Dropped(), index)
		}
		_, err := Read(address, ReadOptions{})
		checkError(t, err, "row 1 (counted from 0)", "NaN")
		// A column that is not taken may lack values.
		whole := mustRead(t, address, ReadOptions{Columns: table.Names()[1:], DropMissing: true})
		if whole.Dropped() != 1 || whole.N() != 6 {
			t.Errorf("of the second column, %d rows are kept and %d dropped", whole.N(),
				whole.Dropped())
		}
	}
	_, err := Read(writeNamed(t, "t.csv", []byte("a,b\n1,\n,2\n")),
		ReadOptions{DropMissing: true})
	checkError(t, err, "none of the 2 rows is complete")
}

// A subsample is the same for every format, in the order of the file, without replacement and
// without missing rows.
func TestSubsample(t *testing.T) {
	const n = 500
	var text strings.Builder
	numbers := make([]float32, 0, 2*n)
	text.WriteString("a,b\n")
	for i := range n {
		b := float32(2 * i)
		if i%7 == 3 {
			b = float32(math.NaN())
		}
		fmt.Fprintf(&text, "%d,%v\n", i, b)
		numbers = append(numbers, float32(i), b)
	}
	file := npy("'<f4'", "False", "(500, 2)", binary.LittleEndian, numbers)
	addresses := []string{writeNamed(t, "t.csv", []byte(text.String())),
		writeNamed(t, "t.npy", file), writeNamed(t, "t.npy.gz", gzipped(t, file))}
	var first []int
	for _, address := range addresses {
		table := mustRead(t, address, ReadOptions{DropMissing: true, Subsample: 40,
			Rand: stream(3)})
		var index []int
		for i := range table.N() {
			row := table.Row(i, nil)
			if at := table.Index(i); row[0] != float64(at) || row[1] != 2*float64(at) || at%7 == 3 {
				t.Errorf("row %d of the file is %v", at, row)
			}
			index = append(index, table.Index(i))
		}
		if first == nil {
			first = index
		}
		if len(index) != 40 || !slices.IsSorted(index) ||
			len(slices.Compact(slices.Clone(index))) != 40 || !slices.Equal(index, first) {
			t.Errorf("%s: rows %v", address, index)
		}
		if table.Dropped() != 71 || table.Bytes() > 40*2*8 {
			t.Errorf("%d rows dropped, %d bytes", table.Dropped(), table.Bytes())
		}
		if all := mustRead(t, address, ReadOptions{DropMissing: true, Subsample: n,
			Rand: stream(3)}); all.N() != n-71 {
			t.Errorf("of more rows than there are, %d came", all.N())
		}
	}
	if _, err := Read(addresses[1], ReadOptions{Subsample: 3}); err == nil {
		t.Error("a subsample without a stream was drawn")
	}
	if _, err := Read(addresses[1], ReadOptions{Subsample: -3, Rand: stream(1)}); err == nil {
		t.Error("a negative subsample was drawn")
	}
}

// Every row is chosen equally often: with 4000 draws of 5 rows of 20, each count has mean 1000 and
// variance 750. The sum of squared deviations over 750·20/19 is chi-square with 19 degrees of
// freedom, which exceeds 50.8 with probability 1e-4.
func TestSubsampleIsUniform(t *testing.T) {
	path := writeNamed(t, "t.npy", npy("'<f8'", "False", "(20,)", binary.LittleEndian,
		make([]float64, 20)))
	r := stream(11)
	counts := make([]float64, 20)
	for range 4000 {
		table := mustRead(t, path, ReadOptions{Subsample: 5, Rand: r})
		for i := range table.N() {
			counts[table.Index(i)]++
		}
	}
	statistic := 0.0
	for _, c := range counts {
		statistic += (c - 1000) * (c - 1000) / (750 * 20. / 19)
	}
	if statistic > 50.8 {
		t.Errorf("chi-square %.1f over counts %v", statistic, counts)
	}
}

func TestMaxBytes(t *testing.T) {
	file := npy("'<f4'", "False", "(100, 3)", binary.LittleEndian, make([]float32, 300))
	turned := npy("'<f4'", "True", "(100, 3)", binary.LittleEndian, make([]float32, 300))
	csv := []byte("a,b\n" + strings.Repeat("1,2\n", 2000))
	for _, c := range []struct {
		address string
		least   int64 // that holds the table
	}{
		{writeNamed(t, "t.npy", file), 1200}, {writeNamed(t, "t.npy.gz", gzipped(t, file)), 1200},
		{writeNamed(t, "t.npy", turned), 1200},
		{writeNamed(t, "t.npy.gz", gzipped(t, turned)), 2400}, // held twice
		{writeNamed(t, "t.csv", csv), 32000},
	} {
		mustRead(t, c.address, ReadOptions{MaxBytes: c.least})
		_, err := Read(c.address, ReadOptions{MaxBytes: c.least - 1})
		checkError(t, err, "of memory", "the limit of", "random subsample", "raise the limit")
	}
	mustRead(t, writeNamed(t, "t.npy", file), ReadOptions{MaxBytes: 120, Subsample: 10,
		Rand: stream(1)})
	mustRead(t, writeNamed(t, "t.npy", file), ReadOptions{MaxBytes: 400, Columns: []string{"x3"}})
	// A header that promises more than the limit is refused before anything is read.
	huge := preamble("'<f4'", "False", "(100000000000, 512)")
	_, err := Read(writeNamed(t, "t.npy.gz", gzipped(t, huge)), ReadOptions{})
	checkError(t, err, "100000000000 rows of 512 columns", "TiB", "the limit of 4 GiB")
	_, err = Read(writeNamed(t, "t.npy", file), ReadOptions{MaxBytes: -1})
	checkError(t, err, "must not be negative")
}

func TestColumnErrors(t *testing.T) {
	unnamed := writeNamed(t, "t.npy", npy("'<f8'", "False", "(2, 3)", binary.LittleEndian,
		make([]float64, 6)))
	named := writeNamed(t, "t.csv", []byte("a,b\n1,2\n"))
	for _, c := range []struct {
		address string
		columns []string
		want    string
	}{
		{unnamed, []string{"x4"}, "they are x1 to x3"},
		{unnamed, []string{"x1", "x1"}, `column "x1" is asked for twice`},
		{unnamed, []string{}, "empty"},
		{named, []string{"c"}, "the columns of numbers are a, b"},
	} {
		_, err := Read(c.address, ReadOptions{Columns: c.columns})
		checkError(t, err, c.address, c.want)
	}
}

func TestMatch(t *testing.T) {
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
		{abc, []string{"a", "b", "d"}, []string{"lacks d and has c besides"}},
		{abc, []string{"a", "b"}, []string{"has c besides"}},
		{abc, []string{"a", "b", "c", "d"}, []string{"lacks d"}},
		{abc, []string{"a", "b", "c", "a"}, []string{"lacks a"}},
		{abc, []string{"x1", "x2"}, []string{"has 3 columns; want 2"}},
		{plain, []string{"a", "b"}, []string{"has 3 columns; want 2"}},
	} {
		_, err := c.table.Match(c.names)
		checkError(t, err, append(c.parts, c.table.Address())...)
	}
}

func TestAddresses(t *testing.T) {
	dir := t.TempDir()
	file := npy("'<f8'", "False", "(1,)", binary.LittleEndian, []float64{7})
	colon := filepath.Join(dir, "run:3.npy")
	for _, path := range []string{colon, filepath.Join(dir, "a.txt"), filepath.Join(dir, "run")} {
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	folder := filepath.Join(dir, "folder.npy")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	// a path that exists goes first
	checkTable(t, mustRead(t, colon, ReadOptions{}), []string{"x1"}, []float64{7})
	for _, c := range []struct{ address, want string }{
		{filepath.Join(dir, "none.npy"), "no such file"},
		{filepath.Join(dir, "none.npz:key"), "no such file"},
		{folder, "is a folder"},
		{folder + ":x", "is a folder"},
		{filepath.Join(dir, "a.txt"), "does not tell the format; known are .npy"},
		{colon + ":x", `holds a single array, so there is no "x"`},
		{colon + ":", "nothing follows the colon"},
		{"", "no such file"},
		{":", "no such file"},
		{os.DevNull, "not a regular file"},
	} {
		for what, read := range map[string]func() error{
			"table":   func() error { _, err := Read(c.address, ReadOptions{}); return err },
			"labels":  func() error { _, err := ReadLabels(c.address); return err },
			"inspect": func() error { _, err := Inspect(c.address); return err },
		} {
			err := read()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s of %q: error %v; want %q", what, c.address, err, c.want)
			}
			if strings.Contains(c.want, "no such") && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%s of %q: the error is not fs.ErrNotExist", what, c.address)
			}
		}
	}
}

func TestReadTableOfNPZErrors(t *testing.T) {
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

func TestReadTableOfNPYErrors(t *testing.T) {
	little := binary.LittleEndian
	good := npy("'<f8'", "False", "(2, 3)", little, make([]float64, 6))
	for _, c := range []struct {
		name, want string
		file       []byte
	}{
		{"object", "Python objects", npy("'|O'", "False", "(1,)", little, make([]byte, 8))},
		{"string", "strings are labels", npy("'<U2'", "False", "(1,)", little, make([]byte, 8))},
		{"complex", "real and imaginary", npy("'<c8'", "False", "(1,)", little, make([]byte, 8))},
		{"time", "type <M8[ns]", npy("'<M8[ns]'", "False", "(1,)", little, make([]byte, 8))},
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

func FuzzReadNPYHeader(f *testing.F) {
	f.Add("{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }\n")
	f.Add("{'descr': [('a', '<f4'), ('', '|V4'), ('s', '|S2')], 'fortran_order': True, 'shape': " +
		"(3L,)}   \n")
	f.Add("{'shape': (((2))), 'descr': \"<M8[ns]\"}\n")
	f.Fuzz(func(t *testing.T, text string) {
		h, err := parseNPYHeader(text)
		if err == nil && (len(h.fields) == 0 || h.itemSize < 1) {
			t.Fatalf("%q was read as %+v", text, h)
		}
	})
}

func FuzzReadCSV(f *testing.F) {
	f.Add([]byte("a,b\n1,\"2\"\r\n3,nan\n"))
	f.Add([]byte("\xef\xbb\xbf;x\n1;2\n"))
	f.Add([]byte(missingRows))
	path := filepath.Join(f.TempDir(), "t.csv")
	f.Fuzz(func(t *testing.T, file []byte) {
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		table, err := Read(path, ReadOptions{DropMissing: true})
		if err != nil {
			return
		}
		if s := table.Sample(nil); s.N < 1 || s.D < 1 || !isFinite(s) {
			t.Fatalf("read as %v", s)
		}
	})
}
