package sparker_test

import (
	"slices"
	"testing"

	"sparker"
)

// The failure signatures of a test are among its warnings, once, and name no key of a config.
func TestSignatures(t *testing.T) {
	t.Parallel()
	reference, data := events()
	res := mustTest(t, reference, data, sparker.Options{Recipe: quick(), Toys: 20})
	var names []string
	for _, s := range res.Signatures {
		names = append(names, s.Name)
		if !slices.Contains(res.Warnings, s.String()) {
			t.Errorf("the warnings %q lack %v", res.Warnings, s)
		}
		if slices.Contains(res.Warnings, s.Text+"; "+s.Remedy) {
			t.Errorf("%s is said twice", s.Name)
		}
	}
	if want := []string{"untrained-scale", "few-toys"}; !slices.Equal(names, want) {
		t.Errorf("the signatures are %q; want %q", names, want)
	}
}
