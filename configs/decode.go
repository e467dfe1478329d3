package configs

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"gopkg.in/yaml.v3"

	"sparker/data/sources"
)

// commandLine is the file name of an override.
const commandLine = "command line"

// position is where a value was written.
type position struct {
	file      string
	line, col int
}

// replaced holds the types of the blocks that replace the values in force as a whole. Other blocks
// are merged with them.
var replaced = []reflect.Type{reflect.TypeFor[sources.Signal](), reflect.TypeFor[sources.Files](),
	reflect.TypeFor[sources.FileSet](), reflect.TypeFor[sources.ReferenceSet](),
	reflect.TypeFor[sources.MoreRows](), reflect.TypeFor[sources.VariedRows](),
	reflect.TypeFor[sources.VariationConfig]()}

// decoder writes YAML into a struct of blocks, key by key, and collects what is wrong. A value that
// cannot be used leaves the one before it in force.
type decoder struct {
	root     reflect.Value // the whole config, a struct that can be set
	file     string        // the name of the text that is read, or commandLine
	problems []Problem
	written  map[string]position // by key path: where the values in force come from
	unknown  map[string]bool     // the blocks that hold an unknown key
	// sweepNode and testsNode are the values of the keys sweep and tests, which only a whole config
	// has. They are decoded after the other keys.
	sweepNode, testsNode *yaml.Node
	combining            combining
	// foreign explains a key that exists in another kind of config. It may be nil.
	foreign func(path string) (message string, ok bool)
}

func newDecoder(config any) *decoder {
	return &decoder{
		root:    reflect.ValueOf(config).Elem(),
		written: make(map[string]position),
		unknown: make(map[string]bool),
	}
}

// at returns the position of a node in the text that is read.
func (d *decoder) at(n *yaml.Node) position {
	if d.file == commandLine {
		return position{file: commandLine}
	}
	return position{d.file, n.Line, n.Column}
}

func (d *decoder) report(at position, path, message string) {
	d.problems = append(d.problems, Problem{File: at.file, Line: at.line, Col: at.col, Path: path,
		Message: message})
}

// forget drops the positions of the values inside a path, before they are replaced.
func (d *decoder) forget(path string) {
	for old := range d.written {
		if old != path && covers(path, old) {
			delete(d.written, old)
		}
	}
}

// text reads a whole file into the config. It returns whether the text is a block of keys.
func (d *decoder) text(file string, text []byte) bool {
	d.file = file
	n, problem := parseYAML(text)
	switch {
	case problem != nil:
		problem.File = file
		d.problems = append(d.problems, *problem)
		return false
	case n == nil:
		d.report(position{file: file}, "",
			"holds nothing; want keys and values, such as name: exp1d")
		return false
	case n.Kind != yaml.MappingNode:
		d.mistyped(n, d.at(n), "", d.root.Type())
		return false
	}
	d.value(n, d.at(n), "", d.root)
	return true
}

// value writes a node into v, the value at path. Messages are reported at the position of the key.
func (d *decoder) value(n *yaml.Node, at position, path string, v reflect.Value) {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	t := v.Type()
	merged := isBlock(t) && !slices.Contains(replaced, t)
	if _, before := d.written[path]; !before || !merged {
		d.written[path] = at
	}
	if message := refusal(n); message != "" {
		if isNull(n) && !decodesItself(t) {
			message = "has no value; want " + describeType(t)
		}
		d.report(at, path, message)
		return
	}
	switch {
	// a list of texts that may be written as numbers
	case decodesItself(t) && t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.String:
		d.selfDecoding(n, at, path, v)
	case t.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		d.list(n, path, v)
	case decodesItself(t):
		d.selfDecoding(n, at, path, v)
	case t.Kind() == reflect.Struct && n.Kind == yaml.MappingNode:
		d.block(n, path, v)
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Struct:
		d.mistyped(n, at, path, t)
	default:
		if message := scalar(n, v); message != "" {
			d.report(at, path, message)
		}
	}
}

func (d *decoder) mistyped(n *yaml.Node, at position, path string, t reflect.Type) {
	wanted := describeType(t)
	if t == d.root.Type() {
		wanted = "a block with the keys " + strings.Join(d.keysOf(t), ", ")
	}
	d.report(at, path, "is "+describeNode(n)+"; want "+wanted)
}

