package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	library "sparker"
	"sparker/analysis"
	"sparker/configs"
	"sparker/data"
	"sparker/experiments"
	"sparker/results"
	"sparker/signatures"
	"sparker/stats"
	"sparker/twosample"
)

// testInMemory is the command test with --no-folder: it calls sparker.Test on the tables and prints
// the result in the same form. It writes no file.
func (a *app) testInMemory(ctx context.Context, args []string, f testFlags) error {
	e, err := f.singleTest(args)
	if err != nil {
		return err
	}
	observed, err := readInMemory(&e)
	if err != nil {
		return err
	}
	if observed.Calibration != permutation && observed.ReferenceWeights == nil {
		return usageError("--no-folder calibrates by %s; leave out the calibration by %s",
			permutation, observed.Calibration)
	}
	if err := checkThrown(e, observed); err != nil {
		return err
	}
	options, err := frontDoor(e)
	if err != nil {
		return err
	}
	options.Workers, options.Columns, options.TimeLimit = f.jobs, observed.Columns, f.timeLimit
	options.Quantities = observed.Pair.Quantities
	options.ReferenceBlocks, options.DataBlocks = observed.Blocks.Reference, observed.Blocks.Data
	options.IDs, options.RowNumbers = observed.Pair.IDs, observed.Pair.Index
	options.ReferenceWeights, options.DataWeights = observed.ReferenceWeights, observed.DataWeights
	result, err := library.Test(ctx, dense(observed.Reference), dense(observed.Pair.Data),
		&options)
	var wrong *library.OptionError
	var outside *data.RangeError
	if errors.As(err, &wrong) && optionNames[wrong.Field] != "" {
		return badInput(fmt.Errorf("%s: %s", optionNames[wrong.Field], wrong.Reason))
	}
	if errors.As(err, &wrong) || errors.As(err, &outside) || errors.Is(err, data.ErrTooFewRows) {
		return badInput(withRemedy(err))
	}
	var late *library.TimeLimitError
	if errors.As(err, &late) {
		return fmt.Errorf("%w; give a longer --time-limit", err)
	}
	var failed *library.FailedError
	if errors.As(err, &failed) {
		return noAnswer(failed.Method, err.Error(), string(failed.Status))
	}
	if err != nil {
		return err
	}
	cell := memoryCell(e, observed, result)
	cell.names = namesOf(f.files)
	summary := results.Summary{Schema: results.SummarySchema, Name: e.Name, Complete: true,
		Cells: []results.CellSummary{cell.summary}, Warnings: []string{}}
	cells := []testedCell{cell}
	if err := a.showTests(nil, f, summary, cells); err != nil {
		return err
	}
	return f.status(cells)
}

// optionNames are what a user of the program calls options of sparker.Test.
var optionNames = map[string]string{
	"Grouping": "test.groups", "Members": "test.members", "Method": "test.method",
	"MethodOptions": "test.method", "Alpha": "test.alpha", "RowsFDR": "--rows-fdr",
	"Toys": "--toys", "MaxToys": "--max-toys", "TimeLimit": "--time-limit",
	"ReferenceWeights": "--weight", "DataWeights": "--weight",
	"ReferenceBlocks": "--block", "DataBlocks": "--block",
}

// readInMemory reads the samples of a test without a run folder. Toys are permutations unless
// weights of the reference differ, or the config says otherwise.
func readInMemory(e *configs.Experiment) (experiments.ObservedSample, error) {
	o, err := experiments.ReadObserved(*e)
	if err == nil && o.Calibration != permutation && o.ReferenceWeights == nil &&
		e.Data.Files.Calibration == "" {
		e.Data.Files.Calibration = permutation
		return experiments.ReadObserved(*e)
	}
	return o, err
}

// singleTest returns the experiment of a test without a run folder.
func (f testFlags) singleTest(args []string) (configs.Experiment, error) {
	in := f.files
	switch {
	case in.Text != "" || in.Image != "":
		return configs.Experiment{}, usageError("--text and --image need a run folder; leave " +
			"them out, or leave out --no-folder")
	case f.shard != "":
		return configs.Experiment{}, usageError("--no-folder excludes --shard: the parts of a " +
			"test are in run folders")
	case f.dir != "" || f.out != "":
		return configs.Experiment{}, usageError("--no-folder excludes --dir and --out; give one " +
			"of them")
	}
	if len(f.weights)+len(f.totals) == 0 { // weights of the reference may need pools
		in.Calibration = cmp.Or(in.Calibration, permutation)
	}
	c, err := configs.LoadTest(in, configs.Changes{Overrides: args, Sweeps: f.sweeps})
	if err != nil {
		return configs.Experiment{}, err
	}
	if len(c.Cells) != 1 {
		return configs.Experiment{}, usageError("--no-folder makes a single test, but the config "+
			"has %d cells; name one test, or leave out --no-folder", len(c.Cells))
	}
	return c.Cells[0].Experiment, nil
}

