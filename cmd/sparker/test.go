package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/configs"
	"sparker/experiments"
	"sparker/findings"
	"sparker/plots"
	"sparker/results"
)

func (a *app) testCommand() *cobra.Command {
	var f testFlags
	cmd := &cobra.Command{
		Use:   "test --reference FILE --data FILE [key.path=value ...]",
		Short: "Test whether a sample differs from a reference, and where",
		Long: `test asks whether the rows of --data have the same distribution as those of
--reference, or hold a rare, local anomaly. It prints the p-value, where the
samples differ, and warnings; --verbose adds the statistic at every scale and what
each kernel found.

The files are tables: .npy, .npz, .csv, .parquet, .h5 or .root. FILE:key names a
part of a file that holds several (see sparker data inspect). Both tables have the
same columns, which are standardized by the reference. A column of text with few
different words is a category: each word becomes a column of 0 and 1, such as
payment=card. Dates become numbers of days. --split takes both samples from the
rows of one table.

The statistic is calibrated on toys. By default, they end as soon as it is certain
whether p is at most test.alpha: a clear null takes 20 of them, and a clear
anomaly 150. --max-toys limits their number, and --time-limit the time. With
--toys N, there are N of them, and p goes down to 1/(N+1). --shard fits a part of
them, as with sparker run; the same command without it then gives the answer.

--calibration permutation makes toys from the shuffled rows of both files, which is
exact. --calibration pools sets one part of the reference aside as the reference of
all toys, and draws their data from the other part. By default, pools are used if
the reference has at least twenty times the rows of the data, and permutation
otherwise.

Every key of a config can be set, such as preset=paper or model.kernels=10.
tests=[sparker,energy,c2st] makes several tests on the same toys, or one test with
one p-value if combine=true follows; -S makes one test with several values of a
key. The run folder holds the config, report.html, report.md, the rows of each
kernel (members.csv, findings.json) and figures.

The rows of a kernel are shown by their number, or by --id. --text and --image
name columns with a text and with the path of an image for each row of the data,
which are then shown with the rows.`,
		Example: `  sparker test --reference trusted.npy --data new.npy
  sparker test --reference all.npz:train --data all.npz:test --toys 1000 --json
  sparker test --reference r.parquet --data d.parquet --columns pt,eta,phi --id d.parquet:event
  sparker test --reference before.csv --data after.csv --exclude 'order_id,*_date'
  sparker test --reference orders.csv --split release=1.8,1.9
  sparker test --reference known.npy --data new.npy --text news.csv:title --image news.csv:photo
  sparker test --reference trusted.npy --data new.npy tests=[sparker,energy,mmd]
  sparker test --reference trusted.npy --data new.npy --no-folder --json`,
		RunE: action(func(ctx context.Context, args []string) error {
			if err := f.complete(); err != nil {
				return err
			}
			if f.noFolder {
				return withFlagNames(a.testInMemory(ctx, args, f))
			}
			return withFlagNames(a.test(ctx, args, f))
		}),
	}
	f.define(cmd)
	return cmd
}

func (a *app) test(ctx context.Context, args []string, f testFlags) error {
	c, err := configs.LoadTest(f.files, configs.Changes{Overrides: args, Sweeps: f.sweeps})
	if err != nil {
		return err
	}
	shard, err := f.part()
	if err != nil {
		return err
	}
	if shard.Count > 1 && slices.ContainsFunc(c.Cells,
		func(own configs.Cell) bool { return own.Experiment.Toys.Auto }) {
		return usageError("--shard needs --toys N: a part does not know when toys may end")
	}
	run, err := a.execute(ctx, c, f.runFlags, experiments.RunOptions{
		Expect: a.announce, TimeLimit: f.timeLimit, Shard: shard,
	})
	if err != nil {
		return err
	}
	if s := run.Status(); shard.Count > 1 && s.Done < s.Toys {
		fmt.Fprintf(a.stderr, "results: %s\npart %d of %d is done; once all are in one folder, "+
			"the same command without --shard gives the answer\n", run.Store().Dir(), shard.Number,
			shard.Count)
		return nil
	}
	return a.showTest(run, c, f)
}

