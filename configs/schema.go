package configs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"

	"sparker/data/sources"
	"sparker/train"
)

// SchemaPath is where the project keeps the text of [Schema], for the editors of its own configs.
const SchemaPath = "docs/reference/schema/config.schema.json"

// Schema returns a JSON Schema (draft-07) of a config. It knows every key, its type, its default
// and what it takes by itself. It does not know which values cannot be combined.
func Schema() ([]byte, error) {
	keys := Keys()
	definitions := object{}
	for _, k := range keys {
		definitions = append(definitions, member{definition(k.Path), k.schema(keys)})
	}
	schema := append(object{
		{"$schema", "http://json-schema.org/draft-07/schema#"},
		{"title", "config of sparker"},
	}, blockSchema("", keys)...)
	schema = append(schema, member{"required", []string{"name"}},
		member{"definitions", append(definitions, sweepDefinitions(keys)...)})
	var text bytes.Buffer
	if err := schema.write(&text, "", 2); err != nil {
		return nil, fmt.Errorf("configs: writing the schema: %w", err)
	}
	text.WriteByte('\n')
	return text.Bytes(), nil
}

// object is a JSON object that keeps the order of its members.
type object []member

type member struct {
	name  string
	value any
}

// MarshalJSON implements json.Marshaler.
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	err := o.write(&b, "", 0)
	return b.Bytes(), err
}

