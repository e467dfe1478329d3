package twosample

import (
	"fmt"
	"math/rand/v2"

	"sparker/data"
)

// Standardized returns a test that sees every pair with its columns shifted and scaled as
// [data.Standardizer] does. Warnings of the Outcome name the columns that are constant in the
// reference.
func Standardized(test Test) Test { return standardized{test} }

type standardized struct{ Test }

func (s standardized) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if pair.Reference.D != pair.Data.D {
		return Outcome{}, fmt.Errorf("twosample: %d columns in the reference, %d in the data",
			pair.Reference.D, pair.Data.D)
	}
	standardizer, warnings := data.NewStandardizer(pair)
	pair.Reference, pair.Data = standardizer.Apply(pair.Reference), standardizer.Apply(pair.Data)
	o, err := s.Test.Statistics(pair, r)
	o.Warnings = append(warnings, o.Warnings...)
	return o, err
}

// AsGiven returns a test that sees every pair in the data's own units. The Outcome has the warnings
// of [data.OwnUnits].
func AsGiven(test Test) Test { return asGiven{test} }

type asGiven struct{ Test }

func (s asGiven) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	o, err := s.Test.Statistics(pair, r)
	o.Warnings = append(data.OwnUnits(pair), o.Warnings...)
	return o, err
}
