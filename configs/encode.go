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

	"gopkg.in/yaml.v3"

	"sparker/twosample/baselines"
)

// baselinesKey is the block of the options of baselines.
const baselinesKey = "baselines"

// optional holds the keys that the canonical form leaves out if they are zero, in addition to those
// inside data.signal and data.files.
var optional = []string{"description", "data.dim", "data.files", "data.signal",
	"toys.fractions", "toys.auto", "record.leading", "record.places", "train.ridges",
	weightsKey, weightsKey + ".spread", weightsKey + ".negative", nuisancesKey,
	columnsKey, columnsKey + "[].label", columnsKey + "[].unit",
	nuisancesKey + "[].at", nuisancesKey + "[].ignore", membersKey, "test.groups",
	"test.across", "test.rows_fdr", "test.extrapolate",
	"test.members[].model", "test.members[].loss", "test.members[].train",
	"test.members[].statistics", "test.members[].train.ridges", "test.groups[].name",
	"test.groups[].members", "test.groups[].statistics", "test.groups[].weight",
	"test.groups[].combine"}

// isOptional reports whether a key is left out if its value is zero.
func isOptional(path string) bool {
	return slices.Contains(optional, indices.ReplaceAllString(path, "[]"))
}

// YAML returns the resolved config in its canonical form: every key in a fixed order, with its
// value. Keys that do not apply, such as those of another kind of signal, are left out. So are
// blocks of baselines that hold only defaults. Loading the text gives the same experiment. YAML
// fails for numbers that are not finite and for text that is not UTF-8.
func (e Experiment) YAML() ([]byte, error) { return Single(e).YAML() }

// Digest returns the SHA-256, in hex, of the canonical YAML without the description. It identifies
// what the experiment computes. Digest fails if YAML does.
func (e Experiment) Digest() (string, error) { return Single(e).Digest() }

// selection says which keys of a block are written.
type selection int

const (
	allKeys selection = iota
	setKeys           // those with a value other than zero
)

// encode returns the node of the value at a path, with the selected keys of blocks.
func encode(v reflect.Value, path string, keys selection) (*yaml.Node, error) {
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
		if slices.Contains(replaced, v.Type()) {
			keys = setKeys
		}
		for _, f := range fields(v.Type()) {
			inner, field := joinPath(path, f.key), v.FieldByIndex(f.index)
			if isEmpty(field) && (keys == setKeys || isOptional(inner)) ||
				isDefault(field, inner) {
				continue
			}
			value, err := encode(field, inner, keys)
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
			value, err := encode(v.Index(i), fmt.Sprintf("%s[%d]", path, i), keys)
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
		return &yaml.Node{Kind: yaml.ScalarNode, Value: formatNumber(v.Float())}, nil
	case reflect.String:
		return checkedTextNode(v.String(), path)
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

// isDefault reports whether the value at a path is the options of a baseline, or those of all
// baselines, and holds only defaults.
func isDefault(v reflect.Value, path string) bool {
	name, inside := strings.CutPrefix(path, baselinesKey+".")
	switch {
	case path == baselinesKey && v.IsZero():
		return true
	case path == baselinesKey:
		return !slices.ContainsFunc(fields(v.Type()), func(f field) bool {
			return !isDefault(v.FieldByIndex(f.index), joinPath(path, f.key))
		})
	case !inside || v.Kind() != reflect.Struct:
		return false
	}
	usual, _ := lookUp(reflect.ValueOf(baselines.Default()), name)
	return reflect.DeepEqual(v.Interface(), usual.Interface())
}

// isEmpty reports whether a value is zero or a list without elements.
func isEmpty(v reflect.Value) bool {
	return v.IsZero() || v.Kind() == reflect.Slice && v.Len() == 0
}

// checkedTextNode returns the node of a string. The encoder adds quotes if the text would be read
// as something else.
func checkedTextNode(s, path string) (*yaml.Node, error) {
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
