package baselines

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"sparker/internal/rng"
	"sparker/twosample/toytest"
)

func TestMMDEqualsBruteForce(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 3, 9} {
		pair := normalPair(1, 30, 17, d, 0.5)
		test := must(NewMMD(MMDConfig{Widths: []float64{0.5, 1.3, 4, 2, 1}}, d))
		got := toytest.Statistics(t, test, pair, 1)
		sigma := medianOf(pair.Reference)
		for i, w := range test.cfg.Widths {
			closeTo(t, test.Labels()[i], got[i], slowMMD(pair, false, gaussianKernel(w*sigma)),
				1e-9)
		}
	}
}

// The estimate is unbiased: its mean over null pairs is 0, and that over N(0,1) against N(1,1) is
// 2 σ/√(σ²+2) (1 - exp(-1/(2(σ²+2)))), the integral of the kernel over both densities. Four
// standard errors, fixed seed.
func TestMMDIsUnbiased(t *testing.T) {
	t.Parallel()
	const sigma = 0.8
	sums := kernelSums{kernels: gaussians(nil, []float64{sigma}, 1)}
	for _, mean := range []float64{0, 1} {
		want := 2 * sigma / math.Sqrt(sigma*sigma+2) * (1 -
			math.Exp(-mean*mean/(2*(sigma*sigma+2))))
		var values []float64
		var a, b rows
		for seed := range uint64(3000) {
			pair := normalPair(seed, 14, 8, 1, mean)
			a.take(pair.Reference, 0, nil)
			b.take(pair.Data, 0, nil)
			values = append(values, sums.discrepancies(&a, &b)[0])
		}
		got, sd := stat.MeanStdDev(values, nil)
		if e := sd / math.Sqrt(3000); math.Abs(got-want) > 4*e {
			t.Errorf("mean MMD² %v at a shift of %v, want %v ± %v", got, mean, want, e)
		}
	}
}

// Of more rows than the limit, the stream draws some. Otherwise the stream has no influence.
func TestMMDSubsample(t *testing.T) {
	t.Parallel()
	pair := normalPair(1, 80, 20, 2, 0)
	limited := must(NewMMD(MMDConfig{Widths: []float64{1}, MaxReference: 40}, 2))
	if a, b := toytest.Statistics(t, limited, pair, 1),
		toytest.Statistics(t, limited, pair, 2); slices.Equal(a,
		b) {
		t.Errorf("the same rows from two streams: %v", a)
	}
	all, exact := must(NewMMD(MMDConfig{Widths: []float64{1}}, 2)),
		must(NewMMD(MMDConfig{Widths: []float64{1}, MaxReference: 80}, 2))
	if a, b := toytest.Statistics(t, all, pair, 1), toytest.Statistics(t, exact, pair,
		2); !slices.Equal(a, b) {
		t.Errorf("all rows: %v, 80 of 80: %v", a, b)
	}
	// the mean over subsamples is the value of all rows
	var values []float64
	sums := kernelSums{kernels: gaussians(nil, []float64{1}, 1)}
	var a, b rows
	b.take(pair.Data, 0, nil)
	for seed := range uint64(2000) {
		a.take(pair.Reference, 30, rng.New(seed, "test"))
		values = append(values, sums.discrepancies(&a, &b)[0])
	}
	mean, sd := stat.MeanStdDev(values, nil)
	if want := slowMMD(pair, false, gaussianKernel(1)); math.Abs(mean-want) > 4*sd/math.Sqrt(2000) {
		t.Errorf("mean over subsamples %v, of all rows %v", mean, want)
	}
}
