package plots

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// PowerCurve draws the power against N_S, the expected number of signal events, with the 68% Clopper-Pearson
// interval of each point as an error bar and a band; the oracle's power where it is known; and the size alpha.
// Points without toys are left out and named in the caption.
//
// It returns an error where no point has toys, two points share an N_S, or a number is no probability.
func PowerCurve(s results.CellSummary) (Figure, error) {
	f, err := powerCurve(s)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: power curve: %w", err)
	}
	return f, nil
}

func powerCurve(s results.CellSummary) (Figure, error) {
	if err := probability("alpha", s.Alpha); err != nil {
		return Figure{}, err
	}
	if err := cmp.Or(probability("attained alpha", s.AlphaAttained), finite("error of alpha", s.AlphaError)); err != nil {
		return Figure{}, err
	}
	pts, missing, err := powerPoints(s)
	if err != nil {
		return Figure{}, err
	}
	var signal, power, low, high, oracleSignal, oracle []float64
	bars := &plotter.YErrorBars{LineStyle: stroke(blue, 1), CapWidth: 5}
	for _, p := range pts {
		signal, power = append(signal, p.Signal), append(power, p.Power)
		low, high = append(low, p.CI68[0]), append(high, p.CI68[1])
		bars.XYs = append(bars.XYs, plotter.XY{X: p.Signal, Y: p.Power})
		bars.YErrors = append(bars.YErrors, struct{ Low, High float64 }{max(0, p.Power-p.CI68[0]), max(0, p.CI68[1]-p.Power)})
		if p.Oracle != nil {
			oracleSignal, oracle = append(oracleSignal, p.Signal), append(oracle, *p.Oracle)
		}
	}
	last := signal[len(signal)-1]
	if last == 0 {
		last = 1
	}
	x := linear("expected signal events N_{S}", extent{0, last}.padded(0.035), 8)
	y := linear("power at α = "+number(s.Alpha), extent{0, 1}.padded(0.025), 5)

	level := across(x, s.Alpha, stroke(darkGrey, 0.9, 1.2, 2))
	band := between(signal, low, high, faded(blue, 0.18))
	line, dot := curve(signal, power, stroke(blue, 1.4)), markers(signal, power, blue, 2.6, draw.CircleGlyph{})
	plotters := []plot.Plotter{band, level}
	legend := []entry{{"measured power, 68% interval", []plot.Thumbnailer{band, line, dot}}}
	if len(oracle) > 0 {
		bound := curve(oracleSignal, oracle, stroke(vermillion, 1.2, 5, 3))
		mark := markers(oracleSignal, oracle, vermillion, 3, draw.PyramidGlyph{})
		plotters = append(plotters, bound, mark)
		legend = append(legend, entry{"oracle: likelihood ratio of the true alternative", []plot.Thumbnailer{bound, mark}})
	}
	plotters = append(plotters, line, bars, dot)
	legend = append(legend, entry{"size α", []plot.Thumbnailer{level}})

	title := printable(s.Name)
	if title == "" {
		title = "Power"
	}
	return Figure{
		title:   title,
		legend:  legend,
		body:    layout{panels: [][]*panel{{{x: x, y: y, plotters: plotters}}}},
		size:    vg.Point{X: fullWidth, Y: halfHeight},
		caption: append([]string{powerCaption(s, pts, missing)}, warnings(s.Warnings)...),
	}, nil
}

// powerPoints are the summary's points that have toys, by rising N_S, and the N_S of those that have none.
func powerPoints(s results.CellSummary) (pts []results.Point, missing []string, err error) {
	for _, p := range s.Points {
		what := "N_S = " + strconv.FormatFloat(p.Signal, 'g', -1, 64)
		if err := finite("N_S", p.Signal); err != nil {
			return nil, nil, err
		}
		if p.Signal < 0 {
			return nil, nil, fmt.Errorf("%s: the expected number of events is below 0", what)
		}
		if p.Toys < 1 {
			missing = append(missing, number(p.Signal))
			continue
		}
		err := cmp.Or(
			probability(what+": power", p.Power),
			probability(what+": lower end of the interval", p.CI68[0]),
			probability(what+": upper end of the interval", p.CI68[1]))
		if p.Oracle != nil {
			err = cmp.Or(err, probability(what+": oracle", *p.Oracle))
		}
		if err != nil {
			return nil, nil, err
		}
		if p.CI68[0] > p.CI68[1] {
			return nil, nil, fmt.Errorf("%s: the interval [%v, %v] is upside down", what, p.CI68[0], p.CI68[1])
		}
		pts = append(pts, p)
	}
	if len(pts) == 0 {
		return nil, nil, errors.New("no point has toys")
	}
	slices.SortFunc(pts, func(a, b results.Point) int { return cmp.Compare(a.Signal, b.Signal) })
	for i := 1; i < len(pts); i++ {
		if pts[i].Signal == pts[i-1].Signal {
			return nil, nil, fmt.Errorf("two points at N_S = %v", pts[i].Signal)
		}
	}
	return pts, missing, nil
}

// probability refuses what does not lie in [0, 1].
func probability(what string, p float64) error {
	if math.IsNaN(p) || p < 0 || p > 1 {
		return fmt.Errorf("%s is %v; must be between 0 and 1", what, p)
	}
	return nil
}

func powerCaption(s results.CellSummary, pts []results.Point, missing []string) string {
	fewest, most, failed := pts[0].Toys, pts[0].Toys, 0
	for _, p := range pts {
		fewest, most, failed = min(fewest, p.Toys), max(most, p.Toys), failed+p.Failed
	}
	var b strings.Builder
	if fewest == most {
		b.WriteString(count(most, "toy"))
	} else {
		fmt.Fprintf(&b, "%d to %d toys", fewest, most)
	}
	fmt.Fprintf(&b, " per point, intervals: Clopper–Pearson. Calibration: %s", count(s.Null.Toys, "null toy"))
	if s.Combine != "" {
		fmt.Fprintf(&b, ", p-values of %s combined by %s", count(len(s.Scales), "scale"), printable(s.Combine))
	}
	fmt.Fprintf(&b, "; α asked for %s, attained %s ± %s.", number(s.Alpha), number(s.AlphaAttained), number(s.AlphaError))
	if s.Null.Failed+failed > 0 {
		fmt.Fprintf(&b, " Failed fits: %d of null and %d of the points' toys (counted as not rejected).", s.Null.Failed, failed)
	}
	if len(missing) > 0 {
		fmt.Fprintf(&b, " No toys yet at N_{S} = %s.", strings.Join(missing, ", "))
	}
	if !s.Complete {
		b.WriteString(" The run is not complete.")
	}
	return b.String()
}
