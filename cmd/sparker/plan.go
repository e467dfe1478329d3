package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"gonum.org/v1/gonum/stat/distuv"

	"sparker/configs"
	"sparker/experiments"
	"sparker/results"
	"sparker/stats"
)

// planFlags are the flags of plan.
type planFlags struct {
	runFlags
	z      float64       // 0 unless the null toys are those that reach a significance
	target time.Duration // of a part; 0 unless parts are asked for
}

// planRecord is what plan prints as JSON.
type planRecord struct {
	experiments.RunPlan
	Parts int `json:"parts,omitempty"` // that take the time of --target each
}

func (a *app) planCommand() *cobra.Command {
	var f planFlags
	cmd := &cobra.Command{
		Use:   "plan CONFIG [key.path=value ...]",
		Short: "Show what a run would do: its cells, its toys and its time",
		Long: `plan takes the arguments of run. It checks every cell of the config, times one
pilot toy of each kind of fit, and prints for each cell how many toys it has,
how many of them it shares with earlier cells, how many the run folder already
holds, and how long one takes. It writes nothing.

With --z, it plans as many null toys as a p-value of that significance takes, and
names the number, for a run with toys.null=N toys.auto=false. With --target, it
names the number of parts that take about that time each, for sparker submit.`,
		Example: `  sparker plan paper/losses
  sparker plan runs/test-1a2b3c4d/config.yaml --z 5
  sparker plan quickstart -S model.kernels=3,5,10 -j 2
  sparker plan paper/losses --target 1h -j 4`,
		Args: atLeast(1, aConfig),
		RunE: action(func(ctx context.Context, args []string) error {
			return a.plan(ctx, args, f)
		}),
	}
	f.definePlace(cmd)
	cmd.Flags().Float64Var(&f.z, "z", 0, "plan the null toys that a p-value of `Z` standard "+
		"deviations takes, such as 5")
	cmd.Flags().DurationVar(&f.target, "target", 0, "count the parts that take about `TIME` each, "+
		"such as 1h")
	return cmd
}

// check returns an error if the flags have values that they cannot have.
func (f *planFlags) check() error {
	if f.z != 0 && !(f.z >= leastZ && f.z <= mostZ) {
		return usageError("--z is %v; want a number of standard deviations from %v to %v", f.z,
			leastZ, mostZ)
	}
	if err := checkTarget(f.target); err != nil {
		return err
	}
	return f.runFlags.check()
}

// The significances that toys are planned for: 2 standard deviations take 43 of them, and 5.1 take
// 5,900,000.
const leastZ, mostZ = 2, 5.1

// reach returns the number of null toys whose smallest p-value has the significance of --z, and the
// overrides that ask for it.
func (f *planFlags) reach() (toys int, overrides []string) {
	if f.z == 0 {
		return 0, nil
	}
	toys = int(stats.ToysToReach(distuv.UnitNormal.Survival(f.z)))
	return toys, []string{fmt.Sprintf("toys.null=%d", toys), "toys.auto=false"}
}

func (a *app) plan(ctx context.Context, args []string, f planFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	toys, overrides := f.reach()
	c, err := a.loadSweep(args[0], configs.Changes{Overrides: append(args[1:], overrides...),
		Sweeps: f.sweeps})
	if err != nil {
		return err
	}
	if f.target > 0 && slices.ContainsFunc(c.Cells,
		func(own configs.Cell) bool { return own.Experiment.Toys.Auto }) {
		return usageError("--target is for a run in parts, whose number of toys is fixed; set " +
			"toys.auto=false")
	}
	p, err := experiments.Plan(ctx, c, experiments.RunOptions{Out: f.out, Dir: f.dir})
	if err != nil {
		return withFolder(err, args[0], c)
	}
	shown := planRecord{RunPlan: p}
	if f.target > 0 {
		shown.Parts = partsFor(p.Seconds, p.Toys, f.workers(), f.target)
	}
	if f.asJSON {
		return a.printJSON(shown)
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
	if shown.Parts > 0 {
		fmt.Fprintf(a.stdout, "%s of about %s each: --shards %d --cpus %d of sparker submit\n",
			count(shown.Parts, "part"), duration(p.Seconds/float64(workers*shown.Parts)),
			shown.Parts, workers)
	}
	if toys > 0 {
		fmt.Fprintf(a.stdout, "Z = %v: p can be as small as %.3g with toys.null=%d "+
			"toys.auto=false\n", f.z, 1/float64(toys+1), toys)
	}
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
