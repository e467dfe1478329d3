package stats

import (
	"fmt"
	"math"
	"slices"
)

// NullToy is the outcome of a test on one null toy: a statistic per scale, or a failure.
type NullToy struct {
	// T holds one statistic per scale. It is not read if the toy failed.
	T []float64
	// Failed reports that the test yielded no statistics, for example because its fit diverged.
	Failed bool
}

// Calibrate prepares the outcomes of a test on null toys, of scales statistics each, for
// [Calibration.Test]. Toys that failed stay in the calibration and count as more extreme than any
// observation at every scale, which makes the test conservative. If too many failed, p says more
// about the failures than about the observation: see [Calibration.CheckFailures].
//
// It returns an error if there are no toys, if scales is below 1, if a toy that did not fail has
// another number of statistics or one that is NaN or -Inf, and if c is not a known combination.
func Calibrate(null []NullToy, scales int, c Combination) (*Calibration, error) {
	rows := make([][]float64, len(null))
	failed := 0
	for b, toy := range null {
		rows[b] = toy.T
		if toy.Failed {
			rows[b] = slices.Repeat([]float64{math.Inf(1)}, max(0, scales))
			failed++
		} else if err := checkRow(toy.T, scales); err != nil {
			return nil, fmt.Errorf("stats: calibrating: null toy %d: %w", b, err)
		}
	}
	calibration, err := NewCalibration(rows, c)
	if err != nil {
		return nil, err
	}
	calibration.failed = failed
	return calibration, nil
}

// Toys returns the number B of null toys, those that failed included.
func (c *Calibration) Toys() int { return c.toys }

// Failed returns how many of the null toys failed.
func (c *Calibration) Failed() int { return c.failed }

// FailureShare is the largest share of null toys that may fail, apart from a single one.
//
// Each failure counts as one more null toy that is as extreme as the observation. So p is larger
// than the p-value without failures by at most their share, and never below it. At 1% that is small
// against any usual size. At more, failures would hide what is rare: with 12% of them no p-value is
// below 0.12.
const FailureShare = 0.01

// FailuresError reports that too many null toys failed for a p-value.
type FailuresError struct{ Failed, Toys int }

func (e *FailuresError) Error() string {
	if e.Failed == e.Toys {
		return fmt.Sprintf("%d of %[1]d null fits failed: nothing is known of the null hypothesis",
			e.Toys)
	}
	return fmt.Sprintf("%d of %d null fits failed, and each counts as more extreme than the data: "+
		"more than %v%% leave no p-value", e.Failed, e.Toys, 100*FailureShare)
}

// CheckFailures returns a [*FailuresError] if there is no p-value because of the toys that failed:
// more than one, and more than [FailureShare] of them, or all.
func (c *Calibration) CheckFailures() error {
	if c.failed == c.toys || c.failed > max(1, int(FailureShare*float64(c.toys))) {
		return &FailuresError{c.failed, c.toys}
	}
	return nil
}

// imprecise is the relative standard error of the size above which it deserves a warning.
const imprecise = 0.1

// Warnings returns what a reader should know before trusting a test of size alpha on this
// calibration: that there are too few null toys for alpha, and that some of them failed. It is
// empty if all is well.
func (c *Calibration) Warnings(alpha float64) []string {
	var warnings []string
	if SizeError(alpha, c.toys) > imprecise*alpha {
		text, remedy := SizeWarning(alpha, c.toys)
		warnings = append(warnings, text+"; "+remedy)
	}
	return append(warnings, c.FailureWarnings()...)
}

// SizeWarning says how well a number of null toys determines the size alpha of a test, and how many
// make it precise. The warning of [Calibration.Warnings] is both, with a semicolon in between.
func SizeWarning(alpha float64, toys int) (text, remedy string) {
	return fmt.Sprintf("%d null toys: p cannot go below %.2g, and the rate of false alarms at "+
			"alpha = %v is uncertain by ±%.0f%%", toys, 1/float64(toys+1), alpha,
			100*SizeError(alpha, toys)/alpha),
		fmt.Sprintf("%.0f toys make it ±%.0f%%",
			math.Ceil((1-alpha)/alpha/(imprecise*imprecise)), 100*imprecise)
}

// FailureWarnings are those of [Calibration.Warnings] about toys that failed.
func (c *Calibration) FailureWarnings() []string {
	var warnings []string
	if err := c.CheckFailures(); c.failed == c.toys && err != nil {
		warnings = append(warnings, err.Error()+", and there are neither p-values nor powers")
	} else if err != nil {
		warnings = append(warnings, err.Error()+", and powers are lower bounds")
	} else if c.failed > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of %d null fits failed; they count as more "+
			"extreme than any other", c.failed, c.toys))
	}
	return warnings
}
