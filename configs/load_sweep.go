package configs

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Sweep is a whole config: one experiment, or those that a sweep makes of it.
type Sweep struct {
	// Base is the experiment that the config describes without its sweep. Where there is a sweep,
	// it need not be possible by itself.
	Base   Experiment
	Config SweepConfig
	// Cells are the experiments, all of them valid; a config without a sweep has one, its Base.
	Cells []Cell
}

// Cell is one experiment of a sweep and the arm that it takes on every axis of the sweep.
type Cell struct {
	Arms       []ArmName
	Experiment Experiment
}

// Single is the sweep of one experiment.
func Single(e Experiment) Sweep { return Sweep{Base: e, Cells: []Cell{{Experiment: e}}} }

// LoadSweep reads a config like [Load], with its sweep. An override of a swept key takes that axis
// out of the sweep; one of the form axis=label picks an arm of an axis that is no key. Each of the
// sweeps, of the form key.path=value,value,..., adds an axis to the grid, in place of the one of
// that name; one of the form axis=label,label,... keeps those arms of an axis that is no key.
func LoadSweep(nameOrPath string, overrides, sweeps []string) (Sweep, error) {
	file, text, err := read(nameOrPath)
	if err != nil {
		return Sweep{}, err
	}
	return LoadSweepBytes(file, text, overrides, sweeps)
}

// LoadSweepBytes is [LoadSweep] for a text that is in memory already.
func LoadSweepBytes(filename string, text []byte, overrides, sweeps []string) (Sweep, error) {
	if len(text) > maxSize {
		return Sweep{}, failure(filename, tooLarge)
	}
	s := Sweep{Base: Defaults()}
	d := newDecoder(&s.Base)
	at := position{file: commandLine}
	overrides = d.applyPreset(filename, text, overrides)
	isYAML := d.text(filename, text)
	if n := d.sweepNode; n != nil {
		at = d.at(n)
		s.Config = d.sweep(n)
	}
	if n := d.testsNode; n != nil {
		at = d.at(n)
		d.tests(&s.Config, at, n)
	}
	for _, o := range overrides {
		if !d.listed(&s.Config, o) && !d.pick(&s.Config, o) {
			d.override(o)
		}
	}
	for _, o := range sweeps {
		d.addAxis(&s.Config, o)
	}
	d.settle(&s.Base, s.Config.Empty())
	if len(d.problems) == 0 {
		d.file = filename
		d.checkSweep(s.Config, at)
	}
	switch {
	case s.Config.Empty():
		if isYAML {
			d.check(s.Base.validate)
		}
		s = Single(s.Base)
	case len(d.problems) == 0:
		s.Cells = d.cells(s.Config)
	}
	if len(d.problems) > 0 {
		sortProblems(d.problems)
		return Sweep{}, &Error{d.problems}
	}
	return s, nil
}

// tests puts the two-sample tests of a list into the sweep, in place of an axis that it has for
// them.
func (d *decoder) tests(s *SweepConfig, at position, n *yaml.Node) {
	if axis, ok := d.axis(methodKey, at, n, testsKey); ok {
		s.replace(axis)
	}
}

// listed applies an override of the form tests=[...], and says whether it was one.
func (d *decoder) listed(s *SweepConfig, override string) bool {
	name, value, found := strings.Cut(override, "=")
	if !found || strings.TrimSpace(name) != testsKey {
		return false
	}
	d.file = commandLine
	at := position{file: commandLine}
	n, problem := parse([]byte(value))
	switch {
	case problem != nil:
		d.report(at, testsKey, problem.Message)
	case n == nil:
		d.report(at, testsKey, "has no value; want "+testsKey+"=[method, method, ...]")
	default:
		d.tests(s, at, n)
	}
	return true
}

// pick applies an override of the form axis=value to the sweep, and says whether it was one: of a
// swept key, which then leaves the sweep and is set like any other, or of an axis that is no key,
// whose arm of that label stays.
func (d *decoder) pick(s *SweepConfig, override string) bool {
	name, value, found := strings.Cut(override, "=")
	name = strings.TrimSpace(name)
	if !found {
		return false
	}
	_, isKey := lookUp(d.root, name)
	if isKey {
		for _, axis := range s.Axes() {
			for _, arm := range axis.Arms {
				for _, v := range arm.Values {
					if axis.Name != name && (covers(v.Path, name) || covers(name, v.Path)) {
						d.report(position{file: commandLine}, name,
							fmt.Sprintf("is set by the sweep's axis %s; pick one of its arms: "+
								"%s=LABEL, of %s",
								axis.Name, axis.Name, strings.Join(labelsOf(axis.Arms), ", ")))
						return true
					}
				}
			}
		}
	}
	for _, axis := range s.Axes() {
		if axis.Name != name {
			continue
		}
		if isKey {
			s.drop(name, value)
			return false
		}
		i := slices.Index(labelsOf(axis.Arms), value)
		if i < 0 {
			d.report(position{file: commandLine}, name,
				fmt.Sprintf("is %q; the axis has the arms %s", value,
					strings.Join(labelsOf(axis.Arms), ", ")))
			return true
		}
		s.drop(name, value)
		for _, v := range axis.Arms[i].Values {
			d.assign(v)
		}
		return true
	}
	return false
}

