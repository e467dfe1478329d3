package twosample

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
)

// Standardized returns a test that sees every pair with its columns shifted and scaled by the mean
// and the standard deviation that they have in the reference. Columns that are constant in the
// reference are 0 in both samples; a warning of the Outcome names them.
func Standardized(test Test) Test { return standardized{test} }

type standardized struct{ Test }

func (s standardized) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if pair.Reference.D != pair.Data.D {
		return Outcome{}, fmt.Errorf("twosample: %d columns in the reference, %d in the data",
			pair.Reference.D, pair.Data.D)
	}
	standardizer, warnings := data.NewStandardizer(pair.Reference)
	pair.Reference, pair.Data = standardizer.Apply(pair.Reference), standardizer.Apply(pair.Data)
	o, err := s.Test.Statistics(pair, r)
	o.Warnings = append(warnings, o.Warnings...)
	return o, err
}
