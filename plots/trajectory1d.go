package plots

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// Trajectory1D draws the kernels of a one-dimensional fit against epoch. The line of each centroid
// is colored by its coefficient, and the band around it reaches from mu-sigma to mu+sigma. Both
// have a break where a kernel is born again, and a star, in the color of its last coefficient,
// where they go on. If the fit has the rows of its samples, a panel on the right has the densities
// of the data and of the reference on a logarithmic axis.
//
// It returns an error if the fit has no trace, is not one-dimensional, or holds a number that
// cannot be drawn.
func Trajectory1D(fit results.FitRecord) (Figure, error) {
	f, err := trajectory1D(fit)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: trajectory in one dimension: %w", err)
	}
	return f, nil
}

func trajectory1D(f results.FitRecord) (Figure, error) {
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
	data, reference := column(f.Data, 0), column(f.Reference, 0)
	e := empty().with(data...).with(reference...)
	for _, row := range t.Centroids {
		e = e.with(column(row, 0)...)
	}
	y := linear(coordinate(f.Columns, 0, 1), e.padded(0.03), 6)
	limit := largestCoefficient(t.Coefficients...)
	paths := newLinePaths(f, limit)
	for i := range kernels {
		paths.add(i)
	}
	body := layout{panels: [][]*panel{{{x: epochAxis(t), y: y, plotters: paths.plotters()}}},
		widths: []float64{1}, gapX: 5}
	legend := append(entries{
		{"centroid μ", []plot.Thumbnailer{path{width: 1.6}}},
		{"start", []plot.Thumbnailer{glyphSample(darkGray, 2.2, hollow{draw.CircleGlyph{}})}},
	}, starEntry(t)...)
	legend = append(legend, coreEntry(t.Coefficients[len(t.Epoch)-1])...)
	more := sentences(count(kernels, "kernel")+".", birthCaption(t))
	if paths.known {
		legend.add("μ ± σ", region{fill: bandFill})
	} else {
		more += " " + fmt.Sprintf(noRadius, "μ ± σ is")
	}
	if side := densities(y, data, reference); side != nil {
		body.panels[0], body.widths = append(body.panels[0], side), append(body.widths, 0.2)
		legend = append(legend, densityLegend(f)...)
	}
	body.panels[0] = append(body.panels[0],
		colorBar("coefficient a", extent{-limit, limit}, diverging))
	body.widths = append(body.widths, 0.03)
	return Figure{
		title:   fitTitle("Kernel trajectories", f),
		table:   lineTable(f, y, data, reference),
		legend:  legend,
		body:    body,
		size:    vg.Point{X: fullWidth, Y: halfHeight},
		caption: fitCaption(f, more),
	}, nil
}

// linePaths are the centroids of kernels in one dimension against epoch.
type linePaths struct {
	trace *results.Trace
	shown []int   // entries of the trace
	unit  float64 // one unit of sigma in the data's units
	known bool    // unit is
	limit float64 // of the color map

	bands, lines, stars []plot.Plotter
}

func newLinePaths(f results.FitRecord, limit float64) linePaths {
	unit, known := radius(f, 0)
	return linePaths{trace: f.Trace, shown: drawnEntries(f.Trace), unit: unit, known: known,
		limit: limit}
}

// add draws the path of a kernel with its band, its births and its end.
func (p *linePaths) add(kernel int) {
	t := p.trace
	last := len(t.Epoch) - 1
	final := diverging(shade(t.Coefficients[last][kernel], p.limit))
	for _, l := range lives(t, p.shown, kernel) {
		when := epochs(t, l.entries)
		var mu, a, low, high []float64
		for _, k := range l.entries {
			m := t.Centroids[k][kernel][0]
			mu, a = append(mu, m), append(a, t.Coefficients[k][kernel])
			low, high = append(low, m-p.unit*t.Sigma[k]), append(high, m+p.unit*t.Sigma[k])
		}
		if p.known {
			p.bands = append(p.bands, between(when, low, high, bandFill))
		}
		p.lines = append(p.lines, path{x: when, y: mu, values: a, limit: p.limit, width: 1.6})
		if l.born {
			p.stars = append(p.stars, markers(when[:1], mu[:1], final, starSize, birthStar))
		} else {
			p.lines = append(p.lines, markers(when[:1], mu[:1], darkGray, 2.2,
				hollow{draw.CircleGlyph{}}))
		}
	}
	end := []float64{t.Centroids[last][kernel][0]}
	p.lines = append(p.lines, markers(epochs(t, []int{last}), end, final, 2.8,
		draw.CircleGlyph{}))
	p.lines = append(p.lines, core(float64(t.Epoch[last]), end[0], t.Coefficients[last][kernel])...)
}

// plotters are all of it in the order of drawing.
func (p *linePaths) plotters() []plot.Plotter { return slices.Concat(p.bands, p.lines, p.stars) }

var (
	bandFill = faded(skyBlue, 0.13)
	dataEdge = stroke(black, 0.8)
)

// densityLegend has an entry for each sample of a fit that has rows.
func densityLegend(f results.FitRecord) (legend entries) {
	if len(f.Data) > 0 {
		legend.add("data D", lineSample(dataEdge))
	}
	if len(f.Reference) > 0 {
		legend.add("reference R", region{fill: lightGray})
	}
	return legend
}

// densities is a panel next to the trajectories that shares their vertical axis: the densities of
// the reference (filled) and of the data (outlined), each normalized by itself. It is nil if there
// are no rows.
func densities(y axis, data, reference []float64) *panel {
	if len(data)+len(reference) == 0 {
		return nil
	}
	r, d := densityBins(y, reference), densityBins(y, data)
	e := empty()
	for _, v := range append(slices.Clone(r), d...) {
		if v > 0 {
			e = e.with(v)
		}
	}
	e = e.logPadded(0.06)
	e.low /= 1.5 // a bin of one row stands above the axis
	shape := func(h []float64) (xs, ys []float64) {
		xs, ys = append(xs, e.low), append(ys, y.low)
		for i, v := range h {
			bottom := y.low + (y.high-y.low)*float64(i)/sideBins
			v = max(v, e.low)
			xs, ys = append(xs, v, v), append(ys, bottom, bottom+(y.high-y.low)/sideBins)
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

// sideBins is how many bins the densities next to trajectories have.
const sideBins = 40

// densityBins is the density of values in equal bins of an axis.
func densityBins(y axis, values []float64) []float64 {
	h := make([]float64, sideBins)
	for _, v := range values {
		h[min(int(sideBins*y.norm(v)), sideBins-1)] += sideBins /
			((y.high - y.low) * float64(len(values)))
	}
	return h
}
