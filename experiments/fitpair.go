package experiments

import (
	"context"
	"fmt"
	"slices"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/data/tables"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/twosample"
)

// FitPaths names the files of a single fit.
type FitPaths struct {
	Data, Reference string // addresses of tables, as [tables.Read] takes them
	// Weight names the column of the weights of rows, in the reference and, if they have it, in the
	// data. If it is empty, rows have none.
	Weight string
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
	described, err := describeColumns(columns, nil)
	if err != nil {
		return nil, data.Pair{}, fmt.Errorf("experiments: %w", err)
	}
	own := &cell{
		experiment: configs.Experiment{Seed: c.Seed, Model: c.Model, Loss: c.Loss, Train: c.Train,
			Test: configs.TestConfig{Method: method.Name}},
		columns:   columns,
		described: described,
		method:    method,
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
	own.warnings = weightWarnings(columns)
	return own, pair, own.prepare(q)
}

// readPair reads the samples of a single fit, without the weight of the reference, and the names of
// their columns.
func readPair(paths FitPaths) (data.Pair, []string, error) {
	var pair data.Pair
	reference, err := tables.Read(paths.Reference, tables.ReadOptions{})
	if err == nil && paths.Weight != "" {
		reference, pair.ReferenceWeights, err = splitWeights("reference", paths.Reference,
			paths.Weight)
	}
	if err != nil {
		return data.Pair{}, nil, fmt.Errorf("experiments: the reference: %w", err)
	}
	sample, err := tables.Read(paths.Data, tables.ReadOptions{})
	if err == nil && paths.Weight != "" && slices.Contains(sample.Names(), paths.Weight) {
		sample, pair.DataWeights, err = splitWeights("data", paths.Data, paths.Weight)
	}
	if err == nil {
		sample, err = sample.Match(reference.Names())
	}
	if err != nil {
		return data.Pair{}, nil, fmt.Errorf("experiments: the data: %w", err)
	}
	pair.Reference, pair.Data = reference.Sample(nil), sample.Sample(nil)
	if !reference.Named() {
		return pair, data.ColumnNames(pair.Reference.D), nil
	}
	return pair, reference.Names(), nil
}

// splitWeights reads a table without one of its columns, and that column as the weights of its
// rows.
func splitWeights(sample, address, column string) (*tables.Table, []float64, error) {
	values, err := tables.Read(address, tables.ReadOptions{Columns: []string{column}})
	if err != nil {
		return nil, nil, err
	}
	weights, err := data.RelativeWeights(sample, values.Sample(nil).X, values.N())
	if err != nil {
		return nil, nil, err
	}
	table, err := tables.Read(address, tables.ReadOptions{Exclude: []string{column}})
	return table, weights, err
}

// weightWarnings names columns that are fitted although their names say that they hold weights.
func weightWarnings(columns []string) []string {
	var warnings []string
	for _, c := range columns {
		if sources.NamesWeights(c) {
			warnings = append(warnings, fmt.Sprintf("the column %s is fitted like the others; its "+
				"name is one that weights of rows have", c))
		}
	}
	return warnings
}
