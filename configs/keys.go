package configs

import (
	"reflect"
	"strconv"
	"strings"
)

// field is one key of a block.
type field struct {
	key   string
	index []int // as in reflect.Value.FieldByIndex
	typ   reflect.Type
}

// fields are the keys of a block, in the order of its Go type: those of inline structs among them,
// without fields that are no keys.
func fields(block reflect.Type) []field {
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
			all = append(all, field{key: tag, index: []int{i}, typ: f.Type})
		}
	}
	return all
}

// find is the key's field of a block.
func find(block reflect.Type, key string) (field, bool) {
	for _, f := range fields(block) {
		if f.key == key {
			return f, true
		}
	}
	return field{}, false
}

// keyList names the keys of a block.
func keyList(block reflect.Type) string {
	var keys []string
	for _, f := range fields(block) {
		keys = append(keys, f.key)
	}
	return strings.Join(keys, ", ")
}

// selfDecoding is a type that reads its own value, such as data.Vector (a number or a list) and
// train.Extent (a number or auto).
type selfDecoding interface {
	UnmarshalYAML(decode func(any) error) error
}

var selfDecodingType = reflect.TypeFor[selfDecoding]()

// decodesItself says whether values of the type read themselves.
func decodesItself(t reflect.Type) bool { return reflect.PointerTo(t).Implements(selfDecodingType) }

// isBlock says whether the type is a mapping of keys.
func isBlock(t reflect.Type) bool { return t.Kind() == reflect.Struct && !decodesItself(t) }

// paths are the key paths of all values and blocks below a block, each block before its keys.
func paths(block reflect.Type, prefix string) []string {
	var all []string
	for _, f := range fields(block) {
		path := join(prefix, f.key)
		all = append(all, path)
		if isBlock(f.typ) {
			all = append(all, paths(f.typ, path)...)
		}
	}
	return all
}

// join appends a key to the path of its block.
func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// parent is the path of the block or list that holds what is at a path.
func parent(path string) string {
	i := strings.LastIndexAny(path, ".[")
	if i < 0 {
		return ""
	}
	return path[:i]
}

// covers says whether inner is outer itself or lies inside it.
func covers(outer, inner string) bool {
	if !strings.HasPrefix(inner, outer) {
		return false
	}
	rest := inner[len(outer):]
	return outer == "" || rest == "" || rest[0] == '.' || rest[0] == '['
}

// lookUp is the value at a path; an element of a list is named by its index, as in
// data.signal.bumps[0].scale.
func lookUp(root reflect.Value, path string) (reflect.Value, bool) {
	v := root
	for key := range strings.SplitSeq(strings.ReplaceAll(path, "[", ".["), ".") {
		if i, isIndex := index(key); isIndex {
			if v.Kind() != reflect.Slice || i >= v.Len() {
				return reflect.Value{}, false
			}
			v = v.Index(i)
			continue
		}
		if !isBlock(v.Type()) {
			return reflect.Value{}, false
		}
		f, ok := find(v.Type(), key)
		if !ok {
			return reflect.Value{}, false
		}
		v = v.FieldByIndex(f.index)
	}
	return v, true
}

// index reads the step [i] of a path.
func index(step string) (i int, ok bool) {
	if !strings.HasPrefix(step, "[") || !strings.HasSuffix(step, "]") {
		return 0, false
	}
	i, err := strconv.Atoi(step[1 : len(step)-1])
	return i, err == nil && i >= 0
}

// want says in plain words what a value of the type looks like.
func want(t reflect.Type) string {
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
