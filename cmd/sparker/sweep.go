package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/experiments"
	"sparker/results"
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
	c, err := a.loadSweep(args[0], args[1:], f.sweeps)
	if err != nil {
		return err
	}
	o, err := experiments.Look(ctx, c, experiments.Options{Out: f.out, Dir: f.dir})
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

func (a *app) mergeCommand() *cobra.Command {
	var out string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "merge RUN RUN ... --out DIR",
		Short: "Put parts of one run, made in several folders, into one",
		Long: `merge puts the toys and fits of several folders of one run into the folder --out and summarizes it. The folders are
left as they are, and merging again changes nothing. Folders of different configs, and a toy that two folders hold
with different numbers, are errors; nothing is written then.`,
		Example: `  sparker run paper/losses --shard 1/2 --dir a
  sparker run paper/losses --shard 2/2 --dir b
  sparker merge a b --out whole`,
		Args: wants(1, anyNumber, "RUN folders"),
		RunE: action(func(_ context.Context, args []string) error {
			stores, err := openRuns(args)
			if err != nil {
				return err
			}
			merged, err := results.Merge(out, stores)
			if err != nil {
				return err
			}
			run, err := analysis.Open(merged)
			if err != nil {
				return err
			}
			summary, err := run.Summary()
			if err == nil {
				err = run.Write()
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(a.stderr, "results: %s\n", merged.Dir())
			return a.showSummary(summary, asJSON)
		}),
	}
	cmd.Flags().StringVar(&out, "out", "", "folder for the whole")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print the summary as JSON in place of the table")
	if err := cmd.MarkFlagRequired("out"); err != nil {
		panic(err) // the flag is defined above
	}
	return cmd
}

// formats are the words that --format takes.
var formats = []string{"text", "csv", "md", "json"}

func (a *app) compareCommand() *cobra.Command {
	var by []string
	var baseline, format string
	var regret regretFlags
	cmd := &cobra.Command{
		Use:   "compare RUN [RUN ...] [--by KEY]",
		Short: "Compare the powers of the arms of a sweep, or of several runs, on the same toys",
		Long: `compare holds cells that differ in the axes --by only against the first of them: the difference in power at every
strength that they have in common, with its 95% interval, and the exact p-value of McNemar's test where both
were tested on the same toys. Intervals include the noise of the finite calibrations. With several runs, the axes are the keys
in which their configs differ.

With --regret it says in place of the differences how far each arm is from the best one, at the largest strength of each
group or at --signal: the powers, and the mean regret, the best power less the arm's own. Limits are not in the running
for the best; these are the arms of the tests scan and multiscan, which know the shape of the anomaly, or those of --limit.`,
		Example: `  sparker compare runs/losses-0123abcd --by model.softmax
  sparker compare runs/losses-0123abcd --by loss.kind --baseline np --format csv > losses.csv
  sparker compare runs/methods-0123abcd --by test.method --regret
  sparker compare runs/exp1d-0123abcd runs/exp1d-4567cdef`,
		Args: wants(1, anyNumber, "RUN folders"),
		RunE: action(func(_ context.Context, args []string) error {
			if err := oneOf("format", format, formats); err != nil {
				return err
			}
			if err := regret.check(); err != nil {
				return err
			}
			stores, err := openRuns(args)
			if err != nil {
				return err
			}
			runs, err := analysis.OpenAll(stores)
			if err != nil {
				return err
			}
			c, err := analysis.Compare(runs, by, baseline)
			if err != nil {
				return err
			}
			if regret.wanted {
				r, err := analysis.Regret(c, regret.signal, regret.limits)
				if err != nil {
					return err
				}
				c.Regret = &r
			}
			switch {
			case format == "json":
				return a.printJSON(c)
			case regret.wanted:
				printRegret(a.stdout, c, format)
			default:
				printComparison(a.stdout, c, format)
			}
			if format != "text" {
				for _, warning := range c.Warnings {
					fmt.Fprintf(a.stderr, "warning: %s\n", warning)
				}
			}
			return nil
		}),
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&by, "by", nil, "the axis to compare along (can be given again: the "+
		"arms are then the combinations)")
	flags.StringVar(&baseline, "baseline", "",
		"label of the arm to compare with (default: the first)")
	flags.StringVar(&format, "format", "text", "one of "+strings.Join(formats, ", "))
	flags.BoolVar(&regret.wanted, "regret", false,
		"say how far each arm is from the best, in place of the differences")
	flags.Float64Var(&regret.signal, "signal", 0,
		"with --regret: the N_S to take (0: the largest of each group)")
	flags.StringArrayVar(&regret.limits, "limit", nil,
		"with --regret: label of an arm that is not in the running (can be given again; "+
			"default: scans)")
	cmd.MarkFlagsMutuallyExclusive("regret", "baseline")
	return cmd
}

