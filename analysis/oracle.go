package analysis

import (
	"fmt"
	"math"
	"sync"

	"sparker/configs"
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

// checkEvents is the number of events of a check.
const checkEvents = 1 << 10

// CheckOracles returns a warning for every signal strength of an experiment at which the power of
// the likelihood ratio of the true alternative cannot be computed. Its summary then lacks that
// number. The check takes a few events, and an experiment without a known alternative passes.
func CheckOracles(e configs.Experiment) ([]string, error) {
	a, err := alternative(e)
	if a == nil || err != nil {
		return nil, err
	}
	var warnings []string
	for _, signal := range e.Toys.Signal {
		test := oracleTest{signal: signal, alpha: e.Test.Alpha, seed: e.Seed}
		if err := test.input(a, checkEvents).Validate(test.alpha); err != nil {
			warnings = append(warnings, noOracle(signal, err))
		}
	}
	return warnings, nil
}

// noOracle is the warning that the oracle cannot be computed.
func noOracle(signal float64, err error) string {
	return fmt.Sprintf("there is no oracle at N_S = %v: %v", signal, err)
}

// power returns the power of the likelihood ratio of the true alternative, which no test exceeds.
//
// The distribution of the ratio over a whole sample is computed from that over single events (see
// [stats.OraclePower]). The latter is estimated by importance sampling. Half of the events are
// drawn from the null; the other half from the strongest alternative, in which signal events abound
// or the deficit is largest. The relative error of the rate of a region is below one per cent.
func (o oracleTest) power(a sources.Alternative) (stats.OracleResult, error) {
	n := min(max(oracleCoordinates/a.Dim(), oracleLeast), oracleMost)
	return stats.OraclePower(o.input(a, n), o.alpha)
}

// input draws n events.
func (o oracleTest) input(a sources.Alternative, n int) stats.OracleInput {
	r := rng.New(o.seed, "oracle", math.Float64bits(o.signal))
	null, alternative, fixed := a.Counts(o.signal)
	strong := a.Strongest()
	_, strongCount, _ := a.Counts(strong)
	in := stats.OracleInput{
		Y: make([]float64, n), NullWeight: make([]float64, n), AltWeight: make([]float64, n),
		NullCount: null, AltCount: alternative, Fixed: fixed,
	}
	ratio := func(y, count float64) densityRatio {
		if fixed {
			return densityRatio{y, 1, 1}
		}
		return densityRatio{y, null, count}
	}
	x := make([]float64, a.Dim())
	for i := range n {
		if i%2 == 0 {
			a.Background(r, x)
		} else {
			a.Anomalous(r, x, strong)
		}
		in.Y[i] = a.LogRatio(x, o.signal)
		in.NullWeight[i], in.AltWeight[i] = eventWeights(
			ratio(a.LogRatio(x, strong), strongCount), ratio(in.Y[i], alternative),
			o.signal/strong)
	}
	return in
}

// densityRatio is the ratio of a normalized density to that of the null: e^y times the ratio of the
// expected numbers of events of the null and of the density.
type densityRatio struct{ y, null, count float64 }

// value returns the ratio.
func (d densityRatio) value() float64 { return math.Exp(d.y) * d.null / d.count }

// largeLogRatio is a y whose e^y is far from overflowing, and so large that 1 + e^y is e^y.
const largeLogRatio = 300

// eventWeights returns the weights of an event that represents the null and an alternative, if it
// is drawn in equal parts from the null and the strongest alternative. The share is the signal
// strength of the alternative divided by that of the strongest.
//
// If the log-ratio of the strongest is large, anomalies dominate its density, and the ratio of the
// densities of anomalies is the share. The exponentials would overflow there, and the difference of
// the log-ratios would be lost in rounding.
func eventWeights(strongest, alternative densityRatio, share float64) (null, alt float64) {
	if strongest.y > largeLogRatio {
		null = 2 * math.Exp(-strongest.y) * strongest.count / strongest.null
		return null, 2 * share * strongest.count / alternative.count
	}
	null = 2 / (1 + strongest.value())
	return null, null * alternative.value()
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
