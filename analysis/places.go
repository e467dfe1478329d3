package analysis

import (
	"fmt"
	"slices"

	"sparker/results"
	"sparker/stats"
)

// placeSearch returns the search of the places of null toys. It is nil if some of them are stored
// without places.
func placeSearch(null []*results.Toy) (*stats.Search, error) {
	var rows []stats.NullToy
	columns := 0
	for _, t := range null {
		switch {
		case t.Status != results.StatusOK:
			rows = append(rows, stats.NullToy{Failed: true})
		case t.Places == nil:
			return nil, nil
		default:
			rows = append(rows, stats.NullToy{T: slices.Concat(t.Places.Excess, t.Places.Deficit)})
			columns = len(rows[len(rows)-1].T)
		}
	}
	if columns == 0 {
		return nil, nil
	}
	search, err := stats.NewSearch(rows, columns)
	if err != nil {
		return nil, fmt.Errorf("the places of null toys: %w", err)
	}
	return search, nil
}

// summarizePlaces returns how often the first place of the toys of a point is significant, and how
// pure it is. It is nil if places were not stored.
func (c cell) summarizePlaces(search *stats.Search, toys []toyResult) (*results.PlaceSummary,
	error) {
	if search == nil {
		return nil, nil
	}
	s := &results.PlaceSummary{}
	var purities, leading []float64
	for _, t := range toys {
		if t.Status == results.StatusOK && t.Places == nil {
			return nil, nil
		}
		s.Toys++
		if !t.rejects(c.experiment.Test.Alpha) { // p_place is not below p
			continue
		}
		found, err := search.Test(slices.Concat(t.Places.Excess, t.Places.Deficit))
		if err != nil {
			return nil, fmt.Errorf("toy %d: %w", t.Index, err)
		}
		if found.P > c.experiment.Test.Alpha {
			continue
		}
		s.Found++
		if found.Column < len(t.Places.Purity) {
			purities = append(purities, t.Places.Purity[found.Column])
			if t.Leading != nil {
				leading = append(leading, t.Leading.Purity)
			}
		}
	}
	if s.Toys == 0 {
		return nil, nil
	}
	s.Power = float64(s.Found) / float64(s.Toys)
	s.CI95[0], s.CI95[1] = stats.ClopperPearson(s.Found, s.Toys, 0.95)
	if len(purities) > 0 {
		mean, se := meanAndError(purities)
		s.Purity, s.PuritySE = &mean, &se
	}
	if len(leading) > 0 && len(leading) == len(purities) {
		mean, _ := meanAndError(leading)
		s.LeadingPurity = &mean
	}
	return s, nil
}
