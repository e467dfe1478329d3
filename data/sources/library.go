package sources

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"sparker/data/tables"
)

// Library opens sources. It keeps the tables that it has read for the sources that it opens later.
// One goroutine may use a Library; several may use its sources at once. The zero value is ready to
// use.
type Library struct {
	tables map[string]storedTable
	words  map[wordsKey][]string
}

// storedTable is a table that was read.
type storedTable struct {
	*tables.Table
	columns   []tables.ColumnInfo // those of the file
	unmatched []string            // the patterns of Files.Exclude that match none of its columns
}

// Open opens the source of a configuration. A source of files divides its rows into pools with the
// stream r, so that equal streams give equal pools. A generator does not use r.
//
// The error lists everything that [Config.Validate] reports. Otherwise it is a [*KeyError] if a
// file cannot be used or the pools are too small. It wraps the errors of package tables, a
// [*PoolError], or [data.ErrTooFewRows].
func (l *Library) Open(c Config, r *rand.Rand) (Source, error) {
	if c.Generated() {
		return New(c)
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	return l.openPools(c, r)
}

// opener opens the files of one configuration.
type opener struct {
	library *Library
	files   Files
	r       *rand.Rand
	matched map[string]bool      // the patterns of Files.Exclude that match a column of a table
	numbers map[int]*wordNumbers // of the categories, by the index of their column
	// kinds are those of the columns of the reference.
	kinds map[string]tables.Kind
	// left are columns that are left out because one of the files cannot be read there.
	left []string
}

func newOpener(l *Library, f Files, r *rand.Rand) opener {
	return opener{library: l, files: f, r: r, matched: map[string]bool{},
		numbers: map[int]*wordNumbers{}, kinds: map[string]tables.Kind{}}
}

// subsampled reports whether the random rows of the set can be chosen while the file is read, so
// that the file need not fit into memory.
func (s FileSet) subsampled() bool { return s.Rows > 0 && len(s.Keep)+len(s.Drop) == 0 }

// table returns the table of a set.
func (o opener) table(s FileSet) (*tables.Table, error) {
	f := o.files
	address := f.address(s.File)
	named := append(f.namedColumns(), o.left...)
	kinds := o.kinds
	if s.File == f.Reference.File {
		kinds = nil // one table, which several sets share
	}
	key := fmt.Sprintf("%q", []any{address, f.Columns, f.Exclude, f.Missing, f.Names, f.Log, f.Rows,
		f.Levels, f.CSV, named, kinds})
	t, known := o.library.tables[key]
	if !known || s.subsampled() {
		options := f.readOptions(s)
		options.Rand, options.Kinds = o.r, kinds
		if kinds != nil && options.Levels > 0 {
			options.Levels = mostLevels // a category may have more words here
		}
		var err error
		others := slices.DeleteFunc(slices.Clone(f.Exclude), func(pattern string) bool {
			return slices.Contains(named, pattern)
		})
		t.Table, t.unmatched, err = readExcluding(address, options, append(named, others...))
		if err != nil {
			return nil, err
		}
		t.columns = t.Columns()
		if t.Table, err = f.prepare(t.Table); err != nil {
			return nil, fmt.Errorf("%s: %w", s.File, err)
		}
	}
	if s.File == f.Reference.File {
		for _, c := range t.columns {
			o.kinds[c.Name] = c.Kind
		}
	}
	for _, pattern := range f.Exclude {
		o.matched[pattern] = o.matched[pattern] || !slices.Contains(t.unmatched, pattern)
	}
	if s.subsampled() {
		return t.Table, nil
	}
	if o.library.tables == nil {
		o.library.tables = map[string]storedTable{}
	}
	o.library.tables[key] = t
	return t.Table, nil
}

// wordKind is the kind of the words of rows.
type wordKind int

const (
	asLabels wordKind = iota // see tables.ReadLabels
	asBlocks                 // see tables.ReadBlocks
	asIDs                    // see tables.ReadIDs
	asTexts                  // see tables.ReadTexts
)

// wordsKey identifies the words of a file.
type wordsKey struct {
	address string
	as      wordKind
	dialect string // how the file is written
}

// readWords reads the words at an address of the files. A code for missing numbers, such as 0, may
// be a label.
func (f Files) readWords(address string, as wordKind) ([]string, error) {
	d := f.CSV.dialect()
	d.Missing = nil
	switch as {
	case asBlocks:
		return tables.ReadBlocks(address, d)
	case asIDs:
		return tables.ReadIDs(address, d)
	case asTexts:
		return tables.ReadTexts(address, d)
	}
	return tables.ReadLabels(address, d)
}

// words returns one word for each row of the file of a set, whose table is t. It returns nil if the
// address is empty.
func (o opener) words(address string, as wordKind, s FileSet, t *tables.Table) ([]string, error) {
	if address == "" {
		return nil, nil
	}
	l := o.library
	at := o.files.address(address)
	key := wordsKey{at, as, fmt.Sprintf("%q", o.files.CSV)}
	words, known := l.words[key]
	if !known {
		var err error
		if words, err = o.files.readWords(at, as); err != nil {
			return nil, err
		}
		if l.words == nil {
			l.words = map[wordsKey][]string{}
		}
		l.words[key] = words
	}
	rows := o.fileRows(s, t, len(words))
	if len(words) != rows {
		return nil, fmt.Errorf("%s has %d entries, but %s has %d rows", address, len(words), s.File,
			rows)
	}
	return words, nil
}