// drop takes an axis out of the sweep, in favor of the arm of the given label. What the sweep
// excludes of that arm stays excluded.
func (s *SweepConfig) drop(name, label string) {
	named := func(a Axis) bool { return a.Name == name }
	s.Grid = slices.DeleteFunc(slices.Clone(s.Grid), named)
	s.Zip = slices.DeleteFunc(slices.Clone(s.Zip), named)
	if name == ListAxis {
		s.List = nil
	}
	var exclude []Exclusion
	for _, e := range s.Exclude {
		var rest Exclusion
		holds := true
		for _, x := range e.Axes {
			if x.Axis != name {
				rest.Axes = append(rest.Axes, x)
			} else {
				holds = slices.Contains(x.Labels, label)
			}
		}
		if holds && len(rest.Axes) > 0 {
			exclude = append(exclude, rest)
		}
	}
	s.Exclude = exclude
}

// replace puts an axis into the grid, in place of the one of its name. What the sweep excludes of
// labels that both have stays excluded.
func (s *SweepConfig) replace(axis Axis) {
	exclude := s.Exclude
	if slices.ContainsFunc(s.Axes(), func(a Axis) bool { return a.Name == axis.Name }) {
		s.drop(axis.Name, "")
		s.Exclude = exclude
		s.forget(axis.Name, labelsOf(axis.Arms))
	}
	s.Grid = append(s.Grid, axis)
}

// addAxis reads an axis of the command line.
func (d *decoder) addAxis(s *SweepConfig, text string) {
	d.file = commandLine
	at := position{file: commandLine}
	name, values, found := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !found || name == "" {
		d.report(at, "", fmt.Sprintf("%q is no sweep; want key.path=value,value,..., such as "+
			"model.kernels=3,5,10", text))
		return
	}
	if d.choose(s, name, values) {
		return
	}
	if name != presetKey {
		if _, ok := d.target(at, name); !ok {
			return
		}
	}
	n, problem := parse([]byte("[" + values + "]"))
	if problem != nil || n == nil || n.Kind != yaml.SequenceNode {
		d.report(at, name, fmt.Sprintf("%q is no list of values; want value,value,...", values))
		return
	}
	if axis, ok := d.axis(name, at, n, name); ok {
		s.replace(axis)
	}
}

// choose keeps the named arms of an axis that is no key, in the order in which they are named, and
// says whether there is such an axis.
func (d *decoder) choose(s *SweepConfig, name, values string) bool {
	if _, isKey := lookUp(d.root, name); isKey {
		return false
	}
	for _, arms := range s.arms(name) {
		var chosen []Arm
		for label := range strings.SplitSeq(values, ",") {
			label = strings.TrimSpace(label)
			i := slices.Index(labelsOf(*arms), label)
			if i < 0 {
				d.report(position{file: commandLine}, name,
					fmt.Sprintf("is %q; the axis has the arms %s", label,
						strings.Join(labelsOf(*arms), ", ")))
				return true
			}
			chosen = append(chosen, (*arms)[i])
		}
		*arms = chosen
		s.forget(name, labelsOf(chosen))
		d.checkLabels(chosen, position{file: commandLine}, name)
		return true
	}
	return false
}

// forget takes labels that an axis no longer has out of what is excluded.
func (s *SweepConfig) forget(name string, kept []string) {
	var exclude []Exclusion
	for _, e := range s.Exclude {
		var rest Exclusion
		holds := true
		for _, x := range e.Axes {
			if x.Axis == name {
				var labels []string
				for _, l := range x.Labels {
					if slices.Contains(kept, l) {
						labels = append(labels, l)
					}
				}
				x.Labels = labels
				holds = holds && len(labels) > 0
			}
			rest.Axes = append(rest.Axes, x)
		}
		if holds {
			exclude = append(exclude, rest)
		}
	}
	s.Exclude = exclude
}

// arms are those of the axis of a name, if there is one, to be changed.
func (s *SweepConfig) arms(name string) []*[]Arm {
	if name == ListAxis && len(s.List) > 0 {
		return []*[]Arm{&s.List}
	}
	for _, axes := range [][]Axis{s.Grid, s.Zip} {
		for i := range axes {
			if axes[i].Name == name {
				return []*[]Arm{&axes[i].Arms}
			}
		}
	}
	return nil
}

// assign sets one key of the config.
func (d *decoder) assign(v Assignment) {
	d.file = v.at.file
	target, ok := d.target(v.at, v.Path)
	if !ok {
		return
	}
	d.enter(v.Path, v.at)
	d.value(v.node, v.at, v.Path, target)
}

