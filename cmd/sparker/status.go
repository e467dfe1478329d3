package main

import (
	"context"
	"fmt"
	"io"
	"strings"
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
		Short: "Show how many toys of a run are done",
		Long: `status shows how many toys of each cell of a run are done, how many of them
failed, and about how long the rest takes. Of a run in parts (sparker run --shard),
it lists those that lack toys, with the machines that worked on them. It reads the
run folder only, so the run may be under way, also on another machine.`,
		Args: exactly(1, "a RUN folder"),
		RunE: action(func(_ context.Context, args []string) error {
			run, err := evaluateRun(args[0])
			if err != nil {
				return err
			}
			shards, err := shardsOf(run.Store())
			if err != nil {
				return err
			}
			status := run.Status()
			status.Parts = run.Parts(shards)
			if asJSON {
				return a.printJSON(status)
			}
			printStatus(a.stdout, run.Store().Manifest(), status)
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
	printParts(w, s.Parts)
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

// mostParts is the number of rows of the table of parts.
const mostParts = 20

// printParts writes a row for each part of a run that lacks toys, and how many parts have all of
// theirs.
func printParts(w io.Writer, parts []analysis.PartStatus) {
	if len(parts) == 0 {
		return
	}
	t := newTable("part", "toys", "machines")
	lacking := 0
	for _, p := range parts {
		if p.Done == p.Toys {
			continue
		}
		if lacking++; lacking <= mostParts {
			hosts := "-"
			if len(p.Hosts) > 0 {
				hosts = lineOf(strings.Join(p.Hosts, ", "))
			}
			t.AppendRow(table.Row{fmt.Sprintf("%d/%d", p.Part, p.Of),
				fmt.Sprintf("%d/%d", p.Done, p.Toys), hosts})
		}
	}
	if lacking > 0 {
		fmt.Fprintln(w, t.Render())
	}
	if more := lacking - mostParts; more > 0 {
		fmt.Fprintf(w, "and %d more parts that lack toys\n", more)
	}
	fmt.Fprintf(w, "%d of %s have all of their toys\n", len(parts)-lacking,
		count(len(parts), "part"))
}
