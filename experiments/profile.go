package experiments

import (
	"slices"

	"sparker/data"
	"sparker/data/sources"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// profilePoints is the number of evenly spaced points of a profile.
const profilePoints = 400

// profile evaluates f of a fit in one dimension at every checkpoint, and the true log-ratio at the
// given signal strength if it is known.
func (c *cell) profile(test twosample.FittingTest, signal float64, pair data.Pair,
	fit twosample.Fit) (*results.Profile, error) {
	profile := &results.Profile{X: c.profileGrid(pair, fit)}
	if a, ok := c.source.(sources.Alternative); ok {
		for _, x := range profile.X {
			profile.Truth = append(profile.Truth, a.LogRatio([]float64{x}, signal))
		}
	}
	grid := data.Sample{X: profile.X, N: len(profile.X), D: 1}
	if fit.Standardizer != nil {
		grid = fit.Standardizer.Apply(grid)
	}
	for _, at := range fit.Checkpoints {
		epoch := tracedEpoch(fit, at.Epoch)
		learned, err := test.LogRatios(grid, train.Checkpoint{Scale: at.Scale,
			Centroids: epoch.Centroids, Coefficients: epoch.Coefficients})
		if err != nil {
			return nil, err
		}
		profile.Learned = append(profile.Learned, learned)
	}
	return profile, nil
}

// profileGrid returns an even grid over the pair, with more points around every kernel of every
// checkpoint: narrow kernels would lie between the even points.
func (c *cell) profileGrid(pair data.Pair, fit twosample.Fit) []float64 {
	low := min(slices.Min(pair.Reference.X), slices.Min(pair.Data.X))
	high := max(slices.Max(pair.Reference.X), slices.Max(pair.Data.X))
	var grid []float64
	for i := range profilePoints {
		grid = append(grid, low+(high-low)*float64(i)/(profilePoints-1))
	}
	for _, at := range fit.Checkpoints {
		for _, mu := range tracedEpoch(fit, at.Epoch).Centroids {
			for step := -8; step <= 8; step++ {
				x := c.points(fit, []float64{mu + float64(step)/2*at.Sigma})[0][0]
				if x > low && x < high {
					grid = append(grid, x)
				}
			}
		}
	}
	slices.Sort(grid)
	return slices.Compact(grid)
}

// tracedEpoch returns an epoch of a traced fit, counted from 1.
func tracedEpoch(fit twosample.Fit, epoch int) train.Epoch { return fit.Trace[epoch-1] }
