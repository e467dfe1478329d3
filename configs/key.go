package configs

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"sparker/twosample"
)

// The texts are compiled into the program that writes the other files.
//go:generate go test -run TestKeyTexts . -update
//go:generate go test -run TestSchemaFile|TestReferencePage . -update

// Key describes one key of a config.
type Key struct {
	// Path is the key path. The keys of a list of blocks have the path of the list and [], as in
	// data.signal.bumps[].scale.
	Path string
	// Type describes the values, such as "number", "list of words" or "block".
	Type string
	// Default is the default as YAML. It is empty if there is none.
	Default string
	// Words are the words that the key takes. They are empty if it takes values of another kind.
	Words []string
	// Or describes what the key takes instead of one of the words. It is usually empty.
	Or string
	// Range limits the numbers that the key takes. It is unbounded for values of another kind.
	Range Range
	// Text says what the key does.
	Text string

	typ     reflect.Type
	pattern string // regular expression of texts, or empty
	why     string // the reason for the upper end of the range, or empty
}

// Allowed returns what the key takes in one phrase, such as "one of np, bce, mse" or "at least 1".
// It is empty if the type says all.
func (k Key) Allowed() string {
	isList := k.typ != nil && k.typ.Kind() == reflect.Slice
	words := strings.Join(k.Words, ", ")
	switch {
	case len(k.Words) == 0:
	case k.Or != "":
		return "one of " + words + ", or " + k.Or
	case isList:
		return "any of " + words
	case len(k.Words) == 1:
		return "only " + words
	default:
		return "one of " + words
	}
	interval := k.Range.String()
	if k.why != "" {
		interval += " (" + k.why + ")"
	}
	switch {
	case interval == "":
		return k.Or
	case isList:
		return "each " + interval
	default:
		return interval
	}
}

// IsBlock reports whether the key holds other keys, alone or in a list.
func (k Key) IsBlock() bool { return k.typ == nil || isBlock(element(k.typ)) }

// Keys returns all keys of a config. Every block precedes its keys.
func Keys() []Key {
	e := Defaults()
	all := keysOf(reflect.TypeOf(e), reflect.ValueOf(e), "")
	all = append(all,
		Key{Path: presetKey, Type: "word", Words: presetNames(), Text: keyTexts["presetKey"],
			typ: reflect.TypeFor[string]()},
		Key{Path: testsKey, Type: "list of words", Words: twosample.MethodNames(),
			Text: keyTexts["testsKey"],
			typ:  reflect.TypeFor[[]string]()},
		Key{Path: combineKey, Type: typeName(reflect.TypeFor[bool](), false),
			Text: keyTexts["combineKey"], typ: reflect.TypeFor[bool]()},
		Key{Path: sweepKey, Type: "block", Text: keyTexts["sweepKey"]})
	for _, f := range fields(reflect.TypeFor[SweepConfig]()) {
		k := Key{Path: joinPath(sweepKey, f.key), Type: "block", Text: textOf(f)}
		if f.typ != reflect.TypeFor[[]Axis]() {
			k.Type = "list of blocks"
		}
		all = append(all, k)
	}
	return all
}

// keysOf returns the keys of a block. Defaults holds their defaults. It is invalid if they have
// none.
func keysOf(block reflect.Type, defaults reflect.Value, path string) []Key {
	var all []Key
	for _, f := range fields(block) {
		var value reflect.Value
		if defaults.IsValid() {
			value = defaults.FieldByIndex(f.index)
		}
		k := Key{Path: joinPath(path, f.key), Text: textOf(f), typ: f.typ}
		l := limits[k.Path]
		k.Words, k.Or, k.Range, k.pattern, k.why = l.words, l.or, l.numbers, l.pattern, l.why
		k.Type = typeName(f.typ, len(l.words) > 0 && l.or == "")
		inner := k.Path
		switch {
		case f.typ.Kind() == reflect.Slice && isBlock(f.typ.Elem()):
			inner, value = inner+"[]", reflect.Value{}
		case !isBlock(f.typ):
			k.Default = defaultText(value, k.Path)
		case slices.Contains(replaced, f.typ) && value.IsValid() && !value.IsZero():
			// the keys of a block that is replaced as a whole have no defaults of their own
			k.Default, value = defaultText(value, k.Path), reflect.Value{}
		}
		all = append(all, k)
		if k.IsBlock() {
			all = append(all, keysOf(element(f.typ), value, inner)...)
		}
		if element(f.typ) == memberType {
			all = append(all, Key{Path: joinPath(inner, presetKey), Type: "word",
				Words: simplePresetNames(), Text: keyTexts["presetKey"],
				typ: reflect.TypeFor[string]()})
		}
	}
	return all
}

