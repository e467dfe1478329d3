package tables

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf16"
)

// asUTF16 returns a text in UTF-16.
func asUTF16(text string, order binary.AppendByteOrder, mark bool) []byte {
	var b []byte
	if mark {
		b = order.AppendUint16(b, 0xfeff)
	}
	for _, unit := range utf16.Encode([]rune(text)) {
		b = order.AppendUint16(b, unit)
	}
	return b
}

// The same table in the ways that programs write it, with the notes that say what was found out.
func TestDialects(t *testing.T) {
	t.Parallel()
	ab, x := []string{"a", "b"}, []string{"x1", "x2"}
	rows := [][]float64{{1.5, -2}, {1234.25, 4}}
	for _, c := range []struct {
		name, file string
		names      []string
		notes      []string // parts
	}{
		{"blanks", "1.5 -2\n1234.25 4\n", x, []string{"separated by blanks"}},
		{"blanks with a header", "a b\n1.5 -2\n1234.25 4\n", ab, []string{"by blanks"}},
		{"blanks of savetxt", "# a b\n1.5e+00 -2.0e+00\n1.23425e+03 4e0\n", ab,
			[]string{"by blanks"}},
		{"aligned columns", "      a    b\n    1.5   -2\n1234.25\t4\n", ab, []string{"by blanks"}},
		{"blanks and decimal commas", "1,5 -2\n1234,25 4\n", x, []string{"by blanks",
			"decimal commas"}},
		{"comments", "# made by skim v3\n# 2025-01-01\na,b\n1.5,-2\n1234.25,4\n", ab,
			[]string{"2 lines at the top that begin with # were skipped"}},
		{"comments, the last one has names", "# made by skim\n#a,b\n1.5,-2\n1234.25,4\n", ab, nil},
		{"comment without names", "# 1,2\n1.5,-2\n1234.25,4\n", x, []string{"1 line at the top"}},
		{"carriage returns", "a,b\r1.5,-2\r1234.25,4\r", ab, nil},
		{"bars", "a|b\n1.5|-2\n1234.25|4\n", ab, nil},
		{"Excel's line", "sep=;\r\na;b\r\n1,5;-2\r\n1234,25;4\r\n", ab, []string{"decimal commas"}},
		{"decimal commas", "a;b\n1,5;-2\n1234,25;4\n", ab, []string{"decimal commas"}},
		{"decimal commas without header", "1,5;-2,0\n1234,25;4,0\n", x,
			[]string{"separated by semicolons", "decimal commas"}},
		{"decimal commas and tabs", "a\tb\n1,5\t-2\n1234,25\t4\n", ab, []string{"decimal commas"}},
		{"German thousands", "a;b\n1,5;-2\n1.234,25;4\n", ab,
			[]string{"decimal commas and points between thousands"}},
		{"English thousands", "a,b\n1.5,-2\n\"1,234.25\",4\n", ab,
			[]string{"commas between thousands"}},
		{"decimal commas in quotes", "a,b\n\"1,5\",-2\n\"1234,25\",4\n", ab,
			[]string{"decimal commas"}},
		{"names with commas", "\"a\";\"b\"\n1.5;-2\n1234.25;4\n", ab, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			for what, content := range map[string][]byte{"UTF-8": []byte(c.file),
				"UTF-16 LE": asUTF16(c.file, binary.LittleEndian, true),
				"UTF-16 BE": asUTF16(c.file, binary.BigEndian, true)} {
				table := mustRead(t, writeNamed(t, "t.csv", content), ReadOptions{})
				checkTable(t, table, c.names, rows...)
				if len(table.Notes()) != len(c.notes) {
					t.Fatalf("%s: notes %q, want %q", what, table.Notes(), c.notes)
				}
				for i, note := range table.Notes() {
					if !strings.Contains(note, c.notes[i]) {
						t.Errorf("%s: note %q, want %q", what, note, c.notes[i])
					}
				}
			}
		})
	}
}

func TestDialectOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		d          Dialect
		names      []string
		row        []float64
	}{
		{"decimal comma", "a,b\n\"1,234\",2\n", Dialect{Decimal: ','}, []string{"a", "b"},
			[]float64{1.234, 2}},
		{"thousands", "a,b\n\"1,234\",2\n", Dialect{Thousands: ','}, []string{"a", "b"},
			[]float64{1234, 2}},
		{"points between thousands", "a;b\n1.234;2,5\n", Dialect{Thousands: '.'},
			[]string{"a", "b"}, []float64{1234, 2.5}},
		{"blanks between thousands", "a;b\n1 234;12\u00a0345,5\n", Dialect{Thousands: ' ',
			Decimal: ','}, []string{"a", "b"}, []float64{1234, 12345.5}},
		{"apostrophes", "a,b\n1'234.5,-1'000'000\n", Dialect{Thousands: '\''}, []string{"a", "b"},
			[]float64{1234.5, -1e6}},
		{"delimiter", "a:b\n1:2\n", Dialect{Delimiter: ':'}, []string{"a", "b"}, []float64{1, 2}},
		{"blanks", "who what\n1 x\n", Dialect{Delimiter: ' '}, []string{"who"}, []float64{1}},
		{"names", "1,2\n3,4\n", Dialect{Header: HeaderYes}, []string{"1", "2"}, []float64{3, 4}},
		{"no names", "1,2\n", Dialect{Header: HeaderNo}, []string{"x1", "x2"}, []float64{1, 2}},
		{"a text as no names", "u,2\nv,4\n", Dialect{Header: HeaderNo}, []string{"x2"},
			[]float64{2}},
		{"missing codes", "a,b\n-999,2\n-999.0,2\n?,2\n7,2\n", Dialect{Missing: []string{"-999",
			"?"}}, []string{"a", "b"}, []float64{7, 2}},
	} {
		table := readText(t, c.file, ReadOptions{Dialect: c.d, Missing: DropMissing})
		if !slices.Equal(table.Names(), c.names) || !slices.Equal(table.Row(0, nil), c.row) {
			t.Errorf("%s: %v %v, want %v %v", c.name, table.Names(), table.Row(0, nil), c.names,
				c.row)
		}
	}
	// Groups of digits that are not three are not a number.
	for _, cell := range []string{"12,34", "1,2345", "1234,567", "1,,234", "1,234.5,6", "1.5,000"} {
		if _, err := Read(writeNamed(t, "t.csv", []byte("a,b\n\""+cell+"\",1\n")), ReadOptions{
			Dialect: Dialect{Thousands: ','}, Columns: []string{"a"}}); err == nil {
			t.Errorf("%s is read with commas between thousands", cell)
		}
	}
}

// What can be read in two ways is an error that names the choice, unless the column is not read.
func TestDialectErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file string
		choice     DialectChoice
		parts      []string
	}{
		{"thousands or decimals", "a,b\n\"1,234\",5\n\"1,300\",6\n", ChoiceOfDecimal,
			[]string{`line 2, column a: "1,234" has a thousands separator or a decimal comma`}},
		{"also with semicolons", "a;b\n5;1,234\n", ChoiceOfDecimal, []string{"line 2, column b"}},
		{"commas and points", "a;b\n1,5;0.5\n", ChoiceOfDecimal,
			[]string{`"1,5" has a decimal comma, but "0.5" in line 2 a decimal point`}},
		{"points among decimal commas", "a;b\n1,5;1.234\n", ChoiceOfDecimal,
			[]string{`"1.234" has a decimal point or a thousands separator`}},
		{"delimiters", "a,b;c\nx,y;z\n", ChoiceOfDelimiter, []string{"commas and semicolons"}},
	} {
		path := writeNamed(t, "t.csv", []byte(c.file))
		_, err := Read(path, ReadOptions{})
		checkError(t, err, c.parts...)
		if e := (*DialectError)(nil); !errors.As(err, &e) || e.Choice != c.choice {
			t.Errorf("%s: %#v", c.name, err)
		}
	}
	path := writeNamed(t, "t.csv", []byte("a,b\n\"1,234\",5\n"))
	for _, o := range []ReadOptions{{Columns: []string{"b"}}, {Exclude: []string{"a*"}}} {
		checkTable(t, mustRead(t, path, o), []string{"b"}, []float64{5})
	}
	checkTable(t, mustRead(t, path+":b", ReadOptions{}), []string{"b"}, []float64{5})
	_, err := Read(path, ReadOptions{Columns: []string{"a"}})
	checkError(t, err, "a thousands separator or a decimal comma")
	_, err = Read(path+":a", ReadOptions{})
	checkError(t, err, "a thousands separator or a decimal comma")
}

