package experiments

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"sparker/configs"
	"sparker/results"
	"sparker/train"
	"sparker/twosample"
)

// Options say how to run an experiment; they do not change its results.
type Options struct {
	// Out is the folder that holds run folders ("runs" when empty); the run's own is <name>-<digest8>.
	Out string
	// Dir is the run folder itself; it goes before Out.
	Dir string
	// Workers is the number of fits side by side (the number of processors when 0).
	Workers int
	// Progress, when set, is told of the start and of every finished toy, from one goroutine at a time.
	Progress func(Progress)
}

// Progress is how far a run is.
type Progress struct {
	Done, Total int
	Resumed     int // toys that were there when this run started
	Elapsed     time.Duration
}

// RunDir is the folder that an experiment runs in.
func RunDir(e configs.Experiment, o Options) (string, error) {
	if o.Dir != "" {
		return o.Dir, nil
	}
	digest, err := e.Digest()
	if err != nil {
		return "", fmt.Errorf("experiments: %w", err)
	}
	out := o.Out
	if out == "" {
		out = "runs"
	}
	return filepath.Join(out, e.Name+"-"+digest[:8]), nil
}

// Run draws and fits every toy of the experiment that the run folder does not hold yet, and summarises. A run
// that was stopped in any way continues where it was. When the context ends, fits under way are finished and
// kept, and the context's error is returned.
//
// The store is returned for reading, and also beside an error once it exists.
func Run(ctx context.Context, e configs.Experiment, o Options) (*results.Store, results.Summary, error) {
	p, err := newPlan(e)
	if err != nil {
		return nil, results.Summary{}, err
	}
	store, err := p.create(o)
	if err != nil {
		return nil, results.Summary{}, err
	}
	err = p.fitAll(ctx, store, o)
	if err == nil && store.Manifest().Finished == nil {
		err = store.SetFinished(time.Now().UTC())
	}
	if closing := store.Close(); err == nil {
		err = closing
	}
	if err != nil {
		return store, results.Summary{}, err
	}
	summary, err := Summarise(store)
	return store, summary, err
}

// create makes or re-opens the run folder.
func (p *plan) create(o Options) (*results.Store, error) {
	dir, err := RunDir(p.experiment, o)
	if err != nil {
		return nil, err
	}
	text, err := p.experiment.YAML()
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	digest, err := p.experiment.Digest()
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	var columns []results.Column
	for _, name := range p.columns {
		columns = append(columns, results.Column{Name: name})
	}
	store, err := results.Create(dir, results.Manifest{
		Name: p.experiment.Name, Digest: digest, Seed: p.experiment.Seed, Config: string(text),
		Widths: p.widths, Scales: p.scales, Columns: columns,
		Versions: Versions(), Inputs: p.inputs, Started: time.Now().UTC(), Warnings: append([]string{}, p.warnings...),
	}, text)
	if err != nil {
		return nil, err
	}
	// The config alone decides what the widths are, unless another version of the code began the run.
	if m := store.Manifest(); m.Widths != p.widths || !slices.Equal(m.Scales, p.scales) {
		store.Close()
		return nil, fmt.Errorf("experiments: the run in %s was begun by %s with other widths (%v); finish it there, or run into another folder",
			dir, m.Versions["sparker"], m.Widths)
	}
	if m := store.Manifest(); !maps.Equal(m.Inputs, p.inputs) {
		store.Close()
		return nil, &InputError{fmt.Errorf("experiments: the run in %s was begun with other content of its input files (%s); run into another folder",
			dir, strings.Join(slices.Sorted(maps.Keys(p.inputs)), ", "))}
	}
	return store, nil
}

// fitAll fits the toys that the store lacks.
func (p *plan) fitAll(ctx context.Context, store *results.Store, o Options) error {
	there, err := store.Toys()
	if err != nil {
		return err
	}
	done := map[toy]bool{}
	for _, t := range there {
		done[toy{t.Hypothesis, t.Signal, t.Index}] = true
	}
	var missing []toy
	all := p.toys()
	for _, t := range all {
		if !done[t] {
			missing = append(missing, t)
		}
	}
	progress := Progress{Done: len(all) - len(missing), Total: len(all), Resumed: len(all) - len(missing)}
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
	tell(0)

	workers := o.Workers
	if workers < 1 {
		workers = runtime.GOMAXPROCS(0)
	}
	group, ctx := errgroup.WithContext(ctx)
	queue := make(chan toy)
	group.Go(func() error {
		defer close(queue)
		for _, t := range missing {
			select {
			case queue <- t:
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		}
		return nil
	})
	for range min(workers, max(1, len(missing))) {
		group.Go(func() error {
			test, err := twosample.NewSparKer(p.settings)
			if err != nil {
				return fmt.Errorf("experiments: %w", err)
			}
			for t := range queue {
				if err := p.fit(store, test, t); err != nil {
					return err
				}
				tell(1)
			}
			return nil
		})
	}
	return group.Wait()
}

// fit runs one toy and appends its record; the trajectory, where it is to be kept, is written first, so that a
// toy that counts as done has all of its files.
func (p *plan) fit(store *results.Store, test *twosample.SparKer, t toy) error {
	start := time.Now()
	pair, err := p.draw(t)
	if err != nil {
		return err
	}
	record := t.index < p.experiment.Record.Fits
	fit, err := test.Fit(pair, t.stream(p.experiment.Seed, "fit"), record)
	if err != nil {
		return fmt.Errorf("experiments: fitting %v: %w", t, err)
	}
	if record {
		full, err := p.record(test, t, pair, fit)
		if err != nil {
			return err
		}
		if err := store.WriteFit(full); err != nil {
			return fmt.Errorf("experiments: keeping the fit of %v: %w", t, err)
		}
	}
	outcome := fit.Outcome()
	return store.AppendToy(results.Toy{
		Hypothesis: t.hypothesis, Signal: t.signal, Index: t.index,
		T: append([]float64{}, outcome.T...), Status: outcome.Status, Reason: outcome.Reason,
		Events: pair.Data.N, Injected: pair.Injected, ClampedEpochs: outcome.ClampedEpochs,
		Seconds: time.Since(start).Seconds(),
	})
}

// Replay fits one toy of an experiment again, with its trajectory. The result is the same, bit for bit, as in a
// run.
func Replay(ctx context.Context, e configs.Experiment, hypothesis string, signal float64, index int) (results.Fit, error) {
	p, err := newPlan(e)
	if err != nil {
		return results.Fit{}, err
	}
	t := toy{hypothesis, signal, index}
	if err := p.known(t); err != nil {
		return results.Fit{}, &InputError{err}
	}
	if err := ctx.Err(); err != nil {
		return results.Fit{}, err
	}
	pair, err := p.draw(t)
	if err != nil {
		return results.Fit{}, err
	}
	test, err := twosample.NewSparKer(p.settings)
	if err != nil {
		return results.Fit{}, fmt.Errorf("experiments: %w", err)
	}
	fit, err := test.Fit(pair, t.stream(e.Seed, "fit"), true)
	if err != nil {
		return results.Fit{}, fmt.Errorf("experiments: fitting %v: %w", t, err)
	}
	return p.record(test, t, pair, fit)
}

// Versions are those of sparker, of Go, and of the modules that numbers depend on, and the instructions that
// fused fits use.
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
		case "gorgonia.org/gorgonia", "gorgonia.org/tensor", "gonum.org/v1/gonum", "gonum.org/v1/plot":
			v[m.Path] = m.Version
		}
	}
	return v
}
