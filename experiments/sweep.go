package experiments

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"sparker/configs"
	"sparker/results"
)

// sweep is a config whose cells are ready for toys.
type sweep struct {
	config configs.Sweep
	cells  []*cell
}

// newSweep makes every cell of a config ready. If something is wrong with one of them, the error is
// an [InputError].
func newSweep(config configs.Sweep) (*sweep, error) {
	s := &sweep{config: config}
	shared := newSharedInputs()
	for i, own := range config.Cells {
		c, err := newCell(own.Experiment, shared)
		if err != nil {
			if len(config.Cells) > 1 {
				err = fmt.Errorf("cell %d (%s): %w", i+1, results.Describe(armRecords(own)), err)
			}
			return nil, err
		}
		s.cells = append(s.cells, c)
	}
	if err := shared.inputs.checkUnchanged(); err != nil {
		return nil, &InputError{err}
	}
	return s, nil
}

// inputs returns the files of all cells, with the SHA-256 of their content. It is nil if there are
// none.
func (s *sweep) inputs() map[string]string {
	var all map[string]string
	for _, c := range s.cells {
		if all == nil && len(c.inputs) > 0 {
			all = map[string]string{}
		}
		maps.Copy(all, c.inputs)
	}
	return all
}

// armRecords returns the arms that a cell belongs to.
func armRecords(c configs.Cell) []results.ArmRecord {
	var all []results.ArmRecord
	for _, a := range c.Arms {
		all = append(all, results.ArmRecord(a))
	}
	return all
}

// job is a toy to test, and the first cell that asks for it.
type job struct {
	cell *cell
	toy  results.ToyID
	keep bool // whether the history of its fit is recorded
	// refit reports that the toy is stored, but the history of its fit is missing or damaged.
	refit bool
}

// jobs returns every toy of the sweep once, however many cells share it. They are interleaved over
// cells and hypotheses, so that a run that is stopped early has toys of all of them.
func (s *sweep) jobs() []job {
	type rankedJob struct {
		job
		rank float64 // in (0, 1): how early the toy comes among those of its kind
	}
	var all []rankedJob
	seen := map[results.ToyID]int{}
	recorded := s.recordedFits()
	for _, c := range s.cells {
		for _, count := range c.toyCounts() {
			for i := range count.n {
				toy := c.toyID(count.hypothesis, count.signal, i)
				rank := (float64(i) + 0.5) / float64(count.n)
				if count.hypothesis == results.Observed && c.experiment.Toys.Auto {
					rank = 0 // nothing can be decided without it
				}
				if k, twice := seen[toy]; twice {
					all[k].rank = min(all[k].rank, rank)
					continue
				}
				seen[toy] = len(all)
				all = append(all, rankedJob{rank: rank,
					job: job{cell: c, toy: toy, keep: i < recorded[toy.Key]}})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b rankedJob) int { return cmp.Compare(a.rank, b.rank) })
	jobs := make([]job, len(all))
	for i, j := range all {
		jobs[i] = j.job
	}
	return jobs
}

// recordedFits returns, by the key of toys, how many fits of each kind are recorded: the largest
// number that a cell with that key asks for.
func (s *sweep) recordedFits() map[string]int {
	fits := map[string]int{}
	for _, c := range s.cells {
		for _, k := range []string{c.keys.null, c.keys.alternative} {
			fits[k] = max(fits[k], c.experiment.Record.Fits)
		}
	}
	return fits
}
