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

// FitInput names the files of a single fit.
type FitInput struct {
	Data, Reference  string // addresses of tables, as in tables.Read
	InitialCentroids string // .npy, M × columns, in the data's own units; empty for a random start
}

// FitFiles fits two given samples once and returns the fit with its trajectory. Files that cannot
// be used are an *InputError.
func FitFiles(ctx context.Context, c configs.FitConfig, in FitInput) (results.FitRecord, error) {
	p, pair, err := newFilePlan(c, in)
	if err != nil {
		return results.FitRecord{}, &InputError{err}
	}
	test, err := p.newFittingTest()
	if err != nil {
		return results.FitRecord{}, err
	}
	if err := ctx.Err(); err != nil {
		return results.FitRecord{}, err
	}
	fit, err := test.Trace(pair, rng.New(c.Seed, "fit/files"))
	if err != nil {
		return results.FitRecord{}, fmt.Errorf("experiments: fitting %s: %w", in.Data, err)
	}
	f, err := p.record(test, toy{}, pair, fit)
	f.Warnings = append(p.warnings, f.Warnings...)
	return f, err
}

// newFilePlan reads the files and resolves the fit.
func newFilePlan(c configs.FitConfig, in FitInput) (*plan, data.Pair, error) {
	referenceTable, err := tables.Read(in.Reference, tables.ReadOptions{})
	if err != nil {
		return nil, data.Pair{}, fmt.Errorf("experiments: the reference: %w", err)
	}
	dataTable, err := tables.Read(in.Data, tables.ReadOptions{})
	if err == nil {
		dataTable, err = dataTable.Match(referenceTable.Names())
	}
	if err != nil {
		return nil, data.Pair{}, fmt.Errorf("experiments: the data: %w", err)
	}
	sample, reference := dataTable.Sample(nil), referenceTable.Sample(nil)
	columns := referenceTable.Names()
	if !referenceTable.Named() {
		columns = data.ColumnNames(reference.D)
	}
	if sample.N < c.Model.Kernels {
		return nil, data.Pair{}, fmt.Errorf("experiments: %s has %d rows, fewer than "+
			"model.kernels (%d)", in.Data, sample.N, c.Model.Kernels)
	}
	events := float64(sample.N)
	if c.Data.Counting == "extended" {
		events = c.Data.Expected
	}
	method, err := twosample.Lookup(twosample.DefaultMethod)
	if err != nil {
		return nil, data.Pair{}, fmt.Errorf("experiments: %w", err)
	}
	p := &plan{
		experiment: configs.Experiment{Seed: c.Seed, Model: c.Model, Loss: c.Loss, Train: c.Train,
			Test: configs.TestConfig{Method: method.Name}},
		columns: columns,
		method:  method,
		setup: twosample.Setup{
			Model: c.Model, Loss: c.Loss, Train: c.Train,
			Standardize: c.Data.Standardize == "reference", Dim: sample.D,
		},
	}
	if in.InitialCentroids != "" {
		p.setup.Model.Init = in.InitialCentroids
	}
	pair := data.Pair{Reference: reference, Data: sample, Weight: events / float64(reference.N)}
	q, err := twosample.MeasureDistances(reference, rng.New(c.Seed, "widths"),
		twosample.DistanceOptions{Standardize: p.setup.Standardize})
	if err != nil {
		return nil, data.Pair{}, fmt.Errorf("experiments: finding the widths: %w", err)
	}
	return p, pair, p.prepare(q)
}
