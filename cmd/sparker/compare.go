package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/spf13/cobra"

	"sparker/analysis"
	"sparker/internal/clean"
	"sparker/results"
)

// formats are the words that --format takes.
var formats = []string{"text", "csv", "md", "json"}

type compareFlags struct {
	by               []string
	baseline, format string
	regret           regretFlags
}

func (a *app) compareCommand() *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare RUN [RUN ...] [--by AXIS]",
		Short: "Compare the power of the arms of a sweep, or of several runs",
		Long: `compare takes cells that differ only in the axis --by and compares the first of
them with each of the others. At every signal strength that both have, it prints
the difference in power with its 95% interval and, if both were tested on the
same toys, the exact p-value of McNemar's test. The intervals include the noise
of the finite calibrations. With several runs, the axes are the keys in which
their configs differ.

With --regret, compare prints instead how far each arm is from the best one: the
powers at the largest signal strength of each group, or at --signal, and the mean
regret, which is the best power minus that of the arm. Limits do not compete for
the best: these are the tests that are told the density of the background, or
the arms of --limit.`,
		Example: `  sparker compare runs/losses-0123abcd --by model.softmax
  sparker compare runs/losses-0123abcd --by loss.kind --baseline np --format csv > losses.csv
  sparker compare runs/methods-0123abcd --by test.method --regret
  sparker compare runs/exp1d-0123abcd runs/exp1d-4567cdef`,
		Args: atLeast(1, "RUN folders"),
		RunE: action(func(_ context.Context, args []string) error { return a.compare(args, f) }),
	}
	flags := cmd.Flags()
	flags.StringArrayVar(&f.by, "by", nil, "compare the arms of `AXIS` (if repeated, the "+
		"combinations of the arms)")
	flags.StringVar(&f.baseline, "baseline", "",
		"compare with the arm `LABEL` (default: the first arm)")
	flags.StringVar(&f.format, "format", formats[0],
		"print the comparison as `FORMAT`: "+enumerated(formats, "or"))
	flags.BoolVar(&f.regret.wanted, "regret", false,
		"print how far each arm is from the best, instead of differences")
	flags.Float64Var(&f.regret.signal, "signal", 0,
		"with --regret: take the signal strength `N_S` (0: the largest of each group)")
	flags.StringArrayVar(&f.regret.limits, "limit", nil,
		"with --regret: the arm `LABEL` does not compete for the best (can be repeated; default: "+
			"the tests that are limits)")
	return cmd
}

// check returns an error if the flags have values that they cannot have.
func (f compareFlags) check() error {
	if err := oneOf("format", f.format, formats); err != nil {
		return err
	}
	if f.regret.wanted && f.baseline != "" {
		return usageError("--regret and --baseline exclude each other; give one of them")
	}
	return f.regret.check()
}

func (a *app) compare(dirs []string, f compareFlags) error {
	if err := f.check(); err != nil {
		return err
	}
	stores, err := openRuns(dirs)
	if err != nil {
		return err
	}
	runs, err := analysis.OpenAll(stores)
	if err != nil {
		return err
	}
	c, err := analysis.Compare(runs, f.by, f.baseline)
	if err != nil {
		return err
	}
	if !hasToys(c) {
		return badInput(errors.New("there are no alternative toys to compare; sparker summarize " +
			"prints the p-values of an observed sample"))
	}
	if f.regret.wanted {
		r, err := analysis.Regret(c, f.regret.signal, f.regret.limits)
		if err != nil {
			return err
		}
		c.Regret = &r
	}
	if f.format != "text" { // such output is for other programs
		printWarnings(a.stderr, c.Warnings)
	}
	switch {
	case f.format == "json":
		return a.printJSON(c)
	case f.regret.wanted:
		printRegret(a.stdout, c, f.format)
	default:
		printComparison(a.stdout, c, f.format)
	}
	return nil
}

// hasToys reports whether any arm of a comparison has alternative toys.
func hasToys(c results.Comparison) bool {
	return slices.ContainsFunc(c.Groups, func(g results.ComparisonGroup) bool {
		return len(comparisonRows(g)) > 0
	})
}

// comparedColumns are the columns of a comparison with rounded numbers.
var comparedColumns = []any{"N_S", "toys", "power [68%]", "oracle", "median Z", "difference [95%]",
	"McNemar p", "s/toy"}

