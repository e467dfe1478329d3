package baselines

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/twosample/toytest"
)

// line is a pair in one dimension.
func line(reference, observed []float64) data.Pair {
	return data.Pair{
		Reference: data.Sample{X: reference, N: len(reference), D: 1},
		Data:      data.Sample{X: observed, N: len(observed), D: 1},
		Weight:    float64(len(observed)) / float64(len(reference)),
	}
}

func edfStatistic(t *testing.T, statistic string, pair data.Pair) float64 {
	t.Helper()
	return toytest.Statistics(t, must(NewEDF(EDFStatistic(statistic), 1)), pair, 1)[0]
}

// oddPairs are samples without and with ties, of different sizes.
func oddPairs() []data.Pair {
	pairs := []data.Pair{normalPair(1, 40, 15, 1, 0.5), normalPair(2, 7, 30, 1, 0),
		normalPair(3, 1, 1, 1, 0)}
	tied := normalPair(4, 50, 20, 1, 0.3)
	for _, x := range [][]float64{tied.Reference.X, tied.Data.X} {
		for i := range x {
			x[i] = math.Round(2 * x[i])
		}
	}
	return append(pairs, tied)
}

func TestKolmogorovSmirnovEqualsGonum(t *testing.T) {
	t.Parallel()
	for _, pair := range oddPairs() {
		a, b := slices.Sorted(slices.Values(pair.Reference.X)),
			slices.Sorted(slices.Values(pair.Data.X))
		n, m := float64(len(a)), float64(len(b))
		closeTo(t, "Kolmogorov-Smirnov", edfStatistic(t, "ks", pair),
			math.Sqrt(n*m/(n+m))*stat.KolmogorovSmirnov(a, nil, b, nil), 1e-12)
	}
}

// slowAD is the statistic of k samples of Scholz & Stephens with middle ranks, eq. 7, as printed.
func slowAD(samples ...[]float64) float64 {
	all := slices.Concat(samples...)
	slices.Sort(all)
	N := float64(len(all))
	below := func(x []float64, z float64) (count float64) { // half of those at z
		for _, v := range x {
			if v < z {
				count++
			} else if v == z {
				count += 0.5
			}
		}
		return count
	}
	var sum float64
	for _, x := range samples {
		n := float64(len(x))
		for _, z := range slices.Compact(slices.Clone(all)) {
			l := 0.0
			for _, v := range all {
				if v == z {
					l++
				}
			}
			b := below(all, z)
			if scale := b*(N-b) - N*l/4; scale > 0 {
				sum += l / N * math.Pow(N*below(x, z)-n*b, 2) / scale / n
			}
		}
	}
	return (N - 1) / N * sum
}

// The formula of the test gives the published 8.3926 for the smoothness of paper from four
// laboratories (Scholz & Stephens 1987, section 7), and the test that formula for two samples.
func TestAndersonDarling(t *testing.T) {
	t.Parallel()
	paper := [][]float64{
		{38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0},
		{39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8},
		{34.0, 35.0, 39.0, 40.0, 43.0, 43.0, 44.0, 45.0},
		{34.0, 34.8, 34.8, 35.4, 37.2, 37.8, 41.2, 42.8},
	}
	closeTo(t, "four laboratories", slowAD(paper...), 8.3926, 1e-5)
	for i, a := range paper {
		for _, b := range paper[:i] {
			closeTo(t, "two laboratories", edfStatistic(t, "ad", line(a, b)), slowAD(a, b), 1e-12)
		}
	}
	for _, pair := range oddPairs() {
		if pair.Data.N > 1 {
			closeTo(t, "two samples", edfStatistic(t, "ad", pair),
				slowAD(pair.Reference.X, pair.Data.X), 1e-12)
		}
	}
}

// Without ties the statistic is that of ranks (Anderson 1962): U/(nm(n+m)) - (4nm-1)/(6(n+m)), U =
// n Σ(r_i-i)² + m Σ(s_j-j)².
func TestCramerVonMises(t *testing.T) {
	t.Parallel()
	for _, pair := range oddPairs()[:3] {
		a, b := slices.Sorted(slices.Values(pair.Reference.X)),
			slices.Sorted(slices.Values(pair.Data.X))
		all := slices.Sorted(slices.Values(slices.Concat(a, b)))
		n, m := float64(len(a)), float64(len(b))
		var u float64
		for i, v := range a {
			u += n * math.Pow(float64(slices.Index(all, v)-i), 2)
		}
		for i, v := range b {
			u += m * math.Pow(float64(slices.Index(all, v)-i), 2)
		}
		closeTo(t, "Cramér-von Mises", edfStatistic(t, "cvm", pair),
			u/(n*m*(n+m))-(4*n*m-1)/(6*(n+m)), 1e-10)
	}
}
