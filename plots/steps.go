package plots

import (
	"slices"

	"gonum.org/v1/plot"
)

// stepHistograms are histograms of the data and of the weighted reference in equal bins from low.
type stepHistograms struct {
	low, width      float64
	data, reference []float64
}

// high is the upper end of the last bin.
func (h stepHistograms) high() float64 { return h.low + h.width*float64(len(h.data)) }

// merged adds up groups of neighboring bins.
func merged(bins []float64, group int) []float64 {
	out := make([]float64, (len(bins)+group-1)/group)
	for k, n := range bins {
		out[k/group] += n
	}
	return out
}

// weighted is counts times a weight.
func weighted(counts []float64, w float64) []float64 {
	out := make([]float64, len(counts))
	for k, n := range counts {
		out[k] = w * n
	}
	return out
}

// steps is a logarithmic axis for the histograms, with the shapes of the reference (filled) and of
// the data (outlined). Empty bins lie on the axis.
func (h stepHistograms) steps() (y axis, reference, data region) {
	e := empty()
	for _, v := range slices.Concat(h.data, h.reference) {
		if v > 0 {
			e = e.with(v)
		}
	}
	if e.low > e.high {
		e = extent{1, 1}
	}
	e.low = max(e.low, e.high*1e-7) // reference rows of tiny weight do not stretch the axis
	e = e.logPadded(0.06)
	e.low /= 1.5 // a bin of one row stands above the axis
	shape := func(bins []float64) (xs, ys []float64) {
		xs, ys = append(xs, h.low), append(ys, e.low)
		for k, v := range bins {
			v = max(v, e.low)
			xs = append(xs, h.low+h.width*float64(k), h.low+h.width*float64(k+1))
			ys = append(ys, v, v)
		}
		return append(xs, h.low+h.width*float64(len(bins))), append(ys, e.low)
	}
	reference, data = region{fill: lightGray}, region{edge: dataEdge, open: true}
	reference.x, reference.y = shape(h.reference)
	data.x, data.y = shape(h.data)
	return logarithmic("", e), reference, data
}

// rowsLegend are the entries of the legend for two step histograms.
func rowsLegend(reference region) entries {
	return entries{
		{"data D", []plot.Thumbnailer{lineSample(dataEdge)}},
		{"reference R, weighted", []plot.Thumbnailer{region{fill: reference.fill}}},
	}
}