// element returns the type of the elements of a list, and any other type as it is.
func element(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Slice && !decodesItself(t) {
		return t.Elem()
	}
	return t
}

// defaultText returns a default as YAML on one line. It is empty for no value, an empty text and an
// empty list.
func defaultText(v reflect.Value, path string) string {
	if !v.IsValid() || v.Kind() == reflect.String && v.Len() == 0 ||
		v.Kind() == reflect.Slice && v.Len() == 0 {
		return ""
	}
	n, err := encode(v, path, allKeys)
	if err != nil {
		panic("configs: a default cannot be written: " + err.Error()) // a test writes them all
	}
	return labelOf(n)
}

// typeName returns the type of a key's values in words. If words is true, texts are words of a
// list.
func typeName(t reflect.Type, words bool) string {
	text := "text"
	if words {
		text = "word"
	}
	switch {
	case isBlock(t):
		return "block"
	case decodesItself(t):
		return selfDescribed[t].name
	case t.Kind() == reflect.Slice && isBlock(t.Elem()):
		return "list of blocks"
	case t.Kind() == reflect.Slice:
		return "list of " + typeName(t.Elem(), words) + "s"
	case t.Kind() == reflect.String:
		return text
	case t.Kind() == reflect.Bool:
		return "true or false"
	case t.Kind() == reflect.Float64:
		return "number"
	default:
		return "whole number"
	}
}

// textOf returns the text of a key, from the doc comment of its field.
func textOf(f field) string { return keyTexts[f.owner.String()+"."+f.name] }

// indices matches the indices of a path.
var indices = regexp.MustCompile(`\[\d*\]`)

// Explain returns the key at a path, followed by the keys inside it if it is a block. An index in
// the path has no effect. If there is no such key, the error is an *[Error] that names the nearest
// one.
func Explain(path string) ([]Key, error) {
	path = indices.ReplaceAllString(path, "[]")
	var found []Key
	for _, k := range Keys() {
		if covers(path, k.Path) || strings.TrimSuffix(path, "[]") == k.Path {
			found = append(found, k)
		}
	}
	if path == "" || len(found) == 0 {
		return nil, noSuchKey(path)
	}
	return found, nil
}

// noSuchKey returns the error for a path that is not a key.
func noSuchKey(path string) *Error {
	keys := Keys()
	block := ""
	for step := range strings.SplitSeq(path, ".") {
		inner := joinPath(block, step)
		if !slices.ContainsFunc(keys, func(k Key) bool { return covers(inner, k.Path) }) {
			break
		}
		block = inner
	}
	var children, all []string
	for _, k := range keys {
		all = append(all, k.Path)
		if outer := parentPath(k.Path); outer == block || strings.TrimSuffix(outer, "[]") == block {
			children = append(children, lastOf(k.Path))
		}
	}
	problem := Problem{File: commandLine, Path: path}
	switch near := nearestPath(path, block, children, all); {
	case len(children) == 0:
		problem.Message = block + " holds a single value; it has no keys"
	case near != "":
		problem.Message = fmt.Sprintf("unknown key, did you mean %q? keys here: %s", near,
			strings.Join(children, ", "))
	default:
		problem.Message = "unknown key; keys here: " + strings.Join(children, ", ")
	}
	return &Error{Problems: []Problem{problem}}
}

// nearestPath returns the path that an unknown one probably stands for: a key of the block, or a
// key elsewhere with the same last name. It is empty if there is none.
func nearestPath(path, block string, children, all []string) string {
	wrong, beyond, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(path, block), "."), ".")
	if near := nearest(wrong, children); near != "" {
		near = joinPath(block, near)
		if beyond != "" && slices.Contains(all, near+"."+beyond) {
			near += "." + beyond
		}
		return near
	}
	for _, elsewhere := range all {
		if lastOf(elsewhere) == foldCase(lastOf(path)) {
			return elsewhere
		}
	}
	return nearest(path, all)
}

// lastOf returns the last name of a path.
func lastOf(path string) string { return path[strings.LastIndex(path, ".")+1:] }