// block writes a mapping into a struct, key by key.
func (d *decoder) block(n *yaml.Node, path string, v reflect.Value) {
	if slices.Contains(replaced, v.Type()) {
		v.SetZero()
		d.forget(path)
	}
	first := make(map[string]position)
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		at := d.at(key)
		if key.Kind == yaml.AliasNode {
			key = key.Alias
		}
		if key.Kind != yaml.ScalarNode {
			d.report(at, path, "has "+describeNode(key)+" as a key; want one of "+
				strings.Join(d.keysOf(v.Type()), ", "))
			continue
		}
		inner := joinPath(path, key.Value)
		if v == d.root && slices.Contains(setAsideKeys, inner) {
			if _, twice := first[inner]; twice {
				d.report(at, inner, "is set twice")
			}
			first[inner] = at
			d.setAside(inner, value)
			continue
		}
		if v.Type() == memberType && key.Value == presetKey {
			continue // it was applied before the other keys
		}
		if key.ShortTag() == "!!merge" {
			d.report(at, inner, "merge keys are not supported; write the keys out, or use an "+
				"alias for a whole value")
			continue
		}
		f, known := fieldOf(v.Type(), key.Value)
		if !known {
			d.reportUnknown(at, unknownKey{block: path, typ: v.Type(), key: key.Value})
			continue
		}
		if before, twice := first[f.key]; twice {
			message := "is set twice"
			if before.line > 0 {
				message += "; the first time on line " + strconv.Itoa(before.line)
			}
			d.report(at, inner, message)
			continue
		}
		first[f.key] = at
		d.value(value, at, inner, v.FieldByIndex(f.index))
	}
}

// setAside keeps the value of a key of a whole config that is not a value of the experiment, to be
// decoded later. A preset is not kept, since it is applied before the text is read.
func (d *decoder) setAside(key string, value *yaml.Node) {
	switch key {
	case sweepKey:
		d.sweepNode = value
	case testsKey:
		d.testsNode = value
	case combineKey:
		d.combining.node, d.combining.at = value, d.at(value)
	}
}

// keysOf returns the keys of a block, including those of a whole config that are not values. The
// sweep is not one of them on the command line, where axes have a form of their own.
func (d *decoder) keysOf(block reflect.Type) []string {
	keys := keyNames(block)
	if block == memberType {
		return append(keys, presetKey)
	}
	if block != d.root.Type() {
		return keys
	}
	keys = append(keys, presetKey)
	if block == reflect.TypeFor[Experiment]() {
		keys = append(keys, testsKey, combineKey)
		if d.file != commandLine {
			keys = append(keys, sweepKey)
		}
	}
	return keys
}

// unknownKey is a key that its block does not have.
type unknownKey struct {
	block  string // the path of the block
	typ    reflect.Type
	key    string
	beyond string // the rest of an override's path, with its leading dot
}

// reportUnknown reports an unknown key, and the key that was probably meant.
func (d *decoder) reportUnknown(at position, u unknownKey) {
	d.unknown[u.block] = true
	inner := joinPath(u.block, u.key) + u.beyond
	if d.foreign != nil {
		if message, ok := d.foreign(inner); ok {
			d.report(at, inner, message)
			return
		}
	}
	keys := d.keysOf(u.typ)
	if len(d.problems) >= maxPrinted { // a suggestion takes time, and nobody will see it
		d.report(at, inner, "unknown key; allowed here: "+strings.Join(keys, ", "))
		return
	}
	hint := ";"
	switch near := suggest(d.root.Type(), keys, u.block, u.key); {
	case near == "":
	case d.file == commandLine:
		if _, ok := lookUp(d.root, near+u.beyond); ok {
			near += u.beyond
		}
		hint = fmt.Sprintf(", did you mean %q?", near)
	case parentPath(near) == u.block:
		hint = fmt.Sprintf(", did you mean %q?", strings.TrimPrefix(near, u.block+"."))
	default:
		hint = fmt.Sprintf(", did you mean the key path %q?", near)
	}
	d.report(at, inner, "unknown key"+hint+" allowed here: "+strings.Join(keys, ", "))
}

// list replaces the elements of a slice by those of a sequence. An empty list becomes a nil slice.
func (d *decoder) list(n *yaml.Node, path string, v reflect.Value) {
	v.SetZero()
	d.forget(path)
	if len(n.Content) == 0 {
		return
	}
	if len(n.Content) > maxElements {
		d.report(d.at(n), path, tooLong(n))
		return
	}
	v.Set(reflect.MakeSlice(v.Type(), len(n.Content), len(n.Content)))
	isMember := v.Type().Elem() == memberType
	for i, element := range n.Content {
		inner := fmt.Sprintf("%s[%d]", path, i)
		if isMember {
			d.setMemberDefaults(aliased(element), inner, v.Index(i))
		}
		d.value(element, d.at(element), inner, v.Index(i))
		if isMember {
			d.completeMember(inner, v.Index(i))
		}
	}
}

// tooLong returns the message for a list of too many elements.
func tooLong(n *yaml.Node) string {
	return fmt.Sprintf("has %d elements; want at most %d", len(n.Content), maxElements)
}

