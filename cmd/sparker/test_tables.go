package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"
	"github.com/jedib0t/go-pretty/v6/text"

	"sparker/findings"
	"sparker/results"
)

// printTables writes the tables behind the answers: the statistics of a test at every scale and,
// below them, what each kernel holds.
func printTables(w io.Writer, cells []testedCell) {
	for _, c := range cells {
		if len(cells) > 1 {
			fmt.Fprintf(w, "cell %d, %s\n", c.summary.Cell, lineOf(c.summary.Title()))
		}
		if c.findings != nil && len(c.findings.Places) > 0 {
			printPlaces(w, c.findings.Places)
		}
		printScales(w, c)
		if c.findings != nil {
			printFindings(w, *c.findings)
		}
	}
}

// printPlaces writes a row for each place, the most significant first.
func printPlaces(w io.Writer, places []findings.Place) {
	fmt.Fprintln(w, "the places, each at the width at which it is most significant, and the "+
		"widths at which it is found; Z is local")
	t := newTable("place", "excess", "data", "expected", "local Z", "p_place", "sigma", "found at",
		"kernels")
	for _, p := range places {
		pPlace := "-"
		if p.P != nil {
			pPlace = fmt.Sprintf("%.3g", *p.P)
		}
		kernels := make([]string, len(p.Kernels))
		for i, k := range p.Kernels {
			kernels[i] = fmt.Sprint(k)
		}
		t.AppendRow(table.Row{p.Number, fmt.Sprintf("%+.1f", p.Excess),
			fmt.Sprintf("%.1f", p.Data), fmt.Sprintf("%.1f", p.Expected),
			fmt.Sprintf("%.1f", p.Z), pPlace, fmt.Sprintf("%.3g", p.Sigma), foundAt(p),
			strings.Join(kernels, ", ")})
	}
	fmt.Fprintln(w, t.Render())
}

// foundAt names the widths at which a place is found: the widest and the narrowest.
func foundAt(p findings.Place) string {
	first, last := p.Persists[0], p.Persists[len(p.Persists)-1]
	if len(p.Persists) == 1 {
		return fmt.Sprintf("%.3g", first.Sigma)
	}
	return fmt.Sprintf("%.3g to %.3g (%d)", first.Sigma, last.Sigma, len(p.Persists))
}

// printScales writes the statistics of a test. If they form groups, there is a row for each group,
// and for the statistic of each group that says most.
func printScales(w io.Writer, c testedCell) {
	s, observed := c.summary, c.summary.Observed
	shown := c.shownScales()
	if len(s.Groups) > 0 {
		printGroups(w, s)
		fmt.Fprintf(w, "of each group, the statistic that says most (%d of %d; --json prints "+
			"all)\n", len(shown), len(s.Scales))
	}
	t := newTable("sigma", "statistic", "observed", "null mean", "p alone")
	for _, i := range shown {
		scale := s.Scales[i]
		sigma, value, alone := "-", "-", "-"
		if scale.Sigma != 0 { // a test that has no width has 0
			sigma = fmt.Sprintf("%.4g", scale.Sigma)
		}
		if i < len(observed.T) {
			value = fmt.Sprintf("%.4g", observed.T[i])
		}
		if i < len(observed.ScaleP) {
			alone = fmt.Sprintf("%.4g", observed.ScaleP[i])
		}
		t.AppendRow(table.Row{sigma, scale.Label(), value, fmt.Sprintf("%.4g", scale.Mean), alone})
	}
	fmt.Fprintln(w, t.Render())
}

// printGroups writes a row for each group of the statistics of a test.
func printGroups(w io.Writer, s results.CellSummary) {
	t := newTable("group", "weight", "p alone")
	for i, g := range s.Groups {
		alone := "-"
		if i < len(s.Observed.Groups) {
			alone = fmt.Sprintf("%.4g", s.Observed.Groups[i].P)
		}
		t.AppendRow(table.Row{lineOf(g.Name), fmt.Sprintf("%.4g", g.Weight), alone})
	}
	fmt.Fprintln(w, t.Render())
}

// shownScales returns the indices of the statistics that are printed: all of them or, if they form
// groups, the most telling one of each group.
func (c testedCell) shownScales() (shown []int) {
	s, observed := c.summary, c.summary.Observed
	if len(s.Groups) == 0 || len(observed.ScaleP) == 0 {
		for i := range s.Scales {
			shown = append(shown, i)
		}
		return shown
	}
	for _, g := range s.Groups {
		var evidence []findings.ScaleEvidence
		for _, i := range g.Scales {
			evidence = append(evidence, findings.ScaleEvidence{T: observed.T[i],
				P: observed.ScaleP[i], NullMean: s.Scales[i].Mean, NullSD: s.Scales[i].SD})
		}
		if best := g.Scales[findings.MostTelling(evidence)]; !slices.Contains(shown, best) {
			shown = append(shown, best)
		}
	}
	return shown
}

// printFindings writes a row for each kernel, the most significant first.
func printFindings(w io.Writer, f findings.Findings) {
	kernels := "the kernels"
	if f.Member != "" {
		kernels += " of " + lineOf(f.Member)
	}
	fmt.Fprintf(w, "what %s hold at sigma = %.3g (%s); Z is local, and only the p-value above "+
		"counts\n", kernels, f.Sigma, f.LengthUnit)
	header := []any{"kernel", "coefficient", "data", "expected", "local Z", "nearest rows",
		"differs in"}
	t := newTable(header...)
	layout := make([]table.ColumnConfig, len(header))
	for i := range layout {
		layout[i] = table.ColumnConfig{Number: i + 1, Align: text.AlignRight,
			AlignHeader: text.AlignRight, WidthMax: printedWidth, WidthMaxEnforcer: text.WrapSoft}
	}
	layOut(t, layout)
	for _, k := range f.Kernels {
		var rows, columns []string
		for _, m := range k.Nearest[:min(4, len(k.Nearest))] {
			rows = append(rows, m.Name())
		}
		for _, c := range k.Bulk[:min(3, len(k.Bulk))] {
			columns = append(columns, c.Difference())
		}
		t.AppendRow(table.Row{k.Kernel, fmt.Sprintf("%.3g", k.Coefficient),
			fmt.Sprintf("%.1f", k.Soft.Data), fmt.Sprintf("%.1f", k.Soft.Expected),
			fmt.Sprintf("%.1f", k.Soft.Z), strings.Join(rows, ", "), strings.Join(columns, ", ")})
	}
	fmt.Fprintln(w, t.Render())
	for _, note := range f.KernelNotes {
		fmt.Fprintf(w, "note: %s\n", lineOf(note))
	}
}

// printedWidth is the number of columns of a cell of the table of kernels, which breaks longer
// lists.
const printedWidth = 48
