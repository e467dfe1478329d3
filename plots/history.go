package plots

import (
	"cmp"
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// History draws a fit against epoch in three panels: the loss (and the penalty, if there is one),
// the statistic t, and the width sigma on a logarithmic axis. Vertical lines mark the checkpoints,
// dots the statistics that were stored there; if the fit has those of lead, they join those of t.
// Ticks below t mark the births of kernels.
//
// It returns an error if the fit has no trace or holds a number that cannot be drawn.
func History(fit results.FitRecord) (Figure, error) {
	f, err := history(fit)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: history: %w", err)
	}
	return f, nil
}

func history(f results.FitRecord) (Figure, error) {
	if err := checkTrace(f); err != nil {
		return Figure{}, err
	}
	t := f.Trace
	n := len(t.Epoch)
	if err := cmp.Or(series("trace: loss", t.Loss, n), series("trace: t", t.T, n),
		checkStatistics(f), checkCheckpoints("lead statistic", f.Lead)); err != nil {
		return Figure{}, err
	}
	if len(t.Penalty) > 0 {
		if err := series("trace: penalty", t.Penalty, n); err != nil {
			return Figure{}, err
		}
	}
	d := newHistoryDrawer(f)
	loss, test, sigma := d.loss(), d.statistic(), d.width()
	note := "The loss is that before each epoch's step and without the penalty; t and σ are " +
		"those after it."
	if len(d.stored) > 0 {
		d.legend.add("checkpoint", lineSample(checkpointStroke),
			glyphSample(darkGray, 2.2, draw.CircleGlyph{}))
	}
	if len(f.Lead) > 0 {
		diamonds := leadMarkers(f)
		test.plotters = append(test.plotters, diamonds)
		d.legend.add(lead, diamonds)
		note = sentences(note, leadNote)
	}
	ticks, born := birthTicks(t)
	test.plotters = append(test.plotters, ticks...)
	return Figure{
		title:   fitTitle("History", f),
		table:   historyTable(f, d.shown),
		legend:  append(d.legend, born...),
		body:    stacked([]*panel{loss, test, sigma}),
		size:    vg.Point{X: fullWidth, Y: 12.5 * vg.Centimeter},
		caption: fitCaption(f, sentences(note, birthCaption(t))),
	}, nil
}

// checkpointStroke is the line of a checkpoint.
var checkpointStroke = stroke(midGray, 0.5, 1.5, 2)

// A historyDrawer draws the panels of History.
type historyDrawer struct {
	f      results.FitRecord
	shown  []int     // entries of the trace
	when   []float64 // their epochs
	x      axis
	stored []float64 // the epochs of the checkpoints
	legend entries
}

func newHistoryDrawer(f results.FitRecord) *historyDrawer {
	d := &historyDrawer{f: f, shown: thinned(len(f.Trace.Epoch), mostEpochs), x: epochAxis(f.Trace)}
	d.when = epochs(f.Trace, d.shown)
	for _, c := range f.Statistics {
		d.stored = append(d.stored, float64(c.Epoch))
	}
	return d
}

// frame is a panel with the lines of the checkpoints.
func (d *historyDrawer) frame(y axis) *panel {
	p := &panel{x: d.x, y: y}
	for _, epoch := range d.stored {
		p.plotters = append(p.plotters, upright(epoch, y, checkpointStroke))
	}
	return p
}

// line draws the shown entries of a series, with its line of the legend.
func (d *historyDrawer) line(p *panel, label string, values []float64, s draw.LineStyle) {
	p.plotters = append(p.plotters, seen(d.when, pick(values, d.shown), s)...)
	d.legend.add(label, lineSample(s))
}

// dots draw a value at each checkpoint.
func (d *historyDrawer) dots(p *panel, c color.Color,
	value func(results.CheckpointRecord) float64) {
	if len(d.stored) == 0 {
		return
	}
	var values []float64
	for _, at := range d.f.Statistics {
		values = append(values, value(at))
	}
	p.plotters = append(p.plotters, markers(d.stored, values, c, 2.2, draw.CircleGlyph{}))
}

func (d *historyDrawer) loss() *panel {
	t := d.f.Trace
	e := empty().with(t.Loss...)
	penalized := slices.ContainsFunc(t.Penalty, func(p float64) bool { return p != 0 })
	if penalized {
		e = e.with(t.Penalty...)
	}
	p := d.frame(linear("loss L", e.padded(0.06), 4))
	d.line(p, "loss", t.Loss, stroke(blue, 1.2))
	if penalized {
		d.line(p, "penalty", t.Penalty, stroke(orange, 1.2, 4, 2.5))
	}
	return p
}

func (d *historyDrawer) statistic() *panel {
	p := d.frame(statisticAxis(d.f))
	d.line(p, "t", d.f.Trace.T, stroke(vermillion, 1.2))
	d.dots(p, vermillion, func(c results.CheckpointRecord) float64 { return c.T })
	return p
}

func (d *historyDrawer) width() *panel {
	e := empty().with(d.f.Trace.Sigma...)
	for _, c := range d.f.Statistics {
		e = e.with(c.Sigma)
	}
	p := d.frame(logarithmic(widthTitle(d.f), e.logPadded(0.06)))
	d.line(p, "σ", d.f.Trace.Sigma, stroke(green, 1.2))
	d.dots(p, green, func(c results.CheckpointRecord) float64 { return c.Sigma })
	return p
}

// leadMarkers are the values of lead, in another shape than the dots of t.
func leadMarkers(f results.FitRecord) *plotter.Scatter {
	var when, values []float64
	for _, c := range f.Lead {
		when, values = append(when, float64(c.Epoch)), append(values, c.T)
	}
	return markers(when, values, purple, 2.4, polygon{4, 0})
}

// statisticAxis is the vertical axis of t, and of lead if the fit has it, with room for ticks if
// there are births.
func statisticAxis(f results.FitRecord) axis {
	label := "statistic t"
	e := empty().with(f.Trace.T...)
	for _, c := range f.Statistics {
		e = e.with(c.T)
	}
	for _, c := range f.Lead {
		e, label = e.with(c.T), "t and "+lead
	}
	e = e.padded(0.06)
	if len(f.Trace.Born) > 0 {
		e.low -= 0.05 * (e.high - e.low)
	}
	return linear(label, e, 4)
}
