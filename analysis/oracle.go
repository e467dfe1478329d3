package analysis

import (
	"fmt"
	"math"
	"sync"

	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/stats"
)

// The number of events that estimate the distribution of the log-ratio: oracleCoordinates divided
// by the dimension, within bounds.
const (
	oracleCoordinates = 1 << 23
	oracleMost        = 1 << 19
	oracleLeast       = 1 << 15
)

// oracleTest is the likelihood-ratio test of an alternative at a signal strength.
type oracleTest struct {
	signal float64 // N_S
	alpha  float64 // its size
	seed   uint64
}

// power returns the power of the likelihood ratio of the true alternative, which no test exceeds.
//
// The distribution of the ratio over a whole sample is computed from that over single events (see
// [stats.OraclePower]). The latter is estimated by importance sampling. Half of the events are
// drawn from the null; the other half from the strongest alternative, in which signal events abound
// or the deficit is largest. The relative error of the rate of a region is below one per cent.
func (o oracleTest) power(a sources.Alternative) (stats.OracleResult, error) {
	n := min(max(oracleCoordinates/a.Dim(), oracleLeast), oracleMost)
	r := rng.New(o.seed, "oracle", math.Float64bits(o.signal))
	null, alternative, fixed := a.Counts(o.signal)
	strong := a.Strongest()
	_, strongCount, _ := a.Counts(strong)
	in := stats.OracleInput{
		Y: make([]float64, n), NullWeight: make([]float64, n), AltWeight: make([]float64, n),
		NullCount: null, AltCount: alternative, Fixed: fixed,
	}
	// density returns the ratio of the normalized densities for log(n_alt/n_0) = y.
	density := func(y, count float64) float64 {
		if fixed {
			return math.Exp(y)
		}
		return math.Exp(y) * null / count
	}
	x := make([]float64, a.Dim())
	for i := range n {
		if i%2 == 0 {
			a.Background(r, x)
		} else {
			a.Anomalous(r, x, strong)
		}
		in.Y[i] = a.LogRatio(x, o.signal)
		in.NullWeight[i] = 2 / (1 + density(a.LogRatio(x, strong), strongCount))
		in.AltWeight[i] = in.NullWeight[i] * density(in.Y[i], alternative)
	}
	return stats.OraclePower(in, o.alpha)
}

// oracles keeps the oracles that are known already. The cells of a sweep, and runs that are
// compared, share them.
type oracles struct {
	mu    sync.Mutex
	known map[string]stats.OracleResult
}

func newOracles() *oracles { return &oracles{known: map[string]stats.OracleResult{}} }

// at returns the oracle of a cell at a signal strength.
func (o *oracles) at(a sources.Alternative, c cell, signal float64) (stats.OracleResult, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	test := oracleTest{signal: signal, alpha: c.experiment.Test.Alpha, seed: c.experiment.Seed}
	key := fmt.Sprint(c.record.SamplesKey, signal, test.alpha)
	if limit, known := o.known[key]; known {
		return limit, nil
	}
	limit, err := test.power(a)
	if err == nil {
		o.known[key] = limit
	}
	return limit, err
}
