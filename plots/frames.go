package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	mostFrames    = 120 // of an animation
	mostFrameRows = 500 // of the data and of the reference each, in each frame
	freshFrames   = 4   // in which a birth has a ring
	mergedWithin  = 0.1 // in units of sigma
)

// A film makes the frames of a fit.
type film struct {
	f       results.FitRecord
	shown   []int // the entries of the trace that have a frame
	kernels int
	limit   float64 // of the color map
	x       axis    // of the strips below
	t, s    axis
	stage   stage
	legend  entries
	note    string
}

// A stage draws the kernels of a fit at an entry of its trace, over its rows.
type stage interface {
	// panels are the panels above the strips. Marks are drawn over the kernels.
	panels(entry int, m frameMarks) (rows [][]*panel, heights []float64)
	// legend explains the rows.
	legend() entries
}

// frameMarks are the kernels that a frame points out.
type frameMarks struct {
	born   []int // a short while ago
	merged []int // within mergedWithin of a kernel with a larger coefficient
}

// newFilm refuses fits that Trajectory1D and Trajectory2D refuse.
func newFilm(f results.FitRecord, columns []int) (*film, error) {
	kernels, dim, err := checkPaths(f)
	if err != nil {
		return nil, err
	}
	if err := checkRows(f, dim); err != nil {
		return nil, err
	}
	tr := f.Trace
	if err := series("trace: t", tr.T, len(tr.Epoch)); err != nil {
		return nil, err
	}
	f.Data = pick(f.Data, thinned(len(f.Data), mostFrameRows))
	f.Reference = pick(f.Reference, thinned(len(f.Reference), mostFrameRows))
	m := &film{f: f, shown: thinned(len(tr.Epoch), mostFrames), kernels: kernels,
		limit: largestCoefficient(tr.Coefficients...), x: epochAxis(tr),
		t: linear("t", empty().with(tr.T...).padded(0.1), 2),
		s: logarithmic("σ", empty().with(tr.Sigma...).logPadded(0.1))}
	if dim == 1 {
		m.stage = newLineStage(f, m.limit)
	} else {
		p, err := newPlane(f, dim, columns)
		if err != nil {
			return nil, err
		}
		m.stage = newPlaneStage(f, p, m.limit)
		m.note = sentences(p.note, p.spheres.note())
	}
	m.legend = append(m.stage.legend(), newEntry("centroid μ", rimmedSamples()...),
		newEntry("|x − μ| ≤ σ", region{fill: faded(vermillion, 0.2),
			edge: stroke(vermillion, 0.8)}))
	m.legend = append(m.legend, coreEntry(slices.Concat(tr.Coefficients...))...)
	if len(tr.Born) > 0 {
		m.legend.add(bornAgain, glyphSample(black, 5, ring{}))
	}
	m.legend.add("within 0.1 σ of another", glyphSample(black, mergedSize, draw.CrossGlyph{}))
	return m, nil
}

// frame draws a frame, counted from 0.
func (m *film) frame(n int) Figure {
	k := m.shown[n]
	tr := m.f.Trace
	rows, heights := m.stage.panels(k, frameMarks{born: m.fresh(n), merged: m.merged(k)})
	t, s := m.strip(k, m.t, tr.T, vermillion), m.strip(k, m.s, tr.Sigma, green)
	t.title = fmt.Sprintf("epoch %d of %d,  σ = %s,  t = %s", tr.Epoch[k],
		tr.Epoch[len(tr.Epoch)-1], number(tr.Sigma[k]), number(tr.T[k]))
	t.x = t.x.stripped()
	body := layout{panels: append(rows, []*panel{t, nil}, []*panel{s, nil}),
		widths: []float64{1, 0.025}, heights: append(heights, 1, 1), gapX: 5, gapY: 4}
	return Figure{
		title: fitTitle("Training", m.f), table: newTable("epoch"), legend: m.legend, body: body,
		size: vg.Point{X: fullWidth, Y: 13.5 * vg.Centimeter},
		// The caption has as many lines in every frame.
		caption: append([]string{sentences(count(m.kernels, "kernel")+".", m.note)},
			warnings(m.f.Warnings)...),
	}
}

