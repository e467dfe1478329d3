package results

import (
	"errors"
	"fmt"
)

// DamageError reports a record of a run folder that cannot be used: it was cut short, changed after
// it was written, or written by another program.
type DamageError struct {
	Path string
	Line int // from 1; 0 for a file that is one record
	Err  error
}

// Error returns the place and what is wrong there.
func (e *DamageError) Error() string {
	place := e.Path
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", e.Path, e.Line)
	}
	return fmt.Sprintf("results: %s is damaged: %v", place, e.Err)
}

// Unwrap returns what is wrong.
func (e *DamageError) Unwrap() error { return e.Err }

// ErrStoredTwice is the cause of a [DamageError] of two records of one toy, either of which may be
// wrong.
var ErrStoredTwice = errors.New("is stored twice with different numbers")

// LostError reports a run folder that was removed or moved while a process appended toys to it.
type LostError struct{ Dir string }

// Error returns the folder, and what happened.
func (e *LostError) Error() string {
	return fmt.Sprintf("results: the run folder %s was removed, moved or replaced while toys were "+
		"stored in it", e.Dir)
}
