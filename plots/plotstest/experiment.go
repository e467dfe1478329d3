package plotstest

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/results"
)

// Manifest is that of a run of one cell of one column, x in GeV.
func Manifest() results.Manifest {
	return results.Manifest{Name: "made-up", Digest: "0123456789abcdef", Seed: 1,
		Cells: []results.CellRecord{{Columns: []results.Column{{Name: "x", Unit: "GeV"}}}}}
}

// Summary is that of an experiment with seven N_S from 0 to 15, 100 toys at each, the oracle, five
// warnings, and ten scales of t, of which the last one has no chi-square fit.
func Summary() results.CellSummary {
	s := results.CellSummary{
		Cell: 1, Name: "made-up", Complete: true, Combine: "mix",
		Alpha: 0.05, AlphaAttained: 0.0498, AlphaError: 0.0126,
		Null: results.NullSummary{Toys: 300, Failed: 1},
		Warnings: []string{
			"alpha is known to ±0.0126 only: 300 null toys; about 2,000 would give it to 10%",
			"the width at the end (0.004) is smaller than the smallest distance of most pairs",
			"the exponential was clamped in 2 toys",
			"one more",
			"and another",
		},
	}
	for i, signal := range []float64{0, 2, 5, 8, 10, 13, 15} {
		rejected := []int{4, 9, 22, 47, 66, 86, 94}[i]
		p := float64(rejected) / 100
		half := math.Sqrt(p*(1-p)/100) + 0.005
		oracle := []float64{0.05, 0.28, 0.62, 0.86, 0.94, 0.99, 0.998}[i]
		s.Points = append(s.Points, results.Point{
			Signal: signal, Toys: 100, Rejected: rejected, Power: p,
			CI68:   results.Interval{max(0, p-half), min(1, p+half)},
			Oracle: &oracle,
		})
	}
	for i := range 10 {
		scale := results.ScaleStats{ScaleRecord: results.ScaleRecord{Epoch: 100 * (i + 1),
			Sigma: 12 * math.Pow(0.001, float64(i)/9)}}
		if i < 9 {
			scale.ChiSquare = &results.ChiSquare{DoF: 2 + 0.9*float64(i), KS: 0.03,
				P: 0.11 + 0.09*float64(i)}
		}
		s.Scales = append(s.Scales, scale)
	}
	return s
}

// WithLead returns the summary with as many scales of the lead statistic after those of t.
func WithLead(s results.CellSummary) results.CellSummary {
	for _, scale := range s.Scales {
		scale.Statistic = "lead"
		if q := scale.ChiSquare; q != nil {
			scale.ChiSquare = &results.ChiSquare{DoF: 1 + 0.4*q.DoF, KS: q.KS, P: q.P / 3}
		}
		s.Scales = append(s.Scales, scale)
	}
	return s
}

// WithMembers returns the summary with a member of four ridges at six widths and one of two
// statistics without widths, in three groups, with their powers and the p-values of an observed
// sample.
func WithMembers(s results.CellSummary) results.CellSummary {
	for i := range 6 {
		for _, ridge := range []string{"0.3", "0.03", "0.003", "0.0003"} {
			s.Scales = append(s.Scales, results.ScaleStats{ScaleRecord: results.ScaleRecord{
				Member: "wide", Epoch: i + 1, Sigma: 12 * math.Pow(0.4, float64(i)),
				Statistic: "t, ridge " + ridge}})
		}
	}
	for _, name := range []string{"mean", "max"} {
		s.Scales = append(s.Scales, results.ScaleStats{ScaleRecord: results.ScaleRecord{
			Member: "mahalanobis", Statistic: name}})
	}
	s.Groups = []results.GroupRecord{{Name: "sparker/t", Weight: 6}, {Name: "wide", Weight: 1},
		{Name: "mahalanobis", Weight: 1}}
	s.Points = slices.Clone(s.Points)
	for i, p := range s.Points {
		s.Points[i].GroupPower = []float64{p.Power * 0.9, 0.05 + 0.5*(p.Power-0.04), 0.05}
	}
	p, z := 0.0133, 2.216
	s.Observed = &results.ObservedSummary{Events: 500, P: &p, Z: &z, Status: results.StatusOK,
		Groups: []results.ObservedGroup{{Name: "sparker/t", P: 0.01}, {Name: "wide", P: 0.2},
			{Name: "mahalanobis", P: 0.7}}}
	for i := range s.Scales {
		s.Observed.T = append(s.Observed.T, 3+float64(i%10))
		s.Observed.ScaleP = append(s.Observed.ScaleP, 0.1)
	}
	return s
}

