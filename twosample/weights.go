package twosample

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"sparker/data"
)

// UnweightedTestError reports a test whose rows all count alike, for samples with weights of rows.
type UnweightedTestError struct {
	Method   string
	Weighted []string // the tests that take weights, without limits
}

func newUnweightedTestError(m Method) *UnweightedTestError {
	e := &UnweightedTestError{Method: m.Name}
	for _, other := range Methods() {
		if other.Weights && !other.Limit {
			e.Weighted = append(e.Weighted, other.Name)
		}
	}
	return e
}

func (e *UnweightedTestError) Error() string {
	return fmt.Sprintf("twosample: %s cannot take weights of rows; tests that can are %s", e.Method,
		strings.Join(e.Weighted, ", "))
}

// checkWeights returns an error if the rows of the setup have weights, and the method cannot take
// them.
func (m Method) checkWeights(s Setup) error {
	if s.Weighted && !m.Weights {
		return newUnweightedTestError(m)
	}
	return nil
}

// prepare is the Prepare of the method, whose tests refuse weights that they cannot take.
func (m Method) prepare(s Setup) (Prepared, error) {
	if err := m.checkWeights(s); err != nil {
		return Prepared{}, err
	}
	p, err := m.Prepare(s)
	if err != nil || m.Weights && !m.Limit {
		return p, err
	}
	newTest := p.New
	p.New = func() (Test, error) {
		test, err := newTest()
		if _, fits := test.(FittingTest); fits || err != nil {
			return test, err
		}
		return unweighted{test, m}, nil
	}
	return p, nil
}

// unweighted is a test that refuses pairs whose rows have different weights. A Limit does not look
// at the reference, so it refuses those of the data alone.
type unweighted struct {
	Test
	method Method
}

func (u unweighted) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	if data.Uneven(pair.DataWeights) || data.Uneven(pair.ReferenceWeights) && !u.method.Limit {
		return Outcome{}, newUnweightedTestError(u.method)
	}
	return u.Test.Statistics(pair, r)
}
