package sources

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker/data"
)

// tableConfig is a config of a reference and an observed sample, whose columns of text are
// categories.
func tableConfig(reference, observed string, f Files) Config {
	f.Reference.File, f.Observed.File = reference, observed
	f.Levels = defaultLevels
	c := filesConfig(f)
	c.Expected = 0
	return c
}

// lines joins a header and rows, of which each may be repeated.
func lines(header string, rows ...string) string {
	return header + "\n" + strings.Join(rows, "\n") + "\n"
}

// repeat returns n copies of each row.
func repeat(n int, rows ...string) []string {
	var all []string
	for _, row := range rows {
		all = append(all, slices.Repeat([]string{row}, n)...)
	}
	return all
}

// A category becomes a column for each of its words, whatever their order in the files. Words of
// fewer than five rows share one.
func TestEncodeCategories(t *testing.T) {
	t.Parallel()
	r := writeText(t, "r.csv", lines("x,pay", slices.Concat(repeat(6, "1,card", "2,cash"),
		[]string{"3,gift", "4,stamp", "5,"})...))
	d := writeText(t, "d.csv", lines("pay,x", slices.Concat(repeat(5, "wallet,6"),
		repeat(4, "cash,7", "card,8"), []string{"stamp,9"})...))
	p := mustOpen(t, tableConfig(r, d, Files{}))
	want := []string{"x", "pay=card", "pay=cash", "pay=wallet", "pay=(rare)", "pay=(missing)"}
	if !slices.Equal(p.Columns(), want) {
		t.Fatalf("columns %q; want %q", p.Columns(), want)
	}
	if b := p.Quantities(); !slices.Equal(b, []int{0, 1, 1, 1, 1, 1}) {
		t.Errorf("quantities %v", b)
	}
	pair, err := p.Observed(stream(1))
	if err != nil {
		t.Fatal(err)
	}
	hot := map[int]string{1: "card", 2: "cash", 3: "gift", 4: "stamp", 5: "", 6: "wallet",
		7: "cash", 8: "card", 9: "stamp"}
	levels := map[string]int{"card": 1, "cash": 2, "wallet": 3, "gift": 4, "stamp": 4, "": 5}
	for _, s := range []data.Sample{pair.Reference, pair.Data} {
		for i := range s.N {
			row := s.Row(i)
			for j, v := range row[1:] {
				if (v == 1) != (j+1 == levels[hot[int(row[0])]]) || v != 0 && v != 1 {
					t.Fatalf("row %v; want a 1 in column %d", row, levels[hot[int(row[0])]])
				}
			}
		}
	}
	said := strings.Join(p.Warnings(), "\n")
	if !strings.Contains(said, "no row of the reference has, and their data rows: pay=wallet (5 "+
		"of 14)") || !slices.Equal(pair.Quantities, p.Quantities()) {
		t.Errorf("quantities %v, warnings %s", pair.Quantities, said)
	}
}

// mixedRows returns rows of a category of many words, some of them rare, and a number of which some
// are missing.
func mixedRows(r *rand.Rand, n int) []string {
	all := make([]string, n)
	for i := range all {
		word := string(rune('a' + int(r.ExpFloat64()*3)))
		number := fmt.Sprint(r.NormFloat64())
		if r.IntN(10) == 0 {
			number = ""
		}
		if r.IntN(12) == 0 {
			word = ""
		}
		all[i] = word + "," + number
	}
	return all
}

// In a permutation, the columns and the encoded rows do not depend on which rows are the reference.
// Otherwise the p-value would not be exact.
func TestEncoderIsSymmetric(t *testing.T) {
	t.Parallel()
	const nR, nD = 60, 30
	r := stream(5)
	all := mixedRows(r, nR+nD)
	encoded := func(order []int) ([]string, []string) {
		rows := make([]string, len(all))
		for i, k := range order {
			rows[i] = all[k]
		}
		p := mustOpen(t, tableConfig(writeText(t, "r.csv", lines("w,x", rows[:nR]...)),
			writeText(t, "d.csv", lines("w,x", rows[nR:]...)),
			Files{Missing: missingIndicator, Calibration: calibrationPermutation}))
		var result []string
		columns := slices.Clone(p.Columns())
		for _, q := range []pool{p.reference, p.observed} {
			for i := range q.n() {
				var cells []string
				for j, v := range q.table.Row(q.rows[i], nil) {
					cells = append(cells, fmt.Sprint(columns[j], "=", v))
				}
				slices.Sort(cells) // columns may be in another order
				result = append(result, strings.Join(cells, " "))
			}
		}
		slices.Sort(columns)
		slices.Sort(result)
		return columns, result
	}
	order := r.Perm(nR + nD)
	columns, rows := encoded(order)
	for range 5 {
		r.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		otherColumns, otherRows := encoded(order)
		if !slices.Equal(columns, otherColumns) || !slices.Equal(rows, otherRows) {
			t.Fatalf("columns %q and %q, or their rows, differ", columns, otherColumns)
		}
	}
	if !slices.Contains(columns, "w=(rare)") || !slices.Contains(columns, "x missing") {
		t.Errorf("columns %q", columns)
	}
}

