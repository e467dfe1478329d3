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

func (a *app) toyCommand() *cobra.Command {
	var f toyFlags
	cmd := &cobra.Command{
		Use:   "toy RUN|CONFIG [key.path=value ...]",
		Short: "Draw and fit one toy again, with its whole trajectory",
		Long: `toy draws and fits one toy, or the observed sample, again, keeps its whole trajectory, prints its statistics, and writes fit.json and
figures. Where a RUN folder holds that toy, the two must agree to the last bit; it is an error if they do not.
Overrides go with a CONFIG only.`,
		Example: `  sparker toy runs/quickstart-0123abcd --hypothesis alternative --signal 20 --index 3
  sparker toy runs/losses-0123abcd --cell 3 --hypothesis null --index 17
  sparker toy quickstart --hypothesis null --index 0 --out here`,
		Args: wants(1, anyNumber, "a RUN folder, or a CONFIG and overrides of the form "+
			"key.path=value"),
		RunE: action(func(ctx context.Context, args []string) error { return a.toy(ctx, args, f) }),
	}
	flags := cmd.Flags()
	flags.IntVar(&f.cell, "cell", 0, "number of the cell, from 1, where the run or the config "+
		"has a sweep")
	flags.StringVar(&f.hypothesis, "hypothesis", "",
		results.Null+", "+results.Alternative+" or "+results.Observed)
	flags.Float64Var(&f.signal, "signal", 0,
		"N_S of the toy, in expected signal events (alternative only)")
	flags.IntVar(&f.index, "index", 0, "number of the toy, from 0")
	flags.StringVar(&f.out, "out", "", "folder for fit.json and the figures (default "+
		"RUN/replay/TOY, or NAME-DIGEST-TOY for a CONFIG)")
	flags.BoolVar(&f.asJSON, "json", false, "print the fit as JSON in place of the table")
	if err := cmd.MarkFlagRequired("hypothesis"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

func (a *app) toy(ctx context.Context, args []string, f toyFlags) error {
	if err := oneOf("hypothesis", f.hypothesis, []string{results.Null, results.Alternative,
		results.Observed}); err != nil {
		return err
	}
	switch {
	case f.index < 0:
		return usageError("--index is %d; want 0 or more", f.index)
	case f.hypothesis != results.Alternative && f.signal != 0:
		return usageError("--signal is %v; only alternative toys have one", f.signal)
	}
	toy := results.ToyID{Hypothesis: f.hypothesis, Signal: f.signal, Index: f.index}

	var e configs.Experiment
	var c configs.Sweep // of a CONFIG
	var store *results.Store
	info, err := os.Stat(args[0])
	if err == nil && info.IsDir() {
		if len(args) > 1 {
			return usageError("%s is a run, whose config is fixed; overrides such as %q go with "+
				"a CONFIG", args[0], args[1])
		}
		if store, err = openRun(args[0]); err != nil {
			return err
		}
		if e, f.cell, err = cellConfig(store, f.cell); err != nil {
			return err
		}
		if f.out == "" {
			f.out = store.ReplayDir(f.cell, toy)
		}
	} else {
		if c, err = a.loadSweep(args[0], configs.Changes{Overrides: args[1:]}); err != nil {
			return err
		}
		if e, f.cell, err = pickCell(c, f.cell); err != nil {
			return err
		}
		name := toy.FileName()
		if len(c.Cells) > 1 {
			name = fmt.Sprintf("cell-%d-%s", f.cell, name)
		}
		if f.out == "" {
			run, err := experiments.RunDir(c, experiments.RunOptions{})
			if err != nil {
				return err
			}
			f.out = filepath.Base(run) + "-" + name
		}
	}

	if err := checkFolder(f.out); err != nil {
		return err
	}
	fit, err := experiments.Replay(ctx, e, toy)
	if err != nil {
		if store == nil {
			err = whereFiles(err, args[0], c)
		}
		return err
	}
	if err := a.showFit(fit, f.asJSON); err != nil {
		return err
	}
	if err := a.writeFit(fit, f.out); err != nil {
		return err
	}
	if store == nil {
		return nil
	}
	return a.compareWithStored(store, fit)
}

// compareWithStored holds a replayed fit against the toy that the run stored.
func (a *app) compareWithStored(store *results.Store, fit results.FitRecord) error {
	toys, err := store.Toys()
	if err != nil {
		return err
	}
	for _, t := range toys {
		if t.Key != fit.Key || t.Hypothesis != fit.Hypothesis || t.Signal != fit.Signal ||
			t.Index != fit.Index {
			continue
		}
		if t.Status != fit.Status {
			return fmt.Errorf("the replay of %v ended with status %q, the stored toy with %q", t,
				fit.Status, t.Status)
		}
		replayed := slices.Concat(fit.Statistics, fit.Lead)
		if len(fit.Lead) == len(t.T) {
			replayed = fit.Lead // the test takes lead alone
		}
		if t.Status == results.StatusOK && len(t.T) != len(replayed) {
			return fmt.Errorf("the replay of %v has %d statistics, the stored toy %d", t,
				len(replayed), len(t.T))
		}
		for i, stored := range t.T {
			if c := replayed[i]; c.T != stored {
				return fmt.Errorf("the replay of %v gives t = %v at epoch %d, the stored toy "+
					"has %v: the run was made by another version, or on another kind of processor",
					t, c.T, c.Epoch, stored)
			}
		}
		fmt.Fprintf(a.stderr, "equal to the stored toy\n")
		return nil
	}
	fmt.Fprintf(a.stderr, "the run holds no such toy to compare with\n")
	return nil
}

// showFit prints a fit on stdout, as a table or as JSON.
func (a *app) showFit(fit results.FitRecord, asJSON bool) error {
	if asJSON {
		return a.printJSON(fit)
	}
	printFit(a.stdout, fit)
	return nil
}

// checkFolder says, before the work, whether a folder can be written, and leaves everything as it
// was.
func checkFolder(folder string) error {
	parent := folder
	for {
		info, err := os.Stat(parent)
		if err == nil && !info.IsDir() {
			return fmt.Errorf("%s: %s is not a folder", folder, parent)
		}
		if err == nil {
			break
		}
		if up := filepath.Dir(parent); up != parent {
			parent = up
			continue
		}
		return fmt.Errorf("%s: %w", folder, err)
	}
	f, err := os.CreateTemp(parent, ".sparker-tmp-")
	if err != nil {
		return fmt.Errorf("%s cannot be written: %w", folder, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// writeFit writes fit.json and the figures of one fit into a folder.
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
		return nil // it failed before the first epoch was over: there is nothing to draw
	}
	drawn, err := plots.CellFigures(folder, results.Manifest{}, results.CellSummary{}, nil,
		[]results.FitRecord{fit})
	files := drawnFigures{cells: [][]plots.Drawn{drawn}}.files()
	fmt.Fprintf(a.stderr, "figures: %s (%d files)\n", folder, len(files))
	return err
}