// printComparison writes a comparison: as text, a table for each group with the numbers rounded; as
// CSV, one tidy table with all digits; as Markdown, one table, rounded.
func printComparison(w io.Writer, c results.Comparison, format string) {
	if format == "text" {
		fmt.Fprintf(w, "power at alpha = %v by %s\n", c.Alpha, strings.Join(c.By, ", "))
		for _, g := range c.Groups {
			if len(g.Common) > 0 {
				fmt.Fprintln(w, results.Describe(g.Common))
			}
			t := newTable("arm", "N_S", "toys", "power [68%]", "oracle", "median Z",
				"difference [95%]", "McNemar p", "s/toy")
			for _, r := range comparisonRows(g, false) {
				t.AppendRow(r.text)
			}
			fmt.Fprintln(w, t.Render())
		}
		fmt.Fprintln(w, "differences are to the first arm; intervals include the noise of the "+
			"calibrations; ~ where 0 lies inside")
		printWarnings(w, c.Warnings)
		return
	}
	var header []any
	if len(c.Groups) > 0 {
		for _, s := range c.Groups[0].Common {
			header = append(header, s.Axis)
		}
	}
	if format == "md" {
		header = append(header, strings.Join(c.By, ", "), "N_S", "toys", "power [68%]", "oracle",
			"median Z", "difference [95%]", "McNemar p", "s/toy")
	} else {
		header = append(header, "arm", "signal", "toys", "power", "ci68_lo", "ci68_hi", "ci95_lo",
			"ci95_hi", "oracle", "median_z", "median_z_bound",
			"null_toys", "baseline", "paired", "difference", "difference_lo", "difference_hi",
			"gained", "lost", "mcnemar_p", "found", "found_se", "seconds", "median_seconds")
	}
	t := newTable(header...)
	for _, g := range c.Groups {
		var place table.Row
		for _, s := range g.Common {
			place = append(place, s.Label)
		}
		for _, r := range comparisonRows(g, true) {
			row := append(table.Row{}, place...)
			if format == "md" {
				row = append(row, r.text...)
			} else {
				row = append(row, r.exact...)
			}
			t.AppendRow(row)
		}
	}
	if format == "md" {
		fmt.Fprintln(w, t.RenderMarkdown())
	} else {
		fmt.Fprintln(w, t.RenderCSV())
	}
}

func printWarnings(w io.Writer, all []string) {
	for _, warning := range all {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

// comparisonRow is a row for people and the same with all digits.
type comparisonRow struct{ text, exact table.Row }

// comparisonRows are the arms of a group at every strength.
func comparisonRows(g results.ComparisonGroup, repeat bool) []comparisonRow {
	var rows []comparisonRow
	for i, arm := range g.Arms {
		for j, p := range arm.Points {
			if p.Toys == 0 {
				continue
			}
			label := arm.Label
			if j > 0 && !repeat {
				label = ""
			}
			r := comparisonRow{
				text: table.Row{label, p.Signal, p.Toys,
					fmt.Sprintf("%.3f %s", p.Power, interval(p.CI68)), oracle(p), medianZ(p)},
				exact: table.Row{arm.Label, p.Signal, p.Toys, p.Power, p.CI68[0], p.CI68[1],
					p.CI95[0], p.CI95[1], exact(p.Oracle), p.MedianZ, p.MedianZBound,
					arm.Null.Toys, g.Arms[0].Label},
			}
			d, there := differenceAt(g, arm.Label, p.Signal)
			switch {
			case i == 0 || !there:
				r.text = append(r.text, "", "")
				r.exact = append(r.exact, "", "", "", "", "", "", "")
			default:
				mark := ""
				if d.CI95[0] <= 0 && d.CI95[1] >= 0 {
					mark = "~ "
				}
				mcnemar := "-"
				if d.McNemar != nil {
					mcnemar = fmt.Sprintf("%.2g", *d.McNemar)
				}
				r.text = append(r.text, fmt.Sprintf("%s%+.3f [%+.3f, %+.3f]", mark, d.Difference,
					d.CI95[0], d.CI95[1]), mcnemar)
				r.exact = append(r.exact, d.Paired, d.Difference, d.CI95[0], d.CI95[1], d.Gained,
					d.Lost, exact(d.McNemar))
			}
			found, se := "", ""
			if f := p.Found; f != nil {
				found, se = fmt.Sprint(f.Mean), fmt.Sprint(f.SE)
			}
			seconds := fmt.Sprintf("%.3g", arm.Seconds)
			r.text, r.exact = append(r.text, seconds), append(r.exact, found, se, seconds,
				fmt.Sprintf("%.3g", arm.MedianSeconds))
			rows = append(rows, r)
		}
	}
	return rows
}

// exact is a number with all its digits, or empty.
func exact(x *float64) any {
	if x == nil {
		return ""
	}
	return *x
}

func differenceAt(g results.ComparisonGroup, arm string, signal float64) (results.Difference,
	bool) {
	for _, d := range g.Differences {
		if d.Arm == arm && d.Signal == signal {
			return d, true
		}
	}
	return results.Difference{}, false
}
