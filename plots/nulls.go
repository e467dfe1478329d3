package plots

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/stat/distuv"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// mostPanels is how many scales of a statistic NullDistributions draws; of more, an even choice
// with the first and the last.
const mostPanels = 10

// lead is the name of the second statistic in the records, where that of t is empty, and leadNote
// says what it is.
const (
	lead     = "lead"
	leadNote = "Lead: the statistic of the best single kernel at its place."
)

// NullDistributions draws the distribution of t at each scale, one panel per scale and at most ten:
// the null toys, the alternative toys of the largest N_S, and the chi-square distribution fitted to
// the null where the summary has one. Rows of lead follow those of t where the summary has it.
// Every histogram is a density with its own bins. Long tails are cut, and the caption counts what
// lies beyond. Toys whose fit failed are left out and counted. A line is the observed sample, where
// there is one.
//
// It returns an error where there is no scale or no null toy, where a toy has another number of
// scales than the summary, or where a number cannot be drawn.
func NullDistributions(s results.CellSummary, toys []results.Toy) (Figure, error) {
	f, err := nullDistributions(s, toys)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: null distributions: %w", err)
	}
	return f, nil
}

func nullDistributions(s results.CellSummary, toys []results.Toy) (Figure, error) {
	if len(s.Scales) == 0 {
		return Figure{}, errors.New("the summary has no scales")
	}
	null, alternative, signal, failed, err := splitToys(toys, len(s.Scales))
	if err != nil {
		return Figure{}, err
	}
	for i, scale := range s.Scales {
		if err := checkScale(i, scale); err != nil {
			return Figure{}, err
		}
	}

	blocks := newBlocks(s.Scales)
	columns, shown := 0, 0
	var names []string
	for _, b := range blocks {
		columns, shown, names = max(columns, columnsFor(len(b.scales))), shown+len(b.scales),
			append(names, cmp.Or(b.statistic, "the statistics"))
	}
	l := layout{gapX: 8, gapY: 6}
	drawn := tiles{
		fitted: slices.ContainsFunc(s.Scales,
			func(c results.ScaleStats) bool { return c.ChiSquare != nil }),
		ticks: max(3, 8/columns),
	}
	var observed []float64
	if s.Observed != nil && s.Observed.Status == results.StatusOK {
		observed = s.Observed.T
		if err := series("t of the observed sample", observed, len(s.Scales)); err != nil {
			return Figure{}, err
		}
	}
	for _, b := range blocks {
		rows := grid(len(b.scales), columns)
		for k, i := range b.scales {
			var at []float64
			if observed != nil {
				at = observed[i : i+1]
			}
			p := drawn.panel(s.Scales[i], column(null, i), column(alternative, i), at)
			if k+columns >= len(b.scales) {
				p.x.label = strings.TrimSpace("statistic " + b.statistic)
			}
			if k%columns == 0 {
				p.y.label = "density"
			}
			rows[k/columns][k%columns] = p
		}
		l.panels = append(l.panels, rows...)
	}

	legend := []legendEntry{{"null toys", []plot.Thumbnailer{region{fill: nullFill}}}}
	caption := count(len(null), "null toy")
	if len(alternative) > 0 {
		legend = append(legend, legendEntry{"alternative toys, N_{S} = " + number(signal),
			[]plot.Thumbnailer{lineSample(alternativeEdge)}})
		caption += " and " + count(len(alternative), "alternative toy")
	}
	if observed != nil {
		legend = append(legend, legendEntry{"observed",
			[]plot.Thumbnailer{lineSample(observedLine)}})
	}
	caption += "."
	if drawn.fitted {
		legend = append(legend, legendEntry{"χ^{2} fitted to the null",
			[]plot.Thumbnailer{lineSample(chiSquareLine)}})
		caption += " Titles: the width σ, the fit's degrees of freedom and the p-value of its " +
			"Kolmogorov–Smirnov distance."
	} else {
		caption += " Titles: the width σ."
	}
	if drawn.beyond > 0 {
		caption += fmt.Sprintf(" %d of %d values lie beyond the ranges drawn.", drawn.beyond,
			(len(null)+len(alternative))*shown)
	}
	if failed > 0 {
		caption += fmt.Sprintf(" Left out: %s whose fit failed.", count(failed, "toy"))
	}
	if shown < len(s.Scales) {
		caption += fmt.Sprintf(" %d of %d scales shown.", shown, len(s.Scales))
	}
	if slices.Contains(names, lead) {
		caption = sentences(caption, leadNote)
	}
	title, _ := heading(s.Name, "distributions of "+strings.Join(names, " and "), s.Arms)
	return Figure{
		title:  title,
		legend: legend,
		body:   l,
		size: vg.Point{X: fullWidth, Y: max(halfHeight*0.75,
			vg.Length(len(l.panels))*4.4*vg.Centimeter+0.8*vg.Centimeter)},
		caption: append([]string{caption}, warnings(s.Warnings)...),
	}, nil
}