// With pools, the reference pool decides on levels and medians. Other words are new.
func TestEncodePools(t *testing.T) {
	t.Parallel()
	r := writeText(t, "r.csv", lines("x,w", slices.Concat(repeat(150, "1,a", "2,b"),
		repeat(20, ",a"))...))
	d := writeText(t, "d.csv", lines("x,w", slices.Concat(repeat(3, "1,a", "2,c"), repeat(2, "9,d"),
		[]string{",b"})...))
	p := mustOpen(t, tableConfig(r, d,
		Files{Missing: missingIndicator, Calibration: calibrationPools}))
	want := []string{"x", "x missing", "w=a", "w=b", "w=(new)"}
	if !slices.Equal(p.Columns(), want) || !slices.Equal(p.Quantities(), []int{0, 2, 1, 1, 1}) {
		t.Fatalf("columns %q, quantities %v; want %q", p.Columns(), p.Quantities(), want)
	}
	pair, err := p.Observed(stream(1))
	if err != nil {
		t.Fatal(err)
	}
	if last := pair.Data.Row(8); last[0] != 1 && last[0] != 2 && last[0] != 1.5 ||
		!slices.Equal(last[1:], []float64{1, 0, 1, 0}) {
		t.Errorf("the row of a missing number is %v", last)
	}
	if row := pair.Data.Row(7); !slices.Equal(row, []float64{9, 0, 0, 0, 1}) {
		t.Errorf("the row of a new word is %v", row)
	}
	toy, err := p.Draw(stream(2), 0)
	if err != nil || toy.Data.D != 5 || !slices.Equal(toy.Quantities, p.Quantities()) {
		t.Errorf("a toy of %d columns, quantities %v, %v", toy.Data.D, toy.Quantities, err)
	}
}

// A single rare word keeps its name, and a column of times is a column of numbers.
func TestEncodeRareAndTimes(t *testing.T) {
	t.Parallel()
	r := writeText(t, "r.csv", lines("day,w", slices.Concat(repeat(9, "1970-01-11,a"),
		[]string{"1970-01-02,b"})...))
	d := writeText(t, "d.csv", lines("day,w", repeat(3, "1970-01-03,a")...))
	p := mustOpen(t, tableConfig(r, d, Files{}))
	if want := []string{"day", "w=a", "w=b"}; !slices.Equal(p.Columns(), want) {
		t.Errorf("columns %q; want %q", p.Columns(), want)
	}
	if got := firstColumn(p.observed.sample()); !slices.Equal(got, []int{2, 2, 2}) {
		t.Errorf("days %v", got)
	}
}

// A category that the reference skips, because it has too many words there, is left out. A column
// of numbers in the reference and words in the data is an error. Words of the reference are words
// in the data, too, if they are numbers there.
func TestColumnsOfOneFile(t *testing.T) {
	t.Parallel()
	var many, few []string
	for i := range 80 {
		many = append(many, fmt.Sprintf("%d,w%d,u", i*i%17, i))
		few = append(few, fmt.Sprintf("%d,w%d,u", i*i%13, i%20))
	}
	r, d := writeText(t, "r.csv", lines("x,city,k", many...)), writeText(t, "d.csv",
		lines("x,city,k", few...))
	numbers := writeText(t, "n.csv", lines("x,city,k", repeat(30, "1,2,u", "2,3,u")...))
	fewer := mustOpen(t, tableConfig(r, d, Files{}))
	if said := strings.Join(fewer.Warnings(), "\n"); !strings.Contains(said, "city (") ||
		!strings.Contains(said, "left out because they are categories in one of the files only") ||
		!slices.Equal(fewer.Columns(), []string{"x", "k=u"}) {
		t.Errorf("too many words: columns %q, warnings %s", fewer.Columns(), said)
	}
	var l Library
	_, err := l.Open(tableConfig(numbers, d, Files{}), stream(1))
	if err == nil || !strings.Contains(err.Error(), "lacks city (") {
		t.Errorf("numbers in the reference and words in the data: %v", err)
	}
	more := mustOpen(t, tableConfig(d, r, Files{}))
	if said := strings.Join(more.Warnings(), "\n"); !slices.Contains(more.Columns(), "city=w0") ||
		!strings.Contains(said, "city=w27 (1 of 80) and 52 more") {
		t.Errorf("a category with new words: columns %q, warnings %s", more.Columns(), said)
	}
	p := mustOpen(t, tableConfig(d, numbers, Files{}))
	if !slices.Contains(p.Columns(), "city=2") {
		t.Errorf("words in the reference and numbers in the data: columns %q", p.Columns())
	}
}

// A Gaussian mixture cannot make words.
func TestGeneratorRefusesCategories(t *testing.T) {
	t.Parallel()
	r := writeText(t, "r.csv", lines("x,w", repeat(50, "1,a", "2,b")...))
	c := tableConfig(r, "", Files{Generator: Generator{Components: 1, Rows: 10}})
	c.Expected = 10
	var l Library
	_, err := l.Open(c, stream(1))
	var key *KeyError
	if !errors.As(err, &key) || key.Key != "files.generator" ||
		!strings.Contains(err.Error(), "column w is a category") {
		t.Errorf("%v", err)
	}
}
