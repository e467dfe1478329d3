package plots

import (
	"fmt"
	"strings"

	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

const (
	dotPitch  = vg.Length(10) // from row to row
	dotPanel  = vg.Length(54) // the narrowest panel, with its margins
	dotRadius = vg.Length(1.9)
)

// PowerDots draws the powers of a comparison with a regret, at the N_S of the regret. There is a
// panel for each group, and in it a row for each arm, by rising mean regret, with the 68%
// Clopper-Pearson interval as a bar; the best arm of the group stands out. Limits follow below a
// gap. The oracle and the size alpha are vertical lines if they are known.
//
// It returns an error in the same cases as RegretMap.
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
	d := dotsDrawer{t: t, x: dotsAxis(t, columns), y: y, at: at}
	d.alpha, d.shared = sharedSize(t.curves)
	body := layout{panels: grid(n, columns), gapX: 4, gapY: 4}
	for k, name := range t.names {
		p := d.panel(k)
		lines := wrap(name, style(panelTitleSize), pitch-6)
		p.title = strings.Join(append(lines[:min(len(lines), 2)],
			"N_{S} = "+number(c.Regret.Groups[k].Signal)), "\n")
		p.y.bare, p.x.bare = k%columns > 0, k+columns < n
		if k/columns < rows-1 { // a panel above a gap has ticks alone
			p.x.label = ""
		}
		body.panels[k/columns][k%columns] = p
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
		table:  powerTable(t.curves, nil),
		legend: d.legend(),
		body:   body,
		size: vg.Point{X: fullWidth, Y: vg.Length(rows)*(vg.Length(y.high-y.low)*dotPitch+42) +
			24},
		wide:    true,
		caption: append([]string{caption}, gathered(c.Warnings, t.curves)...),
	}, nil
}

// dotsAxis is the horizontal axis of so many panels next to one another.
func dotsAxis(t contest, columns int) axis {
	if columns > 3 {
		return linear("power", extent{0, 1}.padded(0.05), 2)
	}
	x := powerAxis(t.curves, 5)
	x.extent = extent{0, 1}.padded(0.05)
	return x
}

// A dotsDrawer draws the panels of PowerDots, and keeps what the legend has to explain.
type dotsDrawer struct {
	t      contest
	x, y   axis
	at     []float64 // the places of the rows on y
	alpha  float64
	shared bool // all cells have the size alpha
	drawn  [len(dotLooks)]bool
	oracle bool
}

// panel draws group k.
func (d *dotsDrawer) panel(k int) *panel {
	g := d.t.c.Regret.Groups[k]
	p := &panel{x: d.x, y: d.y}
	if d.shared {
		p.plotters = append(p.plotters, upright(d.alpha, d.y, sizeStroke))
	}
	if g.Oracle != nil {
		p.plotters = append(p.plotters, upright(*g.Oracle, d.y, sharedOracleLine))
		d.oracle = true
	}
	for i, row := range d.t.rows {
		_, point, ok := d.t.c.Groups[k].At(row.Label, g.Signal)
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
		d.drawn[kind] = true
		p.plotters = append(p.plotters,
			curve([]float64{point.CI68[0], point.CI68[1]}, []float64{d.at[i], d.at[i]},
				stroke(l.NRGBA, 1.1)),
			markers([]float64{point.Power}, []float64{d.at[i]}, l.NRGBA, dotRadius, l.shape))
	}
	return p
}

// legend explains the panels that were drawn.
func (d *dotsDrawer) legend() (legend entries) {
	for kind, l := range dotLooks {
		if d.drawn[kind] {
			legend.add(l.label, lineSample(stroke(l.NRGBA, 1.1)),
				glyphSample(l.NRGBA, dotRadius, l.shape))
		}
	}
	if d.oracle {
		legend.add("oracle", lineSample(sharedOracleLine))
	}
	if d.shared {
		legend.add("size α", lineSample(sizeStroke))
	}
	return legend
}
