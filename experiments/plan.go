package experiments

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"sparker/configs"
	"sparker/results"
)

// RunPlan is what a run will have to do.
type RunPlan struct {
	Dir string `json:"dir"` // the run folder
	// Toys is the number of toys of the whole run; toys that cells share are counted once. If the
	// outcomes of toys decide how many there are, it is the largest number.
	Toys  int        `json:"toys"`
	Done  int        `json:"done"` // toys that the run folder holds
	Cells []CellPlan `json:"cells"`
	// Seconds is the time of the missing toys, one after the other.
	Seconds float64 `json:"seconds"`
}

// CellPlan is the part of one cell.
type CellPlan struct {
	Cell int                 `json:"cell"` // from 1
	Arms []results.ArmRecord `json:"settings,omitempty"`
	Toys int                 `json:"toys"` // that the cell asks for
	// of these, toys that an earlier cell asks for, too
	Shared  int     `json:"shared"`
	Done    int     `json:"done"`    // of the others, toys that the run folder holds
	Seconds float64 `json:"seconds"` // time of one toy
}

// Plan makes every cell of a sweep ready, as [Run] does, counts its toys and those that are stored,
// and times a pilot toy of each kind of test. It writes nothing.
//
// The error is an [InputError] if something is wrong with the config, or if the run folder holds
// the run of another.
func Plan(ctx context.Context, c configs.Sweep, o RunOptions) (RunPlan, error) {
	s, err := newSweep(c)
	if err != nil {
		return RunPlan{}, err
	}
	plan := RunPlan{}
	if plan.Dir, err = runDir(c, o, s.inputs()); err != nil {
		return RunPlan{}, err
	}
	stored, most, err := s.storedIn(plan.Dir)
	if err != nil {
		return RunPlan{}, err
	}
	if plan.Cells, err = s.cellPlans(ctx); err != nil {
		return RunPlan{}, err
	}
	number := map[*cell]int{}
	for i, c := range s.cells {
		number[c] = i
	}
	jobs, beyond := most.within(s.jobs())
	for _, j := range beyond { // the decision is certain without them
		plan.Cells[number[j.cell]].Toys--
		plan.Cells[number[j.cell]].Shared--
	}
	for _, j := range jobs {
		own := &plan.Cells[number[j.cell]]
		own.Shared--
		plan.Toys++
		if stored[j.toy] {
			own.Done++
			plan.Done++
		} else {
			plan.Seconds += own.Seconds
		}
	}
	return plan, nil
}

// cellPlans returns the plans of the cells as if nothing were stored, and as if every toy were
// shared with an earlier cell.
func (s *sweep) cellPlans(ctx context.Context) ([]CellPlan, error) {
	var plans []CellPlan
	seconds := map[string]float64{} // by the key of null toys
	for i, c := range s.cells {
		if _, known := seconds[c.keys.null]; !known {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			pilot, err := c.pilotSeconds()
			if err != nil {
				return nil, err
			}
			seconds[c.keys.null] = pilot
		}
		toys := 0
		for _, count := range c.toyCounts() {
			toys += count.n
		}
		plans = append(plans, CellPlan{Cell: i + 1, Arms: armRecords(s.config.Cells[i]), Toys: toys,
			Shared: toys, Seconds: seconds[c.keys.null]})
	}
	return plans, nil
}

// storedIn returns the toys that a folder holds, which may not exist yet, and how many null toys
// the cells need at most.
func (s *sweep) storedIn(dir string) (map[results.ToyID]bool, nullLimits, error) {
	store, err := results.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return map[results.ToyID]bool{}, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	digest, err := s.config.Digest()
	if err != nil {
		return nil, nil, fmt.Errorf("experiments: %w", err)
	}
	if stored := store.Manifest().Digest; stored != digest {
		return nil, nil, &InputError{fmt.Errorf("experiments: %s holds the run of another config "+
			"(digest %s, not %s)", dir, stored, digest)}
	}
	stored, err := store.StoredIDs()
	if err != nil {
		return nil, nil, err
	}
	_, most, err := s.nullToys(store)
	return stored, most, err
}

// pilotSeconds returns the time of one toy.
func (c *cell) pilotSeconds() (float64, error) {
	test, err := c.newTest()
	if err != nil {
		return 0, err
	}
	start := time.Now()
	toy := c.toyID(results.Null, 0, 0)
	pair, err := c.draw(toy)
	if err != nil {
		return 0, err
	}
	if _, err := test.Statistics(pair, c.fitStream(toy)); err != nil {
		return 0, fmt.Errorf("experiments: testing a pilot toy: %w", err)
	}
	return time.Since(start).Seconds(), nil
}
