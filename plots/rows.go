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

// rowDots are the rows of a fit in two of its coordinates, at most mostRows of each sample.
type rowDots struct{ data, reference dots }

func newRowDots(f results.FitRecord, i, j int) rowDots {
	of := func(rows [][]float64, c color.NRGBA) dots {
		chosen := thinned(len(rows), mostRows)
		return dots{x: pick(column(rows, i), chosen), y: pick(column(rows, j), chosen), c: c,
			radius: 0.7}
	}
	return rowDots{data: of(f.Data, faded(black, 0.7)),
		reference: of(f.Reference, faded(midGray, 0.55))}
}

// extents are the ranges of both coordinates.
func (r rowDots) extents() (x, y extent) {
	return empty().with(r.data.x...).with(r.reference.x...),
		empty().with(r.data.y...).with(r.reference.y...)
}

// plotters draw the reference below the data.
func (r rowDots) plotters() []plot.Plotter { return []plot.Plotter{r.reference, r.data} }

// legend has an entry for each sample that has rows.
func (r rowDots) legend() (legend entries) {
	if len(r.data.x) > 0 {
		legend.add("data D", r.data)
	}
	if len(r.reference.x) > 0 {
		legend.add("reference R", r.reference)
	}
	return legend
}

// spheres are the spheres of influence of kernels, |x - mu| <= sigma, projected onto two
// coordinates. They are not drawn if the record does not say how long sigma is in the data's units.
type spheres struct {
	rx, ry       float64 // one unit of sigma in the data's units
	known        bool
	standardized bool
	name         string // in captions, in the plural
	edge         vg.Length
}

func newSpheres(f results.FitRecord, i, j int) spheres {
	rx, knownX := radius(f, i)
	ry, knownY := radius(f, j)
	return spheres{rx: rx, ry: ry, known: knownX && knownY, standardized: standardized(f),
		name: "Spheres", edge: 0.8}
}

// around draws the sphere of a kernel of the width sigma.
func (s spheres) around(x, y, sigma float64, c color.NRGBA) []plot.Plotter {
	if !s.known {
		return nil
	}
	circle := ellipse(x, y, sigma*s.rx, sigma*s.ry)
	circle.fill, circle.edge = faded(c, 0.2), stroke(c, s.edge)
	return []plot.Plotter{circle}
}

// legend has an entry with the label if the spheres are drawn.
func (s spheres) legend(label string) entries {
	if !s.known {
		return nil
	}
	return newEntries(label,
		region{fill: faded(vermillion, 0.2), edge: stroke(vermillion, s.edge)})
}

// note is what a caption says of the spheres.
func (s spheres) note() string {
	switch {
	case !s.known:
		return fmt.Sprintf(noRadius, s.name+" are")
	case s.standardized:
		return s.name + ": σ times the standard deviations of the reference."
	}
	return ""
}

// rimmed is a dot with a black rim, for a kernel of the coefficient a.
func rimmed(x, y float64, c color.NRGBA, a float64) []plot.Plotter {
	return append([]plot.Plotter{
		markers([]float64{x}, []float64{y}, black, 2.6, draw.CircleGlyph{}),
		markers([]float64{x}, []float64{y}, c, 2, draw.CircleGlyph{}),
	}, core(x, y, a)...)
}

// core is the white middle of the dot of a kernel with a coefficient below 0. Without color, both
// ends of the map of coefficients are alike.
func core(x, y, a float64) []plot.Plotter {
	if a >= 0 {
		return nil
	}
	return []plot.Plotter{markers([]float64{x}, []float64{y}, white, coreSize, draw.CircleGlyph{})}
}

const coreSize = vg.Length(0.9)

// coreEntry is the legend's line for the white middles, if there are any.
func coreEntry(coefficients []float64) entries {
	if !slices.ContainsFunc(coefficients, func(a float64) bool { return a < 0 }) {
		return nil
	}
	return newEntries("a < 0", append(rimmedSamples(),
		glyphSample(white, coreSize, draw.CircleGlyph{}))...)
}

// rimmedSamples stand for dots with a black rim in a legend.
func rimmedSamples() []plot.Thumbnailer {
	return []plot.Thumbnailer{glyphSample(black, 2.6, draw.CircleGlyph{}),
		glyphSample(midGray, 2, draw.CircleGlyph{})}
}
