package experiments

import (
	"fmt"
	"slices"

	"sparker/data"
	"sparker/data/sources"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// How much of a fit is kept: rows drawn under a trajectory, numbers in a trace, points of a
// profile.
const (
	keptRows      = 4000
	keptNumbers   = 300_000
	profilePoints = 400
)

// record turns a traced fit into what is stored of it, in the data's own units.
func (p *plan) record(test twosample.FittingTest, t toy, pair data.Pair,
	fit twosample.Fit) (results.FitRecord, error) {
	f := results.FitRecord{
		Schema: results.FitSchema, Statistics: []results.CheckpointRecord{},
		Status: string(fit.Status), Reason: fit.Reason, ClampedEpochs: fit.ClampedEpochs,
		Warnings:  fit.Warnings,
		Centroids: p.points(fit, fit.Centroids), Coefficients: append([]float64{},
			fit.Coefficients...),
		Key: p.cellOf(t), Hypothesis: t.hypothesis, Signal: t.signal, Index: t.index,
		Injected: pair.Injected, Weight: pair.Weight,
		LengthUnit: "data",
		Data:       rows(pair.Data), Reference: rows(pair.Reference),
	}
	if fit.Standardizer != nil {
		f.LengthUnit = "standard deviations of the reference"
		f.Scale = fit.Standardizer.Scale()
	}
	for _, name := range p.columns {
		f.Columns = append(f.Columns, results.Column{Name: name})
	}
	for _, c := range fit.Checkpoints {
		f.Statistics = append(f.Statistics, results.CheckpointRecord{Epoch: c.Epoch, Sigma: c.Sigma,
			T: c.T})
		if p.setup.Takes(twosample.StatisticLead) {
			f.Lead = append(f.Lead, results.CheckpointRecord{Epoch: c.Epoch, Sigma: c.Sigma,
				T: c.Lead})
		}
	}
	f.Trace = p.trace(fit)
	if p.setup.Dim > 1 || len(fit.Trace) == 0 {
		return f, nil
	}
	profile, err := p.profile(test, t, pair, fit)
	if err != nil {
		return results.FitRecord{}, fmt.Errorf("experiments: evaluating the fit of %v: %w", t, err)
	}
	f.Profile = profile
	return f, nil
}

// trace thins a history to a size that can be stored; epochs with a checkpoint stay.
func (p *plan) trace(fit twosample.Fit) *results.Trace {
	if len(fit.Trace) == 0 {
		return nil
	}
	every := 1 + len(fit.Trace)*len(fit.Trace[0].Centroids)*3/keptNumbers
	trace := &results.Trace{}
	for i, r := range fit.Trace {
		if r.Born > 0 {
			trace.Born = append(trace.Born, results.Birth{Epoch: r.Epoch, Kernel: r.Born - 1})
		}
		checkpoint := slices.ContainsFunc(p.scales,
			func(s results.ScaleRecord) bool { return s.Epoch == r.Epoch })
		if i%every != 0 && !checkpoint && r.Born == 0 && i < len(fit.Trace)-1 {
			continue
		}
		trace.Epoch = append(trace.Epoch, r.Epoch)
		trace.Sigma = append(trace.Sigma, r.Sigma)
		trace.Loss = append(trace.Loss, r.Loss)
		trace.Penalty = append(trace.Penalty, r.Penalty)
		trace.T = append(trace.T, r.T)
		trace.Centroids = append(trace.Centroids, p.points(fit, r.Centroids))
		trace.Coefficients = append(trace.Coefficients, r.Coefficients)
		if r.DataForce != nil {
			trace.DataForce = append(trace.DataForce, split(r.DataForce, p.setup.Dim))
			trace.ReferenceForce = append(trace.ReferenceForce,
				split(r.ReferenceForce, p.setup.Dim))
		}
		trace.GateEntropy = append(trace.GateEntropy, r.GateEntropy)
		trace.MinDistance = append(trace.MinDistance, r.MinDistance)
	}
	return trace
}

// profile evaluates f on a grid over the data at every checkpoint, and the true log-ratio where it
// is known. The grid is even, and denser around every kernel of every checkpoint: kernels narrower
// than its spacing would fall between its points.
func (p *plan) profile(test twosample.FittingTest, t toy, pair data.Pair,
	fit twosample.Fit) (*results.Profile, error) {
	low := min(slices.Min(pair.Reference.X), slices.Min(pair.Data.X))
	high := max(slices.Max(pair.Reference.X), slices.Max(pair.Data.X))
	profile := &results.Profile{}
	for i := range profilePoints {
		profile.X = append(profile.X, low+(high-low)*float64(i)/(profilePoints-1))
	}
	for _, c := range fit.Checkpoints {
		for _, mu := range traced(fit, c.Epoch).Centroids {
			for step := -8; step <= 8; step++ {
				x := p.points(fit, []float64{mu + float64(step)/2*c.Sigma})[0][0]
				if x > low && x < high {
					profile.X = append(profile.X, x)
				}
			}
		}
	}
	slices.Sort(profile.X)
	profile.X = slices.Compact(profile.X)
	if a, ok := p.source.(sources.Alternative); ok {
		for _, x := range profile.X {
			profile.Truth = append(profile.Truth, a.LogRatio([]float64{x}, t.signal))
		}
	}
	grid := data.Sample{X: profile.X, N: len(profile.X), D: 1}
	if fit.Standardizer != nil {
		grid = fit.Standardizer.Apply(grid)
	}
	for _, c := range fit.Checkpoints {
		at := traced(fit, c.Epoch)
		learned, err := test.LogRatios(grid, train.Checkpoint{Scale: c.Scale,
			Centroids: at.Centroids, Coefficients: at.Coefficients})
		if err != nil {
			return nil, err
		}
		profile.Learned = append(profile.Learned, learned)
	}
	return profile, nil
}

// traced is the record of an epoch; epochs are traced from 1 on without a gap.
func traced(fit twosample.Fit, epoch int) train.Epoch { return fit.Trace[epoch-1] }

// points maps centroids of a fit (M×d, row-major) to the data's own units, a row each.
func (p *plan) points(fit twosample.Fit, x []float64) [][]float64 {
	list := split(x, p.setup.Dim)
	if fit.Standardizer != nil {
		for i, point := range list {
			list[i] = fit.Standardizer.Invert(point)
		}
	}
	return list
}

// kernels are the kernels of a fit at every scale, in the data's own units.
func (p *plan) kernels(fit twosample.Fit) []results.Kernels {
	var all []results.Kernels
	for _, c := range fit.Checkpoints {
		all = append(all, results.Kernels{Centroids: p.points(fit, c.Centroids),
			Coefficients: c.Coefficients})
	}
	return all
}

func split(x []float64, d int) [][]float64 {
	list := make([][]float64, 0, len(x)/d)
	for i := 0; i < len(x); i += d {
		list = append(list, slices.Clone(x[i:i+d]))
	}
	return list
}

// rows are the sample's rows, or evenly spaced ones where there are many.
func rows(s data.Sample) [][]float64 {
	n := min(s.N, keptRows)
	list := make([][]float64, n)
	for i := range list {
		list[i] = slices.Clone(s.Row(i * s.N / n))
	}
	return list
}
