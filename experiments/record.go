package experiments

import (
	"fmt"
	"slices"

	"sparker/data"
	"sparker/results"
	"sparker/twosample"
)

// mostRows is the number of rows of a sample that a record keeps.
const mostRows = 4000

// fitRecord returns the record of a fit of a toy, in the data's own units.
func (c *cell) fitRecord(test twosample.FittingTest, toy results.ToyID, pair data.Pair,
	fit twosample.Fit) (results.FitRecord, error) {
	f := results.FitRecord{
		Schema: results.FitSchema, Statistics: []results.CheckpointRecord{},
		Status: string(fit.Status), Reason: fit.Reason, ClampedEpochs: fit.ClampedEpochs,
		Warnings:     fit.Warnings,
		Centroids:    c.points(fit, fit.Centroids),
		Coefficients: append([]float64{}, fit.Coefficients...),
		Key:          toy.Key, Hypothesis: toy.Hypothesis, Signal: toy.Signal, Index: toy.Index,
		Injected: pair.Injected, Weight: pair.Weight,
		LengthUnit: "data", Columns: c.described,
		Data: keptRows(pair.Data), Reference: keptRows(pair.Reference),
	}
	if fit.Standardizer != nil {
		f.LengthUnit = "standard deviations of the reference"
		f.Scale = fit.Standardizer.Scale()
	}
	for _, at := range fit.Checkpoints {
		f.Statistics = append(f.Statistics,
			results.CheckpointRecord{Epoch: at.Epoch, Sigma: at.Sigma, T: at.T})
		if c.setup.Takes(twosample.StatisticLead) {
			f.Lead = append(f.Lead,
				results.CheckpointRecord{Epoch: at.Epoch, Sigma: at.Sigma, T: at.Lead})
		}
	}
	f.Trace = c.trace(fit)
	if c.setup.Dim > 1 || len(fit.Trace) == 0 {
		return f, nil
	}
	profile, err := c.profile(test, toy.Signal, pair, fit)
	if err != nil {
		return results.FitRecord{}, fmt.Errorf("experiments: evaluating the fit of %v: %w", toy,
			err)
	}
	f.Profile = profile
	return f, nil
}

// points maps centroids of a fit (M×d, row-major) to the data's own units, a row each.
func (c *cell) points(fit twosample.Fit, x []float64) [][]float64 {
	list := split(x, c.setup.Dim)
	if fit.Standardizer != nil {
		for i, point := range list {
			list[i] = fit.Standardizer.Invert(point)
		}
	}
	return list
}

// kernels returns the kernels of a fit at every scale, in the data's own units.
func (c *cell) kernels(fit twosample.Fit) []results.Kernels {
	var all []results.Kernels
	for _, at := range fit.Checkpoints {
		all = append(all, results.Kernels{Centroids: c.points(fit, at.Centroids),
			Coefficients: at.Coefficients})
	}
	return all
}

// split returns row-major numbers as rows of d.
func split(x []float64, d int) [][]float64 {
	list := make([][]float64, 0, len(x)/d)
	for i := 0; i < len(x); i += d {
		list = append(list, slices.Clone(x[i:i+d]))
	}
	return list
}

// keptRows returns the rows of a sample, or evenly spaced ones if there are more than mostRows.
func keptRows(s data.Sample) [][]float64 {
	n := min(s.N, mostRows)
	list := make([][]float64, n)
	for i := range list {
		list[i] = slices.Clone(s.Row(i * s.N / n))
	}
	return list
}
