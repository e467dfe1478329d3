package main

import (
	"context"
	"fmt"
	"runtime"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
)

func (a *app) planCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "plan CONFIG [key.path=value ...]",
		Short: "Say what a run would do: its cells, its toys, and how long it would take",
		Long: `plan resolves and checks every cell of a config, as run would do with the same arguments, times one pilot toy of each
kind of fit, and prints the cells with their toys, what the run folder holds of them already, and the time that
the rest would take. It writes nothing. Toys that cells share are counted once, in the first of them.`,
		Example: `  sparker plan paper/losses
  sparker plan quickstart -S model.kernels=3,5,10 -j 2`,
		Args: wants(1, anyNumber, "a CONFIG, then overrides of the form key.path=value"),
		RunE: action(func(ctx context.Context, args []string) error {
			return a.plan(ctx, args,
				f)
		}),
	}
	flags := cmd.Flags()
	flags.StringArrayVarP(&f.sweeps, "sweep", "S", nil,
		"add an axis to the sweep, key.path=value,value,..., or keep some arms of one, "+
			"axis=label,label,... (can be given again)")
	flags.IntVarP(&f.jobs, "jobs", "j", 0, "toys fitted at the same time (0: one per processor)")
	flags.StringVar(&f.out, "out", "runs", "folder that holds the run folders")
	flags.StringVar(&f.dir, "dir", "", "the run folder itself, in place of one in --out")
	flags.BoolVar(&f.asJSON, "json", false, "print JSON in place of the table")
	cmd.MarkFlagsMutuallyExclusive("out", "dir")
	return cmd
}

func (a *app) plan(ctx context.Context, args []string, f runFlags) error {
	if f.jobs < 0 {
		return usageError("--jobs is %d; want 0 or more", f.jobs)
	}
	c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:], Sweeps: f.sweeps})
	if err != nil {
		return err
	}
	o, err := experiments.Plan(ctx, c, experiments.RunOptions{Out: f.out, Dir: f.dir})
	if err != nil {
		return whereFiles(err, args[0], c)
	}
	if f.asJSON {
		return a.printJSON(o)
	}
	header := []any{"cell"}
	for _, axis := range c.Config.Axes() {
		header = append(header, axis.Name)
	}
	t := newTable(append(header, "toys", "shared", "done", "s/toy")...)
	for _, cell := range o.Cells {
		row := table.Row{cell.Cell}
		for _, s := range cell.Arms {
			row = append(row, s.Label)
		}
		t.AppendRow(append(row, cell.Toys, cell.Shared, cell.Done,
			fmt.Sprintf("%.3g", cell.Seconds)))
	}
	fmt.Fprintln(a.stdout, t.Render())
	workers := f.jobs
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	fmt.Fprintf(a.stdout, "%d toys, %d of them done in %s; the rest takes about %s with %d at a "+
		"time (from pilot toys)\n",
		o.Toys, o.Done, o.Dir, duration(o.Seconds/float64(workers)), workers)
	return nil
}
