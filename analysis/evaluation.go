package analysis

import (
	"errors"
	"fmt"
	"slices"
	"sync"

	"sparker/configs"
	"sparker/results"
)

// An Evaluation holds the stored toys of one run and what follows from them. The run folder is read
// by [Open] alone: toys that are appended later are not seen. Statistics are computed when they are
// first asked for, and kept. Its methods may be called from several goroutines.
type Evaluation struct {
	store    *results.Store
	manifest results.Manifest
	cells    []cell // those of the manifest, in its order
	oracles  *oracles
	// stored and unchecked count the stored toys, and those of them without a checksum.
	stored, unchecked int

	once     sync.Once
	computed []cellResult
	failure  error
}

// cell is one experiment of a run and the toys that it asks for, as far as they are stored.
type cell struct {
	number     int // from 1
	record     results.CellRecord
	experiment configs.Experiment
	toys       []*results.Toy
	end        nullEnd
}

// Open reads the manifest and the toys of a run, and parses the config of each of its cells. It is
// an error if the folder cannot be read, or holds a record or a config that this version does not
// understand. A run that is under way, or has no toys yet, is not an error.
func Open(store *results.Store) (*Evaluation, error) {
	return open(store, newOracles())
}

// OpenAll opens several runs, which share the oracles that they have in common.
func OpenAll(stores []*results.Store) ([]*Evaluation, error) {
	shared := newOracles()
	var all []*Evaluation
	for _, s := range stores {
		v, err := open(s, shared)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

func open(store *results.Store, shared *oracles) (*Evaluation, error) {
	stored, err := store.StoredToys()
	if err != nil {
		return nil, fmt.Errorf("analysis: %w", err)
	}
	byKey := groupByKey(stored.Toys)
	v := &Evaluation{store: store, manifest: store.Manifest(), oracles: shared,
		stored: len(stored.Toys), unchecked: stored.Unchecked}
	for i, record := range v.manifest.Cells {
		e, err := configs.LoadBytes(fmt.Sprintf("cell %d of %s", i+1, store.Dir()),
			[]byte(record.Config), nil)
		if err != nil {
			return nil, fmt.Errorf("analysis: the config of a run: %w", err)
		}
		c := cell{number: i + 1, record: record, experiment: e, toys: ofCell(e, record, byKey)}
		if err := c.follow(); err != nil {
			return nil, fmt.Errorf("analysis: cell %d of %s: %w", c.number, store.Dir(), err)
		}
		v.cells = append(v.cells, c)
	}
	if !store.Checked() {
		err = v.checkDigest()
	}
	return v, err
}

// checkDigest holds a manifest without a checksum against its own digest: that of the config, whose
// cells are those of the manifest.
func (v *Evaluation) checkDigest() error {
	m := v.manifest
	damage := func(format string, args ...any) error {
		return &results.DamageError{Path: v.store.ManifestFile(), Err: fmt.Errorf(format, args...)}
	}
	sweep, err := configs.LoadSweepBytes(v.store.ManifestFile(), []byte(m.Config),
		configs.Changes{})
	if err != nil {
		return fmt.Errorf("analysis: the config of a run: %w", err)
	}
	digest, err := sweep.Digest()
	switch {
	case err != nil:
		return fmt.Errorf("analysis: %w", err)
	case digest != m.Digest:
		return damage("its config has the digest %s, not %s", digest, m.Digest)
	case len(sweep.Cells) != len(v.cells):
		return damage("it has %d cells, but its config has %d", len(v.cells), len(sweep.Cells))
	}
	for i, c := range v.cells {
		arms := slices.EqualFunc(sweep.Cells[i].Arms, c.record.Arms,
			func(a configs.ArmName, r results.ArmRecord) bool { return results.ArmRecord(a) == r })
		same, err := sameExperiment(sweep.Cells[i].Experiment, c.experiment)
		if err != nil {
			return fmt.Errorf("analysis: %w", err)
		}
		if !arms || !same {
			return damage("cell %d is not that of its config", i+1)
		}
	}
	return nil
}

// sameExperiment reports whether two configs are the same except in their descriptions.
func sameExperiment(a, b configs.Experiment) (bool, error) {
	x, errA := a.Digest()
	y, errB := b.Digest()
	return x == y, errors.Join(errA, errB)
}

// Store returns the run that was read.
func (v *Evaluation) Store() *results.Store { return v.store }

// Experiment returns the config of a cell, counted from 1.
func (v *Evaluation) Experiment(cell int) configs.Experiment { return v.cells[cell-1].experiment }

// Toys returns the stored toys of a cell, counted from 1: those that the cell asks for, the null
// toys first, then by signal strength and index. The evaluation shares them with the caller, who
// must not change them.
func (v *Evaluation) Toys(cell int) []*results.Toy { return slices.Clone(v.cells[cell-1].toys) }

// cellResults returns every cell that has null toys; it is an error if none has.
func (v *Evaluation) cellResults() ([]cellResult, error) {
	v.once.Do(func() { v.computed, v.failure = v.newCellResults() })
	return v.computed, v.failure
}

func (v *Evaluation) newCellResults() ([]cellResult, error) {
	var all []cellResult
	for _, c := range v.cells {
		if !slices.ContainsFunc(c.toys,
			func(t *results.Toy) bool { return t.Hypothesis == results.Null }) {
			continue
		}
		e, err := newCellResult(c, v.manifest.Name, v.oracles)
		if err != nil {
			return nil, fmt.Errorf("analysis: summarizing cell %d of %s: %w", c.number,
				v.store.Dir(), err)
		}
		all = append(all, e)
	}
	if len(all) == 0 {
		return nil, &NoToysError{v.store.Dir()}
	}
	return all, nil
}

// groupByKey returns the toys of each key, in their order. Toys of a key follow each other.
func groupByKey(toys []*results.Toy) map[string][]*results.Toy {
	byKey := map[string][]*results.Toy{}
	for first := 0; first < len(toys); {
		key, end := toys[first].Key, first
		for end < len(toys) && toys[end].Key == key {
			end++
		}
		byKey[key] = append(byKey[key], toys[first:end]...)
		first = end
	}
	return byKey
}

// ofCell returns the stored toys that a cell asks for. Cells of equal keys share toys, but one may
// ask for fewer of them than another.
func ofCell(e configs.Experiment, record results.CellRecord,
	byKey map[string][]*results.Toy) []*results.Toy {
	from := byKey[record.NullKey]
	if record.AlternativeKey != record.NullKey {
		from = slices.Concat(from, byKey[record.AlternativeKey])
	}
	var own []*results.Toy
	for _, t := range from {
		wanted := e.Toys.Alternative
		switch t.Hypothesis {
		case results.Null:
			wanted = e.Toys.Null
		case results.Observed:
			wanted = e.ObservedSamples()
		}
		if t.Key == record.ToyKey(t.Signal) && t.Index < wanted &&
			(t.Hypothesis != results.Alternative || slices.Contains(e.Toys.Signal, t.Signal)) {
			own = append(own, t)
		}
	}
	return own
}
