package analysis

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat"

	"sparker/data/sources"
	"sparker/results"
	"sparker/stats"
)

// testedToy is an alternative toy with its p-value.
type testedToy struct {
	results.Toy
	p, z float64
}

// evaluatedCell is a cell with its summary and what the summary was made from.
type evaluatedCell struct {
	cell
	summary results.CellSummary
	tested  []testedToy
	scores  map[int]float64 // of the null toys, by their index
	seconds float64         // mean time of a toy
	median  float64         // of the times of the alternative toys; 0 while there is none
}

func evaluateCell(own cell, name string, limits *oracles) (evaluatedCell, error) {
	c := evaluatedCell{cell: own, scores: map[int]float64{}}
	e, record, toys := own.experiment, own.record, own.toys
	combination, err := stats.ParseCombination(e.Test.Combine)
	if err != nil {
		return c, err
	}
	s := results.CellSummary{
		Cell: own.number, Name: name, Settings: record.Settings, Complete: true, Method: e.Test.Method,
		Combine: string(combination), Alpha: e.Test.Alpha,
		Widths: record.Widths, Points: []results.Point{},
		Warnings: append([]string{}, record.Warnings...),
	}
	var null [][]float64
	var indices []int
	at := map[float64][]results.Toy{}
	var sample *results.Toy
	var times []float64
	for _, t := range toys {
		c.seconds += t.Seconds / float64(len(toys))
		switch t.Hypothesis {
		case results.Alternative:
			at[t.Signal] = append(at[t.Signal], t)
			times = append(times, t.Seconds)
			continue
		case results.Observed:
			sample = &t
			continue
		}
		s.Null.Toys++
		if t.ClampedEpochs > 0 {
			s.Null.Clamped++
		}
		row := t.T
		if t.Status != results.StatusOK {
			s.Null.Failed++
			row = slices.Repeat([]float64{math.Inf(1)}, len(record.Scales))
		}
		null, indices = append(null, row), append(indices, t.Index)
	}
	if len(times) > 0 {
		slices.Sort(times)
		c.median = stat.Quantile(0.5, stat.LinInterp, times, nil)
	}
	s.AlphaAttained = stats.AttainedSize(s.Alpha, len(null))
	s.AlphaError = stats.SizeError(s.Alpha, len(null))
	for i, scale := range record.Scales {
		s.Scales = append(s.Scales, describe(scale, null, i))
	}
	calibration, err := stats.NewCalibration(null, combination)
	if err != nil {
		return c, err
	}
	for i, score := range calibration.NullScores() {
		c.scores[indices[i]] = score
	}
	if s.Observed, err = test(calibration, sample, len(record.Scales)); err != nil {
		return c, err
	}
	var known sources.Alternative // nil for files
	if e.Data.Generated() {
		source, err := sources.New(e.Data)
		if err != nil {
			return c, err
		}
		known, _ = source.(sources.Alternative)
	}
	for _, signal := range e.Toys.Signal {
		point, these, err := power(calibration, len(null), at[signal], signal, e.Test.Alpha,
			len(record.Scales))
		if err != nil {
			return c, err
		}
		if known != nil {
			limit, err := limits.at(known, own, signal)
			if err != nil {
				return c, fmt.Errorf("the oracle at N_S = %v: %w", signal, err)
			}
			point.Oracle, point.OracleZ, point.OracleZBound = &limit.Power, &limit.MedianZ,
				limit.MedianZBound
		}
		point.Found = found(e, record, at[signal])
		point.Named = named(at[signal])
		s.Points = append(s.Points, point)
		c.tested = append(c.tested, these...)
	}
	s.Complete = s.Null.Toys == e.Toys.Null && (s.Observed != nil || observed(e) == 0)
	for _, point := range s.Points {
		s.Complete = s.Complete && point.Toys == e.Toys.Alternative
	}
	s.Warnings = append(s.Warnings, warnings(e, s)...)
	if i := slices.IndexFunc(
		toys, func(t results.Toy) bool { return t.Status != results.StatusOK }); i >= 0 {
		s.Warnings = append(s.Warnings, fmt.Sprintf("to see a fit that failed (%s): %s",
			toys[i].Reason, replay(own.number, toys[i])))
	}
	c.summary = s
	return c, nil
}

