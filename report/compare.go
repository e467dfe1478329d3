package report

import (
	"fmt"
	"slices"
	"strings"

	"sparker/results"
)

// comparison is a comparison of arms as the page shows it.
type comparison struct {
	Number int
	Title  string
	Labels []string // of the arms, in the order of their looks
	Charts []chart
	Table  grid
	Regret *grid
	Costs  []grid
	Notes  []string
}

// newComparison returns what the page shows of a comparison. It reports whether any arm has toys.
func newComparison(number int, c results.Comparison) (comparison, bool) {
	out := comparison{Number: number, Title: line(strings.Join(c.By, ", ")), Notes: c.Warnings}
	var arms []string
	for _, g := range c.Groups {
		for _, arm := range g.Arms {
			if !slices.Contains(arms, arm.Label) {
				arms = append(arms, arm.Label)
			}
		}
	}
	for _, label := range arms {
		out.Labels = append(out.Labels, line(label))
	}
	for _, g := range c.Groups {
		if drawn, ok := newChart(g, arms); ok {
			out.Charts = append(out.Charts, drawn)
		}
	}
	out.Table = comparisonGrid(c, arms)
	if c.Regret != nil {
		out.Regret = regretGrid(c, *c.Regret, arms)
		for _, cost := range c.Regret.Costs {
			out.Costs = append(out.Costs, costGrid(cost, arms))
		}
	}
	return out, len(out.Table.Rows) > 0
}

// comparisonGrid returns a row for each group, arm and signal strength.
func comparisonGrid(c results.Comparison, arms []string) grid {
	g := grid{Caption: fmt.Sprintf("Power at alpha = %v by %s", c.Alpha,
		line(strings.Join(c.By, ", "))), Sortable: true}
	if len(c.Groups) > 0 {
		for _, common := range c.Groups[0].Common {
			g.Columns = append(g.Columns, words(common.Axis)...)
		}
	}
	g.Columns = slices.Concat(g.Columns, words("arm"), numbers("N_S", "toys", "power",
		"68% interval", "difference", "95% interval", "McNemar p", "oracle", "median Z",
		"s per toy"))
	for _, group := range c.Groups {
		for _, arm := range group.Arms {
			for _, p := range arm.Points {
				if p.Toys > 0 {
					g.Rows = append(g.Rows, armRow(group, arm, p, arms))
				}
			}
		}
	}
	return g
}

// armRow returns the row of an arm at a signal strength.
func armRow(group results.ComparisonGroup, arm results.ComparisonArm, p results.Point,
	arms []string) gridRow {
	var row []gridCell
	for _, common := range group.Common {
		row = append(row, gridCell{Text: line(common.Label)})
	}
	row = append(row, gridCell{Text: line(arm.Label), Swatch: true})
	difference, interval, mcNemar := "", "", ""
	k := slices.IndexFunc(group.Differences, func(d results.Difference) bool {
		return d.Arm == arm.Label && d.Signal == p.Signal
	})
	if k >= 0 {
		d := group.Differences[k]
		difference = signed(fmt.Sprintf("%+.3f", d.Difference))
		interval = signed(fmt.Sprintf("%+.3f to %+.3f", d.CI95[0], d.CI95[1]))
		mcNemar = optional(d.McNemar, func(x float64) string { return fmt.Sprintf("%.2g", x) })
	}
	row = append(row, cells(number(p.Signal), count(p.Toys), powerOf(arm.CellSummary, p),
		intervalOf(arm.CellSummary, p, p.CI68), difference, interval, mcNemar,
		optional(p.Oracle, fixed), medianZ(arm.CellSummary, p),
		fmt.Sprintf("%.3g", arm.Seconds))...)
	return gridRow{Arm: new(slices.Index(arms, arm.Label)), Cells: row}
}

// regretGrid returns how far the arms are from the best one in each group.
func regretGrid(c results.Comparison, r results.Regret, arms []string) *grid {
	g := grid{Caption: "Regret: the power of the best arm minus that of the arm", Sortable: true,
		Columns: slices.Concat(words("arm"), numbers("mean", "groups"))}
	for i, group := range r.Groups {
		name := fmt.Sprintf("group %d", i+1)
		if i < len(c.Groups) && len(c.Groups[i].Common) > 0 {
			name = results.Describe(c.Groups[i].Common)
		}
		g.Columns = append(g.Columns, numbers(fmt.Sprintf("%s, N_S = %v", name, group.Signal))...)
	}
	for _, row := range r.Rows {
		label := line(row.Label)
		if row.Limit {
			label += " (limit)"
		}
		all := append([]gridCell{{Text: label, Swatch: true}},
			cells(fixed(row.Mean), fmt.Sprint(row.Groups))...)
		for _, x := range row.Regrets {
			all = append(all, gridCell{Text: optional(x, fixed)})
		}
		g.Rows = append(g.Rows, gridRow{Arm: new(slices.Index(arms, row.Label)), Cells: all})
	}
	return &g
}

// costGrid returns power against time.
func costGrid(c results.Cost, arms []string) grid {
	g := grid{Caption: fmt.Sprintf("Mean power over %d groups, and time", len(c.Groups)),
		Sortable: true, Columns: append(words("arm"), numbers("mean power", "standard error",
			"s per toy")...)}
	for _, row := range c.Rows {
		g.Rows = append(g.Rows, gridRow{Arm: new(slices.Index(arms, row.Label)),
			Cells: append([]gridCell{{Text: line(row.Label), Swatch: true}}, cells(fixed(row.Power),
				fixed(row.SE), fmt.Sprintf("%.3g", row.Seconds))...)})
	}
	return g
}