// selfDecoding lets a type decode its own value.
func (d *decoder) selfDecoding(n *yaml.Node, at position, path string, v reflect.Value) {
	if len(n.Content) > maxElements {
		d.report(at, path, tooLong(n))
		return
	}
	fresh := reflect.New(v.Type())
	if err := n.Decode(fresh.Interface()); err != nil {
		d.report(at, path, "is "+describeNode(n)+"; "+err.Error())
		return
	}
	v.Set(fresh.Elem())
}

// leadingZero matches numbers that some readers of YAML take as octal, others as decimal.
var leadingZero = regexp.MustCompile(`^[-+]?0[0-9_]+$`)

// refusal returns what is wrong with a node for a key of any type, or the empty string.
func refusal(n *yaml.Node) string {
	switch tag := n.ShortTag(); {
	case n.Style&yaml.TaggedStyle != 0:
		return "has the YAML tag " + n.Tag + "; tags are not supported"
	case isNull(n):
		return "has no value"
	case n.Kind != yaml.ScalarNode:
		return ""
	case tag == "!!float" && strings.HasPrefix(strings.TrimLeft(n.Value, "+-"), "."):
		var x float64
		if n.Decode(&x) != nil || math.IsNaN(x) || math.IsInf(x, 0) {
			return "is " + n.Value + "; want a finite number"
		}
	case (tag == "!!int" || tag == "!!float") && leadingZero.MatchString(n.Value):
		return "is " + n.Value + "; leave out the leading zero, which may mean an octal number"
	}
	return ""
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// scalar writes a single value into a bool, an integer, a float or a string. It returns what is
// wrong, or the empty string.
func scalar(n *yaml.Node, v reflect.Value) (message string) {
	mistyped := "is " + describeNode(n) + "; want " + describeType(v.Type())
	if n.Kind != yaml.ScalarNode {
		return mistyped
	}
	tag := n.ShortTag()
	switch v.Kind() {
	case reflect.Bool:
		var b bool
		if tag != "!!bool" || n.Decode(&b) != nil {
			return mistyped
		}
		v.SetBool(b)
	case reflect.String:
		if tag != "!!str" && tag != "!!timestamp" {
			return mistyped + " (quotes make it text)"
		}
		v.SetString(n.Value)
	case reflect.Float64:
		var x float64
		if tag != "!!int" && tag != "!!float" || n.Decode(&x) != nil {
			return mistyped
		}
		v.SetFloat(x)
	case reflect.Int, reflect.Uint64:
		var x any
		if tag != "!!int" && tag != "!!float" || n.Decode(&x) != nil {
			return mistyped
		}
		return integer(n, x, v)
	}
	return ""
}

// maxExact is the size up to which a float64 represents every whole number.
const maxExact = 1 << 53

// integer writes x, the number of a node, into an integer. It returns what is wrong, or the empty
// string.
func integer(n *yaml.Node, x any, v reflect.Value) (message string) {
	var negative bool
	var size uint64 // |x|
	switch x := x.(type) {
	case int:
		negative, size = x < 0, uint64(max(x, -x))
	case int64:
		negative, size = x < 0, uint64(max(x, -x))
	case uint64:
		size = x
	case float64:
		if x != math.Trunc(x) {
			return "is " + n.Value + "; want " + describeType(v.Type())
		}
		if math.Abs(x) >= math.MaxUint64 {
			return tooLargeNumber(n)
		}
		if math.Abs(x) > maxExact {
			return "is " + n.Value + "; write a whole number of this size in digits"
		}
		negative, size = x < 0, uint64(math.Abs(x))
	default:
		return "is " + n.Value + "; want " + describeType(v.Type())
	}
	switch {
	case v.Kind() == reflect.Uint64 && negative:
		return "is " + n.Value + "; want " + describeType(v.Type())
	case v.Kind() == reflect.Uint64:
		v.SetUint(size)
	case size > math.MaxInt64 || v.OverflowInt(int64(size)):
		return tooLargeNumber(n)
	case negative:
		v.SetInt(-int64(size))
	default:
		v.SetInt(int64(size))
	}
	return ""
}

func tooLargeNumber(n *yaml.Node) string {
	return "is " + n.Value + "; too large for a whole number here"
}

// maxQuoted is the length, in bytes, of the longest value that a message quotes in full.
const maxQuoted = 60

// describeNode returns what a node is, for a message that begins with "is".
func describeNode(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a block of keys"
	case yaml.SequenceNode:
		return "a list"
	}
	value := n.Value
	if len(value) > maxQuoted {
		value = strings.ToValidUTF8(value[:maxQuoted], "") + "..."
	}
	if n.ShortTag() == "!!str" {
		return strconv.Quote(value)
	}
	return value
}
