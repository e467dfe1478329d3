package baselines

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/twosample/toytest"
)

// normals draws n rows of N(mean, 1) in every column.
func normals(r *rand.Rand, n, d int, mean float64) data.Sample {
	s := data.Sample{X: make([]float64, n*d), N: n, D: d}
	for i := range s.X {
		s.X[i] = mean + r.NormFloat64()
	}
	return s
}

// normalPair draws data of another mean than the reference's.
func normalPair(seed uint64, n, m, d int, mean float64) data.Pair {
	r := rand.New(rand.NewPCG(seed, 9))
	return data.Pair{Reference: normals(r, n, d, 0), Data: normals(r, m, d, mean),
		Weight: float64(m) / float64(n)}
}

// distanceOf is the p-norm of a difference, the slow way.
func distanceOf(a, b []float64, p float64) float64 {
	var sum float64
	for j := range a {
		sum += math.Pow(math.Abs(a[j]-b[j]), p)
	}
	return math.Pow(sum, 1/p)
}

// meanOver is the mean of k over all pairs of rows; with apart, of different rows of one sample.
func meanOver(a, b data.Sample, apart bool, k func(x, y []float64) float64) float64 {
	var sum, count float64
	for i := range a.N {
		for j := range b.N {
			if !apart || i != j {
				sum += k(a.Row(i), b.Row(j))
				count++
			}
		}
	}
	return sum / count
}

// slowMMD is the unbiased (or biased) MMD² by definition.
func slowMMD(pair data.Pair, biased bool, k func(x, y []float64) float64) float64 {
	x, y := pair.Reference, pair.Data
	return meanOver(x, x, !biased, k) + meanOver(y, y, !biased, k) - 2*meanOver(x, y, false, k)
}

func gaussianKernel(sigma float64) func(x, y []float64) float64 {
	return func(x, y []float64) float64 {
		d := distanceOf(x, y, 2)
		return math.Exp(-d * d / (2 * sigma * sigma))
	}
}

// medianOf is the median distance between the rows of a sample.
func medianOf(s data.Sample) float64 {
	var all []float64
	for i := range s.N {
		for j := range i {
			all = append(all, distanceOf(s.Row(i), s.Row(j), 2))
		}
	}
	slices.Sort(all)
	return (all[(len(all)-1)/2] + all[len(all)/2]) / 2
}

func closeTo(t *testing.T, what string, got, want, relative float64) {
	t.Helper()
	if !(math.Abs(got-want) <= relative*max(1e-3, math.Abs(want))) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

// must unwraps a constructor that must not fail.
func must[T any](test T, err error) T {
	if err != nil {
		panic(err)
	}
	return test
}

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

// More rows than the limit are drawn from the stream; up to it, the stream has no part.
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

// With every row a landmark, the projection loses nothing: the biased MMD² appears, but for the
// 1e-8 on the diagonal. With fewer it is smaller, and 0 for two samples that are the same.
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

// The exponential of the kernels is that of the library to a relative 1e-15, from 1 down to
// nothing, and an overflow is no number.
func TestDecay(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 1))
	v := []float64{0, 5e-324, 1e-300, 707.99, 708, 720, 745, 800, 1e300, math.Inf(1)}
	for range 100000 {
		v = append(v, math.Exp(r.Float64()*12-5))
	}
	got := make([]float64, len(v))
	decay(got, v, 1)
	for i, x := range v {
		if want := math.Exp(-x); math.Abs(got[i]-want) > 1e-15*want {
			t.Errorf("exp(-%v) = %v, want %v", x, got[i], want)
		}
	}
	decay(got[:1], v[:1], math.Inf(1))
	if !math.IsNaN(got[0]) {
		t.Errorf("infinity times 0 decays to %v", got[0])
	}
}

// shuffle is the sample with its rows in another order.
func shuffle(s data.Sample, seed uint64) data.Sample {
	x := make([]float64, 0, len(s.X))
	for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(s.N) {
		x = append(x, s.Row(i)...)
	}
	return data.Sample{X: x, N: s.N, D: s.D}
}
