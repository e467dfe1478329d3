package report

import (
	"fmt"
	"slices"
	"strings"

	"sparker/results"
)

// chart draws the power of the arms of a group against the signal strength.
type chart struct {
	Title               string
	Alt                 string
	Width               float64
	Height              float64
	Curves              []curve
	X, Y                []tick // Y has its ordinates in X
	Left, Right, Bottom float64
}

// curve is the power of one arm.
type curve struct {
	Arm    int // number of the look, from 0
	Label  string
	Path   string
	Points []dot
	Errors []string // paths of the 68% intervals
}

// The sizes of a chart of curves.
const (
	curvesWidth  = 420.0
	curvesHeight = 270.0
	curvesLeft   = 46.0
	curvesRight  = 14.0
	curvesTop    = 12.0
	curvesBottom = 44.0
)

// armLooks is the number of different looks of arms.
const armLooks = 8

// newChart returns the chart of a group. The arms are numbered by their labels in the comparison.
// It reports whether there is something to draw.
func newChart(g results.ComparisonGroup, labels []string) (chart, bool) {
	c := chart{Width: curvesWidth, Height: curvesHeight, Left: curvesLeft,
		Right: curvesWidth - curvesRight, Bottom: curvesHeight - curvesBottom}
	c.Title = line(results.Describe(g.Common))
	var signals []float64
	for _, arm := range g.Arms {
		for _, p := range arm.Points {
			if known(arm.CellSummary, p) && !slices.Contains(signals, p.Signal) {
				signals = append(signals, p.Signal)
			}
		}
	}
	if len(signals) == 0 {
		return chart{}, false
	}
	slices.Sort(signals)
	low, high := min(signals[0], 0), signals[len(signals)-1]
	if high == low {
		high = low + 1
	}
	x := func(signal float64) float64 { return c.Left + (c.Right-c.Left)*(signal-low)/(high-low) }
	y := func(power float64) float64 { return c.Bottom - (c.Bottom-curvesTop)*power }
	c.ticks(signals, x, y)
	for _, arm := range g.Arms {
		one := curve{Arm: slices.Index(labels, arm.Label), Label: line(arm.Label)}
		var path strings.Builder
		for _, p := range arm.Points {
			if !known(arm.CellSummary, p) {
				continue
			}
			command := "L"
			if path.Len() == 0 {
				command = "M"
			}
			fmt.Fprintf(&path, "%s%.1f %.1f", command, x(p.Signal), y(p.Power))
			one.Points = append(one.Points, dot{x(p.Signal), y(p.Power)})
			one.Errors = append(one.Errors, fmt.Sprintf("M%.1f %.1fV%.1f", x(p.Signal),
				y(p.CI68[0]), y(p.CI68[1])))
		}
		one.Path = path.String()
		c.Curves = append(c.Curves, one)
	}
	c.Alt = "Power against the expected number of signal events, N_S. The table has the numbers."
	return c, true
}

// ticks sets the ticks of the axes: all signal strengths that have room, and fifths of the power.
func (c *chart) ticks(signals []float64, x, y func(float64) float64) {
	const room = 30
	last := -2.0 * room
	for i, s := range signals {
		at := x(s)
		if at-last < room || (i < len(signals)-1 && x(signals[len(signals)-1])-at < room) {
			continue
		}
		last = at
		c.X = append(c.X, tick{X: at, Anchor: "middle", Text: number(s)})
	}
	for i := range 6 {
		power := float64(i) / 5
		c.Y = append(c.Y, tick{X: y(power), Anchor: "end", Text: fmt.Sprintf("%.1f", power)})
	}
}
