package report

import (
	"fmt"
	"math"
	"slices"

	"sparker/results"
)

// powerOf returns the power at a point, or a dash if it is not known: without a toy, and if every
// null fit failed.
func powerOf(c results.CellSummary, p results.Point) string {
	if !known(c, p) {
		return "–"
	}
	return fixed(p.Power)
}

// intervalOf returns an interval of the power, or a dash if the power is not known.
func intervalOf(c results.CellSummary, p results.Point, i results.Interval) string {
	if !known(c, p) {
		return "–"
	}
	return between(i[0], i[1])
}

func known(c results.CellSummary, p results.Point) bool {
	return c.HasPower(p)
}

// medianZ returns the significance at the median, or its bound. It is a dash if the power is not
// known.
func medianZ(c results.CellSummary, p results.Point) string {
	if !known(c, p) {
		return "–"
	}
	z := signed(fmt.Sprintf("%.2f", math.Round(100*p.MedianZ)/100+0))
	if p.MedianZBound {
		return "> " + z
	}
	return z
}

// observedP and observedZ return the p-value of an observed sample and its significance, or a dash.
func observedP(o results.ObservedSummary) string {
	switch {
	case o.P == nil:
		return "–"
	case o.Useless():
		return fmt.Sprintf("%.3g (of no use)", *o.P)
	case o.ZBound:
		return fmt.Sprintf("≤ %.3g", *o.P)
	}
	return fmt.Sprintf("%.3g", *o.P)
}

func observedZ(o results.ObservedSummary) string {
	switch {
	case o.Z == nil:
		return "–"
	case o.ZBound:
		return signed(fmt.Sprintf("> %.2f", *o.Z))
	}
	return signed(fmt.Sprintf("%.2f", math.Round(100**o.Z)/100+0))
}

// pointGrid returns the power of a cell at every signal strength; nil without strengths.
func pointGrid(c results.CellSummary) *grid {
	if len(c.Points) == 0 {
		return nil
	}
	g := grid{Caption: fmt.Sprintf("Power at alpha = %v", c.Alpha), Columns: numbers("N_S", "toys",
		"power", "68% interval", "95% interval", "oracle", "median Z", "failed")}
	hasFound := slices.ContainsFunc(c.Points,
		func(p results.Point) bool { return p.Places != nil })
	if hasFound {
		g.Columns = append(g.Columns, numbers("first place significant")...)
	}
	for _, p := range c.Points {
		row := cells(number(p.Signal), count(p.Toys), powerOf(c, p), intervalOf(c, p, p.CI68),
			intervalOf(c, p, p.CI95), optional(p.Oracle, fixed), medianZ(c, p),
			fmt.Sprint(p.Failed))
		if hasFound {
			text := "–"
			if p.Places != nil {
				text = fixed(p.Places.Power)
			}
			row = append(row, gridCell{Text: text})
		}
		g.Rows = append(g.Rows, gridRow{Cells: row})
	}
	return &g
}

// groupGrid returns the groups of statistics of a cell: their p-values for an observed sample, and
// their powers. It is nil without groups.
func groupGrid(c results.CellSummary) *grid {
	if len(c.Groups) == 0 {
		return nil
	}
	g := grid{Caption: "Groups of statistics, each alone, for information",
		Columns: slices.Concat(words("group"), numbers("weight", "scales"), words("combined by"))}
	observed := c.Observed != nil && c.Observed.P != nil &&
		len(c.Observed.Groups) == len(c.Groups)
	if observed {
		g.Columns = append(g.Columns, numbers("p")...)
	}
	for _, p := range c.Points {
		if known(c, p) && len(p.GroupPower) == len(c.Groups) {
			g.Columns = append(g.Columns, numbers("power at N_S = "+number(p.Signal))...)
		}
	}
	for i, group := range c.Groups {
		row := cells(line(group.Name), fmt.Sprintf("%.3g", group.Weight),
			fmt.Sprint(len(group.Scales)), line(group.Combine))
		if observed {
			row = append(row, gridCell{Text: fmt.Sprintf("%.3g", c.Observed.Groups[i].P)})
		}
		for _, p := range c.Points {
			if known(c, p) && len(p.GroupPower) == len(c.Groups) {
				row = append(row, gridCell{Text: fixed(p.GroupPower[i])})
			}
		}
		g.Rows = append(g.Rows, gridRow{Cells: row})
	}
	return &g
}

