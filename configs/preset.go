package configs

import (
	"fmt"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// presets are named recipes: what each sets, as key paths and values. Keys that a config or a
// command line sets itself go before them.
var presets = map[string]string{
	// The recipe of arXiv:2511.03095, as far as it is published.
	"paper": `
model.init: data
model.softmax: true
loss.kind: np
loss.l2: 0
train.optimizer: adam
train.learning_rate: {coefficients: 0.05, centroids: 0.05, unit: data}
train.births.every: 0
train.clip: 10
train.epochs: 1000
train.width: {schedule: linear, start: auto, end: auto, end_factor: 1, hold: 1}
train.checkpoints: {count: 10, spacing: epoch}
test.combine: mix
test.statistics: [t]
`,
	// Ours: births, a ridge, steps in units of the width, a narrower end, and the lead statistic
	// beside t.
	"lead": `
model.init: kmeans
model.softmax: true
loss.kind: np
loss.l2: 0.5
train.optimizer: adam
train.learning_rate: {coefficients: 0.05, centroids: 0.03, unit: sigma}
train.births: {every: 10, candidates: 16}
train.clip: 10
train.epochs: 300
train.width: {schedule: exponential, start: auto, end: auto, end_factor: 0.5, hold: 1}
train.checkpoints: {count: 10, spacing: log_sigma}
test.combine: mix
test.statistics: [t, lead]
`,
}

// presetKey names a preset in a config, on the command line, and in an arm of a sweep.
const presetKey = "preset"

// testsKey lists two-sample tests, all of which are made on the same toys: an axis of the sweep, of
// the key methodKey.
const (
	testsKey  = "tests"
	methodKey = "test.method"
)

// presetNames are the presets, sorted.
func presetNames() []string {
	var names []string
	for name := range presets {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// preset is what the value of a preset key sets; a name that is none is reported.
func (d *decoder) preset(n *yaml.Node, at position) []Assignment {
	text, known := presets[n.Value]
	if n.Kind != yaml.ScalarNode || !known {
		hint := ";"
		if near := nearest(n.Value, presetNames()); near != "" {
			hint = fmt.Sprintf(", did you mean %q?", near)
		}
		d.report(at, presetKey, "is "+describe(n)+hint+" presets: "+strings.Join(presetNames(),
			", "))
		return nil
	}
	root, problem := parse([]byte(text))
	if problem != nil {
		panic("configs: preset " + n.Value + ": " + problem.Message) // a test reads them all
	}
	var values []Assignment
	for i := 0; i+1 < len(root.Content); i += 2 {
		values = append(values, d.leaves(Assignment{root.Content[i].Value, root.Content[i+1],
			at})...)
	}
	return values
}

// applyPreset sets what the preset of a text, or of the last override that names one, sets; it
// returns the overrides without those. It comes before anything else that sets a key.
func (d *decoder) applyPreset(file string, text []byte, overrides []string) []string {
	var name *yaml.Node
	d.file = file
	at := position{file: file}
	if n, problem := parse(text); problem == nil && n != nil && n.Kind == yaml.MappingNode {
		for i := 0; i+1 < len(n.Content); i += 2 {
			if n.Content[i].Value == presetKey {
				name, at = n.Content[i+1], d.at(n.Content[i])
			}
		}
	}
	var rest []string
	for _, o := range overrides {
		if value, found := strings.CutPrefix(strings.TrimSpace(o), presetKey+"="); found {
			name, at = &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: value},
				position{file: commandLine}
			continue
		}
		rest = append(rest, o)
	}
	if name == nil {
		return overrides
	}
	for _, v := range d.preset(name, at) {
		if _, there := lookUp(d.root, v.Path); there { // a single fit has no test
			d.assign(v)
		}
	}
	return rest
}
