package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Keys of a config that are not values of an experiment. The comments of the first four are their
// texts in the reference.
const (
	// presetKey names a recipe: a set of values for the keys of the model, the loss, the training
	// and the test. Keys that the config or the command line sets take precedence over it. paper is
	// the recipe of arXiv:2511.03095, as far as it is published. lead is the recipe of this
	// project: an annealing to half the end width, births of kernels, a ridge, and the lead
	// statistic in addition to t. A preset may also be an axis of a sweep, or stand in an arm.
	presetKey = "preset"
	// testsKey lists two-sample tests to make on the same toys. It is short for an axis test.method
	// of the grid of a sweep.
	testsKey = "tests"
	// combineKey makes one test with one p-value of the tests in the list: the first is
	// test.method, and the others are added to test.members, with the recipe that they have alone.
	// Each has a group of its own, unless test.groups says otherwise. A member that is there
	// already is not added twice.
	combineKey = "combine"
	// sweepKey says what varies. A sweep makes several experiments, its cells, of one config. All
	// of them are resolved and checked before the first toy. Cells that do not differ in data see
	// the same toys, so that they can be compared toy by toy.
	sweepKey = "sweep"

	// methodKey is the key that tests varies.
	methodKey = "test.method"
	// labelKey gives an entry of a sweep's list its label.
	labelKey = "label"
)

// setAsideKeys are the keys of a whole config that are not values of the experiment.
var setAsideKeys = []string{presetKey, testsKey, combineKey, sweepKey}

// sweepKeys holds the keys of the sweep block.
var sweepKeys = keyNames(reflect.TypeFor[SweepConfig]())

// sweepBlock reads the sweep block and the list of tests into s. It returns the position of the
// last of the two that is there.
func (d *decoder) sweepBlock(s *SweepConfig) position {
	at := position{file: commandLine}
	if n := d.sweepNode; n != nil {
		at = d.at(n)
		*s = d.sweep(n)
	}
	if n := d.testsNode; n != nil {
		at = d.at(n)
		d.tests(s, at, n)
	}
	return at
}

// sweep reads the sweep block.
func (d *decoder) sweep(n *yaml.Node) SweepConfig {
	var s SweepConfig
	if n.Kind != yaml.MappingNode {
		d.report(d.at(n), sweepKey, "is "+describeNode(n)+"; want a block with the keys "+
			strings.Join(sweepKeys, ", "))
		return s
	}
	d.entries(n, sweepKey, func(e entry) {
		switch e.key {
		case "grid":
			s.Grid = d.axes(e.value, e.path)
		case "zip":
			s.Zip = d.axes(e.value, e.path)
		case "list":
			s.List = d.armList(e.value, e.path)
		case "exclude":
			s.Exclude = d.exclusions(e.value, e.path)
		default:
			d.report(e.at, e.path, "unknown key"+didYouMean(e.key, sweepKeys)+
				" allowed here: "+strings.Join(sweepKeys, ", "))
		}
	})
	return s
}

// tests adds the axis of the listed two-sample tests to the sweep, or replaces the one that it has
// for them.
func (d *decoder) tests(s *SweepConfig, at position, n *yaml.Node) {
	if axis, ok := d.axis(entry{methodKey, testsKey, at, n}); ok {
		s.replace(axis)
		d.combining.tests, d.combining.testsAt = axis.Arms, at
	}
}

// entry is a key of a mapping and its value.
type entry struct {
	key   string
	path  string // of the key, for messages
	at    position
	value *yaml.Node // never an alias
}

// entries calls f with every entry of the mapping at path. It reports keys that are not text and
// keys that occur twice.
func (d *decoder) entries(n *yaml.Node, path string, f func(entry)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], aliased(n.Content[i+1])
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
			d.report(d.at(key), path, "has "+describeNode(key)+" as a key")
		case seen[key.Value]:
			d.report(d.at(key), joinPath(path, key.Value), "is set twice")
		default:
			seen[key.Value] = true
			f(entry{key.Value, joinPath(path, key.Value), d.at(key), value})
		}
	}
}

