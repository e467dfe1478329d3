package configs

import (
	"strings"
	"testing"
)

// Tests that do not profile nuisance parameters are refused by name, also as members; and so are
// losses and optimizers that cannot. Parameters that are hidden from the test refuse nothing.
func TestNuisancesNeedAProfile(t *testing.T) {
	t.Parallel()
	const text = "name: x\ndata: {nuisances: [{name: s, kind: scale, sigma: 0.1%s}]}\n%s\n"
	for _, c := range []struct{ more, want string }{
		{"test: {method: energy}", "test.method: is energy, which does not profile"},
		{"test: {method: scan}", "test.method: is scan, which does not profile"},
		{"test: {members: [{method: falkon}]}",
			"test.members[0].method: is falkon, which does not profile"},
		{"loss: {kind: bce}", "test.method: is sparker, which has nuisance parameters: such a " +
			"fit needs the NP loss"},
		{"preset: full", "test.members"},
		{"model: {centroids: frozen}\ntrain: {optimizer: convex}", "cannot have the optimizer"},
	} {
		load := func(ignore string) error {
			_, err := LoadBytes("f.yaml", []byte(strings.Replace(strings.Replace(text, "%s", ignore,
				1), "%s", c.more, 1)), nil)
			return err
		}
		if err := load(""); err == nil || !strings.Contains(err.Error(), c.want) ||
			!strings.Contains(err.Error(), "data.nuisances") {
			t.Errorf("%s: %v; want %q", c.more, err, c.want)
		}
		if err := load(", ignore: true"); err != nil {
			t.Errorf("%s, hidden: %v", c.more, err)
		}
	}
}