// printComparison writes a comparison: as text, one table for each group with rounded numbers; as
// Markdown, one table with rounded numbers; as CSV, one table with all digits.
func printComparison(w io.Writer, c results.Comparison, format string) {
	switch format {
	case "md":
		t := groupTable(c, append([]any{clean.Markdown(strings.Join(c.By, ", "))},
			comparedColumns...), clean.Markdown,
			func(r comparisonRow) table.Row {
				return append(shownBy(clean.Markdown, r.rounded[:1]), r.rounded[1:]...)
			})
		fmt.Fprintln(w, t.RenderMarkdown())
		return
	case "csv":
		t := groupTable(c, []any{"arm", "signal", "toys", "power", "ci68_lo", "ci68_hi", "ci95_lo",
			"ci95_hi", "oracle", "median_z", "median_z_bound", "null_toys", "baseline", "paired",
			"difference", "difference_lo", "difference_hi", "gained", "lost", "mcnemar_p", "found",
			"found_se", "seconds", "median_seconds"}, clean.CSV,
			func(r comparisonRow) table.Row { return shownBy(clean.CSV, r.exact) })
		fmt.Fprintln(w, t.RenderCSV())
		return
	}
	fmt.Fprintf(w, "power at alpha = %v by %s\n", c.Alpha, lineOf(strings.Join(c.By, ", ")))
	for _, g := range c.Groups {
		if len(g.Common) > 0 {
			fmt.Fprintln(w, lineOf(results.Describe(g.Common)))
		}
		t := newTable(append([]any{"arm"}, comparedColumns...)...)
		var before any
		for _, r := range comparisonRows(g) {
			label := r.rounded[0]
			if label == before {
				r.rounded[0] = ""
			}
			before = label
			t.AppendRow(r.rounded)
		}
		fmt.Fprintln(w, t.Render())
	}
	fmt.Fprintln(w, "differences from the first arm; intervals include the noise of the "+
		"calibrations; ~ marks an interval that holds 0")
	printWarnings(w, c.Warnings)
}

// groupTable returns one table of all groups: what the arms of a group have in common, and a row
// for each arm and signal strength. The names of the former are written by show.
func groupTable(c results.Comparison, header []any, show func(string) string,
	cells func(comparisonRow) table.Row) table.Writer {
	var common []any
	if len(c.Groups) > 0 {
		for _, arm := range c.Groups[0].Common {
			common = append(common, show(arm.Axis))
		}
	}
	t := newTable(append(common, header...)...)
	for _, g := range c.Groups {
		for _, r := range comparisonRows(g) {
			t.AppendRow(append(shownBy(show, labelsOf(g.Common)), cells(r)...))
		}
	}
	return t
}

// comparisonRow is a row of a comparison, once with rounded numbers and once with all digits.
type comparisonRow struct{ rounded, exact table.Row }

// comparisonRows returns the arms of a group at every signal strength that has toys.
func comparisonRows(g results.ComparisonGroup) []comparisonRow {
	var rows []comparisonRow
	for _, arm := range g.Arms {
		for _, p := range arm.Points {
			if p.Toys > 0 {
				rows = append(rows, newComparisonRow(g, arm, p))
			}
		}
	}
	return rows
}

func newComparisonRow(g results.ComparisonGroup, arm results.ComparisonArm,
	p results.Point) comparisonRow {
	r := comparisonRow{
		rounded: table.Row{arm.Label, p.Signal, p.Toys,
			power(arm.CellSummary, p), oracle(p), medianPowerZ(arm.CellSummary, p)},
		exact: table.Row{arm.Label, p.Signal, p.Toys, p.Power, p.CI68[0], p.CI68[1],
			p.CI95[0], p.CI95[1], exact(p.Oracle), p.MedianZ, p.MedianZBound,
			arm.Null.Toys, g.Arms[0].Label},
	}
	k := slices.IndexFunc(g.Differences, func(d results.Difference) bool {
		return d.Arm == arm.Label && d.Signal == p.Signal
	})
	if k < 0 {
		r.rounded = append(r.rounded, "", "")
		r.exact = append(r.exact, "", "", "", "", "", "", "")
	} else {
		d := g.Differences[k]
		r.rounded = append(r.rounded, roundedDifference(d), mcNemar(d))
		r.exact = append(r.exact, d.Paired, d.Difference, d.CI95[0], d.CI95[1], d.Gained, d.Lost,
			exact(d.McNemar))
	}
	found, se := "", ""
	if p.Found != nil {
		found, se = fmt.Sprint(p.Found.Mean), fmt.Sprint(p.Found.SE)
	}
	seconds := fmt.Sprintf("%.3g", arm.Seconds)
	r.rounded = append(r.rounded, seconds)
	r.exact = append(r.exact, found, se, seconds, fmt.Sprintf("%.3g", arm.MedianSeconds))
	return r
}

// roundedDifference returns a difference in power with its interval, marked if that holds 0.
func roundedDifference(d results.Difference) string {
	mark := ""
	if d.CI95[0] <= 0 && d.CI95[1] >= 0 {
		mark = "~ "
	}
	return fmt.Sprintf("%s%+.3f [%+.3f, %+.3f]", mark, d.Difference, d.CI95[0], d.CI95[1])
}

// mcNemar returns the p-value of McNemar's test, or a dash if the toys are not the same.
func mcNemar(d results.Difference) string {
	if d.McNemar == nil {
		return "-"
	}
	return fmt.Sprintf("%.2g", *d.McNemar)
}

// exact returns a number with all its digits as the cell of a table, which is empty for nil.
func exact(x *float64) any {
	if x == nil {
		return ""
	}
	return *x
}
