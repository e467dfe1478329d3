package findings

import (
	"math"

	"sparker/data"
	"sparker/twosample"
)

// ScaleEvidence compares the statistic of a pair at one scale with the statistics of null toys.
type ScaleEvidence struct {
	T        float64 // the statistic of the pair
	P        float64 // its p-value at this scale alone
	NullMean float64 // over the null toys
	NullSD   float64 // over the null toys; 0 if they are equal
}

// above returns how many standard deviations the statistic is above the mean of the toys.
func (s ScaleEvidence) above() float64 {
	return (s.T - s.NullMean) / max(s.NullSD, math.SmallestNonzeroFloat64)
}

// MostTelling returns the index of the scale with the smallest p-value. If several have it, because
// no toy was as extreme, it returns the one whose T is the most standard deviations above the mean
// of the toys. The list must not be empty.
func MostTelling(scales []ScaleEvidence) int {
	best := 0
	for i, s := range scales {
		if b := scales[best]; s.P < b.P || s.P == b.P && s.above() > b.above() {
			best = i
		}
	}
	return best
}

// largestT returns the index of the checkpoint with the largest t.
func largestT(fit twosample.Fit) int {
	best := 0
	for i, c := range fit.Checkpoints {
		if c.T > fit.Checkpoints[best].T {
			best = i
		}
	}
	return best
}

// FindExcess reads a fit at the scale at which a kernel is the most significant excess, or at the
// first one if there is no excess at any. It needs no null toys: its choice, as everything that it
// returns, is local. Checkpoint, Scales and Groups of the options are not used, members are not
// read, and places are not found. Errors are those of Find.
func FindExcess(pair data.Pair, fit twosample.Fit, o FindOptions) (Findings, error) {
	o.Checkpoint, o.Scales, o.Groups = 1, nil, nil
	_, first, err := findKernels(pair, fit, o)
	if err != nil {
		return Findings{}, err
	}
	best, chosen := 0.0, 1
	for _, list := range byRidge(fit) { // it counts at all scales of a ridge
		found := first
		if o.Checkpoint = list[0] + 1; o.Checkpoint > 1 {
			if _, found, err = findKernels(pair, fit, o); err != nil {
				return Findings{}, err
			}
		}
		for i, scale := range found.History {
			for _, k := range scale.Kernels {
				if k.IsExcess() && k.SoftZ > best {
					best, chosen = k.SoftZ, list[i]+1
				}
			}
		}
	}
	if o.Checkpoint = chosen; chosen == 1 {
		return first, nil
	}
	_, found, err := findKernels(pair, fit, o)
	return found, err
}

// byRidge returns the indices of the checkpoints of each ridge, in their order.
func byRidge(fit twosample.Fit) [][]int {
	var lists [][]int
	at := map[float64]int{}
	for i, c := range fit.Checkpoints {
		list, known := at[c.Ridge]
		if !known {
			list = len(lists)
			at[c.Ridge], lists = list, append(lists, nil)
		}
		lists[list] = append(lists[list], i)
	}
	return lists
}
