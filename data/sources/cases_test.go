package sources

import (
	"slices"
	"testing"
)

func TestEveryKindHasACase(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range cases() {
		seen[c.Source+" "+c.Signal.Kind] = true
	}
	for _, source := range Names {
		for _, kind := range kindsOf(source) {
			if !seen[source+" "+kind] {
				t.Errorf("no case of a %s signal on the %s source", kind, source)
			}
		}
	}
}

func TestColumnsAndExpected(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		dim    int
		want   []string
	}{
		{sourceExponential, 0, []string{"x"}},
		{sourceGaussian, 1, []string{"x"}},
		{sourceMixture, 0, []string{"x1", "x2"}},
		{sourceGaussian, 3, []string{"x1", "x2", "x3"}},
	} {
		s := mustNew(t, config(c.source, c.dim, Signal{Kind: kindGaussian, Loc: Vector{1},
			Scale: 1}, 12.5, countingExtended))
		if got := s.Columns(); !slices.Equal(got, c.want) || s.Dim() != len(c.want) {
			t.Errorf("%s in %d: columns %v, dimension %d; want %v", c.source, c.dim, got, s.Dim(),
				c.want)
		}
		if s.Expected() != 12.5 {
			t.Errorf("expected %v, want 12.5", s.Expected())
		}
	}
}
