package report

import (
	"testing"

	"sparker/results"
)

// Labels are written with scripts where there can be some, and harmless everywhere.
func TestScripts(t *testing.T) {
	t.Parallel()
	for label, want := range map[string]struct{ plain, set string }{
		"p_{T} [GeV/c^{2}]": {"p_T [GeV/c²]", "p<sub>T</sub> [GeV/c<sup>2</sup>]"},
		"10^{−12} m":        {"10⁻¹² m", "10<sup>−12</sup> m"},
		"x^{a1} a_b {c}":    {"x^a1 a_b {c}", "x<sup>a1</sup> a_b {c}"},
		"p_{T":              {"p_{T", "p_{T"},
		"_{<b>}^{&}":        {"_<b>^&", "<sub>&lt;b&gt;</sub><sup>&amp;</sup>"},
	} {
		if got := plainScripts(label); got != want.plain {
			t.Errorf("%q is plainly %q, want %q", label, got, want.plain)
		}
		if got := string(setScripts(label)); got != want.set {
			t.Errorf("%q is set as %q, want %q", label, got, want.set)
		}
	}
}

// The player writes labels and units as figures do.
func TestColumnLabel(t *testing.T) {
	t.Parallel()
	f := results.FitRecord{Centroids: [][]float64{{0, 0, 0}}, Columns: []results.Column{
		{Name: "pt", Label: "p_{T}", Unit: "GeV/c^{2}"}, {Name: "eta"}, {Unit: "cm"}}}
	for c, want := range []string{"p_T [GeV/c²]", "eta", "x3 [cm]"} {
		if got := columnLabel(f, c); got != want {
			t.Errorf("column %d is %q, want %q", c, got, want)
		}
	}
}
