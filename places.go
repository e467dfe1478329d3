package sparker

import (
	"fmt"

	"sparker/findings"
	"sparker/twosample"
)

// locate adds to the result what the fit of the data found. The places are those of the null toys,
// nil for toys that failed.
func (p *problem) locate(result *Result, fit twosample.Fit, places []*findings.Extremes) error {
	o := findings.FindOptions{Columns: p.options.Columns, Scales: result.scales(),
		Groups: result.groups(), P: result.P}
	if extremes := findings.FindExtremes(p.pair, fit); extremes != nil {
		var err error
		if o.Search, err = findings.NewPlaceSearch(places, *extremes); err != nil {
			return fmt.Errorf("sparker: %w", err)
		}
	}
	found, err := findings.Find(p.pair, fit, o)
	if err != nil {
		return fmt.Errorf("sparker: %w", err)
	}
	result.Findings, result.Places = &found, found.Places
	result.warn(found.Warnings)
	return nil
}
