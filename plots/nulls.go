package plots

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// NullDistributions draws the distribution of t at each scale, one panel per scale and at most ten:
// the null toys, the alternative toys of the largest N_S, and the chi-square distribution fitted to
// the null if the summary has one. If the summary has scales of lead, their panels follow those of
// t. Members of the test have figures of their own: see [MemberDistributions]. Every histogram is a
// density with its own bins. Long tails are cut, and the caption counts what lies beyond. Toys
// whose fit failed are left out and counted. A vertical line is the observed sample, if there is
// one.
//
// It returns an error if there is no scale or no null toy, if a toy has another number of scales
// than the summary, or if a number cannot be drawn.
func NullDistributions(s results.CellSummary, toys []*results.Toy) (Figure, error) {
	f, err := distributions(s, toys, "")
	if err != nil {
		return Figure{}, fmt.Errorf("plots: null distributions: %w", err)
	}
	return f, nil
}

// MemberDistributions draws the distributions of the statistics of a member of the test, as
// [NullDistributions] does for the test of the method. Each statistic that is taken at several
// widths has a row of panels; of more than four widths, four are drawn. The axis of a statistic is
// logarithmic if its values are above 0 and span more than two decades.
//
// It returns an error in the same cases as NullDistributions, and for a name that no member has.
func MemberDistributions(s results.CellSummary, toys []*results.Toy, member string) (Figure,
	error) {
	f, err := distributions(s, toys, member)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: distributions of the member %q: %w", member, err)
	}
	return f, nil
}

func distributions(s results.CellSummary, toys []*results.Toy, member string) (Figure, error) {
	if len(s.Scales) == 0 {
		return Figure{}, errors.New("the summary has no scales")
	}
	split, err := splitToys(toys, len(s.Scales))
	if err != nil {
		return Figure{}, err
	}
	for i, scale := range s.Scales {
		if err := checkScale(i, scale); err != nil {
			return Figure{}, err
		}
	}
	if s.Observed != nil && s.Observed.Status == results.StatusOK {
		split.observed = s.Observed.T
		if err := series("t of the observed sample", split.observed, len(s.Scales)); err != nil {
			return Figure{}, err
		}
	}
	blocks := newBlocks(s.Scales, member)
	if len(blocks) == 0 {
		return Figure{}, errors.New("it has no scales")
	}
	columns, shown := 0, 0
	for _, b := range blocks {
		columns, shown = max(columns, b.columns()), shown+len(b.scales)
	}
	s.Scales = slices.Clone(s.Scales)
	fitted, below := dropCurves(s.Scales, blocks, split.null)
	drawn := tiles{table: newTable("statistic", "sigma", "series", "low", "high", "density"),
		split: split, ticks: max(3, 8/columns), fitted: fitted}
	l := layout{gapX: 8, gapY: 6}
	for _, b := range blocks {
		l.panels = append(l.panels, drawn.rows(s, b, columns)...)
	}
	caption := drawn.caption(shown)
	if all := scalesOf(s.Scales, member); shown < all {
		caption += fmt.Sprintf(" %d of %d scales shown.", shown, all)
	}
	if slices.ContainsFunc(blocks, func(b block) bool { return b.statistic == lead }) {
		caption = sentences(caption, leadNote)
	}
	if below {
		caption = sentences(caption, "A statistic that can be below 0 has no χ^{2} curve.")
	}
	title, more := heading(s.Name, "distributions of "+subject(blocks, member), s.Arms)
	if member == "" { // the caption of the whole test is that of a test without members
		more = ""
	}
	return Figure{
		title:  title,
		table:  drawn.table,
		legend: drawn.legend(),
		body:   l,
		size: vg.Point{X: fullWidth, Y: max(halfHeight*0.75,
			vg.Length(len(l.panels))*4.4*vg.Centimeter+0.8*vg.Centimeter)},
		wide:    columns > 2,
		caption: append([]string{sentences(caption, more)}, warnings(s.Warnings)...),
	}, nil
}

// dropCurves removes the chi-square fits of statistics that are below 0 in some null toy: such a
// statistic does not follow a chi-square distribution. It reports whether scales of the blocks keep
// fits, and whether some lose theirs.
func dropCurves(scales []results.ScaleStats, blocks []block, null [][]float64) (kept, lost bool) {
	for _, b := range blocks {
		for _, i := range b.scales {
			switch {
			case scales[i].ChiSquare == nil:
			case slices.Min(column(null, i)) < 0:
				scales[i].ChiSquare, lost = nil, true
			default:
				kept = true
			}
		}
	}
	return kept, lost
}

