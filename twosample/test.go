package twosample

import (
	"math/rand/v2"

	"sparker/data"
)

// Test is a two-sample test. Implementations may keep work space between calls; a Test is for one
// goroutine.
type Test interface {
	// Name is the test's name in tables and figures.
	Name() string
	// Statistics computes one statistic per scale. The same pair and the same stream give the same
	// bits. An error means that the test cannot be applied to this pair; a computation that fails
	// numerically is an Outcome with a Status other than ok.
	Statistics(pair data.Pair, r *rand.Rand) (Outcome, error)
}

// StatusOK is the status of an Outcome whose statistics can be used.
const StatusOK = "ok"

// Outcome is what a Test says of one pair.
type Outcome struct {
	T      []float64 // one per scale; empty when Status is not ok
	Status string
	Reason string // why Status is not ok
	// ClampedEpochs counts the training epochs in which an exponential was held at its limit.
	ClampedEpochs int
}
