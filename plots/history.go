package plots

import (
	"cmp"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// History draws the loss (and the penalty, where there is one), the statistic t and the width sigma
// of a fit against epoch, in three panels; sigma has a logarithmic axis. Vertical lines mark the
// checkpoints, dots the statistics that were stored there; those of lead, where the fit has them,
// stand beside those of t. Ticks below t mark the births of kernels.
//
// It returns an error where the fit has no trace or holds a number that cannot be drawn.
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
	penalized := false
	if len(t.Penalty) > 0 {
		if err := series("trace: penalty", t.Penalty, n); err != nil {
			return Figure{}, err
		}
		for _, p := range t.Penalty {
			penalized = penalized || p != 0
		}
	}
	shown := thinned(n, mostEpochs)
	when, x := epochs(t, shown), epochAxis(t)
	var stored, statistic, width []float64
	for _, c := range f.Statistics {
		stored, statistic, width = append(stored, float64(c.Epoch)), append(statistic, c.T),
			append(width, c.Sigma)
	}

	hairline := stroke(midGray, 0.5, 1.5, 2)
	frame := func(y axis) *panel {
		p := &panel{x: x, y: y}
		for _, epoch := range stored {
			p.plotters = append(p.plotters, upright(epoch, y, hairline))
		}
		return p
	}
	var legend []legendEntry
	line := func(p *panel, label string, values []float64, s draw.LineStyle) {
		p.plotters = append(p.plotters, seen(when, pick(values, shown), s)...)
		legend = append(legend, legendEntry{label, []plot.Thumbnailer{lineSample(s)}})
	}

	lossRange := empty().with(t.Loss...)
	if penalized {
		lossRange = lossRange.with(t.Penalty...)
	}
	loss := frame(linear("loss L", lossRange.padded(0.06), 4))
	line(loss, "loss", t.Loss, stroke(blue, 1.2))
	if penalized {
		line(loss, "penalty", t.Penalty, stroke(orange, 1.2, 4, 2.5))
	}
	test := frame(statisticAxis(f))
	line(test, "t", t.T, stroke(vermillion, 1.2))
	sigma := frame(logarithmic(widthTitle(f),
		empty().with(t.Sigma...).with(width...).logPadded(0.06)))
	line(sigma, "σ", t.Sigma, stroke(green, 1.2))
	if len(stored) > 0 {
		test.plotters = append(test.plotters, markers(stored, statistic, vermillion, 2.2,
			draw.CircleGlyph{}))
		sigma.plotters = append(sigma.plotters, markers(stored, width, green, 2.2,
			draw.CircleGlyph{}))
		legend = append(legend, legendEntry{"checkpoint", []plot.Thumbnailer{lineSample(hairline),
			glyphSample(darkGray, 2.2, draw.CircleGlyph{})}})
	}
	note := "The loss is that before each epoch's step and without the penalty; t and σ are " +
		"those after it."
	if len(f.Lead) > 0 {
		diamonds := leadMarkers(f)
		test.plotters = append(test.plotters, diamonds)
		legend = append(legend, legendEntry{lead, []plot.Thumbnailer{diamonds}})
		note = sentences(note, leadNote)
	}
	ticks, born := birthTicks(t)
	test.plotters, legend = append(test.plotters, ticks...), append(legend, born...)
	return Figure{
		title:   fitTitle("History", f),
		legend:  legend,
		body:    stacked([]*panel{loss, test, sigma}),
		size:    vg.Point{X: fullWidth, Y: 12.5 * vg.Centimeter},
		caption: fitCaption(f, sentences(note, birthCaption(t))),
	}, nil
}

// leadMarkers are the values of lead, in another shape than the dots of t.
func leadMarkers(f results.FitRecord) *plotter.Scatter {
	var when, values []float64
	for _, c := range f.Lead {
		when, values = append(when, float64(c.Epoch)), append(values, c.T)
	}
	return markers(when, values, purple, 2.4, polygon{4, 0})
}

// statisticAxis is the vertical axis of t, and of lead where the fit has it, with room for ticks
// where there are births.
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
