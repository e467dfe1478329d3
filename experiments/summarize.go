package experiments

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"sparker/configs"
	"sparker/data/sources"
	"sparker/results"
	"sparker/stats"
)

// Summarize turns the toys of a run into p-values, power and warnings, writes summary.json and the
// tables results.csv, scales.csv and toys.csv, and returns the summary. It fits nothing, and can be
// called on a run that is not finished; the summary then says so.
//
// A null toy whose fit failed counts as more extreme than any other, and an alternative toy whose
// fit failed as not rejected: both make the test conservative, and both are counted.
//
// Where the files cannot be written, as in a folder of somebody else's, the summary is returned
// beside the error.
func Summarize(s *results.Store) (results.Summary, error) {
	cells, err := evaluate(s)
	if err != nil {
		return results.Summary{}, err
	}
	m := s.Manifest()
	summary := results.Summary{
		Schema: results.SummarySchema, Name: m.Name, Digest: m.Digest, Axes: m.Axes,
		Complete: len(cells) == len(m.Cells), Cells: []results.CellSummary{}, Warnings: []string{},
	}
	for _, c := range cells {
		summary.Cells = append(summary.Cells, c.summary)
		summary.Complete = summary.Complete && c.summary.Complete
	}
	if missing := len(m.Cells) - len(cells); missing > 0 {
		summary.Warnings = append(summary.Warnings,
			fmt.Sprintf("partial: %d of %d cells have no null toys yet", missing, len(m.Cells)))
	}
	if paths := m.Versions["fused"]; strings.Contains(paths, ", ") {
		summary.Warnings = append(summary.Warnings,
			fmt.Sprintf("the fits were made with different instructions (%s), which round "+
				"differently: a toy is reproduced to the last bit with its own only", paths))
	}
	if len(m.Cells) > 1 {
		summary.Warnings = append(summary.Warnings, overview(summary)...)
	}
	err = s.WriteSummary(summary)
	if err == nil {
		err = writeTables(s, summary, cells)
	}
	return summary, err
}

// overview is what a reader of many cells should know before looking at single ones.
func overview(s results.Summary) []string {
	var w []string
	var incomplete, failing, above, points int
	for _, c := range s.Cells {
		failed := c.Null.Failed
		for _, p := range c.Points {
			failed += p.Failed
			if p.Signal == 0 && p.Toys > 0 {
				points++
				if p.CI95[0] > c.Alpha {
					above++
				}
			}
		}
		if failed > 0 {
			failing++
		}
		if !c.Complete {
			incomplete++
		}
	}
	if incomplete > 0 {
		w = append(w, fmt.Sprintf("partial: %d of %d cells lack toys", incomplete, len(s.Cells)))
	}
	if failing > 0 {
		w = append(w, fmt.Sprintf("%d of %d cells have fits that failed: see their warnings",
			failing, len(s.Cells)))
	}
	if above > 0 {
		w = append(w, fmt.Sprintf("the type-I error is above alpha in %d of %d cells, outside "+
			"of its 95%% interval (cells share toys, so such cells come together)", above, points))
	}
	return w
}

// testedToy is an alternative toy with its p-value.
type testedToy struct {
	results.Toy
	p, z float64
}

// evaluated is a cell with what its summary was made from.
type evaluated struct {
	cell       results.Cell
	experiment configs.Experiment
	summary    results.CellSummary
	tested     []testedToy
	scores     map[int]float64 // of the null toys, by their index
	seconds    float64         // mean time of a toy
	median     float64         // of the times of the alternative toys; 0 while there is none
}

// evaluate works out every cell of a run that has null toys; it is an error if none has.
func evaluate(s *results.Store) ([]evaluated, error) {
	m := s.Manifest()
	toys, err := s.Toys()
	if err != nil {
		return nil, fmt.Errorf("experiments: %w", err)
	}
	byCell := map[string][]results.Toy{}
	for _, t := range toys {
		byCell[t.Cell] = append(byCell[t.Cell], t)
	}
	limits := oracles{}
	var all []evaluated
	for i, cell := range m.Cells {
		e, err := cellConfig(s, i)
		if err != nil {
			return nil, err
		}
		own := ofCell(e, cell, byCell)
		if !slices.ContainsFunc(
			own, func(t results.Toy) bool { return t.Hypothesis == results.Null }) {
			continue
		}
		c, err := summarize(i+1, m.Name, e, cell, own, limits)
		if err != nil {
			return nil, fmt.Errorf("experiments: summarizing cell %d of %s: %w", i+1, s.Dir(), err)
		}
		all = append(all, c)
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("experiments: summarizing %s: there is no null toy yet", s.Dir())
	}
	return all, nil
}

// ofCell are the toys of a cell: those that it asks for, and no more that it shares with other
// cells.
func ofCell(e configs.Experiment, cell results.Cell,
	byCell map[string][]results.Toy) []results.Toy {
	from := byCell[cell.Null]
	if cell.Alternative != cell.Null {
		from = slices.Concat(from, byCell[cell.Alternative])
	}
	var own []results.Toy
	for _, t := range from {
		wanted := e.Toys.Alternative
		switch t.Hypothesis {
		case results.Null:
			wanted = e.Toys.Null
		case results.Observed:
			wanted = observed(e)
		}
		if t.Cell == cell.ToyCell(t.Signal) && t.Index < wanted &&
			(t.Hypothesis != results.Alternative || slices.Contains(e.Toys.Signal, t.Signal)) {
			own = append(own, t)
		}
	}
	return own
}

