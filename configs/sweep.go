package configs

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// SweepConfig is the `sweep` block of a config: what is varied around the experiment that the other
// blocks describe. Its cells are all combinations of one arm of every axis of Grid, one step of
// Zip, and one entry of List, less those that Exclude names.
type SweepConfig struct {
	// Grid are axes that are varied independently of each other.
	Grid []Axis
	// Zip are axes that advance together; all have the same number of arms.
	Zip []Axis
	// List are arms that are written out one by one: an axis of the name [ListAxis].
	List []Arm
	// Exclude takes cells out.
	Exclude []Exclusion
}

// ListAxis is the name of the axis that the entries of a sweep's list make up.
const ListAxis = "arm"

// Axis is one thing that is varied: a key, or several keys that vary together under a name of the
// config's own.
type Axis struct {
	// Name is a key path such as loss.kind, or a name that is no key.
	Name string
	Arms []Arm
}

// Arm is one value of an axis.
type Arm struct {
	// Label names the arm in tables and figures: by default, its value.
	Label string
	// Values are the keys that the arm sets.
	Values []Assignment
}

// Assignment is a key and the value, as YAML, that an arm sets it to.
type Assignment struct {
	Path string
	node *yaml.Node
	at   position
}

// Exclusion names the cells that are left out: those whose label is among the given ones on every
// axis that is named.
type Exclusion struct {
	Axes []ExcludedLabels
}

// ExcludedLabels are labels of one axis.
type ExcludedLabels struct {
	Axis   string
	Labels []string
}

// Empty says that nothing is varied.
func (s SweepConfig) Empty() bool { return len(s.Grid) == 0 && len(s.Zip) == 0 && len(s.List) == 0 }

// Axes are the axes of the sweep in the order of the config: the grid's, the zipped ones, the list.
func (s SweepConfig) Axes() []Axis {
	axes := slices.Concat(s.Grid, s.Zip)
	if len(s.List) > 0 {
		axes = append(axes, Axis{Name: ListAxis, Arms: s.List})
	}
	return axes
}

// ArmName names an arm by its axis and its label.
type ArmName struct{ Axis, Label string }

// AxisOf returns the name of the first axis that sets a key, and the labels of its arms; empty where
// none does.
func (s SweepConfig) AxisOf(path string) (axis string, labels []string) {
	for _, a := range s.Axes() {
		for _, arm := range a.Arms {
			for _, v := range arm.Values {
				if covers(v.Path, path) {
					return a.Name, labelsOf(a.Arms)
				}
			}
		}
	}
	return "", nil
}

// combination is one cell before its config is resolved.
type combination struct {
	arms   []ArmName
	values []Assignment
}

// combinations are the cells of the sweep, the last axis varying fastest.
func (s SweepConfig) combinations() []combination {
	all := []combination{{}}
	extend := func(steps [][]Arm, axes []Axis) {
		var next []combination
		for _, c := range all {
			for _, step := range steps {
				n := combination{slices.Clone(c.arms), slices.Clone(c.values)}
				for i, arm := range step {
					n.arms = append(n.arms, ArmName{axes[i].Name, arm.Label})
					n.values = append(n.values, arm.Values...)
				}
				next = append(next, n)
			}
		}
		all = next
	}
	for _, axis := range s.Grid {
		extend(single(axis.Arms), []Axis{axis})
	}
	if len(s.Zip) > 0 {
		steps := make([][]Arm, len(s.Zip[0].Arms))
		for i := range steps {
			for _, axis := range s.Zip {
				steps[i] = append(steps[i], axis.Arms[i])
			}
		}
		extend(steps, s.Zip)
	}
	if len(s.List) > 0 {
		extend(single(s.List), []Axis{{Name: ListAxis}})
	}
	return slices.DeleteFunc(all, func(c combination) bool {
		return slices.ContainsFunc(s.Exclude,
			func(e Exclusion) bool { return e.matches(c.arms) })
	})
}

// single makes a step of every arm.
func single(arms []Arm) [][]Arm {
	steps := make([][]Arm, len(arms))
	for i, arm := range arms {
		steps[i] = []Arm{arm}
	}
	return steps
}

// matches says whether an exclusion takes a cell out.
func (e Exclusion) matches(arms []ArmName) bool {
	for _, excluded := range e.Axes {
		if !slices.ContainsFunc(arms, func(s ArmName) bool {
			return s.Axis == excluded.Axis && slices.Contains(excluded.Labels, s.Label)
		}) {
			return false
		}
	}
	return true
}

