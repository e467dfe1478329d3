package plots

import (
	"cmp"
	"image/color"
	"slices"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A trend is a curve through points with an interval each.
type trend struct{ x, y, low, high []float64 }

func (t *trend) add(x, y, low, high float64) {
	t.x, t.y, t.low, t.high = append(t.x, x), append(t.y, y), append(t.low, low),
		append(t.high, high)
}

// ordered is t by rising x.
func (t trend) ordered() (o trend) {
	order := make([]int, len(t.x))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(t.x[i], t.x[j]) })
	for _, i := range order {
		o.add(t.x[i], t.y[i], t.low[i], t.high[i])
	}
	return o
}

// trends collects the curves of a panel: all bands below all lines.
type trends struct{ bands, lines []plot.Plotter }

const (
	trendWidth  = vg.Length(1.3)
	trendRadius = vg.Length(2.6)
)

// add draws a trend in a look. The interval of a lone point is a bar.
func (d *trends) add(t trend, l look) {
	if len(t.x) == 1 {
		d.bands = append(d.bands, curve([]float64{t.x[0], t.x[0]}, []float64{t.low[0], t.high[0]},
			stroke(l.NRGBA, trendWidth)))
	} else {
		d.bands = append(d.bands, between(t.x, t.low, t.high, l.band()))
		d.lines = append(d.lines, curve(t.x, t.y, l.line()))
	}
	d.lines = append(d.lines, markers(t.x, t.y, l.NRGBA, trendRadius, l.shape))
}

// all are the plotters in the order of drawing.
func (d trends) all() []plot.Plotter { return slices.Concat(d.bands, d.lines) }

// band is the color of a trend's interval. Black is more transparent than the others.
func (l look) band() color.NRGBA {
	if l.NRGBA == black {
		return faded(black, 0.08)
	}
	return faded(l.NRGBA, 0.15)
}

func (l look) line() draw.LineStyle { return stroke(l.NRGBA, trendWidth, l.dashes...) }

// solid is the look without dashes, for figures in which dashes have another meaning.
func (l look) solid() look {
	l.dashes = nil
	return l
}

// entry is the line of a legend for a trend in the look.
func (l look) entry(label string) legendEntry {
	return newEntry(label, region{fill: l.band()}, lineSample(l.line()),
		glyphSample(l.NRGBA, trendRadius, l.shape))
}
