package main

import (
	"errors"
	"fmt"
	"io"

	"sparker/configs"
	"sparker/data/tables"
)

// loadSweep reads a config from the standard input (-), from a file or from the shipped ones.
func (a *app) loadSweep(config string, changes configs.Changes) (configs.Sweep, error) {
	if config != "-" {
		return configs.LoadSweep(config, changes)
	}
	text, err := io.ReadAll(io.LimitReader(a.stdin, configs.MaxSize+1))
	if err != nil {
		return configs.Sweep{}, fmt.Errorf("reading the config from the standard input: %w", err)
	}
	return configs.LoadSweepBytes("standard input", text, changes)
}

// cellExperiment is the experiment of a cell.
type cellExperiment struct {
	cell int // number from 1
	configs.Experiment
}

// pickCell returns a cell of a sweep by its number from 1. The number 0 stands for the only cell.
func pickCell(c configs.Sweep, cell int) (cellExperiment, error) {
	n := len(c.Cells)
	switch {
	case cell == 0 && n == 1:
		cell = 1
	case cell == 0:
		return cellExperiment{}, usageError("the sweep has %d cells; choose one with --cell "+
			"(sparker plan lists them)", n)
	case cell < 0 || cell > n:
		return cellExperiment{}, usageError("--cell is %d; the cells are 1 to %d", cell, n)
	}
	return cellExperiment{cell, c.Cells[cell-1].Experiment}, nil
}

// withFolder adds to the error of a missing file which key sets the folder of the files of a
// config, and where to get the files of a shipped config.
func withFolder(err error, config string, c configs.Sweep) error {
	var missing *tables.MissingFileError
	if !errors.As(err, &missing) {
		return err
	}
	const key = "data.files.folder"
	remedy := key + "=FOLDER"
	if axis, ok := c.Config.AxisOf(key); ok {
		remedy = fmt.Sprintf("%s=LABEL %s, with the LABEL %s", axis.Name, remedy,
			enumerated(axis.Labels(), "or"))
	}
	remedy = "name the folder that holds it by " + remedy
	if configs.IsShipped(config) {
		remedy += "; docs/science/applications.md tells where to get it"
	}
	return fmt.Errorf("%w; %s", err, remedy)
}
