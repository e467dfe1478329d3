package main

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/results"
)

func TestPrintSummary(t *testing.T) {
	oracle := 0.9651
	for name, c := range map[string]struct {
		summary results.CellSummary
		want    string
	}{
		"complete": {results.CellSummary{
			Name: "exp1d", Complete: true, Combine: "mix", Alpha: 0.05, AlphaAttained: 0.0497512,
			AlphaError: 0.0153,
			Null:       results.NullSummary{Toys: 200, Failed: 1, Clamped: 2},
			Points: []results.Point{
				{Signal: 0, Toys: 50, Power: 0.04, CI68: results.Interval{0.013, 0.091},
					CI95: results.Interval{0.005, 0.137}, MedianZ: -0.012},
				{Signal: 7.5, Toys: 50, Failed: 3, Power: 1, CI68: results.Interval{0.964, 1},
					CI95: results.Interval{0.929, 1}, MedianZ: 2.5767, MedianZBound: true,
					Oracle: &oracle},
			},
			Warnings: []string{"few toys", "3 fits failed"},
		}, `exp1d: power at alpha = 0.05
┌─────┬──────┬──────────────────────┬────────────────┬────────┬──────────┬────────┐
│ N_S │ toys │          power [68%] │            95% │ oracle │ median Z │ failed │
├─────┼──────┼──────────────────────┼────────────────┼────────┼──────────┼────────┤
│   0 │   50 │ 0.040 [0.013, 0.091] │ [0.005, 0.137] │      - │    -0.01 │      0 │
│ 7.5 │   50 │ 1.000 [0.964, 1.000] │ [0.929, 1.000] │  0.965 │   > 2.58 │      3 │
└─────┴──────┴──────────────────────┴────────────────┴────────┴──────────┴────────┘
null: 200 toys (1 failed, 2 clamped); alpha 0.04975 attained, known to ± 0.015; scales combined by mix
warning: few toys
warning: 3 fits failed
`},
		"calibration only": {results.CellSummary{
			Name: "exp1d", Combine: "min", Alpha: 0.1, AlphaAttained: 0.0909, AlphaError: 0.09,
			Null: results.NullSummary{Toys: 10},
		}, `exp1d: power at alpha = 0.1, incomplete: toys are missing
no alternative toys
null: 10 toys (0 failed, 0 clamped); alpha 0.0909 attained, known to ± 0.09; scales combined by min
`},
		"too few toys": {results.CellSummary{
			Name: "exp1d", Combine: "min", Alpha: 0.05, AlphaError: 0.056, Complete: true,
			Null: results.NullSummary{Toys: 15},
		}, `exp1d: power at alpha = 0.05
no alternative toys
null: 15 toys (0 failed, 0 clamped); alpha 0.05 cannot be attained with 15 toys; scales combined by min
`},
		"groups": {results.CellSummary{
			Name: "exp1d", Complete: true, Combine: "mix", Alpha: 0.1, AlphaAttained: 0.0909,
			AlphaError: 0.09, Groups: make([]results.GroupRecord, 2),
			Null: results.NullSummary{Toys: 10},
		}, `exp1d: power at alpha = 0.1
no alternative toys
null: 10 toys (0 failed, 0 clamped); alpha 0.0909 attained, known to ± 0.09; scales combined in 2 groups
`},
	} {
		var b bytes.Buffer
		printSummary(&b, results.Summary{Cells: []results.CellSummary{c.summary}})
		if diff := cmp.Diff(c.want, b.String()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestPrintFit(t *testing.T) {
	var b bytes.Buffer
	printFit(&b, results.FitRecord{
		Statistics: []results.CheckpointRecord{{Epoch: 20, Sigma: 3, T: 7.4},
			{Epoch: 1000, Sigma: 0.0123456789, T: -12.3456789}},
		LengthUnit: "data", Status: "non-finite", Reason: "loss at epoch 1001", ClampedEpochs: 4,
		Warnings: []string{"column x2 is constant"},
	})
	want := `┌───────┬──────────────┬──────────┐
│ epoch │ sigma (data) │        t │
├───────┼──────────────┼──────────┤
│    20 │            3 │      7.4 │
│  1000 │    0.0123457 │ -12.3457 │
└───────┴──────────────┴──────────┘
status: non-finite (loss at epoch 1001); 4 clamped epochs
warning: column x2 is constant
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("fit (-want +got):\n%s", diff)
	}

	b.Reset()
	printFit(&b, results.FitRecord{
		Statistics: []results.CheckpointRecord{{Epoch: 20, Sigma: 3, T: 7.4}},
		Lead:       []results.CheckpointRecord{{Epoch: 20, Sigma: 3, T: 5.25}}, Status: "ok",
	})
	want = `┌───────┬───────┬─────┬──────┐
│ epoch │ sigma │   t │ lead │
├───────┼───────┼─────┼──────┤
│    20 │     3 │ 7.4 │ 5.25 │
└───────┴───────┴─────┴──────┘
status: ok; 0 clamped epochs
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("fit with lead (-want +got):\n%s", diff)
	}
}
