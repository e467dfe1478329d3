package configs

import (
	"reflect"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"

	"sparker/twosample"
)

// presetKeys are the keys that a preset sets, each to the value of a recipe. Keys that a config or
// the command line sets itself take precedence over them.
func presetKeys(r twosample.Recipe) []string {
	births := "train.births"
	if r.Train.Births.Every == 0 { // the others are of no matter then
		births += ".every"
	}
	return []string{"model.init", "model.softmax", "loss.kind", "loss.l2", "train.optimizer",
		"train.learning_rate", births, "train.clip", "train.epochs", "train.width",
		"train.checkpoints", "test.combine", "test.statistics"}
}

// presetNames returns the names of the presets, which are those of the recipes.
func presetNames() []string {
	var names []string
	for _, r := range twosample.Recipes() {
		names = append(names, r.Name)
	}
	return names
}

// simplePresetNames returns the names of the presets without members.
func simplePresetNames() []string {
	var names []string
	for _, r := range twosample.Recipes() {
		if len(r.Members) == 0 {
			names = append(names, r.Name)
		}
	}
	return names
}

// recipe returns the recipe that the value of a preset key names. A name that is not a preset is
// reported.
func (d *decoder) recipe(n *yaml.Node, at position, path string) (twosample.Recipe, bool) {
	n = aliased(n)
	i := slices.Index(presetNames(), n.Value)
	if n.Kind != yaml.ScalarNode || i < 0 {
		d.report(at, path, "is "+describeNode(n)+didYouMean(n.Value, presetNames())+
			" presets: "+strings.Join(presetNames(), ", "))
		return twosample.Recipe{}, false
	}
	return twosample.Recipes()[i], true
}

// preset returns what the value of a preset key sets.
func (d *decoder) preset(n *yaml.Node, at position) []Assignment {
	r, ok := d.recipe(n, at, presetKey)
	if !ok {
		return nil
	}
	e := reflect.ValueOf(Experiment{Model: r.Model, Loss: r.Loss, Train: r.Train,
		Test: TestConfig{Combine: string(r.Combine), Statistics: r.Statistics,
			Members: r.Members, Groups: r.Groups, Across: string(r.Across)}})
	var values []Assignment
	keys := presetKeys(r)
	switch members, there := lookUp(d.root, membersKey); {
	case len(r.Members) > 0:
		keys = append(keys, membersKey, groupsKey, "test.across")
	case there && members.Len() > 0: // those of a preset that this one replaces
		keys = append(keys, membersKey, groupsKey)
	}
	for _, key := range keys {
		value, _ := lookUp(e, key)
		node, err := encode(value, key, allKeys)
		if err != nil {
			panic("configs: preset " + r.Name + ": " + err.Error()) // a test reads them all
		}
		values = append(values, d.leaves(Assignment{key, node, at})...)
	}
	return values
}

// applyPreset sets the keys of the preset that a text names, or of the one that the last override
// of this kind names. It returns the other overrides. It must run before anything else sets a key.
func (d *decoder) applyPreset(file string, text []byte, overrides []string) []string {
	var name *yaml.Node
	d.file = file
	at := position{file: file}
	if n, problem := parseYAML(text); problem == nil && n != nil && n.Kind == yaml.MappingNode {
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
