package sources

import (
	"testing"

	"gopkg.in/yaml.v3"
)

// A resolved configuration must run again as it is: it survives YAML.
func TestConfigSurvivesYAML(t *testing.T) {
	t.Parallel()
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
