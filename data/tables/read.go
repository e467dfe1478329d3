package tables

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
)

// DefaultMaxBytes is the limit of the memory of a table if ReadOptions.MaxBytes is 0: 4 GiB.
const DefaultMaxBytes = 4 << 30

// ReadOptions configures what [Read] reads from a file. The zero value reads everything.
type ReadOptions struct {
	// Columns are the names of the columns to read, in this order. Nil reads all columns that hold
	// numbers. The columns of a file without names are x1, x2, ...
	Columns []string
	// Exclude lists columns not to read: names, or patterns of path.Match such as "id*". A pattern
	// that matches no column is an error.
	Exclude []string
	// Missing says what happens to rows that have a NaN, an infinity, a null or an empty cell in a
	// column of numbers or times that is read. A missing word of a Category is NaN in the table,
	// and has no effect on its row.
	Missing MissingPolicy
	// Levels is the largest number of different words in a column of text that is read as a
	// Category. 0 skips columns of text. A column with more words is skipped with a note, or is a
	// [*ColumnError] if Columns names it.
	Levels int
	// Kinds are the kinds that columns must have, by their names. Names of other columns have no
	// effect. A column of numbers can be read as a Category, whose words are the numbers as the
	// file writes them. It is a [*ColumnError] if the values of a column are not of its kind.
	Kinds map[string]Kind
	// Dialect says how files of separated values are written.
	Dialect Dialect
	// MaxBytes limits the memory that the numbers take while they are read, in bytes. 0 means
	// DefaultMaxBytes.
	MaxBytes int64
	// Subsample, if it is greater than 0, is the number of rows to choose at random from those that
	// are not left out. The rows are chosen without replacement and keep their order. If there are
	// fewer rows, all are read. The choice depends on Rand and on which rows of the file are
	// complete, but not on the format. Only the chosen rows take memory.
	Subsample int
	// Rand is the stream that Subsample draws from.
	Rand *rand.Rand
}

// MissingPolicy says what [Read] does with rows in which a value is missing or not finite.
type MissingPolicy int

// The policies for missing values.
const (
	// RefuseMissing returns a [*MissingValuesError] if there are such rows.
	RefuseMissing MissingPolicy = iota
	// DropMissing leaves such rows out and counts them.
	DropMissing
	// KeepMissing keeps such rows. A missing or infinite value is NaN in the table.
	KeepMissing
)

func (o ReadOptions) check() error {
	switch {
	case o.Subsample < 0:
		return fmt.Errorf("a random subsample of %d rows; must be at least 1, or 0 for all rows",
			o.Subsample)
	case o.Subsample > 0 && o.Rand == nil:
		return errors.New("a random subsample needs a random stream")
	case o.MaxBytes < 0:
		return fmt.Errorf("a limit of %d bytes; must not be negative", o.MaxBytes)
	}
	return nil
}

// Read reads the table of numbers at an address. A column of lists that have the same length in
// every row, which Parquet files may hold, gives a column for each place of the lists.
//
// The errors name the address. They are a [*MissingFileError] if there is no such file, a
// [*ColumnError] if a column cannot be read, a [*MissingValuesError] if values are missing or not
// finite, and a [*MemoryError] if the table is too large. Other errors report files that are
// damaged or do not hold a table of numbers.
func Read(address string, o ReadOptions) (*Table, error) {
	t, err := read(address, o)
	if err != nil {
		return nil, fmt.Errorf("data: reading %s: %w", address, err)
	}
	return t, nil
}

func read(address string, o ReadOptions) (*Table, error) {
	if err := o.check(); err != nil {
		return nil, err
	}
	p, err := locate(address, cmp.Or(o.MaxBytes, DefaultMaxBytes))
	if err != nil {
		return nil, err
	}
	draws := &tape{}
	if o.Subsample > 0 {
		if _, isCSV := p.format.(csvFormat); isCSV || o.Levels > 0 || o.Kinds != nil {
			draws = &tape{from: o.Rand}
			o.Rand = rand.New(draws)
		}
	}
	t, err := p.read(address, o)
	if errors.Is(err, errSurvey) {
		p.survey, draws.at = true, 0
		t, err = p.read(address, o)
	}
	return t, err
}

// tape is a random source that can be rewound.
type tape struct {
	from *rand.Rand
	past []uint64
	at   int
}

// Uint64 returns the next number.
func (t *tape) Uint64() uint64 {
	if t.at == len(t.past) {
		t.past = append(t.past, t.from.Uint64())
	}
	t.at++
	return t.past[t.at-1]
}

