package tables

import (
	"strings"
	"testing"
)

func TestReadCSV(t *testing.T) {
	t.Parallel()
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
}

// The key of an address, and the option, name columns.
func TestReadCSVColumns(t *testing.T) {
	t.Parallel()
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

func TestReadCSVErrors(t *testing.T) {
	t.Parallel()
	long := "a,b\n" + strings.Repeat("1,2\n", 3*lookRows)
	for _, c := range []struct {
		name, file string
		parts      []string
	}{
		{"empty", "", []string{"the file is empty"}},
		{"blank", "\n\n\n", []string{"the file is empty"}},
		{"header alone", "a,b\n", []string{"no rows"}},
		{"ragged", "a,b\n1,2\n1,2,3\n", []string{"line 3 does not have as many cells",
			"which has 2"}},
		{"ragged, late", long + "7\n", []string{"line 3002 does not have as many cells"}},
		{"short", "a,b\n1\n", []string{"line 2 does not have as many cells"}},
		{"open quote", "a,b\n1,\"2\n3,4\n", []string{"line "}},
		{"quote inside", "a,b\n1,2\"3\n", []string{"line 2"}},
		{"text alone", "s\nx\ny\n", []string{"no column holds numbers", "s (text)"}},
		{"missing", "a,b\n1,2\n3,\n", []string{"row 1 (counted from 0), column b is " +
			"missing"}},
		{"nan", "a,b\n1,nan\n3,4\n", []string{"row 0", "column b is missing"}},
		{"inf", "a,b\n1,-inf\n3,4\n", []string{"row 0", "column b is -Inf"}},
		{"too large", "a,b\n1,1e999\n", []string{"column b is +Inf"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := writeNamed(t, "t.csv", []byte(c.file))
			_, err := Read(path, ReadOptions{})
			checkError(t, err, append(c.parts, "data: reading "+path+": ")...)
		})
	}
}