func TestContradictoryDialect(t *testing.T) {
	t.Parallel()
	path := writeNamed(t, "t.csv", []byte("a,b\n1.5,2\n"))
	for _, d := range []Dialect{{Decimal: '.', Thousands: '.'}, {Decimal: 'x'}} {
		_, err := Read(path, ReadOptions{Dialect: d})
		checkError(t, err, "decimal mark")
	}
}

// Numbers with a decimal point that others contradict are words, if the column may be a category.
func TestWordsOfDoubtfulNumbers(t *testing.T) {
	t.Parallel()
	table := readText(t, "a;b\n1,5;0.5\n2,5;x\n3,5;y\n", ReadOptions{Levels: 5})
	if c := table.Columns()[1]; c.Kind != Category || len(c.Levels) != 3 {
		t.Errorf("%+v", c)
	}
}

// A number below the first rows can decide how numbers are written.
func TestLateDecimals(t *testing.T) {
	t.Parallel()
	first := "a;b\n" + strings.Repeat("7;1,234\n", 2*lookRows)
	_, err := Read(writeNamed(t, "t.csv", []byte(first)), ReadOptions{})
	checkError(t, err, "a thousands separator or a decimal comma")
	whole := "a;b\n" + strings.Repeat("7;1\n", 2*lookRows)
	table := readText(t, whole+"8;1,5\n", ReadOptions{})
	if got := table.Row(2*lookRows, nil); !slices.Equal(got, []float64{8, 1.5}) {
		t.Errorf("the last row is %v", got)
	}
	_, err = Read(writeNamed(t, "t.csv", []byte(whole+"8;1,500\n")), ReadOptions{})
	checkError(t, err, "line 2002, column b", "a thousands separator or a decimal comma")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	var years, frame, counts, first, texts strings.Builder
	years.WriteString("2019,2020,2021\n")
	frame.WriteString(",0,1\n")
	counts.WriteString("0,1,2\n")
	first.WriteString("50,-50\n")
	texts.WriteString("0.5,muon,2026-01-01\n")
	r := stream(1)
	for i := range 20 {
		a, b := r.NormFloat64(), r.NormFloat64()
		fmt.Fprintf(&years, "%v,%v,%v\n", a, b, a)
		fmt.Fprintf(&frame, "%d,%v,%v\n", i, a, b)
		fmt.Fprintf(&counts, "%v,%v,%v\n", a, b, a)
		fmt.Fprintf(&first, "%v,%v\n", a, b)
		fmt.Fprintf(&texts, "%v,muon,2026-01-02\n", a)
	}
	small := "2019,2020\n2018,2017\n" + strings.Repeat("2021,2020\n", 20)
	for _, c := range []struct {
		name, file string
		rows       int
		names      []string
		note       string
	}{
		{"years", years.String(), 20, []string{"2019", "2020", "2021"}, "far away from those"},
		{"years above years", small, 22, []string{"x1", "x2"}, ""},
		{"few rows", "2019,2020\n0.5,0.25\n", 2, []string{"x1", "x2"}, ""},
		{"a data frame without names", frame.String(), 20, []string{"0", "1"},
			"column 1 has no name"},
		{"0, 1, 2 above fractions", counts.String(), 20, []string{"0", "1", "2"},
			"was read as the names"},
		{"a first row that is far away", first.String(), 21, []string{"x1", "x2"},
			"far away from all others"},
		{"values with text", texts.String(), 21, []string{"x1", "x3"}, "read as values"},
		{"truth values", "True,1\nFalse,2\n", 2, []string{"x1", "x2"}, "read as values"},
		{"text that is repeated", "u,v\nu,w\n", 2, nil, ""},
		{"equal names", "a,a,a.1\n1,2,3\n", 1, []string{"a", "a.2", "a.1"}, "is called a.2"},
		{"Windows-1252", "Gr\xf6\xdfe,b\n1,2\n", 1, []string{"Größe", "b"}, ""},
	} {
		o := ReadOptions{}
		if c.names == nil {
			c.names, o.Levels = []string{"x1", "x2"}, 5
		}
		table := readText(t, c.file, o)
		if !slices.Equal(table.Names(), c.names) || table.N() != c.rows {
			t.Errorf("%s: %d rows of %v", c.name, table.N(), table.Names())
		}
		if notes := strings.Join(table.Notes(), "\n"); !strings.Contains(notes, c.note) {
			t.Errorf("%s: notes %q, want %q", c.name, notes, c.note)
		}
	}
}

