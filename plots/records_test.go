package plots

import (
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"sparker/results"
)

// The records below are made up: smooth formulae with a little noise from a fixed seed, in the
// shape of what a run stores. They stand for no result.

func source(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func pointer(v float64) *float64 { return &v }

func madeUpSummary() results.CellSummary {
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
		point := results.Point{
			Signal: signal, Toys: 100, Rejected: rejected, Power: p,
			CI68:   results.Interval{max(0, p-half), min(1, p+half)},
			Oracle: pointer([]float64{0.05, 0.28, 0.62, 0.86, 0.94, 0.99, 0.998}[i]),
		}
		s.Points = append(s.Points, point)
	}
	for i := range 10 {
		scale := results.ScaleStats{Epoch: 100 * (i + 1), Sigma: 12 * math.Pow(0.001, float64(i)/9)}
		if i < 9 {
			scale.ChiSquare = &results.ChiSquare{DoF: 2 + 0.9*float64(i), KS: 0.03,
				P: 0.11 + 0.09*float64(i)}
		}
		s.Scales = append(s.Scales, scale)
	}
	return s
}

func madeUpToys(s results.CellSummary) []results.Toy {
	r := source(2)
	var toys []results.Toy
	draw := func(hypothesis string, signal float64, n int) {
		for i := range n {
			toy := results.Toy{Hypothesis: hypothesis, Signal: signal, Index: i,
				Status: results.StatusOK}
			for k, scale := range s.Scales {
				k %= 10 // lead follows t
				dof := 2 + 0.9*float64(k)
				if scale.Statistic == lead {
					dof = 1 + 0.4*dof
				}
				t := distuv.ChiSquared{K: dof, Src: r}.Rand() - 0.2*float64(k%3)
				toy.T = append(toy.T, t+signal*float64(k)/6)
			}
			toys = append(toys, toy)
		}
	}
	draw(results.Null, 0, 299)
	toys = append(toys, results.Toy{Hypothesis: results.Null, Index: 299, Status: "non-finite"})
	draw(results.Alternative, 8, 100)
	draw(results.Alternative, 15, 100)
	toys[17].T[len(s.Scales)/2] = 900 // one value far out
	return toys
}

// madeUpFit is a fit of the given number of kernels, epochs and dimensions.
func madeUpFit(kernels, epochs, dim int) results.FitRecord {
	r := source(3)
	f := results.FitRecord{
		Schema: results.FitSchema, Status: results.StatusOK, Weight: 0.1,
		Hypothesis: results.Alternative, Signal: 15, Index: 0, Injected: 13, LengthUnit: "data",
	}
	row := func(signal bool) []float64 {
		x := make([]float64, dim)
		for c := range x {
			switch {
			case dim == 1 && signal:
				x[c] = 6.4 + 0.16*r.NormFloat64()
			case dim == 1:
				x[c] = r.ExpFloat64()
			case signal:
				x[c] = 12 + 10*float64(c) + 0.6*r.NormFloat64()
			default:
				x[c] = 20*(2*float64(r.IntN(2))-1) + 4*r.NormFloat64()
			}
		}
		return x
	}
	for i := range 600 {
		f.Data = append(f.Data, row(i < 13))
	}
	for range 1200 {
		f.Reference = append(f.Reference, row(false))
	}
	f.Columns = []results.Column{{Name: "x", Unit: "GeV"}}
	if dim > 1 {
		f.Columns = []results.Column{{Name: "x_{1}", Unit: "GeV"}, {Name: "x_{2}", Unit: "GeV"}}
	}

	t := &results.Trace{}
	start, goal := make([][]float64, kernels), make([][]float64, kernels)
	for m := range kernels {
		start[m] = f.Data[13+m]
		goal[m] = f.Data[m%2*(100+m)] // kernel 0, 2, 4 ... end at the anomaly
	}
	width := 14.0
	if dim > 1 {
		width = 90
	}
	for k := range epochs {
		u := float64(k+1) / float64(epochs)
		t.Epoch = append(t.Epoch, k+1)
		t.Sigma = append(t.Sigma, width*math.Pow(0.005, u))
		t.Loss = append(t.Loss, -14*u*u+0.3*math.Sin(40*u))
		t.Penalty = append(t.Penalty, 0.4*u)
		t.T = append(t.T, 28*u*u-0.6*math.Sin(40*u))
		t.GateEntropy = append(t.GateEntropy, math.Log(float64(kernels))*math.Exp(-3*u))
		t.MinDistance = append(t.MinDistance, 0.02*math.Exp(6*u))
		var centroids, data, reference [][]float64
		var a []float64
		for m := range kernels {
			move := 1 / (1 + math.Exp(-14*(u-0.4-0.05*float64(m))))
			mu, fd, fr := make([]float64, dim), make([]float64, dim), make([]float64, dim)
			for c := range dim {
				wobble := 0.02 * width * math.Sin(9*u+float64(m+2*c)) * u * (1 - u)
				mu[c] = start[m][c] + (goal[m][c]-start[m][c])*move + wobble
				fd[c] = 20 * math.Exp(-3*u) * math.Cos(float64(m))
				fr[c] = -fd[c] * (0.9 - 0.2*u)
			}
			centroids, data, reference = append(centroids, mu), append(data, fd),
				append(reference, fr)
			a = append(a, []float64{3.2, -0.8, 1.4, -2.1, 0.2}[m%5]*u)
		}
		t.Centroids, t.Coefficients = append(t.Centroids, centroids), append(t.Coefficients, a)
		t.DataForce, t.ReferenceForce = append(t.DataForce, data),
			append(t.ReferenceForce, reference)
	}
	f.Trace = t
	f.Centroids, f.Coefficients = t.Centroids[epochs-1], t.Coefficients[epochs-1]
	scales := min(10, epochs)
	for s := range scales {
		k := (s+1)*epochs/scales - 1
		f.Statistics = append(f.Statistics, results.CheckpointRecord{Epoch: t.Epoch[k],
			Sigma: t.Sigma[k],
			T:     t.T[k]})
	}
	if dim == 1 {
		p := &results.Profile{}
		for i := range 200 {
			p.X = append(p.X, 10*float64(i)/199)
		}
		bump := func(x, s float64) float64 { return math.Exp(-(x - 6.4) * (x - 6.4) / (2 * s * s)) }
		for _, x := range p.X {
			p.Truth = append(p.Truth, math.Log1p(22*bump(x, 0.16)))
		}
		for s, c := range f.Statistics {
			var y []float64
			for _, x := range p.X {
				y = append(y, 3*float64(s+1)/float64(scales)*bump(x,
					max(c.Sigma, 0.2))-0.3*bump(x-5, c.Sigma))
			}
			p.Learned = append(p.Learned, y)
		}
		f.Profile = p
	}
	return f
}

