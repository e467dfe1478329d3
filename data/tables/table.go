package tables

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"sparker/data"
)

// DefaultMaxBytes is the memory that the numbers of a table may take where ReadOptions.MaxBytes is
// 0: 4 GiB.
const DefaultMaxBytes = 4 << 30

// ReadOptions says what to take from a file. The zero value takes everything.
type ReadOptions struct {
	// Columns are the names of the columns to take, in this order; nil takes all. The columns of a
	// file without names are called x1, x2, ...
	Columns []string
	// DropMissing leaves out rows with a NaN, an infinity, a null or an empty cell in a column that
	// is taken, and counts them; otherwise the first such row is an error.
	DropMissing bool
	// MaxBytes is the memory that the numbers may take while they are read; 0 is DefaultMaxBytes.
	MaxBytes int64
	// Subsample takes that many rows at random, without replacement and in the order of the file,
	// of those that are not left out; 0, or more than there are, takes all. The rows depend on Rand
	// and on which rows of the file are complete, not on its format. Memory is needed for the
	// chosen rows only.
	Subsample int
	// Rand is the stream that Subsample chooses with.
	Rand *rand.Rand
}

// Table is the rows of a file: N() events in D() named columns. The numbers are kept as float32
// where the file holds no wider ones, and as float64 otherwise. A table is not changed after it was
// read, so it may be used from several goroutines at once.
type Table struct {
	address string
	names   []string // of the columns as Row gives them
	named   bool
	narrow  *blocks[float32] // one of the two
	wide    *blocks[float64]
	order   []int // the stored column that each column of Row is; nil: the same
	slots   []int // the stored row that each row is; nil: the same
	index   []int // the row of the file that each stored row is; nil: the same
	n       int
	dropped int
	notes   []string
}

// N is the number of rows.
func (t *Table) N() int { return t.n }

// D is the number of columns.
func (t *Table) D() int { return len(t.names) }

// Names are the names of the columns: those of the file, or x1, x2, ... where it has none.
func (t *Table) Names() []string { return slices.Clone(t.names) }

// Named says whether the file named its columns.
func (t *Table) Named() bool { return t.named }

// Address is where the table was read from.
func (t *Table) Address() string { return t.address }

// Dropped is the number of rows that were left out because a value was missing or not finite.
func (t *Table) Dropped() int { return t.dropped }

// Notes say what a user should know of how the file was read: the columns that were skipped because
// they hold no numbers, and what looks odd. Each is a sentence without the name of the file.
func (t *Table) Notes() []string { return slices.Clone(t.notes) }

// Bytes is the memory that the numbers take.
func (t *Table) Bytes() int64 {
	if t.narrow != nil {
		return 4 * int64(t.n) * int64(t.narrow.d)
	}
	return 8 * int64(t.n) * int64(t.wide.d)
}

// Row copies row i, 0 <= i < N(), into dst, which is made if it is shorter than D(), and returns
// it.
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

// spread copies stored columns into a row, in the given order.
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

// Index is the number in the file, from 0, of row i: other than i where rows were left out.
func (t *Table) Index(i int) int {
	if t.slots != nil {
		i = t.slots[i]
	}
	if t.index != nil {
		return t.index[i]
	}
	return i
}

// Sample copies the given rows, in their order and with float64 numbers; nil takes all.
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

// Match gives the table with its columns in the order of names, which are those of another table.
// Columns are matched by name where both files named them, and by position otherwise, for which nil
// and the x1, x2, ... of a file without names stand. Other names or another number of columns are
// an error that says which. The numbers are shared, not copied.
func (t *Table) Match(names []string) (*Table, error) {
	if !t.named || names == nil || slices.Equal(names, tableNames(len(names))) {
		if names != nil && len(names) != t.D() {
			return nil, fmt.Errorf("data: %s has %d columns; want %d", t.address, t.D(), len(names))
		}
		return t, nil
	}
	at := map[string]int{}
	for j, name := range t.names {
		at[name] = j
	}
	order := make([]int, len(names))
	var missing []string
	for j, name := range names {
		k, ok := at[name]
		if !ok {
			missing = append(missing, name)
			continue
		}
		delete(at, name)
		if t.order != nil {
			k = t.order[k]
		}
		order[j] = k
	}
	extra := slices.DeleteFunc(slices.Clone(t.names), func(name string) bool {
		_,
			left := at[name]
		return !left
	})
	if len(missing)+len(extra) > 0 {
		var wrong []string
		if len(missing) > 0 {
			wrong = append(wrong, "lacks "+listed(missing))
		}
		if len(extra) > 0 {
			wrong = append(wrong, "has "+listed(extra)+" besides")
		}
		return nil, fmt.Errorf("data: the columns of %s do not match: it %s", t.address,
			strings.Join(wrong, " and "))
	}
	matched := *t
	matched.names, matched.order = slices.Clone(names), order
	return &matched, nil
}