var (
	nullFill        = lightGray
	alternativeEdge = stroke(vermillion, 1.2)
	observedLine    = stroke(black, 1.6)
	chiSquareLine   = stroke(blue, 1.1, 4, 2.5)
)

// checkScale refuses scale i of a summary if it has a number that cannot be drawn.
func checkScale(i int, scale results.ScaleStats) error {
	if !foreign(scale) {
		if err := positive(fmt.Sprintf("sigma of scale %d", i), []float64{scale.Sigma},
			1); err != nil {
			return err
		}
	}
	q := scale.ChiSquare
	if q == nil {
		return nil
	}
	if err := finite(fmt.Sprintf("chi-square fit of scale %d", i), q.DoF, q.KS); err != nil {
		return err
	}
	if err := probability(fmt.Sprintf("p-value of the chi-square fit of scale %d", i),
		q.P); err != nil {
		return err
	}
	if q.DoF <= 0 {
		return fmt.Errorf("chi-square fit of scale %d has %v degrees of freedom", i, q.DoF)
	}
	return nil
}

// samples are the statistics of toys, a row each, and those of the observed sample.
type samples struct {
	null, alternative [][]float64
	signal            float64   // N_S of the alternative toys
	failed            int       // toys of both kinds without statistics
	observed          []float64 // nil if there is none
}

// splitToys takes the null toys and the alternative toys at the largest N_S above 0.
func splitToys(toys []*results.Toy, scales int) (s samples, err error) {
	for _, toy := range toys {
		if toy.Hypothesis == results.Alternative {
			if err := finite("N_S of a toy", toy.Signal); err != nil {
				return samples{}, err
			}
			s.signal = max(s.signal, toy.Signal)
		}
	}
	for _, toy := range toys {
		isNull := toy.Hypothesis == results.Null
		if !isNull && (toy.Hypothesis != results.Alternative || s.signal == 0 ||
			toy.Signal != s.signal) {
			continue
		}
		if toy.Status != results.StatusOK {
			s.failed++
			continue
		}
		if err := series(fmt.Sprintf("t of toy %s %v %d", toy.Hypothesis, toy.Signal, toy.Index),
			toy.T, scales); err != nil {
			return samples{}, err
		}
		if isNull {
			s.null = append(s.null, toy.T)
		} else {
			s.alternative = append(s.alternative, toy.T)
		}
	}
	if len(s.null) == 0 {
		return samples{}, errors.New("no null toy whose fit ended well")
	}
	return s, nil
}

// column is entry i of every row.
func column(rows [][]float64, i int) []float64 {
	out := make([]float64, len(rows))
	for k, row := range rows {
		out[k] = row[i]
	}
	return out
}

// tiles draws the panels of the scales and counts the values that lie beyond their ranges.
type tiles struct {
	split  samples
	fitted bool // some panel has a chi-square curve
	ticks  int  // wanted on the axis of t
	beyond int
	// logarithmic reports whether some panel has a logarithmic axis.
	logarithmic bool
	table       table
}

// rows are the panels of one statistic, in rows of the given number of columns.
func (d *tiles) rows(s results.CellSummary, b block, columns int) [][]*panel {
	rows := grid(len(b.scales), columns)
	for k, i := range b.scales {
		p := d.panel(s.Scales[i], i)
		if k+columns >= len(b.scales) {
			p.x.label = b.label()
		}
		if k%columns == 0 {
			p.y.label = "density"
		}
		rows[k/columns][k%columns] = p
	}
	return rows
}

