package plots

import (
	"testing"

	"sparker/results"
)

// A comparison of many groups is drawn in parts that have every group once, in their order.
func TestRegretParts(t *testing.T) {
	t.Parallel()
	for groups, want := range map[int]int{1: 1, mostLabels: 1, mostLabels + 1: 2, 23: 2, 40: 3} {
		c := results.Comparison{Groups: make([]results.ComparisonGroup, groups),
			Regret: &results.Regret{Groups: make([]results.RegretGroup, groups),
				Rows: []results.RegretRow{{Label: "a", Mean: 0.5}}, Oracle: &results.RegretRow{}}}
		for k := range groups {
			x := float64(k)
			c.Regret.Groups[k].Signal = x
			c.Regret.Rows[0].Regrets = append(c.Regret.Rows[0].Regrets, &x)
			c.Regret.Oracle.Regrets = append(c.Regret.Oracle.Regrets, &x)
		}
		parts, next := regretParts(c), 0.0
		if len(parts) != want {
			t.Errorf("%d groups in %d parts; want %d", groups, len(parts), want)
		}
		for _, part := range parts {
			row := part.Regret.Rows[0]
			if n := len(part.Groups); n > mostLabels || len(part.Regret.Groups) != n ||
				len(row.Regrets) != n || len(part.Regret.Oracle.Regrets) != n || row.Mean != 0.5 {
				t.Fatalf("%d groups: a part of %d", groups, n)
			}
			for k := range part.Groups {
				if part.Regret.Groups[k].Signal != next || *row.Regrets[k] != next ||
					*part.Regret.Oracle.Regrets[k] != next {
					t.Fatalf("%d groups: group %v is not at its place", groups, next)
				}
				next++
			}
		}
		if next != float64(groups) || len(c.Regret.Rows[0].Regrets) != groups {
			t.Errorf("%d groups: %v drawn, %d left in the comparison", groups, next,
				len(c.Regret.Rows[0].Regrets))
		}
	}
}