// tableNames are the names of d columns that have none.
func tableNames(d int) []string {
	names := make([]string, d)
	for j := range names {
		names[j] = "x" + strconv.Itoa(j+1)
	}
	return names
}

// checkColumns refuses the number of columns that a damaged header may promise.
func checkColumns(d int) error {
	const most = 1 << 20
	if d > most {
		return fmt.Errorf("%d columns are more than the %d that can be read", d, most)
	}
	return nil
}

// listed joins names, the first ones of many.
func listed(names []string) string {
	const most = 12
	if len(names) > most {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
	}
	return strings.Join(names, ", ")
}

// blocks are rows of d numbers in pieces of some megabytes, so that a table grows without a second
// copy.
type blocks[T float32 | float64] struct {
	d, per int // columns; rows in a full block
	b      [][]T
}

func newBlocks[T float32 | float64](d int) *blocks[T] {
	const values = 1 << 19
	return &blocks[T]{d: d, per: max(1, values/d)}
}

func (b *blocks[T]) row(i int) []T {
	from := i % b.per * b.d
	return b.b[i/b.per][from : from+b.d]
}

// put stores a row in place of row i, or behind the last one.
func (b *blocks[T]) put(i int, row []float64) {
	k := i / b.per
	if k == len(b.b) {
		var block []T
		if k > 0 {
			block = make([]T, 0, b.per*b.d)
		}
		b.b = append(b.b, block)
	}
	from := i % b.per * b.d
	if from == len(b.b[k]) {
		for _, v := range row {
			b.b[k] = append(b.b[k], T(v))
		}
		return
	}
	for j, v := range row {
		b.b[k][from+j] = T(v)
	}
}

// Read reads the numbers of a file. The address is a path, or path:key for a part of the file:
// an array of an .npz file, a dataset of an HDF5 file, a column of a .csv, .tsv or .parquet file
// (which may be a list of equal length in every row, and gives a column for each of its places). A
// path that exists as it is goes first. The format follows from the end of the name: .npy, .npz,
// .csv, .tsv, .parquet, .h5 or .hdf5; .npy, .csv and .tsv may be followed by .gz.
//
// Everything that is not a table of numbers, or not one that the options allow, is an error that
// names the file: a damaged file, a missing key, unknown columns, values that are missing or not
// finite, or more numbers than MaxBytes holds.
func Read(address string, o ReadOptions) (*Table, error) {
	t, err := read(address, o)
	if err != nil {
		return nil, fmt.Errorf("data: reading %s: %w", address, err)
	}
	return t, nil
}

func read(address string, o ReadOptions) (*Table, error) {
	switch {
	case o.Subsample < 0:
		return nil, fmt.Errorf(
			"a random subsample of %d rows; must be at least 1, or 0 for all rows", o.Subsample)
	case o.Subsample > 0 && o.Rand == nil:
		return nil, errors.New("a random subsample needs a random stream")
	case o.MaxBytes < 0:
		return nil, fmt.Errorf("a limit of %d bytes; must not be negative", o.MaxBytes)
	}
	f, err := openFile(address)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := f.shape()
	pick, err := s.pick(o.Columns)
	if err != nil {
		return nil, err
	}
	b := newBuilder(address, s, pick, o)
	if err := b.fits(s.n); err != nil {
		return nil, err
	}
	if err := f.rows(pick, b.add); err != nil {
		return nil, err
	}
	notes := append(s.notes, f.remarks()...)
	if o.Columns == nil && len(s.others) > 0 {
		notes = append(notes, "no numbers, so skipped: "+listed(s.others))
	}
	return b.table(notes)
}

// tableShape is what an open file says of the table in it.
type tableShape struct {
	columns  []field
	named    bool
	n        int      // rows, below 0 where only reading tells
	buffered int64    // bytes that reading takes beside the table
	missing  string   // what a missing value is called in this format
	others   []string // columns that hold no numbers, with what they hold
	notes    []string
}

// field is a column of numbers.
type field struct {
	name   string
	stored string // the type in the file
	narrow bool   // float32 holds every number of the type
}

// openTable is an open file that holds a table.
type openTable interface {
	shape() tableShape
	// rows reads the file once and gives the picked columns of each row; the slice is valid until
	// the call returns.
	rows(pick []int, each func(row []float64) error) error
	// remarks are notes that only reading brings to light.
	remarks() []string
	Close() error
}

