package findings

import (
	"slices"
	"strings"
	"testing"

	"sparker/data"
)

func TestFindWarns(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(2, 0, 1, 0.1, 1, 5, 2),
		Reference: sampleOf(2, 0, 1, 1, 1, 2, 1, 4, 1), Weight: 0.75}
	standardizer, _ := data.NewStandardizer(data.Pair{Reference: pair.Reference})
	fit := made(1, []float64{10, 10, -3, 2}, 0, 0, 0.05, 0, 0.05, 0, 400, 0)
	fit.Standardizer, fit.ClampedEpochs, fit.Clip = &standardizer, 3, 10
	f := find(t, pair, fit, FindOptions{})
	text := strings.Join(slices.Concat(f.Warnings, f.KernelNotes), "\n")
	for _, want := range []string{"kernels 0 and 1 have collapsed: they are 0.05 sigma apart",
		"kernel 3 is far from all rows", "kernels 0, 1 are at the bound of the coefficients, 10",
		"held at its limit in 3 epochs", "in 1 of the columns that are constant there, the " +
			"first of them x2"} {
		if !strings.Contains(text, want) {
			t.Errorf("no warning %q in %q", want, text)
		}
	}
	if strings.Contains(text, "kernels 0 and 2 have collapsed") ||
		strings.Contains(text, "kernels 1 and 2 have collapsed") {
		t.Errorf("kernels of opposite signs may lie together: %q", text)
	}
	// A column that is left out of the distance has the mean of the reference there.
	if c := of(f, 3).Centroid[1]; c != 1 {
		t.Errorf("the constant column of the centroid is %v", c)
	}
	// Warnings of the fit come first. In the data's own units no column is left out.
	raw := made(1, []float64{1}, 1, 1)
	raw.Warnings = []string{"column x2 is new"}
	f = find(t, pair, raw, FindOptions{})
	if !slices.Equal(f.Warnings, raw.Warnings) || f.FitWarnings != 1 {
		t.Errorf("warnings %q", f.Warnings)
	}
	if c := f.Kernels[0].Bulk; len(c) != 2 || !(c[0].ReferenceSD > 0) || !(c[1].ReferenceSD > 0) {
		t.Errorf("columns of a kernel in the data's own units: %+v", c)
	}
}
