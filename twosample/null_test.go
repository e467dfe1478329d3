package twosample

import (
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"

	"sparker/data"
	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/stats"
)

// everyToy are the statistics of n toys, made by every processor with a test of its own. A toy is a
// pair and the stream of its test.
func everyToy(t *testing.T, n int, newTest func() Test,
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
				if err != nil || o.Status != StatusOK {
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

// nullToys draws toys without signal from a source; test names the stream of the test.
func nullToys(t *testing.T, from sources.Source, purpose, test string) func(i int) (data.Pair,
	*rand.Rand) {
	return func(i int) (data.Pair, *rand.Rand) {
		pair, err := from.Draw(rng.New(1, purpose, uint64(i)), 0)
		if err != nil {
			t.Error(err)
		}
		return pair, rng.New(1, test, uint64(i))
	}
}

// pValues are the joint-rank p-values of fresh toys.
func pValues(t *testing.T, calibration, fresh [][]float64) []float64 {
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

// uniform checks p-values against the uniform distribution. True uniformity fails this for about
// two seeds in a hundred.
func uniform(t *testing.T, p []float64) {
	t.Helper()
	if _, ksP, _, chi2P := stats.Uniformity(p); ksP < 0.01 || chi2P < 0.01 {
		t.Errorf("null p-values: Kolmogorov-Smirnov p %.2g, chi-square p %.2g", ksP, chi2P)
	}
}

// rejected is the share of p-values at or below alpha.
func rejected(p []float64, alpha float64) float64 {
	n := 0
	for _, v := range p {
		if v <= alpha {
			n++
		}
	}
	return float64(n) / float64(len(p))
}