// scaleGrid returns the statistics of a cell: their values and p-values for an observed sample,
// and their distribution under the null hypothesis.
func scaleGrid(c results.CellSummary) *grid {
	if len(c.Scales) == 0 {
		return nil
	}
	g := grid{Caption: "Statistics, each alone, for information", Sortable: true,
		Columns: slices.Concat(words("statistic"), numbers("epoch", "sigma"))}
	o := c.Observed
	observed := o != nil && len(o.T) == len(c.Scales)
	if observed {
		g.Columns = append(g.Columns, numbers("observed", "p")...)
	}
	g.Columns = append(g.Columns, numbers("null mean", "null sd")...)
	for _, p := range c.Points {
		if known(c, p) && len(p.ScalePower) == len(c.Scales) {
			g.Columns = append(g.Columns, numbers("power at N_S = "+number(p.Signal))...)
		}
	}
	for i, s := range c.Scales {
		epoch, sigma := "–", "–"
		if s.Epoch > 0 {
			epoch, sigma = fmt.Sprint(s.Epoch), number(s.Sigma)
		}
		row := cells(line(s.Label()), epoch, sigma)
		if observed {
			p := "–"
			if len(o.ScaleP) == len(c.Scales) {
				p = fmt.Sprintf("%.3g", o.ScaleP[i])
			}
			row = append(row, cells(number(o.T[i]), p)...)
		}
		row = append(row, cells(number(s.Mean), number(s.SD))...)
		for _, p := range c.Points {
			if known(c, p) && len(p.ScalePower) == len(c.Scales) {
				row = append(row, gridCell{Text: fixed(p.ScalePower[i])})
			}
		}
		g.Rows = append(g.Rows, gridRow{Cells: row})
	}
	return &g
}

// cellGrids returns the cells of a sweep, one table for all that have the same signal strengths.
func cellGrids(s results.Summary) (all []grid) {
	taken := map[string]bool{}
	for _, first := range s.Cells {
		same := strengths(first)
		if taken[same] {
			continue
		}
		taken[same] = true
		all = append(all, cellGrid(s, first))
	}
	return all
}

// strengths returns the signal strengths of a cell as text, and whether it has an observed sample.
func strengths(c results.CellSummary) string {
	var all []float64
	for _, p := range c.Points {
		all = append(all, p.Signal)
	}
	return fmt.Sprint(all, c.Observed != nil)
}

// cellGrid returns the cells that have the strengths of the first one.
func cellGrid(s results.Summary, first results.CellSummary) grid {
	g := grid{Caption: fmt.Sprintf("Power at alpha = %v", first.Alpha), Sortable: true,
		Columns: numbers("cell")}
	if len(first.Points) > 0 {
		g.Caption += ", with 95% intervals"
	} else {
		g.Caption = "Tests of the observed sample"
	}
	for _, a := range first.Arms {
		g.Columns = append(g.Columns, words(a.Axis)...)
	}
	if first.Observed != nil {
		g.Columns = append(g.Columns, numbers("p", "Z")...)
	}
	for _, p := range first.Points {
		g.Columns = append(g.Columns, numbers("N_S = "+number(p.Signal))...)
	}
	g.Columns = append(g.Columns, numbers("null toys", "warnings")...)
	for _, c := range s.Cells {
		if strengths(c) != strengths(first) {
			continue
		}
		row := []gridCell{{Text: fmt.Sprint(c.Cell), Link: cellID(c.Cell)}}
		for _, arm := range c.Arms {
			row = append(row, gridCell{Text: line(arm.Label)})
		}
		if c.Observed != nil {
			row = append(row, cells(observedP(*c.Observed), observedZ(*c.Observed))...)
		}
		for _, p := range c.Points {
			text := powerOf(c, p)
			if known(c, p) {
				text += " (" + intervalOf(c, p, p.CI95) + ")"
			}
			row = append(row, gridCell{Text: text})
		}
		null := count(c.Null.Toys)
		if !c.Complete {
			null += " (partial)"
		}
		g.Rows = append(g.Rows, gridRow{Cells: append(row, cells(null,
			fmt.Sprint(len(c.Warnings)))...)})
	}
	return g
}

// cellID returns the id of the section of a cell.
func cellID(cell int) string { return fmt.Sprintf("cell-%d", cell) }
