package configs

import (
	"maps"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// presets are named recipes: the key paths and values that each sets. Keys that a config or the
// command line sets itself take precedence over them.
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
	// The recipe of this project: births, a ridge, steps in units of the width, a narrower end, and
	// the lead statistic in addition to t.
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

// presetNames returns the names of the presets, sorted.
func presetNames() []string { return slices.Sorted(maps.Keys(presets)) }

// preset returns what the value of a preset key sets. A name that is not a preset is reported.
func (d *decoder) preset(n *yaml.Node, at position) []Assignment {
	text, known := presets[n.Value]
	if n.Kind != yaml.ScalarNode || !known {
		d.report(at, presetKey, "is "+describe(n)+didYouMean(n.Value, presetNames())+
			" presets: "+strings.Join(presetNames(), ", "))
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

// applyPreset sets the keys of the preset that a text names, or of the one that the last override
// of this kind names. It returns the other overrides. It must run before anything else sets a key.
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
		if _, there := lookUp(d.root, v.Path); there { // a single fit has no test block
			d.assign(v)
		}
	}
	return rest
}
