package plots

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// mostGroups is how many panels Panels draws.
const mostGroups = 16

// mostUneven is the ratio of the groups' largest N_S up to which Panels draws them on one axis.
const mostUneven = 1.5

// Panels draws a whole comparison: a panel of power curves for each group, as PowerArms draws one,
// on shared axes. If the largest N_S of the groups are too uneven for that, each panel has its own
// range of N_S. An arm has one look in all panels. Groups without toys have an empty panel.
//
// It returns an error if no group has toys, if there are more than sixteen groups or eight labels
// of arms, if two arms of a group have one label, or if a cell's numbers cannot be drawn.
func Panels(c results.Comparison) (Figure, error) {
	f, err := panels(c)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: panels: %w", err)
	}
	return f, nil
}

func panels(c results.Comparison) (Figure, error) {
	n := len(c.Groups)
	if n == 0 {
		return Figure{}, errors.New("the comparison has no groups")
	}
	if n > mostGroups {
		return Figure{}, fmt.Errorf("%d groups; at most %d go into one figure", n, mostGroups)
	}
	var groups [][]cellCurve
	var all []cellCurve
	var differences []results.Difference
	for _, g := range c.Groups {
		arms, err := newArms(g)
		if err != nil {
			return Figure{}, fmt.Errorf("group %q: %w", results.Describe(g.Common), err)
		}
		groups, all, differences = append(groups, arms), append(all, arms...),
			append(differences, g.Differences...)
	}
	d := armsDrawer{labels: armLabels(all)}
	if err := d.check(all); err != nil {
		return Figure{}, err
	}
	own := uneven(groups)
	body := d.panels(c, groups, all)
	legend := d.legend(all)
	for i := range all { // from here on the labels are those of the caption
		all[i].label = printable(all[i].cell.Title())
	}
	note, height := "", 4.6*vg.Centimeter
	if own {
		note, height = "Each panel has its own range of N_{S}.", 5*vg.Centimeter
	}
	caption := sentences(powerCaption(all), pairing(differences), note)
	title, _ := heading(c.Groups[0].Arms[0].Name, "power by "+axesTitle(c.By), nil)
	return Figure{
		title:   title,
		table:   powerTable(all, nil),
		legend:  legend,
		body:    body,
		size:    vg.Point{X: fullWidth, Y: vg.Length(len(body.panels))*height + 1.2*vg.Centimeter},
		wide:    true,
		caption: append([]string{caption}, gathered(c.Warnings, all)...),
	}, nil
}

// panels draws the arms of each group in a panel.
func (d *armsDrawer) panels(c results.Comparison, groups [][]cellCurve, all []cellCurve) layout {
	n := len(groups)
	columns := min(columnsFor(n), 4)
	if n == 9 {
		columns = 3
	}
	shared, y, own := signalAxis(all, 12/columns+1), powerAxis(all, 5), uneven(groups)
	width := (fullWidth-30)/vg.Length(columns) - 12
	body := layout{panels: grid(n, columns), gapX: 4, gapY: 4}
	for k, arms := range groups {
		x, y := shared, y
		if own && hasSignal(arms) {
			x = signalAxis(arms, 12/columns+1)
		}
		if columns > 2 {
			x.label = "signal events N_{S}"
		}
		if k+columns < n { // there is a panel below
			x.label, x.bare = "", !own
		}
		y.bare = k%columns > 0
		p := d.panel(arms, x, y)
		p.title = settingsTitle(c.Groups[k].Common, width)
		body.panels[k/columns][k%columns] = p
	}
	return body
}

// uneven reports whether the largest N_S of the groups that have signal are too far apart for one
// axis.
func uneven(groups [][]cellCurve) bool {
	e := empty()
	for _, arms := range groups {
		if hasSignal(arms) {
			e = e.with(slices.Max(strengths(arms)))
		}
	}
	return e.high > mostUneven*e.low
}

// hasSignal reports whether some arms have toys with signal.
func hasSignal(arms []cellCurve) bool { return slices.Max(append(strengths(arms), 0)) > 0 }

// settingsTitle is the title of a panel of the width: a line for each of up to three settings.
func settingsTitle(settings []results.ArmRecord, width vg.Length) string {
	var lines []string
	for _, s := range settings {
		lines = append(lines, settingText(s, style(panelTitleSize), width))
	}
	if len(lines) > 3 {
		lines = append(lines[:2], strings.Join(lines[2:], ", "))
	}
	return strings.Join(lines, "\n")
}

// settingText writes a setting. If it is longer than the width, it loses the path before its key,
// so that its label can be read.
func settingText(s results.ArmRecord, sty text.Style, width vg.Length) string {
	if full := printable(s.String()); sty.Width(full) <= width {
		return full
	}
	s.Axis = s.Axis[strings.LastIndexByte(s.Axis, '.')+1:]
	return printable(s.String())
}
