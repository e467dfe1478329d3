package main

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"sparker/findings"
	"sparker/results"
)

// schemaFolder holds the JSON Schemas of the records of a run folder, relative to the root.
const schemaFolder = "docs/reference/schema"

// records are the files of a run folder that have a schema, by the name of the schema.
var records = map[string]struct {
	title string
	typ   reflect.Type
	files []string // patterns below testdata/pinned
}{
	"manifest": {"manifest.json of a run folder", reflect.TypeFor[results.Manifest](),
		[]string{"*/manifest.json"}},
	"summary": {"summary.json of a run folder", reflect.TypeFor[results.Summary](),
		[]string{"*/summary.json"}},
	"toy": {"a line of toys/*.jsonl of a run folder", reflect.TypeFor[results.Toy](),
		[]string{"*/toys/*.jsonl"}},
	"fit": {"fits/*.json of a run folder, and fit.json of sparker fit and sparker toy",
		reflect.TypeFor[results.FitRecord](), []string{"*/fits/*.json"}},
	"findings": {"findings.json of a run folder", reflect.TypeFor[findings.Findings](),
		[]string{"*/findings.json", "*/findings/*/findings.json"}},
	// TestRowsFDR makes records of this schema.
	"rows": {"rows.json of a run folder", reflect.TypeFor[findings.RowList](), nil},
	// TestAnswersAreValid makes records of this schema.
	"test": {"what sparker test --json prints", reflect.TypeFor[testRecord](), nil},
	"comparison": {"what sparker compare --format json prints",
		reflect.TypeFor[results.Comparison](), []string{"*-compare.json", "*-regret.json"}},
}

// schemas derives JSON Schemas (draft-07) from Go types and their doc comments.
type schemas struct {
	t           *testing.T
	docs        map[string]map[string]string // package, then Type or Type.Field
	definitions map[string]any
}

// document returns the schema of a record.
func (s *schemas) document(title string, typ reflect.Type) []byte {
	s.definitions = map[string]any{}
	root := s.object(typ)
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["title"] = title
	if len(s.definitions) > 0 {
		root["definitions"] = s.definitions
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		s.t.Fatal(err)
	}
	return text.Bytes()
}

// schema returns the schema of a value. Nil slices and maps are written as null, pointers are not
// written if they are nil.
func (s *schemas) schema(typ reflect.Type) map[string]any {
	switch typ.Kind() {
	case reflect.Pointer:
		return s.schema(typ.Elem())
	case reflect.String:
		return map[string]any{"type": "string"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Int, reflect.Uint64:
		return map[string]any{"type": "integer"}
	case reflect.Slice:
		return map[string]any{"type": []string{"array", "null"}, "items": s.schema(typ.Elem())}
	case reflect.Array:
		return map[string]any{"type": "array", "items": s.schema(typ.Elem()),
			"minItems": typ.Len(), "maxItems": typ.Len()}
	case reflect.Map:
		return map[string]any{"type": []string{"object", "null"},
			"additionalProperties": s.schema(typ.Elem())}
	case reflect.Struct:
		if typ == reflect.TypeFor[time.Time]() {
			return map[string]any{"type": "string", "format": "date-time"}
		}
		if _, known := s.definitions[typ.Name()]; !known {
			s.definitions[typ.Name()] = nil // it may contain itself
			s.definitions[typ.Name()] = s.object(typ)
		}
		return map[string]any{"$ref": "#/definitions/" + typ.Name()}
	}
	s.t.Fatalf("no schema for %v", typ)
	return nil
}

// object returns the schema of a struct.
func (s *schemas) object(typ reflect.Type) map[string]any {
	properties, required := map[string]any{}, []string{}
	var add func(typ reflect.Type, optional bool)
	add = func(typ reflect.Type, optional bool) {
		for i := range typ.NumField() {
			field := typ.Field(i)
			tag := field.Tag.Get("json")
			name, options, _ := strings.Cut(tag, ",")
			if field.Anonymous && name == "" {
				if inner := field.Type; inner.Kind() == reflect.Pointer { // it may be nil
					add(inner.Elem(), true)
				} else {
					add(inner, optional)
				}
				continue
			}
			if name == "" || name == "-" {
				continue
			}
			property := s.schema(field.Type)
			if text := s.doc(typ, "."+field.Name); text != "" {
				property["description"] = text
				if ref := property["$ref"]; ref != nil { // draft-07 ignores what stands beside $ref
					property = map[string]any{"description": text,
						"allOf": []any{map[string]any{"$ref": ref}}}
				}
			}
			properties[name] = property
			if options == "" && !optional {
				required = append(required, name)
			}
		}
	}
	add(typ, false)
	object := map[string]any{"type": "object", "properties": properties, "required": required,
		"additionalProperties": false}
	if text := s.doc(typ, ""); text != "" {
		object["description"] = text
	}
	return object
}

// doc returns the comment of a type, or of one of its fields, in a line.
func (s *schemas) doc(typ reflect.Type, field string) string {
	module := strings.TrimSuffix(reflect.TypeFor[results.Toy]().PkgPath(), "/results")
	folder := strings.TrimPrefix(strings.TrimPrefix(typ.PkgPath(), module), "/")
	if s.docs[folder] == nil {
		s.docs[folder] = comments(s.t, filepath.Join("..", "..", filepath.FromSlash(folder)))
	}
	return s.docs[folder][typ.Name()+field]
}

// comments returns the comments of the struct types in a folder, and of their fields.
func comments(t *testing.T, folder string) map[string]string {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	docs := map[string]string{}
	for _, name := range names {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			general, ok := declaration.(*ast.GenDecl)
			if !ok || general.Tok != token.TYPE {
				continue
			}
			for _, spec := range general.Specs {
				named := spec.(*ast.TypeSpec)
				record, ok := named.Type.(*ast.StructType)
				if !ok {
					continue
				}
				docs[named.Name.Name] = line(general.Doc, named.Doc)
				for _, field := range record.Fields.List {
					for _, fieldName := range field.Names {
						docs[named.Name.Name+"."+fieldName.Name] = line(field.Doc, field.Comment)
					}
				}
			}
		}
	}
	return docs
}

