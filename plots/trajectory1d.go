package plots

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// Trajectory1D draws the kernels of a one-dimensional fit against epoch: the line of each centroid
// is colored by its coefficient, the band around it reaches from mu-sigma to mu+sigma. Both have a
// break where a kernel is born again, and a star, in the color of its last coefficient, where they
// go on. Beside it stand the densities of the data and of the reference, on a logarithmic axis,
// where the fit has their rows.
//
// It returns an error where the fit has no trace, is not one-dimensional, or holds a number that
// cannot be drawn.
func Trajectory1D(fit results.Fit) (Figure, error) {
	f, err := trajectory1D(fit)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: trajectory in one dimension: %w", err)
	}
	return f, nil
}

func trajectory1D(f results.Fit) (Figure, error) {
	kernels, dim, err := checkPaths(f)
	if err != nil {
		return Figure{}, err
	}
	if dim != 1 {
		return Figure{}, fmt.Errorf("the fit has %d dimensions", dim)
	}
	if err := checkRows(f, dim); err != nil {
		return Figure{}, err
	}
	if err := checkStatistics(f); err != nil {
		return Figure{}, err
	}
	t := f.Trace
	shown := drawnEntries(t)
	data, reference := column(f.Data, 0), column(f.Reference, 0)

	e := empty().with(data...).with(reference...)
	for _, row := range t.Centroids {
		e = e.with(column(row, 0)...)
	}
	x := epochAxis(t)
	y := linear(coordinate(f.Columns, 0, 1), e.padded(0.03), 6)

	unit, known := radius(f, 0)
	limit := largestCoefficient(t.Coefficients...)
	var bands, lines, stars []plot.Plotter
	last := len(t.Epoch) - 1
	for i := range kernels {
		final := diverging(shade(t.Coefficients[last][i], limit))
		for _, l := range lives(t, shown, i) {
			when := epochs(t, l.entries)
			var mu, a, low, high []float64
			for _, k := range l.entries {
				m := t.Centroids[k][i][0]
				mu, a = append(mu, m), append(a, t.Coefficients[k][i])
				low, high = append(low, m-unit*t.Sigma[k]), append(high, m+unit*t.Sigma[k])
			}
			if known {
				bands = append(bands, between(when, low, high, bandFill))
			}
			lines = append(lines, path{x: when, y: mu, values: a, limit: limit, width: 1.6})
			if l.born {
				stars = append(stars, markers(when[:1], mu[:1], final, starSize, birthStar))
			} else {
				lines = append(lines, markers(when[:1], mu[:1], darkGray, 2.2,
					hollow{draw.CircleGlyph{}}))
			}
		}
		end := []float64{t.Centroids[last][i][0]}
		lines = append(lines, markers(epochs(t, []int{last}), end, final, 2.8, draw.CircleGlyph{}))
	}
	main := &panel{x: x, y: y, plotters: slices.Concat(bands, lines, stars)}
	body := layout{panels: [][]*panel{{main}}, widths: []float64{1}, gapX: 5}
	legend := []entry{
		{"centroid μ", []plot.Thumbnailer{path{width: 1.6}}},
		{"start", []plot.Thumbnailer{glyphSample(darkGray, 2.2, hollow{draw.CircleGlyph{}})}},
	}
	legend = append(legend, starEntry(t)...)
	more := sentences(count(kernels, "kernel")+".", birthCaption(t))
	if known {
		legend = append(legend, entry{"μ ± σ", []plot.Thumbnailer{region{fill: bandFill}}})
	} else {
		more += " " + fmt.Sprintf(noRadius, "μ ± σ is")
	}
	if side := densities(y, data, reference); side != nil {
		body.panels[0], body.widths = append(body.panels[0], side), append(body.widths, 0.2)
		if len(data) > 0 {
			legend = append(legend, entry{"data D", []plot.Thumbnailer{lineSample(dataEdge)}})
		}
		if len(reference) > 0 {
			legend = append(legend, entry{"reference R",
				[]plot.Thumbnailer{region{fill: lightGray}}})
		}
	}
	body.panels[0], body.widths = append(body.panels[0],
		colorBar("coefficient a", extent{-limit, limit}, diverging)), append(body.widths, 0.03)
	return Figure{
		title:   fitTitle("Kernel trajectories", f),
		legend:  legend,
		body:    body,
		size:    vg.Point{X: fullWidth, Y: halfHeight},
		caption: fitCaption(f, more),
	}, nil
}

var (
	bandFill = faded(skyBlue, 0.13)
	dataEdge = stroke(black, 0.8)
)

// densities is a panel beside the trajectories that shares their vertical axis: the densities of
// the reference (filled) and of the data (outlined), each normalized by itself. It is nil where
// there are no rows.
func densities(y axis, data, reference []float64) *panel {
	if len(data)+len(reference) == 0 {
		return nil
	}
	const bins = 40
	fill := func(values []float64) []float64 {
		h := make([]float64, bins)
		for _, v := range values {
			h[min(int(bins*y.norm(v)), bins-1)] += bins / ((y.high - y.low) * float64(len(values)))
		}
		return h
	}
	r, d := fill(reference), fill(data)
	e := empty()
	for _, v := range append(slices.Clone(r), d...) {
		if v > 0 {
			e = e.with(v)
		}
	}
	e = e.logPadded(0.06)
	e.low /= 1.5 // so that bins of one row are seen to hold one
	shape := func(h []float64) (xs, ys []float64) {
		xs, ys = append(xs, e.low), append(ys, y.low)
		for i, v := range h {
			bottom := y.low + (y.high-y.low)*float64(i)/bins
			v = max(v, e.low)
			xs, ys = append(xs, v, v), append(ys, bottom, bottom+(y.high-y.low)/bins)
		}
		return append(xs, e.low), append(ys, y.high)
	}
	p := &panel{x: logarithmic("density", e), y: y.stripped()}
	if len(reference) > 0 {
		xs, ys := shape(r)
		p.plotters = append(p.plotters, region{x: xs, y: ys, fill: lightGray})
	}
	if len(data) > 0 {
		xs, ys := shape(d)
		p.plotters = append(p.plotters, region{x: xs, y: ys, edge: dataEdge, open: true})
	}
	return p
}