// read reads the table at a place.
func (p place) read(address string, o ReadOptions) (*Table, error) {
	f, err := p.format.open(p, o)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := f.schema()
	s.markIndexes(p.key)
	if err := s.checkDoubts(o); err != nil {
		return nil, err
	}
	pick, err := s.pick(o.Columns)
	if err != nil {
		return nil, err
	}
	if pick, err = s.without(pick, o.Exclude); err != nil {
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
	if skipped := o.skipped(s.others); o.Columns == nil && len(skipped) > 0 {
		notes = append(notes, "no numbers, so skipped: "+listed(skipped))
	}
	if indexes := s.indexes(); o.Columns == nil && indexes != nil {
		notes = append(notes, "index of a data frame, so skipped: "+listed(indexes))
	}
	t, err := b.table(notes)
	if err == nil && o.Columns == nil {
		t.others = s.others
	}
	return t, err
}

// pick returns the indices of the wanted columns, or of all columns if wanted is nil.
func (s schema) pick(wanted []string) ([]int, error) {
	if wanted == nil {
		if len(s.columns) == 0 {
			return nil, &ColumnError{Columns: s.others, reason: "no column holds numbers",
				known: "the columns are"}
		}
		var pick []int
		for j, c := range s.columns {
			if !c.index {
				pick = append(pick, j)
			}
		}
		if pick == nil {
			return nil, &ColumnError{Columns: s.indexes(), known: "the columns are",
				reason: "the only columns of numbers are the index of a data frame"}
		}
		return pick, nil
	}
	if len(wanted) == 0 {
		return nil, errors.New("the list of columns to read is empty")
	}
	at := map[string]int{}
	for j, c := range s.columns {
		at[c.name] = j
	}
	var pick []int
	for _, name := range wanted {
		j, known := at[name]
		if !known || slices.Contains(pick, j) {
			return nil, s.cannotPick(name, known)
		}
		pick = append(pick, j)
	}
	return pick, nil
}

// isRowNumbers matches the names that pandas gives to the row numbers of a data frame in CSV and
// Parquet files.
var isRowNumbers = regexp.MustCompile(`^(Unnamed: \d+(\.\d+)*|__index_level_\d+__)$`)

// markIndexes marks the columns whose name is one that pandas gives to row numbers, unless the key
// of the address names the column.
func (s schema) markIndexes(key string) {
	for j := range s.columns {
		if c := &s.columns[j]; c.name != key && isRowNumbers.MatchString(c.name) {
			c.index = true
		}
	}
}

// checkDoubts returns the error of a column that can be read in several ways, unless the columns to
// read are listed or it is excluded.
func (s schema) checkDoubts(o ReadOptions) error {
	for _, name := range s.doubtful {
		if o.Columns == nil && o.takes(name) {
			return s.refusals[name]
		}
	}
	return nil
}

// cannotPick explains why a column is not picked: it is picked already if its name is known.
func (s schema) cannotPick(name string, known bool) error {
	e := &ColumnError{Column: name, known: "the columns of numbers are"}
	for _, c := range s.columns {
		e.Columns = append(e.Columns, c.name)
	}
	isName := func(other string) bool { return strings.HasPrefix(other, name+" (") }
	switch {
	case known:
		e.reason = fmt.Sprintf("column %q is asked for twice", name)
	case s.refusals[name] != nil:
		return s.refusals[name]
	case slices.ContainsFunc(s.others, isName):
		e.reason = fmt.Sprintf("column %q holds no numbers", name)
	case !s.named:
		e.reason = fmt.Sprintf("no column is called %q: the file names none, so they are x1 to x%d",
			name, len(s.columns))
		e.known = ""
	default:
		e.reason = fmt.Sprintf("no column is called %q", name)
	}
	return e
}

// builder makes a table from rows that are added one by one.
type builder struct {
	t        *Table
	o        ReadOptions
	width    int64 // bytes of a number
	buffered int64
	seen     int // rows of the file
	kept     int // rows of the file that are not left out because of missing values

	words    []*dictionary // of each column; nil if it is not a category
	counters []counter     // of each column

	incomplete int    // rows with missing values
	first      string // the first missing value, and its row
	firstRow   int
}

func newBuilder(address string, s schema, pick []int, o ReadOptions) *builder {
	if o.MaxBytes == 0 {
		o.MaxBytes = DefaultMaxBytes
	}
	b := &builder{t: &Table{address: address, named: s.named}, o: o, buffered: s.buffered,
		width: s.width(pick)}
	for _, j := range pick {
		c := s.columns[j]
		b.t.names = append(b.t.names, c.name)
		b.t.columns = append(b.t.columns, ColumnInfo{Name: c.name, Kind: c.kind})
		b.words = append(b.words, c.words)
		b.counters = append(b.counters, newCounter(len(pick)))
	}
	if b.width == 4 {
		b.t.narrow = newBlocks[float32](len(pick))
	} else {
		b.t.wide = newBlocks[float64](len(pick))
	}
	return b
}

// width returns the number of bytes of a number that represents those of all picked columns.
func (s schema) width(pick []int) int64 {
	for _, j := range pick {
		if !s.columns[j].narrow {
			return 8
		}
	}
	return 4
}

// fits returns an error if n rows of the file take more memory than they may.
func (b *builder) fits(n int) error {
	if b.o.Subsample > 0 {
		n = min(n, b.o.Subsample)
	}
	d := int64(len(b.t.names))
	if n < 0 || int64(n) <= (b.o.MaxBytes-b.buffered)/(d*b.width) {
		return nil
	}
	return &MemoryError{Rows: n, Columns: int(d), Bytes: float64(n) * float64(d*b.width),
		Buffered: float64(b.buffered), Limit: b.o.MaxBytes}
}

// add adds the next row of the file, unless it is left out.
func (b *builder) add(row []float64) error {
	at := b.seen
	b.seen++
	if complete := b.count(row); !complete {
		b.incomplete++
		if b.o.Missing != KeepMissing {
			return nil
		}
	}
	if b.o.Missing == RefuseMissing && b.incomplete > 0 {
		return nil // the table is refused: the rest of the rows are only counted
	}
	k, err := b.slot()
	if err != nil || k < 0 {
		return err
	}
	if b.t.narrow != nil {
		b.t.narrow.put(k, row)
	} else {
		b.t.wide.put(k, row)
	}
	if b.o.Missing != DropMissing && b.o.Subsample == 0 {
		return nil
	}
	if k == len(b.t.index) {
		b.t.index = append(b.t.index, at)
	} else {
		b.t.index[k] = at
	}
	return nil
}

// count counts the missing values of a row, makes them NaN, and reports whether there are none
// except missing words of categories.
func (b *builder) count(row []float64) (complete bool) {
	complete = true
	for j, v := range row {
		if isFinite(v) {
			b.counters[j].add(v)
			continue
		}
		b.t.columns[j].Missing++
		row[j] = math.NaN()
		if b.t.columns[j].Kind == Category {
			continue
		}
		complete = false
		if b.first == "" {
			b.first, b.firstRow = fmt.Sprintf("column %s is %v", b.t.names[j], v), b.seen-1
			if math.IsNaN(v) {
				b.first = fmt.Sprintf("column %s is missing", b.t.names[j])
			}
		}
	}
	return complete
}

// slot returns where the next complete row is stored, or a negative number if the row is not
// chosen. A subsample is a reservoir: row k is chosen with probability Subsample/(k+1), and then
// replaces a random row.
func (b *builder) slot() (int, error) {
	k := b.kept
	b.kept++
	if b.o.Subsample == 0 || k < b.o.Subsample {
		if err := b.fits(k + 1); err != nil {
			return 0, err
		}
		b.t.n++
		return k, nil
	}
	if k = b.o.Rand.IntN(b.kept); k >= b.o.Subsample {
		return -1, nil
	}
	return k, nil
}

// table returns the table of the rows that were added.
func (b *builder) table(notes []string) (*Table, error) {
	t := b.t
	switch {
	case b.seen == 0:
		return nil, errNoRows
	case b.o.Missing == RefuseMissing && b.incomplete > 0, t.n == 0:
		return nil, &MissingValuesError{Columns: t.columns, FirstRow: b.firstRow,
			FirstValue: b.first, Incomplete: b.incomplete, Rows: b.seen}
	}
	if b.o.Missing == DropMissing {
		t.dropped = b.incomplete
	}
	for j := range t.columns {
		c := &t.columns[j]
		if c.Kind == Number {
			c.Rising, c.Distinct = b.counters[j].counts()
		}
		if b.words[j] != nil {
			c.Levels = b.words[j].words
		}
	}
	t.notes, t.rows = notes, b.seen
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

var errNoRows = errors.New("the file has no rows")

func isFinite(v float64) bool { return v-v == 0 }