// axes reads the axes of a grid or a zip.
func (d *decoder) axes(n *yaml.Node, path string) []Axis {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		d.report(d.at(n), path, "is "+describeNode(n)+"; want a block of axes, such as "+
			"loss.kind: [np, bce]")
		return nil
	}
	if !d.checkCount(d.at(n), path, len(n.Content)/2, countAxes) {
		return nil
	}
	var axes []Axis
	d.entries(n, path, func(e entry) {
		if axis, ok := d.axis(e); ok {
			axes = append(axes, axis)
		}
	})
	return axes
}

// axis reads one axis: a list of values of a key, a block of labels and values of a key, or a block
// of labels and blocks of keys.
func (d *decoder) axis(e entry) (Axis, bool) {
	axis := Axis{Name: e.key}
	_, isKey := lookUp(d.root, e.key)
	isKey = isKey && !strings.Contains(e.key, "[")
	before := len(d.problems)
	switch n := e.value; {
	case !d.checkCount(e.at, e.path, armCount(n), countArms):
		return axis, false
	case e.key == presetKey && n.Kind == yaml.SequenceNode:
		for _, value := range n.Content {
			axis.Arms = append(axis.Arms,
				Arm{Label: labelOf(value), Values: d.preset(value, d.at(value))})
		}
	case isKey && n.Kind == yaml.SequenceNode:
		for _, value := range n.Content {
			value = aliased(value)
			axis.Arms = append(axis.Arms, Arm{Label: labelOf(value),
				Values: []Assignment{{e.key, value, d.at(value)}}})
		}
	case isKey && n.Kind == yaml.MappingNode:
		d.entries(n, e.path, func(arm entry) {
			axis.Arms = append(axis.Arms,
				Arm{Label: arm.key, Values: []Assignment{{e.key, arm.value, arm.at}}})
		})
	case isKey:
		d.report(e.at, e.path, "is "+describeNode(n)+"; want a list of values of "+e.key+
			", or a block that gives each a label")
	case strings.Contains(e.key, ".") || n.Kind != yaml.MappingNode:
		d.target(e.at, e.key) // reports that the key does not exist
	default:
		d.entries(n, e.path, func(arm entry) {
			axis.Arms = append(axis.Arms,
				Arm{Label: arm.key, Values: d.overlay(arm.value, arm.path)})
		})
	}
	if len(d.problems) == before && len(axis.Arms) == 0 {
		d.report(e.at, e.path, "has no values")
	}
	d.checkLabels(axis, e.at, e.path)
	return axis, len(d.problems) == before
}

// armCount returns the number of arms in the value of an axis.
func armCount(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return len(n.Content) / 2
	}
	return len(n.Content)
}

// overlay reads a block of key paths and values.
func (d *decoder) overlay(n *yaml.Node, path string) []Assignment {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		d.report(d.at(n), path, "is "+describeNode(n)+"; want a block of key paths and values, "+
			"such as {train.epochs: 300}")
		return nil
	}
	var values []Assignment
	d.entries(n, path, func(e entry) { values = mergeAssignments(values, d.assignments(e)) })
	return values
}

// assignments returns what one key of an arm sets: itself, or the keys of a preset. A key that does
// not exist is reported.
func (d *decoder) assignments(e entry) []Assignment {
	if e.key == presetKey {
		return d.preset(e.value, e.at)
	}
	if _, ok := d.target(e.at, e.key); ok {
		return d.leaves(Assignment{e.key, e.value, e.at})
	}
	return nil
}

// leaves splits an assignment to a block into assignments to its keys. Blocks are merged key by
// key, so the keys may be set again one by one. A block that cannot be split is returned as it is,
// and reported when it is assigned.
func (d *decoder) leaves(a Assignment) []Assignment {
	v, there := lookUp(d.root, a.Path)
	n := aliased(a.node)
	if !there || !isBlock(v.Type()) || slices.Contains(replaced, v.Type()) ||
		n.Kind != yaml.MappingNode {
		return []Assignment{a}
	}
	var all []Assignment
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := aliased(n.Content[i])
		if _, known := fieldOf(v.Type(), key.Value); key.Kind != yaml.ScalarNode || !known ||
			seen[key.Value] {
			return []Assignment{a}
		}
		seen[key.Value] = true
		path := joinPath(a.Path, key.Value)
		all = append(all, d.leaves(Assignment{path, n.Content[i+1], a.at})...)
	}
	return all
}

