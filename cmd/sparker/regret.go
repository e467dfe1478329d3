package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"sparker/internal/clean"
	"sparker/results"
)

// regretFlags are the flags of compare for the regret.
type regretFlags struct {
	wanted bool
	signal float64
	limits []string
}

// check returns an error if the flags have values that they cannot have, or that have no effect.
func (f regretFlags) check() error {
	switch {
	case f.signal < 0:
		return usageError("--signal is %v; want a signal strength above 0, or 0 for the largest",
			f.signal)
	case !f.wanted && (f.signal != 0 || f.limits != nil):
		return usageError("--signal and --limit have no effect without --regret")
	}
	return nil
}

// printRegret writes the regret of a comparison: as text and as Markdown, a row for each arm with
// its rounded powers; as CSV, a row for each arm and group with all digits.
func printRegret(w io.Writer, c results.Comparison, format string) {
	if format == "csv" {
		fmt.Fprintln(w, regretCells(c).RenderCSV())
		return
	}
	if format == "md" {
		fmt.Fprintln(w, regretPowers(c, clean.Markdown).RenderMarkdown())
		return
	}
	fmt.Fprintf(w, "power at alpha = %v by %s\n", c.Alpha, lineOf(strings.Join(c.By, ", ")))
	fmt.Fprintln(w, regretPowers(c, lineOf).Render())
	fmt.Fprintln(w, "* marks the best power; mean regret: the best power minus that of the arm, "+
		"averaged over the columns of the arm; (limits) do not compete for the best")
	printWarnings(w, c.Warnings)
}

// regretPowers returns a table of powers with a row for each arm and a column for each group, whose
// names are written by show.
func regretPowers(c results.Comparison, show func(string) string) table.Writer {
	header := []any{show(strings.Join(c.By, ", "))}
	best, limit := table.Row{"best"}, table.Row{"oracle"}
	for k, g := range c.Groups {
		at := c.Regret.Groups[k]
		name := results.Describe(g.Common)
		if len(g.Common) == 1 {
			name = g.Common[0].Label
		}
		header = append(header, strings.TrimSpace(fmt.Sprintf("%s (%v)", show(name), at.Signal)))
		power, bound := "-", "-"
		if at.Best != "" {
			power = fmt.Sprintf("%.3f", at.Power)
		}
		if at.Oracle != nil {
			bound = fmt.Sprintf("%.3f", *at.Oracle)
		}
		best, limit = append(best, power), append(limit, bound)
	}
	t := newTable(append(header, "mean regret", "of")...)
	for _, row := range c.Regret.Rows {
		powers := armPowers(c, row)
		t.AppendRow(append(shownBy(show, powers[:1]), powers[1:]...))
	}
	t.AppendRow(append(best, "", ""))
	if o := c.Regret.Oracle; o != nil {
		t.AppendRow(append(limit, fmt.Sprintf("%.3f", o.Mean), o.Groups))
	}
	return t
}

// armPowers returns the row of an arm: its power in each group, and its mean regret.
func armPowers(c results.Comparison, arm results.RegretRow) table.Row {
	label := arm.Label
	if arm.Limit {
		label = "(" + label + ")"
	}
	cells := table.Row{label}
	for k, g := range c.Groups {
		text := "-"
		if arm.Regrets[k] != nil {
			_, p, _ := g.At(arm.Label, c.Regret.Groups[k].Signal)
			text = fmt.Sprintf("%.3f", p.Power)
			if *arm.Regrets[k] == 0 && !arm.Limit {
				text = "* " + text
			}
		}
		cells = append(cells, text)
	}
	mean := "-"
	if arm.Groups > 0 {
		mean = fmt.Sprintf("%.3f", arm.Mean)
	}
	return append(cells, mean, arm.Groups)
}

// regretCells returns a table with a row for each arm and group.
func regretCells(c results.Comparison) table.Writer {
	var header []any
	for _, s := range c.Groups[0].Common {
		header = append(header, clean.CSV(s.Axis))
	}
	t := newTable(append(header, "arm", "limit", "signal", "toys", "power", "ci68_lo", "ci68_hi",
		"oracle", "best", "best_power",
		"regret", "mean_regret", "mean_over", "median_seconds")...)
	for _, row := range c.Regret.Rows {
		for k, g := range c.Groups {
			at := c.Regret.Groups[k]
			if row.Regrets[k] == nil {
				continue
			}
			a, p, _ := g.At(row.Label, at.Signal)
			t.AppendRow(shownBy(clean.CSV, append(labelsOf(g.Common), row.Label, row.Limit,
				at.Signal, p.Toys, p.Power, p.CI68[0], p.CI68[1], exact(p.Oracle), at.Best,
				at.Power, *row.Regrets[k], row.Mean, row.Groups,
				fmt.Sprintf("%.3g", a.MedianSeconds))))
		}
	}
	return t
}
