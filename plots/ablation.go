package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	mostStrengths = 6  // panels side by side in Ablation
	mostBars      = 60 // rows of one figure, headings included

	rowHeight = vg.Length(12)
	sideWidth = 0.36 * fullWidth // for the texts of the rows
)

// Ablation draws the differences in power between the arms of a comparison and its baseline, with their 95%
// intervals: a row for each arm, under a heading for each group, and a panel for each N_S (of more than six, an even
// choice). Differences whose interval excludes 0 are filled and coloured by their sign, the others open and grey.
// Those without toys are left out and counted.
//
// It returns an error where no difference has toys, where there are more than sixty rows, where two differences are of
// one arm and N_S, where one is of no arm of its group, or where a number cannot be drawn.
func Ablation(c results.Comparison) (Figure, error) {
	f, err := ablation(c)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: ablation: %w", err)
	}
	return f, nil
}

func ablation(c results.Comparison) (Figure, error) {
	if err := probability("alpha", c.Alpha); err != nil {
		return Figure{}, err
	}
	rows, err := ablationRows(c)
	if err != nil {
		return Figure{}, err
	}
	y := axis{extent: extent{0.5 - float64(len(rows)), 0.5}}
	arms := 0
	var all []results.Difference
	for i, r := range rows {
		k := category{-float64(i), r.text, r.heading}
		k.text = shorten(k.text, k.style(), sideWidth)
		y.categories = append(y.categories, k)
		if !r.heading {
			arms++
			all = append(all, r.differences...)
		}
	}
	if len(all) == 0 {
		return Figure{}, errors.New("no difference has toys")
	}
	var signals []float64
	var toys []int
	e := empty().with(0)
	for _, d := range all {
		signals, toys = append(signals, d.Signal), append(toys, d.Toys)
		e = e.with(d.Difference, held(d.CI95[0]), held(d.CI95[1]))
	}
	slices.Sort(signals)
	signals = slices.Compact(signals)
	shown := thinned(len(signals), mostStrengths)
	x := linear("difference in power, arm − baseline", e.padded(0.06), max(2, 8/len(shown)))
	if len(shown) > 2 {
		x.label = "Δ power"
	}

	body := layout{panels: grid(len(shown), len(shown)), gapX: 5}
	var seen verdicts
	for k, i := range shown {
		p := &panel{title: "N_{S} = " + number(signals[i]), x: x, y: y}
		if k > 0 {
			p.y.bare = true
		}
		p.plotters = []plot.Plotter{upright(0, y, stroke(darkGrey, 0.8))}
		for row, r := range rows {
			for _, d := range r.differences {
				if d.Signal == signals[i] {
					p.plotters = append(p.plotters, seen.bar(d, -float64(row))...)
				}
			}
		}
		body.panels[0][k] = p
	}
	title, _ := heading(c.Groups[0].Arms[0].Name, "differences in power by "+axesTitle(c.By), nil)
	caption := fmt.Sprintf("Power at α = %s of each arm minus that of its baseline (%s), with 95%% intervals that include the noise of both calibrations. %s per difference. %s Filled: the interval excludes 0, without a correction for the number of comparisons (%d).",
		number(c.Alpha), baselines(c), countSpan(toys, "toy"), pairing(all), len(all))
	if missing := arms*len(signals) - len(all); missing > 0 {
		caption += fmt.Sprintf(" No toys yet for %d of %s.", missing, count(arms*len(signals), "difference"))
	}
	if len(shown) < len(signals) {
		caption += fmt.Sprintf(" %d of %d N_{S} shown.", len(shown), len(signals))
	}
	return Figure{
		title:   title,
		legend:  seen.legend(),
		body:    body,
		size:    vg.Point{X: fullWidth, Y: vg.Length(len(rows))*rowHeight + 50},
		caption: append([]string{caption}, warnings(c.Warnings)...),
	}, nil
}

// held is an end of an interval of differences of probabilities, which lie within [-1, 1].
func held(v float64) float64 { return min(max(v, -1), 1) }

// An ablationRow is a line of an ablation: the heading of a group, or an arm with its differences.
type ablationRow struct {
	text        string
	heading     bool
	differences []results.Difference
}

// ablationRows are the rows from the top on, with the differences that have toys.
func ablationRows(c results.Comparison) (rows []ablationRow, err error) {
	titles := headings(c.Groups)
	for k, g := range c.Groups {
		fail := func(err error) error { return fmt.Errorf("group %q: %w", results.Describe(g.Settings), err) }
		if len(g.Arms) == 0 {
			return nil, fail(errors.New("no arms"))
		}
		of := make(map[string][]results.Difference)
		for _, d := range g.Differences {
			if !slices.ContainsFunc(g.Arms[1:], func(a results.Arm) bool { return a.Label == d.Arm }) {
				return nil, fail(fmt.Errorf("a difference of %q, which is no arm beside the baseline", d.Arm))
			}
			if d.Toys < 1 {
				continue
			}
			if err := checkDifference(d); err != nil {
				return nil, fail(err)
			}
			if slices.ContainsFunc(of[d.Arm], func(o results.Difference) bool { return o.Signal == d.Signal }) {
				return nil, fail(fmt.Errorf("two differences of %q at %s", d.Arm, strength(d.Signal)))
			}
			of[d.Arm] = append(of[d.Arm], d)
		}
		if len(g.Arms) > 1 {
			for _, text := range titles[k] {
				rows = append(rows, ablationRow{text: text, heading: true})
			}
		}
		for i, a := range g.Arms[1:] {
			if slices.ContainsFunc(g.Arms[:i+1], func(o results.Arm) bool { return o.Label == a.Label }) {
				return nil, fail(fmt.Errorf("two arms are called %q", a.Label))
			}
			rows = append(rows, ablationRow{text: printable(a.Label), differences: of[a.Label]})
		}
	}
	if len(rows) > mostBars {
		return nil, fmt.Errorf("%d rows; at most %d go into one figure", len(rows), mostBars)
	}
	return rows, nil
}

