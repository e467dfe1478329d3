package plots

import (
	"fmt"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// Trajectory2D draws the paths of the kernels of a fit over its data and reference rows, in
// coordinates i and j (counted from 0) of its d. Each path runs from a ring at the first recorded
// epoch to a dot at the last one. The circle around the dot is the kernel's sphere of influence,
// |x - mu| <= sigma, projected onto the two coordinates. A path has a break where its kernel is
// born again, and a star where it goes on; a star at the last epoch replaces the dot. Colors follow
// the coefficient at the last epoch.
//
// It returns an error if the fit has no trace, if it does not have two such coordinates, or if it
// holds a number that cannot be drawn.
func Trajectory2D(fit results.FitRecord, i, j int) (Figure, error) {
	f, err := trajectory2D(fit, i, j)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: trajectory in two dimensions: %w", err)
	}
	return f, nil
}

func trajectory2D(f results.FitRecord, i, j int) (Figure, error) {
	kernels, dim, err := checkPaths(f)
	if err != nil {
		return Figure{}, err
	}
	if i < 0 || j < 0 || i >= dim || j >= dim || i == j {
		return Figure{}, fmt.Errorf("coordinates %d and %d are not two of the fit's %d", i, j, dim)
	}
	if err := checkRows(f, dim); err != nil {
		return Figure{}, err
	}
	if err := checkStatistics(f); err != nil {
		return Figure{}, err
	}
	t := f.Trace
	rows, spheres := newRowDots(f, i, j), newSpheres(f, i, j)
	limit := largestCoefficient(t.Coefficients[len(t.Epoch)-1])
	paths := planePaths{trace: t, shown: drawnEntries(t), i: i, j: j, limit: limit}
	paths.x, paths.y = rows.extents()
	for m := range kernels {
		paths.add(m, spheres)
	}
	main := &panel{
		x:        linear(coordinate(f.Columns, i, dim), paths.x.padded(0.04), 7),
		y:        linear(coordinate(f.Columns, j, dim), paths.y.padded(0.04), 6),
		plotters: append(rows.plotters(), paths.plotters()...),
	}
	legend := slices.Concat(
		entries{
			{"start", []plot.Thumbnailer{glyphSample(darkGray, 2.4, hollow{draw.CircleGlyph{}})}},
			{"path to the final centroid",
				append([]plot.Thumbnailer{path{width: 1.2}}, rimmedSamples()...)},
		},
		coreEntry(t.Coefficients[len(t.Epoch)-1]), starEntry(t),
		spheres.legend("final |x − μ| ≤ σ"), rows.legend())
	more := []string{count(kernels, "kernel") + ".", birthCaption(t), spheres.note(),
		rowsCaption(f)}
	if dim > 2 {
		more = append(more, fmt.Sprintf("Coordinates %d and %d of %d.", i+1, j+1, dim))
	}
	numbers := pathTable(f, i, j)
	numbers.addDots(rows)
	return Figure{
		title:  fitTitle("Kernel trajectories", f),
		table:  numbers,
		legend: legend,
		body: layout{
			panels: [][]*panel{{main, colorBar("final coefficient a", extent{-limit, limit},
				diverging)}},
			widths: []float64{1, 0.025},
			gapX:   5,
		},
		size:    vg.Point{X: fullWidth, Y: 12 * vg.Centimeter},
		caption: fitCaption(f, sentences(more...)),
	}, nil
}

// planePaths are the paths of kernels in coordinates i and j.
type planePaths struct {
	trace *results.Trace
	shown []int // entries of the trace
	i, j  int
	limit float64 // of the color map
	x, y  extent  // of all that is drawn

	lines, circles, ends, stars []plot.Plotter
}

// add draws the path of a kernel with its start, its births and its end.
func (p *planePaths) add(kernel int, s spheres) {
	t := p.trace
	last := len(t.Epoch) - 1
	a := t.Coefficients[last][kernel]
	color := diverging(shade(a, p.limit))
	all := lives(t, p.shown, kernel)
	for _, l := range all {
		p.addLife(kernel, l, a, color)
	}
	end := t.Centroids[last][kernel]
	p.circles = append(p.circles, s.around(end[p.i], end[p.j], t.Sigma[last], color)...)
	if l := all[len(all)-1]; l.born && len(l.entries) == 1 {
		return // its star is where it ends
	}
	p.ends = append(p.ends, rimmed(end[p.i], end[p.j], color, a)...)
}

// addLife draws a part of a kernel's path without a break, of the color of the coefficient a.
func (p *planePaths) addLife(kernel int, l life, a float64, color color.NRGBA) {
	var x, y, values []float64
	for _, k := range l.entries {
		mu := p.trace.Centroids[k][kernel]
		x, y, values = append(x, mu[p.i]), append(y, mu[p.j]), append(values, a)
	}
	p.x, p.y = p.x.with(x...), p.y.with(y...)
	p.lines = append(p.lines, path{x: x, y: y, values: values, limit: p.limit, width: 1.2})
	if l.born {
		p.stars = append(p.stars, markers(x[:1], y[:1], color, starSize, birthStar))
		return
	}
	p.ends = append(p.ends, markers(x[:1], y[:1], darkGray, 2.4, hollow{draw.CircleGlyph{}}))
}

// plotters are all of it in the order of drawing.
func (p *planePaths) plotters() []plot.Plotter {
	return slices.Concat(p.lines, p.circles, p.ends, p.stars)
}
