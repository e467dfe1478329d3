package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
	"sparker/findings"
	"sparker/plots"
	"sparker/results"
)

func (a *app) testCommand() *cobra.Command {
	var f runFlags
	var in configs.TestFiles
	var inMemory bool
	cmd := &cobra.Command{
		Use:   "test --reference R --data D [key.path=value ...]",
		Short: "Test whether a sample differs from a reference, and where",
		Long: `test asks whether the rows of --data are from the same distribution as those of --reference, or hold a rare,
local anomaly. It prints the p-value with its significance, the statistic at every scale, and what each kernel found.

The files are tables of numbers: .npy, .npz, .csv, .parquet or .h5, with path:key for an array in a container (see
sparker data inspect). Both have the same columns, which are standardized by the reference.

The statistic is calibrated on toys. With --calibration permutation they are the rows of both files, shuffled, which is
exact; with pools, one part of the reference is the reference of all toys, and their data are drawn from the rest. Without the
flag it is pools where the reference is large enough, twenty times the data, and otherwise permutation.

Every key of a config can be set, such as preset=paper, model.kernels=10, train.width.end_factor=0.5,
data.counting=extended data.expected=1000. The run folder holds the config, which sparker run takes too.

The rows that each kernel holds are shown by their number, or by their --id; --text and --image say where a text and the path of an image for
each row of the data are, which then stand in report.md, members.csv and findings.json, the images in a figure as well.

With --no-folder nothing is written: the two tables are read, tested by permutation, and the result is printed.

With tests=[sparker,energy,c2st] several tests are made on the same toys, and with -S one at several settings; each of SparKer's has its findings
in a folder below findings.`,
		Example: `  sparker test --reference trusted.npy --data new.npy
  sparker test --reference all.npz:train --data all.npz:test --toys 1000 --json
  sparker test --reference r.parquet --data d.parquet --columns pt,eta,phi --id d.parquet:event
  sparker test --reference known.npy --data new.npy --text articles.csv:title --image articles.csv:picture
  sparker test --reference trusted.npy --data new.npy tests=[sparker,energy,mmd]
  sparker test --reference trusted.npy --data new.npy --no-folder --json`,
		Args: wants(0, anyNumber, "overrides of the form key.path=value"),
		RunE: action(func(ctx context.Context, args []string) error {
			if inMemory {
				return a.testInMemory(ctx, args, f, in)
			}
			return a.test(ctx, args, f, in)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&in.Reference, "reference", "", "the trusted sample")
	flags.StringVar(&in.Data, "data", "", "the sample to test")
	flags.StringSliceVar(&in.Columns, "columns", nil, "columns to take, by name (default: all)")
	flags.BoolVar(&in.DropMissing, "drop-missing", false, "leave out rows with missing values")
	flags.StringVar(&in.ID, "id", "", "where a name for each row of the data is")
	flags.StringVar(&in.Text, "text", "", "where a text for each row of the data is, TABLE:COLUMN")
	flags.StringVar(&in.Image, "image", "",
		"where the path of an image for each row of the data is, TABLE:COLUMN")
	flags.StringVar(&in.Calibration, "calibration", "", "pools or permutation")
	flags.BoolVar(&inMemory, "no-folder", false,
		"write no run folder: print the result of a permutation test alone")
	flags.IntVar(&in.Toys, "toys", 200, "null toys: p goes down to 1/(toys + 1)")
	f.defineSweeps(cmd)
	f.define(cmd, "print the result as JSON in place of the tables")
	for _, name := range []string{"data", "reference"} {
		if err := cmd.MarkFlagRequired(name); err != nil {
			panic(err) // the flag is defined above
		}
	}
	return cmd
}

func (a *app) test(ctx context.Context, args []string, f runFlags, in configs.TestFiles) error {
	if err := f.check(); err != nil {
		return err
	}
	c, err := configs.LoadTest(in, configs.Changes{Overrides: args, Sweeps: f.sweeps})
	if err != nil {
		return err
	}
	run, err := a.execute(ctx, c, experiments.Shard{}, f,
		func(toys int, d time.Duration) {
			fmt.Fprintf(a.stderr, "%d fits, about %v\n", toys, d.Round(time.Second))
		})
	if err != nil {
		return err
	}
	summary, err := run.Summary()
	if err != nil {
		return err
	}
	store := run.Store()
	cells, err := testedCells(store, summary)
	if err != nil {
		return err
	}
	var text bytes.Buffer
	printTests(&text, summary, cells)
	if f.asJSON {
		err = a.printJSON(newTestRecord(store, summary, cells))
	} else {
		_, err = a.stdout.Write(text.Bytes())
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "results: %s\n", store.Dir())
	var failed error
	if !f.noFigures {
		var drawn drawnFigures
		drawn, failed = a.figures(run)
		for i, figures := range drawn.cells {
			cells[i].figures = figures
		}
	}
	written, err := report(in, store, cells, text.String())
	if err != nil {
		return errors.Join(failed, err)
	}
	return errors.Join(failed, results.WriteFile(store.ReportFile(), written))
}

// testedCell is an experiment of a test of an observed sample: SparKer's, or one of several.
type testedCell struct {
	cell    results.CellRecord
	summary results.CellSummary
	// nil where it has none, as those of other tests than SparKer's, or of a fit that failed
	findings *findings.Findings
	figures  []plots.Drawn
}

// testedCells are the experiments of a run with what they found.
func testedCells(store *results.Store, summary results.Summary) ([]testedCell, error) {
	m := store.Manifest()
	var all []testedCell
	for _, c := range summary.Cells {
		t := testedCell{cell: m.Cells[c.Cell-1], summary: c}
		found, err := findings.Read(store.FindingsFile(c.Cell))
		switch {
		case err == nil:
			t.findings = &found
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// testRecord is what test prints as JSON: summary.json and findings.json, that of each cell where
// there are several.
type testRecord struct {
	Summary  results.Summary    `json:"summary"`
	Findings *findings.Findings `json:"findings,omitempty"`
	Cells    []cellRecord       `json:"cells,omitempty"`
}

// cellRecord is the findings of one of several cells, and the folder of its files.
type cellRecord struct {
	Cell     int                `json:"cell"`
	Title    string             `json:"title"`
	Folder   string             `json:"folder"`
	Findings *findings.Findings `json:"findings"`
}

func newTestRecord(store *results.Store, summary results.Summary, cells []testedCell) testRecord {
	record := testRecord{Summary: summary}
	if len(cells) == 1 {
		record.Findings = cells[0].findings
		return record
	}
	for _, c := range cells {
		if c.findings != nil {
			record.Cells = append(record.Cells, cellRecord{c.summary.Cell, c.summary.Title(),
				store.FindingsDir(c.summary.Cell), c.findings})
		}
	}
	return record
}

// printTests writes the results of the tests of an observed sample: of a single one the statistic
// at every scale, of several a row for each; then what each of SparKer's found.
func printTests(w io.Writer, summary results.Summary, cells []testedCell) {
	if len(cells) == 1 {
		printTest(w, cells[0])
	} else {
		printSeveral(w, summary, cells)
	}
	for _, c := range cells {
		if c.findings == nil {
			continue
		}
		if len(cells) > 1 {
			fmt.Fprintf(w, "cell %d, %s\n", c.summary.Cell, c.summary.Title())
		}
		printFindings(w, *c.findings)
	}
}

// sizes says what a cell was tested on.
func (c testedCell) sizes() string {
	return fmt.Sprintf("%d observed rows against %d reference rows, %d columns; %d null toys by %s",
		c.summary.Observed.Events, c.cell.Pools.Reference, len(c.cell.Columns), c.summary.Null.Toys,
		c.cell.Pools.Calibration)
}

// printTest writes the result of a single test.
func printTest(w io.Writer, c testedCell) {
	s, observed := c.summary, c.summary.Observed
	fmt.Fprintln(w, c.sizes())
	t := newTable("sigma", "statistic", "observed", "null mean", "p alone")
	for i, scale := range s.Scales {
		sigma, statistic, value := "-", "t", "-"
		if scale.Sigma != 0 { // those of some other tests have none
			sigma = fmt.Sprintf("%.4g", scale.Sigma)
		}
		if scale.Statistic != "" {
			statistic = scale.Statistic
		}
		if i < len(observed.T) {
			value = fmt.Sprintf("%.4g", observed.T[i])
		}
		t.AppendRow(table.Row{sigma, statistic, value, fmt.Sprintf("%.4g", scale.Mean),
			fmt.Sprintf("%.4g", observed.ScaleP[i])})
	}
	fmt.Fprintln(w, t.Render())
	fmt.Fprintln(w, verdict(*observed, s.Null.Toys))
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

// printSeveral writes a row for each of several tests, and each of their warnings once.
func printSeveral(w io.Writer, summary results.Summary, cells []testedCell) {
	// every text once, with the cells that say it if these are not all
	each := func(say func(testedCell) []string) {
		var texts []string
		by := map[string][]string{}
		for _, c := range cells {
			for _, text := range say(c) {
				if by[text] == nil {
					texts = append(texts, text)
				}
				by[text] = append(by[text], fmt.Sprint(c.summary.Cell))
			}
		}
		for _, text := range texts {
			if who := by[text]; len(who) < len(cells) {
				text += fmt.Sprintf(" (cell %s)", strings.Join(who, ", "))
			}
			fmt.Fprintln(w, text)
		}
	}
	each(func(c testedCell) []string { return []string{c.sizes()} })
	header := []any{"cell"}
	for _, axis := range summary.Axes {
		header = append(header, axis.Name)
	}
	t := newTable(append(header, "p", "Z")...)
	for _, c := range cells {
		row := table.Row{c.summary.Cell}
		for _, setting := range c.summary.Arms {
			row = append(row, setting.Label)
		}
		t.AppendRow(append(row, observedP(*c.summary.Observed), observedZ(*c.summary.Observed)))
	}
	fmt.Fprintln(w, t.Render())
	each(func(c testedCell) []string {
		var warnings []string
		if o := c.summary.Observed; o.Status != results.StatusOK {
			warnings = append(warnings, "warning: "+verdict(*o, c.summary.Null.Toys))
		}
		for _, warning := range c.summary.Warnings {
			warnings = append(warnings, "warning: "+warning)
		}
		return warnings
	})
	for _, warning := range summary.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
	fmt.Fprintf(w, "%d tests of one sample: the smallest of their p-values is not the p-value "+
		"of the sample\n", len(cells))
}

// printFindings writes a row for each kernel, the most significant first.
func printFindings(w io.Writer, f findings.Findings) {
	fmt.Fprintf(w, "what the kernels hold at sigma = %.3g (%s); their significance Z is local, "+
		"the p-value above is what counts\n", f.Sigma, f.LengthUnit)
	t := newTable("kernel", "coefficient", "data", "expected", "local Z", "nearest rows",
		"differs in")
	for _, k := range f.Kernels {
		var rows, columns []string
		for _, m := range k.Nearest[:min(4, len(k.Nearest))] {
			name := m.ID
			if name == "" {
				name = fmt.Sprint(m.Row)
			}
			rows = append(rows, oneLine(name, printedText))
		}
		for _, c := range k.Bulk[:min(3, len(k.Bulk))] {
			columns = append(columns, fmt.Sprintf("%s %+.1f sd", c.Name, c.Bulk))
		}
		t.AppendRow(table.Row{k.Kernel, fmt.Sprintf("%.3g", k.Coefficient),
			fmt.Sprintf("%.1f", k.Soft.Data), fmt.Sprintf("%.1f", k.Soft.Expected),
			fmt.Sprintf("%.1f", k.Soft.Z), strings.Join(rows, ", "), strings.Join(columns, ", ")})
	}
	fmt.Fprintln(w, t.Render())
	printTexts(w, f)
	for _, warning := range f.Warnings {
		fmt.Fprintf(w, "note: %s\n", warning)
	}
}

const (
	printedText = 100 // characters of a text on the terminal
	printedRows = 3   // with a text, of each kernel
)

// printTexts writes the texts of the nearest rows of each kernel with an excess.
func printTexts(w io.Writer, f findings.Findings) {
	for _, k := range f.Excesses() {
		for _, m := range k.Nearest[:min(printedRows, len(k.Nearest))] {
			if m.Text != "" {
				fmt.Fprintf(w, "kernel %d, row %d: %s\n", k.Kernel, m.Row,
					oneLine(m.Text, printedText))
			}
		}
	}
}

// verdict is the global p-value of an observed sample in words.
func verdict(o results.ObservedSummary, toys int) string {
	switch {
	case o.Status != results.StatusOK:
		return fmt.Sprintf("p = 1: the fit of the observed sample failed (%s)", o.Reason)
	case o.ZBound:
		return fmt.Sprintf("p <= %.3g: none of the %d toys was as extreme; Z > %.2f (more toys "+
			"go further)", o.P, toys, o.Z)
	default:
		return fmt.Sprintf("p = %.3g, Z = %.2f", o.P, o.Z)
	}
}

// observedP and observedZ are the p-value and the significance of an observed sample in the cell of
// a table.
func observedP(o results.ObservedSummary) string {
	if o.ZBound {
		return fmt.Sprintf("<= %.3g", o.P)
	}
	return fmt.Sprintf("%.3g", o.P)
}

func observedZ(o results.ObservedSummary) string {
	switch {
	case o.Status != results.StatusOK:
		return "-"
	case o.ZBound:
		return fmt.Sprintf("> %.2f", o.Z)
	}
	return fmt.Sprintf("%.2f", o.Z)
}
