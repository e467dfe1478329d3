package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"sparker/results"
)

// newTable returns a table in the style of all commands: cells to the right, no color.
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
	layOut(t, columns)
	return t
}

// shownBy returns the cells of a row with the texts among them as a function writes them.
func shownBy(show func(string) string, cells table.Row) table.Row {
	row := make(table.Row, len(cells))
	for i, cell := range cells {
		if text, ok := cell.(string); ok {
			cell = show(text)
		}
		row[i] = cell
	}
	return row
}

// layOut sets the layout of the columns of a table. Texts are shown on one line.
func layOut(t table.Writer, columns []table.ColumnConfig) {
	shown := func(cell any) string { return lineOf(fmt.Sprint(cell)) }
	for i := range columns {
		columns[i].Transformer, columns[i].TransformerHeader = shown, shown
	}
	t.SetColumnConfigs(columns)
}

// cellHeader returns the header of a table of cells: their number, the axes, and other columns.
func cellHeader(axes []results.AxisRecord, columns ...any) []any {
	header := []any{"cell"}
	for _, axis := range axes {
		header = append(header, axis.Name)
	}
	return append(header, columns...)
}

// cellRow returns the beginning of the row of a cell: its number and its arms.
func cellRow(cell int, arms []results.ArmRecord) table.Row {
	return append(table.Row{cell}, labelsOf(arms)...)
}

// labelsOf returns the labels of arms as cells of a table.
func labelsOf(arms []results.ArmRecord) table.Row {
	var row table.Row
	for _, arm := range arms {
		row = append(row, arm.Label)
	}
	return row
}

// printSummary writes the power of every cell at every signal strength, the size of the null that
// it rests on, and the warnings.
func printSummary(w io.Writer, s results.Summary) {
	if len(s.Axes) == 0 && len(s.Cells) == 1 {
		printCell(w, s.Cells[0])
	} else {
		printCells(w, s)
	}
	printWarnings(w, s.Warnings)
}

// printCell writes a single experiment.
func printCell(w io.Writer, s results.CellSummary) {
	state := ""
	if !s.Complete {
		state = ", incomplete: toys are missing"
	}
	what := fmt.Sprintf("power at alpha = %v", s.Alpha)
	if len(s.Points) == 0 && s.Observed != nil {
		what = observedSample
	}
	fmt.Fprintf(w, "%s: %s%s\n", lineOf(s.Title()), what, state)
	if len(s.Points) > 0 {
		t := newTable("N_S", "toys", "power [68%]", "95%", "oracle", "median Z", "failed")
		for _, p := range s.Points {
			t.AppendRow(table.Row{p.Signal, p.Toys, power(s, p), interval95(s, p),
				oracle(p), medianPowerZ(s, p), p.Failed})
		}
		fmt.Fprintln(w, t.Render())
	} else if s.Observed == nil {
		fmt.Fprintln(w, "no alternative toys")
	}
	if s.Observed != nil {
		fmt.Fprintf(w, "observed, %s: %s\n", count(s.Observed.Events, "row"),
			verdict(*s.Observed, s.Null.Toys))
	}
	combined := "by " + s.Combine
	if len(s.Groups) > 0 {
		combined = "in " + count(len(s.Groups), "group")
	}
	fmt.Fprintf(w, "null: %s (%d failed, %d clamped); %s; scales combined %s\n",
		count(s.Null.Toys, "toy"), s.Null.Failed, s.Null.Clamped, attained(s), combined)
	printWarnings(w, s.Warnings)
}

// attained says which size the test has with its null toys. A few of them cannot have any.
func attained(s results.CellSummary) string {
	if s.AlphaAttained == 0 {
		return fmt.Sprintf("alpha %v cannot be attained with %s", s.Alpha,
			count(s.Null.Toys, "toy"))
	}
	return fmt.Sprintf("alpha %.4g attained, known to ± %.2g", s.AlphaAttained, s.AlphaError)
}

// observedSample is what a summary is about if there are no alternative toys.
const observedSample = "the observed sample"

// power returns the power of a cell at a signal strength, or a dash if it is not known: without a
// toy, and if every null fit failed.
func power(c results.CellSummary, p results.Point) string {
	if !c.HasPower(p) {
		return "-"
	}
	return fmt.Sprintf("%.3f %s", p.Power, interval(p.CI68))
}

// interval95 returns the 95% interval of the power, or a dash if the power is not known.
func interval95(c results.CellSummary, p results.Point) string {
	if !c.HasPower(p) {
		return "-"
	}
	return interval(p.CI95)
}

// medianPowerZ returns the significance at the median, or a dash if the power is not known.
func medianPowerZ(c results.CellSummary, p results.Point) string {
	if !c.HasPower(p) {
		return "-"
	}
	return medianZ(p)
}

// oracle returns the power of the likelihood ratio, or a dash if it is not known.
func oracle(p results.Point) string {
	if p.Oracle == nil {
		return "-"
	}
	return fmt.Sprintf("%.3f", *p.Oracle)
}

// medianZ returns the significance at the median. A sign marks a lower bound.
func medianZ(p results.Point) string {
	if p.MedianZBound {
		return fmt.Sprintf("> %.2f", p.MedianZ)
	}
	return fmt.Sprintf("%.2f", p.MedianZ)
}

// printCells writes the cells of a sweep: a row for each, in one table for all that have the same
// signal strengths.
func printCells(w io.Writer, s results.Summary) {
	what := "power [68%] against N_S"
	if !slices.ContainsFunc(s.Cells,
		func(c results.CellSummary) bool { return len(c.Points) > 0 }) {
		what = observedSample
	}
	fmt.Fprintf(w, "%s: %s\n", lineOf(s.Name), what)
	printed := map[string]bool{}
	for _, first := range s.Cells {
		same := strengths(first)
		if printed[same] {
			continue
		}
		printed[same] = true
		var columns []any
		for _, p := range first.Points {
			columns = append(columns, fmt.Sprintf("N_S = %v", p.Signal))
		}
		if first.Observed != nil {
			columns = append(columns, "observed p", "observed Z")
		}
		t := newTable(cellHeader(s.Axes, append(columns, "null", "warnings")...)...)
		for _, c := range s.Cells {
			if strengths(c) == same {
				t.AppendRow(summaryRow(c, first.Observed != nil))
			}
		}
		fmt.Fprintln(w, t.Render())
	}
}

// strengths returns the signal strengths of a cell as text.
func strengths(c results.CellSummary) string {
	var all []float64
	for _, p := range c.Points {
		all = append(all, p.Signal)
	}
	return fmt.Sprint(all)
}

// summaryRow returns the row of a cell in the table of a sweep, which may have columns for the
// observed sample.
func summaryRow(c results.CellSummary, hasObserved bool) table.Row {
	row := cellRow(c.Cell, c.Arms)
	for _, p := range c.Points {
		row = append(row, power(c, p))
	}
	if hasObserved {
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
	return append(row, null, len(c.Warnings))
}

func interval(i results.Interval) string { return fmt.Sprintf("[%.3f, %.3f]", i[0], i[1]) }

// printFit writes the statistics of a fit at every scale.
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
		fmt.Fprintf(w, " (%s)", lineOf(f.Reason))
	}
	fmt.Fprintf(w, "; %d clamped epochs\n", f.ClampedEpochs)
	printWarnings(w, f.Warnings)
}

// count returns a number of things, such as "1 row" or "2 rows".
func count(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return fmt.Sprintf("%d %s", n, thing)
}

// wrapped breaks a text into lines of at most width characters, except for longer words.
func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}
