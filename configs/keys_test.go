package configs

import (
	"reflect"
	"regexp"
	"testing"
)

// TestEveryKeyHasAName holds the blocks of all packages to what the decoder relies on: a yaml name
// on every field, no name twice, and a type that it can read and explain.
func TestEveryKeyHasAName(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	var walk func(block reflect.Type)
	walk = func(block reflect.Type) {
		seen := map[string]bool{}
		for _, f := range fields(block) {
			if !name.MatchString(f.key) || seen[f.key] {
				t.Errorf("%s: field %d has the key %q", block, f.index, f.key)
			}
			seen[f.key] = true
			switch {
			case isBlock(f.typ):
				walk(f.typ)
			case f.typ.Kind() == reflect.Slice && isBlock(f.typ.Elem()):
				walk(f.typ.Elem())
			case !decodesItself(f.typ):
				describeType(f.typ) // panics for a type without a rule
			}
		}
	}
	walk(reflect.TypeFor[Experiment]())
	walk(reflect.TypeFor[FitConfig]())
}

func TestLookUp(t *testing.T) {
	t.Parallel()
	e := Defaults()
	for path, want := range map[string]any{
		"seed":                     e.Seed,
		"train.width.schedule":     e.Train.Width.Schedule,
		"toys.signal[2]":           e.Toys.Signal[2],
		"data.signal.loc[0]":       e.Data.Signal.Loc[0],
		"train.learning_rate":      e.Train.LearningRate,
		"toys.signal[5]":           nil,
		"toys.signal[-1]":          nil,
		"toys[0]":                  nil,
		"toys.signal.x":            nil,
		"train.width.start.x":      nil,
		"sed":                      nil,
		"data.signal.bumps[0].loc": nil,
	} {
		v, ok := lookUp(reflect.ValueOf(e), path)
		if ok != (want != nil) || ok && !reflect.DeepEqual(v.Interface(), want) {
			t.Errorf("%s: found %v; want %v", path, v, want)
		}
	}
}

func TestCovers(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		outer, inner string
		want         bool
	}{
		{"", "train", true}, {"train", "train", true}, {"train", "train.clip", true},
		{"toys.signal", "toys.signal[1]", true},
		{"train", "training", false}, {"train.clip", "train", false},
		{"toys.signal[1]", "toys.signal[12]", false},
	} {
		if got := covers(test.outer, test.inner); got != test.want {
			t.Errorf("covers(%q, %q) = %v", test.outer, test.inner, got)
		}
	}
}
