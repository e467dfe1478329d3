package sources

import (
	"math"
	"math/rand/v2"
	"slices"
	"sparker/data"
	"testing"
)

// stream is a random stream of its own for each test.
func stream(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x5eed)) }

// mustNew builds a generator.
func mustNew(t testing.TB, c Config) Alternative {
	t.Helper()
	s, err := New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s.(Alternative)
}

// mustDraw draws a toy.
func mustDraw(t testing.TB, s Source, r *rand.Rand, signal float64) data.Pair {
	t.Helper()
	p, err := s.Draw(r, signal)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// config is a configuration with a small reference.
func config(source string, dim int, signal Signal, expected float64, counting string) Config {
	return Config{Source: source, Dim: dim, Signal: signal, Reference: 100, Expected: expected,
		Counting: counting, Standardize: standardizeNone}
}

// column copies coordinate j of rows from to to.
func column(s data.Sample, j, from, to int) []float64 {
	var x []float64
	for i := from; i < to; i++ {
		x = append(x, s.Row(i)[j])
	}
	return x
}

// checkKS is a Kolmogorov-Smirnov test of x against a distribution function. It fails for a true
// null with probability 1e-4: the asymptotic distribution of sqrt(n) D exceeds 2.2253 with 2
// exp(-2·2.2253²) = 1e-4.
func checkKS(t *testing.T, what string, x []float64, cdf func(float64) float64) {
	t.Helper()
	x = slices.Clone(x)
	slices.Sort(x)
	n, worst := float64(len(x)), 0.0
	for i, v := range x {
		p := cdf(v)
		worst = max(worst, p-float64(i)/n, float64(i+1)/n-p)
	}
	if !(math.Sqrt(n)*worst < 2.2253) {
		t.Errorf("%s: sqrt(n) D = %.3f over %d draws, above the bound 2.2253", what,
			math.Sqrt(n)*worst, len(x))
	}
}

// checkMean compares the mean of x with what it should be, within 4 standard errors: a true value
// fails with probability 6e-5.
func checkMean(t *testing.T, what string, x []float64, want float64) {
	t.Helper()
	n := float64(len(x))
	mean, square := 0.0, 0.0
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		square += (v - mean) * (v - mean) / (n - 1)
	}
	if se := math.Sqrt(square / n); !(math.Abs(mean-want) <= 4*se+1e-12*math.Abs(want)) {
		t.Errorf("%s: mean %.6g over %d draws, want %.6g within 4 standard errors of %.2g", what,
			mean, len(x), want, se)
	}
}

// checkVariance compares the variance of x about a known mean with what it should be, within 4
// standard errors.
func checkVariance(t *testing.T, what string, x []float64, mean, want float64) {
	t.Helper()
	squares := make([]float64, len(x))
	for i, v := range x {
		squares[i] = (v - mean) * (v - mean)
	}
	checkMean(t, what, squares, want)
}
