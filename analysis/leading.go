package analysis

import (
	"gonum.org/v1/gonum/stat"

	"sparker/results"
)

// summarizeLeading returns means over the toys of a point of what their leading kernels hold. It is
// nil if that was not kept.
func summarizeLeading(toys []*results.Toy) *results.LeadingSummary {
	var n float64
	var purities, nearest []float64
	s := &results.LeadingSummary{}
	for _, t := range toys {
		if t.Leading == nil || t.Events == 0 {
			continue
		}
		n++
		s.Injected += float64(t.Injected) / float64(t.Events)
		purities = append(purities, t.Leading.Purity)
		nearest = append(nearest, t.Leading.NearestPurity)
		s.Efficiency += t.Leading.Efficiency
		s.Found += float64(t.Leading.Found)
		s.Classes = max(s.Classes, t.Leading.Classes)
	}
	if n == 0 {
		return nil
	}
	s.Injected, s.Efficiency, s.Found = s.Injected/n, s.Efficiency/n, s.Found/n
	s.Purity, s.PuritySE = meanAndError(purities)
	s.NearestPurity, s.NearestPuritySE = meanAndError(nearest)
	return s
}

// meanAndError returns the mean of values and its standard error, which is 0 for fewer than two.
func meanAndError(x []float64) (mean, se float64) {
	mean, sd := stat.MeanStdDev(x, nil)
	if len(x) < 2 {
		return mean, 0
	}
	return mean, stat.StdErr(sd, float64(len(x)))
}
