package plots

import (
	"errors"
	"fmt"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// LogRatio1D draws the learned log-ratio f(x) of a one-dimensional fit at its last checkpoint and,
// in lighter colors, at two earlier ones, with the true log-ratio if it is known. Lines on the axis
// mark the data. A truth far outside of what was learned is cut off, and the caption says so.
//
// It returns an error if the fit has no profile, if its shapes do not fit together, or if a number
// cannot be drawn.
func LogRatio1D(fit results.FitRecord) (Figure, error) {
	f, err := logRatio1D(fit)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: log-ratio in one dimension: %w", err)
	}
	return f, nil
}

func logRatio1D(f results.FitRecord) (Figure, error) {
	if err := checkProfile(f); err != nil {
		return Figure{}, err
	}
	p := f.Profile
	last := len(p.Learned) - 1
	ex, ey := empty().with(p.X...), empty().with(0)
	var plotters []plot.Plotter
	var legend entries
	numbers := newTable("series", coordinate(f.Columns, 0, 1), "log-ratio")
	line := func(label string, y []float64, s draw.LineStyle) {
		for i, x := range p.X {
			numbers.add(label, x, y[i])
		}
		plotters = append(plotters, seen(p.X, y, s)...)
		legend.add(label, lineSample(s))
	}
	styles := []draw.LineStyle{stroke(faded(skyBlue, 0.9), 1, 1.5, 1.5),
		stroke(faded(blue, 0.7), 1.1, 7, 2), stroke(blue, 1.8)}
	drawn := -1
	for k, index := range []int{last / 3, 2 * last / 3, last} {
		if index == drawn || (index == last && k < 2) {
			continue
		}
		drawn = index
		ey = ey.with(p.Learned[index]...)
		line("learned, σ = "+number(f.Statistics[index].Sigma), p.Learned[index], styles[k])
	}
	var note []string
	if len(p.Truth) > 0 {
		truth, near := truthNear(ey, p.Truth)
		line("truth", truth, stroke(vermillion, 1.3, 5, 3)) // on top: dashes hide nothing
		if all := ey.with(truth...); all != near {
			note = append(note, "The truth reaches beyond the axis.")
		}
		ey = near
	}
	ey = ey.padded(0.08)
	if len(f.Data) > 0 {
		marks := rug{x: pick(column(f.Data, 0), thinned(len(f.Data), mostRows)),
			c: faded(black, 0.5), width: 0.4}
		for _, x := range marks.x {
			numbers.add("data", x, nil)
		}
		plotters = append(plotters, marks)
		legend.add("data D", marks)
		ey.low -= 0.05 * (ey.high - ey.low) // room for the marks
	}
	x, y := linear(coordinate(f.Columns, 0, 1), ex.padded(0.01), 8), linear("log-ratio f(x)", ey, 6)
	plotters = append([]plot.Plotter{across(x, 0, stroke(midGray, 0.6))}, plotters...)
	return Figure{
		title:   fitTitle("Log-ratio", f),
		table:   numbers,
		legend:  legend,
		body:    layout{panels: [][]*panel{{{x: x, y: y, plotters: plotters}}}},
		size:    vg.Point{X: fullWidth, Y: halfHeight},
		caption: fitCaption(f, note...),
	}, nil
}

// truthNear extends e to hold the truth, by at most twice its width (or 8, if that is more) on each
// side: where the true density vanishes, the true log-ratio is far below all that a fit can learn.
// Values beyond are clamped well outside, so that the axis cuts the curve.
func truthNear(e extent, truth []float64) (held []float64, near extent) {
	reach := max(2*(e.high-e.low), 8)
	near = e
	for _, v := range truth {
		near = near.with(min(max(v, e.low-reach), e.high+reach))
		held = append(held, min(max(v, e.low-3*reach), e.high+3*reach))
	}
	return held, near
}

func checkProfile(f results.FitRecord) error {
	p := f.Profile
	if p == nil || len(p.X) == 0 || len(p.Learned) == 0 {
		return errors.New("the fit has no profile (it has more than one dimension, or was made " +
			"without recording)")
	}
	if err := finite("profile: x", p.X...); err != nil {
		return err
	}
	for i := 1; i < len(p.X); i++ {
		if p.X[i] <= p.X[i-1] {
			return fmt.Errorf("profile: x %v follows %v", p.X[i], p.X[i-1])
		}
	}
	if len(p.Truth) > 0 {
		if err := series("profile: truth", p.Truth, len(p.X)); err != nil {
			return err
		}
	}
	if len(p.Learned) != len(f.Statistics) {
		return fmt.Errorf("profile: %d learned curves for %d checkpoints", len(p.Learned),
			len(f.Statistics))
	}
	for i, y := range p.Learned {
		if err := series(fmt.Sprintf("profile: learned curve %d", i), y, len(p.X)); err != nil {
			return err
		}
	}
	if err := checkStatistics(f); err != nil {
		return err
	}
	return points("data", f.Data, 1)
}