// bear lets a kernel of a fit jump to a place at the beginning of an epoch, and go on to where it
// ends with a coefficient from 0.
func bear(f *results.FitRecord, epoch, kernel int, place ...float64) {
	t := f.Trace
	t.Born = append(t.Born, results.Birth{Epoch: epoch, Kernel: kernel})
	last := len(t.Epoch) - 1
	end, coefficient := slices.Clone(t.Centroids[last][kernel]), t.Coefficients[last][kernel]
	for k, e := range t.Epoch {
		if e < epoch {
			continue
		}
		u := float64(e-epoch) / float64(max(t.Epoch[last]-epoch, 1))
		for c := range end {
			t.Centroids[k][kernel][c] = place[c] + (end[c]-place[c])*math.Sin(u*math.Pi/2)
		}
		t.Coefficients[k][kernel] = coefficient * u
	}
}

// withLead adds the lead statistic at the checkpoints.
func withLead(f *results.FitRecord) {
	for i, c := range f.Statistics {
		c.T *= 0.45 + 0.05*float64(i%3)
		f.Lead = append(f.Lead, c)
	}
}

// withLeadScales adds the scales of lead after those of t.
func withLeadScales(s results.CellSummary) results.CellSummary {
	for _, scale := range s.Scales {
		scale.Statistic = lead
		if q := scale.ChiSquare; q != nil {
			scale.ChiSquare = &results.ChiSquare{DoF: 1 + 0.4*q.DoF, KS: q.KS, P: q.P / 3}
		}
		s.Scales = append(s.Scales, scale)
	}
	return s
}

func madeUpManifest() results.Manifest {
	return results.Manifest{Name: "made-up", Digest: "0123456789abcdef", Seed: 1,
		Cells: []results.CellRecord{{Columns: []results.Column{{Name: "x", Unit: "GeV"}}}}}
}

// madeUpCell is a cell whose power rises the faster the greater ease is.
func madeUpCell(cell int, ease float64, settings ...results.ArmRecord) results.CellSummary {
	c := results.CellSummary{
		Cell: cell, Name: "made-up", Arms: settings, Complete: true, Combine: "mix",
		Alpha: 0.05, AlphaAttained: 0.0498, AlphaError: 0.0126,
		Null:   results.NullSummary{Toys: 300},
		Scales: make([]results.ScaleStats, 10),
		Warnings: []string{"alpha is known to ±0.0126 only: 300 null toys; about 2,000 would " +
			"give it to 10%"},
	}
	r := source(uint64(cell))
	rise := func(signal, ease float64) float64 {
		return 0.05 +
			0.95*(1-math.Exp(-math.Pow(ease*signal/10, 2)))
	}
	for _, signal := range []float64{0, 2, 5, 8, 10, 15} {
		n := 0
		for range 100 {
			if r.Float64() < rise(signal, ease) {
				n++
			}
		}
		c.Points = append(c.Points, madeUpPoint(signal, n, 100, rise(signal, 2)))
	}
	return c
}

