package plots

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/findings"
)

const (
	mostMarginals   = 6
	marginalColumns = 3   // panels in a row
	mostBinLabels   = 10  // on the axis of a column with labels
	leastCount      = 0.2 // that a logarithmic axis of counts shows below the smallest
)

// Marginals draws both samples column by column: the data as points over the weighted reference,
// and the reference as the fit reweights it, w e^f, which is the model's idea of the data. Below
// each column are the pulls of the data against both. It has the columns in which the samples
// differ most, at most six.
//
// It returns an error if the findings have no marginals, if their shapes do not fit together, or if
// a number cannot be drawn.
func Marginals(f findings.Findings) (Figure, error) {
	drawn, err := drawMarginals(f)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: marginals: %w", err)
	}
	return drawn, nil
}

func drawMarginals(f findings.Findings) (Figure, error) {
	shown := f.Marginals[:min(len(f.Marginals), mostMarginals)]
	if len(shown) == 0 {
		return Figure{}, errors.New("the findings do not compare the samples column by column")
	}
	columns := min(len(shown), marginalColumns)
	rows := (len(shown) + columns - 1) / columns
	body := layout{panels: grid(2*rows*columns, columns), gapX: 8, gapY: 4}
	numbers := newTable("column", "low", "high", "middle", "label", "data", "reference, weighted",
		"reference, reweighted", "pull", "pull, reweighted")
	for i, m := range shown {
		if err := checkMarginal(m); err != nil {
			return Figure{}, err
		}
		d := newMarginalDrawer(f, m)
		top, pulls := d.counts(), d.pulls()
		if i%columns == 0 {
			top.y.label, pulls.y.label = "events per bin", "pull"
		}
		body.panels[2*(i/columns)][i%columns] = top
		body.panels[2*(i/columns)+1][i%columns] = pulls
		d.addTo(&numbers)
	}
	for range rows {
		body.heights = append(body.heights, 3, 1.3)
	}
	more := []string{"The pulls are differences in standard deviations of the data and of the " +
		"reference. The fit has f from the same data: its pulls show what f does not describe, " +
		"and do not test it."}
	if n := len(f.Marginals); n > len(shown) {
		more = append(more, fmt.Sprintf("The %d columns that differ most.", len(shown)))
	}
	return Figure{
		title: "Both samples, column by column", table: numbers, legend: marginalLegend(),
		body: body, wide: columns > 1,
		size: vg.Point{X: fullWidth, Y: vg.Length(rows) * 7 * vg.Centimeter},
		caption: append([]string{sentences(append([]string{fmt.Sprintf(
			"Read at epoch %d, σ = %s, t = %s.", f.Epoch, number(f.Sigma), number(f.T))},
			more...)...)}, warnings(f.Warnings)...),
	}, nil
}

// checkMarginal refuses a marginal whose lists differ in length or whose numbers cannot be drawn.
func checkMarginal(m findings.Marginal) error {
	n := len(m.Data)
	if n == 0 || (len(m.Labels) != n && len(m.Edges) != n+1) {
		return fmt.Errorf("%q has %d bins, %d edges and %d labels", m.Name, n, len(m.Edges),
			len(m.Labels))
	}
	for _, list := range []struct {
		what   string
		values []float64
	}{{"data", m.Data}, {"reference", m.Expected}, {"reweighted reference", m.Reweighted},
		{"pulls", m.Pulls}, {"pulls of the reweighted reference", m.ReweightedPulls}} {
		if err := series(fmt.Sprintf("%q: %s", m.Name, list.what), list.values, n); err != nil {
			return err
		}
	}
	if err := finite(fmt.Sprintf("%q: edges", m.Name), m.Edges...); err != nil {
		return err
	}
	if !slices.IsSorted(m.Edges) {
		return fmt.Errorf("%q: the edges do not rise", m.Name)
	}
	return nil
}

// A marginalDrawer draws the panels of a column.
type marginalDrawer struct {
	m     findings.Marginal
	edges []float64 // those of the column, or -0.5, 0.5, ... for labels
	x     axis
}

func newMarginalDrawer(f findings.Findings, m findings.Marginal) marginalDrawer {
	d := marginalDrawer{m: m, edges: m.Edges}
	title := columnName(f, m.Column, m.Name)
	if len(m.Labels) == 0 {
		if m.Column >= 0 && m.Column < len(f.Columns) && f.Columns[m.Column].Unit != "" {
			title += " [" + printable(f.Columns[m.Column].Unit) + "]"
		}
		d.x = linear(title, empty().with(m.Edges...).padded(0.02), 3)
		return d
	}
	if title != printable(m.Name) { // the label of a column of 0 and 1 ends with =word
		title, _, _ = strings.Cut(title, "=")
	}
	d.edges = nil
	for i := range len(m.Labels) + 1 {
		d.edges = append(d.edges, float64(i)-0.5)
	}
	d.x = categorical(title, nil)
	d.x.extent = extent{-0.5, float64(len(m.Labels)) - 0.5}
	for _, i := range thinned(len(m.Labels), mostBinLabels) {
		text := shorten(printable(m.Labels[i]), style(tickSize), 60)
		d.x.categories = append(d.x.categories, category{at: float64(i), text: text})
		room := vg.Length(110) / vg.Length(min(len(m.Labels), mostBinLabels))
		d.x.upright = d.x.upright || style(tickSize).Width(text) > room
	}
	return d
}

