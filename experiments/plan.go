package experiments

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"slices"

	"sparker/configs"
	"sparker/data"
	"sparker/data/sources"
	"sparker/data/tables"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/twosample"
)

// plan is an experiment with everything resolved that is done once: the source, the widths and the
// scales.
type plan struct {
	experiment configs.Experiment
	source     sources.Source // nil for a fit of given samples
	columns    []string
	method     twosample.Method
	setup      twosample.Setup
	prepared   twosample.Prepared
	widths     results.WidthsRecord
	scales     []results.ScaleRecord
	inputs     map[string]string // files that the config names: SHA-256 of their content, in hex
	warnings   []string

	// The identities of its toys, as in results.Cell.
	null, alternative, samples string
}

// common is what the cells of a study share: the files, and the quantiles of the pairwise distances
// of a reference, by what they depend on.
type common struct {
	files     sources.Library
	distances map[string]twosample.ReferenceDistances
}

func newCommon() *common {
	return &common{distances: map[string]twosample.ReferenceDistances{}}
}

// outline is the part of a plan that needs no numbers: it has no widths and no scales.
func outline(e configs.Experiment, files *sources.Library) (*plan, error) {
	source, err := files.Open(e.Data, rng.New(e.Seed, "pools"))
	if err != nil {
		return nil, &InputError{fmt.Errorf("experiments: %w", withKey(err))}
	}
	p := &plan{experiment: e, source: source, columns: source.Columns(), setup: e.Setup()}
	if p.method, err = twosample.Lookup(e.Test.Method); err != nil {
		return nil, &InputError{fmt.Errorf("experiments: %w", err)}
	}
	p.setup.Dim = source.Dim()
	if known, ok := source.(sources.Alternative); ok {
		p.setup.Background = known
	}
	if pools, ok := source.(*sources.Pools); ok {
		p.warnings = append(p.warnings, pools.Warnings()...)
		if m, rows := e.Model.Kernels, min(pools.Sizes().Reference,
			int(pools.Expected())); m > rows {
			return nil, &InputError{fmt.Errorf("experiments: model.kernels is %d, but the data "+
				"or the reference have %d rows", m, rows)}
		}
		if reference, constant := pools.Constant(); constant && p.method.Fits {
			prepare := twosample.NewPreparedReference
			if p.setup.Standardize {
				prepare = twosample.NewStandardizedReference
			}
			p.setup.Reference = prepare(reference)
		}
		paths, err := e.Data.Files.Paths()
		if err == nil {
			p.inputs, err = checksums(paths)
		}
		if err != nil {
			return nil, &InputError{fmt.Errorf("experiments: %w", err)}
		}
	}
	if p.null, p.alternative, p.samples, err = identities(e); err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	return p, nil
}

// withKey begins the text of an error of a source with the key of the config that it concerns.
func withKey(err error) error {
	var at *sources.KeyError
	if !errors.As(err, &at) {
		return err
	}
	return fmt.Errorf("data.%s: %w", at.Key, at.Err)
}

// newPlan resolves an experiment. Whatever is wrong with it shows here, before the first toy, as an
// *InputError.
func newPlan(e configs.Experiment, known *common) (*plan, error) {
	p, err := outline(e, &known.files)
	if err != nil {
		return nil, err
	}
	if err := p.checkStrengths(); err != nil {
		return nil, &InputError{err}
	}
	measured := configs.Experiment{Seed: e.Seed, Data: withoutSignal(e.Data)}
	if !p.setup.Standardize {
		measured.Data.Standardize = ""
	}
	key, err := identity(measured)
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	wanted := twosample.DistanceOptions{Standardize: p.setup.Standardize,
		Percentiles: p.method.Percentiles(p.setup)}
	key += fmt.Sprint(wanted.Percentiles)
	q, there := known.distances[key]
	if !there {
		r := rng.New(e.Seed, "widths")
		reference, err := p.source.DrawReference(r, twosample.DistanceRows)
		if err == nil {
			q, err = twosample.MeasureDistances(reference, r, wanted)
		}
		if err != nil {
			return nil, &InputError{fmt.Errorf("experiments: finding the widths: %w", err)}
		}
		known.distances[key] = q
	}
	if err := p.prepare(q); err != nil {
		return nil, &InputError{err}
	}
	return p, nil
}

// checkStrengths draws a toy at each strength of a signal with a deficit, which the background may
// not be able to hold, and of one from files, which may not have enough rows.
func (p *plan) checkStrengths() error {
	deficit := slices.ContainsFunc(p.experiment.Data.Signal.Bumps,
		func(b sources.Bump) bool { return b.Fraction < 0 })
	if p.experiment.Data.Generated() && !deficit {
		return nil
	}
	for _, signal := range p.experiment.Toys.Signal {
		if _, err := p.source.Draw(rng.New(p.experiment.Seed, "check"), signal); err != nil {
			return fmt.Errorf("experiments: toys.signal %v: %w", signal, err)
		}
	}
	return nil
}

