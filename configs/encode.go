package configs

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"sparker/twosample/baselines"

	"gopkg.in/yaml.v3"
)

// baselinesKey is the block of what baselines are told.
const baselinesKey = "baselines"

// optional are the keys outside of data.signal and data.files that are left out where they are
// zero, that is, do not apply.
var optional = []string{"description", "data.dim", "data.files", "data.signal", "toys.fractions",
	"record.leading"}

// YAML writes the resolved config in its canonical form: every key in its fixed order, with its
// value; only what does not apply, such as the keys of another kind of signal, is left out, and
// blocks of baselines that hold nothing but defaults. Loading the text gives the same experiment.
// It fails for a number that is not finite and for text that is not UTF-8.
func (e Experiment) YAML() ([]byte, error) { return Single(e).YAML() }

// Digest identifies what the experiment computes: the SHA-256, in hex, of its canonical YAML
// without the description. It fails where YAML does.
func (e Experiment) Digest() (string, error) { return Single(e).Digest() }

// encode is the node of the value at a path. With sparse, zero values are left out of blocks.
func encode(v reflect.Value, path string, sparse bool) (*yaml.Node, error) {
	if m, ok := v.Interface().(yaml.Marshaler); ok {
		x, err := m.MarshalYAML()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		v = reflect.ValueOf(x)
	}
	switch v.Kind() {
	case reflect.Struct:
		n := &yaml.Node{Kind: yaml.MappingNode}
		sparse = sparse || slices.Contains(replaced, v.Type())
		for _, f := range fields(v.Type()) {
			inner, field := join(path, f.key), v.FieldByIndex(f.index)
			if isEmpty(field) && (sparse || slices.Contains(optional, inner)) ||
				isUntold(field, inner) {
				continue
			}
			value, err := encode(field, inner, sparse)
			if err != nil {
				return nil, err
			}
			// toys.null needs quotes for other readers
			key := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: f.key}
			n.Content = append(n.Content, key, value)
		}
		return n, nil
	case reflect.Slice:
		n := &yaml.Node{Kind: yaml.SequenceNode}
		if !isBlock(v.Type().Elem()) {
			n.Style = yaml.FlowStyle
		}
		for i := range v.Len() {
			value, err := encode(v.Index(i), fmt.Sprintf("%s[%d]", path, i), sparse)
			if err != nil {
				return nil, err
			}
			n.Content = append(n.Content, value)
		}
		return n, nil
	case reflect.Float64:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return nil, fmt.Errorf("%s is %v; a config holds finite numbers only", path, x)
		}
		return &yaml.Node{Kind: yaml.ScalarNode, Value: plain(v.Float())}, nil
	case reflect.String:
		return text(v.String(), path)
	case reflect.Bool:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatBool(v.Bool())}, nil
	case reflect.Int:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatInt(v.Int(), 10)}, nil
	case reflect.Uint64:
		return &yaml.Node{Kind: yaml.ScalarNode, Value: strconv.FormatUint(v.Uint(), 10)}, nil
	default:
		panic("configs: no rule for values of type " + v.Type().String())
	}
}

// isUntold says whether a value is a block of baselines that holds nothing but defaults, or the
// block of all of them without anything else.
func isUntold(v reflect.Value, path string) bool {
	name, inside := strings.CutPrefix(path, baselinesKey+".")
	switch {
	case path == baselinesKey && v.IsZero():
		return true
	case path == baselinesKey:
		return !slices.ContainsFunc(fields(v.Type()),
			func(f field) bool { return !isUntold(v.FieldByIndex(f.index), join(path, f.key)) })
	case !inside || v.Kind() != reflect.Struct:
		return false
	}
	usual, _ := lookUp(reflect.ValueOf(baselines.Default()), name)
	return reflect.DeepEqual(v.Interface(), usual.Interface())
}

// isEmpty says whether a value is zero or a list without elements.
func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice &&
		v.Len() == 0
}

// text is the node of a string; the encoder adds quotes where the text would be read as something
// else.
func text(s, path string) (*yaml.Node, error) {
	if !utf8.ValidString(s) {
		return nil, fmt.Errorf("%s is %q; a config holds UTF-8 text only", path, s)
	}
	n := &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
	unprintable := strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
	// the encoder leaves << bare, and the parser takes it for a merge key
	if unprintable || s == "<<" {
		n.Style = yaml.DoubleQuotedStyle
	}
	return n, nil
}
