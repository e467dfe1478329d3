package analysis

import (
	"fmt"
	"math"
	"slices"

	"sparker/results"
	"sparker/stats"
)

// toyResult is an alternative toy with its significance. That of a toy whose fit failed is p = 1
// and Z = -Inf, without a p-value at any scale.
type toyResult struct {
	*results.Toy
	stats.GroupedSignificance
}

// testToys tests alternative toys, in their order.
func testToys(c *stats.GroupedCalibration, toys []*results.Toy) ([]toyResult, error) {
	tested := make([]toyResult, 0, len(toys))
	for _, t := range toys {
		s := stats.GroupedSignificance{Significance: stats.Significance{P: 1, Z: math.Inf(-1)}}
		if t.Status == results.StatusOK {
			var err error
			if s, err = c.Test(t.T); err != nil {
				return nil, fmt.Errorf("toy %d: %w", t.Index, err)
			}
		}
		tested = append(tested, toyResult{t, s})
	}
	return tested, nil
}

// rejects reports whether a test of size alpha rejects the toy.
func (t toyResult) rejects(alpha float64) bool {
	return t.Status == results.StatusOK && t.P <= alpha
}

// power summarizes the tested toys of one signal strength.
func (c cell) power(tested []toyResult, calibration *stats.GroupedCalibration) results.Point {
	alpha, n := c.experiment.Test.Alpha, len(tested)
	point := results.Point{Toys: n, ScalePower: make([]float64, len(c.record.Scales)), MedianP: 1,
		CI68: results.Interval{0, 1}, CI95: results.Interval{0, 1}}
	if n == 0 {
		return point
	}
	var p []float64
	groups := make([]float64, calibration.Groups())
	var bound float64 // the z that is only a bound; 0 if no toy has it
	for _, t := range tested {
		if t.ClampedEpochs > 0 {
			point.Clamped++
		}
		if t.Status != results.StatusOK {
			point.Failed++
		}
		if t.rejects(alpha) {
			point.Rejected++
		}
		for i, scaleP := range t.ScaleP {
			if scaleP <= alpha {
				point.ScalePower[i]++
			}
		}
		if len(t.Groups) > 1 {
			for i, g := range t.Groups[1:] { // the first is that of all groups
				if g.P <= alpha {
					groups[i]++
				}
			}
		}
		if t.ZBound {
			bound = t.Z
		}
		p = append(p, t.P)
	}
	for i := range point.ScalePower {
		point.ScalePower[i] /= float64(n)
	}
	for i := range groups {
		point.GroupPower = append(point.GroupPower, groups[i]/float64(n))
	}
	point.Power = float64(point.Rejected) / float64(n)
	point.CI68[0], point.CI68[1] = stats.ClopperPearson(point.Rejected, n, 0.68)
	point.CI95[0], point.CI95[1] = stats.ClopperPearson(point.Rejected, n, 0.95)
	slices.Sort(p)
	point.MedianP = p[n/2] // the larger of the middle two if n is even
	largest := float64(calibration.Toys()) / float64(calibration.Toys()+1)
	point.MedianZ = stats.Z(min(point.MedianP, largest)) // p = 1 has no finite Z
	point.MedianZBound = bound > 0 && point.MedianZ >= bound
	return point
}

// testObserved tests the observed sample; it returns nil if that was not tested yet.
func (own cell) testObserved(c *stats.GroupedCalibration, t *results.Toy) (
	*results.ObservedSummary, error) {
	if t == nil {
		return nil, nil
	}
	s := &results.ObservedSummary{Events: t.Events, T: t.T, Status: t.Status, Reason: t.Reason,
		Nuisances: t.Nuisances}
	if own.end.design != nil {
		s.Stopped, s.MaxToys = string(own.end.stop), own.experiment.Toys.Null
	}
	if t.Status != results.StatusOK {
		return s, nil
	}
	if err := c.CheckFailures(); err != nil {
		s.Status, s.Reason = results.StatusTooManyFailures, err.Error()
		return s, nil
	}
	significance, err := c.Test(t.T)
	if err != nil {
		return nil, fmt.Errorf("the observed sample: %w", err)
	}
	if own.end.rule != nil {
		significance = own.end.rule.Correct(significance, own.end.at)
	}
	s.P, s.Z, s.ZBound, s.ScaleP = &significance.P, &significance.Z, significance.ZBound,
		significance.ScaleP
	for _, g := range significance.Groups[1:] { // the first is that of all groups
		s.Groups = append(s.Groups, results.ObservedGroup{Name: g.Name, P: g.P})
	}
	return s, nil
}
