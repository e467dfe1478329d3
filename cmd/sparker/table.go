package main

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"sparker/results"
)

// newTable is a table with the look that all commands share: numbers to the right, no colour.
func newTable(header ...any) table.Writer {
	t := table.NewWriter()
	t.SetStyle(table.StyleLight)
	t.Style().Format.Header = text.FormatDefault
	t.AppendHeader(header)
	columns := make([]table.ColumnConfig, len(header))
	for i := range header {
		columns[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignRight, AlignHeader: text.AlignRight}
	}
	t.SetColumnConfigs(columns)
	return t
}

// printSummary writes the power at every signal strength, the null that it rests on, and the warnings.
func printSummary(w io.Writer, s results.Summary) {
	state := ""
	if !s.Complete {
		state = ", incomplete: toys are missing"
	}
	fmt.Fprintf(w, "%s: power at alpha = %v%s\n", s.Name, s.Alpha, state)
	if len(s.Points) > 0 {
		t := newTable("N_S", "toys", "power [68%]", "95%", "oracle", "median Z", "failed")
		for _, p := range s.Points {
			oracle := "-"
			if p.Oracle != nil {
				oracle = fmt.Sprintf("%.3f", *p.Oracle)
			}
			z := fmt.Sprintf("%.2f", p.MedianZ)
			if p.MedianZBound {
				z = "> " + z
			}
			t.AppendRow(table.Row{p.Signal, p.Toys, fmt.Sprintf("%.3f %s", p.Power, interval(p.CI68)), interval(p.CI95), oracle, z, p.Failed})
		}
		fmt.Fprintln(w, t.Render())
	} else {
		fmt.Fprintln(w, "no alternative toys")
	}
	fmt.Fprintf(w, "null: %d toys (%d failed, %d clamped); alpha %.4g attained, known to ± %.2g; scales combined by %s\n",
		s.Null.Toys, s.Null.Failed, s.Null.Clamped, s.AlphaAttained, s.AlphaError, s.Combine)
	for _, warning := range s.Warnings {
		fmt.Fprintf(w, "warning: %s\n", warning)
	}
}

func interval(i results.Interval) string { return fmt.Sprintf("[%.3f, %.3f]", i[0], i[1]) }

// printFit writes the statistic of one fit at every scale.
func printFit(w io.Writer, f results.Fit) {
	unit := ""
	if f.LengthUnit != "" {
		unit = " (" + f.LengthUnit + ")"
	}
	t := newTable("epoch", "sigma"+unit, "t")
	for _, c := range f.Statistics {
		t.AppendRow(table.Row{c.Epoch, fmt.Sprintf("%.6g", c.Sigma), fmt.Sprintf("%.6g", c.T)})
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
