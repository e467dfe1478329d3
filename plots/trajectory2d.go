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
// epoch to a dot at the last one; the circle around the dot is the kernel's sphere of influence, |x
// - mu| <= sigma, as it projects onto the two coordinates. A path has a break where its kernel is
// born again, and a star where it goes on, which stands for the dot as well where that is at the
// last epoch. Colors follow the coefficient at the last epoch.
//
// It returns an error where the fit has no trace, has no such coordinates, or holds a number that
// cannot be drawn.
func Trajectory2D(fit results.Fit, i, j int) (Figure, error) {
	f, err := trajectory2D(fit, i, j)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: trajectory in two dimensions: %w", err)
	}
	return f, nil
}

func trajectory2D(f results.Fit, i, j int) (Figure, error) {
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
	shown := drawnEntries(t)
	last := len(t.Epoch) - 1
	sigma, a := t.Sigma[last], t.Coefficients[last]
	rx, knownX := radius(f, i)
	ry, knownY := radius(f, j)
	spheres := knownX && knownY

	scatter := func(rows [][]float64, c color.NRGBA) dots {
		chosen := thinned(len(rows), mostRows)
		return dots{x: pick(column(rows, i), chosen), y: pick(column(rows, j), chosen), c: c,
			radius: 0.7}
	}
	reference, data := scatter(f.Reference, faded(midGray, 0.55)),
		scatter(f.Data, faded(black, 0.7))
	ex, ey := empty().with(data.x...).with(reference.x...),
		empty().with(data.y...).with(reference.y...)
	plotters := []plot.Plotter{reference, data}

	limit := largestCoefficient(a)
	var circles, ends, stars []plot.Plotter
	for m := range kernels {
		color := diverging(shade(a[m], limit))
		all := lives(t, shown, m)
		for _, l := range all {
			var x, y, values []float64
			for _, k := range l.entries {
				x, y = append(x, t.Centroids[k][m][i]), append(y, t.Centroids[k][m][j])
				values = append(values, a[m])
			}
			ex, ey = ex.with(x...), ey.with(y...)
			plotters = append(plotters, path{x: x, y: y, values: values, limit: limit, width: 1.2})
			if l.born {
				stars = append(stars, markers(x[:1], y[:1], color, starSize, birthStar))
			} else {
				ends = append(ends, markers(x[:1], y[:1], darkGray, 2.4,
					hollow{draw.CircleGlyph{}}))
			}
		}
		endX, endY := t.Centroids[last][m][i], t.Centroids[last][m][j]
		if spheres {
			circle := ellipse(endX, endY, sigma*rx, sigma*ry)
			circle.fill, circle.edge = faded(color, 0.2), stroke(color, 0.8)
			circles = append(circles, circle)
		}
		if end := all[len(all)-1]; end.born && len(end.entries) == 1 {
			continue // its star says where it ends
		}
		ends = append(ends,
			markers([]float64{endX}, []float64{endY}, black, 2.6, draw.CircleGlyph{}),
			markers([]float64{endX}, []float64{endY}, color, 2, draw.CircleGlyph{}))
	}
	plotters = slices.Concat(plotters, circles, ends, stars)

	main := &panel{
		x:        linear(coordinate(f.Columns, i, dim), ex.padded(0.04), 7),
		y:        linear(coordinate(f.Columns, j, dim), ey.padded(0.04), 6),
		plotters: plotters,
	}
	legend := []entry{
		{"start", []plot.Thumbnailer{glyphSample(darkGray, 2.4, hollow{draw.CircleGlyph{}})}},
		{"path to the final centroid", []plot.Thumbnailer{path{width: 1.2},
			glyphSample(black, 2.6, draw.CircleGlyph{}),
			glyphSample(midGray, 2, draw.CircleGlyph{})}},
	}
	legend = append(legend, starEntry(t)...)
	more := []string{count(kernels, "kernel") + ".", birthCaption(t)}
	if spheres {
		legend = append(legend, entry{"final |x − μ| ≤ σ",
			[]plot.Thumbnailer{region{fill: faded(vermillion, 0.2),
				edge: stroke(vermillion, 0.8)}}})
		if standardized(f) {
			more = append(more, "Spheres: σ times the standard deviations of the reference.")
		}
	} else {
		more = append(more, fmt.Sprintf(noRadius, "Spheres are"))
	}
	if len(f.Data) > 0 {
		legend = append(legend, entry{"data D", []plot.Thumbnailer{data}})
	}
	if len(f.Reference) > 0 {
		legend = append(legend, entry{"reference R", []plot.Thumbnailer{reference}})
	}
	more = append(more, rowsCaption(f))
	if dim > 2 {
		more = append(more, fmt.Sprintf("Coordinates %d and %d of %d.", i+1, j+1, dim))
	}
	return Figure{
		title:  fitTitle("Kernel trajectories", f),
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
