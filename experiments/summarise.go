package experiments

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"gonum.org/v1/gonum/stat"

	"sparker/configs"
	"sparker/data"
	"sparker/results"
	"sparker/stats"
)

// Summarise turns the toys of a run into p-values, power and warnings, writes summary.json and the tables
// power.csv, scales.csv and toys.csv, and returns the summary. It fits nothing, and can be called on a run
// that is not finished; the summary then says so.
//
// A null toy whose fit failed counts as more extreme than any other, and an alternative toy whose fit failed
// as not rejected: both make the test conservative, and both are counted.
func Summarise(s *results.Store) (results.Summary, error) {
	manifest := s.Manifest()
	e, err := configs.LoadBytes("config.yaml", []byte(manifest.Config), nil)
	if err != nil {
		return results.Summary{}, fmt.Errorf("experiments: the config of %s: %w", s.Dir(), err)
	}
	toys, err := s.Toys()
	if err != nil {
		return results.Summary{}, fmt.Errorf("experiments: %w", err)
	}
	summary, tested, err := summarise(e, manifest, toys)
	if err != nil {
		return results.Summary{}, fmt.Errorf("experiments: summarising %s: %w", s.Dir(), err)
	}
	if err := s.WriteSummary(summary); err != nil {
		return results.Summary{}, err
	}
	return summary, writeTables(s, summary, tested)
}

// testedToy is an alternative toy with its p-value.
type testedToy struct {
	results.Toy
	p, z float64
}

func summarise(e configs.Experiment, manifest results.Manifest, toys []results.Toy) (results.Summary, []testedToy, error) {
	combination, err := stats.ParseCombination(e.Test.Combine)
	if err != nil {
		return results.Summary{}, nil, err
	}
	s := results.Summary{
		Schema: results.SummarySchema, Name: manifest.Name, Digest: manifest.Digest,
		Complete: true, Combine: string(combination), Alpha: e.Test.Alpha,
		Widths: manifest.Widths, Points: []results.Point{}, Warnings: append([]string{}, manifest.Warnings...),
	}
	var null [][]float64
	at := map[float64][]results.Toy{}
	for _, t := range toys {
		if t.Hypothesis != results.Null {
			at[t.Signal] = append(at[t.Signal], t)
			continue
		}
		s.Null.Toys++
		if t.ClampedEpochs > 0 {
			s.Null.Clamped++
		}
		row := t.T
		if t.Status != results.StatusOK {
			s.Null.Failed++
			row = slices.Repeat([]float64{math.Inf(1)}, len(manifest.Scales))
		}
		if len(row) != len(manifest.Scales) {
			return results.Summary{}, nil, fmt.Errorf("null toy %d has %d statistics; the run has %d scales", t.Index, len(row), len(manifest.Scales))
		}
		null = append(null, row)
	}
	if len(null) == 0 {
		return results.Summary{}, nil, fmt.Errorf("there is no null toy yet")
	}
	s.AlphaAttained = stats.AttainedSize(s.Alpha, len(null))
	s.AlphaError = stats.SizeError(s.Alpha, len(null))
	for i, scale := range manifest.Scales {
		s.Scales = append(s.Scales, describe(scale, null, i))
	}
	calibration, err := stats.NewCalibration(null, combination)
	if err != nil {
		return results.Summary{}, nil, err
	}
	source, err := data.New(e.Data)
	if err != nil {
		return results.Summary{}, nil, err
	}
	var tested []testedToy
	for _, signal := range e.Toys.Signal {
		point, these, err := power(calibration, len(null), at[signal], signal, e.Test.Alpha, len(manifest.Scales))
		if err != nil {
			return results.Summary{}, nil, err
		}
		if a, ok := source.(data.Alternative); ok {
			limit, err := oracle(a, e.Seed, signal, s.Alpha)
			if err != nil {
				return results.Summary{}, nil, fmt.Errorf("the oracle at N_S = %v: %w", signal, err)
			}
			point.Oracle, point.OracleZ, point.OracleZBound = &limit.Power, &limit.MedianZ, limit.MedianZBound
		}
		s.Points = append(s.Points, point)
		tested = append(tested, these...)
	}
	s.Complete = s.Null.Toys == e.Toys.Null
	for _, point := range s.Points {
		s.Complete = s.Complete && point.Toys == e.Toys.Alternative
	}
	s.Warnings = append(s.Warnings, warnings(e, s)...)
	return s, tested, nil
}

