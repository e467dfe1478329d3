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

// element returns an element of a list of blocks, such as test.members[0], at the path of the list.
// Other lists are set as a whole.
func (d *decoder) element(at position, path, list, index string) (reflect.Value, bool) {
	v, ok := lookUp(d.root, list)
	if !ok || list != membersKey && list != groupsKey {
		d.report(at, path, fmt.Sprintf("a list is set as a whole: %s=[...]", list))
		return reflect.Value{}, false
	}
	i, ok := parseIndex(index)
	if !ok || i >= v.Len() {
		d.report(at, path, fmt.Sprintf("%s has %d elements, counted from 0", list, v.Len()))
		return reflect.Value{}, false
	}
	// The cells of a sweep share the elements until one of them changes an element.
	own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	reflect.Copy(own, v)
	v.Set(own)
	return v.Index(i), true
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
		if list, index, indexed := strings.Cut(key, "["); indexed {
			element, ok := d.element(at, path, joinPath(block, list), "["+index)
			if !ok {
				return v, false
			}
			v, block = element, joinPath(block, key)
			continue
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
