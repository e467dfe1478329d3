package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"sparker/analysis"
)

// reportFlags are the flags of the command report.
type reportFlags struct {
	out     string
	partial bool
}

func (a *app) reportCommand() *cobra.Command {
	var f reportFlags
	cmd := &cobra.Command{
		Use:   "report RUN",
		Short: "Write the report of a run: one HTML page that opens offline",
		Long: `report writes one HTML page with everything that a run says: the question and its
answer, p-values or power with their intervals, the places where the samples
differ with their rows and columns, the figures, the warnings, the comparison of
the arms of a sweep, and the config with the command that makes the run again. The
page loads nothing from elsewhere, so that it can be sent and kept as it is.

sparker test and sparker run write the page at their end, as RUN/report.html. A run
that lacks toys has a report only with --partial: the page says how far the run is,
and reloads itself while it is served.`,
		Example: `  sparker report runs/quickstart-0123abcd
  sparker report runs/quickstart-0123abcd --out quickstart.html
  sparker report runs/quickstart-0123abcd --partial`,
		Args: exactly(1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			return a.writeReportOf(args[0], f)
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.out, "out", "", "write the page into `FILE` (default RUN/report.html)")
	flags.BoolVar(&f.partial, "partial", false, "report on a run that lacks toys")
	return cmd
}

// showPage writes the page of a run into its folder, with figures if they are wanted, and prints
// its path.
func (a *app) showPage(run *analysis.Evaluation, f runFlags) error {
	var drawn drawings
	if !f.noFigures {
		drawn = drawnAside(run)
	}
	path := run.Store().PageFile()
	if err := writePage(run, drawn, path); err != nil {
		return err
	}
	fmt.Fprintf(a.stderr, "report: %s\n", path)
	return nil
}

// writeReportOf writes the report of a stored run and prints its path.
func (a *app) writeReportOf(dir string, f reportFlags) error {
	if f.out != "" {
		if err := checkPageFile(f.out); err != nil {
			return err
		}
	}
	run, err := evaluateRun(dir)
	if err != nil {
		return err
	}
	if s := run.Status(); s.Done < s.Toys && !f.partial {
		return badInput(fmt.Errorf("%s has %d of %d toys; --partial reports on a run that lacks "+
			"toys, and %s continues it", dir, s.Done, s.Toys, continuation(dir)))
	}
	if f.out == "" {
		f.out = run.Store().PageFile()
	}
	err = writePage(run, drawnAside(run), f.out)
	if isReadOnly(err) {
		return badInput(fmt.Errorf("%s cannot be written; --out FILE names another place", f.out))
	}
	if err == nil {
		fmt.Fprintln(a.stdout, f.out)
	}
	return err
}
