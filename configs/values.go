package configs

import (
	"fmt"
	"reflect"

	"gopkg.in/yaml.v3"
)

// Value is one key of a resolved config and its value as text.
type Value struct{ Path, Text string }

// Values returns every key of the experiment with its value, in the order of the canonical YAML.
// The block data.signal is a single value. It fails if YAML does.
func (e Experiment) Values() ([]Value, error) {
	n, err := encode(reflect.ValueOf(e), "", allKeys)
	if err != nil {
		return nil, fmt.Errorf("configs: listing the values of %q: %w", e.Name, err)
	}
	var all []Value
	var walk func(n *yaml.Node, path string)
	walk = func(n *yaml.Node, path string) {
		if n.Kind != yaml.MappingNode || path == "data.signal" {
			all = append(all, Value{path, labelOf(n)})
			return
		}
		for i := 0; i+1 < len(n.Content); i += 2 {
			walk(n.Content[i+1], joinPath(path, n.Content[i].Value))
		}
	}
	walk(n, "")
	return all, nil
}
