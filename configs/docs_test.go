package configs

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"sparker/data"
)

// Every key of an experiment stands in docs/config.md.
func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/config.md")
	if err != nil {
		t.Fatal(err)
	}
	var walk func(prefix string, v reflect.Type)
	keys := 0
	walk = func(prefix string, v reflect.Type) {
		for i := range v.NumField() {
			field := v.Field(i)
			path := strings.TrimPrefix(prefix+"."+field.Tag.Get("yaml"), ".")
			switch {
			case field.Type == reflect.TypeFor[data.FileSet](): // four blocks of the same keys, which are documented once
				for j := range field.Type.NumField() {
					if key := field.Type.Field(j).Tag.Get("yaml"); !strings.Contains(string(text), "`"+key+"`") {
						t.Errorf("docs/config.md does not mention `%s` of %s", key, path)
					}
				}
			case field.Type.Kind() == reflect.Struct:
				walk(path, field.Type)
				continue
			}
			keys++
			if !strings.Contains(string(text), "`"+path+"`") {
				t.Errorf("docs/config.md does not mention `%s`", path)
			}
		}
	}
	walk("", reflect.TypeFor[Experiment]())
	if keys < 35 {
		t.Errorf("%d keys found; the walk misses some", keys)
	}
}