// readInitialCentroids reads the file that model.init names, if it names one.
func (p *plan) readInitialCentroids() error {
	path, isFile := p.setup.Model.InitFile()
	if !isFile {
		return nil
	}
	table, err := tables.Read(path, tables.ReadOptions{})
	if err != nil {
		return fmt.Errorf("experiments: reading the initial centroids: %w", err)
	}
	if table.N() != p.setup.Model.Kernels || table.D() != p.setup.Dim {
		return fmt.Errorf("experiments: %s holds %d rows of %d columns; model.kernels is %d and "+
			"the data have %d columns",
			path, table.N(), table.D(), p.setup.Model.Kernels, p.setup.Dim)
	}
	p.setup.InitialCentroids = table.Sample(nil).X
	sums, err := checksums([]string{path})
	if err != nil {
		return err
	}
	if p.inputs == nil {
		p.inputs = map[string]string{}
	}
	maps.Copy(p.inputs, sums)
	return nil
}

// checksums are the SHA-256 of the content of files, in hex, by their paths.
func checksums(paths []string) (map[string]string, error) {
	sums := map[string]string{}
	for _, path := range paths {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("experiments: %w", err)
		}
		sum := sha256.New()
		_, err = io.Copy(sum, f)
		f.Close()
		if err != nil {
			return nil, fmt.Errorf("experiments: reading %s: %w", path, err)
		}
		sums[path] = fmt.Sprintf("%x", sum.Sum(nil))
	}
	return sums, nil
}

// toy names one toy of a run.
type toy struct {
	hypothesis string
	signal     float64
	index      int
}

func (t toy) String() string {
	switch t.hypothesis {
	case results.Null:
		return fmt.Sprintf("null toy %d", t.index)
	case results.Observed:
		return "the observed sample"
	}
	return fmt.Sprintf("alternative toy %d at N_S = %v", t.index, t.signal)
}

// observed is the number of observed samples of an experiment: 0 or 1.
func observed(e configs.Experiment) int {
	if e.Data.Files.Observed.File == "" {
		return 0
	}
	return 1
}

// cellOf is the identity of a toy of the experiment.
func (p *plan) cellOf(t toy) string {
	if t.signal == 0 {
		return p.null
	}
	return p.alternative
}

// stream is the toy's random stream for one purpose.
func (t toy) stream(seed uint64, purpose string) *rand.Rand {
	return rng.New(seed, purpose+"/"+t.hypothesis, math.Float64bits(t.signal), uint64(t.index))
}

// draw makes the pair of a toy.
func (p *plan) draw(t toy) (data.Pair, error) {
	var pair data.Pair
	var err error
	r := t.stream(p.experiment.Seed, "data")
	pools, _ := p.source.(*sources.Pools)
	switch {
	case pools != nil && t.hypothesis == results.Observed:
		pair, err = pools.Observed(r)
	case pools != nil && t.hypothesis == results.Alternative:
		pair, err = pools.DrawHeldOut(r, t.signal)
	default:
		pair, err = p.source.Draw(r, t.signal)
	}
	if err != nil {
		return data.Pair{}, fmt.Errorf("experiments: drawing %v: %w", t, err)
	}
	return pair, nil
}

// known says whether a toy belongs to the experiment.
func (p *plan) known(t toy) error {
	toys := p.experiment.Toys
	switch {
	case t.hypothesis == results.Observed && (observed(p.experiment) == 0 || t.signal != 0 ||
		t.index != 0):
		return fmt.Errorf("experiments: an observed sample is one that data.files.observed " +
			"names, without a signal and with index 0")
	case t.hypothesis == results.Observed:
		return nil
	case t.hypothesis == results.Null && t.signal != 0:
		return fmt.Errorf("experiments: a null toy has no signal, got N_S = %v", t.signal)
	case t.hypothesis == results.Null && (t.index < 0 || t.index >= toys.Null):
		return fmt.Errorf("experiments: null toy %d; the config has %d, counted from 0", t.index,
			toys.Null)
	case t.hypothesis == results.Null:
		return nil
	case t.hypothesis != results.Alternative:
		return fmt.Errorf("experiments: no hypothesis %q; want %s or %s", t.hypothesis,
			results.Null, results.Alternative)
	case !slices.Contains(toys.Signal, t.signal):
		return fmt.Errorf("experiments: no toys at N_S = %v; the config has them at %v", t.signal,
			toys.Signal)
	case t.index < 0 || t.index >= toys.Alternative:
		return fmt.Errorf("experiments: alternative toy %d; the config has %d at each strength, "+
			"counted from 0", t.index, toys.Alternative)
	}
	return nil
}
