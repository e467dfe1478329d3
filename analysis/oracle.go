package analysis

import (
	"fmt"
	"math"
	"sync"

	"sparker/data/sources"
	"sparker/internal/rng"
	"sparker/stats"
)

// How many events the oracle's distribution is estimated with: as many coordinates as
// oracleCoordinates allows, within bounds.
const (
	oracleCoordinates = 1 << 23
	oracleMost        = 1 << 19
	oracleLeast       = 1 << 15
)

// oracle is the power, at size alpha, of the likelihood ratio of the true alternative at strength
// signal: the limit that no test exceeds. The distribution of the ratio over a whole sample is
// computed (see stats.OraclePower) from that over single events, which is estimated by importance
// sampling: half of the events are drawn from the null, and half from the alternative at the
// strength of the whole background, where signal events abound, or the strongest deficit. The
// relative error of a region's rate is below one per cent.
func oracle(a sources.Alternative, seed uint64, signal, alpha float64) (stats.OracleResult, error) {
	n := min(max(oracleCoordinates/a.Dim(), oracleLeast), oracleMost)
	r := rng.New(seed, "oracle", math.Float64bits(signal))
	null, alternative, fixed := a.Counts(signal)
	strong := a.Strongest()
	_, strongCount, _ := a.Counts(strong)
	in := stats.OracleInput{
		Y: make([]float64, n), NullWeight: make([]float64, n), AltWeight: make([]float64, n),
		NullCount: null, AltCount: alternative, Fixed: fixed,
	}
	// density turns log(n_alt/n_0) into the ratio of normalized densities.
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
		in.Y[i] = a.LogRatio(x, signal)
		in.NullWeight[i] = 2 / (1 + density(a.LogRatio(x, strong), strongCount))
		in.AltWeight[i] = in.NullWeight[i] * density(in.Y[i], alternative)
	}
	return stats.OraclePower(in, alpha)
}

// oracles keeps the powers of the likelihood ratio that are known already: cells of a sweep, and
// runs that are compared, share them.
type oracles struct {
	mu    sync.Mutex
	known map[string]stats.OracleResult
}

func newOracles() *oracles { return &oracles{known: map[string]stats.OracleResult{}} }

// at returns the oracle of a cell at a signal strength.
func (o *oracles) at(a sources.Alternative, c cell, signal float64) (stats.OracleResult, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	alpha := c.experiment.Test.Alpha
	key := fmt.Sprint(c.record.SamplesKey, signal, alpha)
	if limit, known := o.known[key]; known {
		return limit, nil
	}
	limit, err := oracle(a, c.experiment.Seed, signal, alpha)
	if err == nil {
		o.known[key] = limit
	}
	return limit, err
}