// oracles are the powers of the likelihood ratio that were worked out already: cells of a sweep
// share them.
type oracles map[string]stats.OracleResult

func (o oracles) at(a sources.Alternative, samples string, seed uint64, signal,
	alpha float64) (stats.OracleResult, error) {
	key := fmt.Sprint(samples, signal, alpha)
	if limit, known := o[key]; known {
		return limit, nil
	}
	limit, err := oracle(a, seed, signal, alpha)
	if err == nil {
		o[key] = limit
	}
	return limit, err
}

func summarize(number int, name string, e configs.Experiment, cell results.Cell, toys []results.Toy,
	limits oracles) (evaluated, error) {
	c := evaluated{cell: cell, experiment: e, scores: map[int]float64{}}
	combination, err := stats.ParseCombination(e.Test.Combine)
	if err != nil {
		return c, err
	}
	s := results.CellSummary{
		Cell: number, Name: name, Settings: cell.Settings, Complete: true, Method: e.Test.Method,
		Combine: string(combination), Alpha: e.Test.Alpha,
		Widths: cell.Widths, Points: []results.Point{},
		Warnings: append([]string{}, cell.Warnings...),
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
			row = slices.Repeat([]float64{math.Inf(1)}, len(cell.Scales))
		}
		null, indices = append(null, row), append(indices, t.Index)
	}
	if len(times) > 0 {
		slices.Sort(times)
		c.median = stat.Quantile(0.5, stat.LinInterp, times, nil)
	}
	s.AlphaAttained = stats.AttainedSize(s.Alpha, len(null))
	s.AlphaError = stats.SizeError(s.Alpha, len(null))
	for i, scale := range cell.Scales {
		s.Scales = append(s.Scales, describe(scale, null, i))
	}
	calibration, err := stats.NewCalibration(null, combination)
	if err != nil {
		return c, err
	}
	for i, score := range calibration.NullScores() {
		c.scores[indices[i]] = score
	}
	if s.Observed, err = test(calibration, sample, len(cell.Scales)); err != nil {
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
			len(cell.Scales))
		if err != nil {
			return c, err
		}
		if known != nil {
			limit, err := limits.at(known, cell.Samples, e.Seed, signal, s.Alpha)
			if err != nil {
				return c, fmt.Errorf("the oracle at N_S = %v: %w", signal, err)
			}
			point.Oracle, point.OracleZ, point.OracleZBound = &limit.Power, &limit.MedianZ,
				limit.MedianZBound
		}
		point.Found = found(e, cell, at[signal])
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
			toys[i].Reason, replay(number, toys[i])))
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

// warnings says what a reader of the summary should know before trusting it.
func warnings(e configs.Experiment, s results.CellSummary) []string {
	var w []string
	say := func(format string, args ...any) { w = append(w, fmt.Sprintf(format, args...)) }
	if !s.Complete {
		say("partial: %d of %d null toys, and %s alternative toys", s.Null.Toys, e.Toys.Null,
			shares(e, s))
	}
	if b := float64(s.Null.Toys); s.AlphaError > 0.1*s.Alpha {
		say("%d null toys: p cannot go below %.2g, and alpha = %v is known to %.0f%% only (10%% "+
			"needs %.0f toys)",
			s.Null.Toys, 1/(b+1), s.Alpha, 100*s.AlphaError/s.Alpha,
			math.Ceil((1-s.Alpha)/s.Alpha*100))
	}
	if s.Null.Failed > 0 {
		say("%d of %d null fits failed; they count as more extreme than any other", s.Null.Failed,
			s.Null.Toys)
	}
	if s.Null.Clamped > 0 {
		say("in %d of %d null fits the log-ratio was so large on reference rows that its "+
			"exponential was held: lower train.clip", s.Null.Clamped, s.Null.Toys)
	}
	measured := false
	for _, point := range s.Points {
		if point.Failed > 0 {
			say("%d of %d fits failed at N_S = %v; they count as not rejected", point.Failed,
				point.Toys, point.Signal)
		}
		if point.Signal == 0 && point.Toys > 0 {
			measured = true
			if point.CI95[0] > s.Alpha {
				say("the type-I error %.3f (95%% interval %.3f to %.3f) is above alpha = %v",
					point.Power, point.CI95[0], point.CI95[1], s.Alpha)
			}
		}
	}
	if !measured && observed(e) == 0 {
		say("the type-I error was not measured: add 0 to toys.signal")
	}
	narrowest := s.Scales[0] // of t: lead is never negative
	for _, scale := range s.Scales {
		if scale.Statistic == "" {
			narrowest = scale
		}
	}
	if narrowest.Mean < 0 && isSparKer(e) {
		say("t is negative on average at the smallest width (%.3g): the fit has not converged "+
			"there; slow the annealing or raise train.width.end", narrowest.Sigma)
	}
	return w
}

func shares(e configs.Experiment, s results.CellSummary) string {
	total := 0
	for _, point := range s.Points {
		total += point.Toys
	}
	return fmt.Sprintf("%d of %d", total, len(s.Points)*e.Toys.Alternative)
}
