package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"sparker/configs"
	"sparker/experiments"
	"sparker/results"
)

func (a *app) planCommand() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "plan CONFIG [key.path=value ...]",
		Short: "Show what a run would do: its cells, its toys and its time",
		Long: `plan takes the arguments of run. It checks every cell of the config, times one
pilot toy of each kind of fit, and prints for each cell how many toys it has,
how many of them it shares with earlier cells, how many the run folder already
holds, and how long one takes. It writes nothing.`,
		Example: `  sparker plan paper/losses
  sparker plan quickstart -S model.kernels=3,5,10 -j 2`,
		Args: atLeast(1, aConfig),
		RunE: action(func(ctx context.Context, args []string) error {
			return a.plan(ctx, args, f)
		}),
	}
	f.definePlace(cmd)
	return cmd
}

func (a *app) plan(ctx context.Context, args []string, f runFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	c, err := a.loadSweep(args[0], configs.Changes{Overrides: args[1:], Sweeps: f.sweeps})
	if err != nil {
		return err
	}
	p, err := experiments.Plan(ctx, c, experiments.RunOptions{Out: f.out, Dir: f.dir})
	if err != nil {
		return withFolder(err, args[0], c)
	}
	if f.asJSON {
		return a.printJSON(p)
	}
	var axes []results.AxisRecord
	for _, axis := range c.Config.Axes() {
		axes = append(axes, results.AxisRecord{Name: axis.Name})
	}
	printPlan(a.stdout, axes, p)
	workers := f.workers()
	fmt.Fprintf(a.stdout, "%d toys, %d of them done in %s; the rest takes about %s with %s "+
		"at a time\n", p.Toys, p.Done, p.Dir, duration(p.Seconds/float64(workers)),
		count(workers, "fit"))
	return nil
}

// printPlan writes a row for each cell.
func printPlan(w io.Writer, axes []results.AxisRecord, p experiments.RunPlan) {
	t := newTable(cellHeader(axes, "toys", "shared", "done", "s/toy")...)
	for _, c := range p.Cells {
		t.AppendRow(append(cellRow(c.Cell, c.Arms), c.Toys, c.Shared, c.Done,
			fmt.Sprintf("%.3g", c.Seconds)))
	}
	fmt.Fprintln(w, t.Render())
}
