package findings

import (
	"slices"

	"sparker/data"
)

// Histogram counts all rows of a pair of one column, in even bins from Low to High.
type Histogram struct {
	Low       float64 `json:"low"`
	High      float64 `json:"high"`
	Data      []int   `json:"data"`
	Reference []int   `json:"reference"`
}

const (
	histogramBins = 400
	// keptRows is the number of rows of a sample of two columns above which it is thinned.
	keptRows = 4000
)

// newHistogram counts the rows of a pair of one column. It is nil if there are none.
func newHistogram(pair data.Pair) *Histogram {
	if len(pair.Data.X)+len(pair.Reference.X) == 0 {
		return nil
	}
	all := slices.Concat(pair.Data.X, pair.Reference.X)
	h := &Histogram{Low: slices.Min(all), High: slices.Max(all)}
	h.Data, h.Reference = h.count(pair.Data.X), h.count(pair.Reference.X)
	return h
}

// count returns the number of values in each bin.
func (h *Histogram) count(x []float64) []int {
	bins := make([]int, histogramBins)
	for _, v := range x {
		k := 0
		if h.High > h.Low {
			// halves do not overflow
			k = int(histogramBins * ((v/2 - h.Low/2) / (h.High/2 - h.Low/2)))
		}
		bins[min(k, histogramBins-1)]++
	}
	return bins
}

// thinned returns copies of the rows of a sample, or of keptRows evenly spaced ones.
func thinned(s data.Sample) [][]float64 {
	n := min(s.N, keptRows)
	list := make([][]float64, n)
	for i := range list {
		list[i] = slices.Clone(s.Row(i * s.N / n))
	}
	return list
}
