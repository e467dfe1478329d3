package sources

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

func TestVectorYAML(t *testing.T) {
	for _, c := range []struct {
		in   string
		want Vector
		out  string
	}{
		{"6.4", Vector{6.4}, "6.4\n"},
		{"[1, -2.5]", Vector{1, -2.5}, "- 1\n- -2.5\n"},
		{"[3]", Vector{3}, "3\n"},
		{"[]", Vector{}, "[]\n"},
	} {
		var v Vector
		if err := yaml.Unmarshal([]byte(c.in), &v); err != nil {
			t.Errorf("%s: %v", c.in, err)
			continue
		}
		if diff := cmp.Diff(c.want, v); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", c.in, diff)
		}
		out, err := yaml.Marshal(v)
		if err != nil || string(out) != c.out {
			t.Errorf("%v is written as %q (%v), want %q", v, out, err, c.out)
		}
	}
	for _, bad := range []string{"left", "[1, x]", "{a: 1}"} {
		var v Vector
		if err := yaml.Unmarshal([]byte(bad), &v); err == nil {
			t.Errorf("%s was accepted as %v", bad, v)
		}
	}
}

// A resolved configuration must run again as it is: it survives YAML.
func TestConfigSurvivesYAML(t *testing.T) {
	for name, c := range cases() {
		text, err := yaml.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back Config
		if err := yaml.Unmarshal(text, &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		again, err := yaml.Marshal(back)
		if err != nil {
			t.Fatal(err)
		}
		if string(again) != string(text) {
			t.Errorf("%s: written\n%s\nread and written again\n%s", name, text, again)
		}
		back.Validate(func(path, message string) {
			t.Errorf("%s, read back: %s %s", name, path,
				message)
		})
	}
}
