package analysis

import (
	"slices"
	"testing"

	"sparker/results"
)

// An axis may have the name of a column of the tables. No two columns have the same name.
func TestHeaderNamesColumnsOnce(t *testing.T) {
	t.Parallel()
	got := header([]results.AxisRecord{{Name: "cell"}, {Name: "method"}, {Name: "anomaly"}},
		[]string{"method", "signal"})
	if want := []string{"cell", "axis_cell", "axis_method", "anomaly", "method",
		"signal"}; !slices.Equal(got, want) {
		t.Errorf("columns %q, want %q", got, want)
	}
}