// mergeAssignments adds assignments to those before them. The last assignment to a key counts.
func mergeAssignments(values, more []Assignment) []Assignment {
	for _, m := range more {
		values = append(slices.DeleteFunc(values,
			func(v Assignment) bool { return v.Path == m.Path }), m)
	}
	return values
}

// armList reads the list of a sweep.
func (d *decoder) armList(n *yaml.Node, path string) []Arm {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		d.report(d.at(n), path, "is "+describeNode(n)+"; want a list of blocks of key paths and "+
			"values, each with a label")
		return nil
	}
	if !d.checkCount(d.at(n), path, len(n.Content), countArms) {
		return nil
	}
	var arms []Arm
	for i, element := range n.Content {
		element = aliased(element)
		inner := fmt.Sprintf("%s[%d]", path, i)
		if element.Kind != yaml.MappingNode {
			d.report(d.at(element), inner,
				"is "+describeNode(element)+"; want a block of key paths and values, and a label")
			continue
		}
		arms = append(arms, d.listedArm(element, inner))
	}
	d.checkLabels(Axis{ListAxis, arms}, d.at(n), path)
	return arms
}

// listedArm reads an entry of a sweep's list. Its default label is what it sets.
func (d *decoder) listedArm(n *yaml.Node, path string) Arm {
	var arm Arm
	var words []string
	d.entries(n, path, func(e entry) {
		if e.key == labelKey {
			arm.Label = labelOf(e.value)
			return
		}
		if values := d.assignments(e); len(values) > 0 {
			arm.Values = mergeAssignments(arm.Values, values)
			words = append(words, e.key+"="+labelOf(e.value))
		}
	})
	switch {
	case arm.Label == "" && len(words) > 0:
		arm.Label = strings.Join(words, " ")
	case arm.Label == "":
		arm.Label = "default"
	}
	return arm
}

// exclusions reads the list of cells to leave out.
func (d *decoder) exclusions(n *yaml.Node, path string) []Exclusion {
	if n.Kind != yaml.SequenceNode {
		d.report(d.at(n), path, "is "+describeNode(n)+"; want a list of blocks of axes and "+
			"labels, such as {loss.kind: mse, model.softmax: false}")
		return nil
	}
	if !d.checkCount(d.at(n), path, len(n.Content), countExclusions) {
		return nil
	}
	var all []Exclusion
	for i, element := range n.Content {
		element = aliased(element)
		inner := fmt.Sprintf("%s[%d]", path, i)
		if element.Kind != yaml.MappingNode || len(element.Content) == 0 {
			d.report(d.at(element), inner,
				"is "+describeNode(element)+"; want a block of axes and labels")
			continue
		}
		var exclusion Exclusion
		d.entries(element, inner, func(e entry) {
			labels := []string{labelOf(e.value)}
			if e.value.Kind == yaml.SequenceNode {
				labels = nil
				for _, v := range e.value.Content {
					labels = append(labels, labelOf(v))
				}
			}
			exclusion.Axes = append(exclusion.Axes, ExcludedLabels{e.key, labels})
		})
		all = append(all, exclusion)
	}
	return all
}

// aliased returns the node that an alias stands for, or the node itself.
func aliased(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// labelOf returns the text of a value on one line.
func labelOf(n *yaml.Node) string {
	n = aliased(n)
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	text, err := yaml.Marshal(withoutLayout(n))
	if err != nil {
		return describeNode(n)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// withoutLayout returns a copy of a value without its comments, anchors and layout.
func withoutLayout(n *yaml.Node) *yaml.Node {
	n = aliased(n)
	c := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value}
	if n.Kind != yaml.ScalarNode {
		c.Tag, c.Style = "", yaml.FlowStyle
	}
	for _, inner := range n.Content {
		c.Content = append(c.Content, withoutLayout(inner))
	}
	return c
}
