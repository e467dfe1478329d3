package report

import (
	"cmp"
	"math"
	"slices"

	"sparker/results"
)

// A merger is a time in which two kernels that were apart hold one place.
type merger struct {
	A int `json:"a"` // kernels, from 0
	B int `json:"b"`
	// From and To are the first entry and the last. Lasts says that the kernels are together at
	// the end.
	From  int  `json:"from"`
	To    int  `json:"to"`
	Lasts bool `json:"lasts"`
}

// Two kernels merge when they come within mergedDistance of each other, in units of sigma, and are
// apart again above apartDistance.
const (
	mergedDistance = 0.1
	apartDistance  = 0.2
	mostMergers    = 200
)

// mergers returns the mergers of the kernels of a trace, by entry. Kernels that are together from
// the beginning, when sigma is as large as the data, have not merged. length is the length of one
// unit of sigma along each column; columns of length 0 do not count.
func mergers(t *results.Trace, length []float64) []merger {
	all := []merger{}
	for a := range t.Centroids[0] {
		for b := range a {
			all = append(all, mergersOf(t, b, a, length)...)
		}
	}
	slices.SortStableFunc(all, func(x, y merger) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.A, y.A))
	})
	return all[:min(len(all), mostMergers)]
}

// mergersOf returns the mergers of two kernels.
func mergersOf(t *results.Trace, a, b int, length []float64) (all []merger) {
	apart, together := false, false
	for i, at := range t.Centroids {
		distance := 0.0
		for c, l := range length {
			if l > 0 {
				distance = math.Hypot(distance, (at[a][c]-at[b][c])/l)
			}
		}
		distance /= t.Sigma[i]
		switch {
		case distance > apartDistance:
			apart, together = true, false
		case distance <= mergedDistance && apart:
			all = append(all, merger{A: a, B: b, From: i, To: i})
			apart, together = false, true
		case together:
			all[len(all)-1].To = i
		}
	}
	if together {
		all[len(all)-1].Lasts = true
	}
	return all
}