// describe summarises the null t of one scale, over the toys whose fits did not fail.
func describe(scale results.Scale, null [][]float64, i int) results.ScaleStats {
	d := results.ScaleStats{Epoch: scale.Epoch, Sigma: scale.Sigma}
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

// power tests the toys of one strength.
func power(c *stats.Calibration, nullToys int, toys []results.Toy, signal, alpha float64, scales int) (results.Point, []testedToy, error) {
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
func warnings(e configs.Experiment, s results.Summary) []string {
	var w []string
	say := func(format string, args ...any) { w = append(w, fmt.Sprintf(format, args...)) }
	if !s.Complete {
		say("partial: %d of %d null toys, and %s alternative toys", s.Null.Toys, e.Toys.Null, shares(e, s))
	}
	if b := float64(s.Null.Toys); s.AlphaError > 0.1*s.Alpha {
		say("%d null toys: p cannot go below %.2g, and alpha = %v is known to %.0f%% only (10%% needs %.0f toys)",
			s.Null.Toys, 1/(b+1), s.Alpha, 100*s.AlphaError/s.Alpha, math.Ceil((1-s.Alpha)/s.Alpha*100))
	}
	if s.Null.Failed > 0 {
		say("%d of %d null fits failed; they count as more extreme than any other", s.Null.Failed, s.Null.Toys)
	}
	if s.Null.Clamped > 0 {
		say("in %d of %d null fits the log-ratio was so large on reference rows that its exponential was held: lower train.clip", s.Null.Clamped, s.Null.Toys)
	}
	measured := false
	for _, point := range s.Points {
		if point.Failed > 0 {
			say("%d of %d fits failed at N_S = %v; they count as not rejected", point.Failed, point.Toys, point.Signal)
		}
		if point.Signal == 0 && point.Toys > 0 {
			measured = true
			if point.CI95[0] > s.Alpha {
				say("the type-I error %.3f (95%% interval %.3f to %.3f) is above alpha = %v", point.Power, point.CI95[0], point.CI95[1], s.Alpha)
			}
		}
	}
	if !measured {
		say("the type-I error was not measured: add 0 to toys.signal")
	}
	if last := s.Scales[len(s.Scales)-1]; last.Mean < 0 {
		say("t is negative on average at the smallest width (%.3g): the fit has not converged there; slow the annealing or raise train.width.end", last.Sigma)
	}
	return w
}

func shares(e configs.Experiment, s results.Summary) string {
	total := 0
	for _, point := range s.Points {
		total += point.Toys
	}
	return fmt.Sprintf("%d of %d", total, len(s.Points)*e.Toys.Alternative)
}

func writeTables(s *results.Store, summary results.Summary, tested []testedToy) error {
	number := func(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }
	optional := func(x *float64) string {
		if x == nil {
			return ""
		}
		return number(*x)
	}
	var points, scales, toys [][]string
	for _, p := range summary.Points {
		points = append(points, []string{
			number(p.Signal), strconv.Itoa(p.Toys), strconv.Itoa(p.Failed), strconv.Itoa(p.Rejected), number(p.Power),
			number(p.CI68[0]), number(p.CI68[1]), number(p.CI95[0]), number(p.CI95[1]),
			number(p.MedianP), number(p.MedianZ), strconv.FormatBool(p.MedianZBound), optional(p.Oracle), optional(p.OracleZ), strconv.FormatBool(p.OracleZBound),
		})
	}
	for i, c := range summary.Scales {
		row := []string{strconv.Itoa(c.Epoch), number(c.Sigma), number(c.Mean), number(c.SD), number(c.Median), "", "", ""}
		if q := c.ChiSquare; q != nil {
			row[5], row[6], row[7] = number(q.DoF), number(q.KS), number(q.P)
		}
		for _, p := range summary.Points {
			row = append(row, number(p.ScalePower[i]))
		}
		scales = append(scales, row)
	}
	for _, t := range tested {
		z := number(t.z)
		if t.Status != results.StatusOK {
			z = ""
		}
		toys = append(toys, []string{number(t.Signal), strconv.Itoa(t.Index), t.Status, strconv.Itoa(t.Events), strconv.Itoa(t.Injected), number(t.p), z})
	}
	scaleHeader := []string{"epoch", "sigma", "null_mean", "null_sd", "null_median", "chi2_dof", "chi2_ks", "chi2_p"}
	for _, p := range summary.Points {
		scaleHeader = append(scaleHeader, "power_"+number(p.Signal))
	}
	for _, table := range []struct {
		name   string
		header []string
		rows   [][]string
	}{
		{"power.csv", []string{"signal", "toys", "failed", "rejected", "power", "ci68_lo", "ci68_hi", "ci95_lo", "ci95_hi", "median_p", "median_z", "median_z_bound", "oracle", "oracle_z", "oracle_z_bound"}, points},
		{"scales.csv", scaleHeader, scales},
		{"toys.csv", []string{"signal", "index", "status", "events", "injected", "p", "z"}, toys},
	} {
		if err := s.WriteTable(table.name, table.header, table.rows); err != nil {
			return err
		}
	}
	return nil
}
