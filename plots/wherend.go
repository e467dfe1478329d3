package plots

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"

	"sparker/findings"
)

const (
	mostFindings  = 6 // panels of features
	longestName   = vg.Length(92)
	featureHeight = vg.Length(11.5)
)

func whereMany(f findings.Findings) (Figure, error) {
	var shown []findings.Finding
	var empties []int
	for _, k := range f.Kernels {
		switch {
		case len(k.Bulk) == 0:
			empties = append(empties, k.Kernel)
		case len(shown) < mostFindings:
			shown = append(shown, k)
		}
	}
	if len(shown) == 0 {
		return Figure{}, errors.New("no kernel has members")
	}
	columns := min(len(shown), 2)
	body := layout{panels: grid(len(shown), columns), gapX: 8, gapY: 6,
		heights: make([]float64, (len(shown)+columns-1)/columns)}
	for i, k := range shown {
		list := union(k.Bulk, k.Local)
		p := featurePanel(f, k, list)
		if i+columns < len(shown) { // there is a panel below
			p.x.label = ""
		}
		body.panels[i/columns][i%columns] = p
		body.heights[i/columns] = max(body.heights[i/columns], float64(len(list)))
	}
	var height vg.Length
	for _, rows := range body.heights {
		height += vg.Length(rows)*featureHeight + 46
	}
	more := []string{
		"Columns in which the data rows of a kernel, weighted by φ, differ most, in standard " +
			"deviations of the reference. Above each: coefficient, Σ_{D}φ over wΣ_{R}φ, and Z.",
		notShown(len(f.Kernels)-len(empties), len(shown)),
	}
	if empties != nil {
		more = append(more, fmt.Sprintf("Without members: %s.", kernelList(empties)))
	}
	return Figure{
		title: "What sets the members of the kernels apart", legend: featureLegend(shown),
		table: featureTable(shown), body: body,
		size: vg.Point{X: fullWidth, Y: height + 14}, wide: true,
		caption: findingsCaption(f, more...),
	}, nil
}

var bulkFill = faded(blue, 0.75)

// featureLegend explains what the panels of the kernels have.
func featureLegend(kernels []findings.Finding) entries {
	legend := newEntries("from the mean of R", region{fill: bulkFill})
	if slices.ContainsFunc(kernels, func(k findings.Finding) bool {
		return slices.ContainsFunc(union(k.Bulk, k.Local),
			func(q findings.Feature) bool { return q.Local != nil })
	}) {
		legend.add("from nearby R, ± standard error", lineSample(stroke(black, 0.8)),
			glyphSample(black, 2.2, polygon{4, 0}))
	}
	if slices.ContainsFunc(kernels, func(k findings.Finding) bool { return k.Noise > 0 }) {
		legend.add("± 2 standard errors of a bar", region{fill: gridGray})
	}
	return legend
}

// kernelList names kernels.
func kernelList(kernels []int) string {
	if len(kernels) == 1 {
		return fmt.Sprintf("kernel %d", kernels[0])
	}
	return "kernels " + strings.ReplaceAll(strings.Trim(fmt.Sprint(kernels), "[]"), " ", ", ")
}

// union are the features of both lists, those that are farthest from the bulk first.
func union(bulk, local []findings.Feature) []findings.Feature {
	all := slices.Clone(bulk)
	for _, q := range local {
		if !slices.ContainsFunc(all,
			func(o findings.Feature) bool { return o.Column == q.Column }) {
			all = append(all, q)
		}
	}
	slices.SortStableFunc(all, func(a, b findings.Feature) int {
		return cmp.Compare(math.Abs(b.Bulk), math.Abs(a.Bulk))
	})
	return all
}

// featurePanel draws the features of one kernel as horizontal bars, the first on top.
func featurePanel(f findings.Findings, k findings.Finding, list []findings.Feature) *panel {
	e := empty().with(0)
	var names []string
	var bars, dots []plot.Plotter
	for i, q := range list {
		at := float64(len(list) - 1 - i)
		names = append(names, shorten(columnName(f, q.Column, q.Name), style(tickSize),
			longestName))
		e = e.with(q.Bulk)
		bars = append(bars, region{x: []float64{0, q.Bulk, q.Bulk, 0},
			y: []float64{at - 0.32, at - 0.32, at + 0.32, at + 0.32}, fill: bulkFill})
		if q.Local == nil {
			continue
		}
		v, s := *q.Local, optional(q.LocalError)
		e = e.with(v-s, v+s)
		dots = append(dots, curve([]float64{v - s, v + s}, []float64{at, at}, stroke(black, 0.8)),
			markers([]float64{v}, []float64{at}, black, 2.2, polygon{4, 0}))
	}
	slices.Reverse(names)
	y := categorical("", names)
	x := linear("deviation [std. dev. of R]", e.padded(0.06), 4)
	two := 2 * k.Noise
	band := region{x: []float64{-two, two, two, -two}, y: []float64{y.low, y.low, y.high, y.high},
		fill: gridGray}
	return &panel{
		title: fmt.Sprintf("kernel %d: a = %s (%s)\n%s over %s, %s", k.Kernel,
			withSign(k.Coefficient), kind(k.Coefficient), number(k.Soft.Data),
			number(k.Soft.Expected), significance(k.Soft.Z)),
		x: x, y: y,
		plotters: slices.Concat([]plot.Plotter{band}, bars,
			[]plot.Plotter{upright(0, y, stroke(darkGray, 0.6))}, dots),
	}
}
