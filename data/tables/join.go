package tables

import "slices"

// RowsOf is some rows of a table.
type RowsOf struct {
	Table *Table
	Rows  []int
}

// Join returns the rows of several tables, one after the other. All tables have the columns of the
// first, in its order, and number the words of categories alike. The row numbers of the result are
// its own. Notes are those of all tables, each with the address of its table.
func Join(parts []RowsOf) *Table {
	first := parts[0].Table
	x := []float64{}
	var notes []string
	columns := first.Columns()
	for j := range columns {
		columns[j].Missing, columns[j].Rising, columns[j].Distinct = 0, false, false
	}
	row := make([]float64, first.D())
	for _, part := range parts {
		for _, i := range part.Rows {
			x = append(x, part.Table.Row(i, row)...)
		}
		for j, c := range part.Table.Columns() {
			columns[j].Missing += c.Missing
			columns[j].Rising = columns[j].Rising || c.Rising
			columns[j].Distinct = columns[j].Distinct || c.Distinct
			if len(c.Levels) > len(columns[j].Levels) {
				columns[j].Levels = c.Levels
			}
		}
		for _, note := range part.Table.notes {
			notes = append(notes, part.Table.address+": "+note)
		}
	}
	joined := New(first.names, x)
	joined.columns, joined.named, joined.address = columns, first.named, first.address
	joined.notes, joined.others = notes, slices.Clone(first.others)
	return joined
}
