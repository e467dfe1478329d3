package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"sparker/internal/clean"
)

// Problem is one thing that is wrong with a config.
type Problem struct {
	// File is the config's file name, or "command line" for an override.
	File string
	// Line and Col count from 1. They are 0 if the position is not known.
	Line, Col int
	// Path is the key path. It is empty if the problem is not one of a key.
	Path string
	// Message says what is wrong and what is allowed.
	Message string
}

// String returns file:line:col: path: message, without the parts that are absent.
func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&b, ":%d", p.Line)
	}
	if p.Col > 0 {
		fmt.Fprintf(&b, ":%d", p.Col)
	}
	b.WriteString(": ")
	if p.Path != "" {
		b.WriteString(clean.Line(p.Path, maxPath) + ": ")
	}
	return b.String() + p.Message
}

// maxPath is the length of the longest path that a message shows in full.
const maxPath = 200

// Error holds everything that is wrong with a config: the problems of the file in the order of
// their positions, then those of the command line.
type Error struct {
	Problems []Problem
}

// maxPrinted is the number of problems that a message lists. Nobody reads more, and most follow
// from the first.
const maxPrinted = 50

// Error returns the problems, one per line, and after the first 50 the number of the others.
func (e *Error) Error() string {
	var lines []string
	for _, p := range e.Problems[:min(len(e.Problems), maxPrinted)] {
		lines = append(lines, p.String())
	}
	if more := len(e.Problems) - len(lines); more > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", more))
	}
	return strings.Join(lines, "\n")
}

// fileError returns an Error with a single problem that concerns a whole file.
func fileError(file, message string) *Error {
	return &Error{Problems: []Problem{{File: file, Message: message}}}
}

// sortProblems puts problems into the order of [Error].
func sortProblems(problems []Problem) {
	late := func(p Problem) int {
		if p.File == commandLine {
			return 1
		}
		return 0
	}
	slices.SortStableFunc(problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(late(a), late(b)), cmp.Compare(a.Line, b.Line),
			cmp.Compare(a.Col, b.Col))
	})
}