var (
	nullFill        = lightGray
	alternativeEdge = stroke(vermillion, 1.2)
	observedLine    = stroke(black, 1.6)
	chiSquareLine   = stroke(blue, 1.1, 4, 2.5)
)

// checkScale refuses scale i of a summary where it is of no known statistic, or has a number that
// cannot be drawn.
func checkScale(i int, scale results.ScaleStats) error {
	if !foreign(scale.Statistic) {
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

// A block is the rows of panels of one statistic.
type block struct {
	statistic string
	scales    []int // of the summary, those that are drawn
}

// foreign says whether a statistic is of another test than SparKer's.
func foreign(statistic string) bool { return statistic != "" && statistic != lead }

// newBlocks is a block of t, one of lead, and one of the statistics of other tests, as far as there
// are scales of each.
func newBlocks(scales []results.ScaleStats) (blocks []block) {
	var ofT, ofLead, others []int
	for i, s := range scales {
		switch {
		case s.Statistic == lead:
			ofLead = append(ofLead, i)
		case foreign(s.Statistic):
			others = append(others, i)
		default:
			ofT = append(ofT, i)
		}
	}
	for _, b := range []block{{"t", ofT}, {lead, ofLead}, {"", others}} {
		if len(b.scales) == 0 {
			continue
		}
		var shown []int
		for _, k := range thinned(len(b.scales), mostPanels) {
			shown = append(shown, b.scales[k])
		}
		blocks = append(blocks, block{b.statistic, shown})
	}
	return blocks
}

// columnsFor is the number of tiles side by side for n panels.
func columnsFor(n int) int {
	switch {
	case n <= 3:
		return n
	case n == 4:
		return 2
	case n <= 6:
		return 3
	case n <= 8:
		return 4
	}
	return 5
}

// splitToys gives the rows of t of the null toys and of the alternative toys at the largest N_S
// above 0.
func splitToys(toys []results.Toy, scales int) (null, alternative [][]float64, signal float64,
	failed int, err error) {
	for _, toy := range toys {
		if toy.Hypothesis == results.Alternative {
			if err := finite("N_S of a toy", toy.Signal); err != nil {
				return nil, nil, 0, 0, err
			}
			signal = max(signal, toy.Signal)
		}
	}
	for _, toy := range toys {
		isNull := toy.Hypothesis == results.Null
		if !isNull && (toy.Hypothesis != results.Alternative || signal == 0 ||
			toy.Signal != signal) {
			continue
		}
		if toy.Status != results.StatusOK {
			failed++
			continue
		}
		if err := series(fmt.Sprintf("t of toy %s %v %d", toy.Hypothesis, toy.Signal, toy.Index),
			toy.T, scales); err != nil {
			return nil, nil, 0, 0, err
		}
		if isNull {
			null = append(null, toy.T)
		} else {
			alternative = append(alternative, toy.T)
		}
	}
	if len(null) == 0 {
		return nil, nil, 0, 0, errors.New("no null toy whose fit ended well")
	}
	return null, alternative, signal, failed, nil
}

func column(rows [][]float64, i int) []float64 {
	out := make([]float64, len(rows))
	for k, row := range rows {
		out[k] = row[i]
	}
	return out
}

// tiles draws the panels of the scales and counts the values that lie beyond their ranges.
type tiles struct {
	fitted bool // some scale has a chi-square fit
	ticks  int  // wanted on the axis of t
	beyond int
}

// panel draws one scale; observed has one value or none.
func (d *tiles) panel(s results.ScaleStats, null, alternative, observed []float64) *panel {
	nullRange, alternativeRange := bulk(null), bulk(alternative)
	e := extent{nullRange.low, nullRange.high}
	if len(alternative) > 0 {
		e = e.with(alternativeRange.low, alternativeRange.high)
	}
	e = e.with(observed...).padded(0.04)

	h := newDensityHistogram(null, nullRange)
	x, y := h.outline()
	top := slices.Max(h.density)
	plotters := []plot.Plotter{region{x: x, y: y, fill: nullFill}}
	d.beyond += h.beyond
	if len(alternative) > 0 {
		h := newDensityHistogram(alternative, alternativeRange)
		x, y := h.outline()
		top = max(top, slices.Max(h.density))
		plotters = append(plotters, region{x: x, y: y, edge: alternativeEdge, open: true})
		d.beyond += h.beyond
	}
	for _, t := range observed {
		plotters = append(plotters, curve([]float64{t, t}, []float64{0, 1.12 * top}, observedLine))
	}
	title := "σ = " + number(s.Sigma)
	switch {
	case s.Statistic == lead:
		title = lead + ", " + title
	case foreign(s.Statistic):
		title = printable(s.Statistic)
	}
	if s.ChiSquare != nil {
		x, y := chiSquareDensity(s.ChiSquare.DoF, e, 2*top)
		plotters = append(plotters, curve(x, y, chiSquareLine))
		title += fmt.Sprintf("\nχ^{2}: dof %s, p %s", number(s.ChiSquare.DoF),
			pValue(s.ChiSquare.P))
	} else if d.fitted {
		title += "\nno χ^{2} fit"
	}
	return &panel{
		title:    title,
		x:        linear("", e, d.ticks),
		y:        axis{extent: extent{0, 1.12 * top}},
		plotters: plotters,
	}
}

// pValue writes a p-value in two digits; one that is too small for that is a bound.
func pValue(p float64) string {
	if p < 0.001 {
		return "< 0.001"
	}
	return strconv.FormatFloat(p, 'g', 2, 64)
}

// chiSquareDensity samples the density over e. Where it grows above the limit, as it does at 0 for
// fewer than two degrees of freedom, it is held there.
func chiSquareDensity(dof float64, e extent, limit float64) (x, y []float64) {
	const steps = 240
	chi := distuv.ChiSquared{K: dof}
	for i := range steps + 1 {
		t := e.low + (e.high-e.low)*float64(i)/steps
		if t <= 0 {
			continue
		}
		density := chi.Prob(t)
		if math.IsNaN(density) {
			continue
		}
		x, y = append(x, t), append(y, min(density, limit))
	}
	return x, y
}

// bulk is the range that holds the values but for their farthest tails: 0.5% on each side, and what
// is more than eight interquartile ranges from the middle half.
func bulk(values []float64) extent {
	if len(values) == 0 {
		return empty()
	}
	v := slices.Clone(values)
	slices.Sort(v)
	quantile := func(q float64) float64 { return v[int(math.Round(q*float64(len(v)-1)))] }
	e := extent{quantile(0.005), quantile(0.995)}
	if reach := 8 * (quantile(0.75) - quantile(0.25)); reach > 0 {
		e = extent{max(e.low, quantile(0.25)-reach), min(e.high, quantile(0.75)+reach)}
	}
	return e
}

// A histogram is a density in bins of one width. It is normalized to all values, those beyond its
// range included.
type densityHistogram struct {
	extent
	density []float64
	beyond  int
}

// newDensityHistogram fills about the square root of the number of values into bins over e.
func newDensityHistogram(values []float64, e extent) densityHistogram {
	h := densityHistogram{extent: e}
	if len(values) == 0 {
		return h
	}
	if e.high-e.low <= max(1e-9*max(math.Abs(e.low), math.Abs(e.high)), smallest) {
		h.extent = e.padded(0)
	}
	inside := 0
	for _, v := range values {
		if v >= e.low && v <= e.high {
			inside++
		}
	}
	h.beyond = len(values) - inside
	bins := min(max(int(math.Round(math.Sqrt(float64(inside)))), 5), 24)
	h.density = make([]float64, bins)
	width := (h.high - h.low) / float64(bins)
	for _, v := range values {
		if v >= e.low && v <= e.high {
			h.density[min(int((v-h.low)/width), bins-1)] += 1 / (width * float64(len(values)))
		}
	}
	return h
}

// outline is the histogram's shape, from the axis up and back to it.
func (h densityHistogram) outline() (x, y []float64) {
	width := (h.high - h.low) / float64(len(h.density))
	x, y = append(x, h.low), append(y, 0)
	for i, d := range h.density {
		x, y = append(x, h.low+float64(i)*width, h.low+float64(i+1)*width), append(y, d, d)
	}
	return append(x, x[len(x)-1]), append(y, 0)
}