// Toys are 300 null toys, the last of which failed, and 100 alternative toys at N_S = 8 and at 15
// each, with a statistic for each scale of the summary. One null toy has a value far out.
func Toys(s results.CellSummary) []*results.Toy {
	r := Source(2)
	var toys []*results.Toy
	draw := func(hypothesis string, signal float64, n int) {
		for i := range n {
			toy := results.Toy{Hypothesis: hypothesis, Signal: signal, Index: i,
				Status: results.StatusOK}
			for k, scale := range s.Scales {
				k %= 10 // lead follows t
				dof := 2 + 0.9*float64(k)
				if scale.Statistic == "lead" {
					dof = 1 + 0.4*dof
				}
				// A statistic below 0 would have no chi-square curve.
				t := max(distuv.ChiSquared{K: dof, Src: r}.Rand()-0.2*float64(k%3), 0)
				t += signal * float64(k) / 6
				if scale.Member == "wide" { // a weak ridge gives large values
					t = 1 + t*t
				}
				toy.T = append(toy.T, t)
			}
			toys = append(toys, &toy)
		}
	}
	draw(results.Null, 0, 299)
	toys = append(toys, &results.Toy{Hypothesis: results.Null, Index: 299,
		Status: "non-finite"})
	draw(results.Alternative, 8, 100)
	draw(results.Alternative, 15, 100)
	toys[17].T[len(s.Scales)/2] = 900
	return toys
}

// Cell is the summary of a cell whose power rises the faster the greater ease is: six N_S from 0 to
// 15, 100 toys at each, the oracle at an ease of 2, and ten scales without statistics. Its noise
// follows from its number.
func Cell(number int, ease float64, settings ...results.ArmRecord) results.CellSummary {
	c := results.CellSummary{
		Cell: number, Name: "made-up", Arms: settings, Complete: true, Combine: "mix",
		Alpha: 0.05, AlphaAttained: 0.0498, AlphaError: 0.0126,
		Null:   results.NullSummary{Toys: 300},
		Scales: make([]results.ScaleStats, 10),
		Warnings: []string{"alpha is known to ±0.0126 only: 300 null toys; about 2,000 would " +
			"give it to 10%"},
	}
	r := Source(uint64(number))
	rise := func(signal, ease float64) float64 {
		return 0.05 + 0.95*(1-math.Exp(-math.Pow(ease*signal/10, 2)))
	}
	for _, signal := range []float64{0, 2, 5, 8, 10, 15} {
		rejected := 0
		for range 100 {
			if r.Float64() < rise(signal, ease) {
				rejected++
			}
		}
		oracle := rise(signal, 2)
		c.Points = append(c.Points, Point(results.Point{Signal: signal, Toys: 100,
			Rejected: rejected, Oracle: &oracle}))
	}
	return c
}

// Point returns p with the power that its toys and rejections give, and its 68% Clopper-Pearson
// interval.
func Point(p results.Point) results.Point {
	n, toys := float64(p.Rejected), float64(p.Toys)
	p.Power, p.CI68 = n/toys, results.Interval{0, 1}
	if p.Rejected > 0 {
		p.CI68[0] = distuv.Beta{Alpha: n, Beta: toys - n + 1}.Quantile(0.16)
	}
	if p.Rejected < p.Toys {
		p.CI68[1] = distuv.Beta{Alpha: n + 1, Beta: toys - n}.Quantile(0.84)
	}
	return p
}
