package graphtest_test

import (
	"slices"
	"strings"
	"testing"

	"sparker/graph"
	"sparker/graph/graphtest"
)

// recorder keeps the errors of a test.
type recorder struct {
	testing.TB
	errors []string
}

func (r *recorder) Helper() {}

func (r *recorder) Errorf(format string, _ ...any) { r.errors = append(r.errors, format) }

// At the end of its range ClampedExpm1 has a kink, where the derivative that the graph gives is
// that of one side and the central difference half of it: the check sees a wrong gradient.
func TestCheckGradientSeesWrongGradients(t *testing.T) {
	b := graph.NewBuilder()
	a := b.Parameter("a", 3)
	p, err := b.Compile(b.Sum(b.ClampedExpm1(a)), nil)
	if err != nil {
		t.Fatal(err)
	}
	at := []float64{1, graph.MaxExponent, 2}
	copy(p.Values("a"), at)
	r := &recorder{TB: t}
	graphtest.CheckGradient(r, p, "a", 1e-6)
	if len(r.errors) != 1 || !strings.Contains(r.errors[0], "central difference") {
		t.Errorf("errors %q, want one", r.errors)
	}
	if !slices.Equal(p.Values("a"), at) {
		t.Errorf("the parameters are %v, no longer %v", p.Values("a"), at)
	}
}

// A gradient that is right passes, also if it is 0 and the loss large.
func TestCheckGradientPasses(t *testing.T) {
	b := graph.NewBuilder()
	a := b.Parameter("a", 2)
	p, err := b.Compile(b.Sum(b.ClampedExpm1(a)), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range [][]float64{{0.5, -3}, {25, 30}, {19, -700}} {
		copy(p.Values("a"), at)
		r := &recorder{TB: t}
		graphtest.CheckGradient(r, p, "a", 1e-6)
		if len(r.errors) > 0 {
			t.Errorf("at %v: %q", at, r.errors)
		}
	}
}
