package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/results"
)

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status RUN",
		Short: "Show how many toys of a run are done",
		Long: `status shows how many toys of each cell of a run are done, how many of them
failed, and about how long the rest takes. It reads the run folder only, so the
run may be under way, also on another machine.`,
		Args: exactly(1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			run, err := evaluateRun(args[0])
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(run.Status())
			}
			printStatus(a.stdout, run.Store().Manifest(), run.Status())
			return nil
		}),
	}
	defineJSON(cmd, &asJSON)
	return cmd
}

// printStatus writes a row for each cell and a line for the run.
func printStatus(w io.Writer, m results.Manifest, s analysis.RunStatus) {
	t := newTable(cellHeader(m.Axes, "null", "alternative", "failed", "s/toy")...)
	for _, c := range s.Cells {
		seconds := "-"
		if c.Null+c.Alternative > 0 {
			seconds = fmt.Sprintf("%.3g", c.Seconds)
		}
		t.AppendRow(append(cellRow(c.Cell, c.Arms), fmt.Sprintf("%d/%d", c.Null, c.NullWanted),
			fmt.Sprintf("%d/%d", c.Alternative, c.AlternativeWanted), c.Failed, seconds))
	}
	fmt.Fprintln(w, t.Render())
	fmt.Fprintf(w, "%s: %d of %d toys done, %d failed; started %s", s.Name, s.Done, s.Toys,
		s.Failed, s.Started.Format(time.RFC3339))
	switch {
	case s.Finished != nil:
		fmt.Fprintf(w, ", finished %s\n", s.Finished.Format(time.RFC3339))
	case s.Done > 0:
		fmt.Fprintf(w, "; the rest takes about %s of processor time\n",
			duration(s.MeanSeconds*float64(s.Toys-s.Done)))
	default:
		fmt.Fprintln(w)
	}
}
