package report

import (
	"fmt"
	"html/template"
	"math"
	"strings"

	"sparker/findings"
)

// histogram is a small chart of one column: the data as bars or points over the reference, and
// below, for marginals, the pulls. Lengths are in units of the drawing.
type histogram struct {
	Title  string
	Head   template.HTML // the title with its scripts set
	Alt    string
	Width  float64
	Height float64
	Base   float64 // the ordinate of 0
	Bars   []bar   // of the data
	Steps  string  // the outline of the reference
	Model  string  // the outline of the reweighted reference; empty for places
	Dots   []dot   // the data over a marginal
	Pulls  []pull
	Ticks  []tick // the ends of the axis, or the labels
	Top    string // the largest count
	PullY  float64
	PullAt string // the largest pull of the axis
	Grid   grid   // the numbers
}

type (
	bar  struct{ X, Y, Width, Height float64 }
	dot  struct{ X, Y float64 }
	tick struct {
		X      float64
		Anchor string // start, middle or end
		Text   string
	}
	// pull is the bar of a pull of the reference, and that of the reweighted reference.
	pull struct{ Reference, Model bar }
)

// The sizes of a chart.
const (
	chartWidth  = 300.0
	chartHeight = 96.0 // of the counts
	chartLeft   = 8.0
	chartTop    = 16.0
	pullHeight  = 44.0
	tickHeight  = 18.0
	gapHeight   = 20.0 // for the range of the pulls
	leastPull   = 3.0  // the smallest range of the pulls
	labelsShown = 6    // categories with more bins have no labels in the drawing
)

// axis maps bins to abscissas.
type axis struct {
	edges  []float64 // of the drawing, n+1
	labels []string
	ticks  []tick
}

// newAxis returns the axis of bins. Bins of labels have equal widths.
func newAxis(b findings.Bins, n int) axis {
	a := axis{labels: b.Labels}
	width := chartWidth - 2*chartLeft
	for i := range n + 1 {
		u := float64(i) / float64(n)
		if len(b.Edges) == n+1 && b.Edges[n] > b.Edges[0] {
			u = (b.Edges[i] - b.Edges[0]) / (b.Edges[n] - b.Edges[0])
		}
		a.edges = append(a.edges, chartLeft+width*u)
	}
	switch {
	case len(b.Labels) == n && n <= labelsShown:
		most := max(4, 44/n)
		for i, label := range b.Labels {
			a.ticks = append(a.ticks, tick{(a.edges[i] + a.edges[i+1]) / 2, "middle",
				shortLabel(label, most)})
		}
	case len(b.Edges) == n+1:
		a.ticks = []tick{{a.edges[0], "start", number(b.Edges[0])},
			{a.edges[n], "end", number(b.Edges[n])}}
	}
	return a
}

// shortLabel returns the beginning of a label of a bin.
func shortLabel(label string, most int) string {
	text := []rune(line(label))
	if len(text) > most {
		return string(text[:most-1]) + "…"
	}
	return string(text)
}

// names returns the names of the bins.
func (a axis) names(b findings.Bins) []string {
	var names []string
	for i := range len(a.edges) - 1 {
		if len(b.Labels) > i {
			names = append(names, line(b.Labels[i]))
			continue
		}
		names = append(names, number(b.Edges[i])+" to "+number(b.Edges[i+1]))
	}
	return names
}

// outline returns the path of a step function over the axis.
func (a axis) outline(values []float64, height func(float64) float64) string {
	var b strings.Builder
	for i, v := range values {
		command := "L"
		if i == 0 {
			command = "M"
		}
		fmt.Fprintf(&b, "%s%.1f %.1fH%.1f", command, a.edges[i], height(v), a.edges[i+1])
	}
	return b.String()
}

// largest returns the largest number of some lists, and 1 if none is above 0.
func largest(lists ...[]float64) float64 {
	top := 0.0
	for _, list := range lists {
		for _, x := range list {
			top = max(top, x)
		}
	}
	if top == 0 {
		return 1
	}
	return top
}

