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

// MostTelling returns the index of the scale with the smallest p-value. If several have it, because
// no toy was as extreme, it returns the one whose T is the most standard deviations above the mean
// of the toys. The list must not be empty.
func MostTelling(scales []ScaleEvidence) int {
	best := 0
	above := func(s ScaleEvidence) float64 {
		return (s.T - s.NullMean) / max(s.NullSD, math.SmallestNonzeroFloat64)
	}
	for i, s := range scales {
		if b := scales[best]; s.P < b.P || s.P == b.P && above(s) > above(b) {
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
// returns, is local. Checkpoint and Scales of the options are not used. Errors are those of Find.
func FindExcess(pair data.Pair, fit twosample.Fit, o FindOptions) (Findings, error) {
	o.Checkpoint, o.Scales = 1, nil
	first, err := Find(pair, fit, o)
	if err != nil {
		return Findings{}, err
	}
	best := 0.0
	for i, scale := range first.History {
		for _, k := range scale.Kernels {
			if k.IsExcess() && k.SoftZ > best {
				best, o.Checkpoint = k.SoftZ, i+1
			}
		}
	}
	if o.Checkpoint == 1 {
		return first, nil
	}
	return Find(pair, fit, o)
}
