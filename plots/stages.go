package plots

import (
	"slices"

	"gonum.org/v1/plot"

	"sparker/results"
)

// A planeStage draws kernels as circles over the rows, in a plane.
type planeStage struct {
	trace *results.Trace
	plane plane
	limit float64 // of the color map
	x, y  axis
	rows  rowDots
}

func newPlaneStage(f results.FitRecord, p plane, limit float64) planeStage {
	s := planeStage{trace: f.Trace, plane: p, limit: limit}
	projected := f
	projected.Data, projected.Reference = p.all(f.Data), p.all(f.Reference)
	s.rows = newRowDots(projected, 0, 1)
	x, y := s.rows.extents()
	for _, points := range f.Trace.Centroids {
		for _, mu := range points {
			at := p.of(mu)
			x, y = x.with(at[0]), y.with(at[1])
		}
	}
	s.x, s.y = linear(p.labels[0], x.padded(0.04), 7), linear(p.labels[1], y.padded(0.04), 6)
	return s
}

// legend implements stage.
func (s planeStage) legend() entries { return s.rows.legend() }

// panels implements stage.
func (s planeStage) panels(entry int, m frameMarks) ([][]*panel, []float64) {
	place := func(k int) (x, y float64) {
		at := s.plane.of(s.trace.Centroids[entry][k])
		return at[0], at[1]
	}
	var circles, centers []plot.Plotter
	for k, a := range s.trace.Coefficients[entry] {
		x, y := place(k)
		c := diverging(shade(a, s.limit))
		circles = append(circles, s.plane.spheres.around(x, y, s.trace.Sigma[entry], c)...)
		centers = append(centers, rimmed(x, y, c, a)...)
	}
	main := &panel{x: s.x, y: s.y, plotters: slices.Concat(s.rows.plotters(), circles, centers,
		m.pointed(place))}
	bar := colorBar("coefficient a", extent{-s.limit, s.limit}, diverging)
	return [][]*panel{{main, bar}}, []float64{7}
}

// A lineStage draws kernels in one dimension: as bands over the densities of the samples, and as
// bars at the height of their coefficients.
type lineStage struct {
	trace           *results.Trace
	limit           float64 // of the color map
	unit            float64 // of sigma, in the data's units; 0 if it is not known
	x, y, a         axis
	data, reference region
	samples         entries // of the legend
}

func newLineStage(f results.FitRecord, limit float64) lineStage {
	s := lineStage{trace: f.Trace, limit: limit, samples: densityLegend(f)}
	if unit, known := radius(f, 0); known {
		s.unit = unit
	}
	data, reference := column(f.Data, 0), column(f.Reference, 0)
	e := empty().with(data...).with(reference...)
	for _, points := range f.Trace.Centroids {
		e = e.with(column(points, 0)...)
	}
	s.x = linear(coordinate(f.Columns, 0, 1), e.padded(0.02), 7)
	h := stepHistograms{low: s.x.low, width: (s.x.high - s.x.low) / sideBins,
		data: make([]float64, sideBins), reference: make([]float64, sideBins)}
	if len(data) > 0 {
		h.data = densityBins(s.x, data)
	}
	if len(reference) > 0 {
		h.reference = densityBins(s.x, reference)
	}
	s.y, s.reference, s.data = h.steps()
	s.y.label = "density"
	coefficients := empty().with(0)
	for _, a := range f.Trace.Coefficients {
		coefficients = coefficients.with(a...)
	}
	s.a = linear("coefficient a", coefficients.padded(0.1), 3)
	return s
}

// legend implements stage.
func (s lineStage) legend() entries { return s.samples }

// panels implements stage.
func (s lineStage) panels(entry int, m frameMarks) ([][]*panel, []float64) {
	mu, a := s.trace.Centroids[entry], s.trace.Coefficients[entry]
	half := s.unit * s.trace.Sigma[entry]
	top := &panel{x: s.x.stripped(), y: s.y, plotters: []plot.Plotter{s.reference}}
	low := &panel{x: s.x, y: s.a, plotters: []plot.Plotter{across(s.x, 0, stroke(darkGray, 0.6))}}
	var dots []plot.Plotter
	for k := range mu {
		c, x := diverging(shade(a[k], s.limit)), mu[k][0]
		if half > 0 {
			top.plotters = append(top.plotters, between([]float64{x - half, x + half},
				[]float64{s.y.low, s.y.low}, []float64{s.y.high, s.y.high}, faded(c, 0.14)))
			low.plotters = append(low.plotters, curve([]float64{max(x-half, s.x.low),
				min(x+half, s.x.high)}, []float64{a[k], a[k]}, stroke(c, 2.2)))
		}
		top.plotters = append(top.plotters, upright(x, s.y, stroke(c, 1.2)))
		dots = append(dots, rimmed(x, a[k], c, a[k])...)
	}
	top.plotters = append(top.plotters, s.data)
	low.plotters = slices.Concat(low.plotters, dots,
		m.pointed(func(k int) (x, y float64) { return mu[k][0], a[k] }))
	bar := colorBar("coefficient a", extent{-s.limit, s.limit}, diverging)
	return [][]*panel{{top, nil}, {low, bar}}, []float64{4, 3}
}
