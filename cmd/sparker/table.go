package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"sparker/results"
)

// newTable is a table with the look that all commands share: numbers to the right, no color.
func newTable(header ...any) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(header)
	columns := make([]table.ColumnConfig, len(header))
	for i := range header {
		columns[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignRight,
			AlignHeader: text.AlignRight}
	}
	t.SetColumnConfigs(columns)
	return t
}

// printSummary writes the power of every cell at every signal strength, the null that it rests on,
// and the warnings.
func printSummary(w io.Writer, s results.Summary) {
	if len(s.Axes) == 0 && len(s.Cells) == 1 {
		printCell(w, s.Cells[0])
	} else {
		printCells(w, s)
	}
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

// printCell writes a single experiment.
func printCell(w io.Writer, s results.CellSummary) {
	state := ""
	if !s.Complete {
		state = ", incomplete: toys are missing"
	}
	what := fmt.Sprintf("power at alpha = %v", s.Alpha)
	if len(s.Points) == 0 && s.Observed != nil {
		what = "the observed sample"
	}
	fmt.Fprintf(w, "%s: %s%s\n", s.Title(), what, state)
	if len(s.Points) > 0 {
		t := newTable("N_S", "toys", "power [68%]", "95%", "oracle", "median Z", "failed")
		for _, p := range s.Points {
			t.AppendRow(table.Row{p.Signal, p.Toys, fmt.Sprintf("%.3f %s", p.Power,
				interval(p.CI68)), interval(p.CI95), oracle(p), medianZ(p), p.Failed})
		}
		fmt.Fprintln(w, t.Render())
	} else if s.Observed == nil {
		fmt.Fprintln(w, "no alternative toys")
	}
	if s.Observed != nil {
		fmt.Fprintf(w, "observed, %d rows: %s\n", s.Observed.Events,
			verdict(*s.Observed, s.Null.Toys))
	}
	fmt.Fprintf(w, "null: %d toys (%d failed, %d clamped); alpha %.4g attained, known to ± "+
		"%.2g; scales combined by %s\n",
		s.Null.Toys, s.Null.Failed, s.Null.Clamped, s.AlphaAttained, s.AlphaError, s.Combine)
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

// oracle is the power of the likelihood ratio, or a dash.
func oracle(p results.Point) string {
	if p.Oracle == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *p.Oracle)
}

// medianZ is the significance at the median, with a mark where it is a bound.
func medianZ(p results.Point) string {
	if p.MedianZBound {
		return fmt.Sprintf("> %.2f", p.MedianZ)
	}
	return fmt.Sprintf("%.2f", p.MedianZ)
}

// printCells writes the cells of a sweep: a row for each, and a table for all that have the same
// strengths.
func printCells(w io.Writer, s results.Summary) {
	what := "power [68%] against N_S"
	if !slices.ContainsFunc(
		s.Cells, func(c results.CellSummary) bool { return len(c.Points) > 0 }) {
		what = "the observed sample"
	}
	fmt.Fprintf(w, "%s: %s\n", s.Name, what)
	strengths := func(c results.CellSummary) string {
		var all []float64
		for _, p := range c.Points {
			all = append(all, p.Signal)
		}
		return fmt.Sprint(all)
	}
	printed := map[string]bool{}
	for _, first := range s.Cells {
		same := strengths(first)
		if printed[same] {
			continue
		}
		printed[same] = true
		header := []any{"cell"}
		for _, axis := range s.Axes {
			header = append(header, axis.Name)
		}
		for _, p := range first.Points {
			header = append(header, fmt.Sprintf("N_S = %v", p.Signal))
		}
		if first.Observed != nil {
			header = append(header, "observed p", "observed Z")
		}
		t := newTable(append(header, "null", "warnings")...)
		for _, c := range s.Cells {
			if strengths(c) != same {
				continue
			}
			row := table.Row{c.Cell}
			for _, setting := range c.Arms {
				row = append(row, setting.Label)
			}
			for _, p := range c.Points {
				power := "-"
				if p.Toys > 0 {
					power = fmt.Sprintf("%.3f %s", p.Power, interval(p.CI68))
				}
				row = append(row, power)
			}
			if first.Observed != nil {
				p, z := "-", "-"
				if c.Observed != nil {
					p, z = observedP(*c.Observed), observedZ(*c.Observed)
				}
				row = append(row, p, z)
			}
			null := fmt.Sprint(c.Null.Toys)
			if !c.Complete {
				null += " (partial)"
			}
			t.AppendRow(append(row, null, len(c.Warnings)))
		}
		fmt.Fprintln(w, t.Render())
	}
}

func interval(i results.Interval) string { return fmt.Sprintf("[%.3f, %.3f]", i[0], i[1]) }

// printFit writes the statistic of one fit at every scale.
func printFit(w io.Writer, f results.FitRecord) {
	unit := ""
	if f.LengthUnit != "" {
		unit = " (" + f.LengthUnit + ")"
	}
	header := []any{"epoch", "sigma" + unit, "t"}
	if len(f.Lead) > 0 {
		header = append(header, "lead")
	}
	t := newTable(header...)
	for i, c := range f.Statistics {
		row := table.Row{c.Epoch, fmt.Sprintf("%.6g", c.Sigma), fmt.Sprintf("%.6g", c.T)}
		if i < len(f.Lead) {
			row = append(row, fmt.Sprintf("%.6g", f.Lead[i].T))
		}
		t.AppendRow(row)
	}
	fmt.Fprintln(w, t.Render())
	fmt.Fprintf(w, "status: %s", f.Status)
	if f.Reason != "" {
		fmt.Fprintf(w, " (%s)", f.Reason)
	}
	fmt.Fprintf(w, "; %d clamped epochs\n", f.ClampedEpochs)
	for _, warning := range f.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}
