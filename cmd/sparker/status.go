package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/results"
)

func (a *app) statusCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status RUN",
		Short: "Say how far a run is, also one of somebody else's that is under way",
		Args:  wants(1, 1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			store, err := openRun(args[0])
			if err != nil {
				return err
			}
			run, err := analysis.Open(store)
			if err != nil {
				return err
			}
			if asJSON {
				return a.printJSON(run.Status())
			}
			printStatus(a.stdout, store.Manifest(), run.Status())
			return nil
		}),
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON in place of the table")
	return cmd
}

func printStatus(w io.Writer, m results.Manifest, s analysis.RunStatus) {
	header := []any{"cell"}
	for _, axis := range m.Axes {
		header = append(header, axis.Name)
	}
	t := newTable(append(header, "null", "alternative", "failed", "s/toy")...)
	for _, c := range s.Cells {
		row := table.Row{c.Cell}
		for _, setting := range c.Arms {
			row = append(row, setting.Label)
		}
		seconds := "-"
		if c.Null+c.Alternative > 0 {
			seconds = fmt.Sprintf("%.3g", c.Seconds)
		}
		t.AppendRow(append(row, fmt.Sprintf("%d/%d", c.Null, c.NullWanted),
			fmt.Sprintf("%d/%d", c.Alternative, c.AlternativeWanted), c.Failed, seconds))
	}
	fmt.Fprintln(w, t.Render())
	fmt.Fprintf(w, "%s: %d of %d toys done, %d failed; started %s", s.Name, s.Done, s.Toys,
		s.Failed, s.Started.Format(time.RFC3339))
	switch {
	case s.Finished != nil:
		fmt.Fprintf(w, ", finished %s\n", s.Finished.Format(time.RFC3339))
	case s.Done > 0:
		fmt.Fprintf(w, "; the rest takes about %s of one processor\n",
			duration(s.MeanSeconds*float64(s.Toys-s.Done)))
	default:
		fmt.Fprintln(w)
	}
}