// headings are the settings of each group: in one row, where there is room for those of every group, or in a row for
// each setting.
func headings(groups []results.ComparisonGroup) [][]string {
	sty := bold(tickSize)
	written := func(room vg.Length) (all [][]string) {
		for _, g := range groups {
			var texts []string
			for _, s := range g.Settings {
				texts = append(texts, settingText(s, sty, room))
			}
			all = append(all, texts)
		}
		return all
	}
	for _, room := range []vg.Length{fullWidth, 0} { // with and without the paths before the keys
		all := written(room)
		fits := true
		for i, texts := range all {
			one := strings.Join(texts, ", ")
			fits = fits && sty.Width(one) <= sideWidth
			all[i] = slices.DeleteFunc([]string{one}, func(s string) bool { return s == "" })
		}
		if fits {
			return all
		}
	}
	return written(sideWidth)
}

func checkDifference(d results.Difference) error {
	what := fmt.Sprintf("difference of %q at %s", d.Arm, strength(d.Signal))
	if err := cmp.Or(finite("N_S", d.Signal), finite(what, d.Difference), finite(what+": interval", d.CI95[:]...)); err != nil {
		return err
	}
	switch {
	case d.Signal < 0:
		return fmt.Errorf("%s: the expected number of events is below 0", what)
	case d.Difference < -1 || d.Difference > 1:
		return fmt.Errorf("%s is %v; must be between -1 and 1", what, d.Difference)
	case d.CI95[0] > d.CI95[1]:
		return fmt.Errorf("%s: the interval [%v, %v] is upside down", what, d.CI95[0], d.CI95[1])
	}
	return nil
}

// baselines names the first arms of the groups.
func baselines(c results.Comparison) string {
	var labels []string
	for _, g := range c.Groups {
		if label := printable(g.Arms[0].Label); !slices.Contains(labels, label) {
			labels = append(labels, label)
		}
	}
	return axesTitle(c.By) + ": " + strings.Join(labels, "; ")
}

// A verdict is how a difference is drawn: what its interval says, and whether the toys are paired.
type verdict struct {
	sign   int // of an interval that excludes 0, else 0
	paired bool
}

// verdicts are those that a figure holds.
type verdicts struct{ found []verdict }

// bar is the drawing of a difference in a row.
func (s *verdicts) bar(d results.Difference, row float64) []plot.Plotter {
	v := verdict{paired: d.Paired}
	if d.CI95[0] > 0 {
		v.sign = 1
	} else if d.CI95[1] < 0 {
		v.sign = -1
	}
	if !slices.Contains(s.found, v) {
		s.found = append(s.found, v)
	}
	line, colour, shape := v.style()
	return []plot.Plotter{
		curve([]float64{held(d.CI95[0]), held(d.CI95[1])}, []float64{row, row}, line),
		markers([]float64{d.Difference}, []float64{row}, colour, ablationRadius, shape),
	}
}

const ablationRadius = vg.Length(2.4)

func (v verdict) style() (line draw.LineStyle, colour color.NRGBA, shape draw.GlyphDrawer) {
	shape = draw.CircleGlyph{}
	if !v.paired {
		shape = polygon{4, 0}
	}
	switch v.sign {
	case 1:
		colour = blue
	case -1:
		colour = vermillion
	default:
		return stroke(midGrey, 1), darkGrey, hollow{shape}
	}
	return stroke(colour, 1.6), colour, shape
}

// legend explains the verdicts of the figure. Where all are paired or none is, it leaves that to the caption.
func (s *verdicts) legend() (legend []entry) {
	texts := map[int]string{1: "more power than the baseline", 0: "interval holds 0", -1: "less power than the baseline"}
	mixed := slices.ContainsFunc(s.found, func(v verdict) bool { return v.paired != s.found[0].paired })
	for _, sign := range []int{1, -1, 0} {
		for _, paired := range []bool{true, false} {
			v := verdict{sign, paired}
			if !slices.Contains(s.found, v) {
				continue
			}
			line, colour, shape := v.style()
			text := texts[sign]
			if mixed && !paired {
				text += ", other toys"
			}
			legend = append(legend, entry{text, []plot.Thumbnailer{lineSample(line), glyphSample(colour, ablationRadius, shape)}})
		}
	}
	return legend
}
