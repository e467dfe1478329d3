package baselines

import (
	"testing"

	"sparker/data"
	"sparker/twosample/toytest"
)

// The energy statistic is nm/(n+m) times the biased MMD² of the kernel -|x-y|, and the integral
// that replaces the sums in one dimension gives the same as the sums.
func TestEnergyEqualsBruteForce(t *testing.T) {
	t.Parallel()
	negative := func(x, y []float64) float64 { return -distanceOf(x, y, 2) }
	for _, d := range []int{1, 2, 7} {
		pair := normalPair(3, 23, 11, d, 0.4)
		got := toytest.Statistics(t, must(NewEnergy(DefaultEnergy(), d)), pair, 1)[0]
		closeTo(t, "energy", got, 23.*11/34*slowMMD(pair, true, negative), 1e-10)
	}
	line := normalPair(4, 23, 11, 1, 0.4)
	plane := data.Pair{Reference: data.Sample{N: 23, D: 2}, Data: data.Sample{N: 11, D: 2}}
	for _, v := range line.Reference.X {
		plane.Reference.X = append(plane.Reference.X, v, 5)
	}
	for _, v := range line.Data.X {
		plane.Data.X = append(plane.Data.X, v, 5)
	}
	closeTo(t, "a constant column", toytest.Statistics(t, must(NewEnergy(DefaultEnergy(), 2)),
		plane, 1)[0],
		toytest.Statistics(t, must(NewEnergy(DefaultEnergy(), 1)), line, 1)[0], 1e-10)
	// one row at 0 and one at 1: 1/2 · 2 · 1
	one := data.Pair{Reference: data.Sample{X: []float64{0}, N: 1, D: 1},
		Data: data.Sample{X: []float64{1}, N: 1, D: 1}}
	closeTo(t, "two rows", toytest.Statistics(t, must(NewEnergy(DefaultEnergy(), 1)), one, 1)[0], 1,
		1e-15)
}
