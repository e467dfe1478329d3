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
// evaluation is nil if there is an error. It has no summary yet if a shard is all that is stored
// and has no null toys.
func Run(ctx context.Context, c configs.Sweep, o RunOptions) (*results.Store, *analysis.Evaluation,
	error) {
	o.begun = time.Now()
	s, err := newSweep(c)
	if err == nil {
		err = s.checkAuto(o)
	}
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
	if err == nil && !complete && s.auto() {
		err = s.checkEnough(store, o.TimeLimit)
	}
	if closing := store.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return store, nil, err
	}
	evaluation, err := s.conclude(store)
	var none *analysis.NoToysError
	switch {
	case errors.As(err, &none) && o.Shard.Count > 1: // those of other shards are not there yet
		return store, evaluation, nil
	case err == nil: // other shards may have ended at the same time
		err = evaluation.Finish(time.Now().UTC())
	}
	if err != nil {
		return store, nil, err
	}
	return store, evaluation, nil
}

// conclude evaluates the stored toys, writes the summary, and writes what the fits of observed
// samples found.
func (s *sweep) conclude(store *results.Store) (*analysis.Evaluation, error) {
	evaluation, err := analysis.Open(store)
	if err != nil {
		return nil, err
	}
	if err := evaluation.Write(); err != nil {
		return evaluation, err
	}
	summary, err := evaluation.Summary()
	if err != nil {
		return nil, err
	}
	for _, c := range summary.Cells {
		if c.Observed != nil {
			own := s.cells[c.Cell-1]
			if err := locate(store, own, c, evaluation.Toys(c.Cell)); err != nil {
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
	stored map[results.ToyID]bool, most nullLimits) shardJobs {
	var out shardJobs
	jobs, _ := most.within(s.jobs())
	own := ownedBy(shard, jobs, s.config.Base.Seed)
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
	stored, err := store.StoredIDs()
	if err != nil {
		return false, err
	}
	_, most, err := s.nullToys(store)
	if err != nil {
		return false, err
	}
	jobs := s.shardJobs(store, o.Shard, stored, most)
	if len(jobs.missing) > 0 && store.Manifest().Finished != nil {
		if err := store.Reopen(); err != nil {
			return false, err
		}
	}
	if o.Expect != nil && len(jobs.missing) > 0 {
		seconds, err := roughTotal(jobs.missing)
		if err != nil {
			return false, err
		}
		o.Expect(Expectation{Toys: len(jobs.missing), AtMost: s.auto(), Warnings: s.warnings(),
			Time: time.Duration(seconds / float64(o.workers()) * float64(time.Second))})
	}
	done := jobs.total - len(jobs.missing)
	report := &progressReport{start: time.Now(), call: o.Progress,
		state: Progress{Done: done, Total: jobs.total, AtMost: s.auto(), Resumed: done}}
	report.add(0)

	queue := slices.Concat(jobs.fits, jobs.missing)
	t := &tester{store: store, workers: o.workers(), report: report, end: o.end()}
	complete = jobs.others == 0
	err = watched(store, func() (err error) {
		if s.auto() {
			if complete, err = s.testUntilCertain(ctx, queue, t); complete {
				report.finish()
			}
			return err
		}
		_, err = t.test(ctx, queue)
		return err
	})
	return complete, err
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

// tester tests toys with several workers, and stores the results.
type tester struct {
	store   *results.Store
	workers int
	report  *progressReport
	end     time.Time // no toy begins after it; zero for no limit
}

// test tests the toys of jobs. It reports whether it began all of them; it does not if the time
// ends before. Those that began are the first ones.
func (t *tester) test(ctx context.Context, jobs []job) (all bool, err error) {
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan job)
	begun := 0
	var over <-chan time.Time // nil without a limit
	if !t.end.IsZero() {
		timer := time.NewTimer(time.Until(t.end))
		defer timer.Stop()
		over = timer.C
	}
	group.Go(func() error {
		defer close(queue)
		for _, j := range jobs {
			if !t.end.IsZero() && !time.Now().Before(t.end) {
				return nil
			}
			select {
			case queue <- j:
				begun++
			case <-over:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range min(t.workers, max(1, len(jobs))) {
		group.Go(func() error { return t.work(ctx, queue) })
	}
	err = group.Wait()
	return begun == len(jobs), err
}

// work tests the toys of a queue and stores the results. It begins none after the context has
// ended.
func (t *tester) work(ctx context.Context, queue <-chan job) (err error) {
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
			if err := j.recordFit(t.store, test); err != nil {
				return err
			}
			continue
		}
		if err := j.run(t.store, test); err != nil {
			return err
		}
		t.report.add(1)
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
