package baselines

import (
	"math"
	"slices"
	"testing"

	"sparker/data"
	"sparker/twosample/toytest"
)

// sortedDistances lists the p-norm distances above 0 between all rows of a pair.
func sortedDistances(pair data.Pair, p float64) []float64 {
	all := data.Sample{X: slices.Concat(pair.Reference.X, pair.Data.X),
		N: pair.Reference.N + pair.Data.N, D: pair.Data.D}
	var distances []float64
	for i := range all.N {
		for j := range i {
			if d := distanceOf(all.Row(i), all.Row(j), p); d > 0 {
				distances = append(distances, d)
			}
		}
	}
	slices.Sort(distances)
	return distances
}

func TestMMDAggStatisticsEqualBruteForce(t *testing.T) {
	t.Parallel()
	pair := normalPair(5, 30, 20, 2, 0.7)
	got := toytest.Statistics(t, must(NewMMDAgg(DefaultMMDAgg(), 2)), pair, 1)
	i := 0
	for _, p := range []float64{1, 2} { // Laplace, Gauss
		d := sortedDistances(pair, p)
		low, high := max(d[len(d)/20], d[len(d)/2]/10)/2, 2*d[len(d)-1]
		for k := range 10 {
			bandwidth := low * math.Pow(high/low, float64(k)/9)
			want := slowMMD(pair, false, func(x,
				y []float64) float64 {
				return math.Exp(-math.Pow(distanceOf(x, y, p)/bandwidth, p))
			})
			closeTo(t, "MMD²", got[i], want, 1e-8)
			i++
		}
	}
	powers := DefaultMMDAgg()
	powers.Kernels, powers.Range, powers.Low, powers.High = []string{"gaussian"}, "powers", -2, 1
	test := must(NewMMDAgg(powers, 2))
	if labels := test.Labels(); !slices.Equal(labels, []string{"gaussian 2^-2 median",
		"gaussian 2^-1 median", "gaussian 2^0 median", "gaussian 2^1 median"}) {
		t.Errorf("labels %q", labels)
	}
	d := sortedDistances(pair, 2)
	for i, v := range toytest.Statistics(t, test, pair, 1) {
		bandwidth := d[len(d)/2] * math.Pow(2, float64(i-2))
		closeTo(t, test.Labels()[i], v, slowMMD(pair, false, gaussianKernel(bandwidth/math.Sqrt2)),
			1e-8)
	}
}