// panel draws scale i.
func (d *tiles) panel(s results.ScaleStats, i int) *panel {
	null, alternative := column(d.split.null, i), column(d.split.alternative, i)
	var observed []float64
	if d.split.observed != nil {
		observed = d.split.observed[i : i+1]
	}
	a := newAbscissa(s, null, alternative, observed)
	d.logarithmic = d.logarithmic || a.log
	null, alternative = a.of(null), a.of(alternative)
	nullRange, alternativeRange := bulk(null), bulk(alternative)
	e := nullRange
	if len(alternative) > 0 {
		e = e.with(alternativeRange.low, alternativeRange.high)
	}
	e = e.with(a.of(observed)...).padded(0.04)

	h := newDensityHistogram(null, nullRange)
	x, y := h.outline()
	top := slices.Max(h.density)
	plotters := []plot.Plotter{region{x: a.back(x), y: y, fill: nullFill}}
	d.beyond += h.beyond
	d.addBins(s, "null toys", a, h)
	if len(alternative) > 0 {
		h := newDensityHistogram(alternative, alternativeRange)
		x, y := h.outline()
		top = max(top, slices.Max(h.density))
		plotters = append(plotters, region{x: a.back(x), y: y, edge: alternativeEdge, open: true})
		d.beyond += h.beyond
		d.addBins(s, "alternative toys", a, h)
	}
	for _, t := range observed {
		d.table.add(statisticOf(s), s.Sigma, "observed", t, t, nil)
		plotters = append(plotters, curve([]float64{t, t}, []float64{0, 1.12 * top}, observedLine))
	}
	if s.ChiSquare != nil {
		x, y := a.chiSquareDensity(s.ChiSquare.DoF, e, 2*top)
		plotters = append(plotters, curve(x, y, chiSquareLine))
		for k := range x {
			d.table.add(statisticOf(s), s.Sigma, "chi-square", x[k], x[k], y[k])
		}
	}
	return &panel{
		title:    d.title(s),
		x:        a.axis(e, d.ticks),
		y:        axis{extent: extent{0, 1.12 * top}},
		plotters: plotters,
	}
}

// addBins adds a histogram of a scale to the table.
func (d *tiles) addBins(s results.ScaleStats, series string, a abscissa, h densityHistogram) {
	for i, density := range h.density {
		width := (h.high - h.low) / float64(len(h.density))
		ends := a.back([]float64{h.low + float64(i)*width, h.low + float64(i+1)*width})
		d.table.add(statisticOf(s), s.Sigma, series, ends[0], ends[1], density)
	}
}

// statisticOf names the statistic of a scale.
func statisticOf(s results.ScaleStats) string { return cmp.Or(s.Statistic, "t") }

// title names a scale and the chi-square fitted to it.
func (d *tiles) title(s results.ScaleStats) string {
	title := "σ = " + number(s.Sigma)
	switch {
	case s.Statistic == lead:
		title = lead + ", " + title
	case foreign(s):
		title = printable(s.Statistic)
	}
	switch {
	case s.ChiSquare != nil:
		title += fmt.Sprintf("\nχ^{2}: dof %s, p %s", number(s.ChiSquare.DoF),
			pValue(s.ChiSquare.P))
	case d.fitted:
		title += "\nno χ^{2} fit"
	}
	return title
}

// legend explains the panels.
func (d *tiles) legend() entries {
	legend := newEntries("null toys", region{fill: nullFill})
	if len(d.split.alternative) > 0 {
		legend.add("alternative toys, N_{S} = "+number(d.split.signal),
			lineSample(alternativeEdge))
	}
	if d.split.observed != nil {
		legend.add("observed", lineSample(observedLine))
	}
	if d.fitted {
		legend.add("χ^{2} fitted to the null", lineSample(chiSquareLine))
	}
	return legend
}

// caption describes the given number of panels.
func (d *tiles) caption(panels int) string {
	s := d.split
	caption := count(len(s.null), "null toy")
	if len(s.alternative) > 0 {
		caption += " and " + count(len(s.alternative), "alternative toy")
	}
	caption += ". Titles: the width σ"
	if d.fitted {
		caption += ", the fit's degrees of freedom and the p-value of its Kolmogorov–Smirnov " +
			"distance"
	}
	caption += "."
	if d.logarithmic {
		caption += " Densities on logarithmic axes are per decade."
	}
	if d.beyond > 0 {
		caption += fmt.Sprintf(" %d of %d values lie beyond the ranges drawn.", d.beyond,
			(len(s.null)+len(s.alternative))*panels)
	}
	if s.failed > 0 {
		caption += fmt.Sprintf(" Left out: %s whose fit failed.", count(s.failed, "toy"))
	}
	return caption
}

// pValue writes a p-value in two digits; one that is too small for that is a bound.
func pValue(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return strconv.FormatFloat(p, 'g', 2, 64)
}
