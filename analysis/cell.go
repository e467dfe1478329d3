package analysis

import (
	"cmp"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/stat"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
	"sparker/stats"
)

// cellResult is a cell with its summary and what the summary was made from.
type cellResult struct {
	cell
	summary results.CellSummary
	tested  []toyResult
	scores  map[int]float64 // of the null toys, by their index
	seconds float64         // mean time of a toy
	median  float64         // of the times of the alternative toys; 0 while there is none
}

// sortedToys are the toys of a cell by what they are for.
type sortedToys struct {
	null        []*results.Toy
	alternative map[float64][]*results.Toy // by signal strength
	observed    *results.Toy               // nil if there is none
}

func (c cell) sorted() sortedToys {
	s := sortedToys{alternative: map[float64][]*results.Toy{}}
	for _, t := range c.toys {
		switch t.Hypothesis {
		case results.Null:
			s.null = append(s.null, t)
		case results.Alternative:
			s.alternative[t.Signal] = append(s.alternative[t.Signal], t)
		case results.Observed:
			s.observed = t
		}
	}
	return s
}

// newCellResult calibrates the test of a cell on its null toys, and tests the others.
func newCellResult(own cell, runName string, limits *oracles) (cellResult, error) {
	e, record, toys := own.experiment, own.record, own.sorted()
	c := cellResult{cell: own, scores: map[int]float64{}}
	c.seconds, c.median = times(own.toys)
	null := nullToys(toys.null)
	calibration, groups, err := calibrate(own, null)
	if err != nil {
		return c, err
	}
	for i, score := range calibration.NullScores() {
		c.scores[toys.null[i].Index] = score
	}
	s := results.CellSummary{
		Cell: own.number, Name: runName, Arms: record.Arms, Method: e.Test.Method,
		Combine: e.Test.Combine, Groups: groups, Alpha: e.Test.Alpha,
		AlphaAttained: stats.AttainedSize(e.Test.Alpha, len(null)),
		AlphaError:    stats.SizeError(e.Test.Alpha, len(null)),
		Null: results.NullSummary{Toys: len(null), Failed: calibration.Failed(),
			Clamped: clamped(toys.null)},
		Widths: record.Widths, Points: []results.Point{},
	}
	for i, scale := range record.Scales {
		s.Scales = append(s.Scales, describeScale(scale, null, i))
	}
	if own.end.design != nil {
		s.AlphaAttained = own.end.design.Attained()
	}
	if s.Observed, err = own.testObserved(calibration, toys.observed); err != nil {
		return c, err
	}
	if e.Test.Extrapolate && s.Observed != nil && s.Observed.P != nil {
		s.Observed.Extrapolated, err = own.extrapolate(toys.null, toys.observed.T)
		if err != nil {
			return c, err
		}
	}
	if s.Observed != nil && record.Pools != nil {
		s.Observed.Shared = record.Pools.Shared
	}
	var lacking []string
	if s.Points, c.tested, lacking, err = own.points(calibration, toys, limits); err != nil {
		return c, err
	}
	s.Complete = own.complete(s)
	s.Signatures = own.signatures(s, toys)
	s.Warnings = withSignatures(slices.Concat([]string{}, record.Warnings, observedWarnings(own),
		calibrationWarnings(own, s, calibration), powerWarnings(own, s), fitWarnings(own),
		withoutKnown(lacking, record.Warnings)), s.Signatures)
	c.summary = s
	return c, nil
}

// calibrate calibrates the test of a cell on its null toys. It returns the groups that its
// statistics form, if they form any.
func calibrate(own cell, null []stats.NullToy) (*stats.GroupedCalibration, []results.GroupRecord,
	error) {
	statistics, whole, err := own.grouping()
	if err != nil {
		return nil, nil, err
	}
	var groups []results.GroupRecord
	for _, g := range whole.Groups {
		groups = append(groups, results.GroupRecord{Name: g.Name, Weight: cmp.Or(g.Weight, 1),
			Combine: string(g.Combine), Scales: g.Columns})
	}
	calibration, err := stats.CalibrateGroups(null, statistics, whole)
	return calibration, groups, err
}

