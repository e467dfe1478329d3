package experiments

import (
	"context"
	"fmt"

	"sparker/configs"
	"sparker/data"
	"sparker/data/tables"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/twosample"
)

// FitPaths names the files of a single fit.
type FitPaths struct {
	Data, Reference string // addresses of tables, as [tables.Read] takes them
	// InitialCentroids is the path of a .npy file with the initial centroids (M × columns, in the
	// data's own units). If it is empty, the config says where the kernels start.
	InitialCentroids string
}

// FitFiles fits two given samples once, and returns the fit with its history. The error is an
// [InputError] if the files cannot be used.
func FitFiles(ctx context.Context, c configs.FitConfig, paths FitPaths) (results.FitRecord, error) {
	own, pair, err := newFitCell(c, paths)
	if err != nil {
		return results.FitRecord{}, &InputError{err}
	}
	test, err := own.newFittingTest()
	if err != nil {
		return results.FitRecord{}, err
	}
	if err := ctx.Err(); err != nil {
		return results.FitRecord{}, err
	}
	fit, err := test.Trace(pair, rng.New(c.Seed, "fit/files"))
	if err != nil {
		return results.FitRecord{}, fmt.Errorf("experiments: fitting %s: %w", paths.Data, err)
	}
	f, err := own.fitRecord(test, results.ToyID{}, pair, fit)
	f.Warnings = append(own.warnings, f.Warnings...)
	return f, err
}

// newFitCell reads the files of a single fit, and prepares the test that fits them.
func newFitCell(c configs.FitConfig, paths FitPaths) (*cell, data.Pair, error) {
	pair, columns, err := readPair(paths)
	if err != nil {
		return nil, data.Pair{}, err
	}
	events := float64(pair.Data.N)
	if c.Data.Counting == "extended" {
		events = c.Data.Expected
	}
	pair.Weight, pair.Columns = events/float64(pair.Reference.N), columns
	method, err := twosample.Lookup(twosample.DefaultMethod)
	if err != nil {
		return nil, data.Pair{}, fmt.Errorf("experiments: %w", err)
	}
	own := &cell{
		experiment: configs.Experiment{Seed: c.Seed, Model: c.Model, Loss: c.Loss, Train: c.Train,
			Test: configs.TestConfig{Method: method.Name}},
		columns: columns,
		method:  method,
		setup: twosample.Setup{
			Model: c.Model, Loss: c.Loss, Train: c.Train,
			Standardize: c.Data.Standardize == "reference", Dim: pair.Data.D,
		},
	}
	if paths.InitialCentroids != "" {
		own.setup.Model.Init = paths.InitialCentroids
	}
	q, err := twosample.MeasureDistances(pair.Reference, rng.New(c.Seed, "widths"),
		twosample.DistanceOptions{Standardize: own.setup.Standardize, Columns: columns})
	if err != nil {
		return nil, data.Pair{}, fmt.Errorf("experiments: finding the widths: %w", err)
	}
	q.Warnings = nil // the fit of the pair says more
	return own, pair, own.prepare(q)
}

// readPair reads the samples of a single fit, without a weight, and the names of their columns.
func readPair(paths FitPaths) (data.Pair, []string, error) {
	reference, err := tables.Read(paths.Reference, tables.ReadOptions{})
	if err != nil {
		return data.Pair{}, nil, fmt.Errorf("experiments: the reference: %w", err)
	}
	sample, err := tables.Read(paths.Data, tables.ReadOptions{})
	if err == nil {
		sample, err = sample.Match(reference.Names())
	}
	if err != nil {
		return data.Pair{}, nil, fmt.Errorf("experiments: the data: %w", err)
	}
	pair := data.Pair{Reference: reference.Sample(nil), Data: sample.Sample(nil)}
	if !reference.Named() {
		return pair, data.ColumnNames(pair.Reference.D), nil
	}
	return pair, reference.Names(), nil
}