// cells resolves and checks every cell of a sweep over the config that has been read. A problem
// that several cells have is reported once.
func (d *decoder) cells(s SweepConfig) []Cell {
	base := d.root.Interface().(Experiment)
	all := s.combinations()
	cells := make([]Cell, 0, len(all))
	type found struct {
		problem Problem
		cells   int
		first   combination
	}
	var problems []found
	for _, c := range all {
		e := base
		cell := newDecoder(&e)
		maps.Copy(cell.written, d.written)
		for _, v := range c.values {
			cell.assign(v)
		}
		cell.prefer(&e, c.values)
		cell.settle(&e, true)
		cell.check(func(r reporter) { e.validate(r) })
		for _, p := range cell.problems {
			i := slices.IndexFunc(problems, func(f found) bool { return f.problem == p })
			if i < 0 {
				i = len(problems)
				problems = append(problems, found{problem: p, first: c})
			}
			problems[i].cells++
		}
		cells = append(cells, Cell{Arms: c.arms, Experiment: e})
	}
	for _, f := range problems {
		p := f.problem
		if f.cells < len(all) {
			words := make([]string, len(f.first.arms))
			for i, s := range f.first.arms {
				words[i] = s.Axis + "=" + s.Label
			}
			where := strings.Join(words, ", ")
			if f.cells > 1 {
				where = fmt.Sprintf("%d of the %d cells, the first: %s", f.cells, len(all), where)
			}
			p.Message += " (in the cell " + where + ")"
		}
		d.problems = append(d.problems, p)
	}
	return cells
}

// YAML writes the resolved config with its sweep, in its canonical form, as [Experiment.YAML] does.
// Loading the text gives the same sweep.
func (s Sweep) YAML() ([]byte, error) {
	n, err := encode(reflect.ValueOf(s.Base), "", false)
	if err != nil {
		return nil, fmt.Errorf("configs: writing %q as YAML: %w", s.Base.Name, err)
	}
	if !s.Config.Empty() {
		n.Content = append(n.Content, textNode("sweep"), s.Config.node())
	}
	var b bytes.Buffer
	encoder := yaml.NewEncoder(&b)
	encoder.SetIndent(2)
	if err := encoder.Encode(n); err != nil {
		return nil, fmt.Errorf("configs: writing %q as YAML: %w", s.Base.Name, err)
	}
	return b.Bytes(), nil
}

// Digest identifies what the sweep computes: the SHA-256, in hex, of its canonical YAML without the
// description.
func (s Sweep) Digest() (string, error) {
	s.Base.Description = ""
	text, err := s.YAML()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

func textNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str",
		Value: s}
}

// node writes the sweep as YAML.
func (s SweepConfig) node() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	for _, part := range []struct {
		key  string
		axes []Axis
	}{{"grid", s.Grid}, {"zip", s.Zip}} {
		if len(part.axes) == 0 {
			continue
		}
		axes := &yaml.Node{Kind: yaml.MappingNode}
		for _, axis := range part.axes {
			axes.Content = append(axes.Content, textNode(axis.Name), axis.node())
		}
		n.Content = append(n.Content, textNode(part.key), axes)
	}
	if len(s.List) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, arm := range s.List {
			block := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle,
				Content: []*yaml.Node{textNode("label"), textNode(arm.Label)}}
			block.Content = append(block.Content, overlayNode(arm.Values).Content...)
			list.Content = append(list.Content, block)
		}
		n.Content = append(n.Content, textNode("list"), list)
	}
	if len(s.Exclude) > 0 {
		list := &yaml.Node{Kind: yaml.SequenceNode}
		for _, e := range s.Exclude {
			block := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
			for _, x := range e.Axes {
				labels := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
				for _, l := range x.Labels {
					labels.Content = append(labels.Content, textNode(l))
				}
				block.Content = append(block.Content, textNode(x.Axis), labels)
			}
			list.Content = append(list.Content, block)
		}
		n.Content = append(n.Content, textNode("exclude"), list)
	}
	return n
}

// node writes an axis: as a list of values where these are the labels, with labels otherwise.
func (a Axis) node() *yaml.Node {
	plain := true
	for _, arm := range a.Arms {
		plain = plain && len(arm.Values) == 1 && arm.Values[0].Path == a.Name &&
			label(arm.Values[0].node) == arm.Label
	}
	if plain {
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, arm := range a.Arms {
			list.Content = append(list.Content, clean(arm.Values[0].node))
		}
		return list
	}
	block := &yaml.Node{Kind: yaml.MappingNode}
	for _, arm := range a.Arms {
		value := overlayNode(arm.Values)
		if len(arm.Values) == 1 && arm.Values[0].Path == a.Name {
			value = clean(arm.Values[0].node)
		}
		block.Content = append(block.Content, textNode(arm.Label), value)
	}
	return block
}

// overlayNode writes assignments as a block of key paths.
func overlayNode(values []Assignment) *yaml.Node {
	block := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, v := range values {
		block.Content = append(block.Content, textNode(v.Path), clean(v.node))
	}
	return block
}