// placeChart compares the rows of a place with the reference in one column.
func (s Section) placeChart(c findings.PlaceColumn) histogram {
	h := histogram{Title: s.columnTitle(c.Bins), Head: s.heading(c.Bins),
		Width: chartWidth, Base: chartTop + chartHeight,
		Height: chartTop + chartHeight + tickHeight}
	a := newAxis(c.Bins, len(c.Data))
	top := largest(c.Data, c.Reference)
	height := func(v float64) float64 { return h.Base - chartHeight*max(v, 0)/top }
	h.Ticks, h.Top = a.ticks, fmt.Sprintf("%.3g", top)
	h.Steps = a.outline(c.Reference, height)
	h.Grid = grid{Caption: "Counts of " + h.Title,
		Columns: append(words(h.Title), numbers("rows of the place", "reference, scaled")...)}
	for i, name := range a.names(c.Bins) {
		h.Bars = append(h.Bars, bar{a.edges[i] + 0.5, height(c.Data[i]),
			max(a.edges[i+1]-a.edges[i]-1, 0.5), h.Base - height(c.Data[i])})
		h.Grid.Rows = append(h.Grid.Rows, gridRow{Cells: cells(name,
			number(c.Data[i]), number(c.Reference[i]))})
	}
	h.Alt = fmt.Sprintf("Distribution of %s: the rows of the place and all of the reference, "+
		"scaled to the same total. The table below has the numbers.", h.Title)
	return h
}

// marginalChart compares the data with the reference and the reweighted reference in one column.
func (s Section) marginalChart(m findings.Marginal) histogram {
	h := histogram{Title: s.columnTitle(m.Bins), Head: s.heading(m.Bins),
		Width: chartWidth, Base: chartTop + chartHeight,
		Height: chartTop + chartHeight + gapHeight + pullHeight + tickHeight,
		PullY:  chartTop + chartHeight + gapHeight + pullHeight/2}
	a := newAxis(m.Bins, len(m.Data))
	top := largest(m.Data, m.Expected, m.Reweighted)
	height := func(v float64) float64 { return h.Base - chartHeight*max(v, 0)/top }
	h.Ticks, h.Top = a.ticks, fmt.Sprintf("%.3g", top)
	h.Steps, h.Model = a.outline(m.Expected, height), a.outline(m.Reweighted, height)
	limit := leastPull
	for i := range m.Pulls {
		limit = max(limit, math.Abs(m.Pulls[i]), math.Abs(m.ReweightedPulls[i]))
	}
	h.PullAt = "±" + fmt.Sprintf("%.2g", limit)
	h.Grid = grid{Caption: "Counts and pulls of " + h.Title, Columns: append(words(h.Title),
		numbers("data", "expected", "pull", "reweighted", "pull against reweighted")...)}
	for i, name := range a.names(m.Bins) {
		center, half := (a.edges[i]+a.edges[i+1])/2, (a.edges[i+1]-a.edges[i])/2
		h.Dots = append(h.Dots, dot{center, height(m.Data[i])})
		bars := func(x, value float64) bar {
			length := pullHeight / 2 * value / limit
			return bar{x, h.PullY - max(length, 0), max(half-1, 0.5), math.Abs(length)}
		}
		h.Pulls = append(h.Pulls, pull{bars(a.edges[i]+0.5, m.Pulls[i]),
			bars(center+0.5, m.ReweightedPulls[i])})
		h.Grid.Rows = append(h.Grid.Rows, gridRow{Cells: cells(name, number(m.Data[i]),
			number(m.Expected[i]), signed(fmt.Sprintf("%+.1f", m.Pulls[i])),
			number(m.Reweighted[i]), signed(fmt.Sprintf("%+.1f", m.ReweightedPulls[i])))})
	}
	h.Alt = fmt.Sprintf("Distribution of %s: the data, the reference and the reference that the "+
		"fit reweights, with the pulls of the data against both. The table below has the numbers.",
		h.Title)
	return h
}
