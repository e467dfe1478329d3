package serve

import (
	"io"
	"time"
)

// A PageSource makes what a [Site] shows from the folder of a run. It must not write into the
// folder.
type PageSource interface {
	// Describe returns the line of a run in the list.
	Describe(folder string) (Line, error)
	// Report writes the report of a run, as an HTML page.
	Report(w io.Writer, folder string) error
	// Compare compares two runs.
	Compare(first, second string) (Pairing, error)
}

// Line is what the list says of a run.
type Line struct {
	Answer  string // in a sentence; empty if there is none yet
	Started time.Time
	// Finished is zero for a run that goes on or was stopped.
	Finished time.Time
	// Done is the number of toys, and Toys that of the whole run. They are not shown of a run that
	// is finished.
	Done, Toys int
	Warnings   []string
	// Left is about how much time the rest takes; 0 if that is not known.
	Left time.Duration
}

// Pairing is the comparison of two runs.
type Pairing struct {
	// Keys are the keys in which the configs of the runs differ.
	Keys []Versus
	// Results are what the runs say, number by number.
	Results []Versus
	// Notes say what makes the comparison unfair or impossible.
	Notes []string
}

// Versus is one thing that two runs have, or one of them, in words.
type Versus struct {
	Name          string
	First, Second string
}