// madeUpPoint is n of the toys rejected, with the Clopper-Pearson interval.
func madeUpPoint(signal float64, n, toys int, oracle float64) results.Point {
	p := results.Point{Signal: signal, Toys: toys, Rejected: n, Power: float64(n) / float64(toys),
		CI68: results.Interval{0, 1}, Oracle: pointer(oracle)}
	if n > 0 {
		p.CI68[0] = distuv.Beta{Alpha: float64(n), Beta: float64(toys - n + 1)}.Quantile(0.16)
	}
	if n < toys {
		p.CI68[1] = distuv.Beta{Alpha: float64(n + 1), Beta: float64(toys - n)}.Quantile(0.84)
	}
	return p
}

// madeUpComparison has four arms of loss.kind in six groups; the arm in a group has the power of
// madeUpCell.
func madeUpComparison() results.Comparison {
	c := results.Comparison{By: []string{"loss.kind"}, Alpha: 0.05,
		Warnings: []string{"the arms differ in train.epochs as well"}}
	cell := 0
	for i, kernels := range []string{"5", "20"} {
		for j, source := range []string{"exponential", "gaussian", "two gaussians"} {
			g := results.ComparisonGroup{Common: []results.ArmRecord{{Axis: "model.kernels",
				Label: kernels}, {Axis: "data.source", Label: source}}}
			for k, arm := range []string{"np", "bce", "mse", "np, no gate"} {
				cell++
				ease := (1 + 0.3*float64(i)) * (1 - 0.15*float64(j)) *
					[]float64{1, 1.25, 0.6, 0.95}[k]
				summary := madeUpCell(cell, ease, append([]results.ArmRecord{{Axis: "loss.kind",
					Label: arm}}, g.Common...)...)
				g.Arms = append(g.Arms, results.ComparisonArm{Label: arm, CellSummary: summary})
			}
			for _, arm := range g.Arms[1:] {
				for s, p := range arm.Points {
					base := g.Arms[0].Points[s].Power
					half := 0.05 + 1.3*math.Sqrt(p.Power*(1-p.Power)/100+base*(1-base)/100)
					g.Differences = append(g.Differences, results.Difference{
						Arm: arm.Label, Signal: p.Signal, Paired: true, Toys: 100, Power: p.Power,
						Baseline:   base,
						Difference: p.Power - base, CI95: results.Interval{p.Power - base - half,
							p.Power - base + half},
					})
				}
			}
			c.Groups = append(c.Groups, g)
		}
	}
	return c
}

// madeUpUneven is madeUpComparison with three anomalies that have four strengths each, of their
// own.
func madeUpUneven() results.Comparison {
	c := madeUpComparison()
	anomalies := []string{"tail", "bulk", "shape"}
	signals := [][]float64{{0, 5, 10, 15}, {0, 40, 65, 90}, {0, 40, 60, 80}}
	for i := range c.Groups {
		g := &c.Groups[i]
		g.Common = []results.ArmRecord{{Axis: "anomaly", Label: anomalies[i/2]},
			{Axis: "model.softmax", Label: []string{"true", "false"}[i%2]}}
		stronger := func(n float64) float64 { // of 0, 2, 5, 8, 10 and 15 those from 0 to 8
			return nth(signals[i/2], slices.Index([]float64{0, 2, 5, 8}, n))
		}
		for k := range g.Arms {
			a := &g.Arms[k]
			a.Arms = append(a.Arms[:1:1], g.Common...)
			a.Points = a.Points[:4]
			for j := range a.Points {
				a.Points[j].Signal = stronger(a.Points[j].Signal)
			}
			if i%2 == 0 {
				a.Warnings = append(a.Warnings,
					"t is negative on average at the smallest width (0.00514)")
			}
		}
		g.Differences = slices.DeleteFunc(g.Differences,
			func(d results.Difference) bool { return d.Signal > 8 })
		for k := range g.Differences {
			g.Differences[k].Signal = stronger(g.Differences[k].Signal)
		}
	}
	return c
}

// madeUpSweep has six numbers of kernels and four sizes of the reference; one cell is missing.
func madeUpSweep() results.Summary {
	s := results.Summary{
		Name: "made-up", Digest: "0123456789abcdef",
		Axes: []results.AxisRecord{{Name: "model.kernels",
			Labels: []string{"1", "2", "5", "10", "20", "50"}},
			{Name: "data.reference", Labels: []string{"2000", "5000", "10000", "20000"}}},
		Warnings: []string{"the sweep is not complete"},
	}
	cell := 0
	for i, kernels := range s.Axes[0].Labels {
		for j, reference := range s.Axes[1].Labels {
			if kernels == "50" && reference == "20000" {
				continue
			}
			cell++
			c := madeUpCell(cell, 0.5+0.25*float64(i)-0.04*float64(i*i)+0.12*float64(j),
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
