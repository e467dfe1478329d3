package experiments

import (
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"slices"

	"sparker/configs"
	"sparker/data"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// widthRows is the size of the reference subsample whose pairwise distances set the widths.
const widthRows = 2000

// plan is an experiment with everything resolved that is done once: the source, the widths and the scales.
type plan struct {
	experiment configs.Experiment
	source     data.Source // nil for a fit of given samples
	columns    []string
	settings   twosample.Settings
	widths     results.Widths
	scales     []results.Scale
	inputs     map[string]string // files that the config names: SHA-256 of their content, in hex
	warnings   []string
}

// newPlan resolves an experiment. Whatever is wrong with it shows here, before the first toy, as an *InputError.
func newPlan(e configs.Experiment) (*plan, error) {
	source, err := data.New(e.Data)
	if err != nil {
		return nil, &InputError{fmt.Errorf("experiments: %w", err)}
	}
	p := &plan{experiment: e, source: source, columns: source.Columns(), settings: twosample.Settings{
		Model: e.Model, Loss: e.Loss, Train: e.Train,
		Standardize: e.Data.Standardize == "reference", Dim: source.Dim(),
	}}
	r := rng.New(e.Seed, "widths")
	reference, err := source.DrawReference(r, widthRows)
	if err != nil {
		return nil, &InputError{fmt.Errorf("experiments: drawing a reference for the widths: %w", err)}
	}
	if err := p.settle(reference, r); err != nil {
		return nil, &InputError{err}
	}
	return p, nil
}

// settle finds the widths of the annealing in a reference given in the data's own units, and checks that the
// test can be made.
func (p *plan) settle(reference data.Sample, r *rand.Rand) error {
	if p.settings.Standardize {
		standardizer, warnings := data.NewStandardizer(reference)
		reference = standardizer.Apply(reference)
		p.warnings = append(p.warnings, warnings...)
	}
	q, err := data.PairwiseQuantiles(reference, r, widthRows, 0.01, 0.5, 0.99)
	if err != nil {
		return fmt.Errorf("experiments: finding the widths: %w", err)
	}
	c := p.settings.Train
	p.widths = results.Widths{Q1: q[0], Q50: q[1], Q99: q[2], Start: float64(c.Width.Start), End: float64(c.Width.End)}
	if c.Width.Start == train.Auto {
		p.widths.Start = 2 * p.widths.Q99
	}
	if c.Width.End == train.Auto {
		p.widths.End = 0.5 * p.widths.Q1
	}
	p.settings.Widths = train.Widths{Start: p.widths.Start, End: p.widths.End}
	if err := p.readInitialCentroids(); err != nil {
		return err
	}
	test, err := twosample.NewSparKer(p.settings)
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	for _, s := range test.Scales() {
		p.scales = append(p.scales, results.Scale(s))
	}
	if typical := math.Exp(-p.widths.Q50 * p.widths.Q50 / (2 * p.widths.End * p.widths.End)); typical > 0.05 {
		p.warnings = append(p.warnings, fmt.Sprintf(
			"the end width %.3g does not localise: a kernel still has %.2f of its height at the median distance (%.3g) of two reference rows; consider a smaller train.width.end",
			p.widths.End, typical, p.widths.Q50))
	}
	return nil
}

// readInitialCentroids reads the file that model.init names, if it names one.
func (p *plan) readInitialCentroids() error {
	path, isFile := p.settings.Model.InitFile()
	if !isFile {
		return nil
	}
	s, err := data.ReadNPY(path)
	if err != nil {
		return fmt.Errorf("experiments: reading the initial centroids: %w", err)
	}
	if s.N != p.settings.Model.Kernels || s.D != p.settings.Dim {
		return fmt.Errorf("experiments: %s holds %d rows of %d columns; model.kernels is %d and the data have %d columns",
			path, s.N, s.D, p.settings.Model.Kernels, p.settings.Dim)
	}
	p.settings.InitialCentroids = s.X
	content, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("experiments: reading the initial centroids: %w", err)
	}
	p.inputs = map[string]string{path: fmt.Sprintf("%x", sha256.Sum256(content))}
	return nil
}

// toy names one toy of a run.
type toy struct {
	hypothesis string
	signal     float64
	index      int
}

func (t toy) String() string {
	if t.hypothesis == results.Null {
		return fmt.Sprintf("null toy %d", t.index)
	}
	return fmt.Sprintf("alternative toy %d at N_S = %v", t.index, t.signal)
}

// stream is the toy's random stream for one purpose.
func (t toy) stream(seed uint64, purpose string) *rand.Rand {
	return rng.New(seed, purpose+"/"+t.hypothesis, math.Float64bits(t.signal), uint64(t.index))
}

// toys lists every toy of the experiment, interleaved over the hypotheses, so that the toys of a run that is
// stopped early cover all of them.
func (p *plan) toys() []toy {
	type placed struct {
		toy
		at float64
	}
	var all []placed
	add := func(hypothesis string, signal float64, n int) {
		for i := range n {
			all = append(all, placed{toy{hypothesis, signal, i}, (float64(i) + 0.5) / float64(n)})
		}
	}
	add(results.Null, 0, p.experiment.Toys.Null)
	for _, signal := range p.experiment.Toys.Signal {
		add(results.Alternative, signal, p.experiment.Toys.Alternative)
	}
	slices.SortStableFunc(all, func(a, b placed) int {
		switch {
		case a.at < b.at:
			return -1
		case a.at > b.at:
			return 1
		}
		return 0
	})
	list := make([]toy, len(all))
	for i, t := range all {
		list[i] = t.toy
	}
	return list
}

// draw makes the pair of a toy.
func (p *plan) draw(t toy) (data.Pair, error) {
	pair, err := p.source.Draw(t.stream(p.experiment.Seed, "data"), t.signal)
	if err != nil {
		return data.Pair{}, fmt.Errorf("experiments: drawing %v: %w", t, err)
	}
	return pair, nil
}

// known says whether a toy belongs to the experiment.
func (p *plan) known(t toy) error {
	toys := p.experiment.Toys
	switch {
	case t.hypothesis == results.Null && t.signal != 0:
		return fmt.Errorf("experiments: a null toy has no signal, got N_S = %v", t.signal)
	case t.hypothesis == results.Null && (t.index < 0 || t.index >= toys.Null):
		return fmt.Errorf("experiments: null toy %d; the config has %d, counted from 0", t.index, toys.Null)
	case t.hypothesis == results.Null:
		return nil
	case t.hypothesis != results.Alternative:
		return fmt.Errorf("experiments: no hypothesis %q; want %s or %s", t.hypothesis, results.Null, results.Alternative)
	case !slices.Contains(toys.Signal, t.signal):
		return fmt.Errorf("experiments: no toys at N_S = %v; the config has them at %v", t.signal, toys.Signal)
	case t.index < 0 || t.index >= toys.Alternative:
		return fmt.Errorf("experiments: alternative toy %d; the config has %d at each strength, counted from 0", t.index, toys.Alternative)
	}
	return nil
}
