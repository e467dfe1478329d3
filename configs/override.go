package configs

import (
	"fmt"
	"reflect"
	"strings"
)

// override applies one key.path=value to the config. The value is YAML. A block is merged with the
// values in force, as in a file.
func (d *decoder) override(text string) {
	d.file = commandLine
	at := position{file: commandLine}
	path, value, found := strings.Cut(text, "=")
	path = strings.TrimSpace(path)
	if !found || path == "" {
		d.report(at, "", fmt.Sprintf("%q is not an override; want key.path=value, such as "+
			"train.epochs=200", text))
		return
	}
	v, ok := d.target(at, path)
	if !ok {
		return
	}
	n, problem := parseYAML([]byte(value))
	switch {
	case problem != nil:
		d.report(at, path, problem.Message)
		return
	case n == nil:
		d.report(at, path, "has no value; want "+path+"=value")
		return
	}
	d.enter(path, at)
	d.value(n, at, path, v)
}

// enter records the position of the blocks around a path, unless they have one.
func (d *decoder) enter(path string, at position) {
	for block := parentPath(path); block != ""; block = parentPath(block) {
		if _, before := d.written[block]; !before {
			d.written[block] = at
		}
	}
}

// target returns the value at a path, and whether there is one. A path that does not exist is
// reported.
func (d *decoder) target(at position, path string) (reflect.Value, bool) {
	v, block, rest := d.root, "", path
	for more := true; more; {
		var key string
		key, rest, more = strings.Cut(rest, ".")
		if !isBlock(v.Type()) {
			d.report(at, path, block+" holds a single value; it has no keys")
			return v, false
		}
		if list, _, indexed := strings.Cut(key, "["); indexed {
			d.report(at, path,
				fmt.Sprintf("a list is set as a whole: %s=[...]", joinPath(block, list)))
			return v, false
		}
		f, known := fieldOf(v.Type(), key)
		if !known {
			beyond := ""
			if more {
				beyond = "." + rest
			}
			d.reportUnknown(at, unknownKey{block, v.Type(), key, beyond})
			return v, false
		}
		v, block = v.FieldByIndex(f.index), joinPath(block, key)
	}
	return v, true
}
