package experiments

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"sparker/data/sources"
	"sparker/findings"
	"sparker/internal/rng"
	"sparker/results"
)

// listRows lists the rows of the observed sample of a cell that stand out, with a false-discovery
// rate, and writes them to the files of the run. It does nothing if the config asks for no list, or
// if the test of the sample failed.
func listRows(store *results.Store, c *cell, summary results.CellSummary) error {
	q := c.experiment.Test.RowsFDR
	if q == 0 || summary.Observed.Status != results.StatusOK {
		return nil
	}
	pair, err := c.draw(c.toyID(results.Observed, 0, 0))
	if err != nil {
		return err
	}
	var warnings []string
	if pair.Images, warnings, err = absoluteImages(pair.Images); err != nil {
		return err
	}
	options := findings.RowOptions{Method: c.method, Setup: c.setup, Q: q}
	r := rng.New(c.experiment.Seed, findings.RowsPurpose)
	if pools, ok := c.source.(*sources.Pools); ok {
		// The reference pool decides on more than the fits, such as levels of categories.
		options.Calibration = pools.DrawBackground(r, findings.CalibrationRows(pair.Data.N))
	}
	list, err := findings.ListRows(pair, options, r)
	if err != nil {
		return fmt.Errorf("experiments: %w", err)
	}
	list.Warnings = append(list.Warnings, warnings...)
	var record, table bytes.Buffer
	if err := errors.Join(list.Write(&record), findings.WriteRows(&table, pair, list),
		os.MkdirAll(store.FindingsDir(summary.Cell), 0o777)); err != nil {
		return fmt.Errorf("experiments: listing rows: %w", err)
	}
	err = results.WriteFile(store.RowsFile(summary.Cell), record.Bytes())
	if err == nil {
		err = results.WriteFile(store.RowTableFile(summary.Cell), table.Bytes())
	}
	if err != nil {
		return fmt.Errorf("experiments: writing the list of rows: %w", err)
	}
	return nil
}
