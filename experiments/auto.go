package experiments

import (
	"context"
	"errors"
	"fmt"
	"time"

	"sparker/analysis"
	"sparker/results"
)

// FewToysError reports that a limit of time ended a run before there were enough null toys for a
// p-value. The toys are stored, and the run can be continued.
type FewToysError struct {
	Limit    time.Duration
	Observed bool // whether the observed sample was tested
	Toys     int  // null toys that were tested
	Fewest   int  // that a p-value takes
}

func (e *FewToysError) Error() string {
	if !e.Observed {
		return fmt.Sprintf("experiments: the limit of %v ended the run before the observed sample "+
			"was tested", e.Limit)
	}
	return fmt.Sprintf("experiments: the limit of %v ended the run after %d null toys; a p-value "+
		"takes at least %d", e.Limit, e.Toys, e.Fewest)
}

// auto reports whether the outcomes of its toys decide how many of them a cell of the sweep needs.
func (s *sweep) auto() bool {
	for _, c := range s.cells {
		if c.experiment.Toys.Auto {
			return true
		}
	}
	return false
}

// checkAuto returns an error if the options do not suit the number of toys.
func (s *sweep) checkAuto(o RunOptions) error {
	switch {
	case o.Shard.Count > 1 && s.auto():
		return &InputError{errors.New("experiments: the toys end by their outcomes (toys.auto), " +
			"which a shard does not know; set toys.auto=false for shards")}
	case o.TimeLimit > 0 && !s.auto():
		return &InputError{errors.New("experiments: a limit of time needs null toys whose number " +
			"is not fixed; set toys.auto=true")}
	}
	return nil
}

// nullLimits are numbers of null toys, by their key. The nil map has no limits.
type nullLimits map[string]int

// holds reports whether a toy is within the limits.
func (n nullLimits) holds(toy results.ToyID) bool {
	return n == nil || toy.Hypothesis != results.Null || toy.Index < n[toy.Key]
}

// nullToys returns how many null toys the cells need next and at most, from those that are stored.
// Cells that share toys take the largest number. There are no limits if the numbers are fixed.
func (s *sweep) nullToys(store *results.Store) (next, most nullLimits, err error) {
	if !s.auto() {
		return nil, nil, nil
	}
	run, err := analysis.Open(store)
	if err != nil {
		return nil, nil, err
	}
	next, most = nullLimits{}, nullLimits{}
	for i, n := range run.NullToys() {
		key := s.cells[i].keys.null
		next[key], most[key] = max(next[key], n.Next), max(most[key], n.Most)
	}
	return next, most, nil
}

// within returns the jobs whose toys are within limits, and the others.
func (n nullLimits) within(jobs []job) (inside, outside []job) {
	for _, j := range jobs {
		if n.holds(j.toy) {
			inside = append(inside, j)
		} else {
			outside = append(outside, j)
		}
	}
	return inside, outside
}

// testUntilCertain tests toys in blocks. After each block, the cells whose decision is certain need
// no more of them. It reports whether all toys that the cells need are stored; they are not if the
// time ended.
func (s *sweep) testUntilCertain(ctx context.Context, queue []job, t *tester) (complete bool,
	err error) {
	for {
		next, _, err := s.nullToys(t.store)
		if err != nil {
			return false, err
		}
		var block []job
		if block, queue = next.within(queue); len(block) == 0 {
			return true, nil
		}
		if all, err := t.test(ctx, block); err != nil || !all {
			return false, err
		}
	}
}

// checkEnough returns a [FewToysError] if a cell has too few toys for a p-value.
func (s *sweep) checkEnough(store *results.Store, limit time.Duration) error {
	run, err := analysis.Open(store)
	if err != nil {
		return err
	}
	for i, c := range s.cells {
		toys := c.experiment.Toys
		if !toys.Auto {
			continue
		}
		lacking := &FewToysError{Limit: limit, Fewest: min(toys.Null, analysis.FewestToys)}
		for _, t := range run.Toys(i + 1) {
			switch t.Hypothesis {
			case results.Null:
				lacking.Toys++
			case results.Observed:
				lacking.Observed = true
			}
		}
		if !lacking.Observed || lacking.Toys < lacking.Fewest {
			return lacking
		}
	}
	return nil
}
