package experiments

import (
	"cmp"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
)

// study is a config with every cell resolved.
type study struct {
	config configs.Sweep
	plans  []*plan
}

// newStudy resolves every cell. Whatever is wrong with one of them shows here, before the first
// toy, as an *InputError.
func newStudy(c configs.Sweep) (*study, error) {
	s := &study{config: c}
	known := newCommon()
	for i, cell := range c.Cells {
		p, err := newPlan(cell.Experiment, known)
		if err != nil {
			if len(c.Cells) > 1 {
				err = fmt.Errorf("cell %d (%s): %w", i+1, results.Describe(settings(cell)), err)
			}
			return nil, err
		}
		s.plans = append(s.plans, p)
	}
	return s, nil
}

func settings(c configs.Cell) []results.ArmRecord {
	var all []results.ArmRecord
	for _, s := range c.Arms {
		all = append(all, results.ArmRecord(s))
	}
	return all
}

// job is a toy and the first cell that needs it.
type job struct {
	plan *plan
	toy
}

// key names the job's toy within the run.
func (j job) key() results.ToyID {
	return results.ToyID{Key: j.plan.cellOf(j.toy), Hypothesis: j.hypothesis, Signal: j.signal,
		Index: j.index}
}

// jobs lists every toy of the study once, however many cells share it, interleaved over the cells
// and hypotheses, so that the toys of a run that is stopped early cover all of them.
func (s *study) jobs() []job {
	type placed struct {
		job
		at float64
	}
	var all []placed
	seen := map[results.ToyID]int{}
	add := func(p *plan, hypothesis string, signal float64, n int) {
		for i := range n {
			j := placed{job{p, toy{hypothesis, signal, i}}, (float64(i) + 0.5) / float64(n)}
			if k, twice := seen[j.key()]; twice {
				all[k].at = min(all[k].at, j.at)
				continue
			}
			seen[j.key()] = len(all)
			all = append(all, j)
		}
	}
	for _, p := range s.plans {
		add(p, results.Null, 0, p.experiment.Toys.Null)
		add(p, results.Observed, 0, observed(p.experiment))
		for _, signal := range p.experiment.Toys.Signal {
			add(p, results.Alternative, signal, p.experiment.Toys.Alternative)
		}
	}
	slices.SortStableFunc(all, func(a, b placed) int { return cmp.Compare(a.at, b.at) })
	jobs := make([]job, len(all))
	for i, j := range all {
		jobs[i] = j.job
	}
	return jobs
}

// recorded says whether the whole fit of a job is to be kept: one of the cells that share it asks
// for it.
func (s *study) recorded(j job) bool {
	return slices.ContainsFunc(s.plans, func(p *plan) bool {
		return j.index < p.experiment.Record.Fits && p.cellOf(j.toy) == j.plan.cellOf(j.toy)
	})
}

// RunDir is the folder that a study runs in.
func RunDir(c configs.Sweep, o Options) (string, error) {
	if o.Dir != "" {
		return o.Dir, nil
	}
	digest, err := c.Digest()
	if err != nil {
		return "", fmt.Errorf("experiments: %w", err)
	}
	out := o.Out
	if out == "" {
		out = "runs"
	}
	return filepath.Join(out, results.FolderName(c.Base.Name, digest)), nil
}

// manifest is what a run of the study writes down before the first toy.
func (s *study) manifest() (m results.Manifest, text []byte, err error) {
	if text, err = s.config.YAML(); err != nil {
		return m, nil, fmt.Errorf("experiments: %w", err)
	}
	digest, err := s.config.Digest()
	if err != nil {
		return m, nil, fmt.Errorf("experiments: %w", err)
	}
	m = results.Manifest{
		Name: s.config.Base.Name, Digest: digest, Seed: s.config.Base.Seed, Config: string(text),
		Versions: Versions(), Started: time.Now().UTC(),
	}
	for _, axis := range s.config.Config.Axes() {
		a := results.AxisRecord{Name: axis.Name}
		for _, arm := range axis.Arms {
			a.Labels = append(a.Labels, arm.Label)
		}
		m.Axes = append(m.Axes, a)
	}
	for i, p := range s.plans {
		text, err := p.experiment.YAML()
		if err != nil {
			return m, nil, fmt.Errorf("experiments: %w", err)
		}
		cell := results.CellRecord{
			Arms: settings(s.config.Cells[i]), Config: string(text),
			NullKey: p.null, AlternativeKey: p.alternative, SamplesKey: p.samples,
			Widths: p.widths, Scales: p.scales, Warnings: p.warnings,
		}
		if pools, ok := p.source.(*sources.Pools); ok {
			n := pools.Sizes()
			cell.Pools = &results.PoolSizes{Calibration: pools.Calibration(),
				Reference:  n.Reference,
				Background: n.Background, HeldOut: n.HeldOut, Signal: n.Signal,
				Observed: n.Observed}
		}
		for _, name := range p.columns {
			cell.Columns = append(cell.Columns, results.Column{Name: name})
		}
		m.Cells = append(m.Cells, cell)
		for path, sum := range p.inputs {
			if m.Inputs == nil {
				m.Inputs = map[string]string{}
			}
			m.Inputs[path] = sum
		}
	}
	return m, text, nil
}

// create makes or re-opens the run folder.
func (s *study) create(o Options) (*results.Store, error) {
	dir, err := RunDir(s.config, o)
	if err != nil {
		return nil, err
	}
	m, text, err := s.manifest()
	if err != nil {
		return nil, err
	}
	store, err := results.CreateShard(dir, m, text,
		results.ShardName(o.Shard.Number, o.Shard.Count))
	if err != nil {
		return nil, err
	}
	there := store.Manifest()
	// The config alone decides what the widths are, unless another version of the code began the
	// run.
	if len(there.Cells) != len(m.Cells) {
		store.Close()
		return nil, fmt.Errorf("experiments: the run in %s was begun by %s with %d cells, not "+
			"%d; finish it there, or run into another folder",
			dir, there.Versions["sparker"], len(there.Cells), len(m.Cells))
	}
	for i, c := range m.Cells {
		if t := there.Cells[i]; t.Widths != c.Widths || !slices.Equal(t.Scales, c.Scales) {
			store.Close()
			return nil, fmt.Errorf("experiments: the run in %s was begun by %s with other "+
				"widths (%v); finish it there, or run into another folder",
				dir, there.Versions["sparker"], t.Widths)
		}
	}
	// Instructions of another kind round differently: the run goes on, and its summary says so.
	if path := m.Versions["fused"]; path != "" {
		if err := store.AddVersion("fused", path); err != nil {
			store.Close()
			return nil, err
		}
	}
	if !maps.Equal(there.Inputs, m.Inputs) {
		store.Close()
		return nil, &InputError{fmt.Errorf("experiments: the run in %s was begun with other "+
			"content of its input files (%s); run into another folder",
			dir, strings.Join(slices.Sorted(maps.Keys(m.Inputs)), ", "))}
	}
	return store, nil
}
