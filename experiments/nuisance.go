package experiments

import (
	"fmt"

	"sparker/data"
	"sparker/data/sources"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// throwAtBestFit makes the toys of pools those at the nuisance parameters that fit the observed
// sample best, if there are any.
func throwAtBestFit(pools *sources.Pools, seed uint64) error {
	if !pools.Varied() || !pools.HasObserved() {
		return nil
	}
	pair, err := pools.Observed(stream(seed, "data", results.ToyID{Hypothesis: results.Observed}))
	if err == nil {
		var null train.NullEstimate
		if null, err = train.EstimateNull(pair); err == nil {
			err = pools.ThrowAt(null.Values, null.Errors)
		}
	}
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	return nil
}

// nuisanceRecord returns what a fit of a pair says about its nuisance parameters; nil if there are
// none.
func nuisanceRecord(pair data.Pair, fit twosample.Fit) *results.NuisanceRecord {
	if fit.Null == nil {
		return nil
	}
	r := &results.NuisanceRecord{Delta: fit.Null.Delta, Null: fit.Null.Values,
		NullErrors: fit.Null.Errors}
	for _, n := range pair.Nuisances {
		r.Names, r.Measured = append(r.Names, n.Name), append(r.Measured, n.Measured)
	}
	for _, c := range fit.Checkpoints {
		if c.Nuisances != nil {
			r.Fit = append(r.Fit, c.Nuisances.Values)
			r.FitErrors = append(r.FitErrors, c.Nuisances.Errors)
		}
	}
	return r
}

// atBestFit returns a pair with the reference weights at the nuisance parameters that fit its data
// best for f = 0. What was found is counted against these.
func atBestFit(pair data.Pair, fit twosample.Fit) data.Pair {
	if fit.Null == nil {
		return pair
	}
	return pair.Tilted(fit.Null.Values)
}
