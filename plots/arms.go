package plots

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"sparker/results"
)

// mostArms is how many curves of one figure have distinct looks.
const mostArms = len(looks)

// PowerArms draws the power of the arms of one group of a comparison against N_S, with a band for
// the 68% Clopper-Pearson interval, and the size alpha if all arms have the same. If all arms have
// the same oracle it is drawn once, or else that of each arm as a thin line of its color. by names
// the axes that are compared.
//
// It returns an error if no arm has toys, if there are more than eight arms (the number of distinct
// looks), if two arms have one label, or if a cell's numbers cannot be drawn.
func PowerArms(g results.ComparisonGroup, by []string) (Figure, error) {
	f, err := powerArms(g, by)
	if err != nil {
		return Figure{}, fmt.Errorf("plots: power of arms: %w", err)
	}
	return f, nil
}

func powerArms(g results.ComparisonGroup, by []string) (Figure, error) {
	arms, err := newArms(g)
	if err != nil {
		return Figure{}, err
	}
	d := armsDrawer{labels: armLabels(arms)}
	if err := d.check(arms); err != nil {
		return Figure{}, err
	}
	p := d.panel(arms, signalAxis(arms, 8), powerAxis(arms, 5))
	baseline := ""
	if len(arms) > 1 {
		baseline = "Baseline: " + arms[0].label + "."
	}
	title, note := heading(g.Arms[0].Name, "power by "+axesTitle(by), g.Common)
	return Figure{
		title:  title,
		table:  powerTable(arms, nil),
		legend: d.legend(arms),
		body:   layout{panels: [][]*panel{{p}}},
		size:   vg.Point{X: fullWidth, Y: 10 * vg.Centimeter},
		caption: append([]string{sentences(powerCaption(arms), baseline, pairing(g.Differences),
			note)}, gathered(nil, arms)...),
	}, nil
}

// axesTitle names the compared axes.
func axesTitle(by []string) string { return printable(strings.Join(by, " and ")) }

// newArms checks the arms of a group. Those without toys are kept, because the caption names them.
func newArms(g results.ComparisonGroup) ([]cellCurve, error) {
	if len(g.Arms) == 0 {
		return nil, errors.New("the comparison has no arms")
	}
	var arms []cellCurve
	for _, arm := range g.Arms {
		s, err := newCellCurve(arm.Label, arm.CellSummary)
		if err != nil {
			return nil, fmt.Errorf("arm %q: %w", arm.Label, err)
		}
		if slices.ContainsFunc(arms, func(other cellCurve) bool { return other.label == s.label }) {
			return nil, fmt.Errorf("two arms are called %q", arm.Label)
		}
		arms = append(arms, s)
	}
	return arms, nil
}

// armLabels are the labels of some arms, each once, in their order.
func armLabels(arms []cellCurve) (labels []string) {
	for _, s := range arms {
		if !slices.Contains(labels, s.label) {
			labels = append(labels, s.label)
		}
	}
	return labels
}

// An armsDrawer draws panels of arms, with one look for each label. It records what the legend has
// to explain.
type armsDrawer struct {
	labels                   []string
	sharedOracle, ownOracles bool
	size                     entries
}

var sharedOracleLine = stroke(darkGray, 1.2, 5, 3)

// check refuses more arms than there are looks, and arms that have nothing to draw.
func (d *armsDrawer) check(arms []cellCurve) error {
	if len(d.labels) > mostArms {
		return fmt.Errorf("%d arms; at most %d can be told apart in one figure", len(d.labels),
			mostArms)
	}
	if len(strengths(arms)) == 0 {
		return errNoToys
	}
	return nil
}

func (d *armsDrawer) look(label string) look { return looks[slices.Index(d.labels, label)] }

func (d *armsDrawer) panel(arms []cellCurve, x, y axis) *panel {
	level, size := sizeLevel(x, arms)
	if len(size) > 0 {
		d.size = size
	}
	var lines trends
	var oracles []plot.Plotter
	if signal, power, shared := oneOracle(arms); !shared {
		for _, s := range arms {
			if signal, power := s.oracle(); len(signal) > 0 {
				oracles = append(oracles, ownOracleLine(x, signal, power, d.look(s.label))...)
				d.ownOracles = true
			}
		}
	} else if len(signal) > 0 {
		oracles = []plot.Plotter{oracleLine(x, signal, power, sharedOracleLine)}
		d.sharedOracle = true
	}
	for _, s := range arms {
		if len(s.points) > 0 {
			lines.add(s.power(), d.look(s.label))
		}
	}
	return &panel{x: x, y: y, plotters: slices.Concat(lines.bands, level, oracles, lines.lines)}
}

// oracleLine is the oracle's power along an axis, horizontal if it has a single point.
func oracleLine(x axis, along, power []float64, s draw.LineStyle) plot.Plotter {
	if len(along) == 1 {
		return across(x, power[0], s)
	}
	return curve(along, power, s)
}

// ownOracleLine is the oracle of one curve of several, with small markers of the curve's shape:
// without color, the lines are alike.
func ownOracleLine(x axis, along, power []float64, l look) []plot.Plotter {
	return []plot.Plotter{oracleLine(x, along, power, ownOracle(l)),
		markers(along, power, l.NRGBA, 0.65*trendRadius, l.shape)}
}

// ownOracle is the line of the oracle of a trend.
func ownOracle(l look) draw.LineStyle { return stroke(l.NRGBA, 0.8, 4, 2.5) }

// oraclesEntry explains the lines of ownOracle.
func oraclesEntry(label string) legendEntry {
	return newEntry(label, lineSample(ownOracle(look{NRGBA: darkGray})))
}

// oneOracle is the oracle that all curves share at the N_S at which they have toys. shared reports
// whether they do, and is true if no curve has an oracle.
func oneOracle(curves []cellCurve) (signal, power []float64, shared bool) {
	for _, n := range strengths(curves) {
		var known []*float64
		for _, s := range curves {
			if p, ok := s.at(n); ok {
				known = append(known, p.Oracle)
			}
		}
		for _, o := range known[1:] {
			if (o == nil) != (known[0] == nil) || (o != nil && *o != *known[0]) {
				return nil, nil, false
			}
		}
		if known[0] != nil {
			signal, power = append(signal, n), append(power, *known[0])
		}
	}
	return signal, power, true
}

// legend explains the panels that were drawn.
func (d *armsDrawer) legend(arms []cellCurve) (legend entries) {
	for _, label := range d.labels {
		if slices.ContainsFunc(arms, func(s cellCurve) bool {
			return s.label == label &&
				len(s.points) > 0
		}) {
			legend = append(legend, d.look(label).entry(label))
		}
	}
	if d.sharedOracle {
		legend.add("oracle", lineSample(sharedOracleLine))
	}
	if d.ownOracles {
		legend = append(legend, oraclesEntry("oracle of each arm"))
	}
	return append(legend, d.size...)
}

// pairing is the sentence of a caption on whether arms and baseline are tested on the same toys.
func pairing(differences []results.Difference) string {
	paired := 0
	for _, d := range differences {
		if d.Paired {
			paired++
		}
	}
	switch {
	case len(differences) == 0:
		return ""
	case paired == len(differences):
		return "Arms and baseline are tested on the same toys."
	case paired == 0:
		return "Arms and baseline are tested on toys of their own."
	}
	return fmt.Sprintf("In %d of %d differences arm and baseline are tested on the same toys.",
		paired, len(differences))
}
