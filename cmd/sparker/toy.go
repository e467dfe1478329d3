package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
	"sparker/plots"
	"sparker/results"
)

type toyFlags struct {
	cell       int
	hypothesis string
	signal     float64
	index      int
	out        string
	asJSON     bool
}

// hypotheses are the words that --hypothesis takes.
var hypotheses = []string{results.Null, results.Alternative, results.Observed}

func (a *app) toyCommand() *cobra.Command {
	var f toyFlags
	cmd := &cobra.Command{
		Use:   "toy RUN|CONFIG --hypothesis KIND [key.path=value ...]",
		Short: "Fit one toy again and show its whole trajectory",
		Long: `toy draws and fits one toy, or the observed sample, again and keeps the whole
trajectory of the fit. It prints the statistics and writes fit.json and figures.
If the RUN folder holds that toy, both must agree to the last bit; otherwise, the
command fails. Overrides are for a CONFIG only.`,
		Example: `  sparker toy runs/quickstart-0123abcd --hypothesis alternative --signal 20
  sparker toy runs/losses-0123abcd --cell 3 --hypothesis null --index 17
  sparker toy quickstart --hypothesis null --index 0 --out here`,
		Args: atLeast(1, "a RUN folder, or a CONFIG and overrides of the form key.path=value"),
		RunE: action(func(ctx context.Context, args []string) error { return a.toy(ctx, args, f) }),
	}
	flags := cmd.Flags()
	flags.IntVar(&f.cell, "cell", 0, "take the cell `N` of a sweep, counted from 1")
	flags.StringVar(&f.hypothesis, "hypothesis", "",
		"the `KIND` of the toy: "+enumerated(hypotheses, "or"))
	flags.Float64Var(&f.signal, "signal", 0,
		"`N_S`, the expected signal events of an alternative toy")
	flags.IntVar(&f.index, "index", 0, "take the toy `N`, counted from 0")
	flags.StringVar(&f.out, "out", "", "write into `FOLDER` (default RUN/replay/TOY, or "+
		"NAME-DIGEST-TOY for a CONFIG)")
	defineJSON(cmd, &f.asJSON)
	require(cmd, "hypothesis")
	return cmd
}

// check returns an error if the flags have values that they cannot have.
func (f toyFlags) check() error {
	if err := oneOf("hypothesis", f.hypothesis, hypotheses); err != nil {
		return err
	}
	switch {
	case f.index < 0:
		return usageError("--index is %d; want 0 or more", f.index)
	case f.hypothesis != results.Alternative && f.signal != 0:
		return usageError("--signal is %v; only alternative toys have a signal", f.signal)
	}
	return nil
}

// toySource is where a toy is taken from: a run folder or a config.
type toySource struct {
	store *results.Store // nil for a config
	sweep configs.Sweep
	cellExperiment
}

func (a *app) toy(ctx context.Context, args []string, f toyFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	source, err := a.openToySource(args, f.cell)
	if err != nil {
		return err
	}
	toy := results.ToyID{Hypothesis: f.hypothesis, Signal: f.signal, Index: f.index}
	folder := f.out
	if folder == "" {
		if folder, err = source.folder(toy); err != nil {
			return withFolder(err, args[0], source.sweep)
		}
	}
	if err := errors.Join(checkFolder(folder), checkFitFile(folder)); err != nil {
		return err
	}
	fit, err := experiments.Replay(ctx, source.Experiment, toy)
	if err != nil {
		if source.store == nil {
			err = withFolder(err, args[0], source.sweep)
		}
		return err
	}
	if err := a.showFit(fit, f.asJSON); err != nil {
		return err
	}
	if err := a.writeFit(fit, folder); err != nil {
		return err
	}
	if source.store == nil {
		return nil
	}
	return a.compareWithStored(source.store, fit)
}

// openToySource opens the run folder or the config that the arguments name. The cell counts from 1;
// 0 stands for the only one.
func (a *app) openToySource(args []string, cell int) (toySource, error) {
	var s toySource
	info, err := os.Stat(args[0])
	if isRun := err == nil && info.IsDir(); isRun {
		if len(args) > 1 {
			return s, usageError("%s is a run, whose config is fixed; overrides such as %q are "+
				"for a CONFIG", args[0], args[1])
		}
		if s.store, err = openRun(args[0]); err != nil {
			return s, err
		}
		s.sweep, err = storedSweep(s.store)
	} else {
		s.sweep, err = a.loadSweep(args[0], configs.Changes{Overrides: args[1:]})
	}
	if err != nil {
		return s, err
	}
	s.cellExperiment, err = pickCell(s.sweep, cell)
	return s, err
}

// folder returns the folder for the fit of a toy if the user names none.
func (s toySource) folder(toy results.ToyID) (string, error) {
	if s.store != nil {
		return s.store.ReplayDir(s.cell, toy), nil
	}
	run, err := experiments.RunDir(s.sweep, experiments.RunOptions{})
	if err != nil {
		return "", err
	}
	name := toy.FileName()
	if len(s.sweep.Cells) > 1 {
		name = fmt.Sprintf("cell-%d-%s", s.cell, name)
	}
	return filepath.Base(run) + "-" + name, nil
}

// compareWithStored returns an error if a replayed fit differs from the toy that the run stores.
func (a *app) compareWithStored(store *results.Store, fit results.FitRecord) error {
	toys, err := store.Toys()
	if err != nil {
		return err
	}
	k := slices.IndexFunc(toys, func(t results.Toy) bool {
		return t.Key == fit.Key && t.Hypothesis == fit.Hypothesis && t.Signal == fit.Signal &&
			t.Index == fit.Index
	})
	if k < 0 {
		fmt.Fprintln(a.stderr, "the run holds no such toy to compare with")
		return nil
	}
	t := toys[k]
	if t.Status != fit.Status {
		return fmt.Errorf("the replay of %v ended with status %q, the stored toy with %q", t,
			fit.Status, t.Status)
	}
	replayed := slices.Concat(fit.Statistics, fit.Lead)
	if len(fit.Lead) == len(t.T) {
		replayed = fit.Lead // the statistic lead is the only one of the test
	}
	if t.Status == results.StatusOK && len(t.T) != len(replayed) {
		return fmt.Errorf("the replay of %v has %d statistics, the stored toy %d", t,
			len(replayed), len(t.T))
	}
	for i, stored := range t.T {
		if c := replayed[i]; c.T != stored {
			return fmt.Errorf("the replay of %v has t = %v at epoch %d, the stored toy %v: "+
				"another version of sparker or another kind of processor made the run", t, c.T,
				c.Epoch, stored)
		}
	}
	fmt.Fprintln(a.stderr, "the fit is equal to the stored toy")
	return nil
}

// writeFit writes fit.json and the figures of a fit into a folder.
func (a *app) writeFit(fit results.FitRecord, folder string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("making the folder for the fit: %w", err)
	}
	path := results.FitFile(folder)
	if err := results.WriteRecord(path, fit); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "fit: %s\n", path)
	if fit.Trace == nil {
		return nil // the fit failed in its first epoch and has nothing to draw
	}
	drawn, err := plots.CellFigures(plots.Output{Dir: folder}, results.Manifest{},
		results.CellSummary{}, nil, []results.FitRecord{fit})
	files := drawnFigures{cells: [][]plots.Drawn{drawn}}.files()
	fmt.Fprintf(a.stderr, "figures: %s (%s)\n", folder, count(len(files), "file"))
	return err
}
