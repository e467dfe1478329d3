package plots

import (
	"cmp"
	"errors"
	"fmt"
	"image/color"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	mostStrengths       = 6  // panels side by side in Ablation
	mostBars            = 60 // rows of one figure, headings included
	mostDifferenceTicks = 7

	rowHeight = vg.Length(12)
	sideWidth = 0.36 * fullWidth // for the texts of the rows
)

// Ablation draws the differences in power between the arms of a comparison and its baseline, with
// their 95% intervals. There is a row for each arm, under a heading for each group, and a panel for
// each N_S (of more than six, an even choice). If the groups have N_S of their own, a panel shows
// those of one rank, such as the smallest above 0 of each group, and each group's N_S stands above
// its rows. Differences whose interval excludes 0 are filled and colored by their sign, the others
// open and gray. Those without toys are left out and counted.
//
// It returns an error if no difference has toys, if there are more than sixty rows, if two
// differences are of one arm and N_S, if one is of an arm that its group does not have, or if a
// number cannot be drawn.
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
	groups, err := ablationGroups(c)
	if err != nil {
		return Figure{}, err
	}
	columns, rows := ablationTable(groups)
	if len(rows) > mostBars {
		return Figure{}, fmt.Errorf("%d rows; at most %d go into one figure", len(rows), mostBars)
	}
	var all []results.Difference
	e := empty().with(0)
	for _, r := range rows {
		for _, d := range r.differences {
			all = append(all, d)
			e = e.with(d.Difference, held(d.CI95[0]), held(d.CI95[1]))
		}
	}
	if len(all) == 0 {
		return Figure{}, errors.New("no difference has toys")
	}
	shown := pick(columns, thinned(len(columns), mostStrengths))
	body := layout{panels: grid(len(shown), len(shown)), gapX: 5}
	y := ablationAxis(rows)
	x := differenceAxis(e, len(shown), fullWidth-panel{y: y}.margins().left, body.gapX)
	var seen verdicts
	for k, column := range shown {
		body.panels[0][k] = seen.panel(rows, column, x, y)
		body.panels[0][k].y.bare = k > 0
	}
	title, _ := heading(c.Groups[0].Arms[0].Name, "differences in power by "+axesTitle(c.By), nil)
	caption := ablationCaption(c, all)
	if columns[len(columns)-1].ranked {
		caption = sentences(caption, "Strengths 1, 2, ... are the N_{S} above 0 of a group by "+
			"size, written above its rows.")
	}
	if missing := plannedDifferences(rows) - len(all); missing > 0 {
		caption += fmt.Sprintf(" No toys yet for %d of %s.", missing,
			count(missing+len(all), "difference"))
	}
	if len(shown) < len(columns) {
		caption += fmt.Sprintf(" %d of %d N_{S} shown.", len(shown), len(columns))
	}
	return Figure{
		title:   title,
		table:   differenceTable(c),
		legend:  seen.legend(),
		body:    body,
		size:    vg.Point{X: fullWidth, Y: vg.Length(len(rows))*rowHeight + 50},
		wide:    true,
		caption: append([]string{caption}, warnings(c.Warnings)...),
	}, nil
}

// ablationAxis is the vertical axis of an ablation, with a category for each row.
func ablationAxis(rows []ablationRow) axis {
	y := axis{extent: extent{0.5 - float64(len(rows)), 0.5}}
	for i, r := range rows {
		k := category{-float64(i), r.text, r.heading}
		k.text = shorten(k.text, k.style(), sideWidth)
		y.categories = append(y.categories, k)
	}
	return y
}

// plannedDifferences is how many differences the rows have, with toys or without.
func plannedDifferences(rows []ablationRow) (n int) {
	for _, r := range rows {
		n += len(r.strengths)
	}
	return n
}

// ablationCaption says what is drawn and what the differences rest on.
func ablationCaption(c results.Comparison, all []results.Difference) string {
	toys := make([]int, len(all))
	for i, d := range all {
		toys[i] = d.Toys
	}
	return fmt.Sprintf("Power at α = %s of each arm minus that of its baseline (%s), with "+
		"95%% intervals that include the noise of both calibrations. %s per difference. %s "+
		"Filled: the interval excludes 0, without a correction for the number of comparisons (%d).",
		number(c.Alpha), baselines(c), countSpan(toys, "toy"), pairing(all), len(all))
}

// held is an end of an interval of differences of probabilities, which lie within [-1, 1].
func held(v float64) float64 { return min(max(v, -1), 1) }

// An ablationRow is a line of an ablation: a heading of a group, or an arm with its differences.
type ablationRow struct {
	group       int
	text        string
	heading     bool
	strengths   []float64            // that the arm and the baseline have in common, rising
	differences []results.Difference // that have toys
}

// ablationGroups are the arms of each group except its baseline, below the group's headings. Groups
// without such arms are left out.
func ablationGroups(c results.Comparison) (groups [][]ablationRow, err error) {
	titles := headings(c.Groups)
	for k, g := range c.Groups {
		arms, err := ablationArms(g)
		if err != nil {
			return nil, fmt.Errorf("group %q: %w", results.Describe(g.Common), err)
		}
		if len(arms) == 0 {
			continue
		}
		var rows []ablationRow
		for _, text := range titles[k] {
			rows = append(rows, ablationRow{text: text, heading: true})
		}
		groups = append(groups, append(rows, arms...))
	}
	return groups, nil
}

