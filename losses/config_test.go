package losses_test

import (
	"math"
	"strings"
	"testing"

	"sparker/losses"
)

func TestConfig(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		config losses.Config
		want   string
	}{
		{losses.Config{Kind: "hinge"}, `kind is "hinge"; want one of np, bce, mse`},
		{losses.Config{Kind: "np", L2: -1}, "l2 is -1; must be"},
		{losses.Config{Kind: "np", L2: math.NaN()}, "l2 is NaN; must be"},
	} {
		if _, err := losses.New(c.config); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: error %v, want one with %q", c.config, err, c.want)
		}
	}
	if _, err := losses.New(losses.Default()); err != nil {
		t.Error(err)
	}
}
