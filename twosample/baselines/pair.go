package baselines

import (
	"fmt"
	"math"

	"sparker/data"
	"sparker/twosample"
)

// needs are what a test asks of a pair.
type needs struct {
	dim             int
	reference, data int // rows
	weight          bool
}

// check is an error where the test cannot be applied, and ok is false, with the Outcome, where the
// samples are too small.
func (n needs) check(pair data.Pair) (o twosample.Outcome, ok bool, err error) {
	for _, s := range []struct {
		name string
		data.Sample
	}{{"reference", pair.Reference}, {"data", pair.Data}} {
		if s.D != n.dim {
			return twosample.Outcome{}, false, fmt.Errorf(
				"baselines: %d columns in the %s; the test is for %d", s.D, s.name, n.dim)
		}
		if s.N < 0 || len(s.X) != s.N*s.D {
			return twosample.Outcome{}, false,
				fmt.Errorf("baselines: %d values in the %s do not make %d "+
					"rows of %d columns", len(s.X), s.name, s.N, s.D)
		}
		for i, v := range s.X {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				return twosample.Outcome{}, false,
					fmt.Errorf("baselines: row %d, column %d of the %s is %v",
						i/s.D, i%s.D, s.name, v)
			}
		}
	}
	if n.weight && (!(pair.Weight > 0) || math.IsInf(pair.Weight, 0)) {
		return twosample.Outcome{}, false,
			fmt.Errorf("baselines: the weight of the reference's rows is "+
				"%v; must be a finite number above 0", pair.Weight)
	}
	if pair.Reference.N < n.reference || pair.Data.N < n.data {
		return twosample.Outcome{
			Status: twosample.TooFewRows,
			Reason: fmt.Sprintf("%d rows in the reference and %d in the data; at least %d and "+
				"%d are needed", pair.Reference.N, pair.Data.N, n.reference, n.data),
		}, false, nil
	}
	return twosample.Outcome{}, true, nil
}

// outcome is that of statistics which were computed. Coordinates near the end of the numbers' range
// can overflow; what comes of that is a failure, never a NaN that is ranked.
func outcome(t ...float64) twosample.Outcome {
	for i, v := range t {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return failure(fmt.Sprintf("statistic %d is %v", i, v))
		}
	}
	return twosample.Outcome{T: t, Status: twosample.OK}
}

// failure is the Outcome of a computation that overflowed.
func failure(reason string) twosample.Outcome {
	return twosample.Outcome{Status: twosample.NonFinite, Reason: reason}
}