// showTest prints the answers of a test, and writes its report.
func (a *app) showTest(run *analysis.Evaluation, c configs.Sweep, f testFlags) error {
	summary, err := run.Summary()
	if err != nil {
		return err
	}
	cells, err := testedCells(run.Store(), summary)
	if err != nil {
		return err
	}
	for i := range cells {
		cells[i].names = namesOf(f.files)
		cells[i].experiment = c.Cells[cells[i].summary.Cell-1].Experiment
	}
	if err := a.showTests(run.Store(), f, summary, cells); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "results: %s\n", run.Store().Dir())
	err = a.writeReport(run, f, testReport{summary: summary, cells: cells})
	return cmp.Or(errors.Join(err, checkAnswers(summary)), f.status(cells))
}

// showTests prints the results of tests: as JSON or as text, with the tables behind it if they are
// asked for. The store is nil without a run folder.
func (a *app) showTests(store *results.Store, f testFlags, summary results.Summary,
	cells []testedCell) error {
	if f.asJSON {
		return a.printJSON(newTestRecord(store, summary, cells))
	}
	var text bytes.Buffer
	printAnswers(&text, summary, cells)
	if f.verbose {
		printTables(&text, cells)
	}
	_, err := a.stdout.Write(text.Bytes())
	return err
}

// errDiffers is the exit code of a sample that differs, as an error. Its message is the result.
var errDiffers = &commandError{err: errors.New("the samples differ"), code: exitDiffers,
	printed: true}

// status returns errDiffers if --exit-code asks for it and a p-value is at most alpha. If none is,
// and one is of no use, that is an error: it does not say that the samples are alike.
func (f testFlags) status(cells []testedCell) error {
	switch {
	case !f.exitCode:
		return nil
	case slices.ContainsFunc(cells, testedCell.differs):
		return errDiffers
	}
	for _, c := range cells {
		if o := *c.summary.Observed; o.Useless() {
			return &commandError{err: errors.New("the p-value is " + useless(o)),
				code: exitFailure}
		}
	}
	return nil
}

// longTest is the time of a test from which its warnings are worth reading before it begins, when
// it can still be stopped. The result repeats them.
const longTest = 10 * time.Second

// announce prints how long a test takes and, if that is long, what may be wrong with its files.
func (a *app) announce(e experiments.Expectation) {
	most, all := "", ""
	if e.AtMost {
		most, all = "at most ", " for all of them"
	}
	fmt.Fprintf(a.stderr, "%s%s, about %s%s\n", most, count(e.Toys, "fit"),
		duration(e.Time.Seconds()), all)
	if e.Time >= longTest {
		printWarnings(a.stderr, e.Warnings)
	}
}

// writeReport draws the figures, if they are wanted, and writes the reports of a test, which show
// them: in Markdown and as a page. They are written even if a figure fails.
func (a *app) writeReport(run *analysis.Evaluation, f testFlags, r testReport) error {
	var failed error
	if !f.noFigures {
		var drawn drawnFigures
		drawn, failed = a.figures(run)
		for i, figures := range drawn.cells {
			r.cells[i].figures = figures
		}
	}
	text, err := r.markdown(run.Store())
	if err != nil {
		return errors.Join(failed, err)
	}
	return errors.Join(failed, results.WriteFile(run.Store().ReportFile(), text),
		a.showPage(run, f.runFlags))
}

// testedCell is one test of an observed sample.
type testedCell struct {
	cell     results.CellRecord
	summary  results.CellSummary
	findings *findings.Findings // nil if the test makes no fit, and if the fit failed
	rows     *findings.RowList  // nil without a list
	figures  []plots.Drawn

	names      sampleNames
	experiment configs.Experiment
}

// testedCells returns the tests of a run with their findings. The error joins those of the records
// that cannot be read, and comes with what can.
func testedCells(store *results.Store, summary results.Summary) ([]testedCell, error) {
	m := store.Manifest()
	var all []testedCell
	var damaged []error
	for _, c := range summary.Cells {
		found, errFound := readFindings(store, c.Cell)
		rows, errRows := readIfThere(findings.ReadRows, store.RowsFile(c.Cell))
		damaged = append(damaged, errFound, errRows)
		all = append(all, testedCell{cell: m.Cells[c.Cell-1], summary: c, findings: found,
			rows: rows})
	}
	return all, errors.Join(damaged...)
}
