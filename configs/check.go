package configs

import (
	"slices"
	"strings"
)

// check validates the values of a config that has been read, and gives each problem its position in
// the file. It leaves out what merely follows from a known problem: messages about a value that
// could not be read, and messages about an absent value in a block with a misspelled key.
func (d *decoder) check(validate func(reportFunc)) {
	reading := slices.Clone(d.problems)
	validate(func(path, message string, uses ...string) {
		if d.follows(reading, path) {
			return
		}
		for _, other := range uses {
			if d.follows(d.problems, other) {
				return
			}
		}
		at, own := d.locate(path)
		if !own {
			message += d.absent(path)
			for _, other := range uses {
				if where, written := d.locate(other); written {
					at = where
					break
				}
			}
		}
		d.report(at, path, message)
	})
}

// follows reports whether one of the problems explains the value at a path.
func (d *decoder) follows(problems []Problem, path string) bool {
	for _, p := range problems {
		if p.Path != "" && (covers(p.Path, path) || covers(path, p.Path)) {
			return true
		}
	}
	_, own := d.locate(path)
	return !own && d.unknown[parentPath(path)]
}

// locate returns the position of a path in the text that set it. If nothing did, own is false, and
// the position is that of the innermost block around it that was written.
func (d *decoder) locate(path string) (at position, own bool) {
	for p := path; ; p = parentPath(p) {
		if at, ok := d.written[p]; ok {
			return at, p == path || strings.HasPrefix(path[len(p):], "[")
		}
		if p == "" {
			return position{file: commandLine}, false
		}
	}
}

// absent returns the end of a message about a value that is not written anywhere.
func (d *decoder) absent(path string) string {
	v, ok := lookUp(d.root, path)
	switch {
	case !ok || isBlock(v.Type()):
		return ""
	case v.IsZero():
		return " (not set)"
	default:
		return " (a default)"
	}
}
