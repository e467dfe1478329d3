package baselines

import (
	"errors"
	"fmt"
	"math"

	"sparker/data"
	"sparker/twosample"
)

// needs are the requirements of a test on a pair.
type needs struct {
	dim             int
	reference, data int // the least numbers of rows
	weight          bool
}

// check returns an error if the test cannot be applied to the pair. If a sample is too small, ok is
// false, and the Outcome says so.
func (n needs) check(pair data.Pair) (o twosample.Outcome, ok bool, err error) {
	if err := errors.Join(n.checkSample("reference", pair.Reference),
		n.checkSample("data", pair.Data)); err != nil {
		return twosample.Outcome{}, false, err
	}
	if n.weight && !positive(pair.Weight) {
		return twosample.Outcome{}, false, fmt.Errorf("baselines: the weight of the reference's "+
			"rows is %v; must be a finite number above 0", pair.Weight)
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

func (n needs) checkSample(name string, s data.Sample) error {
	if s.D != n.dim {
		return fmt.Errorf("baselines: %d columns in the %s; the test is for %d", s.D, name, n.dim)
	}
	if s.N < 0 || len(s.X) != s.N*s.D {
		return fmt.Errorf("baselines: %d values in the %s do not make %d rows of %d columns",
			len(s.X), name, s.N, s.D)
	}
	for i, v := range s.X {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("baselines: row %d, column %d of the %s is %v", i/s.D, i%s.D, name, v)
		}
	}
	return nil
}

// outcome returns the Outcome of statistics. Coordinates near the end of the range of numbers can
// overflow; a statistic that is not finite then gives the status non_finite.
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