func TestText(t *testing.T) {
	t.Parallel()
	// Text that is not in UTF-8 is read as Windows-1252, and words are the same in both.
	table := readText(t, "w,a\nK\xf6ln,1\nKöln,2\n\x80,3\n", ReadOptions{Levels: 5})
	if got := table.Columns()[0].Levels; !slices.Equal(got, []string{"Köln", "€"}) {
		t.Errorf("levels %q", got)
	}
	if !slices.ContainsFunc(table.Notes(), func(note string) bool {
		return strings.Contains(note, "Windows-1252")
	}) {
		t.Errorf("notes %q", table.Notes())
	}
	unmarked := mustRead(t, writeNamed(t, "t.csv", asUTF16("a,b\n1,2\n", binary.LittleEndian,
		false)), ReadOptions{})
	checkTable(t, unmarked, []string{"a", "b"}, []float64{1, 2})
	for name, c := range map[string]struct{ file, want string }{
		"zero bytes":         {"a,b\n1,\x00\n", "zero bytes"},
		"half a character":   {"\xff\xfe1\x00,\x002\x00\n\x003", "truncated"},
		"a line of 17 MiB":   {"a\n" + strings.Repeat("1", 17<<20), "longer than 16 MiB"},
		"a quote of 17 MiB":  {"a\n\"" + strings.Repeat("1\n", 9<<20), "longer than 16 MiB"},
		"blanks, 17 MiB":     {"1 2\n1 2\n" + strings.Repeat("1", 17<<20), "longer than 16 MiB"},
		"a comment of 17":    {"#" + strings.Repeat("1", 17<<20), "longer than 16 MiB"},
		"a name of 17 MiB":   {strings.Repeat("a", 17<<20) + "\n1\n", "longer than 16 MiB"},
		"only comments":      {"# a\n# b\n", "no rows"},
		"ragged with blanks": {"1 2\n3 4\n5\n", "line 3 does not have as many cells"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(writeNamed(t, "t.csv", []byte(c.file)), ReadOptions{})
			checkError(t, err, c.want)
		})
	}
}

// Labels and texts are read with the same dialect.
func TestDialectOfWords(t *testing.T) {
	t.Parallel()
	path := writeNamed(t, "t.csv", []byte("# made today\nname:t\nK\xf6ln:1,5\nBonn:2\n"))
	d := Dialect{Delimiter: ':'}
	labels, err := ReadLabels(path+":name", d)
	if err != nil || !slices.Equal(labels, []string{"Köln", "Bonn"}) {
		t.Errorf("labels %q (%v)", labels, err)
	}
	texts, err := ReadTexts(path+":t", d)
	if err != nil || !slices.Equal(texts, []string{"1,5", "2"}) {
		t.Errorf("texts %q (%v)", texts, err)
	}
}
