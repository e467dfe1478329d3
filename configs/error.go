package configs

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing that is wrong with a config.
type Problem struct {
	// File is the config's file name, or "command line" for an override.
	File string
	// Line and Col count from 1; 0 where there is none.
	Line, Col int
	// Path is the key path, or empty where the problem is not one of a key.
	Path string
	// Message says what is there and what is allowed.
	Message string
}

// String is file:line:col: path: message, without the parts that are absent.
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
		b.WriteString(p.Path + ": ")
	}
	return b.String() + p.Message
}

// Error is everything that is wrong with a config: the file's problems in the order of their
// position, then those of the command line.
type Error struct {
	Problems []Problem
}

// Error lists the problems, one per line.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// failure is an Error with a single problem that concerns a whole file.
func failure(file, message string) *Error {
	return &Error{Problems: []Problem{{File: file, Message: message}}}
}

// sortProblems puts the problems into the order that Error promises.
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
