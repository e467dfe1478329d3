package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"
	"golang.org/x/sync/errgroup"

	"sparker/experiments"
	"sparker/internal/crash"
	"sparker/plots"
	"sparker/results"
)

// motion says whether recorded fits are animated, and in which columns.
type motion struct {
	animate bool
	columns []string // empty: those that the figures choose
}

// add defines the flags.
func (m *motion) add(flags *pflag.FlagSet) {
	flags.BoolVar(&m.animate, "animate", false, "also animate each recorded fit: a GIF, and a "+
		"folder of numbered SVG files")
	flags.StringSliceVar(&m.columns, "columns", nil, "animate in the plane of two columns, "+
		"`A,B` (default: the first two principal components of the reference)")
}

// check returns an error if the flags do not fit together.
func (m *motion) check() error {
	switch {
	case !m.animate && len(m.columns) > 0:
		return usageError("--columns needs --animate")
	case len(m.columns) > 0 && (len(m.columns) != 2 || m.columns[0] == m.columns[1]):
		return usageError("--columns is %q; want two columns, as in --columns A,B",
			strings.Join(m.columns, ","))
	}
	return nil
}

// places returns where the columns of the animation are among those of a fit. They are nil for the
// default, and for a fit of one column.
func (m *motion) places(columns []results.Column) ([]int, error) {
	if len(m.columns) == 0 || len(columns) == 1 {
		return nil, nil
	}
	var names []string
	for _, c := range columns {
		names = append(names, c.Name)
	}
	var places []int
	for _, name := range m.columns {
		k := slices.Index(names, name)
		if k < 0 {
			return nil, usageError("--columns has %q; the columns of the run are %s", name,
				strings.Join(names, ", "))
		}
		places = append(places, k)
	}
	return places, nil
}

// A scene is a fit that is animated.
type scene struct {
	fit     results.FitRecord
	columns []int
	to      plots.Output
}

// scenes returns what is animated of a run: its fits with a trace.
func (m *motion) scenes(store *results.Store, to plots.Output) ([]scene, error) {
	if !m.animate {
		return nil, nil
	}
	fits, err := store.Fits()
	if err != nil {
		return nil, err
	}
	manifest := store.Manifest()
	var all []scene
	for _, fit := range fits {
		if fit.Trace == nil || len(fit.Trace.Epoch) == 0 {
			continue
		}
		s := scene{fit: fit, to: to}
		cell := slices.IndexFunc(manifest.Cells,
			func(c results.CellRecord) bool { return c.ToyKey(fit.Signal) == fit.Key })
		if cell >= 0 {
			s.to.Dir = filepath.Join(to.Dir, manifest.CellFolder(cell+1))
			if len(fit.Columns) == 0 {
				s.fit.Columns = manifest.Cells[cell].Columns
			}
		}
		if s.columns, err = m.places(s.fit.Columns); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return nil, usageError("the run has no recorded fit to animate; record.fits=1 of a run " +
			"stores some")
	}
	if len(m.columns) > 0 && !slices.ContainsFunc(all,
		func(s scene) bool { return s.columns != nil }) {
		return nil, usageError("--columns is %q; the fits of the run have one column, %s",
			strings.Join(m.columns, ","), all[0].fit.Columns[0].Name)
	}
	return all, nil
}

// animate draws scenes, and prints the paths of their images and of the folders of their frames. A
// fit that cannot be animated does not prevent the others.
func (a *app) animate(scenes []scene) error {
	drawn, failures := make([]plots.Animation, len(scenes)), make([]error, len(scenes))
	var group errgroup.Group
	group.SetLimit(experiments.DefaultWorkers())
	for i, s := range scenes {
		group.Go(func() (err error) {
			defer crash.Catch(&err)
			drawn[i], failures[i] = plots.Animate(s.to, s.fit, s.columns)
			return nil
		})
	}
	err := group.Wait()
	for i, d := range drawn {
		if failures[i] == nil && err == nil {
			fmt.Fprintf(a.stdout, "%s\n%s\n", d.GIF, d.Folder)
		}
	}
	return errors.Join(append(failures, err)...)
}
