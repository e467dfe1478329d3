package configs

import "gopkg.in/yaml.v3"

// textNode returns the node of a text.
func textNode(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

// node returns the sweep block as YAML.
func (s SweepConfig) node() *yaml.Node {
	n := &yaml.Node{Kind: yaml.MappingNode}
	add := func(key string, value *yaml.Node) {
		if len(value.Content) > 0 {
			n.Content = append(n.Content, textNode(key), value)
		}
	}
	add("grid", axesNode(s.Grid))
	add("zip", axesNode(s.Zip))
	list := &yaml.Node{Kind: yaml.SequenceNode}
	for _, arm := range s.List {
		block := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle,
			Content: []*yaml.Node{textNode(labelKey), textNode(arm.Label)}}
		block.Content = append(block.Content, overlayNode(arm.Values).Content...)
		list.Content = append(list.Content, block)
	}
	add("list", list)
	exclude := &yaml.Node{Kind: yaml.SequenceNode}
	for _, e := range s.Exclude {
		exclude.Content = append(exclude.Content, e.node())
	}
	add("exclude", exclude)
	return n
}

// axesNode returns axes as a block of names and arms.
func axesNode(axes []Axis) *yaml.Node {
	block := &yaml.Node{Kind: yaml.MappingNode}
	for _, axis := range axes {
		block.Content = append(block.Content, textNode(axis.Name), axis.node())
	}
	return block
}

// node returns the arms of the axis: a list of values if these are the labels, and a block of
// labels and values otherwise.
func (a Axis) node() *yaml.Node {
	plain := true
	for _, arm := range a.Arms {
		plain = plain && a.isKeyOf(arm) && labelOf(arm.Values[0].node) == arm.Label
	}
	if plain {
		list := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, arm := range a.Arms {
			list.Content = append(list.Content, withoutLayout(arm.Values[0].node))
		}
		return list
	}
	block := &yaml.Node{Kind: yaml.MappingNode}
	for _, arm := range a.Arms {
		value := overlayNode(arm.Values)
		if a.isKeyOf(arm) {
			value = withoutLayout(arm.Values[0].node)
		}
		block.Content = append(block.Content, textNode(arm.Label), value)
	}
	return block
}

// isKeyOf reports whether the name of the axis is the only key that the arm sets.
func (a Axis) isKeyOf(arm Arm) bool { return len(arm.Values) == 1 && arm.Values[0].Path == a.Name }

// overlayNode returns assignments as a block of key paths and values.
func overlayNode(values []Assignment) *yaml.Node {
	block := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, v := range values {
		block.Content = append(block.Content, textNode(v.Path), withoutLayout(v.node))
	}
	return block
}

// node returns the exclusion as a block of axes and lists of labels.
func (e Exclusion) node() *yaml.Node {
	block := &yaml.Node{Kind: yaml.MappingNode, Style: yaml.FlowStyle}
	for _, x := range e.Axes {
		labels := &yaml.Node{Kind: yaml.SequenceNode, Style: yaml.FlowStyle}
		for _, l := range x.Labels {
			labels.Content = append(labels.Content, textNode(l))
		}
		block.Content = append(block.Content, textNode(x.Axis), labels)
	}
	return block
}
