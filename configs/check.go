package configs

import (
	"slices"
	"strings"
)

// check validates the values of a config that has been read, and gives each problem its place in
// the file. What merely follows from a problem that is known already is left out: a message about a
// value that could not be read, and one about a value that is absent beside a misspelled key.
func (d *decoder) check(validate func(reporter)) {
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

// follows says whether one of the problems accounts for the value at a path.
func (d *decoder) follows(problems []Problem, path string) bool {
	for _, p := range problems {
		if p.Path != "" && (covers(p.Path, path) || covers(path, p.Path)) {
			return true
		}
	}
	_, own := d.locate(path)
	return !own && d.unknown[parent(path)]
}

// locate is the position of a path in the text that set it. Where nothing did, it is that of the
// nearest block around it that was written, and own is false.
func (d *decoder) locate(path string) (at position, own bool) {
	for p := path; ; p = parent(p) {
		if at, ok := d.written[p]; ok {
			return at, p == path || strings.HasPrefix(path[len(p):], "[")
		}
		if p == "" {
			return position{file: commandLine}, false
		}
	}
}

// absent says, at the end of a message, why a value that is in force is written nowhere.
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
