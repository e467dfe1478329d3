package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"gopkg.in/yaml.v3"
)

// compiled returns the schema of a config, compiled.
func compiled(t *testing.T) *jsonschema.Schema {
	t.Helper()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("config.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asJSON returns a YAML text as a value of the schema library.
func asJSON(t *testing.T, text []byte) any {
	t.Helper()
	var value any
	if err := yaml.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	converted, err := json.Marshal(withTextKeys(value))
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(converted))
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// withTextKeys turns the keys of all mappings into texts, as editors do.
func withTextKeys(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for key, inner := range value {
			value[key] = withTextKeys(inner)
		}
	case map[any]any:
		texts := map[string]any{}
		for key, inner := range value {
			if key == nil { // of toys.null
				key = "null"
			}
			texts[fmt.Sprint(key)] = withTextKeys(inner)
		}
		return texts
	case []any:
		for i, inner := range value {
			value[i] = withTextKeys(inner)
		}
	}
	return value
}

// TestSchemaFile holds the file that editors use to the schema.
func TestSchemaFile(t *testing.T) {
	t.Parallel()
	text, err := Schema()
	if err != nil {
		t.Fatal(err)
	}
	compareGenerated(t, filepath.Join("..", filepath.FromSlash(SchemaPath)), text)
}

// TestSchemaTakesShippedConfigs holds the schema to the shipped configs, as written and resolved,
// and these to their first line, which tells editors where the schema is.
func TestSchemaTakesShippedConfigs(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for _, entry := range Shipped() {
		text, err := os.ReadFile(filepath.FromSlash(entry.Name + ".yaml"))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(asJSON(t, text)); err != nil {
			t.Errorf("%s: %v", entry.Name, err)
		}
		resolved, err := entry.Sweep.YAML()
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(asJSON(t, resolved)); err != nil {
			t.Errorf("%s, resolved: %v", entry.Name, err)
		}
		for line := range strings.Lines(string(text)) {
			if n := utf8.RuneCountInString(line) - 1; n > 100 {
				t.Errorf("%s has a line of %d characters: %s", entry.Name, n, line)
			}
		}
		up := strings.Repeat("../", strings.Count(entry.Name, "/")+1)
		want := "# yaml-language-server: $schema=" + path.Join(up, SchemaPath) + "\n"
		if !bytes.HasPrefix(text, []byte(want)) {
			t.Errorf("%s does not begin with %q", entry.Name, want)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	if err := schema.Validate(asJSON(t, []byte(sweepText))); err != nil {
		t.Errorf("a good config is refused: %v", err)
	}
	for name, text := range map[string]string{
		"no name":                  "seed: 1",
		"a key of no block":        "{name: x, sed: 1}",
		"a key of a block":         "{name: x, train: {epoch: 3}}",
		"a key two blocks deep":    "{name: x, train: {width: {shedule: linear}}}",
		"a key of a bump":          "{name: x, data: {signal: {kind: bumps, bumps: [{lok: 1}]}}}",
		"a key of a baseline":      "{name: x, baselines: {falkon: {lamda: 1}}}",
		"a key path as a key":      "{name: x, train.epochs: 3}",
		"a word":                   "{name: x, loss: {kind: hinge}}",
		"a word of a list":         "{name: x, test: {statistics: [t, u]}}",
		"a preset":                 "{name: x, preset: papr}",
		"a test":                   "{name: x, tests: [sparker, mdm]}",
		"a text for a number":      "{name: x, seed: one}",
		"a fraction of a count":    "{name: x, model: {kernels: 2.5}}",
		"a number out of range":    "{name: x, test: {alpha: 1}}",
		"a number for a list":      "{name: x, toys: {signal: 5}}",
		"a part of a sweep":        "{name: x, sweep: {gird: {seed: [1]}}}",
		"a swept key":              "{name: x, sweep: {grid: {loss.knd: [np]}}}",
		"a swept key of no block":  "{name: x, sweep: {grid: {sed: [1, 2]}}}",
		"a swept word":             "{name: x, sweep: {grid: {loss.kind: [np, hinge]}}}",
		"a swept word with labels": "{name: x, sweep: {zip: {loss.kind: {a: np, b: hinge}}}}",
		"a key of an arm":          "{name: x, sweep: {grid: {a: {b: {train.epoch: 3}}}}}",
		"a key of the list":        "{name: x, sweep: {list: [{label: a, train.epoch: 3}]}}",
		"an exclusion":             "{name: x, sweep: {exclude: [3]}}",
	} {
		if err := schema.Validate(asJSON(t, []byte(text))); err == nil {
			t.Errorf("%s: %s is not refused", name, text)
		}
	}
}

// TestSchemaAllowsWhatValidationAllows holds the schema of every key to the values of TestLimits.
func TestSchemaAllowsWhatValidationAllows(t *testing.T) {
	t.Parallel()
	schema := compiled(t)
	for _, k := range Keys() {
		if k.IsBlock() || strings.Contains(k.Path, "[") || observedOnly.MatchString(k.Path) {
			continue
		}
		config := func(value string) []byte {
			if strings.HasPrefix(k.Type, "list of ") {
				value = "[" + value + "]"
			}
			name := "name: x, "
			if k.Path == "name" {
				name = ""
			}
			text := strings.ReplaceAll(k.Path, ".", ": {") + ": " + value +
				strings.Repeat("}", strings.Count(k.Path, "."))
			return []byte("{" + name + text + "}")
		}
		good, bad := samples(k)
		for _, value := range good {
			if err := schema.Validate(asJSON(t, config(value))); err != nil {
				t.Errorf("%s=%s is refused: %v", k.Path, value, err)
			}
		}
		for _, value := range bad {
			if err := schema.Validate(asJSON(t, config(value))); err == nil {
				t.Errorf("%s=%s is not refused", k.Path, value)
			}
		}
	}
}