// strip draws a series of the trace, with a cursor at an entry.
func (m *film) strip(entry int, y axis, values []float64, c color.NRGBA) *panel {
	tr := m.f.Trace
	all := thinned(len(tr.Epoch), mostEpochs)
	past, _ := slices.BinarySearch(all, entry+1)
	now := []float64{float64(tr.Epoch[entry])}
	p := &panel{x: m.x, y: y}
	p.plotters = append(p.plotters, seen(epochs(tr, all), pick(values, all),
		stroke(lightGray, 1))...)
	if past > 1 {
		p.plotters = append(p.plotters, curve(epochs(tr, all[:past]), pick(values, all[:past]),
			stroke(c, 1.3)))
	}
	p.plotters = append(p.plotters, upright(now[0], y, stroke(darkGray, 0.7)),
		markers(now, values[entry:entry+1], c, 2.4, draw.CircleGlyph{}))
	return p
}

// fresh are the kernels that were born in a frame or a few frames before.
func (m *film) fresh(n int) (kernels []int) {
	tr := m.f.Trace
	after := math.MinInt
	if n >= freshFrames {
		after = tr.Epoch[m.shown[n-freshFrames]]
	}
	for _, b := range tr.Born {
		if b.Epoch > after && b.Epoch <= tr.Epoch[m.shown[n]] {
			kernels = append(kernels, b.Kernel)
		}
	}
	return kernels
}

// merged are the kernels that have come close to another one: of each two, that of the smaller
// coefficient.
func (m *film) merged(entry int) (kernels []int) {
	tr := m.f.Trace
	mu, a := tr.Centroids[entry], tr.Coefficients[entry]
	for i := range mu {
		for j := range mu {
			less := math.Abs(a[i]) < math.Abs(a[j]) || (math.Abs(a[i]) == math.Abs(a[j]) && i > j)
			if i != j && less && m.apart(mu[i], mu[j]) < mergedWithin*tr.Sigma[entry] {
				kernels = append(kernels, i)
				break
			}
		}
	}
	return kernels
}

// apart is the distance of two points in the unit of sigma.
func (m *film) apart(a, b []float64) float64 {
	squares := 0.0
	for i := range a {
		if unit, known := radius(m.f, i); known {
			squares += (a[i] - b[i]) * (a[i] - b[i]) / (unit * unit)
		}
	}
	return math.Sqrt(squares)
}

const mergedSize = vg.Length(4)

// pointed are the marks at the places of the kernels.
func (m frameMarks) pointed(place func(kernel int) (x, y float64)) (all []plot.Plotter) {
	for _, of := range []struct {
		kernels []int
		size    vg.Length
		shape   draw.GlyphDrawer
	}{{m.born, 8, ring{}}, {m.merged, mergedSize, draw.CrossGlyph{}}} {
		for _, k := range of.kernels {
			x, y := place(k)
			all = append(all, markers([]float64{x}, []float64{y}, black, of.size, of.shape))
		}
	}
	return all
}

// A ring is a circle without a filling.
type ring struct{}

// DrawGlyph implements draw.GlyphDrawer.
func (ring) DrawGlyph(c *draw.Canvas, sty draw.GlyphStyle, at vg.Point) {
	const sides = 48
	var pts []vg.Point
	for i := range sides + 1 {
		sin, cos := math.Sincos(2 * math.Pi * float64(i) / sides)
		pts = append(pts, vg.Point{X: at.X + sty.Radius*vg.Length(cos),
			Y: at.Y + sty.Radius*vg.Length(sin)})
	}
	c.StrokeLines(stroke(sty.Color, 1.3), pts)
}