// replay is the command that fits a toy of a cell again; RUN stands for the run folder.
func replay(cell int, t results.Toy) string {
	command := fmt.Sprintf("sparker toy RUN --cell %d --hypothesis %s --index %d", cell,
		t.Hypothesis, t.Index)
	if t.Hypothesis == results.Alternative {
		command += " --signal " + number(t.Signal)
	}
	return command
}

// describe summarizes the null t of one scale, over the toys whose fits did not fail.
func describe(scale results.Scale, null [][]float64, i int) results.ScaleStats {
	d := results.ScaleStats{Epoch: scale.Epoch, Sigma: scale.Sigma, Statistic: scale.Statistic}
	var t []float64
	for _, row := range null {
		if !math.IsInf(row[i], 1) {
			t = append(t, row[i])
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

// test is what the calibration says of the observed sample; nil while that is not there.
func test(c *stats.Calibration, t *results.Toy, scales int) (*results.ObservedSummary, error) {
	if t == nil {
		return nil, nil
	}
	s := &results.ObservedSummary{Events: t.Events, P: 1, T: t.T, Status: t.Status,
		Reason: t.Reason, ScaleP: slices.Repeat([]float64{1}, scales)}
	if t.Status != results.StatusOK {
		return s, nil
	}
	significance, err := c.Test(t.T)
	if err != nil {
		return nil, fmt.Errorf("the observed sample: %w", err)
	}
	s.P, s.Z, s.ZBound, s.ScaleP = significance.P, significance.Z, significance.ZBound,
		significance.ScaleP
	return s, nil
}

// power tests the toys of one strength.
func power(c *stats.Calibration, nullToys int, toys []results.Toy, signal, alpha float64,
	scales int) (results.Point, []testedToy, error) {
	point := results.Point{Signal: signal, Toys: len(toys), ScalePower: make([]float64, scales)}
	var tested []testedToy
	var p []float64
	var bound float64 // the smallest z that is only a bound; 0 for none
	for _, t := range toys {
		if t.ClampedEpochs > 0 {
			point.Clamped++
		}
		if t.Status != results.StatusOK {
			point.Failed++
			tested = append(tested, testedToy{Toy: t, p: 1, z: math.Inf(-1)})
			p = append(p, 1)
			continue
		}
		significance, err := c.Test(t.T)
		if err != nil {
			return point, nil, fmt.Errorf("toy %d at N_S = %v: %w", t.Index, signal, err)
		}
		if significance.P <= alpha {
			point.Rejected++
		}
		for i, scaleP := range significance.ScaleP {
			if scaleP <= alpha {
				point.ScalePower[i]++
			}
		}
		if significance.ZBound {
			bound = significance.Z
		}
		tested = append(tested, testedToy{Toy: t, p: significance.P, z: significance.Z})
		p = append(p, significance.P)
	}
	n := len(toys)
	point.CI68[0], point.CI68[1] = 0, 1
	point.CI95 = point.CI68
	if n == 0 {
		point.MedianP = 1
		return point, nil, nil
	}
	for i := range point.ScalePower {
		point.ScalePower[i] /= float64(n)
	}
	point.Power = float64(point.Rejected) / float64(n)
	point.CI68[0], point.CI68[1] = stats.ClopperPearson(point.Rejected, n, 0.68)
	point.CI95[0], point.CI95[1] = stats.ClopperPearson(point.Rejected, n, 0.95)
	slices.Sort(p)
	point.MedianP = p[n/2] // the larger of the middle two where n is even
	largest := float64(nullToys) / float64(nullToys+1)
	point.MedianZ = stats.Z(min(point.MedianP, largest)) // p = 1 has no finite Z
	point.MedianZBound = bound > 0 && point.MedianZ >= bound
	return point, tested, nil
}
