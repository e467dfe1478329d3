package plots

import (
	"fmt"
	"image/color"
	"math"
	"slices"
	"testing"

	"gonum.org/v1/plot/plotter"

	"sparker/plots/plotstest"
)

// lightness is that of CIELAB on white, from 0 to 100.
func lightness(c color.Color) float64 {
	n := color.NRGBAModel.Convert(c).(color.NRGBA)
	y := luminance(mixed(white, color.NRGBA{R: n.R, G: n.G, B: n.B, A: 255}, float64(n.A)/255))
	if y <= 216./24389 {
		return y * 24389 / 27
	}
	return 116*math.Cbrt(y) - 16
}

// A drawnCurve is a curve of a panel, with the shape of the markers on it.
type drawnCurve struct {
	*plotter.Line
	shape string
}

// apart reports whether two curves differ without color.
func (a drawnCurve) apart(b drawnCurve) bool {
	return !slices.Equal(a.Dashes, b.Dashes) || a.shape != b.shape ||
		math.Abs(lightness(a.Color)-lightness(b.Color)) > 12 ||
		max(a.Width, b.Width) > 1.8*min(a.Width, b.Width)
}

func curvesOf(p *panel) (curves []drawnCurve) {
	for _, drawn := range p.plotters {
		line, ok := drawn.(*plotter.Line)
		if !ok || len(line.XYs) < 3 {
			continue
		}
		c := drawnCurve{Line: line}
		for _, other := range p.plotters {
			marks, ok := other.(*plotter.Scatter)
			if ok && slices.Equal(marks.XYs, line.XYs) {
				c.shape = fmt.Sprintf("%T %v", marks.Shape, marks.Shape)
			}
		}
		curves = append(curves, c)
	}
	return curves
}

// In greyscale, two curves of a panel differ in their dashes, their markers, their width or their
// lightness.
func TestCurvesDifferInGreyscale(t *testing.T) {
	t.Parallel()
	compared := 0
	for kind := range kinds {
		for _, row := range sample(t, kind).body.panels {
			for _, p := range row {
				if p == nil {
					continue
				}
				curves := curvesOf(p)
				for i, a := range curves {
					for _, b := range curves[:i] {
						compared++
						if !a.apart(b) {
							t.Errorf("%s: two curves of %q differ in color alone: %v and %v", kind,
								p.y.label, a.LineStyle, b.LineStyle)
						}
					}
				}
			}
		}
	}
	if compared < 50 {
		t.Errorf("%d pairs of curves compared; the test misses some", compared)
	}
	same := drawnCurve{Line: &plotter.Line{}}
	same.LineStyle = stroke(vermillion, 1)
	other := drawnCurve{Line: &plotter.Line{}}
	other.LineStyle = stroke(purple, 1)
	if same.apart(other) {
		t.Error("vermillion and purple differ in lightness")
	}
}

// The maps of powers and of regrets become darker with each step, by as much for each tenth that a
// reader can tell.
func TestMapsDarkenInGreyscale(t *testing.T) {
	t.Parallel()
	for name, shadeAt := range map[string]func(u float64) color.NRGBA{
		"powers": func(u float64) color.NRGBA {
			return sequential(int(math.Round(u * (shades - 1))))
		},
		"regrets": warm,
	} {
		for step := range 10 {
			from, to := lightness(shadeAt(float64(step)/10)), lightness(shadeAt(float64(step+1)/10))
			if from-to < 4 {
				t.Errorf("%s: lightness %.1f at %d tenths, then %.1f", name, from, step, to)
			}
		}
	}
	// The two looks of samples: the data are darker than the reference.
	if data, reference := lightness(dataEdge.Color), lightness(lightGray); reference-data < 50 {
		t.Errorf("lightness %v of the data, %v of the reference", data, reference)
	}
}

// The dots of kernels with a coefficient below 0 have a white middle, and no others: both ends of
// the map of coefficients have nearly the same lightness.
func TestSignsDifferInGreyscale(t *testing.T) {
	t.Parallel()
	line, plane := plotstest.LineFit(), plotstest.PlaneFit()
	film, err := newFilm(plane, nil)
	if err != nil {
		t.Fatal(err)
	}
	last := len(film.shown) - 1
	single, double := findingsOf(3, 1), findingsOf(3, 2)
	drawn := func(f Figure, err error) Figure {
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	for name, c := range map[string]struct {
		figure       Figure
		coefficients []float64
	}{
		"trajectory in 1-D": {drawn(Trajectory1D(line)), line.Coefficients},
		"trajectory in 2-D": {drawn(Trajectory2D(plane, 0, 1)), plane.Coefficients},
		"frame":             {film.frame(last), plane.Coefficients},
		"where in 1-D":      {drawn(Where(single)), coefficientsOf(single.Kernels)},
		"where in 2-D":      {drawn(Where(double)), coefficientsOf(double.Kernels)},
	} {
		want, got := 0, 0
		for _, a := range c.coefficients {
			if a < 0 {
				want++
			}
		}
		for _, row := range c.figure.body.panels {
			for _, p := range row {
				if p == nil {
					continue
				}
				for _, one := range p.plotters {
					if s, ok := one.(*plotter.Scatter); ok && s.Color == white {
						got++
					}
				}
			}
		}
		if want == 0 || got != want {
			t.Errorf("%s: %d white middles for %d coefficients below 0", name, got, want)
		}
	}
	if far := math.Abs(lightness(vermillion) - lightness(blue)); far > 15 {
		t.Errorf("the ends of the map differ by %v; the middles are not needed", far)
	}
}
