package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"

	"sparker/configs"
	"sparker/findings"
	"sparker/internal/clean"
	"sparker/results"
	"sparker/stats"
)

// answerWidth is the number of characters of a line of an answer.
const answerWidth = 100

// printAnswers writes what a test says, the verdict first: one sentence with the p-value and what
// was compared, a sentence for each place, and the warnings. Of several tests of a sample, a table
// has the p-values.
func printAnswers(w io.Writer, summary results.Summary, cells []testedCell) {
	if len(cells) > 1 {
		printSeveral(w, summary, cells)
		return
	}
	c := cells[0]
	printWrapped(w, c.sentence())
	printWrapped(w, c.calibration())
	if text := c.extrapolation(); text != "" {
		printWrapped(w, text)
	}
	for _, line := range c.nuisances() {
		printWrapped(w, line)
	}
	printWhere(w, c)
	printWarnings(w, c.printedWarnings())
}

// printWhere writes a sentence for each place, and one for the list of rows.
func printWhere(w io.Writer, c testedCell) {
	for _, line := range c.places() {
		printWrapped(w, line)
	}
	if c.rows != nil {
		printWrapped(w, c.rows.String())
	}
}

// places returns a sentence for each significant place, with the texts of its rows. If no place is
// significant, there is a sentence for the first one.
func (c testedCell) places() (lines []string) {
	if c.findings == nil || c.summary.Observed.Status != results.StatusOK {
		return nil
	}
	for _, p := range c.findings.Places {
		if p.P == nil || *p.P > c.summary.Alpha {
			break // they are sorted by p
		}
		lines = append(lines, fmt.Sprintf("place %d: %v", p.Number, p))
		lines = append(lines, texts(p)...)
	}
	if first := c.findings.Places; len(lines) == 0 && len(first) > 0 {
		lines = append([]string{fmt.Sprintf("no place stands out; the first is %v", first[0])},
			texts(first[0])...)
	}
	return lines
}

// printedRows is the number of rows of a place whose texts are shown.
const printedRows = 3

// texts returns a line for each text of the first rows of a place.
func texts(p findings.Place) (lines []string) {
	for _, m := range p.Nearest[:min(printedRows, len(p.Nearest))] {
		if m.Text != "" {
			lines = append(lines, fmt.Sprintf("place %d, row %d: %s", p.Number, m.Row,
				clean.Line(m.Text, printedText)))
		}
	}
	return lines
}

// printedText is the number of characters of a text on the terminal.
const printedText = 100

// printedWarnings returns the warnings without those about what was found, unless the samples
// differ.
func (c testedCell) printedWarnings() []string {
	if !c.differs() {
		c.findings = nil
	}
	return c.warnings()
}

// extrapolation says which p-value the toys extrapolate to, or why there is none. It is empty if
// nobody asked.
func (c testedCell) extrapolation() string {
	e := c.summary.Observed.Extrapolated
	switch {
	case e == nil:
		return ""
	case e.P == nil:
		return "no p (extrapolated): " + e.Reason
	}
	return fmt.Sprintf("p (extrapolated) = %.2g, Z = %.2f (95%% interval of p: %.2g to %.2g), if "+
		"the tail of the null toys goes on as it is", *e.P, *e.Z, e.Interval[0], e.Interval[1])
}

// printWrapped writes a text in lines of at most answerWidth characters.
func printWrapped(w io.Writer, text string) {
	for i, line := range wrapped(text, answerWidth) {
		if i > 0 {
			line = "  " + line
		}
		fmt.Fprintln(w, line)
	}
}

// sentence says in one sentence whether the samples differ, and what was compared.
func (c testedCell) sentence() string {
	o := *c.summary.Observed
	if o.Status != results.StatusOK {
		return verdictOfP(o, c.summary.Null.Toys)
	}
	v := findings.Verdict{P: *o.P, Z: *o.Z, Bound: o.ZBound, Alpha: c.summary.Alpha,
		Data: c.names.data, DataRows: o.Events, Reference: c.names.reference,
		ReferenceRows: c.cell.Pools.Reference}
	if f := c.findings; f != nil {
		v.EffectiveData = f.EffectiveDataRows
		// findings also weigh rows by nuisance parameters
		if c.experiment.Data.Files.WeighsReference() {
			v.EffectiveReference = f.EffectiveReferenceRows
		}
	}
	for _, column := range c.cell.Columns {
		v.Columns = append(v.Columns, column.Name)
	}
	if d := c.experiment.Data; d.Counting != countingShape {
		v.Expected = cmp.Or(d.Expected, c.cell.Pools.Expected)
	}
	if o.Useless() {
		return v.String() + "; p is " + useless(o)
	}
	return v.String()
}

// countingShape is the counting in which the number of data rows carries no information.
const countingShape = "shape"

// differs reports whether the p-value is at most alpha.
func (c testedCell) differs() bool {
	o := c.summary.Observed
	return o.Status == results.StatusOK && *o.P <= c.summary.Alpha
}

// toys counts the toys that the p-value was calibrated on.
func (c testedCell) toys() string {
	return fmt.Sprintf("%s by %s", count(c.summary.Null.Toys, "null toy"),
		c.cell.Pools.Calibration)
}

// calibration says what the p-value was calibrated on, whether it is a bound, and how sure the
// decision is if the toys decided about their number.
func (c testedCell) calibration() string {
	text := c.toys()
	o := *c.summary.Observed
	if o.Status != results.StatusOK {
		return text
	}
	if o.ZBound {
		text += ", none of them as extreme as the data"
	}
	switch stats.Stop(o.Stopped) {
	case stats.StopLow, stats.StopHigh:
		return text + fmt.Sprintf("; more toys would change the decision with a probability "+
			"below %v", stats.ResamplingRisk)
	case stats.StopMaximum:
		return text + ", the largest number: too few to be sure of the decision; --max-toys " +
			"allows more"
	case stats.StopTime:
		return text + ", as many as there was time for: more could change the decision"
	}
	if o.ZBound {
		text += ": more toys can lower p"
	}
	return text
}

