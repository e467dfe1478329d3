package plots

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"sparker/results"
)

const (
	mostAlike  = 12   // figures of one kind for a comparison, an axis or a pair of axes
	mostName   = 120  // characters of a file's name
	mostArmed  = 40   // arms of an ablation beside the baseline
	manyLabels = 3    // that an axis wants for a curve of its own or a heat map
	saturated  = 0.95 // a heat map of powers that are all higher shows nothing
)

// SweepFigures renders the figures of a run with axes that concern several of its cells,
// as far as the records allow, and returns the figures that were drawn. The names are
//
//	power-<by>[-<group>]             the power of the arms of each group (PowerArms)
//	panels-<by>                      all groups of a comparison, if it has several (Panels)
//	ablation-<by>                    its differences (Ablation)
//	power-against-<axis>[-<others>]  for an axis of three numbers or more (PowerAgainst)
//	kernels-found-<axis>[-<others>]  for an axis of two numbers or more, if the cells say what was
//	                                 found (KernelsFound)
//	heatmap-<x>-<y>[-<others>]       if exactly two axes have three labels or more (HeatMap)
//	dots-<by>                        the powers of a comparison with a regret (PowerDots)
//	regret-<by>                      its regret (RegretMap)
//	cost-<by>                        its power against time, for each of the Costs (PowerCost)
//
// each as .png and .svg. They are made from the axes of a comparison, the arms that a group has in
// common and those on the other axes, in lower case, with an underscore for every character except
// letters, digits, '-', '_' and '.'. What is too much for one figure goes on in others. Names that
// would be equal end in -2, -3 and so on. There are at most twelve figures of a kind for the groups
// of a comparison, or for the arms of the other axes; the captions say if there are more of those.
//
// A heat map is of the largest N_S whose powers are not all above 0.95, or else of the middle one.
// There is none if a comparison has its regret, which says more. A regret of more than forty arms
// has no figures, and one of more than sixteen groups only those of its costs. If no group has two
// N_S above 0, the figures of a regret replace the power curves (power and panels).
//
// A figure that cannot be drawn does not keep the others from being drawn: the error joins what
// went wrong with each. It is an error as well if the summary and the manifest are of different
// runs. It is not an error if there is nothing to draw: a sweep may have no numbers on its axes and
// no comparison.
func SweepFigures(to Output, m results.Manifest, s results.Summary,
	comparisons []results.Comparison) ([]Drawn, error) {
	p, err := sweepPortfolio(m, s, comparisons)
	if err != nil {
		return nil, err
	}
	return p.write(to)
}

// sweepPortfolio draws the figures of several cells. It refuses a summary of another run than the
// manifest's.
func sweepPortfolio(m results.Manifest, s results.Summary,
	comparisons []results.Comparison) (*portfolio, error) {
	if s.Digest != "" && m.Digest != "" && s.Digest != m.Digest {
		return nil, fmt.Errorf(
			"plots: the summary (%s) and the manifest (%s) are of different runs", s.Digest,
			m.Digest)
	}
	p := &portfolio{note: provenance(m)}
	for _, c := range comparisons {
		p.addComparison(c)
	}
	for _, a := range s.Axes {
		p.addAxis(s, a)
	}
	if !slices.ContainsFunc(
		comparisons, func(c results.Comparison) bool { return c.Regret != nil }) {
		p.addHeatMaps(s)
	}
	p.distinguish()
	return p, nil
}

// distinguish numbers figures with equal names.
func (p *portfolio) distinguish() {
	taken := make(map[string]bool)
	for i, f := range p.figures {
		name := f.name
		for n := 2; taken[name]; n++ {
			name = f.name + "-" + strconv.Itoa(n)
		}
		taken[name], p.figures[i].name = true, name
	}
}

// sweepName is the name of a figure of some axes at some arms.
func sweepName(kind string, axes []string, settings []results.ArmRecord) string {
	name := kind + "-" + strings.Join(axes, "-")
	for _, s := range settings {
		name += "-" + s.Axis + "_" + s.Label
	}
	name = fileName(name)
	return name[:min(len(name), mostName)]
}

// limited is the sentence of a caption on how many of n things are drawn, if that is not all.
func limited(n int, things string) string {
	if n <= mostAlike {
		return ""
	}
	return fmt.Sprintf("%d of %d %s have such a figure.", mostAlike, n, things)
}

