package tables

import (
	"slices"
	"testing"
)

// Join takes the chosen rows of each table in their order, and adds up what is missing.
func TestJoin(t *testing.T) {
	a := New([]string{"x", "y"}, []float64{1, 2, 3, 4, 5, 6})
	b := New([]string{"x", "y"}, []float64{7, 8, 9, 10})
	a.columns[0].Missing, b.columns[0].Missing, b.columns[1].Rising = 1, 2, true
	b.address, b.notes = "b.csv", []string{"a note"}
	joined := Join([]RowsOf{{a, []int{2, 0}}, {b, []int{1}}})
	if got, want := joined.Sample(nil).X, []float64{5, 6, 1, 2, 9, 10}; !slices.Equal(got, want) {
		t.Errorf("rows %v; want %v", got, want)
	}
	c := joined.Columns()
	if c[0].Missing != 3 || c[0].Rising || !c[1].Rising || joined.Index(2) != 2 ||
		joined.FileRows() != 3 {
		t.Errorf("columns %+v, row %d of %d", c, joined.Index(2), joined.FileRows())
	}
	if got := joined.Notes(); !slices.Equal(got, []string{"b.csv: a note"}) {
		t.Errorf("notes %v", got)
	}
}
