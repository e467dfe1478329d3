package plots

import (
	"slices"

	"sparker/findings"
	"sparker/results"
)

// powerTable has a row for each point of some curves, at the given N_S or, if there are none, at
// all. The settings of a cell have columns of their own.
func powerTable(curves []cellCurve, signals []float64) table {
	axes := axesOf(curves)
	header := append(slices.Clone(axes), "N_S", "toys", "power", "low 68%", "high 68%", "oracle",
		"alpha")
	t := table{header: header}
	for _, s := range curves {
		for _, p := range s.points {
			if signals == nil || slices.Contains(signals, p.Signal) {
				t.add(append(settingCells(axes, s.cell), p.Signal, p.Toys, p.Power, p.CI68[0],
					p.CI68[1], cell(p.Oracle), s.cell.Alpha)...)
			}
		}
	}
	return t
}

// axesOf are the axes on which some cells are, in the order of their appearance.
func axesOf(curves []cellCurve) (axes []string) {
	for _, s := range curves {
		for _, a := range s.cell.Arms {
			if !slices.Contains(axes, a.Axis) {
				axes = append(axes, a.Axis)
			}
		}
	}
	return axes
}

// settingCells are the labels of a cell on the axes.
func settingCells(axes []string, c results.CellSummary) (cells []any) {
	for _, axis := range axes {
		var label any
		for _, a := range c.Arms {
			if a.Axis == axis {
				label = a.Label
			}
		}
		cells = append(cells, label)
	}
	return cells
}

// foundTable has what the kernels found against the values of an axis.
func foundTable(axis string, c chosen, injected trend, signals []float64) table {
	t := newTable(axis, "N_S", "bumps found", "low", "high", "crowded kernels", "bumps injected")
	for _, signal := range signals {
		found, crowded := c.along(signal, foundMean), c.along(signal, foundCrowded)
		for i, x := range found.x {
			var bumps any
			if k := slices.Index(injected.x, x); k >= 0 {
				bumps = injected.y[k]
			}
			t.add(x, signal, found.y[i], found.low[i], found.high[i], crowded.y[i], bumps)
		}
	}
	return t
}

// groupTable has the power of the whole test and of the groups that are shown.
func groupTable(s cellCurve, groups []results.GroupRecord, shown []int) table {
	t := newTable("group", "N_S", "toys", "power", "low 68%", "high 68%")
	for _, p := range s.points {
		t.add(wholeLabel, p.Signal, p.Toys, p.Power, p.CI68[0], p.CI68[1])
	}
	for _, i := range shown {
		for _, p := range s.points {
			t.add(groups[i].Name, p.Signal, p.Toys, p.GroupPower[i], nil, nil)
		}
	}
	return t
}

// valueTable has p-values by their titles.
func valueTable(titles []string, values []float64) table {
	t := newTable("group", "p")
	for i, title := range titles {
		t.add(title, values[i])
	}
	return t
}

// differenceTable has a row for each difference of a comparison that has toys.
func differenceTable(c results.Comparison) table {
	t := newTable("settings", "arm", "N_S", "toys", "power", "baseline", "difference",
		"low 95%", "high 95%")
	for _, g := range c.Groups {
		for _, d := range g.Differences {
			if d.Toys > 0 {
				t.add(results.Describe(g.Common), d.Arm, d.Signal, d.Toys, d.Power, d.Baseline,
					d.Difference, d.CI95[0], d.CI95[1])
			}
		}
	}
	return t
}

// regretTable has the regret of each row in each group, and the means.
func regretTable(c contest) table {
	t := newTable("settings", "N_S", "best power", "arm", "regret", "groups")
	for _, row := range c.rows {
		for k, v := range row.Regrets {
			g := c.c.Regret.Groups[k]
			t.add(c.names[k], g.Signal, g.Power, row.Label, cell(v), nil)
		}
		if row.Groups > 0 {
			t.add("mean", nil, nil, row.Label, row.Mean, row.Groups)
		}
	}
	return t
}

// costTable has the points of power against cost.
func costTable(rows, front []results.CostRow, oracle *float64) table {
	t := newTable("arm", "median seconds per toy", "mean power", "standard error",
		"best for its cost")
	for _, r := range rows {
		best := 0
		if slices.Contains(front, r) {
			best = 1
		}
		t.add(r.Label, r.Seconds, r.Power, r.SE, best)
	}
	if oracle != nil {
		t.add("oracle", nil, *oracle, nil, nil)
	}
	return t
}

// featureTable has the columns in which the members of kernels differ.
func featureTable(kernels []findings.Finding) table {
	t := newTable("kernel", "column", "from the mean of R [std. dev. of R]",
		"standard error", "from nearby R [std. dev. of R]", "standard error nearby")
	for _, k := range kernels {
		for _, q := range union(k.Bulk, k.Local) {
			t.add(k.Kernel, q.Name, q.Bulk, k.Noise, cell(q.Local), cell(q.LocalError))
		}
	}
	return t
}

// sheetTable names the rows of a contact sheet.
func sheetTable(kernels []findings.Finding) table {
	t := newTable("kernel", "row", "id", "image", "phi")
	for _, k := range kernels {
		for _, m := range sheetMembers(k) {
			t.add(k.Kernel, m.Row, m.ID, m.Image, m.Weight)
		}
	}
	return t
}
