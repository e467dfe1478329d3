package plots

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/findings"
)

// whereBins is the most bins that Where draws in one dimension.
const whereBins = 80

func whereOne(f findings.Findings) (Figure, error) {
	h, err := rowHistograms(f)
	if err != nil {
		return Figure{}, err
	}
	shown := f.Kernels[:min(len(f.Kernels), mostMarked)]
	limit := coefficientLimit(f.Kernels)
	marks := kernelMarks(f, shown, limit)
	x := linear(coordinate(asFit(f).Columns, 0, 1),
		marks.reach.with(h.low, h.high()).padded(0.03), 7)
	y, fill, edge := h.steps()
	y.label = "events per bin"
	body := layout{gapX: 5, gapY: 5, widths: []float64{1, 0.025},
		heights: []float64{3, 0.35 + 0.28*float64(len(shown))}}
	body.panels = [][]*panel{
		{{x: x.stripped(), y: y, plotters: []plot.Plotter{fill, edge}}, nil},
		{{x: x, y: categorical("kernel", marks.names), plotters: marks.plotters},
			colorBar("coefficient a", extent{-limit, limit}, diverging)},
	}
	more := notShown(len(f.Kernels), len(shown))
	legend := rowsLegend(fill)
	if marks.wide {
		legend.add("μ ± σ", lineSample(stroke(vermillion, 2.5)),
			glyphSample(black, 3, draw.CircleGlyph{}),
			glyphSample(vermillion, 2.3, draw.CircleGlyph{}))
	} else {
		more = sentences(more, fmt.Sprintf(noRadius, "μ ± σ is"))
	}
	legend = append(legend, coreEntry(coefficientsOf(shown))...)
	numbers := histogramTable(x.label, h)
	numbers.addKernels(f, shown)
	return Figure{
		title: "Where the kernels ended", table: numbers, legend: legend, body: body,
		size:    vg.Point{X: fullWidth, Y: 7*vg.Centimeter + vg.Length(len(shown))*17 + 30},
		caption: findingsCaption(f, more),
	}, nil
}

// rowHistograms are those of the rows of one column, in at most whereBins bins.
func rowHistograms(f findings.Findings) (stepHistograms, error) {
	h := f.Histogram
	if h == nil || len(h.Data) == 0 || len(h.Data) != len(h.Reference) {
		return stepHistograms{}, errors.New("the findings have no histogram of the rows")
	}
	if err := finite("histogram", h.Low, h.High); err != nil {
		return stepHistograms{}, err
	}
	if h.High < h.Low {
		return stepHistograms{}, fmt.Errorf("a histogram from %v to %v", h.Low, h.High)
	}
	merge := (len(h.Data) + whereBins - 1) / whereBins
	width := (h.High - h.Low) / float64(len(h.Data)) * float64(merge)
	if width <= smallest {
		width = max(math.Abs(h.Low), 1) / whereBins // all rows are equal
	}
	return stepHistograms{low: h.Low, width: width, data: weighted(merged(h.Data, merge), 1),
		reference: weighted(merged(h.Reference, merge), f.Weight)}, nil
}

// marks are the kernels of Where in one dimension, a row for each.
type marks struct {
	plotters []plot.Plotter
	names    []string // of the rows, from the lowest
	reach    extent   // along the column
	wide     bool     // the kernels have bars of mu ± sigma
}

// kernelMarks are the marks of the shown kernels, the first one on top. Bars do not widen the axis
// beyond the rows.
func kernelMarks(f findings.Findings, shown []findings.Finding, limit float64) marks {
	unit, known := radius(asFit(f), 0)
	m := marks{reach: empty(), wide: known}
	for i, k := range shown {
		at := []float64{float64(len(shown) - 1 - i)}
		mu, half := k.Centroid[0], unit*f.Sigma
		color := diverging(shade(k.Coefficient, limit))
		m.reach = m.reach.with(mu)
		if known {
			m.reach = m.reach.with(max(mu-half, f.Histogram.Low), min(mu+half, f.Histogram.High))
			m.plotters = append(m.plotters, curve([]float64{mu - half, mu + half},
				[]float64{at[0], at[0]}, stroke(color, 2.5)))
		}
		m.plotters = append(m.plotters,
			markers([]float64{mu}, at, black, 3, draw.CircleGlyph{}),
			markers([]float64{mu}, at, color, 2.3, draw.CircleGlyph{}))
		m.plotters = append(m.plotters, core(mu, at[0], k.Coefficient)...)
		m.names = append(m.names, fmt.Sprintf("%d: %s", k.Kernel, significance(k.Soft.Z)))
	}
	slices.Reverse(m.names)
	return m
}
