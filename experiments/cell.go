package experiments

import (
	"errors"
	"fmt"
	"slices"

	"sparker/analysis"
	"sparker/configs"
	"sparker/data/sources"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// cell is an experiment with everything that is done once for all of its toys: the source is open,
// and the test is prepared.
type cell struct {
	experiment configs.Experiment
	source     sources.Source // nil for a fit of given samples
	columns    []string
	described  []results.Column // the columns with their labels and units
	keys       cellKeys
	method     twosample.Method
	setup      twosample.Setup
	prepared   twosample.Prepared
	widths     results.WidthsRecord
	scales     []results.ScaleRecord
	inputs     map[string]string // files that the config names: SHA-256 of their content, in hex
	warnings   []string
}

// sharedInputs is what the cells of a sweep share: the files, and the distances of a reference by
// what they depend on.
type sharedInputs struct {
	files     sources.Library
	inputs    inputFiles
	distances map[string]twosample.ReferenceDistances
	oracles   map[string][]string // warnings, by what they depend on
}

func newSharedInputs() *sharedInputs {
	return &sharedInputs{inputs: inputFiles{}, distances: map[string]twosample.ReferenceDistances{},
		oracles: map[string][]string{}}
}

// newCell opens the source of an experiment and prepares its test. If something is wrong with the
// experiment, the error is an [InputError].
func newCell(e configs.Experiment, shared *sharedInputs) (*cell, error) {
	c, err := openCell(e, shared)
	if err != nil {
		return nil, err
	}
	if err := c.checkStrengths(); err != nil {
		return nil, &InputError{err}
	}
	distances, err := c.distances(shared)
	if err != nil {
		return nil, err
	}
	if err := c.prepare(distances); err != nil {
		return nil, &InputError{err}
	}
	lacking, err := shared.lackingOracles(c)
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	c.warnings = append(c.warnings, lacking...)
	return c, nil
}

// lackingOracles returns the warnings about oracles that cannot be computed. They depend on the
// samples of a cell, its signal strengths, and the size of its test.
func (s *sharedInputs) lackingOracles(c *cell) ([]string, error) {
	e := c.experiment
	name := fmt.Sprint(c.keys.samples, e.Seed, e.Test.Alpha, e.Toys.Signal)
	if lacking, known := s.oracles[name]; known {
		return lacking, nil
	}
	lacking, err := analysis.CheckOracles(e)
	if err == nil {
		s.oracles[name] = lacking
	}
	return lacking, err
}

// openCell opens the source of an experiment. The test of the cell is not prepared: the cell can
// draw toys, but has no widths and no scales.
func openCell(e configs.Experiment, shared *sharedInputs) (*cell, error) {
	inputs, err := shared.inputs.of(e)
	if err != nil {
		return nil, &InputError{err}
	}
	source, err := shared.files.Open(e.Data, rng.New(e.Seed, "pools"))
	if err != nil {
		return nil, &InputError{fmt.Errorf("experiments: %w", withKey(err))}
	}
	c := &cell{experiment: e, source: source, columns: source.Columns(), setup: e.Setup(),
		inputs: inputs}
	if c.described, err = describeColumns(c.columns, e.Data.Columns); err != nil {
		return nil, &InputError{fmt.Errorf("experiments: %w", withKey(err))}
	}
	if c.method, err = twosample.Lookup(e.Test.Method); err != nil {
		return nil, &InputError{fmt.Errorf("experiments: %w", err)}
	}
	c.setup.Dim = source.Dim()
	if known, ok := source.(sources.Alternative); ok {
		c.setup.Background = known
	}
	if pools, ok := source.(*sources.Pools); ok {
		if err := c.setPools(pools); err != nil {
			return nil, &InputError{err}
		}
	}
	if c.keys, err = newKeys(e); err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return c, nil
}

// withKey puts the key of the config before the text of an error of a source.
func withKey(err error) error {
	var at *sources.KeyError
	if !errors.As(err, &at) {
		return err
	}
	return fmt.Errorf("data.%s: %w", at.Key, at.Err)
}

// setPools sets what a cell takes from the files that its toys are drawn from.
func (c *cell) setPools(pools *sources.Pools) error {
	if err := throwAtBestFit(pools, c.experiment.Seed); err != nil {
		return err
	}
	c.warnings = append(c.warnings, poolWarnings(pools)...)
	c.setup.Weighted = pools.Weighted()
	if c.setup.Weighted && c.experiment.Test.RowsFDR > 0 {
		return fmt.Errorf("test.rows_fdr: %w", &findings.WeightedRowsError{})
	}
	if reference, constant := pools.Constant(); constant && c.method.Fits {
		c.setup.Reference = twosample.NewPreparedReference(reference.Reference)
		if c.setup.Standardize {
			reference.Columns, reference.Quantities = pools.Columns(), pools.Quantities()
			c.setup.Reference = twosample.NewStandardizedReference(reference)
		}
	}
	return nil
}

// checkStrengths draws a toy at each signal strength, if that may fail: the background may be too
// small for a deficit, and files may have too few rows.
func (c *cell) checkStrengths() error {
	deficit := slices.ContainsFunc(c.experiment.Data.Signal.Bumps,
		func(b sources.Bump) bool { return b.Fraction < 0 })
	if c.experiment.Data.Generated() && !deficit {
		return nil
	}
	for _, signal := range c.experiment.Toys.Signal {
		if _, err := c.source.Draw(rng.New(c.experiment.Seed, "check"), signal); err != nil {
			return fmt.Errorf("experiments: toys.signal %v: %w", signal, err)
		}
	}
	return nil
}

// distances returns the pairwise distances of a reference, as the test wants them. Cells that share
// them measure them once.
func (c *cell) distances(shared *sharedInputs) (twosample.ReferenceDistances, error) {
	e := c.experiment
	measured := configs.Experiment{Seed: e.Seed, Data: withoutSignal(e.Data)}
	if !c.setup.Standardize {
		measured.Data.Standardize = ""
	}
	name, err := key(measured)
	if err != nil {
		return twosample.ReferenceDistances{}, fmt.Errorf("experiments: %w", err)
	}
	percentiles, err := twosample.Percentiles(c.method, c.setup)
	if err != nil {
		return twosample.ReferenceDistances{}, fmt.Errorf("experiments: %w", err)
	}
	wanted := twosample.DistanceOptions{Standardize: c.setup.Standardize,
		Percentiles: percentiles, Columns: c.columns}
	if pools, ok := c.source.(*sources.Pools); ok {
		wanted.Quantities = pools.Quantities()
	}
	name += fmt.Sprint(wanted.Percentiles)
	if q, known := shared.distances[name]; known {
		return q, nil
	}
	r := rng.New(e.Seed, "widths")
	reference, err := c.source.DrawReference(r, twosample.DistanceRows)
	var q twosample.ReferenceDistances
	if err == nil {
		q, err = twosample.MeasureDistances(reference, r, wanted)
	}
	if err != nil {
		return q, &InputError{fmt.Errorf("experiments: finding the widths: %w", err)}
	}
	shared.distances[name] = q
	return q, nil
}

// prepare prepares the test for a reference with the given distances.
func (c *cell) prepare(d twosample.ReferenceDistances) error {
	if c.experiment.ObservedSamples() == 0 { // otherwise its test says more
		c.warnings = append(c.warnings, d.Warnings...)
	}
	c.warnings = append(c.warnings, d.Tails...)
	c.setup.Distances = d
	if c.method.Fits {
		if err := c.readInitialCentroids(); err != nil {
			return err
		}
	}
	var err error
	if c.prepared, err = twosample.Prepare(c.method, c.setup); err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	if _, err = c.experiment.Grouping().Of(c.method.Name, c.prepared.Scales); err != nil {
		return fmt.Errorf("experiments: test.groups: %w", err)
	}
	widths := c.prepared.Widths
	if widths == (train.Widths{}) { // the test anneals nothing: these are the widths of the config
		widths = c.setup.Widths()
	}
	c.widths = results.WidthsRecord{Q1: d.Q1, Q50: d.Q50, Q99: d.Q99, Start: widths.Start,
		End: widths.End}
	for _, s := range c.prepared.Scales {
		c.scales = append(c.scales, results.ScaleRecord{Member: s.Member, Epoch: s.Epoch,
			Sigma: s.Sigma, Statistic: s.Statistic})
	}
	for _, warning := range c.prepared.Warnings {
		if warning == widths.Warning(d.DistanceQuantiles) {
			warning += "; consider train.width.end_factor: 0.5"
		}
		c.warnings = append(c.warnings, warning)
	}
	return nil
}

// readInitialCentroids reads the file that model.init names, if it names one.
func (c *cell) readInitialCentroids() error {
	path, isFile := c.setup.Model.InitFile()
	if !isFile {
		return nil
	}
	x, err := readCentroids(path, c.setup)
	if err != nil {
		return err
	}
	c.setup.InitialCentroids = x
	return nil
}

// newTest returns the test of the cell, for one goroutine.
func (c *cell) newTest() (twosample.Test, error) {
	test, err := c.prepared.New()
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return test, nil
}

// newFittingTest is newTest for a cell whose test must fit kernels. The error is an [InputError] if
// it does not.
func (c *cell) newFittingTest() (twosample.FittingTest, error) {
	test, err := c.newTest()
	if err != nil {
		return nil, err
	}
	fitting, ok := test.(twosample.FittingTest)
	if !ok {
		return nil, &InputError{fmt.Errorf("experiments: the test %s has no fit to show",
			test.Name())}
	}
	return fitting, nil
}
