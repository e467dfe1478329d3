package configs

import (
	"os"
	"reflect"
	"strings"
	"testing"
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
			if field.Type.Kind() == reflect.Struct {
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
