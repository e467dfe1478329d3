package report

import "sparker/results"

// training is what the template "training" shows: the recorded fits of a cell.
type training struct {
	Fits []results.FitRecord
}

// newTraining returns what the page shows of recorded fits.
func newTraining(fits []results.FitRecord) training { return training{Fits: fits} }
