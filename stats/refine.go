package stats

import (
	"math"
	"slices"
)

// mostRefined returns the largest exponent of the factor of [GroupedCalibration.TestRefined] in a
// table of n rows. Few rows need large ones to show what is far beyond them. With many, some
// columns have heavy tails, whose first rows would be ahead of an observation that is first in
// several.
func mostRefined(n int) float64 { return max(2, math.Log(1000/float64(n))) }

// topFactor returns the factor for the p-value of the row with the largest statistic of a column.
// It is 1 if ranks are not refined, and if two rows have the largest one.
func (t *rankTable) topFactor(column int) float64 {
	if !t.refined {
		return 1
	}
	values := t.sorted[column]
	at, _ := slices.BinarySearch(values, t.values[column])
	return tailFactor(slices.Insert(slices.Clone(values), at, t.values[column]))
}

// refineTop multiplies the p-value of the row with the largest score by its factor.
func refineTop(p []float64, c Combination, scores []float64) {
	top := 0
	for i := range p {
		if p[i] < p[top] {
			top = i
		}
	}
	if p[top] > 1/float64(len(p)) { // it is not alone
		return
	}
	logs := make([]float64, len(scores))
	for i, score := range scores {
		if logs[i] = score; c == Harmonic || c == Cauchy { // sums of about 1/p
			logs[i] = math.Asinh(score)
		}
	}
	slices.Sort(logs)
	p[top] *= tailFactor(logs)
}

// tailFactor returns e to the minus the distance of the largest of some values, in rising order,
// to the second largest, in units of the mean excess of the largest quarter of the others over the
// next one below. The exponent is at most mostRefined.
func tailFactor(values []float64) float64 {
	n := len(values)
	if n < 3 || values[n-1] == values[n-2] {
		return 1
	}
	others := values[:n-1]
	tail := max(1, len(others)/4)
	threshold, scale := others[len(others)-tail-1], 0.0
	for _, v := range others[len(others)-tail:] {
		scale += (v - threshold) / float64(tail)
	}
	distance := (values[n-1] - values[n-2]) / scale
	if most := mostRefined(n); !(distance < most) { // also if the others are equal
		distance = most
	}
	return math.Exp(-distance)
}
