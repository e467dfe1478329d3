package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	dotPitch  = vg.Length(10) // from row to row
	dotPanel  = vg.Length(54) // the narrowest panel, with its margins
	dotRadius = vg.Length(1.9)
)

// PowerDots draws the powers of a comparison with a regret, at the N_S that the regret is taken at:
// a panel for each group, in it a row for each arm, by rising mean regret, with the 68%
// Clopper-Pearson interval as a bar; the best arm of the group stands out. Limits follow below a
// gap. The oracle and the size alpha are vertical lines where they are known.
//
// It returns an error as RegretMap does.
func PowerDots(c results.Comparison) (Figure, error) {
	f, err := powerDots(c)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: dots of power: %w", err)
	}
	return f, nil
}

// dotLooks are the looks of the dots: of the best of a panel, of the others, and of limits.
var dotLooks = [...]struct {
	look
	label string
}{
	{look{vermillion, nil, polygon{4, 0}}, "best of a panel"},
	{look{blue, nil, draw.CircleGlyph{}}, "others"},
	{look{darkGray, nil, hollow{polygon{4, 45}}}, "limits"},
}

func powerDots(c results.Comparison) (Figure, error) {
	t, err := newContest(c)
	if err != nil {
		return Figure{}, err
	}
	n := len(t.names)
	if n > mostLabels {
		return Figure{}, fmt.Errorf("%d groups; at most %d can be drawn", n, mostLabels)
	}
	t.rows = c.Regret.Rows // the oracle is a line
	y, at := t.rowAxis(nameRoom)
	rows := 1 + (n-1)/max(int((fullWidth-y.widest()-10)/dotPanel), 1)
	columns := (n + rows - 1) / rows
	pitch := (fullWidth - y.widest() - 10) / vg.Length(columns)
	x := linear("power", extent{0, 1}.padded(0.05), 2)
	if columns <= 3 {
		x = powerAxis(t.curves, 5)
		x.extent = extent{0, 1}.padded(0.05)
	}
	body := layout{panels: grid(n, columns), gapX: 4, gapY: 4}
	var drawn [len(dotLooks)]bool
	alpha, shared := sharedSize(t.curves)
	oracle := false
	for k, name := range t.names {
		g := c.Regret.Groups[k]
		lines := wrap(name, style(panelTitleSize), pitch-6)
		title := strings.Join(append(lines[:min(len(lines), 2)], "N_{S} = "+number(g.Signal)), "\n")
		p := &panel{title: title, x: x, y: y}
		p.y.bare, p.x.bare = k%columns > 0, k+columns < n
		if k/columns < rows-1 { // a panel above a gap has ticks alone
			p.x.label = ""
		}
		if shared {
			p.plotters = append(p.plotters, upright(alpha, y, sizeStroke))
		}
		if g.Oracle != nil {
			p.plotters = append(p.plotters, upright(*g.Oracle, y, sharedOracleLine))
			oracle = true
		}
		for i, row := range t.rows {
			_, point, ok := c.Groups[k].At(row.Label, g.Signal)
			if !ok || g.Signal <= 0 {
				continue
			}
			kind := 1
			if row.Limit {
				kind = 2
			} else if v := row.Regrets[k]; v != nil && *v == 0 {
				kind = 0
			}
			l := dotLooks[kind]
			drawn[kind] = true
			p.plotters = append(p.plotters,
				curve([]float64{point.CI68[0], point.CI68[1]}, []float64{at[i], at[i]},
					stroke(l.NRGBA, 1.1)),
				markers([]float64{point.Power}, []float64{at[i]}, l.NRGBA, dotRadius, l.shape))
		}
		body.panels[k/columns][k%columns] = p
	}
	var legend []legendEntry
	for kind, l := range dotLooks {
		if drawn[kind] {
			legend = append(legend, legendEntry{l.label, []plot.Thumbnailer{lineSample(stroke(l.NRGBA,
				1.1)), glyphSample(l.NRGBA, dotRadius, l.shape)}})
		}
	}
	if oracle {
		legend = append(legend, legendEntry{"oracle", []plot.Thumbnailer{lineSample(sharedOracleLine)}})
	}
	if shared {
		legend = append(legend, legendEntry{"size α", []plot.Thumbnailer{lineSample(sizeStroke)}})
	}
	note := ""
	if missing := n*len(t.rows) - len(t.curves); missing > 0 {
		note = fmt.Sprintf("Pairs that are not there or have no toys: %d of %d.", missing,
			n*len(t.rows))
	}
	title, more := heading(c.Groups[0].Arms[0].Name, "power by "+axesTitle(c.By), nil)
	caption := sentences("Bars: 68% intervals, where they are wider than the points. Rows by "+
		"rising mean regret, the power that they lack to the best of each panel.", t.limits(), note,
		powerCaption(t.curves), more)
	return Figure{
		title:  title,
		legend: legend,
		body:   body,
		size: vg.Point{X: fullWidth, Y: vg.Length(rows)*(vg.Length(y.high-y.low)*dotPitch+42) +
			24},
		caption: append([]string{caption}, gathered(c.Warnings, t.curves)...),
	}, nil
}
