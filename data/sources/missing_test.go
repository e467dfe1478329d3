package sources

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"sparker/data/tables"
)

// gappy writes a table of n rows of x and y, of which the first k miss y.
func gappy(t *testing.T, name string, n, k int) string {
	t.Helper()
	var rows []string
	for i := range n {
		y := fmt.Sprint(i * i % 23)
		if i < k {
			y = ""
		}
		rows = append(rows, fmt.Sprintf("%d,%s", i*7%19, y))
	}
	return writeText(t, name, lines("x,y", rows...))
}

// Rows that miss a number are left out up to a share of the sample. Beyond it, the error has the
// columns and their shares.
func TestDropMissing(t *testing.T) {
	t.Parallel()
	r, d := gappy(t, "r.csv", 100, 20), gappy(t, "d.csv", 50, 11)
	var l Library
	_, err := l.Open(tableConfig(r, d, Files{Missing: missingDrop}), stream(1))
	var dropped *DroppedError
	if !errors.As(err, &dropped) || dropped.Dropped != 11 || dropped.Rows != 50 ||
		!strings.Contains(err.Error(), "11 of 50 rows (22%)") ||
		!strings.Contains(err.Error(), "y (22%)") {
		t.Errorf("22%% of the data are dropped: %v", err)
	}
	p := mustOpen(t, tableConfig(r, d, Files{Missing: missingDrop, MaxDropped: 1}))
	if n := p.Sizes(); n.Reference != 80 || n.Observed != 39 {
		t.Errorf("sizes %+v", n)
	}
	if pair, err := p.Observed(stream(1)); err != nil || pair.Index[0] != 11 ||
		!slices.Equal(p.Columns(), []string{"x", "y"}) {
		t.Errorf("row numbers %v, columns %q, %v", pair.Index, p.Columns(), err)
	}
	said := strings.Join(p.Warnings(), "\n")
	for _, want := range []string{"20 of 100 rows of the reference file (20%) have missing " +
		"values, and are left out: y (20%)", "11 of 50 rows of the observed file (22%)"} {
		if !strings.Contains(said, want) {
			t.Errorf("warnings %s; want %q", said, want)
		}
	}
	all := gappy(t, "none.csv", 30, 30)
	if _, err := l.Open(tableConfig(r, all, Files{Missing: missingDrop, MaxDropped: 1}),
		stream(1)); err == nil {
		t.Error("a sample without a complete row is opened")
	}
	_, err = l.Open(tableConfig(r, d, Files{}), stream(1))
	var refused *tables.MissingValuesError
	if !errors.As(err, &refused) {
		t.Errorf("by default: %v", err)
	}
}

// Different shares of missing values are a difference between the samples, which a warning gives
// with its exact p. Equal shares are not.
func TestWarnOfMissing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		r, d int
		want string
	}{
		{0, 60, "column y misses its value in 0 of 500 reference rows (0%) and in 60 of 200 " +
			"data rows (30%): this is a difference between the samples (exact p = 1.6e-36"},
		{150, 20, "150 of 500 reference rows (30%)"},
		{50, 20, ""}, {0, 1, ""}, {0, 0, ""},
	} {
		r, d := gappy(t, "r.csv", 500, c.r), gappy(t, "d.csv", 200, c.d)
		for _, policy := range []string{missingDrop, missingIndicator} {
			p := mustOpen(t, tableConfig(r, d, Files{Missing: policy, MaxDropped: 1}))
			said := strings.Join(p.Warnings(), "\n")
			if c.want == "" && strings.Contains(said, "misses its value") ||
				!strings.Contains(said, c.want) {
				t.Errorf("%d of 500 and %d of 200, %s: warnings %s; want %q", c.r, c.d, policy,
					said, c.want)
			}
			if indicator := slices.Contains(p.Columns(), "y missing"); indicator !=
				(policy == missingIndicator && c.r+c.d > 0) {
				t.Errorf("%s: columns %q", policy, p.Columns())
			}
		}
	}
}

// The rows of a sample are counted, not those of the file, if labels choose them.
func TestMissingOfLabels(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 300 {
		group, y := "a", fmt.Sprint(i%11)
		if i%3 == 0 {
			if group = "b"; i%2 == 0 {
				y = ""
			}
		}
		rows = append(rows, fmt.Sprintf("%d,%s,%s", i%7, y, group))
	}
	file := writeText(t, "t.csv", lines("x,y,group", rows...))
	labels := Words{file + ":group"}
	p := mustOpen(t, tableConfig(file, file, Files{Missing: missingIndicator,
		Reference: null(FileSet{Labels: labels, Keep: Words{"a"}}),
		Observed:  FileSet{Labels: labels, Drop: Words{"a"}}}))
	said := strings.Join(p.Warnings(), "\n")
	if !strings.Contains(said, "in 0 of 200 reference rows (0%) and in 50 of 100 data rows "+
		"(50%)") {
		t.Errorf("warnings %s", said)
	}
}
