package analysis

import (
	"fmt"
	"math"
	"slices"

	"sparker/results"
	"sparker/stats"
)

// toyResult is an alternative toy with its significance. That of a toy whose fit failed is p = 1
// and Z = -Inf.
type toyResult struct {
	*results.Toy
	P, Z float64
}

// rejects reports whether a test of size alpha rejects the toy.
func (t toyResult) rejects(alpha float64) bool {
	return t.Status == results.StatusOK && t.P <= alpha
}

// testToys tests the toys of one signal strength, in their order, and summarizes the tests.
func (c cell) testToys(calibration *stats.GroupedCalibration, toys []*results.Toy) (
	tested []toyResult, point results.Point, err error) {
	all := tally{alpha: c.experiment.Test.Alpha, point: results.Point{Toys: len(toys),
		ScalePower: make([]float64, len(c.record.Scales)), MedianP: 1,
		CI68: results.Interval{0, 1}, CI95: results.Interval{0, 1}}}
	if len(toys) == 0 {
		return nil, all.point, nil
	}
	all.groups = make([]float64, calibration.Groups())
	tested = make([]toyResult, 0, len(toys))
	for _, t := range toys {
		s := stats.GroupedSignificance{Significance: stats.Significance{P: 1, Z: math.Inf(-1)}}
		if t.Status == results.StatusOK {
			if s, err = calibration.Test(t.T); err != nil {
				return nil, point, fmt.Errorf("toy %d: %w", t.Index, err)
			}
		}
		tested = append(tested, toyResult{t, s.P, s.Z})
		all.add(tested[len(tested)-1], s)
	}
	return tested, all.summary(calibration.Toys()), nil
}

// tally counts the outcomes of the tests of toys of one signal strength.
type tally struct {
	alpha  float64
	point  results.Point
	p      []float64
	groups []float64 // toys that each group rejects
	bound  float64   // the z that is only a bound; 0 if no toy has it
}

// add counts a toy with its significance, whose p-values at the scales a failed toy lacks.
func (a *tally) add(t toyResult, s stats.GroupedSignificance) {
	if t.ClampedEpochs > 0 {
		a.point.Clamped++
	}
	if t.Status != results.StatusOK {
		a.point.Failed++
	}
	if t.rejects(a.alpha) {
		a.point.Rejected++
	}
	for i, scaleP := range s.ScaleP {
		if scaleP <= a.alpha {
			a.point.ScalePower[i]++
		}
	}
	if len(s.Groups) > 1 {
		for i, g := range s.Groups[1:] { // the first is that of all groups
			if g.P <= a.alpha {
				a.groups[i]++
			}
		}
	}
	if s.ZBound {
		a.bound = s.Z
	}
	a.p = append(a.p, s.P)
}

// summary returns the summary of the toys, of which there are some, with a number of null toys.
func (a *tally) summary(null int) results.Point {
	point, n := a.point, len(a.p)
	for i := range point.ScalePower {
		point.ScalePower[i] /= float64(n)
	}
	for i := range a.groups {
		point.GroupPower = append(point.GroupPower, a.groups[i]/float64(n))
	}
	point.Power = float64(point.Rejected) / float64(n)
	point.CI68[0], point.CI68[1] = stats.ClopperPearson(point.Rejected, n, 0.68)
	point.CI95[0], point.CI95[1] = stats.ClopperPearson(point.Rejected, n, 0.95)
	slices.Sort(a.p)
	point.MedianP = a.p[n/2] // the larger of the middle two if n is even
	largest := float64(null) / float64(null+1)
	point.MedianZ = stats.Z(min(point.MedianP, largest)) // p = 1 has no finite Z
	point.MedianZBound = a.bound > 0 && point.MedianZ >= a.bound
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
