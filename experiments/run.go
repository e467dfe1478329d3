package experiments

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"sparker/analysis"
	"sparker/configs"
	"sparker/internal/crash"
	"sparker/results"
)

// Run draws and tests every toy of a sweep that its run folder does not hold yet, writes the
// summary, and writes what the fits of an observed sample found. A run that was stopped, by
// whatever means, is continued. If the context ends, toys that are being tested are finished and
// stored, and the error of the context is returned.
//
// The store of the run is returned for reading, also alongside an error if it exists by then. The
// evaluation is nil if there is an error.
func Run(ctx context.Context, c configs.Sweep, o RunOptions) (*results.Store, *analysis.Evaluation,
	error) {
	s, err := newSweep(c)
	if err != nil {
		return nil, nil, err
	}
	store, err := s.create(o)
	if err != nil {
		return nil, nil, err
	}
	complete, err := s.testAll(ctx, store, o)
	if err == nil && complete && store.Manifest().Finished == nil {
		err = store.SetFinished(time.Now().UTC())
	}
	if closing := store.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return store, nil, err
	}
	evaluation, err := s.conclude(store)
	return store, evaluation, err
}

// conclude evaluates the stored toys, writes the summary, and writes what the fits of observed
// samples found.
func (s *sweep) conclude(store *results.Store) (*analysis.Evaluation, error) {
	evaluation, err := analysis.Open(store)
	if err != nil {
		return nil, err
	}
	if err := evaluation.Write(); err != nil {
		return nil, err
	}
	summary, err := evaluation.Summary()
	if err != nil {
		return nil, err
	}
	for _, c := range summary.Cells {
		if c.Observed != nil {
			own := s.cells[c.Cell-1]
			if err := locate(store, own, c); err != nil {
				return nil, err
			}
			if err := listRows(store, own, c); err != nil {
				return nil, err
			}
		}
	}
	return evaluation, nil
}

// shardJobs are the jobs of a shard.
type shardJobs struct {
	missing []job // those whose toys are not stored
	fits    []job // of the others, those whose fit is to be recorded, and is missing or damaged
	total   int
	others  int // jobs of other shards whose toys are not stored
}

// shardJobs returns the jobs of a shard, by what is stored.
func (s *sweep) shardJobs(store *results.Store, shard results.Shard,
	stored map[results.ToyID]bool) shardJobs {
	var out shardJobs
	jobs := s.jobs()
	own := ownedBy(shard, len(jobs), s.config.Base.Seed)
	for i, j := range jobs {
		switch {
		case own[i]:
			out.total++
			switch {
			case !stored[j.toy]:
				out.missing = append(out.missing, j)
			case j.keep && j.cell.method.Fits && !store.HasFit(j.toy):
				j.refit = true
				out.fits = append(out.fits, j)
			}
		case !stored[j.toy]:
			out.others++
		}
	}
	return out
}

// testAll tests the toys of the shard that are not stored. It reports whether the store then has
// the toys of the whole run.
func (s *sweep) testAll(ctx context.Context, store *results.Store, o RunOptions) (complete bool,
	err error) {
	stored, err := storedToys(store)
	if err != nil {
		return false, err
	}
	jobs := s.shardJobs(store, o.Shard, stored)
	if o.Expect != nil && len(jobs.missing) > 0 {
		seconds, err := roughTotal(jobs.missing)
		if err != nil {
			return false, err
		}
		o.Expect(Expectation{Toys: len(jobs.missing), Warnings: s.warnings(),
			Time: time.Duration(seconds / float64(o.workers()) * float64(time.Second))})
	}
	done := jobs.total - len(jobs.missing)
	report := &progressReport{start: time.Now(), call: o.Progress,
		state: Progress{Done: done, Total: jobs.total, Resumed: done}}
	report.add(0)

	queue := slices.Concat(jobs.fits, jobs.missing)
	return jobs.others == 0, watched(store, func() error {
		return testQueue(ctx, queue, store, o.workers(), report)
	})
}

// warnings returns the warnings of the cells, each once.
func (s *sweep) warnings() []string {
	var all []string
	for _, c := range s.cells {
		for _, warning := range c.warnings {
			if !slices.Contains(all, warning) {
				all = append(all, warning)
			}
		}
	}
	return all
}

// testQueue tests the toys of jobs with several workers, and stores the results.
func testQueue(ctx context.Context, jobs []job, store *results.Store, workers int,
	report *progressReport) error {
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan job)
	group.Go(func() error {
		defer close(queue)
		for _, j := range jobs {
			select {
			case queue <- j:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range min(workers, max(1, len(jobs))) {
		group.Go(func() error { return work(ctx, queue, store, report) })
	}
	return group.Wait()
}

// work tests the toys of a queue and stores the results. It begins none after the context has
// ended.
func work(ctx context.Context, queue <-chan job, store *results.Store,
	report *progressReport) (err error) {
	defer crash.Catch(&err)
	tests := testCache{}
	for j := range queue {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		test, err := tests.get(j.cell)
		if err != nil {
			return err
		}
		if j.refit {
			if err := j.recordFit(store, test); err != nil {
				return err
			}
			continue
		}
		if err := j.run(store, test); err != nil {
			return err
		}
		report.add(1)
	}
	return nil
}

// watchInterval is the time between two looks at the run folder.
const watchInterval = time.Second

// watched calls a function that stores toys, and looks at the run folder while it runs. If the
// folder is lost, watched returns at once: what is being fitted could not be stored, and ends with
// an error of its own.
func watched(store *results.Store, run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	ticker := time.NewTicker(watchInterval)
	defer ticker.Stop()
	for {
		select {
		case err := <-done:
			if !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			// A file is missing. If the folder is being removed, the files that tell follow.
			time.Sleep(watchInterval)
			if lost := store.Lost(); lost != nil {
				return lost
			}
			return err
		case <-ticker.C:
			if err := store.Lost(); err != nil {
				return err
			}
		}
	}
}

// storedToys returns the toys that a store has.
func storedToys(store *results.Store) (map[results.ToyID]bool, error) {
	toys, err := store.Toys()
	if err != nil {
		return nil, err
	}
	stored := map[results.ToyID]bool{}
	for _, t := range toys {
		stored[t.ID()] = true
	}
	return stored, nil
}