// warnings returns the warnings of a test and of its findings, each once.
func (c testedCell) warnings() []string {
	list := []string{}
	add := func(warnings []string) {
		for _, warning := range warnings {
			if !slices.Contains(list, warning) {
				list = append(list, warning)
			}
		}
	}
	add(c.summary.Warnings)
	if c.findings != nil {
		add(c.findings.Warnings)
	}
	if c.rows != nil {
		add(c.rows.Warnings)
	}
	return list
}

// sampleNames are the names of the two samples in an answer.
type sampleNames struct{ reference, data string }

// namesOf returns the names of the samples that the flags of test choose.
func namesOf(files configs.TestFiles) sampleNames {
	return sampleNames{referenceName(files),
		sampleName(files.Data, files.DataRows)}
}

// printSeveral writes a row for each of several tests, and each of their warnings once.
func printSeveral(w io.Writer, summary results.Summary, cells []testedCell) {
	printOnce(w, cells, func(c testedCell) []string { return []string{c.sizes()} })
	t := newTable(cellHeader(summary.Axes, "p", "Z")...)
	for _, c := range cells {
		t.AppendRow(append(cellRow(c.summary.Cell, c.summary.Arms),
			observedP(*c.summary.Observed), observedZ(*c.summary.Observed)))
	}
	fmt.Fprintln(w, t.Render())
	fmt.Fprintf(w, "%d tests of one sample: the smallest of their p-values is not a p-value of "+
		"the sample\n", len(cells))
	for _, c := range cells {
		if len(c.places()) > 0 || c.rows != nil {
			fmt.Fprintf(w, "cell %d, %s\n", c.summary.Cell, lineOf(c.summary.Title()))
			printWhere(w, c)
		}
	}
	printOnce(w, cells, func(c testedCell) []string {
		var warnings []string
		if o := c.summary.Observed; o.Status != results.StatusOK || o.Useless() {
			warnings = append(warnings, "warning: "+verdict(*o, c.summary.Null.Toys))
		}
		for _, warning := range c.printedWarnings() {
			warnings = append(warnings, "warning: "+lineOf(warning))
		}
		return warnings
	})
	printWarnings(w, summary.Warnings)
}

// sizes returns a line with the sizes of the samples and the number of toys.
func (c testedCell) sizes() string {
	return fmt.Sprintf("%s of %s against %s of %s, %s; %s",
		count(c.summary.Observed.Events, "row"), lineOf(c.names.data),
		count(c.cell.Pools.Reference, "row"), lineOf(c.names.reference),
		count(len(c.cell.Columns), "column"), c.toys())
}

// printOnce writes each line of several cells once. A line that not all cells have names its cells.
func printOnce(w io.Writer, cells []testedCell, linesOf func(testedCell) []string) {
	var lines []string
	owners := map[string][]string{}
	for _, c := range cells {
		for _, line := range linesOf(c) {
			if owners[line] == nil {
				lines = append(lines, line)
			}
			owners[line] = append(owners[line], fmt.Sprint(c.summary.Cell))
		}
	}
	for _, line := range lines {
		if of := owners[line]; len(of) < len(cells) {
			line += fmt.Sprintf(" (cell %s)", strings.Join(of, ", "))
		}
		fmt.Fprintln(w, line)
	}
}

// verdict returns the global p-value of an observed sample in words.
func verdict(o results.ObservedSummary, toys int) string {
	text := verdictOfP(o, toys)
	if o.Status == results.StatusOK && o.Useless() {
		return text + ": " + useless(o)
	}
	return text
}

// useless says why the p-value of a sample is of no use.
func useless(o results.ObservedSummary) string {
	return fmt.Sprintf("of no use, because %d of the %d observed rows are also in the reference; "+
		"--shared drop tests the others", o.Shared, o.Events)
}

// verdictOfP returns the p-value of an observed sample in words.
func verdictOfP(o results.ObservedSummary, toys int) string {
	switch {
	case o.Status == results.StatusTooManyFailures:
		return "no p-value: " + o.Reason
	case o.Status != results.StatusOK:
		return fmt.Sprintf("no p-value: the test of the observed sample failed (%s)",
			lineOf(o.Reason))
	case o.ZBound && o.Stopped != "":
		return fmt.Sprintf("p <= %.3g: none of the %d toys was as extreme; Z > %.2f", *o.P, toys,
			*o.Z)
	case o.ZBound:
		return fmt.Sprintf("p <= %.3g: none of the %d toys was as extreme; Z > %.2f (more toys "+
			"can lower p)", *o.P, toys, *o.Z)
	default:
		return fmt.Sprintf("p = %.3g, Z = %.2f", *o.P, *o.Z)
	}
}

// observedP returns the p-value of an observed sample as the cell of a table.
func observedP(o results.ObservedSummary) string {
	switch {
	case o.Status != results.StatusOK:
		return "-"
	case o.ZBound:
		return fmt.Sprintf("<= %.3g", *o.P)
	}
	return fmt.Sprintf("%.3g", *o.P)
}

// observedZ returns the significance of an observed sample as the cell of a table.
func observedZ(o results.ObservedSummary) string {
	switch {
	case o.Status != results.StatusOK:
		return "-"
	case o.ZBound:
		return fmt.Sprintf("> %.2f", *o.Z)
	}
	return fmt.Sprintf("%.2f", math.Round(100**o.Z)/100+0) // not -0.00
}
