package plots

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"gonum.org/v1/plot"

	"sparker/results"
)

// A cellCurve is the power curve of a cell whose numbers can be drawn.
type cellCurve struct {
	label   string // "" for a cell that stands alone
	cell    results.CellSummary
	points  []results.Point // those that have toys, by rising N_S
	missing []string        // the N_S of the others
}

// newCellCurve refuses a cell whose sizes or powers cannot be drawn. It takes a cell without toys.
func newCellCurve(label string, c results.CellSummary) (cellCurve, error) {
	err := cmp.Or(probability("alpha", c.Alpha), probability("attained alpha", c.AlphaAttained),
		finite("error of alpha", c.AlphaError))
	if err != nil {
		return cellCurve{}, err
	}
	s := cellCurve{label: printable(label), cell: c}
	for _, p := range c.Points {
		if err := checkPoint(p); err != nil {
			return cellCurve{}, err
		}
		if p.Toys < 1 {
			s.missing = append(s.missing, number(p.Signal))
			continue
		}
		s.points = append(s.points, p)
	}
	slices.SortFunc(s.points, func(a, b results.Point) int {
		return cmp.Compare(a.Signal,
			b.Signal)
	})
	for i := 1; i < len(s.points); i++ {
		if s.points[i].Signal == s.points[i-1].Signal {
			return cellCurve{}, fmt.Errorf("two points at N_S = %v", s.points[i].Signal)
		}
	}
	return s, nil
}

// checkPoint refuses a point with toys whose power, interval or oracle cannot be drawn.
func checkPoint(p results.Point) error {
	what := strength(p.Signal)
	if err := finite("N_S", p.Signal); err != nil {
		return err
	}
	if p.Signal < 0 {
		return fmt.Errorf("%s: the expected number of events is below 0", what)
	}
	if p.Toys < 1 {
		return nil
	}
	err := cmp.Or(
		probability(what+": power", p.Power),
		probability(what+": lower end of the interval", p.CI68[0]),
		probability(what+": upper end of the interval", p.CI68[1]))
	if p.Oracle != nil {
		err = cmp.Or(err, probability(what+": oracle", *p.Oracle))
	}
	if err == nil && p.CI68[0] > p.CI68[1] {
		err = fmt.Errorf("%s: the interval [%v, %v] is upside down", what, p.CI68[0], p.CI68[1])
	}
	return err
}

// strength names a strength in an error.
func strength(signal float64) string { return "N_S = " + strconv.FormatFloat(signal, 'g', -1, 64) }

// probability refuses what does not lie in [0, 1].
func probability(what string, p float64) error {
	if p >= 0 && p <= 1 {
		return nil
	}
	return fmt.Errorf("%s is %v; must be between 0 and 1", what, p)
}

var errNoToys = errors.New("no point has toys")

// at is the curve's point at a strength, if it has one.
func (s cellCurve) at(signal float64) (results.Point, bool) {
	i := slices.IndexFunc(s.points, func(p results.Point) bool { return p.Signal == signal })
	if i < 0 {
		return results.Point{}, false
	}
	return s.points[i], true
}

// power is the power against N_S with its 68% intervals.
func (s cellCurve) power() (t trend) {
	for _, p := range s.points {
		t.add(p.Signal, p.Power, p.CI68[0], p.CI68[1])
	}
	return t
}

// oracle is the oracle's power at the N_S at which it is known.
func (s cellCurve) oracle() (signal, power []float64) {
	for _, p := range s.points {
		if p.Oracle != nil {
			signal, power = append(signal, p.Signal), append(power, *p.Oracle)
		}
	}
	return signal, power
}

// strengths are all N_S at which a curve has toys, rising.
func strengths(curves []cellCurve) (signals []float64) {
	for _, s := range curves {
		for _, p := range s.points {
			signals = append(signals, p.Signal)
		}
	}
	slices.Sort(signals)
	return slices.Compact(signals)
}

// signalAxis is the horizontal axis of a power curve.
func signalAxis(curves []cellCurve, want int) axis {
	last := slices.Max(append(strengths(curves), 0))
	if last == 0 {
		last = 1
	}
	return linear("expected signal events N_{S}", extent{0, last}.padded(0.035), want)
}

// powerAxis is the vertical axis of a power curve. It names the size if all curves have the same.
func powerAxis(curves []cellCurve, want int) axis {
	label := "power"
	if alpha, shared := sharedSize(curves); shared {
		label += " at α = " + number(alpha)
	}
	return linear(label, extent{0, 1}.padded(0.025), want)
}

// sharedSize is the nominal size of all curves, if they share one.
func sharedSize(curves []cellCurve) (alpha float64, shared bool) {
	for _, s := range curves {
		if s.cell.Alpha != curves[0].cell.Alpha {
			return 0, false
		}
	}
	return curves[0].cell.Alpha, true
}

// sizeStroke is the line at the size.
var sizeStroke = stroke(darkGray, 0.9, 1.2, 2)

// sizeLevel is a line at the size that all curves share, if they do, and its line of the legend.
func sizeLevel(x axis, curves []cellCurve) (lines []plot.Plotter, legend entries) {
	alpha, shared := sharedSize(curves)
	if !shared {
		return nil, nil
	}
	level := across(x, alpha, sizeStroke)
	return []plot.Plotter{level}, newEntries("size α", level)
}

