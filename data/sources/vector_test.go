package sources

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"gopkg.in/yaml.v3"
)

func TestVectorYAML(t *testing.T) {
	t.Parallel()
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
