package configs

import (
	"strings"
	"testing"
)

// Places are stored for experiments with an observed sample, unless the key says otherwise. They
// need a fit of kernels, which may be that of a member.
func TestRecordPlaces(t *testing.T) {
	t.Parallel()
	load := func(overrides ...string) (Experiment, error) {
		return LoadBytes("p.yaml", []byte("name: p\n"), overrides)
	}
	for _, c := range []struct {
		overrides []string
		records   bool
	}{
		{nil, false},
		{[]string{"record.places=observed"}, false},
		{[]string{"record.places=all"}, true},
		{[]string{"record.places=none"}, false},
		{[]string{"record.places=all", "test.method=energy", "test.members=[{method: sparker}]"},
			true},
	} {
		e, err := load(c.overrides...)
		if err != nil {
			t.Fatal(err)
		}
		if e.RecordsPlaces() != c.records || e.Setup().Places != c.records {
			t.Errorf("%q: records places: %v", c.overrides, e.RecordsPlaces())
		}
	}
	for words, overrides := range map[string][]string{
		"record.places: is \"some\"; want one of observed, all, none": {"record.places=some"},
		"record.places: is all, but the test energy fits no kernels": {"record.places=all",
			"test.method=energy"},
	} {
		if _, err := load(overrides...); err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%q: %v", overrides, err)
		}
	}
}
