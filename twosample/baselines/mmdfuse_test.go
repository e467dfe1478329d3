package baselines

import (
	"math"
	"slices"
	"testing"

	"sparker/data"
	"sparker/twosample/toytest"
)

func TestMMDFuseEqualsBruteForce(t *testing.T) {
	t.Parallel()
	pair := normalPair(6, 30, 20, 2, 0.7)
	all := data.Sample{X: slices.Concat(pair.Reference.X, pair.Data.X), N: 50, D: 2}
	lambda := math.Sqrt(20 * 19)
	var mean float64
	for _, p := range []float64{1, 2} {
		d := sortedDistances(pair, p)
		low, high := d[len(d)/20]/2, 2*d[len(d)-1-len(d)/20]
		for k := range 10 {
			width := low + (high-low)*float64(k)/9
			kernel := func(x, y []float64) float64 {
				if p == 1 {
					return math.Exp(-math.Sqrt2 * distanceOf(x, y, 1) / width)
				}
				return gaussianKernel(width)(x, y)
			}
			norm := meanOver(all, all, true, func(x, y []float64) float64 {
				return kernel(x, y) *
					kernel(x, y)
			})
			mean += math.Exp(lambda*slowMMD(pair, false, kernel)/math.Sqrt(norm)) / 20
		}
	}
	got := toytest.Statistics(t, must(NewMMDFuse(DefaultMMDFuse(), 2)), pair, 1)[0]
	closeTo(t, "FUSE", got, math.Log(mean)/lambda, 1e-8)
}
