package baselines

import (
	"testing"

	"sparker/twosample/toytest"
)

// With every row a landmark, the projection loses nothing: the statistic is the biased MMD²,
// except for the 1e-8 on the diagonal. With fewer landmarks it is smaller, and 0 for equal samples.
func TestNystroemMMD(t *testing.T) {
	t.Parallel()
	pair := normalPair(2, 25, 15, 2, 0.5)
	full := must(NewNystroemMMD(NystroemMMDConfig{Widths: []float64{1, 0.5}, Landmarks: 40}, 2))
	got := toytest.Statistics(t, full, pair, 1)
	few := must(NewNystroemMMD(NystroemMMDConfig{Widths: []float64{1, 0.5}, Landmarks: 5}, 2))
	projected := toytest.Statistics(t, few, pair, 1)
	sigma := medianOf(pair.Reference)
	for i, w := range []float64{1, 0.5} {
		want := slowMMD(pair, true, gaussianKernel(w*sigma))
		closeTo(t, "all rows are landmarks", got[i], want, 1e-5)
		if !(projected[i] > 0 && projected[i] < want) {
			t.Errorf("with 5 landmarks %v, with all %v", projected[i], want)
		}
	}
	pair.Data = pair.Reference
	for _, v := range toytest.Statistics(t, few, pair, 1) {
		if v > 1e-20 || v < 0 {
			t.Errorf("MMD² of a sample with itself %v", v)
		}
	}
}
