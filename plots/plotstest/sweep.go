package plotstest

import (
	"math"
	"slices"

	"sparker/results"
)

// Sweep is the summary of a run over six numbers of kernels and four sizes of the reference, with
// what the kernels found of three bumps; one cell is missing.
func Sweep() results.Summary {
	s := results.Summary{
		Name: "made-up", Digest: "0123456789abcdef",
		Axes: []results.AxisRecord{{Name: "model.kernels",
			Labels: []string{"1", "2", "5", "10", "20", "50"}},
			{Name: "data.reference", Labels: []string{"2000", "5000", "10000", "20000"}}},
		Warnings: []string{"the sweep is not complete"},
	}
	number := 0
	for i, kernels := range s.Axes[0].Labels {
		for j, reference := range s.Axes[1].Labels {
			if kernels == "50" && reference == "20000" {
				continue
			}
			number++
			c := Cell(number, 0.5+0.25*float64(i)-0.04*float64(i*i)+0.12*float64(j),
				results.ArmRecord{Axis: "model.kernels", Label: kernels},
				results.ArmRecord{Axis: "data.reference", Label: reference})
			m := []int{1, 2, 5, 10, 20, 50}[i]
			for k := range c.Points {
				p := &c.Points[k]
				share := 1 - math.Exp(-float64(m)*(0.02+0.05*p.Signal/15))
				p.Found = &results.FoundBumps{Kernels: m, Bumps: 3, Mean: 3 * share,
					SE: 0.25 * math.Sqrt(share*(1-share)), Crowded: share * float64(m) / 12}
			}
			s.Cells = append(s.Cells, c)
		}
	}
	return s
}

// Comparison has four arms of loss.kind in six groups (two numbers of kernels, three sources), with
// their differences from the first arm on the same toys. The arms have the powers of [Cell].
func Comparison() results.Comparison {
	c := results.Comparison{By: []string{"loss.kind"}, Alpha: 0.05,
		Warnings: []string{"the arms differ in train.epochs as well"}}
	number := 0
	for i, kernels := range []string{"5", "20"} {
		for j, source := range []string{"exponential", "gaussian", "two gaussians"} {
			g := results.ComparisonGroup{Common: []results.ArmRecord{{Axis: "model.kernels",
				Label: kernels}, {Axis: "data.source", Label: source}}}
			for k, arm := range []string{"np", "bce", "mse", "np, no gate"} {
				number++
				ease := (1 + 0.3*float64(i)) * (1 - 0.15*float64(j)) *
					[]float64{1, 1.25, 0.6, 0.95}[k]
				g.Arms = append(g.Arms, results.ComparisonArm{Label: arm,
					CellSummary: Cell(number, ease, append([]results.ArmRecord{
						{Axis: "loss.kind", Label: arm}}, g.Common...)...)})
			}
			g.Differences = differences(g.Arms, func(p, base float64) float64 {
				return 0.05 + 1.3*math.Sqrt(p*(1-p)/100+base*(1-base)/100)
			})
			c.Groups = append(c.Groups, g)
		}
	}
	return c
}

// differences are those of the arms from the first one at all N_S. half is half of an interval, by
// the powers of the arm and of the baseline.
func differences(arms []results.ComparisonArm,
	half func(power, baseline float64) float64) (all []results.Difference) {
	for _, arm := range arms[1:] {
		for s, p := range arm.Points {
			base := arms[0].Points[s].Power
			h := half(p.Power, base)
			all = append(all, results.Difference{
				Arm: arm.Label, Signal: p.Signal, Paired: true, Toys: p.Toys, Power: p.Power,
				Baseline: base, Difference: p.Power - base,
				CI95: results.Interval{p.Power - base - h, p.Power - base + h},
			})
		}
	}
	return all
}

// UnevenComparison is [Comparison] with three anomalies, each with four N_S of its own, and two
// settings of model.softmax.
func UnevenComparison() results.Comparison {
	c := Comparison()
	anomalies := []string{"tail", "bulk", "shape"}
	signals := [][]float64{{0, 5, 10, 15}, {0, 40, 65, 90}, {0, 40, 60, 80}}
	for i := range c.Groups {
		g := &c.Groups[i]
		g.Common = []results.ArmRecord{{Axis: "anomaly", Label: anomalies[i/2]},
			{Axis: "model.softmax", Label: []string{"true", "false"}[i%2]}}
		own := func(n float64) float64 { // instead of the N_S of Comparison up to 8
			return signals[i/2][slices.Index([]float64{0, 2, 5, 8}, n)]
		}
		for k := range g.Arms {
			a := &g.Arms[k]
			a.Arms = append(a.Arms[:1:1], g.Common...)
			a.Points = a.Points[:4]
			for j := range a.Points {
				a.Points[j].Signal = own(a.Points[j].Signal)
			}
			if i%2 == 0 {
				a.Warnings = append(a.Warnings,
					"t is negative on average at the smallest width (0.00514)")
			}
		}
		g.Differences = slices.DeleteFunc(g.Differences,
			func(d results.Difference) bool { return d.Signal > 8 })
		for k := range g.Differences {
			g.Differences[k].Signal = own(g.Differences[k].Signal)
		}
	}
	return c
}
