package configs

import (
	"reflect"
	"strconv"
	"strings"
	"sync"
)

// field is one key of a block.
type field struct {
	key   string
	index []int // as in reflect.Value.FieldByIndex
	typ   reflect.Type
	owner reflect.Type // the struct that declares the field
	name  string       // the name of the field in Go
}

// knownFields has the fields of the blocks that were asked for, by their types. The check of a cell
// of a sweep looks up every key of its config.
var knownFields sync.Map

// fields returns the keys of a block in the order of its Go type, including those of inline
// structs. The callers share the list, and must not change it.
func fields(block reflect.Type) []field {
	if all, known := knownFields.Load(block); known {
		return all.([]field)
	}
	all := fieldsOf(block)
	knownFields.Store(block, all)
	return all
}

// fieldsOf finds what fields returns.
func fieldsOf(block reflect.Type) []field {
	var all []field
	for i := range block.NumField() {
		f := block.Field(i)
		switch tag := f.Tag.Get("yaml"); tag {
		case "-":
		case ",inline":
			for _, inner := range fields(f.Type) {
				inner.index = append([]int{i}, inner.index...)
				all = append(all, inner)
			}
		default:
			all = append(all, field{key: tag, index: []int{i}, typ: f.Type, owner: block,
				name: f.Name})
		}
	}
	return all
}

// fieldOf returns the field of a key in a block.
func fieldOf(block reflect.Type, key string) (field, bool) {
	for _, f := range fields(block) {
		if f.key == key {
			return f, true
		}
	}
	return field{}, false
}

// keyNames returns the keys of a block.
func keyNames(block reflect.Type) []string {
	var keys []string
	for _, f := range fields(block) {
		keys = append(keys, f.key)
	}
	return keys
}

// keyList returns the keys of a block, separated by commas.
func keyList(block reflect.Type) string { return strings.Join(keyNames(block), ", ") }

// selfDecoding is a type that decodes its own value, such as a number or a list, or a number or the
// word auto.
type selfDecoding interface {
	UnmarshalYAML(decode func(any) error) error
}

var selfDecodingType = reflect.TypeFor[selfDecoding]()

// decodesItself reports whether values of the type decode themselves.
func decodesItself(t reflect.Type) bool { return reflect.PointerTo(t).Implements(selfDecodingType) }

// isBlock reports whether the type is a mapping of keys.
func isBlock(t reflect.Type) bool { return t.Kind() == reflect.Struct && !decodesItself(t) }

// keyPaths returns the key paths of all values and blocks below a block, each block before its
// keys.
func keyPaths(block reflect.Type, prefix string) []string {
	var all []string
	for _, f := range fields(block) {
		path := joinPath(prefix, f.key)
		all = append(all, path)
		if isBlock(f.typ) {
			all = append(all, keyPaths(f.typ, path)...)
		}
	}
	return all
}

// joinPath appends a key to the path of its block.
func joinPath(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// parentPath returns the path of the block or list that a path lies in.
func parentPath(path string) string {
	i := strings.LastIndexAny(path, ".[")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// covers reports whether inner is outer or lies inside it.
func covers(outer, inner string) bool {
	if !strings.HasPrefix(inner, outer) {
		return false
	}
	rest := inner[len(outer):]
	return outer == "" || rest == "" || rest[0] == '.' || rest[0] == '['
}

// lookUp returns the value at a path, and whether there is one. A path may index a list, as in
// data.signal.bumps[0].scale.
func lookUp(root reflect.Value, path string) (reflect.Value, bool) {
	v := root
	for key := range strings.SplitSeq(strings.ReplaceAll(path, "[", ".["), ".") {
		if i, isIndex := parseIndex(key); isIndex {
			if v.Kind() != reflect.Slice || i >= v.Len() {
				return reflect.Value{}, false
			}
			v = v.Index(i)
			continue
		}
		if !isBlock(v.Type()) {
			return reflect.Value{}, false
		}
		f, ok := fieldOf(v.Type(), key)
		if !ok {
			return reflect.Value{}, false
		}
		v = v.FieldByIndex(f.index)
	}
	return v, true
}

// parseIndex parses the step [i] of a path.
func parseIndex(step string) (i int, ok bool) {
	if !strings.HasPrefix(step, "[") || !strings.HasSuffix(step, "]") {
		return 0, false
	}
	i, err := strconv.Atoi(step[1 : len(step)-1])
	return i, err == nil && i >= 0
}

// describeType describes the values of a type for a message.
func describeType(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "a whole number"
	case reflect.Uint64:
		return "a whole number, 0 or more"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "text"
	case reflect.Slice:
		if isBlock(t.Elem()) {
			return "a list of blocks, each with the keys " + keyList(t.Elem())
		}
		if t.Elem().Kind() == reflect.String {
			return "a list of words, such as [t, lead]"
		}
		return "a list of numbers, such as [0, 5, 10]"
	case reflect.Struct:
		return "a block with the keys " + keyList(t)
	default:
		panic("configs: no rule for values of type " + t.String())
	}
}