// addComparison draws a comparison, in several figures if it does not fit into one.
func (p *portfolio) addComparison(c results.Comparison) {
	if dotted := p.addRegret(c); !dotted || severalStrengths(c) {
		p.addCurves(c)
	}
	for _, part := range byArms(c, mostArmed) {
		for _, some := range byRows(part) {
			f, err := Ablation(some)
			p.add(sweepName("ablation", c.By, nil), f, err)
		}
	}
}

// addRegret draws the regret of a comparison that has one, in several figures if it has many
// groups. dotted reports whether its powers are drawn as well.
func (p *portfolio) addRegret(c results.Comparison) (dotted bool) {
	if c.Regret == nil || len(c.Regret.Rows) > mostMethods {
		return false
	}
	for _, part := range regretParts(c) {
		f, err := PowerDots(part)
		p.add(sweepName("dots", c.By, nil), f, err)
		f, err = RegretMap(part)
		p.add(sweepName("regret", c.By, nil), f, err)
	}
	for i := range c.Regret.Costs {
		f, err := PowerCost(c, i)
		p.add(sweepName("cost", c.By, nil), f, err)
	}
	return true
}

// regretParts shares out the groups of a comparison among as few comparisons as can be drawn, of
// about the same size. The mean regrets stay those over all groups.
func regretParts(c results.Comparison) []results.Comparison {
	n := len(c.Groups)
	if n == 0 {
		return []results.Comparison{c}
	}
	count := (n + mostLabels - 1) / mostLabels
	var parts []results.Comparison
	for k := range count {
		from, to := k*n/count, (k+1)*n/count
		part, regret := c, *c.Regret
		part.Groups, regret.Groups = c.Groups[from:to], c.Regret.Groups[from:to]
		regret.Rows = slices.Clone(c.Regret.Rows)
		for i := range regret.Rows {
			regret.Rows[i].Regrets = regret.Rows[i].Regrets[from:to]
		}
		if regret.Oracle != nil {
			oracle := *regret.Oracle
			oracle.Regrets, regret.Oracle = oracle.Regrets[from:to], &oracle
		}
		part.Regret = &regret
		parts = append(parts, part)
	}
	return parts
}

// severalStrengths reports whether a group of a comparison has toys at two N_S above 0.
func severalStrengths(c results.Comparison) bool {
	return slices.ContainsFunc(c.Groups, func(g results.ComparisonGroup) bool {
		var signals []float64
		for _, a := range g.Arms {
			for _, p := range a.Points {
				if hasToys(p) && p.Signal > 0 {
					signals = append(signals, p.Signal)
				}
			}
		}
		slices.Sort(signals)
		return len(slices.Compact(signals)) > 1
	})
}

// addCurves draws the power curves of a comparison.
func (p *portfolio) addCurves(c results.Comparison) {
	for _, part := range byArms(c, mostArms-1) {
		part.Groups = slices.DeleteFunc(slices.Clone(part.Groups),
			func(g results.ComparisonGroup) bool {
				return !slices.ContainsFunc(g.Arms,
					func(a results.ComparisonArm) bool {
						return slices.ContainsFunc(a.Points,
							hasToys)
					})
			})
		if len(part.Groups) > 1 {
			for groups := range slices.Chunk(part.Groups, mostGroups) {
				some := part
				some.Groups = groups
				f, err := Panels(some)
				p.add(sweepName("panels", c.By, nil), f, err)
			}
		}
		note := limited(len(part.Groups), "groups")
		for _, g := range part.Groups[:min(len(part.Groups), mostAlike)] {
			f, err := PowerArms(g, c.By)
			p.add(sweepName("power", c.By, g.Common), f, err, note)
		}
	}
}

// byArms splits a comparison into parts with at most room arms and the baseline in each.
func byArms(c results.Comparison, room int) (parts []results.Comparison) {
	var labels []string
	for _, g := range c.Groups {
		for i, a := range g.Arms {
			if i > 0 && !slices.Contains(labels, a.Label) {
				labels = append(labels, a.Label)
			}
		}
	}
	if len(labels) <= room {
		return []results.Comparison{c}
	}
	for few := range slices.Chunk(labels, room) {
		part := c
		part.Groups = nil
		for _, g := range c.Groups {
			some := results.ComparisonGroup{Common: g.Common}
			for i, a := range g.Arms {
				if i == 0 || slices.Contains(few, a.Label) {
					some.Arms = append(some.Arms, a)
				}
			}
			for _, d := range g.Differences {
				if slices.Contains(few, d.Arm) {
					some.Differences = append(some.Differences, d)
				}
			}
			if len(some.Arms) > 1 {
				part.Groups = append(part.Groups, some)
			}
		}
		parts = append(parts, part)
	}
	return parts
}

