package tables

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
)

// readText reads a table from the text of a CSV file.
func readText(t testing.TB, text string, o ReadOptions) *Table {
	t.Helper()
	return mustRead(t, writeNamed(t, "t.csv", []byte(text)), o)
}

// columnOf returns the values of a column.
func columnOf(t *Table, j int) []float64 {
	var values []float64
	for i := range t.N() {
		values = append(values, t.Row(i, nil)[j])
	}
	return values
}

// sameNumbers compares numbers, of which NaN equals NaN.
func sameNumbers(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool {
		return x == y || math.IsNaN(x) && math.IsNaN(y)
	})
}

var nan = math.NaN()

func TestCSVCategories(t *testing.T) {
	t.Parallel()
	const text = "pay,a,city\ncard,1,Bern\n cash ,2,Bonn\ncard,3,\nNA,4,Bern\n\"x, y\",5,Basel\n"
	table := readText(t, text, ReadOptions{Levels: 3, Missing: KeepMissing})
	checks := table.Columns()
	want := []ColumnInfo{
		{Name: "pay", Kind: Category, Levels: []string{"card", "cash", "x, y"}, Missing: 1},
		{Name: "a"},
		{Name: "city", Kind: Category, Levels: []string{"Bern", "Bonn", "Basel"}, Missing: 1}}
	for j, c := range want {
		if got := checks[j]; got.Name != c.Name || got.Kind != c.Kind ||
			!slices.Equal(got.Levels, c.Levels) || got.Missing != c.Missing {
			t.Errorf("column %d is %+v, want %+v", j, got, c)
		}
	}
	if got := columnOf(table, 0); !sameNumbers(got, []float64{0, 1, 0, nan, 2}) {
		t.Errorf("pay is %v", got)
	}
	if len(table.Notes()) > 0 {
		t.Errorf("notes %q", table.Notes())
	}
	// With fewer levels, the columns are skipped, and cannot be asked for.
	few := readText(t, text, ReadOptions{Levels: 2})
	if !slices.Equal(few.Names(), []string{"a"}) || len(few.Notes()) != 1 ||
		!strings.Contains(few.Notes()[0], "city (text with more than 2 different words)") {
		t.Errorf("columns %v, notes %q", few.Names(), few.Notes())
	}
	_, err := Read(writeNamed(t, "t.csv", []byte(text)), ReadOptions{Levels: 2,
		Columns: []string{"a", "pay"}})
	if e := (*ColumnError)(nil); !errors.As(err, &e) || e.Column != "pay" {
		t.Errorf("a column of too many words: %v", err)
	}
}

// Words that identify their rows are not categories, unless there are only a few rows.
func TestIdentifiersAreNotCategories(t *testing.T) {
	t.Parallel()
	for rows, want := range map[int]int{shortCategory: 2, shortCategory + 1: 1} {
		var text strings.Builder
		text.WriteString("ticket,a\n")
		for i := range rows {
			fmt.Fprintf(&text, "A%d,%d\n", i, i*i)
		}
		if got := readText(t, text.String(), ReadOptions{Levels: 100}).D(); got != want {
			t.Errorf("%d rows of tickets give %d columns, want %d", rows, got, want)
		}
	}
}

func TestCSVTruthValues(t *testing.T) {
	t.Parallel()
	table := readText(t, "a,b,c,d\nTrue,yes,1,FALSE\nFalse,NO,0,\ntrue,Yes,1,false\n",
		ReadOptions{Missing: KeepMissing})
	for j, want := range [][]float64{{1, 0, 1}, {1, 0, 1}, {1, 0, 1}, {0, nan, 0}} {
		if got := columnOf(table, j); !sameNumbers(got, want) {
			t.Errorf("column %d is %v, want %v", j, got, want)
		}
		if c := table.Columns()[j]; c.Kind != Number || c.Levels != nil {
			t.Errorf("column %d is %+v", j, c)
		}
	}
	// A column of yes and true, or of yes and maybe, is not one of truth values.
	words := readText(t, "a,b\nyes,yes\ntrue,maybe\nno,no\n", ReadOptions{Levels: 5})
	for j, c := range words.Columns() {
		if c.Kind != Category || len(c.Levels) != 3 {
			t.Errorf("column %d is %+v", j, c)
		}
	}
}

