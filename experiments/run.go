package experiments

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"sparker/analysis"
	"sparker/configs"
	"sparker/data"
	"sparker/internal/rng"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// Options say how to run an experiment; they do not change its results.
type Options struct {
	// Out is the folder that holds run folders ("runs" when empty); the run's own is
	// <name>-<digest8>.
	Out string
	// Dir is the run folder itself; it goes before Out.
	Dir string
	// Shard is the part of the toys to fit.
	Shard Shard
	// Workers is the number of fits side by side (the number of processors when 0).
	Workers int
	// Progress, when set, is told of the start and of every finished toy, from one goroutine at a
	// time.
	Progress func(Progress)
	// Expect, when set, is told before the first toy how many are to be fitted, and a rough figure
	// of the time that they take.
	Expect func(toys int, d time.Duration)
}

// Progress is how far a run is.
type Progress struct {
	Done, Total int
	Resumed     int // toys that were there when this run started
	Elapsed     time.Duration
}

// Shard is a part of a run's toys: number Number of Count, from 1 on. The zero Shard is all of
// them.
type Shard struct{ Number, Count int }

// of says of each of n toys whether it belongs to the shard. Toys are dealt out in a random order,
// the same for all shards, so that every shard has its part of every cell.
func (s Shard) of(n int, seed uint64) []bool {
	own := make([]bool, n)
	for dealt, place := range rng.New(seed, "shards").Perm(n) {
		own[place] = s.Count <= 1 || dealt%s.Count == s.Number-1
	}
	return own
}

// Run draws and fits every toy of the study that the run folder does not hold yet, and summarizes.
// A run that was stopped in any way continues where it was. When the context ends, fits under way
// are finished and kept, and the context's error is returned.
//
// The run's store is returned for reading, also alongside an error once it exists; the evaluation
// is nil if there is an error.
func Run(ctx context.Context, c configs.Sweep, o Options) (*results.Store, *analysis.Evaluation,
	error) {
	s, err := newStudy(c)
	if err != nil {
		return nil, nil, err
	}
	store, err := s.create(o)
	if err != nil {
		return nil, nil, err
	}
	complete, err := s.fitAll(ctx, store, o)
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

// conclude evaluates the stored toys, writes the summary, and locates what the fits of observed
// samples found.
func (s *study) conclude(store *results.Store) (*analysis.Evaluation, error) {
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
		if p := s.plans[c.Cell-1]; c.Observed != nil {
			if err := locate(store, p, c); err != nil {
				return nil, err
			}
		}
	}
	return evaluation, nil
}

