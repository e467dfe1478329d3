package plots

import (
	"fmt"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/findings"
)

func whereTwo(f findings.Findings) (Figure, error) {
	fit := asFit(f)
	if err := checkRows(fit, 2); err != nil {
		return Figure{}, err
	}
	rows, spheres := newRowDots(fit, 0, 1), newSpheres(fit, 0, 1)
	spheres.name, spheres.edge = "Circles", 1
	shown := f.Kernels[:min(len(f.Kernels), mostMarked)]
	limit := coefficientLimit(f.Kernels)
	ex, ey := rows.extents()
	var circles, centers []plot.Plotter
	var labels tags
	for _, k := range shown {
		x, y := k.Centroid[0], k.Centroid[1]
		ex, ey = ex.with(x), ey.with(y)
		color := diverging(shade(k.Coefficient, limit))
		circles = append(circles, spheres.around(x, y, f.Sigma, color)...)
		centers = append(centers, rimmed(x, y, color, k.Coefficient)...)
		labels = append(labels, tag{x, y, fmt.Sprintf("%d: %s", k.Kernel, significance(k.Soft.Z))})
	}
	main := &panel{
		x: linear(coordinate(fit.Columns, 0, 2), ex.padded(0.04), 7),
		y: linear(coordinate(fit.Columns, 1, 2), ey.padded(0.04), 6),
		plotters: slices.Concat(rows.plotters(), circles, centers,
			[]plot.Plotter{labels}),
	}
	more := []string{"Labels: kernel and Z.", spheres.note()}
	if n, m := len(rows.data.x), len(rows.reference.x); n < f.DataRows || m < f.ReferenceRows {
		more = append(more, fmt.Sprintf("Drawn: %d of %d data and %d of %d reference rows.", n,
			f.DataRows, m, f.ReferenceRows))
	}
	more = append(more, notShown(len(f.Kernels), len(shown)))
	return Figure{
		title: "Where the kernels ended", table: planeTable(f, shown, rows),
		legend: slices.Concat(newEntries("centroid", rimmedSamples()...),
			coreEntry(coefficientsOf(shown)),
			spheres.legend("|x − μ| ≤ σ"), rows.legend()),
		body: layout{
			panels: [][]*panel{{main, colorBar("coefficient a", extent{-limit, limit},
				diverging)}},
			widths: []float64{1, 0.025}, gapX: 5,
		},
		size: vg.Point{X: fullWidth, Y: 12 * vg.Centimeter}, caption: findingsCaption(f, more...),
	}, nil
}