// byRows splits a comparison into parts that fit into one Ablation each. Groups without differences
// are left out.
func byRows(c results.Comparison) (parts []results.Comparison) {
	rows := 0
	for _, g := range c.Groups {
		if !slices.ContainsFunc(g.Differences,
			func(d results.Difference) bool { return d.Toys > 0 }) {
			continue
		}
		more := len(g.Common) + len(g.Arms)
		if rows == 0 || rows+more > mostBars {
			part := c
			part.Groups, rows = nil, 0
			parts = append(parts, part)
		}
		last := &parts[len(parts)-1]
		last.Groups = append(last.Groups, g)
		rows += more
	}
	return parts
}

// others are the arms of the cells with toys on the axes that are not drawn, each once.
func others(s results.Summary, drawn ...string) (all [][]results.ArmRecord) {
	for _, c := range s.Cells {
		if !slices.ContainsFunc(c.Points, hasToys) {
			continue
		}
		rest := slices.DeleteFunc(slices.Clone(c.Arms),
			func(at results.ArmRecord) bool { return slices.Contains(drawn, at.Axis) })
		if !slices.ContainsFunc(all, func(other []results.ArmRecord) bool {
			return slices.Equal(rest,
				other)
		}) {
			all = append(all, rest)
		}
	}
	return all
}

// cellsAt are the cells that have the arms.
func cellsAt(s results.Summary, settings []results.ArmRecord) (cells []results.CellSummary) {
	for _, c := range s.Cells {
		if !slices.ContainsFunc(settings, func(at results.ArmRecord) bool {
			return labelOn(c.Arms,
				at.Axis) != at.Label
		}) {
			cells = append(cells, c)
		}
	}
	return cells
}

// addAxis draws the figures of an axis whose labels are numbers.
func (p *portfolio) addAxis(s results.Summary, a results.AxisRecord) {
	if len(a.Labels) < 2 || !allNumbers(a.Labels) {
		return
	}
	all := others(s, a.Name)
	note := limited(len(all), "settings of the other axes")
	for _, fixed := range all[:min(len(all), mostAlike)] {
		if len(a.Labels) >= manyLabels {
			f, err := PowerAgainst(s, a.Name, fixed)
			p.add(sweepName("power-against", []string{a.Name}, fixed), f, err, note)
		}
		if slices.ContainsFunc(cellsAt(s, fixed), saysFound) {
			f, err := KernelsFound(s, a.Name, fixed)
			p.add(sweepName("kernels-found", []string{a.Name}, fixed), f, err, note)
		}
	}
}

func saysFound(c results.CellSummary) bool {
	return slices.ContainsFunc(c.Points, func(p results.Point) bool {
		return hasToys(p) &&
			p.Found != nil
	})
}

// addHeatMaps draws the axes with many labels, if there are exactly two.
func (p *portfolio) addHeatMaps(s results.Summary) {
	var axes []string
	for _, a := range s.Axes {
		if len(a.Labels) >= manyLabels {
			axes = append(axes, a.Name)
		}
		if len(a.Labels) > mostLabels {
			return
		}
	}
	if len(axes) != 2 {
		return
	}
	all := others(s, axes...)
	note := limited(len(all), "settings of the other axes")
	for _, fixed := range all[:min(len(all), mostAlike)] {
		signal, why, ok := tellingStrength(cellsAt(s, fixed))
		if !ok {
			continue
		}
		f, err := HeatMap(s, axes[0], axes[1], signal, fixed)
		p.add(sweepName("heatmap", axes, fixed), f, err, sentences(why, note))
	}
}

// tellingStrength is the largest N_S whose powers are not all saturated, or else the middle one.
// why is the sentence of a caption on the choice. ok is false if there are no toys with signal.
func tellingStrength(cells []results.CellSummary) (signal float64, why string, ok bool) {
	var signals []float64
	telling := make(map[float64]bool)
	for _, c := range cells {
		for _, p := range c.Points {
			if hasToys(p) && p.Signal > 0 {
				signals = append(signals, p.Signal)
				telling[p.Signal] = telling[p.Signal] || p.Power <= saturated
			}
		}
	}
	if len(signals) == 0 {
		return 0, "", false
	}
	slices.Sort(signals)
	signals = slices.Compact(signals)
	for _, signal := range slices.Backward(signals) {
		if telling[signal] {
			return signal, fmt.Sprintf("Chosen: the largest N_{S} at which not all powers are "+
				"above %v.", saturated), true
		}
	}
	return signals[len(signals)/2], fmt.Sprintf("Chosen: the middle N_{S}; all powers are above "+
		"%v at each.", saturated), true
}
