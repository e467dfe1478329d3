package sources

import (
	"errors"
	"fmt"

	"sparker/data"
	"sparker/data/tables"
)

// KeyError reports what is wrong with the value of a key, or with the file that it names. It is
// found when a source is opened, and not by [Config.Validate].
type KeyError struct {
	Key string // path of the key inside the block, such as "files.reference", as in Validate
	Err error
}

func (e *KeyError) Error() string { return "data: opening the files: " + e.Err.Error() }

// Unwrap returns Err.
func (e *KeyError) Unwrap() error { return e.Err }

// withKeyPath returns an error with a key, unless it has one.
func withKeyPath(key string, err error) error {
	var at *KeyError
	if errors.As(err, &at) {
		return err
	}
	return &KeyError{key, err}
}

// tooFewRows is the text of an error that is a data.ErrTooFewRows.
type tooFewRows string

func (e tooFewRows) Error() string { return string(e) }

func (e tooFewRows) Unwrap() error { return data.ErrTooFewRows }

// PoolError reports a pool that has fewer rows than a toy draws without replacement.
type PoolError struct {
	Pool  string // "reference", "background" or "held-out"
	Draws int    // the largest number of rows that a toy draws
	Rows  int    // of the pool
}

func (e *PoolError) Error() string {
	return fmt.Sprintf("a toy draws up to %d rows from the %s pool, which has %d", e.Draws, e.Pool,
		e.Rows)
}

// PatternError reports a pattern that matches no column of any table.
type PatternError struct{ Pattern string }

func (e *PatternError) Error() string {
	return fmt.Sprintf("no column of any file matches %q", e.Pattern)
}

// DroppedError reports a sample of which too large a share would be left out because of missing
// values.
type DroppedError struct {
	File          string
	Columns       []tables.ColumnInfo // with the numbers of missing values in the sample
	Dropped, Rows int                 // of the sample
	Limit         float64             // the largest share
}

func (e *DroppedError) Error() string {
	return fmt.Sprintf("%s of %s have a missing value, which is more than the limit of %.3g%%: %s",
		ofRows(e.Dropped, e.Rows, "rows"), e.File, 100*e.Limit, tables.MissingShares(e.Columns,
			e.Rows))
}

// RepeatedRowsError reports a reference in which rows repeat, so that rows of the data are in it by
// chance.
type RepeatedRowsError struct{ Repeated, Rows int }

func (e *RepeatedRowsError) Error() string {
	return fmt.Sprintf("%s equal another one, as rounded numbers and "+
		"categories do: rows of the data are in the reference by chance, and the data would "+
		"differ from it if they were left out", ofRows(e.Repeated, e.Rows, "reference rows"))
}

// KindError reports a column that has another kind than in the reference.
type KindError struct {
	File, Column    string
	Kind, Reference tables.Kind
}

func (e *KindError) Error() string {
	return fmt.Sprintf("column %s of %s is a %v, and a %v in the reference", e.Column, e.File,
		e.Kind, e.Reference)
}
