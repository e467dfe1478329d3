package plots

import (
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// PowerCurve draws the power against N_S, the expected number of signal events, with the 68%
// Clopper-Pearson interval of each point as an error bar and a band. It also draws the oracle's
// power, if it is known, and the size alpha. Points without toys are left out and named in the
// caption.
//
// It returns an error if no point has toys, if two points have one N_S, or if a number is not a
// probability.
func PowerCurve(s results.CellSummary) (Figure, error) {
	f, err := powerCurve(s)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: power curve: %w", err)
	}
	return f, nil
}

func powerCurve(c results.CellSummary) (Figure, error) {
	s, err := newCellCurve("", c)
	if err != nil {
		return Figure{}, err
	}
	if len(s.points) == 0 {
		return Figure{}, errNoToys
	}
	x, y := signalAxis([]cellCurve{s}, 8), powerAxis([]cellCurve{s}, 5)
	t := s.power()
	bars := &plotter.YErrorBars{XYs: curve(t.x, t.y, draw.LineStyle{}).XYs,
		LineStyle: stroke(blue, 1), CapWidth: 5}
	for i := range t.x {
		bars.YErrors = append(bars.YErrors, struct{ Low, High float64 }{max(0, t.y[i]-t.low[i]),
			max(0, t.high[i]-t.y[i])})
	}
	level, sizeEntry := sizeLevel(x, []cellCurve{s})
	band := between(t.x, t.low, t.high, faded(blue, 0.18))
	line, dot := curve(t.x, t.y, stroke(blue, 1.4)), markers(t.x, t.y, blue, 2.6,
		draw.CircleGlyph{})
	plotters := append([]plot.Plotter{band}, level...)
	legend := newEntries("measured power, 68% interval", band, line, dot)
	if signal, power := s.oracle(); len(signal) > 0 {
		bound := curve(signal, power, stroke(vermillion, 1.2, 5, 3))
		mark := markers(signal, power, vermillion, 3, draw.PyramidGlyph{})
		plotters = append(plotters, bound, mark)
		legend.add("oracle: likelihood ratio of the true alternative", bound, mark)
	}
	title, _ := heading(c.Name, "power", c.Arms)
	return Figure{
		title:  title,
		table:  powerTable([]cellCurve{s}, nil),
		legend: append(legend, sizeEntry...),
		body: layout{panels: [][]*panel{{{x: x, y: y,
			plotters: append(plotters, line, bars, dot)}}}},
		size:    vg.Point{X: fullWidth, Y: halfHeight},
		caption: append([]string{powerCaption([]cellCurve{s})}, warnings(c.Warnings)...),
	}, nil
}