// write writes the object as JSON. It and the objects in it, down to the given depth, have a line
// for each member.
func (o object) write(b *bytes.Buffer, indent string, depth int) error {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	encode := func(value any) error {
		err := encoder.Encode(value)
		b.Truncate(b.Len() - 1) // the line break
		return err
	}
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		if depth > 0 {
			b.WriteString("\n" + indent + " ")
		}
		if err := encode(m.name); err != nil {
			return err
		}
		b.WriteByte(':')
		var err error
		if inner, ok := m.value.(object); ok {
			err = inner.write(b, indent+" ", depth-1)
		} else {
			err = encode(m.value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	if depth > 0 {
		b.WriteString("\n" + indent)
	}
	b.WriteByte('}')
	return nil
}

// definition returns the name of the definition of a key.
func definition(path string) string { return strings.ReplaceAll(path, "[]", "") }

// refTo returns the schema that stands for the definition of a name.
func refTo(name string) object { return object{{"$ref", "#/definitions/" + name}} }

// blockSchema returns the schema of the block at a path.
func blockSchema(path string, keys []Key) object {
	properties := object{}
	for _, k := range keys {
		if parentPath(k.Path) == path {
			properties = append(properties, member{lastOf(k.Path), refTo(definition(k.Path))})
		}
	}
	return object{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}
}

// schema returns the schema of the key's values. The keys are those of a config.
func (k Key) schema(keys []Key) object {
	schema := object{{"description", k.Text}}
	if k.Default != "" {
		var value any
		if err := yaml.Unmarshal([]byte(k.Default), &value); err != nil {
			panic("configs: the default of " + k.Path + ": " + err.Error()) // a test reads them all
		}
		schema = append(schema, member{"default", value})
	}
	switch {
	case k.Path == testsKey || k.typ == nil:
		// validators of this draft ignore what stands next to a $ref
		return append(schema, member{"allOf", []object{sweepSchema(k.Path, keys)}})
	case isBlock(k.typ):
		return append(schema, blockSchema(k.Path, keys)...)
	case k.typ.Kind() == reflect.Slice && isBlock(k.typ.Elem()):
		return append(schema, listSchema(blockSchema(k.Path+"[]", keys))...)
	default:
		return append(schema, k.valueSchema(k.typ)...)
	}
}

// valueSchema returns the schema of values of a type that are not blocks.
func (k Key) valueSchema(t reflect.Type) object {
	switch {
	case decodesItself(t):
		return selfDescribed[t].schema(k.Range)
	case t.Kind() == reflect.Slice:
		return listSchema(k.valueSchema(t.Elem()))
	case t.Kind() == reflect.Bool:
		return object{{"type", "boolean"}}
	case t.Kind() == reflect.Float64:
		return k.Range.schema("number")
	case t.Kind() == reflect.Int || t.Kind() == reflect.Uint64:
		return k.Range.schema("integer")
	case len(k.Words) > 0 && k.pattern != "":
		return anyOf(object{{"enum", k.Words}}, object{{"type", "string"}, {"pattern", k.pattern}})
	case len(k.Words) > 0:
		return object{{"enum", k.Words}}
	case k.pattern != "":
		return object{{"type", "string"}, {"pattern", k.pattern}}
	default:
		return object{{"type", "string"}}
	}
}

func listSchema(of object) object { return object{{"type", "array"}, {"items", of}} }

func anyOf(schemas ...object) object { return object{{"anyOf", schemas}} }

// schema returns the schema of numbers of the range. The type is number or integer.
func (r Range) schema(jsonType string) object {
	schema := object{{"type", jsonType}}
	for _, end := range []struct {
		bound        Bound
		closed, open string
	}{{r.Lower, "minimum", "exclusiveMinimum"}, {r.Upper, "maximum", "exclusiveMaximum"}} {
		switch {
		case !end.bound.Finite:
		case end.bound.Open:
			schema = append(schema, member{end.open, end.bound.Value})
		default:
			schema = append(schema, member{end.closed, end.bound.Value})
		}
	}
	return schema
}

// selfDescribed holds the name and the schema of the types that decode themselves.
var selfDescribed = map[reflect.Type]struct {
	name   string
	schema func(Range) object
}{
	reflect.TypeFor[sources.Vector](): {"number, or list of numbers", func(r Range) object {
		return anyOf(r.schema("number"), listSchema(r.schema("number")))
	}},
	reflect.TypeFor[sources.Words](): {"text, or list of texts", func(Range) object {
		return anyOf(scalarSchema, listSchema(scalarSchema))
	}},
	reflect.TypeFor[train.Extent](): {"number, or auto", func(r Range) object {
		return anyOf(object{{"const", "auto"}}, r.schema("number"))
	}},
}

// scalarSchema is the schema of texts that may be written as numbers, such as labels.
var scalarSchema = object{{"type", []string{"string", "integer", "number", "boolean"}}}

// Names of the definitions of a sweep that are not keys.
const (
	axesDefinition  = "sweep:axes"
	armDefinition   = "sweep:arm"
	entryDefinition = "sweep:entry"
	axisPrefix      = "axis:" // followed by the key that varies
)

// sweepSchema returns the schema of the keys that describe axes.
func sweepSchema(path string, keys []Key) object {
	switch path {
	case testsKey:
		return refTo(axisPrefix + methodKey)
	case sweepKey:
		return blockSchema(sweepKey, keys)
	case sweepKey + ".list":
		return listSchema(refTo(entryDefinition))
	case sweepKey + ".exclude":
		labels := anyOf(scalarSchema, listSchema(scalarSchema))
		return listSchema(object{{"type", "object"}, {"minProperties", 1},
			{"additionalProperties", labels}})
	default:
		return refTo(axesDefinition)
	}
}

// sweepDefinitions returns the definitions that the keys of a sweep refer to.
func sweepDefinitions(keys []Key) object {
	var paths []string
	overlay, axes, definitions := object{}, object{}, object{}
	for _, k := range keys {
		if k.Path == testsKey || k.Path == combineKey || covers(sweepKey, k.Path) ||
			strings.Contains(k.Path, "[") {
			continue
		}
		value := refTo(definition(k.Path))
		paths = append(paths, k.Path)
		overlay = append(overlay, member{k.Path, value})
		axes = append(axes, member{k.Path, refTo(axisPrefix + k.Path)})
		labeled := labeledSchema(value)
		if k.Path == presetKey {
			labeled = labeledSchema(refTo(armDefinition))
		}
		definitions = append(definitions, member{axisPrefix + k.Path,
			anyOf(append(listSchema(value), member{"minItems", 1}), labeled)})
	}
	return append(definitions,
		member{axesDefinition, object{{"type", "object"}, {"minProperties", 1},
			{"propertyNames", anyOf(object{{"enum", paths}}, object{{"pattern", `^[^.]*$`}})},
			{"properties", axes},
			{"additionalProperties", labeledSchema(refTo(armDefinition))}}},
		member{armDefinition, object{{"type", "object"}, {"additionalProperties", false},
			{"properties", overlay}}},
		member{entryDefinition, object{{"type", "object"}, {"additionalProperties", false},
			{"properties", append(object{{labelKey, scalarSchema}}, overlay...)}}})
}

// labeledSchema returns the schema of a block of labels and values.
func labeledSchema(value object) object {
	return object{{"type", "object"}, {"minProperties", 1}, {"additionalProperties", value}}
}