// fitAll fits the toys of the shard that the store lacks, and says whether the store then has those
// of the whole run.
func (s *study) fitAll(ctx context.Context, store *results.Store, o Options) (complete bool,
	err error) {
	done, err := finished(store)
	if err != nil {
		return false, err
	}
	var missing []job
	var total, others int
	jobs := s.jobs()
	own := o.Shard.of(len(jobs), s.config.Base.Seed)
	for place, j := range jobs {
		switch {
		case !own[place]:
			if !done[j.key()] {
				others++
			}
			continue
		case !done[j.key()]:
			missing = append(missing, j)
		}
		total++
	}
	progress := Progress{Done: total - len(missing), Total: total, Resumed: total - len(missing)}
	start := time.Now()
	var telling sync.Mutex
	tell := func(finished int) {
		telling.Lock()
		defer telling.Unlock()
		progress.Done += finished
		progress.Elapsed = time.Since(start)
		if o.Progress != nil {
			o.Progress(progress)
		}
	}
	workers := o.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	if o.Expect != nil && len(missing) > 0 {
		seconds, err := s.expect(missing)
		if err != nil {
			return false, err
		}
		o.Expect(len(missing), time.Duration(seconds/float64(workers)*float64(time.Second)))
	}
	tell(0)

	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan job)
	group.Go(func() error {
		defer close(queue)
		for _, j := range missing {
			select {
			case queue <- j:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range min(workers, max(1, len(missing))) {
		group.Go(func() error {
			bench := workbench{}
			for j := range queue {
				test, err := bench.test(j.plan)
				if err != nil {
					return err
				}
				if err := j.plan.fit(store, test, j.toy, s.recorded(j)); err != nil {
					return err
				}
				tell(1)
			}
			return nil
		})
	}
	return others == 0, group.Wait()
}

// expect is a rough figure of the seconds that jobs take one after the other.
func (s *study) expect(jobs []job) (total float64, err error) {
	known := map[*plan]float64{}
	for _, j := range jobs {
		if _, timed := known[j.plan]; !timed {
			if known[j.plan], err = j.plan.glimpse(); err != nil {
				return 0, err
			}
		}
		total += known[j.plan]
	}
	return total, nil
}

// finished are the toys that a store has.
func finished(store *results.Store) (map[results.ToyID]bool, error) {
	toys, err := store.Toys()
	if err != nil {
		return nil, err
	}
	done := map[results.ToyID]bool{}
	for _, t := range toys {
		done[t.ID()] = true
	}
	return done, nil
}

// benchSize is the number of tests that a worker keeps ready: each holds its graph and work space.
const benchSize = 32

// workbench keeps the tests of one worker. All of them go when there are too many: making one anew
// costs little beside a fit.
type workbench map[*plan]twosample.Test

func (w workbench) test(p *plan) (twosample.Test, error) {
	if test, there := w[p]; there {
		return test, nil
	}
	if len(w) >= benchSize {
		clear(w)
	}
	test, err := p.newTest()
	if err == nil {
		w[p] = test
	}
	return test, err
}

// fit runs one toy and appends its record; the trajectory, where it is to be kept, is written
// first, so that a toy that counts as done has all of its files.
func (p *plan) fit(store *results.Store, test twosample.Test, t toy, record bool) error {
	start := time.Now()
	pair, err := p.draw(t)
	if err != nil {
		return err
	}
	stored := results.Toy{
		Key: p.cellOf(t), Hypothesis: t.hypothesis, Signal: t.signal, Index: t.index,
		Events: pair.Data.N, Injected: pair.Injected,
	}
	var outcome twosample.Outcome
	if fitting, ok := test.(twosample.FittingTest); ok {
		outcome, err = p.keepFit(store, fitting, drawnToy{t, pair, record}, &stored)
	} else {
		outcome, err = test.Statistics(pair, t.stream(p.experiment.Seed, "fit"))
	}
	if err != nil {
		return fmt.Errorf("experiments: testing %v: %w", t, err)
	}
	stored.T, stored.Status = append([]float64{}, outcome.T...), string(outcome.Status)
	stored.Reason = outcome.Reason
	if t.hypothesis == results.Observed {
		stored.Warnings = outcome.Warnings
	}
	stored.ClampedEpochs, stored.Seconds = outcome.ClampedEpochs, time.Since(start).Seconds()
	return store.AppendToy(stored)
}

// drawnToy is a toy with its pair, and whether its trajectory is to be kept.
type drawnToy struct {
	toy
	pair data.Pair
	keep bool
}

// keepFit fits a toy, and keeps of the fit what the experiment records: its trajectory in a file,
// its kernels and its findings in the record of the toy.
func (p *plan) keepFit(store *results.Store, test twosample.FittingTest, t drawnToy,
	stored *results.Toy) (twosample.Outcome, error) {
	run := test.Fit
	if t.keep {
		run = test.Trace
	}
	fit, err := run(t.pair, t.stream(p.experiment.Seed, "fit"))
	if err != nil {
		return twosample.Outcome{}, err
	}
	if t.keep {
		full, err := p.record(test, t.toy, t.pair, fit)
		if err == nil {
			err = store.WriteFit(full)
		}
		if err != nil {
			return twosample.Outcome{}, fmt.Errorf("keeping the fit: %w", err)
		}
	}
	outcome := fit.Outcome()
	if outcome.Status != twosample.OK {
		return outcome, nil
	}
	if p.experiment.Record.Kernels {
		stored.Kernels = p.kernels(fit)
	}
	if p.experiment.Record.Leading && t.pair.Injected > 0 {
		stored.Leading, err = leading(t.pair, fit)
	}
	return outcome, err
}

// Replay fits one toy of an experiment again, with its trajectory. The result is the same, bit for
// bit, as in a run.
func Replay(ctx context.Context, e configs.Experiment, hypothesis string, signal float64,
	index int) (results.FitRecord, error) {
	p, err := newPlan(e, newCommon())
	if err != nil {
		return results.FitRecord{}, err
	}
	t := toy{hypothesis, signal, index}
	if err := p.known(t); err != nil {
		return results.FitRecord{}, &InputError{err}
	}
	if err := ctx.Err(); err != nil {
		return results.FitRecord{}, err
	}
	test, err := p.newFittingTest()
	if err != nil {
		return results.FitRecord{}, err
	}
	pair, err := p.draw(t)
	if err != nil {
		return results.FitRecord{}, err
	}
	fit, err := test.Trace(pair, t.stream(e.Seed, "fit"))
	if err != nil {
		return results.FitRecord{}, fmt.Errorf("experiments: fitting %v: %w", t, err)
	}
	return p.record(test, t, pair, fit)
}

// Versions are those of sparker, of Go, and of the modules that numbers depend on, and the
// instructions that fused fits use.
func Versions() map[string]string {
	v := map[string]string{"go": runtime.Version(), "platform": runtime.GOOS + "/" + runtime.GOARCH}
	if path, err := train.FusedPath(); err == nil {
		v["fused"] = path
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return v
	}
	v["sparker"] = info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" || s.Key == "vcs.modified" {
			v[s.Key] = s.Value
		}
	}
	for _, m := range info.Deps {
		switch m.Path {
		case "gorgonia.org/gorgonia", "gorgonia.org/tensor", "gonum.org/v1/gonum",
			"gonum.org/v1/plot":
			v[m.Path] = m.Version
		}
	}
	return v
}
