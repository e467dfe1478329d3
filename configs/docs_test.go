package configs

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"sparker/data/sources"
)

// Every key of an experiment stands in docs/reference/config.md.
func TestEveryKeyIsDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/reference/config.md")
	if err != nil {
		t.Fatal(err)
	}
	var walk func(prefix string, v reflect.Type)
	keys := 0
	walk = func(prefix string, v reflect.Type) {
		for _, f := range fields(v) {
			path := join(prefix, f.key)
			where := string(text) // what mentions the keys of a block that stand without its path
			switch {
			// four blocks of the same keys, which are documented once
			case f.typ == reflect.TypeFor[sources.FileSet]():
			case prefix == baselinesKey: // in one row of a table
				_, where, _ = strings.Cut(where, "`"+path+"`")
				where, _, _ = strings.Cut(where, "\n")
			case f.typ.Kind() == reflect.Struct:
				walk(path, f.typ)
				continue
			}
			if isBlock(f.typ) {
				for _, inner := range fields(f.typ) {
					if !strings.Contains(where, "`"+inner.key+"`") {
						t.Errorf("docs/reference/config.md does not mention `%s` of %s", inner.key, path)
					}
				}
			}
			keys++
			if !strings.Contains(string(text), "`"+path+"`") {
				t.Errorf("docs/reference/config.md does not mention `%s`", path)
			}
		}
	}
	walk("", reflect.TypeFor[Experiment]())
	if keys < 35 {
		t.Errorf("%d keys found; the walk misses some", keys)
	}
}
