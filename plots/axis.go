package plots

import (
	"cmp"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
)

// extent is a range of values. That of empty() holds none.
type extent struct{ low, high float64 }

func empty() extent { return extent{math.Inf(1), math.Inf(-1)} }

// with is the extent that holds e and the values.
func (e extent) with(values ...float64) extent {
	for _, v := range values {
		e.low, e.high = min(e.low, v), max(e.high, v)
	}
	return e
}

// padded is e extended by a share of its width at each end. An extent that is too narrow for an
// axis (such as a single value) is first widened around its middle.
func (e extent) padded(share float64) extent {
	size := max(math.Abs(e.low), math.Abs(e.high))
	if e.high-e.low <= max(1e-9*size, smallest) {
		half := 0.05 * size
		if half <= smallest {
			half = 1
		}
		e = extent{e.low - half, e.high + half}
	}
	d := share * (e.high - e.low)
	return extent{e.low - d, e.high + d}
}

// logPadded is padded on a logarithmic axis; e.low must be above 0.
func (e extent) logPadded(share float64) extent {
	l := extent{math.Log10(e.low), math.Log10(e.high)}
	if l.high-l.low < 0.05 {
		middle := (l.low + l.high) / 2
		l = extent{middle - 0.2, middle + 0.2}
	}
	d := share * (l.high - l.low)
	return extent{math.Pow(10, l.low-d), math.Pow(10, l.high+d)}
}

// An axis is one side of a panel.
type axis struct {
	label string
	size  vg.Length // of the label; 0: labelSize
	extent
	log      bool
	ticks    []plot.Tick // a tick without a label is a minor one
	want     int         // about how many labels a linear axis has at the full width; 0: as it is
	bare     bool        // neither tick labels nor a label
	opposite bool        // a vertical axis that stands on the right

	categories []category // in place of ticks
	upright    bool       // the categories of a horizontal axis are written from the bottom up
}

// A category is a text at a place of an axis. A heading is set in bold and has no grid line.
type category struct {
	at      float64
	text    string
	heading bool
}

func (k category) style() text.Style {
	if k.heading {
		return bold(tickSize)
	}
	return style(tickSize)
}

// categorical is an axis with a category of width 1 for each text, from the low end.
func categorical(label string, texts []string) axis {
	a := axis{label: label, extent: extent{-0.5, float64(len(texts)) - 0.5}}
	for i, t := range texts {
		a.categories = append(a.categories, category{at: float64(i), text: t})
	}
	return a
}

// widest is the width of the widest category, or 0 if there is none.
func (a axis) widest() (width vg.Length) {
	for _, k := range a.categories {
		width = max(width, k.style().Width(k.text))
	}
	return width
}

// linear is an axis with about the wanted number of tick labels.
func linear(label string, e extent, want int) axis {
	return axis{label: label, extent: e, ticks: linearTicks(e, want), want: want}
}

// logarithmic is an axis for values above 0.
func logarithmic(label string, e extent) axis {
	return axis{label: label, extent: e, log: true, ticks: logTicks(e)}
}

// labelStyle is the style of the label.
func (a axis) labelStyle() text.Style { return style(cmp.Or(a.size, labelSize)) }

// stripped is a without its texts.
func (a axis) stripped() axis {
	a.bare = true
	return a
}

// linearTicks are the multiples inside e of 1, 2 or 5 times a power of ten, with about the wanted
// number of them.
func linearTicks(e extent, want int) []plot.Tick {
	raw := (e.high - e.low) / float64(max(want, 1))
	power := int(math.Floor(math.Log10(raw)))
	factor := 10.0
	for _, f := range []float64{1, 2, 5} {
		if raw <= 1.15*f*math.Pow10(power) {
			factor = f
			break
		}
	}
	return multiples(e, factor, power, 4*want+5)
}

// multiples are ticks at the multiples of factor·10^power inside e, at most a given number.
func multiples(e extent, factor float64, power, most int) []plot.Tick {
	step := factor * math.Pow10(power)
	first, last := math.Ceil(e.low/step-1e-9), math.Floor(e.high/step+1e-9)
	var ticks []plot.Tick
	for k := first; k <= last && len(ticks) < most; k++ {
		ticks = append(ticks, plot.Tick{Value: k * step,
			Label: tickLabel(k, factor, power, max(math.Abs(first), math.Abs(last)))})
	}
	return ticks
}

// tickLabel writes k·factor·10^power. All ticks of an axis, whose largest |k| is given, have one
// notation.
func tickLabel(k, factor float64, power int, largest float64) string {
	if factor == 10 {
		factor, power = 1, power+1
	}
	if k == 0 {
		return "0"
	}
	top := int(math.Floor(math.Log10(largest*factor) + 1e-9)) // digits before the step's own
	if top+power >= 6 || top+power < -3 {
		decimals := max(top, 0)
		return signed(fmt.Sprintf("%s×10^{%d}", strconv.FormatFloat(k*factor*math.Pow10(-decimals),
			'f', decimals, 64), decimals+power))
	}
	return signed(strconv.FormatFloat(k*factor*math.Pow10(power), 'f', max(0, -power), 64))
}

// logTicks labels the decades inside e. If these are too few it also labels their multiples by 2
// and 5, and if even those are too few, it returns an even division of e.
func logTicks(e extent) []plot.Tick {
	low, high := int(math.Floor(math.Log10(e.low))), int(math.Ceil(math.Log10(e.high)))
	inside := func(v float64) bool { return v >= e.low*(1-1e-9) && v <= e.high*(1+1e-9) }
	decades := 0
	for k := low; k <= high; k++ {
		if inside(math.Pow10(k)) {
			decades++
		}
	}
	every := 1 + (decades-1)/6
	var ticks []plot.Tick
	labels := 0
	for k := low; k <= high; k++ {
		for digit := 1.0; digit < 10; digit++ {
			v := digit * math.Pow10(k)
			if !inside(v) || (digit > 1 && decades > 8) {
				continue
			}
			tick := plot.Tick{Value: v}
			if (digit == 1 && (k-low)%every == 0) || (decades < 3 && (digit == 2 || digit == 5)) {
				tick.Label = number(v)
				if digit == 1 && (decades > 6 || k > 3 || k < -3) {
					tick.Label = signed(fmt.Sprintf("10^{%d}", k))
				}
				labels++
			}
			ticks = append(ticks, tick)
		}
	}
	if labels < 2 {
		return linearTicks(e, 5) // of five wanted at least two are given
	}
	return ticks
}