// ablationArms are the rows of a group's arms except the baseline.
func ablationArms(g results.ComparisonGroup) (rows []ablationRow, err error) {
	if len(g.Arms) == 0 {
		return nil, errors.New("no arms")
	}
	of, withToys := make(map[string][]results.Difference), make(map[string][]results.Difference)
	for _, d := range g.Differences {
		if !slices.ContainsFunc(g.Arms[1:],
			func(a results.ComparisonArm) bool { return a.Label == d.Arm }) {
			return nil, fmt.Errorf("a difference of %q, which is the baseline or not an arm of "+
				"the group", d.Arm)
		}
		of[d.Arm] = append(of[d.Arm], d)
		if d.Toys < 1 {
			continue
		}
		if err := checkDifference(d); err != nil {
			return nil, err
		}
		if slices.ContainsFunc(withToys[d.Arm],
			func(o results.Difference) bool { return o.Signal == d.Signal }) {
			return nil, fmt.Errorf("two differences of %q at %s", d.Arm, strength(d.Signal))
		}
		withToys[d.Arm] = append(withToys[d.Arm], d)
	}
	for i, a := range g.Arms[1:] {
		if slices.ContainsFunc(g.Arms[:i+1],
			func(o results.ComparisonArm) bool { return o.Label == a.Label }) {
			return nil, fmt.Errorf("two arms are called %q", a.Label)
		}
		signals := commonStrengths(a, g.Arms[0], of[a.Label])
		if err := finite("N_S", signals...); err != nil {
			return nil, fmt.Errorf("arm %q: %w", a.Label, err)
		}
		if len(signals) > 0 && signals[0] < 0 {
			return nil, fmt.Errorf("arm %q: %s: the expected number of events is below 0", a.Label,
				strength(signals[0]))
		}
		rows = append(rows, ablationRow{text: printable(a.Label), strengths: signals,
			differences: withToys[a.Label]})
	}
	return rows, nil
}

// ablationTable sets groups of rows below one another and returns the columns that hold a
// difference. If the columns are ranked, every group has a heading, even an empty one, because its
// N_S are written there.
func ablationTable(groups [][]ablationRow) (columns []strengthColumn, rows []ablationRow) {
	signals := make([][]float64, len(groups))
	for k, g := range groups {
		for _, r := range g {
			signals[k] = append(signals[k], r.strengths...)
		}
		slices.Sort(signals[k])
		signals[k] = slices.Compact(signals[k])
	}
	columns = strengthColumns(signals)
	ranked := len(columns) > 0 && columns[len(columns)-1].ranked
	for k, g := range groups {
		if ranked && !g[0].heading {
			rows = append(rows, ablationRow{group: k, heading: true})
		}
		for _, r := range g {
			r.group = k
			rows = append(rows, r)
		}
	}
	return slices.DeleteFunc(columns, func(c strengthColumn) bool { return !c.holds(rows) }), rows
}

// strips write the N_S of a ranked column on the lowest heading of each group.
func strips(rows []ablationRow, column strengthColumn) (all []plot.Plotter) {
	if !column.ranked {
		return nil
	}
	first := 0
	for i, r := range rows {
		if !r.heading {
			continue
		}
		if !rows[max(i-1, 0)].heading {
			first = i
		}
		if signal := column.signals[r.group]; !rows[i+1].heading && !math.IsNaN(signal) {
			all = append(all, headingStrip{-float64(first), -float64(i), signal})
		}
	}
	return all
}

// headings are the settings of each group: in one row if there is room for those of every group, or
// else in a row for each setting.
func headings(groups []results.ComparisonGroup) [][]string {
	sty := bold(tickSize)
	written := func(room vg.Length) (all [][]string) {
		for _, g := range groups {
			var texts []string
			for _, s := range g.Common {
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
	if err := cmp.Or(finite("N_S", d.Signal), finite(what, d.Difference),
		finite(what+": interval", d.CI95[:]...)); err != nil {
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

// panel draws the differences of one column.
func (s *verdicts) panel(rows []ablationRow, column strengthColumn, x, y axis) *panel {
	p := &panel{title: column.title, x: x, y: y}
	p.plotters = append([]plot.Plotter{upright(0, y, stroke(darkGray, 0.8))},
		strips(rows, column)...)
	for i, r := range rows {
		for _, d := range r.differences {
			if d.Signal == column.signals[r.group] {
				p.plotters = append(p.plotters, s.bar(d, -float64(i))...)
			}
		}
	}
	return p
}

// bar draws a difference in a row.
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
	line, color, shape := v.style()
	return []plot.Plotter{
		curve([]float64{held(d.CI95[0]), held(d.CI95[1])}, []float64{row, row}, line),
		markers([]float64{d.Difference}, []float64{row}, color, ablationRadius, shape),
	}
}

const ablationRadius = vg.Length(2.4)

func (v verdict) style() (line draw.LineStyle, color color.NRGBA, shape draw.GlyphDrawer) {
	shape = draw.CircleGlyph{}
	if !v.paired {
		shape = polygon{4, 0}
	}
	switch v.sign {
	case 1:
		color = blue
	case -1:
		color = vermillion
	default:
		return stroke(midGray, 1), darkGray, hollow{shape}
	}
	return stroke(color, 1.6), color, shape
}

// legend explains the verdicts of the figure. If all are paired or none is, it leaves that to the
// caption.
func (s *verdicts) legend() (legend entries) {
	texts := map[int]string{1: "more power than the baseline", 0: "interval holds 0",
		-1: "less power than the baseline"}
	mixed := slices.ContainsFunc(s.found,
		func(v verdict) bool { return v.paired != s.found[0].paired })
	for _, sign := range []int{1, -1, 0} {
		for _, paired := range []bool{true, false} {
			v := verdict{sign, paired}
			if !slices.Contains(s.found, v) {
				continue
			}
			line, color, shape := v.style()
			text := texts[sign]
			if mixed && !paired {
				text += ", other toys"
			}
			legend.add(text, lineSample(line), glyphSample(color, ablationRadius, shape))
		}
	}
	return legend
}
