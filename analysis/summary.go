package analysis

import "sparker/results"

// Summary returns the p-values, the power and the warnings of every cell that has null toys. It is
// an error if no cell has any.
//
// A null toy whose fit failed counts as more extreme than any other, and an alternative toy whose
// fit failed as not rejected: both make the test conservative, and both are counted. The summary of
// a run that is not finished says so.
func (v *Evaluation) Summary() (results.Summary, error) {
	cells, err := v.cellResults()
	if err != nil {
		return results.Summary{}, err
	}
	m := v.manifest
	summary := results.Summary{
		Schema: results.SummarySchema, Name: m.Name, Digest: m.Digest, Axes: m.Axes,
		Complete: len(cells) == len(m.Cells), Cells: []results.CellSummary{}, Warnings: []string{},
	}
	for _, c := range cells {
		summary.Cells = append(summary.Cells, c.summary)
		summary.Complete = summary.Complete && c.summary.Complete
	}
	summary.Warnings = append(summary.Warnings, runWarnings(m, summary)...)
	summary.Warnings = append(summary.Warnings, v.recordWarnings()...)
	return summary, nil
}

// Write writes the summary and the tables of the run into its folder, and replaces earlier ones.
// The tables are tidy: a row for each cell and signal strength ([results.PowerTable]), for each
// cell, signal strength and scale ([results.ScaleTable]), for each cell and alternative toy
// ([results.ToyTable]), and for each cell ([results.TimeTable]). All but the last depend on the
// config and the toys alone, not on their times.
func (v *Evaluation) Write() error {
	summary, err := v.Summary()
	if err != nil {
		return err
	}
	if err := v.store.WriteSummary(summary); err != nil {
		return err
	}
	return writeTables(v.store, v.manifest.Axes, v.computed)
}
