package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/results"
)

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
