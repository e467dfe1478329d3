package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"sparker/analysis"
	"sparker/results"
)

// regretFlags are the flags of compare that say what the regret is.
type regretFlags struct {
	wanted bool
	signal float64
	limits []string
}

// check refuses values that the flags cannot have, and those that would have no effect.
func (f regretFlags) check() error {
	switch {
	case f.signal < 0:
		return usageError("--signal is %v; want an N_S above 0, or 0 for the largest", f.signal)
	case !f.wanted && (f.signal != 0 || f.limits != nil):
		return usageError("--signal and --limit go with --regret")
	}
	return nil
}

// A methodAxis is the axis of a sweep whose arms are methods, and those of them that are limits.
type methodAxis struct {
	by     string // empty: the usual names
	limits []string
}

// check refuses an axis that the sweep does not have.
func (m methodAxis) check(axes []results.AxisRecord) error {
	var names []string
	for _, a := range axes {
		names = append(names, a.Name)
	}
	switch {
	case m.by != "" && len(axes) == 0:
		return usageError("--by is %q; the run has no sweep", m.by)
	case m.by != "" && !slices.Contains(names, m.by):
		return usageError("--by is %q; the axes of the run are %s", m.by, strings.Join(names, ", "))
	case m.limits != nil && m.of(axes) == "":
		return usageError("--limit goes with an axis of methods: say which with --by")
	}
	return nil
}

// of is the name of the axis, empty where there is none.
func (m methodAxis) of(axes []results.AxisRecord) string {
	if m.by != "" {
		return m.by
	}
	several := 0
	for _, a := range axes {
		if len(a.Labels) > 1 {
			several++
		}
	}
	for _, name := range []string{"test.method", "method"} {
		if several == 2 && slices.ContainsFunc(axes,
			func(a results.AxisRecord) bool { return a.Name == name && len(a.Labels) > 1 }) {
			return name
		}
	}
	return ""
}

// regret adds the regret to the comparison by the axis. Where nobody asked for one, it may be that
// there is none.
func (m methodAxis) regret(c *results.Comparison) error {
	r, err := analysis.Regret(*c, 0, m.limits)
	var input *analysis.QuestionError
	if errors.As(err, &input) && m.by == "" && m.limits == nil {
		return nil
	}
	if err == nil {
		c.Regret = &r
	}
	return err
}

// printRegret writes the regret of a comparison: as text and as Markdown, a row for each arm with
// its powers, rounded; as CSV, a tidy table of arms and groups with all digits.
func printRegret(w io.Writer, c results.Comparison, format string) {
	if format == "csv" {
		fmt.Fprintln(w, regretCells(c).RenderCSV())
		return
	}
	t := regretPowers(c)
	if format == "md" {
		fmt.Fprintln(w, t.RenderMarkdown())
		return
	}
	fmt.Fprintf(w, "power at alpha = %v by %s\n", c.Alpha, strings.Join(c.By, ", "))
	fmt.Fprintln(w, t.Render())
	fmt.Fprintln(w, "* the best; regret: its power less the arm's own, the mean over the "+
		"columns that the arm has; in brackets: a limit, not in the running")
	printWarnings(w, c.Warnings)
}

// regretPowers is a table of powers: arms are rows, groups columns.
func regretPowers(c results.Comparison) table.Writer {
	header := []any{strings.Join(c.By, ", ")}
	best, limit := table.Row{"best"}, table.Row{"oracle"}
	for k, g := range c.Groups {
		at := c.Regret.Groups[k]
		name := results.Describe(g.Common)
		if len(g.Common) == 1 {
			name = g.Common[0].Label
		}
		header = append(header, strings.TrimSpace(fmt.Sprintf("%s (%v)", name, at.Signal)))
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
		label := row.Label
		if row.Limit {
			label = "(" + label + ")"
		}
		cells := table.Row{label}
		for k, g := range c.Groups {
			text := "-"
			if row.Regrets[k] != nil {
				_, p, _ := g.At(row.Label, c.Regret.Groups[k].Signal)
				text = fmt.Sprintf("%.3f", p.Power)
				if *row.Regrets[k] == 0 && !row.Limit {
					text = "* " + text
				}
			}
			cells = append(cells, text)
		}
		mean := "-"
		if row.Groups > 0 {
			mean = fmt.Sprintf("%.3f", row.Mean)
		}
		t.AppendRow(append(cells, mean, row.Groups))
	}
	t.AppendRow(append(best, "", ""))
	if o := c.Regret.Oracle; o != nil {
		t.AppendRow(append(limit, fmt.Sprintf("%.3f", o.Mean), o.Groups))
	}
	return t
}

// regretCells is a table with a row for each arm and group.
func regretCells(c results.Comparison) table.Writer {
	var header []any
	for _, s := range c.Groups[0].Common {
		header = append(header, s.Axis)
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
			var cells table.Row
			for _, s := range g.Common {
				cells = append(cells, s.Label)
			}
			a, p, _ := g.At(row.Label, at.Signal)
			t.AppendRow(append(cells, row.Label, row.Limit, at.Signal, p.Toys, p.Power, p.CI68[0],
				p.CI68[1], exact(p.Oracle), at.Best, at.Power,
				*row.Regrets[k], row.Mean, row.Groups, fmt.Sprintf("%.3g", a.MedianSeconds)))
		}
	}
	return t
}
