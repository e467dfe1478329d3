package tables

import (
	"slices"
	"strconv"
	"strings"

	"sparker/data"
)

// Table is a table of numbers in memory: N() rows of D() named columns. It holds the numbers as
// float32 if the file holds no wider ones, and as float64 otherwise. A table does not change once
// it was read, and several goroutines may use it at once.
type Table struct {
	address string
	names   []string     // of the columns of Row
	columns []ColumnInfo // the same columns, with their kinds
	named   bool
	narrow  *blocks[float32] // nil if wide is not, and vice versa
	wide    *blocks[float64]
	order   []int // the stored column of each column of Row; nil if they are equal
	slots   []int // the stored row of each row; nil if they are equal
	index   []int // the row of the file of each stored row; nil if they are equal
	n       int
	dropped int
	rows    int // of the file
	notes   []string
	others  []string // the columns that were skipped, with what they hold in parentheses
}

// New returns a table of numbers in memory. x holds its rows, one after the other, with one number
// for each name; it is copied. There must be at least one name.
func New(names []string, x []float64) *Table {
	d := len(names)
	t := &Table{names: slices.Clone(names), columns: make([]ColumnInfo, d), named: true,
		wide: newBlocks[float64](d), n: len(x) / d, rows: len(x) / d}
	for j, name := range names {
		t.columns[j].Name = name
	}
	for i := range t.n {
		t.wide.put(i, x[i*d:(i+1)*d])
	}
	return t
}

// With returns a table of other columns for the same rows. x holds the N() rows of the new columns,
// one after the other; it is copied.
func (t *Table) With(names []string, x []float64) *Table {
	columns := make([]ColumnInfo, len(names))
	for j, name := range names {
		columns[j].Name = name
	}
	return t.WithColumns(columns, x)
}

// WithColumns returns a table as With does, with columns of any kind.
func (t *Table) WithColumns(columns []ColumnInfo, x []float64) *Table {
	names := make([]string, len(columns))
	for j, c := range columns {
		names[j] = c.Name
	}
	n := New(names, x)
	n.columns, n.rows = slices.Clone(columns), t.rows
	n.address, n.dropped, n.notes, n.others = t.address, t.dropped, t.notes, t.others
	n.index = make([]int, t.N())
	for i := range n.index {
		n.index[i] = t.Index(i)
	}
	return n
}

// N returns the number of rows.
func (t *Table) N() int { return t.n }

// Columns returns what the columns of Row are.
func (t *Table) Columns() []ColumnInfo { return slices.Clone(t.columns) }

// D returns the number of columns.
func (t *Table) D() int { return len(t.names) }

// Names returns the names of the columns: those of the file, or x1, x2, ... if it has none.
func (t *Table) Names() []string { return slices.Clone(t.names) }

// Named reports whether the file named its columns.
func (t *Table) Named() bool { return t.named }

// Address returns the address that the table was read from.
func (t *Table) Address() string { return t.address }

// Dropped returns the number of rows that were left out because a value was missing or not finite.
func (t *Table) Dropped() int { return t.dropped }

// Skipped returns the columns of the file that were not read because of what they hold, each with
// what it holds in parentheses. It is nil if the columns to read were listed.
func (t *Table) Skipped() []string { return slices.Clone(t.others) }

// FileRows returns the number of rows of the file, including those that are not in the table.
func (t *Table) FileRows() int { return t.rows }

// Notes returns what a user should know about how the file was read, such as the columns that were
// skipped because they do not hold numbers. Each note is a sentence that does not name the file.
func (t *Table) Notes() []string { return slices.Clone(t.notes) }

// Bytes returns the number of bytes of memory that the numbers take.
func (t *Table) Bytes() int64 {
	if t.narrow != nil {
		return 4 * int64(t.n) * int64(t.narrow.d)
	}
	return 8 * int64(t.n) * int64(t.wide.d)
}

// Row copies row i, 0 <= i < N(), to dst and returns the first D() entries of dst. If dst is
// shorter than that, Row returns a new slice.
func (t *Table) Row(i int, dst []float64) []float64 {
	d := t.D()
	if len(dst) < d {
		dst = make([]float64, d)
	}
	dst = dst[:d]
	if t.slots != nil {
		i = t.slots[i]
	}
	if t.narrow != nil {
		spread(dst, t.narrow.row(i), t.order)
	} else {
		spread(dst, t.wide.row(i), t.order)
	}
	return dst
}

// spread copies stored columns to dst in the given order.
func spread[T float32 | float64](dst []float64, stored []T, order []int) {
	if order == nil {
		for j := range dst {
			dst[j] = float64(stored[j])
		}
		return
	}
	for j, k := range order {
		dst[j] = float64(stored[k])
	}
}

// Index returns the number that row i has in the file, counted from 0. It differs from i if rows
// were left out.
func (t *Table) Index(i int) int {
	if t.slots != nil {
		i = t.slots[i]
	}
	if t.index != nil {
		return t.index[i]
	}
	return i
}

// Sample returns a copy of the given rows in their order, or of all rows if rows is nil.
func (t *Table) Sample(rows []int) data.Sample {
	n, d := len(rows), t.D()
	if rows == nil {
		n = t.n
	}
	s := data.Sample{X: make([]float64, n*d), N: n, D: d}
	for i := range n {
		from := i
		if rows != nil {
			from = rows[i]
		}
		t.Row(from, s.Row(i))
	}
	return s
}

// Match returns the table with its columns in the order of names, which are the names of another
// table. The two tables share their memory.
//
// Columns are matched by name if both files named them, and by position otherwise; nil, and the
// names x1, x2, ... stand for a file without names. The error is a [*MatchError] if the names or
// the numbers of columns differ.
func (t *Table) Match(names []string) (*Table, error) {
	failure := &MatchError{Address: t.address, Columns: t.D(), Want: len(names)}
	if !t.named || names == nil || slices.Equal(names, tableNames(len(names))) {
		if names != nil && len(names) != t.D() {
			return nil, failure
		}
		return t, nil
	}
	at := map[string]int{}
	for j, name := range t.names {
		at[name] = j
	}
	order := make([]int, len(names))
	for j, name := range names {
		k, ok := at[name]
		if !ok {
			failure.Missing = append(failure.Missing, name)
			failure.lacks = append(failure.lacks, t.skipped(name))
			continue
		}
		delete(at, name)
		if t.order != nil {
			k = t.order[k]
		}
		order[j] = k
	}
	for _, name := range t.names {
		if _, left := at[name]; left {
			failure.Extra = append(failure.Extra, name)
		}
	}
	if len(failure.Missing)+len(failure.Extra) > 0 {
		return nil, failure
	}
	matched := *t
	matched.names, matched.order = slices.Clone(names), order
	matched.columns = make([]ColumnInfo, len(names))
	for j, name := range names {
		matched.columns[j] = t.columns[slices.Index(t.names, name)]
	}
	return &matched, nil
}

// skipped returns the name of a column that the table does not have, with what it holds if the file
// has it.
func (t *Table) skipped(name string) string {
	for _, other := range t.others {
		if strings.HasPrefix(other, name+" (") {
			return other
		}
	}
	return name
}

// tableNames returns the names x1, x2, ... of d columns that have none.
func tableNames(d int) []string {
	names := make([]string, d)
	for j := range names {
		names[j] = "x" + strconv.Itoa(j+1)
	}
	return names
}
