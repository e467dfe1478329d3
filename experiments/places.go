package experiments

import (
	"fmt"

	"sparker/data"
	"sparker/findings"
	"sparker/results"
	"sparker/twosample"
)

// placeRecord returns the largest local significances of the places of a fit. It is nil if the test
// failed, and if the fit was not asked for places.
func placeRecord(pair data.Pair, fit twosample.Fit, o twosample.Outcome) (*results.PlaceRecord,
	error) {
	extremes := findings.FindExtremes(pair, fit)
	if o.Status != twosample.OK || extremes == nil {
		return nil, nil
	}
	record := &results.PlaceRecord{Excess: extremes.Excess, Deficit: extremes.Deficit}
	if pair.Injected == 0 {
		return record, nil
	}
	var err error
	if record.Purity, err = findings.ExcessPurity(pair, fit); err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return record, nil
}

// nullPlaces returns the largest local significances of the places of null toys, nil for toys that
// failed. If not every null toy is stored with them, as in the records of earlier versions, there
// are none, and a warning says so.
func nullPlaces(toys []*results.Toy) (null []*findings.Extremes, warning string) {
	lacking := 0
	for _, t := range toys {
		switch {
		case t.Hypothesis != results.Null:
		case t.Status != results.StatusOK:
			null = append(null, nil)
		case t.Places == nil:
			null = append(null, nil)
			lacking++
		default:
			null = append(null, &findings.Extremes{Excess: t.Places.Excess,
				Deficit: t.Places.Deficit})
		}
	}
	if lacking > 0 {
		return nil, fmt.Sprintf("the places have no p-values: %d of the %d null toys were stored "+
			"without theirs, by an earlier version or with record.places: none; a new run has "+
			"them", lacking, len(null))
	}
	return null, ""
}

// findOptions returns how the fit of an observed sample is read, given the toys of its cell, and
// the warnings about it.
func (c *cell) findOptions(pair data.Pair, fit twosample.Fit, summary results.CellSummary,
	toys []*results.Toy) (o findings.FindOptions, warnings []string, err error) {
	o = findings.FindOptions{Columns: c.columns, Scales: scaleEvidence(summary),
		Groups: groupEvidence(summary), P: *summary.Observed.P}
	extremes := findings.FindExtremes(pair, fit)
	if extremes == nil {
		return o, nil, nil
	}
	null, warning := nullPlaces(toys)
	if null == nil {
		return o, []string{warning}, nil
	}
	if o.Search, err = findings.NewPlaceSearch(null, *extremes); err != nil {
		return o, nil, fmt.Errorf("experiments: %w", err)
	}
	return o, nil, nil
}
