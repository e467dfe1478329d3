package sources

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker/data"
)

// numbersOf returns n rows of two numbers, rounded to some decimals.
func numbersOf(r *rand.Rand, n, decimals int) []string {
	rows := make([]string, n)
	unit := math.Pow10(decimals)
	for i := range rows {
		rows[i] = fmt.Sprintf("%v,%v", math.Round(r.NormFloat64()*unit)/unit,
			math.Round(r.NormFloat64()*unit)/unit)
	}
	return rows
}

// Data that are the reference and new rows are blind to the new ones; shared: drop tests the new
// ones only.
func TestSharedRows(t *testing.T) {
	t.Parallel()
	rows := numbersOf(stream(4), 220, 9)
	r := writeText(t, "r.csv", lines("x,y", rows[:200]...))
	d := writeText(t, "d.csv", lines("x,y", rows...))
	p := mustOpen(t, tableConfig(r, d, Files{}))
	if said := strings.Join(p.Warnings(), "\n"); p.SharedRows() != 200 ||
		!strings.Contains(said, "200 of the 220 observed rows are also in the reference") {
		t.Errorf("%d rows shared, warnings %s", p.SharedRows(), said)
	}
	p = mustOpen(t, tableConfig(r, d, Files{Shared: sharedDrop}))
	pair, err := p.Observed(stream(1))
	if err != nil || pair.Data.N != 20 || pair.Index[0] != 200 || p.Expected() != 20 ||
		p.SharedRows() != 0 {
		t.Errorf("%d data rows of %v expected, %v", pair.Data.N, p.Expected(), err)
	}
	if said := strings.Join(p.Warnings(), "\n"); !strings.Contains(said,
		"200 of 220 observed rows (90.9%) are also in the reference, and are left out") {
		t.Errorf("warnings %s", said)
	}
	var l Library
	_, err = l.Open(tableConfig(r, r, Files{Shared: sharedDrop}), stream(1))
	if !errors.Is(err, data.ErrTooFewRows) {
		t.Errorf("nothing is left: %v", err)
	}
}

// Rows that repeat within the reference are not left out: the data would then lack them.
func TestSharedRefusesRepeats(t *testing.T) {
	t.Parallel()
	r := writeText(t, "r.csv", lines("x,y", numbersOf(stream(4), 300, 1)...))
	d := writeText(t, "d.csv", lines("x,y", numbersOf(stream(5), 100, 1)...))
	var l Library
	_, err := l.Open(tableConfig(r, d, Files{Shared: sharedDrop}), stream(1))
	var repeated *RepeatedRowsError
	if !errors.As(err, &repeated) || repeated.Rows != 300 {
		t.Errorf("%v", err)
	}
}

// Rounded rows of one distribution are not called shared. The rule allows an error in fewer than
// one pair of a thousand; more than 2 of 300 pairs would be seen once in 300 runs of other seeds.
func TestRoundedRowsAreNotShared(t *testing.T) {
	t.Parallel()
	r := stream(6)
	wrong, shared := 0, 0
	for i := range 300 {
		decimals := []int{0, 1, 2}[i%3]
		p := mustOpen(t, tableConfig(
			writeText(t, "r.csv", lines("x,y", numbersOf(r, 300, decimals)...)),
			writeText(t, "d.csv", lines("x,y", numbersOf(r, 100, decimals)...)), Files{}))
		c, _ := p.compareRows()
		shared += c.shared
		if c.excessive() {
			wrong++
		}
	}
	if wrong > 2 || shared < 3000 {
		t.Errorf("a warning of %d of 300 pairs; %d rows are equal", wrong, shared)
	}
}

// A missing value equals a missing value, and words are compared as words.
func TestSharedRowsOfWords(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 60 {
		rows = append(rows, fmt.Sprintf("%d,%c,", i*i, 'a'+i%7), fmt.Sprintf("%d,%c,5", i*i,
			'a'+i%5))
	}
	turned := slices.Clone(rows)
	slices.Reverse(turned)
	p := mustOpen(t, tableConfig(writeText(t, "r.csv", lines("x,w,y", rows...)),
		writeText(t, "d.csv", lines("x,w,y", turned...)), Files{Missing: missingIndicator}))
	if p.SharedRows() != 120 {
		t.Errorf("%d of 120 rows are shared", p.SharedRows())
	}
}

// The warnings that need no fit name the columns: ids, and ranges that do not overlap.
func TestWarnOfColumns(t *testing.T) {
	t.Parallel()
	var before, after []string
	for i := range 90 {
		before = append(before, fmt.Sprintf("%d,%d,2024-03-%02d,%d", i, i*37%101, i%28+1, i%3))
		after = append(after, fmt.Sprintf("%d,%d,2024-04-%02d,%d", i+3, i*29%103, i%28+1, i%3))
	}
	header := "row,x,day,k"
	p := mustOpen(t, tableConfig(writeText(t, "r.csv", lines(header, before...)),
		writeText(t, "d.csv", lines(header, after...)), Files{}))
	said := strings.Join(p.Warnings(), "\n")
	for _, want := range []string{"rise from row to row, like the number of a row, which differ " +
		"between any two files: leave out row,",
		"column day separates the samples by itself (reference: 2024-03-01 00:00 to 2024-03-28 " +
			"00:00; data: 2024-04-01 00:00 to 2024-04-28 00:00)"} {
		if !strings.Contains(said, want) {
			t.Errorf("warnings %s; want %q", said, want)
		}
	}
	if strings.Contains(said, "column x sep") || strings.Contains(said, "column k sep") {
		t.Errorf("warnings %s", said)
	}
	few := mustOpen(t, tableConfig(writeText(t, "r.csv", lines(header, before...)),
		writeText(t, "d.csv", lines(header, after[0])), Files{}))
	if said := strings.Join(few.Warnings(), "\n"); strings.Contains(said, "separates") {
		t.Errorf("a single row is above all others by chance in 1 of 91 cases: warnings %s", said)
	}
}
