package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"sparker/analysis"
	"sparker/configs"
	"sparker/findings"
	"sparker/plots"
	"sparker/results"
)

func (a *app) summarizeCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "summarize RUN",
		Aliases: []string{"summarise"}, // the spelling until November 2026
		Short:   "Work out the power from the toys that a run has, without a fit",
		Long: `summarize reads the toys of a run folder and works out p-values, power and intervals again. It also reads a
run that was stopped, or one that is still going on; the summary then says that it is incomplete.`,
		Args: wants(1, 1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			run, summary, err := evaluateRun(args[0])
			if err != nil {
				return err
			}
			return errors.Join(a.showSummary(summary, asJSON), a.unwritten(run.Write()))
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON in place of the table")
	return cmd
}

func (a *app) plotCommand() *cobra.Command {
	var out string
	var methods methodAxis
	cmd := &cobra.Command{
		Use:   "plot RUN",
		Short: "Draw the figures of a run",
		Long: `plot draws every figure that the records of a run folder allow, as PNG and SVG, and prints their paths. It
also takes a run that was stopped, or one that is still going on.

Of a sweep over methods of testing and one more axis it draws the powers, how far each method is from the best, and
power against time (see sparker compare --help for the regret and its limits). The axis of the methods is test.method or
method, or that of --by.`,
		Args: wants(1, 1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			run, summary, err := evaluateRun(args[0])
			if err != nil {
				return err
			}
			if err := a.unwritten(run.Write()); err != nil {
				return err
			}
			if out == "" {
				out = run.Store().FiguresDir()
			}
			if err := methods.check(summary.Axes); err != nil {
				return err
			}
			drawn, err := drawFigures(run, out, methods)
			for _, path := range drawn.files() {
				fmt.Fprintln(a.stdout, path)
			}
			return err
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&out, "out", "", "folder for the figures (default RUN/figures)")
	flags.StringVar(&methods.by, "by", "",
		"the axis whose arms are held against the best (default: test.method or method, beside "+
			"one other axis)")
	flags.StringArrayVar(&methods.limits, "limit", nil,
		"label of an arm that is not in the running for the best (can be given again; "+
			"default: scans)")
	return cmd
}

// evaluateRun reads a run folder that the user named, and summarizes it.
func evaluateRun(dir string) (*analysis.Evaluation, results.Summary, error) {
	store, err := openRun(dir)
	if err != nil {
		return nil, results.Summary{}, err
	}
	run, err := analysis.Open(store)
	if err != nil {
		return nil, results.Summary{}, err
	}
	summary, err := run.Summary()
	return run, summary, err
}

// unwritten takes the error of writing a summary: that a folder may only be read is no failure,
// since the summary is there.
func (a *app) unwritten(err error) error {
	if errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS) {
		fmt.Fprintf(a.stderr, "the folder can only be read: %v\n", err)
		return nil
	}
	return err
}

// drawnFigures are the figures of a run.
type drawnFigures struct {
	sweep []plots.Drawn   // those of several cells
	cells [][]plots.Drawn // by place in the summary: of what was found, then of the toys and fits
}

// files are the paths of all files.
func (d drawnFigures) files() (paths []string) {
	for _, figure := range slices.Concat(append([][]plots.Drawn{d.sweep}, d.cells...)...) {
		paths = append(paths, figure.Files...)
	}
	return paths
}

