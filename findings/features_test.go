package findings

import (
	"testing"

	"sparker/data"
)

// A column is an indicator if all rows of both samples are 0 or 1 there.
func TestIndicator(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Weight: 1,
		Reference: data.Sample{X: []float64{0, 0, 0, 1, 1, 0, 0, 0, 1}, N: 3, D: 3},
		Data:      data.Sample{X: []float64{1, 0, 0.5, 0, 1, 1}, N: 2, D: 3}}
	fit := made(1, []float64{1}, 0, 0, 0)
	f, err := Find(pair, fit, FindOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, feature := range f.Kernels[0].Bulk {
		if want := feature.Column != 2; feature.Indicator != want {
			t.Errorf("column %d: an indicator is %v", feature.Column, feature.Indicator)
		}
	}
	if len(f.Kernels[0].Bulk) != 3 {
		t.Errorf("%d columns", len(f.Kernels[0].Bulk))
	}
}
