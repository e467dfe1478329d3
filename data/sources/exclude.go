package sources

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"sparker/data/tables"
)

// readOptions says how the table of a set is read, except for the columns to leave out.
func (f Files) readOptions(s FileSet) tables.ReadOptions {
	o := tables.ReadOptions{MaxBytes: int64(f.Memory * (1 << 30)), Dialect: f.CSV.dialect(),
		Levels: f.Levels}
	switch {
	case f.Levels == 0:
		o.Levels = defaultLevels
	case f.Levels < 0:
		o.Levels = 0
	}
	switch {
	case f.Missing == missingDrop && s.subsampled():
		o.Missing = tables.DropMissing
	case f.Missing == missingDrop, f.Missing == missingIndicator:
		o.Missing = tables.KeepMissing // the rows are left out when they are chosen by their labels
	}
	if len(f.Columns) > 0 {
		o.Columns = f.Columns
	}
	if s.subsampled() {
		o.Subsample = s.Rows
	}
	return o
}

// namedColumns returns the columns of the tables that hold labels, blocks, ids, texts, images,
// weights or the effects of nuisance parameters. They describe the rows and are not tested, unless
// Columns lists them.
func (f Files) namedColumns() []string {
	if len(f.Columns) > 0 {
		return nil
	}
	named := map[string]bool{}
	for _, s := range f.sets() {
		for _, address := range s.set.addresses() {
			if column, ofTable := f.columnOfTable(address); ofTable {
				named[column] = true
			}
		}
	}
	for _, v := range f.Variations {
		for _, d := range v.deltaColumns() {
			named[d.column] = true
		}
	}
	return slices.Sorted(maps.Keys(named))
}

// columnOfTable returns the name of the column at an address, and whether its file is one of the
// tables.
func (f Files) columnOfTable(address string) (column string, ofTable bool) {
	at := strings.LastIndexByte(address, ':')
	if at < 1 {
		return "", false
	}
	column = address[at+1:]
	return column[strings.LastIndexByte(column, '/')+1:],
		slices.ContainsFunc(f.sets(), func(t keyedSet) bool {
			return t.set.File == address[:at] || strings.HasPrefix(t.set.File, address[:at]+":")
		})
}

// readExcluding reads a table without the columns that patterns match. It returns the patterns that
// match none: another table may have such a column.
func readExcluding(address string, o tables.ReadOptions, patterns []string) (t *tables.Table,
	unmatched []string, err error) {
	o.Exclude = patterns
	for {
		t, err := tables.Read(address, o)
		var column *tables.ColumnError
		if errors.As(err, &column) {
			if k := slices.Index(o.Exclude, column.Column); k >= 0 {
				unmatched = append(unmatched, column.Column)
				o.Exclude = slices.Delete(slices.Clone(o.Exclude), k, k+1)
				continue
			}
		}
		return t, unmatched, err
	}
}

// checkExcluded returns an error if a pattern of Exclude matches a column of no table.
func (o opener) checkExcluded() error {
	for i, pattern := range o.files.Exclude {
		if !o.matched[pattern] {
			return &KeyError{fmt.Sprintf("files.exclude[%d]", i), &PatternError{pattern}}
		}
	}
	return nil
}

// A halfReadError reports categories of one file that were skipped in another.
type halfReadError struct {
	error
	columns []string // their names
	skipped []string // the same, with what the other file holds
}

// explained returns the error of a match of two tables. It is a *halfReadError if categories of one
// of them were skipped in the other, for example because they have too many words there.
func (o opener) explained(err error, t, like *tables.Table) error {
	var match *tables.MatchError
	if !errors.As(err, &match) {
		return err
	}
	half := halfReadError{error: err}
	for _, side := range []struct{ has, skips *tables.Table }{{like, t}, {t, like}} {
		for _, other := range side.skips.Skipped() {
			name, _, _ := strings.Cut(other, " (")
			isCategory := func(c tables.ColumnInfo) bool {
				return c.Name == name && c.Kind == tables.Category
			}
			if slices.ContainsFunc(side.has.Columns(), isCategory) {
				half.columns = append(half.columns, name)
				half.skipped = append(half.skipped, other)
			}
		}
	}
	if half.columns == nil {
		return err
	}
	return &half
}
