package main

import (
	"bytes"
	"strings"
	"testing"

	"sparker/results"
)

func TestVerdict(t *testing.T) {
	t.Parallel()
	for want, o := range map[string]results.ObservedSummary{
		"p = 0.0312, Z = 1.86": {P: new(0.03125), Z: new(1.8627), Status: results.StatusOK},
		"p <= 0.025: none of the 39 toys was as extreme; Z > 1.96 (more toys can lower p)": {
			P: new(0.025), Z: new(1.96), ZBound: true, Status: results.StatusOK},
		"p = 0.5, Z = 0.00: of no use, because 6 of the 10 observed rows are also in the " +
			"reference; --shared drop tests the others": {Events: 10, Shared: 6, P: new(0.5),
			Z: new(0.0), Status: results.StatusOK},
		"p = 0.4, Z = 0.25": {Events: 10, Shared: 5, P: new(0.4), Z: new(0.25),
			Status: results.StatusOK},
		"no p-value: the test of the observed sample failed (loss at epoch 3)": {
			Status: "non-finite", Reason: "loss at epoch 3"},
	} {
		if got := verdict(o, 39); got != want {
			t.Errorf("verdict %q, want %q", got, want)
		}
	}
}

// A failed test has no p-value in the table of several tests, and the reason stands below it.
func TestPrintSeveral(t *testing.T) {
	t.Parallel()
	cell := func(number int, o results.ObservedSummary, warnings ...string) testedCell {
		o.Events = 1
		return testedCell{
			cell: results.CellRecord{Columns: make([]results.Column, 2),
				Pools: &results.PoolSizes{Calibration: "permutation", Reference: 50}},
			summary: results.CellSummary{Cell: number, Observed: &o, Warnings: warnings,
				Null: results.NullSummary{Toys: 19}},
			names: sampleNames{"r.csv", "d.csv"}, experiment: inShape(),
		}
	}
	var b bytes.Buffer
	printSeveral(&b, results.Summary{}, []testedCell{
		cell(1, results.ObservedSummary{P: new(0.2), Z: new(0.84), Status: results.StatusOK},
			"few toys"),
		cell(2, results.ObservedSummary{Status: "failed", Reason: "no rows"}, "few toys",
			"odd"),
	})
	want := `1 row of d.csv against 50 rows of r.csv, 2 columns; 19 null toys by permutation
┌──────┬─────┬──────┐
│ cell │   p │    Z │
├──────┼─────┼──────┤
│    1 │ 0.2 │ 0.84 │
│    2 │   - │    - │
└──────┴─────┴──────┘
2 tests of one sample: the smallest of their p-values is not a p-value of the sample
warning: few toys
warning: no p-value: the test of the observed sample failed (no rows) (cell 2)
warning: odd (cell 2)
`
	if b.String() != want {
		t.Errorf("printed\n%swant\n%s", b.String(), want)
	}
	if strings.Contains(b.String(), "p = 1") {
		t.Error("a failed test has a p-value")
	}
}

// A test with groups has a row for each, and for the statistic of each that says most.
func TestPrintGroups(t *testing.T) {
	t.Parallel()
	scale := func(member, statistic string, sigma float64) results.ScaleStats {
		return results.ScaleStats{ScaleRecord: results.ScaleRecord{Member: member,
			Statistic: statistic, Sigma: sigma}, Mean: 1, SD: 1}
	}
	c := testedCell{
		cell: results.CellRecord{Columns: make([]results.Column, 2),
			Pools: &results.PoolSizes{Calibration: "permutation", Reference: 50}},
		summary: results.CellSummary{Null: results.NullSummary{Toys: 19},
			Scales: []results.ScaleStats{scale("", "", 2), scale("", "", 1), scale("", "lead", 2),
				scale("energy", "", 0), scale("energy", "u", 0)},
			Groups: []results.GroupRecord{{Name: "sparker/t", Weight: 6, Scales: []int{0, 1}},
				{Name: "energy", Weight: 1, Scales: []int{3, 4}}},
			Observed: &results.ObservedSummary{Events: 1, P: new(0.2), Z: new(0.84),
				T: []float64{3, 4, 5, 6, 7}, ScaleP: []float64{0.1, 0.1, 0.01, 0.3, 0.4},
				Groups: []results.ObservedGroup{{Name: "sparker/t", P: 0.15}, {Name: "energy",
					P: 0.35}}, Status: results.StatusOK},
		},
	}
	var b bytes.Buffer
	printScales(&b, c)
	want := `┌───────────┬────────┬─────────┐
│     group │ weight │ p alone │
├───────────┼────────┼─────────┤
│ sparker/t │      6 │    0.15 │
│    energy │      1 │    0.35 │
└───────────┴────────┴─────────┘
of each group, the statistic that says most (2 of 5; --json prints all)
┌───────┬───────────┬──────────┬───────────┬─────────┐
│ sigma │ statistic │ observed │ null mean │ p alone │
├───────┼───────────┼──────────┼───────────┼─────────┤
│     1 │         t │        4 │         1 │     0.1 │
│     - │ energy: t │        6 │         1 │     0.3 │
└───────┴───────────┴──────────┴───────────┴─────────┘
`
	if b.String() != want {
		t.Errorf("printed\n%swant\n%s", b.String(), want)
	}
	c.summary.Observed = &results.ObservedSummary{Events: 1, Status: "failed", Reason: "no rows"}
	b.Reset()
	printScales(&b, c)
	if s := b.String(); !strings.Contains(s, "│    energy │      1 │       - │") ||
		strings.Contains(s, "p = ") || !strings.Contains(s, "energy: u") {
		t.Errorf("a failed test is printed as\n%s", s)
	}
}
