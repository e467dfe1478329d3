package plots

import (
	"errors"
	"fmt"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"

	"sparker/results"
)

// mostGroups is how many panels Panels draws.
const mostGroups = 12

// Panels draws a whole comparison: a panel of power curves for each group, as PowerArms draws one, on shared axes.
// An arm has one look in all panels. Groups without toys have an empty panel.
//
// It returns an error where no group has toys, where there are more than twelve groups or eight labels of arms, where
// two arms of a group have one label, or where a cell's numbers cannot be drawn.
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
	var groups [][]study
	var all []study
	var differences []results.Difference
	for _, g := range c.Groups {
		arms, err := newArms(g)
		if err != nil {
			return Figure{}, fmt.Errorf("group %q: %w", results.Describe(g.Settings), err)
		}
		groups, all, differences = append(groups, arms), append(all, arms...), append(differences, g.Differences...)
	}
	d := armsDrawer{labels: armLabels(all)}
	if err := d.check(all); err != nil {
		return Figure{}, err
	}
	columns := min(columnsFor(n), 4)
	if n == 9 {
		columns = 3
	}
	x, y := signalAxis(all, 12/columns), powerAxis(all, 5)
	if columns > 2 {
		x.label = "signal events N_{S}"
	}
	width := (fullWidth-30)/vg.Length(columns) - 12
	body := layout{panels: grid(n, columns), gapX: 4, gapY: 4}
	for k, arms := range groups {
		px, py := x, y
		if k+columns < n {
			px = px.stripped()
		}
		if k%columns > 0 {
			py = py.stripped()
		}
		p := d.panel(arms, px, py)
		p.title = settingsTitle(c.Groups[k].Settings, width)
		body.panels[k/columns][k%columns] = p
	}
	legend := d.legend(all)
	for i := range all { // from here on the labels are those of the caption
		all[i].label = printable(all[i].cell.Title())
	}
	caption := sentences(powerCaption(all), pairing(differences))
	title, _ := heading(c.Groups[0].Arms[0].Name, "power by "+axesTitle(c.By), nil)
	return Figure{
		title:   title,
		legend:  legend,
		body:    body,
		size:    vg.Point{X: fullWidth, Y: vg.Length(len(body.panels))*4.6*vg.Centimeter + 1.2*vg.Centimeter},
		caption: append([]string{caption}, gathered(c.Warnings, all)...),
	}, nil
}

// settingsTitle is the title of a panel of the width: a line for each of up to three settings.
func settingsTitle(settings []results.Setting, width vg.Length) string {
	var lines []string
	for _, s := range settings {
		lines = append(lines, settingText(s, style(panelTitleSize), width))
	}
	if len(lines) > 3 {
		lines = append(lines[:2], strings.Join(lines[2:], ", "))
	}
	return strings.Join(lines, "\n")
}

// settingText writes a setting. Where it is longer than the width it loses the path before its key, so that its label
// can be read.
func settingText(s results.Setting, sty text.Style, width vg.Length) string {
	if full := printable(s.String()); sty.Width(full) <= width {
		return full
	}
	s.Axis = s.Axis[strings.LastIndexByte(s.Axis, '.')+1:]
	return printable(s.String())
}