// sweepKeys are the keys of the sweep block.
var sweepKeys = []string{"grid", "zip", "list", "exclude"}

// The most cells that a sweep may have: more are a slip.
const maxCells = 2000

// sweep reads the sweep block.
func (d *decoder) sweep(n *yaml.Node) SweepConfig {
	var s SweepConfig
	if n.Kind != yaml.MappingNode {
		d.report(d.at(n), "sweep", "is "+describe(n)+"; want a block with the keys "+strings.Join(
			sweepKeys, ", "))
		return s
	}
	d.entries(n, "sweep", func(key string, at position, value *yaml.Node) {
		path := "sweep." + key
		switch key {
		case "grid":
			s.Grid = d.axes(value, path)
		case "zip":
			s.Zip = d.axes(value, path)
		case "list":
			s.List = d.armList(value, path)
		case "exclude":
			s.Exclude = d.exclusions(value, path)
		default:
			hint := ";"
			if near := nearest(key, sweepKeys); near != "" {
				hint = fmt.Sprintf(", did you mean %q?", near)
			}
			d.report(at, path, "unknown key"+hint+" allowed here: "+strings.Join(sweepKeys, ", "))
		}
	})
	return s
}

// entries calls f with every key and value of a mapping, and reports keys that are no text or are
// there twice.
func (d *decoder) entries(n *yaml.Node, path string, f func(key string, at position,
	value *yaml.Node)) {
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		value = aliased(value)
		switch {
		case key.Kind != yaml.ScalarNode || key.ShortTag() == "!!merge":
			d.report(d.at(key), path, "has "+describe(key)+" in the place of a key")
		case seen[key.Value]:
			d.report(d.at(key), join(path, key.Value), "is set twice")
		default:
			seen[key.Value] = true
			f(key.Value, d.at(key), value)
		}
	}
}

// axes reads the axes of a grid or a zip.
func (d *decoder) axes(n *yaml.Node, path string) []Axis {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		d.report(d.at(n), path, "is "+describe(n)+"; want a block of axes, such as loss.kind: "+
			"[np, bce]")
		return nil
	}
	var axes []Axis
	d.entries(n, path, func(name string, at position, value *yaml.Node) {
		if axis, ok := d.axis(name, at, value, path+"."+name); ok {
			axes = append(axes, axis)
		}
	})
	return axes
}

// axis reads one axis: a list of values of a key, a mapping of labels to values of a key, or a
// mapping of labels to blocks of keys.
func (d *decoder) axis(name string, at position, n *yaml.Node, path string) (Axis, bool) {
	axis := Axis{Name: name}
	_, isKey := lookUp(d.root, name)
	isKey = isKey && !strings.Contains(name, "[")
	before := len(d.problems)
	switch {
	case name == presetKey && n.Kind == yaml.SequenceNode:
		for _, value := range n.Content {
			axis.Arms = append(axis.Arms, Arm{Label: label(value),
				Values: d.preset(value, d.at(value))})
		}
	case isKey && n.Kind == yaml.SequenceNode:
		for _, value := range n.Content {
			value = aliased(value)
			axis.Arms = append(axis.Arms, Arm{Label: label(value),
				Values: []Assignment{{name, value, d.at(value)}}})
		}
	case isKey && n.Kind == yaml.MappingNode:
		d.entries(n, path, func(key string, at position, value *yaml.Node) {
			axis.Arms = append(axis.Arms, Arm{Label: key, Values: []Assignment{{name, value, at}}})
		})
	case isKey:
		d.report(at, path, "is "+describe(
			n)+"; want a list of values of "+name+", or a block that gives each a label")
	case strings.Contains(name, ".") || n.Kind != yaml.MappingNode:
		d.target(at, name) // reports that there is no such key, and the nearest one
	default:
		d.entries(n, path, func(key string, at position, value *yaml.Node) {
			axis.Arms = append(axis.Arms, Arm{Label: key, Values: d.overlay(value, path+"."+key)})
		})
	}
	if len(d.problems) == before && len(axis.Arms) == 0 {
		d.report(at, path, "has no values")
	}
	d.checkLabels(axis.Arms, at, path)
	return axis, len(d.problems) == before
}