// middles are the middles of the bins.
func (d marginalDrawer) middles() (at []float64) {
	for i := range d.m.Data {
		at = append(at, (d.edges[i]+d.edges[i+1])/2)
	}
	return at
}

// counts is the panel of the histograms.
func (d marginalDrawer) counts() *panel {
	e := empty()
	for _, v := range slices.Concat(d.m.Data, d.m.Expected, d.m.Reweighted) {
		if v > 0 {
			e = e.with(v)
		}
	}
	for _, v := range d.m.Data {
		e.high = max(e.high, v+math.Sqrt(max(v, 0)))
	}
	if e.low > e.high {
		e = extent{1, 1}
	}
	e = extent{max(e.low, e.high*1e-4), e.high}.logPadded(0.08)
	e.low *= 1 - leastCount
	y := logarithmic("", e)
	reference := region{fill: lightGray}
	reference.x, reference.y = d.outline(d.m.Expected, e.low)
	model := region{edge: modelEdge, open: true}
	model.x, model.y = d.outline(d.m.Reweighted, e.low)
	p := &panel{x: d.x.stripped(), y: y, plotters: []plot.Plotter{reference, model}}
	for i, at := range d.middles() {
		v := d.m.Data[i]
		if v < e.low { // an empty bin has no point
			continue
		}
		half := math.Sqrt(v)
		p.plotters = append(p.plotters, curve([]float64{at, at},
			[]float64{max(v-half, e.low), v + half}, stroke(black, 0.8)),
			markers([]float64{at}, []float64{v}, black, dataDot, draw.CircleGlyph{}))
	}
	return p
}

const (
	dataDot = vg.Length(1.7)
	pullDot = vg.Length(2)
)

var modelEdge = stroke(blue, 1.2)

// outline is the shape of a histogram, from the axis up and back to it.
func (d marginalDrawer) outline(values []float64, low float64) (x, y []float64) {
	x, y = append(x, d.edges[0]), append(y, low)
	for i, v := range values {
		v = max(v, low)
		x, y = append(x, d.edges[i], d.edges[i+1]), append(y, v, v)
	}
	return append(x, d.edges[len(values)]), append(y, low)
}

// pulls is the panel of the pulls.
func (d marginalDrawer) pulls() *panel {
	e := extent{-3, 3}.with(d.m.Pulls...).with(d.m.ReweightedPulls...).padded(0.06)
	p := &panel{x: d.x, y: linear("", e, 4)}
	at := d.middles()
	p.plotters = []plot.Plotter{
		between([]float64{d.x.low, d.x.high}, []float64{-1, -1}, []float64{1, 1}, gridGray),
		across(d.x, 0, stroke(darkGray, 0.6)),
		markers(at, d.m.Pulls, darkGray, pullDot, hollow{draw.CircleGlyph{}}),
		markers(at, d.m.ReweightedPulls, blue, pullDot, polygon{4, 0}),
	}
	return p
}

// addTo adds the bins to a table.
func (d marginalDrawer) addTo(t *table) {
	middles := d.middles()
	for i, v := range d.m.Data {
		var low, high, middle, label any
		if len(d.m.Labels) > 0 {
			label = d.m.Labels[i]
		} else {
			low, high, middle = d.edges[i], d.edges[i+1], middles[i]
		}
		t.add(d.m.Name, low, high, middle, label, v, d.m.Expected[i], d.m.Reweighted[i],
			d.m.Pulls[i], d.m.ReweightedPulls[i])
	}
}

// marginalLegend explains the panels.
func marginalLegend() entries {
	legend := newEntries("data D ± √n", lineSample(stroke(black, 0.8)),
		glyphSample(black, dataDot, draw.CircleGlyph{}))
	legend.add("reference R, weighted", region{fill: lightGray})
	legend.add("reference reweighted by e^{f}", lineSample(modelEdge))
	legend.add("pulls against R", glyphSample(darkGray, pullDot, hollow{draw.CircleGlyph{}}))
	legend.add("against the reweighted", glyphSample(blue, pullDot, polygon{4, 0}))
	return legend
}