// drawFigures draws what the records of a run allow into a folder. The figures of the cells of a
// sweep have a folder each. A figure that cannot be drawn does not keep the others from being
// drawn; the error joins what went wrong with each.
func drawFigures(run *analysis.Evaluation, folder string, methods methodAxis) (drawnFigures,
	error) {
	summary, err := run.Summary()
	if err != nil {
		return drawnFigures{}, err
	}
	store := run.Store()
	fits, err := store.Fits()
	if err != nil {
		return drawnFigures{}, err
	}
	m := store.Manifest()
	drawn := drawnFigures{cells: make([][]plots.Drawn, len(summary.Cells))}
	failures := make([]error, len(summary.Cells)+1)
	if len(m.Axes) > 0 {
		all, err := comparisons(run, m.Axes, methods)
		if err == nil {
			drawn.sweep, err = plots.SweepFigures(folder, m, summary, all)
		}
		failures[len(summary.Cells)] = err
	}
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, c := range summary.Cells {
		cell := m.Cells[c.Cell-1]
		own := filepath.Join(folder, m.CellFolder(c.Cell))
		group.Go(func() error {
			found, errFound := findingsFigures(store, c.Cell, own)
			figures, err := plots.CellFigures(own, m, c, run.Toys(c.Cell),
				slices.DeleteFunc(slices.Clone(fits),
					func(f results.FitRecord) bool { return f.Key != cell.ToyKey(f.Signal) }))
			drawn.cells[i] = append(found, figures...)
			failures[i] = errors.Join(errFound, err)
			return nil
		})
	}
	return drawn, errors.Join(append(failures, group.Wait())...)
}

// findingsFigures draws what was found in a cell with an observed sample; others have no findings.
func findingsFigures(store *results.Store, cell int, folder string) ([]plots.Drawn, error) {
	found, err := findings.Read(store.FindingsFile(cell))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return plots.FindingsFigures(folder, found)
}

// comparisons holds the arms of each axis of a sweep against its first, and those of methods
// against the best.
func comparisons(run *analysis.Evaluation, axes []results.AxisRecord,
	methods methodAxis) ([]results.Comparison, error) {
	var all []results.Comparison
	for _, axis := range axes {
		c, err := run.Compare(axis.Name)
		var nothing *analysis.QuestionError
		if errors.As(err, &nothing) { // no two cells differ in this axis alone, or not yet
			continue
		}
		if err == nil && axis.Name == methods.of(axes) {
			err = methods.regret(&c)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}

// openRun opens a run folder that the user named.
func openRun(dir string) (*results.Store, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, badInput(fmt.Errorf("%s is a file; want a run folder", dir))
	}
	store, err := results.Open(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, badInput(err)
	}
	return store, err
}

// openRuns opens several.
func openRuns(dirs []string) ([]*results.Store, error) {
	var stores []*results.Store
	for _, dir := range dirs {
		store, err := openRun(dir)
		if err != nil {
			return nil, err
		}
		stores = append(stores, store)
	}
	return stores, nil
}

// cellConfig is the config of one cell of a run, counted from 1; with 0, that of the only one.
func cellConfig(store *results.Store, cell int) (configs.Experiment, int, error) {
	m := store.Manifest()
	c, err := configs.LoadSweepBytes(store.ManifestFile(), []byte(m.Config),
		configs.Changes{})
	if err != nil {
		return configs.Experiment{}, 0, fmt.Errorf("reading the config of the run: %w", err)
	}
	digest, err := c.Digest()
	if err != nil {
		return configs.Experiment{}, 0, err
	}
	if digest != m.Digest {
		return configs.Experiment{}, 0, fmt.Errorf("the config of %s has digest %s, but its "+
			"manifest says %s: the run was made by another version of sparker", store.Dir(), digest,
			m.Digest)
	}
	return pickCell(c, cell)
}

// pickCell is one cell of a sweep, counted from 1, and its number; with 0, the only one.
func pickCell(c configs.Sweep, cell int) (configs.Experiment, int, error) {
	n := len(c.Cells)
	switch {
	case cell == 0 && n == 1:
		cell = 1
	case cell == 0:
		return configs.Experiment{}, 0, usageError("the sweep has %d cells; say which with "+
			"--cell (sparker plan lists them)", n)
	case cell < 0 || cell > n:
		return configs.Experiment{}, 0, usageError("--cell is %d; the cells are 1 to %d", cell, n)
	}
	return c.Cells[cell-1].Experiment, cell, nil
}