func TestCSVTimes(t *testing.T) {
	t.Parallel()
	const day = 20666 // 2026-08-01
	for cell, want := range map[string]float64{
		"2026-08-01": day, "2026/8/1": day, "1970-01-01": 0, "1969-12-31 12:00": -0.5,
		"2026-08-01 06:00": day + 0.25, "2026-08-01T06:00:00": day + 0.25,
		"2026-08-01T06:00:00Z": day + 0.25, "2026-08-01T06:00:00+06:00": day,
		"2026-08-01T06:00:00-0600":    day + 0.5,
		"2026-08-01 06:00:00.500 UTC": day + 0.25 + 0.5/86400,
		"1.8.2026":                    day, "01.08.2026 12:00": day + 0.5, "25/12/2026": day + 146,
		"12/25/2026": day + 146, "25-12-2026": day + 146, " 2024-02-29 ": 19782,
	} {
		table := readText(t, "t,a\n"+cell+",1\n", ReadOptions{})
		if table.D() != 2 || table.Columns()[0].Kind != Time || table.Row(0, nil)[0] != want {
			t.Errorf("%q is %v (%v), want %v", cell, table.Row(0, nil), table.Columns(), want)
			continue
		}
		if len(table.Notes()) != 1 || !strings.Contains(table.Notes()[0], "days since 1970-01-01") {
			t.Errorf("notes of %q: %q", cell, table.Notes())
		}
	}
	for _, cell := range []string{"2026-02-29", "2026-13-01", "2026-00-01", "31.13.2026", "1.8.26",
		"2026-08", "2026-08-01x", "2026-08-01 25:00", "2026-08-01 6", "2026-08-01T06:00+", "12:30",
		"2026-08/01", "2026.08.01", "2026-08-011"} {
		if table := readText(t, "t,a\n"+cell+",1\n", ReadOptions{}); table.D() != 1 {
			t.Errorf("%q is read as %v", cell, table.Row(0, nil))
		}
	}
}

// Whether the day or the month is first is decided by the column, also by its last row, and is not
// guessed.
func TestDayOrMonthFirst(t *testing.T) {
	t.Parallel()
	ambiguous := "t,a\n" + strings.Repeat("3/4/2026,1\n", 2*lookRows)
	for last, want := range map[string]float64{"13/4/2026,1\n": 20546, "4/13/2026,1\n": 20516} {
		table := readText(t, ambiguous+last, ReadOptions{})
		if table.D() != 2 || table.Row(0, nil)[0] != want {
			t.Errorf("with %q, 3/4/2026 is %v, want %v", last, table.Row(0, nil), want)
		}
	}
	table := readText(t, ambiguous, ReadOptions{Levels: 5})
	if table.D() != 1 || !strings.Contains(table.Notes()[0], "day or month first") {
		t.Errorf("columns %v, notes %q", table.Names(), table.Notes())
	}
	_, err := Read(writeNamed(t, "t.csv", []byte(ambiguous)), ReadOptions{Columns: []string{"t"}})
	checkError(t, err, `column "t"`, `"3/4/2026"`, "day or month first")
}

// Cells of text in a column of numbers: early or late, the column is skipped, and a note names the
// line and the cell; asked for by name, the column is an error.
func TestTextAmongNumbers(t *testing.T) {
	t.Parallel()
	for _, before := range []int{1, 3 * lookRows} {
		var text strings.Builder
		text.WriteString("a,b\n")
		for i := range before {
			fmt.Fprintf(&text, "1,%d\n", i)
		}
		text.WriteString("3,4x\n5,6\n")
		path := writeNamed(t, "t.csv", []byte(text.String()))
		cell := fmt.Sprintf(`line %d is "4x"`, before+2)
		for _, levels := range []int{0, 2} {
			table := mustRead(t, path, ReadOptions{Levels: levels})
			if table.D() != 1 || table.N() != before+2 || len(table.Notes()) != 1 ||
				!strings.Contains(table.Notes()[0], cell) {
				t.Errorf("columns %v, notes %q", table.Names(), table.Notes())
			}
		}
		_, err := Read(path, ReadOptions{Columns: []string{"b"}})
		checkError(t, err, fmt.Sprintf(`line %d, column b: "4x" is not a number`, before+2))
		if e := (*ColumnError)(nil); !errors.As(err, &e) || e.Line != before+2 || e.Cell != "4x" {
			t.Errorf("%#v", e)
		}
	}
	grades := readText(t, "grade\n1\n2\nA\n1\n", ReadOptions{Levels: 5})
	if c := grades.Columns()[0]; !slices.Equal(c.Levels, []string{"1", "2", "A"}) {
		t.Errorf("grades are %+v", c)
	}
	table := readText(t, "a,ticket\n"+strings.Repeat("1,x\n", 59)+"1,7\n", ReadOptions{})
	if !strings.Contains(table.Notes()[0], "ticket (text: 1 of 60 cells is a number)") {
		t.Errorf("notes %q", table.Notes())
	}
}

