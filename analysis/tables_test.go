package analysis

import (
	"slices"
	"testing"
)

// An axis may be called like a column of the tables; no two columns are.
func TestHeaderNamesColumnsOnce(t *testing.T) {
	got := header([]string{"cell", "method", "anomaly"}, "method", "signal")
	if want := []string{"cell", "axis_cell", "axis_method", "anomaly", "method",
		"signal"}; !slices.Equal(got, want) {
		t.Errorf("columns %q, want %q", got, want)
	}
}
