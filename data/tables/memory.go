package tables

// With is a table of other columns (row-major) for the same rows.
func (t *Table) With(names []string, x []float64) *Table {
	n := New(names, x)
	n.address, n.dropped, n.notes = t.address, t.dropped, t.notes
	n.index = make([]int, t.N())
	for i := range n.index {
		n.index[i] = t.Index(i)
	}
	return n
}

// New makes a table of numbers in memory (row-major).
func New(names []string, x []float64) *Table {
	d := len(names)
	t := &Table{names: names, named: true, wide: newBlocks[float64](d), n: len(x) / d}
	for i := range t.n {
		t.wide.put(i, x[i*d:(i+1)*d])
	}
	return t
}
