// Package toytest draws toys for the tests of two-sample tests, and checks their p-values. No
// program imports it.
package toytest

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/stats"
	"sparker/twosample"
)

// Exponential returns the source of the one-dimensional benchmark: data of Exp(1) with so many
// expected events, a reference of so many rows, and a signal at 6.4 with standard deviation 0.16.
func Exponential(t testing.TB, expected float64, reference int) sources.Source {
	t.Helper()
	c := sources.Default()
	c.Expected, c.Reference = expected, reference
	return Source(t, c)
}

// Source returns the generator of a config, which must be possible.
func Source(t testing.TB, c sources.Config) sources.Source {
	t.Helper()
	s, err := sources.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Draw draws a pair with so many expected signal events.
func Draw(t testing.TB, s sources.Source, r *rand.Rand, signal float64) data.Pair {
	t.Helper()
	pair, err := s.Draw(r, signal)
	if err != nil {
		t.Fatal(err)
	}
	return pair
}

// Statistics returns the statistics of a pair, which the test must be able to compute. The seed is
// that of the test's stream.
func Statistics(t testing.TB, test twosample.Test, pair data.Pair, seed uint64) []float64 {
	t.Helper()
	o, err := test.Statistics(pair, rng.New(seed, "test"))
	if err != nil || o.Status != twosample.OK {
		t.Fatalf("%s: %+v, %v", test.Name(), o, err)
	}
	return o.T
}

// EveryToy returns the statistics of n toys, one row per toy, computed by as many goroutines as
// there are processors, each with a test of its own. A toy is a pair and the stream of its test.
func EveryToy(t testing.TB, n int, newTest func() twosample.Test,
	toy func(i int) (data.Pair, *rand.Rand)) [][]float64 {
	t.Helper()
	rows := make([][]float64, n)
	var wait sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for worker := range workers {
		test := newTest()
		wait.Go(func() {
			for i := worker; i < n; i += workers {
				pair, r := toy(i)
				o, err := test.Statistics(pair, r)
				if err != nil || o.Status != twosample.OK {
					t.Errorf("toy %d: %+v, %v", i, o, err)
					return
				}
				rows[i] = o.T
			}
		})
	}
	wait.Wait()
	return rows
}

// Streams names the random streams of a set of toys: that of their pairs, and that of their test.
type Streams struct{ Pairs, Test string }

// NullToys returns a function that draws null toy i of a source, for EveryToy.
func NullToys(t testing.TB, from sources.Source, names Streams) func(i int) (data.Pair,
	*rand.Rand) {
	return func(i int) (data.Pair, *rand.Rand) {
		pair, err := from.Draw(rng.New(1, names.Pairs, uint64(i)), 0)
		if err != nil {
			t.Error(err)
		}
		return pair, rng.New(1, names.Test, uint64(i))
	}
}

// PValues returns the joint-rank p-values of toys (fresh) that are ranked among others
// (calibration), each a row of statistics.
func PValues(t testing.TB, calibration, fresh [][]float64) []float64 {
	t.Helper()
	c, err := stats.NewCalibration(calibration, stats.Mix)
	if err != nil {
		t.Fatal(err)
	}
	var p []float64
	for _, row := range fresh {
		significance, err := c.Test(row)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, significance.P)
	}
	return p
}

// Uniform checks that p-values are uniform on [0, 1]. Uniform ones fail for about two seeds in a
// hundred.
func Uniform(t testing.TB, p []float64) {
	t.Helper()
	if u := stats.Uniformity(p); u.KSP < 0.01 || u.ChiSquareP < 0.01 {
		t.Errorf("null p-values: Kolmogorov-Smirnov p %.2g, chi-square p %.2g", u.KSP,
			u.ChiSquareP)
	}
}

// Rejected returns the share of p-values at or below alpha.
func Rejected(p []float64, alpha float64) float64 {
	n := 0
	for _, v := range p {
		if v <= alpha {
			n++
		}
	}
	return float64(n) / float64(len(p))
}