// fromTo writes the smallest and the largest of some numbers, or one number if all are equal.
func fromTo(values []float64) string {
	low, high := number(slices.Min(values)), number(slices.Max(values))
	if low == high {
		return low
	}
	return low + " to " + high
}

// countSpan is fromTo for numbers of things.
func countSpan(numbers []int, thing string) string {
	low, high := slices.Min(numbers), slices.Max(numbers)
	if low == high {
		return count(low, thing)
	}
	return fmt.Sprintf("%d to %s", low, count(high, thing))
}

// mostMissing is how many points without toys a caption names one by one.
const mostMissing = 5

// powerCaption describes the toys, the calibration, the failures and the gaps behind some curves.
func powerCaption(curves []cellCurve) string {
	var toys, null, scales, groups []int
	var alpha, attained, deviation []float64
	var combine, missing, incomplete []string
	nullFailed, failed := 0, 0
	for _, s := range curves {
		for _, p := range s.points {
			toys, failed = append(toys, p.Toys), failed+p.Failed
		}
		null, nullFailed = append(null, s.cell.Null.Toys), nullFailed+s.cell.Null.Failed
		groups = append(groups, max(len(s.cell.Groups), 1))
		scales, combine = append(scales, len(s.cell.Scales)), append(combine, s.cell.Combine)
		alpha, attained, deviation = append(alpha, s.cell.Alpha),
			append(attained, s.cell.AlphaAttained), append(deviation, s.cell.AlphaError)
		for _, signal := range s.missing {
			if s.label != "" {
				signal += " (" + s.label + ")"
			}
			missing = append(missing, signal)
		}
		if !s.cell.Complete {
			incomplete = append(incomplete, s.label)
		}
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s per point, intervals: Clopper–Pearson. Calibration: %s",
		countSpan(toys, "toy"), countSpan(null, "null toy"))
	if len(curves) > 1 {
		b.WriteString(" per cell")
	}
	switch {
	case slices.ContainsFunc(groups, func(n int) bool { return n > 1 }):
		fmt.Fprintf(&b, ", p-values of %s combined in %s", countSpan(scales, "scale"),
			countSpan(groups, "group"))
	case combine[0] != "" && len(slices.Compact(combine)) == 1:
		fmt.Fprintf(&b, ", p-values of %s combined by %s", countSpan(scales, "scale"),
			printable(combine[0]))
	}
	fmt.Fprintf(&b, "; α asked for %s, attained %s ± %s.", fromTo(alpha), fromTo(attained),
		fromTo(deviation))
	if nullFailed+failed > 0 {
		fmt.Fprintf(&b, " Failed fits: %d of null and %d of the points' toys (counted as not "+
			"rejected).", nullFailed, failed)
	}
	switch {
	case len(missing) > mostMissing:
		fmt.Fprintf(&b, " No toys yet at %d of %d points.", len(missing), len(missing)+len(toys))
	case len(missing) > 0:
		fmt.Fprintf(&b, " No toys yet at N_{S} = %s.", strings.Join(missing, ", "))
	}
	switch {
	case len(incomplete) == 0:
	case len(curves) == 1:
		b.WriteString(" The run is not complete.")
	default:
		fmt.Fprintf(&b, " Not complete: %d of %d cells.", len(incomplete), len(curves))
	}
	return b.String()
}

// mostNames is how many characters of a warning may name the curves that have it.
const mostNames = 40

// gathered are the warnings of the whole, then those of some curves, each once. A warning that not
// all curves have names those that do, or gives their number if the names are long.
func gathered(whole []string, curves []cellCurve) []string {
	out := slices.Clone(whole)
	labels := make(map[string][]string)
	var order []string
	for _, s := range curves {
		for _, w := range s.cell.Warnings {
			if labels[w] == nil {
				order = append(order, w)
			}
			labels[w] = append(labels[w], s.label)
		}
	}
	for _, w := range order {
		switch {
		case slices.Contains(whole, w):
		case len(labels[w]) == len(curves):
			out = append(out, w)
		default:
			names := strings.Join(labels[w], ", ")
			if n := len(labels[w]); n > 1 && utf8.RuneCountInString(names) > mostNames {
				names = fmt.Sprintf("%d of %d cells", n, len(curves))
			}
			out = append(out, names+": "+w)
		}
	}
	return warnings(out)
}

// heading is the title of a figure of a run: the name of the run, what is drawn, and the arms that
// the whole figure has in common. The note has these if they do not fit into the title.
func heading(name, what string, settings []results.ArmRecord) (title, note string) {
	title = printable(name)
	if title == "" {
		title = strings.ToUpper(what[:1]) + what[1:]
	} else {
		title += ": " + what
	}
	if len(settings) == 0 {
		return title, ""
	}
	if full := title + " (" + describe(settings) + ")"; titleStyle().Width(full) <= fullWidth {
		return full, ""
	}
	return title, "Settings: " + describe(settings) + "."
}

// sentences joins the sentences that are not empty.
func sentences(all ...string) string {
	return strings.Join(slices.DeleteFunc(all, func(s string) bool { return s == "" }), " ")
}