// points returns the power at every signal strength that the cell asks for, the tested toys, and a
// warning for every strength whose oracle cannot be computed.
func (c cell) points(calibration *stats.GroupedCalibration, toys sortedToys, limits *oracles) (
	points []results.Point, tested []toyResult, lacking []string, err error) {
	known, err := alternative(c.experiment)
	if err != nil {
		return nil, nil, nil, err
	}
	search, err := placeSearch(toys.null)
	if err != nil {
		return nil, nil, nil, err
	}
	points = []results.Point{}
	for _, signal := range c.experiment.Toys.Signal {
		own := toys.alternative[signal]
		these, point, err := c.testToys(calibration, own)
		if err != nil {
			return nil, nil, nil, fmt.Errorf("N_S = %v: %w", signal, err)
		}
		point.Signal = signal
		if known != nil {
			if limit, err := limits.at(known, c, signal); err != nil {
				lacking = append(lacking, noOracle(signal, err))
			} else {
				point.Oracle, point.OracleZ, point.OracleZBound = &limit.Power, &limit.MedianZ,
					limit.MedianZBound
			}
		}
		point.Found = findBumps(c, own)
		point.Leading = summarizeLeading(own)
		if point.Places, err = c.summarizePlaces(search, these); err != nil {
			return nil, nil, nil, fmt.Errorf("N_S = %v: %w", signal, err)
		}
		points, tested = append(points, point), append(tested, these...)
	}
	return points, tested, lacking, nil
}

// withoutKnown returns the warnings that are not among known ones.
func withoutKnown(warnings, known []string) []string {
	return slices.DeleteFunc(warnings, func(w string) bool { return slices.Contains(known, w) })
}

// alternative returns the densities that the toys of an experiment are drawn from; nil if they are
// not known, as those of files and those that depend on nuisance parameters.
func alternative(e configs.Experiment) (sources.Alternative, error) {
	if !e.Data.Generated() || len(e.Data.Nuisances) > 0 {
		return nil, nil
	}
	source, err := sources.New(e.Data)
	if err != nil {
		return nil, err
	}
	known, _ := source.(sources.Alternative)
	return known, nil
}

// complete reports whether the summary is that of all toys that the cell asks for.
func (c cell) complete(s results.CellSummary) bool {
	toys := c.experiment.Toys
	if c.end.design != nil {
		return c.end.complete
	}
	return s.Null.Toys == toys.Null && (s.Observed != nil || c.experiment.ObservedSamples() == 0) &&
		!slices.ContainsFunc(s.Points,
			func(p results.Point) bool { return p.Toys != toys.Alternative })
}

// nullToys are the outcomes of null toys.
func nullToys(toys []*results.Toy) []stats.NullToy {
	null := make([]stats.NullToy, len(toys))
	for i, t := range toys {
		null[i] = stats.NullToy{T: t.T, Failed: t.Status != results.StatusOK}
	}
	return null
}

// clamped counts the toys with at least one clamped epoch.
func clamped(toys []*results.Toy) (n int) {
	for _, t := range toys {
		if t.ClampedEpochs > 0 {
			n++
		}
	}
	return n
}

// times returns the mean time of all toys, in seconds, and the median time of the alternative toys,
// which is 0 if there are none.
func times(toys []*results.Toy) (mean, median float64) {
	var alternative []float64
	for _, t := range toys {
		mean += t.Seconds / float64(len(toys))
		if t.Hypothesis == results.Alternative {
			alternative = append(alternative, t.Seconds)
		}
	}
	if len(alternative) > 0 {
		slices.Sort(alternative)
		median = stat.Quantile(0.5, stat.LinInterp, alternative, nil)
	}
	return mean, median
}

// describeScale summarizes statistic i of the null toys, over those whose fits did not fail.
func describeScale(scale results.ScaleRecord, null []stats.NullToy, i int) results.ScaleStats {
	d := results.ScaleStats{ScaleRecord: scale}
	var t []float64
	for _, toy := range null {
		if !toy.Failed {
			t = append(t, toy.T[i])
		}
	}
	if len(t) == 0 {
		return d
	}
	slices.Sort(t)
	d.Mean, d.Median = stat.Mean(t, nil), stat.Quantile(0.5, stat.LinInterp, t, nil)
	if len(t) > 1 {
		d.SD = stat.StdDev(t, nil)
	}
	if fit, err := stats.FitChiSquare(t); err == nil {
		d.ChiSquare = &results.ChiSquare{DoF: fit.DoF, KS: fit.KS, P: fit.P}
	}
	return d
}
