package findings

import (
	"slices"

	"sparker/data"
)

// Histogram counts all rows of a pair of one column, by their weights relative to the others of the
// sample, in even bins from Low to High.
type Histogram struct {
	Low       float64   `json:"low"`
	High      float64   `json:"high"`
	Data      []float64 `json:"data"`
	Reference []float64 `json:"reference"`
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
	h.Data = h.count(pair.Data.X, pair.DataWeights)
	h.Reference = h.count(pair.Reference.X, pair.ReferenceWeights)
	return h
}

// count returns the sum of the weights of the values in each bin.
func (h *Histogram) count(x, weights []float64) []float64 {
	bins := make([]float64, histogramBins)
	for i, v := range x {
		k := 0
		if h.High > h.Low {
			// halves do not overflow
			k = int(histogramBins * ((v/2 - h.Low/2) / (h.High/2 - h.Low/2)))
		}
		bins[min(k, histogramBins-1)] += rowWeight(weights, i)
	}
	return bins
}

// thinned returns copies of the rows of a sample, or of keptRows evenly spaced ones. Rows of
// different weights are evenly spaced in the sum of the positive weights: those that weigh more are
// there more often.
func thinned(s data.Sample, weights []float64) [][]float64 {
	n := min(s.N, keptRows)
	list := make([][]float64, n)
	if !data.Uneven(weights) {
		for i := range list {
			list[i] = slices.Clone(s.Row(i * s.N / n))
		}
		return list
	}
	var total, sum float64
	for _, w := range weights {
		total += max(w, 0)
	}
	row := -1
	for i := range list {
		for row < s.N-1 && sum <= (float64(i)+0.5)*total/float64(n) {
			row++
			sum += max(weights[row], 0)
		}
		list[i] = slices.Clone(s.Row(row))
	}
	return list
}