// checkThrown returns an error if the pools of a test without a run folder are not those of
// sparker.Test: two halves of the reference, and as many events as the data have.
func checkThrown(e configs.Experiment, o experiments.ObservedSample) error {
	if o.Calibration == permutation {
		return nil
	}
	f := e.Data.Files
	for _, key := range []struct {
		name string
		set  bool
	}{{"data.counting=extended", e.Data.Counting == "extended"},
		{"data.expected", e.Data.Expected > 0}, {"data.reference", e.Data.Reference > 0},
		{"data.files.background", f.Background.File != ""},
		{"data.files.split", f.Split > 0}, {"data.files.holdout", f.Holdout > 0},
		{"data.files.variations", len(f.Variations) > 0}} {
		if key.set {
			return usageError("--no-folder divides a reference with weights into halves, and "+
				"leaves the number of rows out of the test; leave out %s, or --no-folder",
				key.name)
		}
	}
	return nil
}

// permutation is the calibration of a test without a run folder.
const permutation = "permutation"

// frontDoor returns the options of sparker.Test for an experiment.
func frontDoor(e configs.Experiment) (library.Options, error) {
	combination, err := stats.ParseCombination(e.Test.Combine)
	if err != nil {
		return library.Options{}, err
	}
	setup, grouping := e.Setup(), e.Grouping()
	o := library.Options{
		Method: e.Test.Method, MethodOptions: setup.Options,
		Recipe: &twosample.Recipe{Model: e.Model, Loss: e.Loss, Train: e.Train,
			Statistics: e.Test.Statistics, Combine: combination},
		Members: setup.Members, Grouping: &grouping,
		KeepUnits: !setup.Standardize, Toys: e.Toys.Null, Alpha: e.Test.Alpha, Seed: e.Seed,
		RowsFDR: e.Test.RowsFDR, Extrapolate: e.Test.Extrapolate,
	}
	if e.Toys.Auto {
		o.Toys, o.MaxToys = 0, e.Toys.Null
	}
	return o, nil
}

// dense returns a sample as a gonum matrix, without a copy.
func dense(s data.Sample) mat.Matrix {
	if s.N == 0 {
		return library.Rows{}
	}
	return mat.NewDense(s.N, s.D, s.X)
}

// memoryCell returns a result in the form of the records of a run.
func memoryCell(e configs.Experiment, observed experiments.ObservedSample,
	r *library.Result) testedCell {
	o := results.ObservedSummary{Events: observed.Pair.Data.N, P: &r.P, Z: &r.Z, ZBound: r.Bound,
		Status: string(twosample.OK), Shared: observed.Shared, Stopped: string(r.Stopped)}
	if e.Toys.Auto {
		o.MaxToys = e.Toys.Null
	}
	if e.Test.Extrapolate {
		o.Extrapolated = extrapolatedRecord(r)
	}
	s := results.CellSummary{Cell: 1, Name: e.Name, Complete: true, Method: e.Test.Method,
		Combine: e.Test.Combine, Alpha: e.Test.Alpha, Points: []results.Point{},
		Null:     results.NullSummary{Toys: len(r.Null)},
		Warnings: observed.Warnings, Observed: &o}
	for _, warning := range r.Warnings {
		if !slices.Contains(s.Warnings, warning) {
			s.Warnings = append(s.Warnings, warning)
		}
	}
	s.Signatures = analysis.WithKeys(r.Signatures, e)
	s.Warnings = signatures.Replace(slices.DeleteFunc(s.Warnings, func(w string) bool {
		return slices.ContainsFunc(r.Signatures,
			func(x results.Signature) bool { return w == x.String() })
	}), s.Signatures)
	if r.Findings != nil { // the notes of the findings are printed with these
		notes := r.Findings.Warnings[r.Findings.FitWarnings:]
		s.Warnings = slices.DeleteFunc(s.Warnings, func(w string) bool {
			return slices.Contains(notes, w)
		})
	}
	for _, t := range r.Null {
		if t == nil {
			s.Null.Failed++
		}
	}
	for _, g := range r.Groups {
		s.Groups = append(s.Groups, results.GroupRecord{Name: g.Name, Weight: g.Weight,
			Combine: string(g.Combine), Scales: g.Scales})
		o.Groups = append(o.Groups, results.ObservedGroup{Name: g.Name, P: g.P})
	}
	for _, scale := range r.Scales {
		o.T, o.ScaleP = append(o.T, scale.T), append(o.ScaleP, scale.P)
		s.Scales = append(s.Scales, results.ScaleStats{
			ScaleRecord: results.ScaleRecord{Member: scale.Member, Epoch: scale.Epoch,
				Sigma: scale.Sigma, Statistic: scale.Statistic},
			Mean: scale.NullMean, SD: scale.NullSD})
	}
	cell := results.CellRecord{Pools: &results.PoolSizes{Calibration: observed.Calibration,
		Reference: observed.Pair.Reference.N, Observed: observed.Pair.Data.N}}
	for _, name := range observed.Columns {
		cell.Columns = append(cell.Columns, results.Column{Name: name})
	}
	return testedCell{cell: cell, summary: s, findings: r.Findings, rows: r.Rows,
		experiment: e}
}

// extrapolatedRecord returns the p-value of a result beyond the toys in the form of a summary.
func extrapolatedRecord(r *library.Result) *results.Extrapolated {
	e := r.Extrapolated
	if e == nil {
		return &results.Extrapolated{Reason: r.ExtrapolationRefused}
	}
	interval := results.Interval(e.Interval)
	return &results.Extrapolated{P: &e.P, Z: &e.Z, Interval: &interval, Methods: e.Methods,
		Exceedances: e.Exceedances, Goodness: e.Goodness}
}