// What the first rows say about a column is revised by any later row.
func TestLateRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, first, last string
		kind              Kind
		levels            int // of a category
	}{
		{"a new word", "x", "y", Category, 2},
		{"a number among words", "x", "1", Category, 2},
		{"a word among truth values", "yes", "maybe", Category, 2},
		{"a word among dates", "2026-01-01", "never", Category, 2},
		{"a number below empty cells", "", "7", Number, 0},
		{"a word below empty cells", "", "x", Category, 1},
		{"a date below empty cells", "", "2026-01-01", Time, 0},
	} {
		text := "a,b\n" + strings.Repeat(c.first+",1\n", 2*lookRows) + c.last + ",2\n"
		table := readText(t, text, ReadOptions{Levels: 2, Missing: KeepMissing})
		if got := table.Columns()[0]; table.D() != 2 || got.Kind != c.kind ||
			len(got.Levels) != c.levels || table.N() != 2*lookRows+1 {
			t.Errorf("%s: %+v", c.name, table.Columns())
		}
	}
	text := "a,b\n" + strings.Repeat("x,1\n", 2*lookRows) + "y,2\nz,3\n"
	if table := readText(t, text, ReadOptions{Levels: 2}); table.D() != 1 {
		t.Errorf("more words than there may be: %+v", table.Columns())
	}
	empty := readText(t, "a,b\n"+strings.Repeat(",1\n", 2*lookRows), ReadOptions{Levels: 2})
	if empty.D() != 1 || !strings.Contains(empty.Notes()[0], "a (empty") {
		t.Errorf("columns %v, notes %q", empty.Names(), empty.Notes())
	}
}

// A late row does not change which rows a subsample takes.
func TestLateRowsAndSubsample(t *testing.T) {
	t.Parallel()
	var with, without strings.Builder
	for i := range 2 * lookRows {
		fmt.Fprintf(&without, "%d,1\n", i)
		fmt.Fprintf(&with, "%d,1\n", i)
	}
	without.WriteString("-1,1\n")
	with.WriteString("-1,oops\n")
	o := ReadOptions{Subsample: 50, Columns: []string{"x1"}}
	o.Rand = stream(5)
	want := columnOf(readText(t, without.String(), o), 0)
	o.Rand, o.Columns = stream(5), nil
	if got := columnOf(readText(t, with.String(), o), 0); !slices.Equal(got, want) {
		t.Errorf("rows %v, want %v", got, want)
	}
}

func TestKinds(t *testing.T) {
	t.Parallel()
	const text = "a,b,c,d\n1,yes,2026-01-01,\n2,no,2026-01-02,\n1,yes,2026-01-01,\n"
	path := writeNamed(t, "t.csv", []byte(text))
	table := mustRead(t, path, ReadOptions{Missing: KeepMissing, Kinds: map[string]Kind{
		"a": Category, "b": Category, "c": Category, "d": Number, "absent": Time}})
	for j, want := range [][]string{{"1", "2"}, {"yes", "no"}, {"2026-01-01", "2026-01-02"}, nil} {
		if c := table.Columns()[j]; !slices.Equal(c.Levels, want) {
			t.Errorf("column %d is %+v, want the levels %v", j, c, want)
		}
	}
	if got := columnOf(table, 3); !sameNumbers(got, []float64{nan, nan, nan}) {
		t.Errorf("an empty column of numbers is %v", got)
	}
	for name, kind := range map[string]Kind{"c": Number, "a": Time} {
		_, err := Read(path, ReadOptions{Columns: []string{name},
			Kinds: map[string]Kind{name: kind}})
		checkError(t, err, fmt.Sprintf("column %q", name), "of the kind")
	}
}

// A late row changes what an inspection says of a column, and does not fail it.
func TestInspectLateRows(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("a,b\n")
	for i := range 2 * lookRows {
		fmt.Fprintf(&text, "%d,1\n", i)
	}
	text.WriteString("oops,2\n")
	in, err := Inspect(writeNamed(t, "t.csv", []byte(text.String())), ReadOptions{})
	if err != nil || in.Rows != 2*lookRows+1 || len(in.Columns) != 1 || len(in.Skipped) != 1 ||
		in.Columns[0].Finite != in.Rows {
		t.Errorf("%+v (%v)", in, err)
	}
}