// pick finds the wanted columns.
func (s tableShape) pick(wanted []string) ([]int, error) {
	if wanted == nil {
		if len(s.columns) == 0 {
			return nil, fmt.Errorf("no column holds numbers; the columns are %s", listed(s.others))
		}
		pick := make([]int, len(s.columns))
		for j := range pick {
			pick[j] = j
		}
		return pick, nil
	}
	if len(wanted) == 0 {
		return nil, errors.New("the list of columns to take is empty")
	}
	at := map[string]int{}
	names := make([]string, len(s.columns))
	for j, c := range s.columns {
		at[c.name], names[j] = j, c.name
	}
	var pick []int
	for _, name := range wanted {
		j, ok := at[name]
		switch {
		case ok && slices.Contains(pick, j):
			return nil, fmt.Errorf("column %q is asked for twice", name)
		case ok:
			pick = append(pick, j)
		case slices.ContainsFunc(s.others, func(other string) bool {
			return strings.HasPrefix(other,
				name+" (")
		}):
			return nil, fmt.Errorf("column %q holds no numbers; those that do are %s", name,
				listed(names))
		case !s.named:
			return nil, fmt.Errorf("no column is called %q: the file names none, so they are "+
				"x1 to x%d", name, len(names))
		default:
			return nil, fmt.Errorf("no column is called %q; the columns of numbers are %s", name,
				listed(names))
		}
	}
	return pick, nil
}

// builder makes a table from rows as they come.
type builder struct {
	t        *Table
	o        ReadOptions
	missing  string
	width    int64 // bytes of a number
	buffered int64
	seen     int // rows of the file
	complete int // of which nothing was missing
}

func newBuilder(address string, s tableShape, pick []int, o ReadOptions) *builder {
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	b := &builder{t: &Table{address: address, named: s.named}, o: o, missing: s.missing,
		buffered: s.buffered, width: 4}
	for _, j := range pick {
		b.t.names = append(b.t.names, s.columns[j].name)
		if !s.columns[j].narrow {
			b.width = 8
		}
	}
	if b.width == 4 {
		b.t.narrow = newBlocks[float32](len(pick))
	} else {
		b.t.wide = newBlocks[float64](len(pick))
	}
	return b
}

// fits says whether n rows of the file fit into the memory that is allowed.
func (b *builder) fits(n int) error {
	if b.o.Subsample > 0 {
		n = min(n, b.o.Subsample)
	}
	d := int64(len(b.t.names))
	if n < 0 || int64(n) <= (b.o.MaxBytes-b.buffered)/(d*b.width) {
		return nil
	}
	also := ""
	if b.buffered > 0 {
		also = fmt.Sprintf(" and %s while it is read", bytesText(float64(b.buffered)))
	}
	return fmt.Errorf("%d rows of %d columns take %s of memory%s, more than the limit of %s; "+
		"take fewer columns, a random subsample of the rows, or raise the limit",
		n, d, bytesText(float64(n)*float64(d)*float64(b.width)), also,
		bytesText(float64(b.o.MaxBytes)))
}

// bytesText is a number of bytes for people.
func bytesText(bytes float64) string {
	units := []string{"bytes", "KiB", "MiB", "GiB", "TiB"}
	k := 0
	for ; bytes >= 1024 && k < len(units)-1; k++ {
		bytes /= 1024
	}
	return strconv.FormatFloat(bytes, 'g', 4, 64) + " " + units[k]
}

// add takes the next row of the file.
func (b *builder) add(row []float64) error {
	at := b.seen
	b.seen++
	for j, v := range row {
		if !finite(v) {
			if b.o.DropMissing {
				b.t.dropped++
				return nil
			}
			what := b.missing
			if !math.IsNaN(v) {
				what = strconv.FormatFloat(v, 'g', -1, 64)
			}
			return fmt.Errorf("row %d (counted from 0), column %s is %s; leave such rows out "+
				"(data.files.missing=drop, or --drop-missing of sparker test), or mend the file",
				at, b.t.names[j], what)
		}
	}
	k := b.complete
	b.complete++
	if b.o.Subsample > 0 && k >= b.o.Subsample {
		if k = b.o.Rand.IntN(b.complete); k >= b.o.Subsample {
			return nil
		}
	} else {
		if err := b.fits(k + 1); err != nil {
			return err
		}
		b.t.n++
	}
	if b.t.narrow != nil {
		b.t.narrow.put(k, row)
	} else {
		b.t.wide.put(k, row)
	}
	if !b.o.DropMissing && b.o.Subsample == 0 {
		return nil
	}
	if k == len(b.t.index) {
		b.t.index = append(b.t.index, at)
	} else {
		b.t.index[k] = at
	}
	return nil
}

// table is the table once all rows were added.
func (b *builder) table(notes []string) (*Table, error) {
	t := b.t
	switch {
	case b.seen == 0:
		return nil, errors.New("the file has no rows")
	case t.n == 0:
		return nil, fmt.Errorf("none of the %d rows is complete", b.seen)
	}
	t.notes = notes
	if t.n == b.seen {
		t.index = nil
	}
	if !slices.IsSorted(t.index) {
		t.slots = make([]int, t.n)
		for i := range t.slots {
			t.slots[i] = i
		}
		slices.SortFunc(t.slots, func(a, b int) int { return t.index[a] - t.index[b] })
	}
	return t, nil
}

func finite(v float64) bool { return v-v == 0 }
