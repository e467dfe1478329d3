package main

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"golang.org/x/sync/errgroup"

	"sparker/analysis"
	"sparker/experiments"
	"sparker/findings"
	"sparker/internal/crash"
	"sparker/plots"
	"sparker/results"
)

// drawnFigures are the figures of a run.
type drawnFigures struct {
	sweep []plots.Drawn   // those of all cells together
	cells [][]plots.Drawn // those of each cell of the summary: of findings, then of toys and fits
}

// files returns the paths of all files.
func (d drawnFigures) files() []string {
	var paths []string
	for _, figure := range slices.Concat(append([][]plots.Drawn{d.sweep}, d.cells...)...) {
		paths = append(paths, figure.Files...)
	}
	return paths
}

// figures draws the figures of a run into its folder.
func (a *app) figures(run *analysis.Evaluation) (drawnFigures, error) {
	folder := run.Store().FiguresDir()
	drawn, err := drawFigures(run, plots.Output{Dir: folder}, methodAxis{})
	fmt.Fprintf(a.stderr, "figures: %s (%s)\n", folder, count(len(drawn.files()), "file"))
	return drawn, err
}

// drawFigures draws what the records of a run allow into a folder. In a sweep, the figures of each
// cell have a folder of their own. A figure that cannot be drawn does not prevent the others; the
// error joins all failures.
func drawFigures(run *analysis.Evaluation, to plots.Output, methods methodAxis) (drawnFigures,
	error) {
	fits, damaged := run.Store().Fits()
	drawn, err := drawWithFits(run, to, methods, fits)
	if err == nil && len(drawn.files()) == 0 {
		err = plots.ErrNothing
	}
	return drawn, errors.Join(damaged, err)
}

// drawWithFits is drawFigures with some of the recorded fits. It may be that nothing is drawn.
func drawWithFits(run *analysis.Evaluation, to plots.Output, methods methodAxis,
	fits []results.FitRecord) (drawnFigures, error) {
	summary, err := run.Summary()
	if err != nil {
		return drawnFigures{}, err
	}
	store := run.Store()
	m := store.Manifest()
	drawn := drawnFigures{cells: make([][]plots.Drawn, len(summary.Cells))}
	failures := make([]error, len(summary.Cells)+1)
	if len(m.Axes) > 0 {
		all, err := comparisons(run, m.Axes, methods)
		if err == nil {
			drawn.sweep, err = plots.SweepFigures(to, m, summary, all)
		}
		failures[len(summary.Cells)] = err
	}
	var group errgroup.Group
	group.SetLimit(experiments.DefaultWorkers())
	for i, c := range summary.Cells {
		cell := m.Cells[c.Cell-1]
		own := to
		own.Dir = filepath.Join(to.Dir, m.CellFolder(c.Cell))
		group.Go(func() (err error) {
			defer crash.Catch(&err)
			found, errFound := findingsFigures(store, c, own)
			figures, err := plots.CellFigures(own, m, c, run.Toys(c.Cell),
				slices.DeleteFunc(slices.Clone(fits),
					func(f results.FitRecord) bool { return f.Key != cell.ToyKey(f.Signal) }))
			if errors.Is(err, plots.ErrNothing) { // of this cell
				err = nil
			}
			drawn.cells[i] = append(found, figures...)
			failures[i] = errors.Join(errFound, err)
			return nil
		})
	}
	return drawn, errors.Join(append(failures, group.Wait())...)
}

// findingsFigures draws the findings of a cell, if it has an observed sample.
func findingsFigures(store *results.Store, c results.CellSummary, to plots.Output) ([]plots.Drawn,
	error) {
	found, err := readFindings(store, c.Cell)
	if found == nil {
		return nil, err
	}
	return plots.FindingsFigures(to, *found, c.Observed)
}

// readFindings returns the findings of a cell. They are nil if the cell has none.
func readFindings(store *results.Store, cell int) (*findings.Findings, error) {
	return readIfThere(findings.Read, store.FindingsFile(cell))
}

// readIfThere reads the record at a path. It is nil if there is none.
func readIfThere[T any](read func(path string) (T, error), path string) (*T, error) {
	record, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &record, nil
}

// comparisons compares the arms of each axis of a sweep with its first arm, and those of methods
// with the best.
func comparisons(run *analysis.Evaluation, axes []results.AxisRecord,
	methods methodAxis) ([]results.Comparison, error) {
	var all []results.Comparison
	for _, axis := range axes {
		c, err := run.Compare(axis.Name)
		var question *analysis.QuestionError
		if errors.As(err, &question) { // no two cells differ in this axis alone, or none has toys
			continue
		}
		if err == nil && axis.Name == methods.of(axes) {
			err = methods.addRegret(&c)
		}
		if err != nil {
			return nil, err
		}
		all = append(all, c)
	}
	return all, nil
}