// line joins comments into one line.
func line(groups ...*ast.CommentGroup) string {
	var words []string
	for _, group := range groups {
		words = append(words, strings.Fields(group.Text())...)
	}
	return strings.Join(words, " ")
}

// The schemas of the records are those of their types.
func TestSchemas(t *testing.T) {
	s := &schemas{t: t, docs: map[string]map[string]string{}}
	for name, record := range records {
		checkGenerated(t, path.Join(schemaFolder, name+".schema.json"),
			s.document(record.title, record.typ))
	}
}

// The pinned run folders are valid under the schemas.
func TestPinnedRecordsAreValid(t *testing.T) {
	for name, record := range records {
		schema := compiledSchema(t, name)
		checked := 0
		for _, pattern := range record.files {
			paths, err := filepath.Glob(filepath.Join(pinned, filepath.FromSlash(pattern)))
			if err != nil {
				t.Fatal(err)
			}
			for _, path := range paths {
				for _, text := range recordsIn(t, path) {
					checked++
					value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
					if err == nil {
						err = schema.Validate(value)
					}
					if err != nil {
						t.Errorf("%s: %v", path, err)
					}
				}
			}
		}
		if checked == 0 && record.files != nil {
			t.Errorf("no record has the schema %s", name)
		}
		if err := schema.Validate(map[string]any{"unknown": 1}); err == nil {
			t.Errorf("the schema %s accepts an unknown key", name)
		}
	}
}

// compiledSchema returns the schema of a name.
func compiledSchema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	path, err := filepath.Abs(filepath.Join("..", "..", filepath.FromSlash(schemaFolder),
		name+".schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := jsonschema.NewCompiler().Compile(path)
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// What sparker test --json prints is valid under its schema: the answer of a single test, of
// several, of one without kernels, without a run folder, and of one that failed.
func TestAnswersAreValid(t *testing.T) {
	if testing.Short() {
		t.Skip("makes five tests")
	}
	schema := compiledSchema(t, "test")
	t.Chdir(t.TempDir())
	writeSamples(t)
	for _, more := range []string{"", "tests=[energy,sparker]", "test.method=energy --no-folder",
		"--no-folder", "test.method=falkon " + unanswered} {
		got := sparker(t, append([]string{"test", "--reference", "r.npy", "--data", "new.npy",
			"--toys", "19", "train.epochs=30", "--no-figures", "--json"},
			strings.Fields(more)...)...)
		value, err := jsonschema.UnmarshalJSON(strings.NewReader(got.stdout))
		if err == nil {
			err = schema.Validate(value)
		}
		if err != nil {
			t.Errorf("%s: %v\n%.500s%s", more, err, got.stdout, got.stderr)
		}
	}
}

// recordsIn returns the records of a file: the lines of JSON Lines, or all of it.
func recordsIn(t *testing.T, path string) [][]byte {
	t.Helper()
	content := bytes.TrimSpace(mustRead(t, path))
	if filepath.Ext(path) == ".jsonl" {
		return bytes.Split(content, []byte("\n"))
	}
	return [][]byte{content}
}