// overlay reads a block of key paths and values.
func (d *decoder) overlay(n *yaml.Node, path string) []Assignment {
	if n.Kind != yaml.MappingNode || len(n.Content) == 0 {
		d.report(d.at(n), path, "is "+describe(n)+"; want a block of key paths and values, such "+
			"as {train.epochs: 300}")
		return nil
	}
	var values []Assignment
	d.entries(n, path, func(key string, at position, value *yaml.Node) {
		values = set(values, d.assignments(key, at, value))
	})
	return values
}

// assignments are what one key of an arm sets: itself, or what a preset sets. A key that there is
// not is reported.
func (d *decoder) assignments(key string, at position, value *yaml.Node) []Assignment {
	if key == presetKey {
		return d.preset(value, at)
	}
	if _, ok := d.target(at, key); ok {
		return d.leaves(Assignment{key, value, at})
	}
	return nil
}

// leaves takes an assignment to a block apart into those to its keys, so that each key stands for
// itself: a block is merged with what is there, and may be set again in part. A block that cannot
// be taken apart stays, and is reported when it is assigned.
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
		if _, known := find(v.Type(), key.Value); key.Kind != yaml.ScalarNode || !known ||
			seen[key.Value] {
			return []Assignment{a}
		}
		seen[key.Value] = true
		all = append(all, d.leaves(Assignment{join(a.Path, key.Value), n.Content[i+1], a.at})...)
	}
	return all
}

// set adds assignments to those before them; the later one of a key counts.
func set(values, more []Assignment) []Assignment {
	for _, m := range more {
		values = append(slices.DeleteFunc(values,
			func(v Assignment) bool { return v.Path == m.Path }), m)
	}
	return values
}

// armList reads the list of a sweep.
func (d *decoder) armList(n *yaml.Node, path string) []Arm {
	if n.Kind != yaml.SequenceNode || len(n.Content) == 0 {
		d.report(d.at(n), path, "is "+describe(n)+"; want a list of blocks of key paths and "+
			"values, each with a label")
		return nil
	}
	var arms []Arm
	for i, element := range n.Content {
		element = aliased(element)
		inner := fmt.Sprintf("%s[%d]", path, i)
		if element.Kind != yaml.MappingNode {
			d.report(d.at(element), inner,
				"is "+describe(element)+"; want a block of key paths and values, and a label")
			continue
		}
		var arm Arm
		var words []string
		d.entries(element, inner, func(key string, at position, value *yaml.Node) {
			if key == "label" {
				arm.Label = label(value)
				return
			}
			if values := d.assignments(key, at, value); len(values) > 0 {
				arm.Values = set(arm.Values, values)
				words = append(words, key+"="+label(value))
			}
		})
		switch {
		case arm.Label == "" && len(words) > 0:
			arm.Label = strings.Join(words, " ")
		case arm.Label == "":
			arm.Label = "default"
		}
		arms = append(arms, arm)
	}
	d.checkLabels(arms, d.at(n), path)
	return arms
}

// checkLabels refuses labels that are empty, or that two arms of an axis share.
func (d *decoder) checkLabels(arms []Arm, at position, path string) {
	seen := map[string]bool{}
	for _, arm := range arms {
		switch {
		case arm.Label == "":
			d.report(at, path, "has an arm without a label")
		case seen[arm.Label]:
			d.report(at, path, fmt.Sprintf("has two arms %q", arm.Label))
		}
		seen[arm.Label] = true
	}
}

// exclusions reads the exclude list.
func (d *decoder) exclusions(n *yaml.Node, path string) []Exclusion {
	if n.Kind != yaml.SequenceNode {
		d.report(d.at(n), path, "is "+describe(n)+"; want a list of blocks of axes and labels, "+
			"such as {loss.kind: mse, model.softmax: false}")
		return nil
	}
	var all []Exclusion
	for i, element := range n.Content {
		element = aliased(element)
		inner := fmt.Sprintf("%s[%d]", path, i)
		if element.Kind != yaml.MappingNode || len(element.Content) == 0 {
			d.report(d.at(element), inner,
				"is "+describe(element)+"; want a block of axes and labels")
			continue
		}
		var e Exclusion
		d.entries(element, inner, func(key string, at position, value *yaml.Node) {
			labels := []string{label(value)}
			if value.Kind == yaml.SequenceNode {
				labels = nil
				for _, v := range value.Content {
					labels = append(labels, label(v))
				}
			}
			e.Axes = append(e.Axes, ExcludedLabels{key, labels})
		})
		all = append(all, e)
	}
	return all
}

