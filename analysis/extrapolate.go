package analysis

import (
	"errors"

	"sparker/internal/rng"
	"sparker/results"
	"sparker/stats"
)

// extrapolate returns the p-value of an observed sample beyond the null toys, or why there is none.
func (c cell) extrapolate(null []*results.Toy, t []float64) (*results.Extrapolated, error) {
	_, group, err := c.grouping()
	if err != nil {
		return nil, err
	}
	e, err := stats.Extrapolate(nullToys(null), t, group,
		stats.Resampling{Sets: stats.TailSets, Draw: rng.New(c.experiment.Seed, "tail").IntN})
	var refused *stats.TailError
	if errors.As(err, &refused) {
		return &results.Extrapolated{Reason: refused.Reason}, nil
	}
	if err != nil {
		return nil, err
	}
	interval := results.Interval(e.Interval)
	return &results.Extrapolated{P: &e.P, Z: &e.Z, Interval: &interval, Methods: e.Methods,
		Exceedances: e.Exceedances, Goodness: e.Goodness}, nil
}
