package twosample

import (
	"math/rand/v2"

	"sparker/data"
	"sparker/train"
)

// Test is a two-sample test. An implementation may keep work space between calls, so a Test is for
// one goroutine at a time.
type Test interface {
	// Name returns the name of the test in tables and figures.
	Name() string
	// Statistics returns one statistic per scale. It is a function of the pair and of the stream:
	// the same arguments give the same bits. An error means that the test cannot be applied to the
	// pair. A computation that fails numerically is not an error: it is an Outcome whose Status is
	// not OK.
	Statistics(pair data.Pair, r *rand.Rand) (Outcome, error)
}

// Status tells how the computation of the statistics of one pair ended.
type Status string

// The statuses of an Outcome.
const (
	// OK means that the statistics can be used.
	OK Status = Status(train.OK)
	// NonFinite means that a number became NaN or infinite.
	NonFinite Status = Status(train.NonFinite)
	// TooFewRows means that a sample has fewer rows than the test needs.
	TooFewRows Status = Status(train.TooFewRows)
	// NotConverged means that a fit was still moving after its last step.
	NotConverged Status = "not_converged"
	// TooManyFailures is never the status of an Outcome. It is that of data which have statistics,
	// but no p-value, because too many of the null toys failed.
	TooManyFailures Status = "too_many_failures"
)

// Outcome is the answer of a Test for one pair.
type Outcome struct {
	T      []float64 // one per scale; empty unless Status is OK
	Status Status
	Reason string // why Status is not OK
	// ClampedEpochs counts the training epochs in which an exponential was held at its limit.
	ClampedEpochs int
	// Health is that of the annealed fit of the test itself, without its members; nil if it has
	// none.
	Health *train.FitHealth
	// Warnings are for whoever reads the statistics.
	Warnings []string
}
