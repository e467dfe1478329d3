package experiments

import (
	"context"
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
			if err := locate(store, s.cells[c.Cell-1], c); err != nil {
				return nil, err
			}
		}
	}
	return evaluation, nil
}

// shardJobs are the jobs of a shard.
type shardJobs struct {
	missing []job // those whose toys are not stored
	total   int
	others  int // jobs of other shards whose toys are not stored
}

// shardJobs returns the jobs of a shard, by what is stored.
func (s *sweep) shardJobs(shard results.Shard, stored map[results.ToyID]bool) shardJobs {
	var out shardJobs
	jobs := s.jobs()
	own := ownedBy(shard, len(jobs), s.config.Base.Seed)
	for i, j := range jobs {
		switch {
		case own[i]:
			out.total++
			if !stored[j.toy] {
				out.missing = append(out.missing, j)
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
	jobs := s.shardJobs(o.Shard, stored)
	if o.Expect != nil && len(jobs.missing) > 0 {
		seconds, err := roughTotal(jobs.missing)
		if err != nil {
			return false, err
		}
		o.Expect(len(jobs.missing),
			time.Duration(seconds/float64(o.workers())*float64(time.Second)))
	}
	done := jobs.total - len(jobs.missing)
	report := &progressReport{start: time.Now(), call: o.Progress,
		state: Progress{Done: done, Total: jobs.total, Resumed: done}}
	report.add(0)

	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan job)
	group.Go(func() error {
		defer close(queue)
		for _, j := range jobs.missing {
			select {
			case queue <- j:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range min(o.workers(), max(1, len(jobs.missing))) {
		group.Go(func() error { return work(ctx, queue, store, report) })
	}
	return jobs.others == 0, group.Wait()
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
		if err := j.run(store, test); err != nil {
			return err
		}
		report.add(1)
	}
	return nil
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
