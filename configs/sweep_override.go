package configs

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// overrideTests applies an override of the form tests=[...]. It returns whether the override has
// this form.
func (d *decoder) overrideTests(s *SweepConfig, override string) bool {
	n, found := d.overrideNode(override, testsKey, "[method, method, ...]")
	if n != nil {
		d.tests(s, position{file: commandLine}, n)
	}
	return found
}

// overrideNode returns the value of an override of a key that is not a value of an experiment, and
// whether the override is of this key. The value is nil, and reported, if it cannot be read.
func (d *decoder) overrideNode(override, key, example string) (n *yaml.Node, found bool) {
	name, value, found := strings.Cut(override, "=")
	if !found || strings.TrimSpace(name) != key {
		return nil, false
	}
	d.file = commandLine
	n, problem := parseYAML([]byte(value))
	switch {
	case problem != nil:
		d.report(position{file: commandLine}, key, problem.Message)
		return nil, true
	case n == nil:
		d.report(position{file: commandLine}, key, "has no value; want "+key+"="+example)
	}
	return n, true
}

// overrideAxis applies an override of the form axis=value to the sweep. If the axis is a key, it
// leaves the sweep, and the key remains to be set like any other. If it has a name of its own, the
// keys of the arm of that label are set. The result says whether the override is dealt with.
func (d *decoder) overrideAxis(s *SweepConfig, override string) bool {
	name, value, found := strings.Cut(override, "=")
	name = strings.TrimSpace(name)
	if !found {
		return false
	}
	_, isKey := lookUp(d.root, name)
	if isKey && d.reportSwept(*s, name) {
		return true
	}
	i := slices.IndexFunc(s.Axes(), func(a Axis) bool { return a.Name == name })
	if i < 0 {
		return false
	}
	axis := s.Axes()[i]
	if isKey {
		s.drop(name, value)
		return false
	}
	arm := axis.arm(value)
	if arm < 0 {
		d.reportNoArm(axis, value)
		return true
	}
	s.drop(name, value)
	for _, v := range axis.Arms[arm].Values {
		d.assign(v)
	}
	return true
}

// reportSwept reports a key that an axis of another name sets. It returns whether there is one.
func (d *decoder) reportSwept(s SweepConfig, key string) bool {
	for _, axis := range s.Axes() {
		if axis.Name == key {
			continue
		}
		for _, arm := range axis.Arms {
			for _, v := range arm.Values {
				if covers(v.Path, key) || covers(key, v.Path) {
					d.report(position{file: commandLine}, key,
						fmt.Sprintf("is set by the sweep's axis %s; pick one of its arms: "+
							"%s=LABEL, of %s", axis.Name, axis.Name,
							strings.Join(axis.Labels(), ", ")))
					return true
				}
			}
		}
	}
	return false
}

// reportNoArm reports a label of the command line that no arm of the axis has.
func (d *decoder) reportNoArm(axis Axis, label string) {
	d.report(position{file: commandLine}, axis.Name, fmt.Sprintf("is %q; the axis has the arms %s",
		label, strings.Join(axis.Labels(), ", ")))
}

// addAxis reads an axis of the command line, key.path=value,value,..., and adds it to the grid.
func (d *decoder) addAxis(s *SweepConfig, text string) {
	d.file = commandLine
	at := position{file: commandLine}
	name, values, found := strings.Cut(text, "=")
	name = strings.TrimSpace(name)
	if !found || name == "" {
		d.report(at, "", fmt.Sprintf("%q is not a sweep; want key.path=value,value,..., such as "+
			"model.kernels=3,5,10", text))
		return
	}
	if d.keepArms(s, name, values) {
		return
	}
	if name != presetKey {
		if _, ok := d.target(at, name); !ok {
			return
		}
	}
	n, problem := parseYAML([]byte("[" + values + "]"))
	if problem != nil || n == nil || n.Kind != yaml.SequenceNode {
		message := fmt.Sprintf("%q is not a list of values; want value,value,...", values)
		if len(values) > maxQuoted {
			message = "is not a list of values; want value,value,..."
		}
		d.report(at, name, message)
		return
	}
	if axis, ok := d.axis(entry{name, name, at, n}); ok {
		s.replace(axis)
	}
}

// keepArms keeps the named arms of an axis with a name of its own, in the order of the names. It
// returns whether there is such an axis.
func (d *decoder) keepArms(s *SweepConfig, name, labels string) bool {
	if _, isKey := lookUp(d.root, name); isKey {
		return false
	}
	arms, ok := s.armsOf(name)
	if !ok {
		return false
	}
	axis, kept := Axis{name, *arms}, Axis{Name: name}
	for label := range strings.SplitSeq(labels, ",") {
		label = strings.TrimSpace(label)
		i := axis.arm(label)
		if i < 0 {
			d.reportNoArm(axis, label)
			return true
		}
		kept.Arms = append(kept.Arms, axis.Arms[i])
	}
	*arms = kept.Arms
	s.forget(kept)
	d.checkLabels(kept, position{file: commandLine}, name)
	return true
}

// armsOf returns a pointer to the arms of an axis, and whether the axis exists.
func (s *SweepConfig) armsOf(name string) (*[]Arm, bool) {
	if name == ListAxis && len(s.List) > 0 {
		return &s.List, true
	}
	for _, axes := range [][]Axis{s.Grid, s.Zip} {
		for i := range axes {
			if axes[i].Name == name {
				return &axes[i].Arms, true
			}
		}
	}
	return nil, false
}

// replace adds an axis to the grid, instead of the one of its name if there is one. Exclusions of
// labels that both have remain.
func (s *SweepConfig) replace(axis Axis) {
	exclude := s.Exclude
	if slices.ContainsFunc(s.Axes(), func(a Axis) bool { return a.Name == axis.Name }) {
		s.drop(axis.Name, "")
		s.Exclude = exclude
		s.forget(axis)
	}
	s.Grid = append(s.Grid, axis)
}

// drop removes an axis from the sweep, of which the arm of the given label remains. Exclusions of
// other arms no longer apply.
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

// forget removes labels that the axis no longer has from the exclusions.
func (s *SweepConfig) forget(axis Axis) {
	var exclude []Exclusion
	for _, e := range s.Exclude {
		var rest Exclusion
		holds := true
		for _, x := range e.Axes {
			if x.Axis == axis.Name {
				x.Labels = slices.DeleteFunc(slices.Clone(x.Labels),
					func(l string) bool { return axis.arm(l) < 0 })
				holds = holds && len(x.Labels) > 0
			}
			rest.Axes = append(rest.Axes, x)
		}
		if holds {
			exclude = append(exclude, rest)
		}
	}
	s.Exclude = exclude
}
