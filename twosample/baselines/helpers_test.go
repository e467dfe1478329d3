package baselines

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
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

// shuffle is the sample with its rows in another order.
func shuffle(s data.Sample, seed uint64) data.Sample {
	x := make([]float64, 0, len(s.X))
	for _, i := range rand.New(rand.NewPCG(seed, 1)).Perm(s.N) {
		x = append(x, s.Row(i)...)
	}
	return data.Sample{X: x, N: s.N, D: s.D}
}