// aliased is the node that an alias stands for, or the node itself.
func aliased(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

// label is the text of a value on one line.
func label(n *yaml.Node) string {
	n = aliased(n)
	if n.Kind == yaml.ScalarNode {
		return n.Value
	}
	text, err := yaml.Marshal(clean(n))
	if err != nil {
		return describe(n)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// clean is a copy of a value without its comments, anchors and layout.
func clean(n *yaml.Node) *yaml.Node {
	n = aliased(n)
	c := &yaml.Node{Kind: n.Kind, Tag: n.Tag, Value: n.Value}
	if n.Kind != yaml.ScalarNode {
		c.Tag, c.Style = "", yaml.FlowStyle
	}
	for _, inner := range n.Content {
		c.Content = append(c.Content, clean(inner))
	}
	return c
}

// checkSweep reports what is wrong with the sweep as a whole.
func (d *decoder) checkSweep(s SweepConfig, at position) {
	axes := s.Axes()
	for _, axis := range s.Zip {
		if len(axis.Arms) != len(s.Zip[0].Arms) {
			d.report(at, "sweep.zip", fmt.Sprintf("has %d values of %s and %d of %s; axes that "+
				"advance together have the same number",
				len(s.Zip[0].Arms), s.Zip[0].Name, len(axis.Arms), axis.Name))
			return
		}
	}
	for i, axis := range axes {
		for _, other := range axes[:i] {
			if axis.Name == other.Name {
				d.report(at, "sweep", fmt.Sprintf("has two axes of the name %s", axis.Name))
			} else if path := overlap(axis, other); path != "" {
				d.report(at, "sweep", fmt.Sprintf("sets %s on two axes, %s and %s", path,
					other.Name, axis.Name))
			}
		}
	}
	cells := len(s.List)
	if cells == 0 {
		cells = 1
	}
	if len(s.Zip) > 0 {
		cells *= len(s.Zip[0].Arms)
	}
	for _, axis := range s.Grid {
		if cells *= len(axis.Arms); cells > maxCells {
			break
		}
	}
	if cells > maxCells {
		d.report(at, "sweep", fmt.Sprintf("has more than %d cells", maxCells))
		return
	}
	for i, e := range s.Exclude {
		path := fmt.Sprintf("sweep.exclude[%d]", i)
		if d.checkExclusion(e, axes, at, path) && !slices.ContainsFunc((SweepConfig{Grid: s.Grid,
			Zip: s.Zip, List: s.List}).combinations(),
			func(c combination) bool { return e.matches(c.arms) }) {
			d.report(at, path, "takes out no cell")
		}
	}
	if len(s.combinations()) == 0 {
		d.report(at, "sweep.exclude", "takes out every cell")
	}
}

// checkExclusion reports axes and labels that the sweep does not have.
func (d *decoder) checkExclusion(e Exclusion, axes []Axis, at position, path string) bool {
	names := make([]string, len(axes))
	for i, axis := range axes {
		names[i] = axis.Name
	}
	for _, excluded := range e.Axes {
		i := slices.Index(names, excluded.Axis)
		if i < 0 {
			hint := ";"
			if near := nearest(excluded.Axis, names); near != "" {
				hint = fmt.Sprintf(", did you mean %q?", near)
			}
			d.report(at, path, fmt.Sprintf("names %s, which is no axis of the sweep%s axes: %s",
				excluded.Axis, hint, strings.Join(names, ", ")))
			return false
		}
		labels := labelsOf(axes[i].Arms)
		for _, l := range excluded.Labels {
			if !slices.Contains(labels, l) {
				d.report(at, path, fmt.Sprintf("names %s=%s; its labels are %s", excluded.Axis, l,
					strings.Join(labels, ", ")))
				return false
			}
		}
	}
	return true
}

func labelsOf(arms []Arm) []string {
	labels := make([]string, len(arms))
	for i, arm := range arms {
		labels[i] = arm.Label
	}
	return labels
}

// overlap is a key that arms of both axes set, or empty.
func overlap(a, b Axis) string {
	for _, x := range a.Arms {
		for _, y := range b.Arms {
			for _, v := range x.Values {
				for _, w := range y.Values {
					if covers(v.Path, w.Path) || covers(w.Path, v.Path) {
						return v.Path
					}
				}
			}
		}
	}
	return ""
}
