package experiments

import (
	"sparker/data"
	"sparker/results"
	"sparker/twosample"
)

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
