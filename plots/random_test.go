package plots

import (
	"math"
	"strconv"
	"testing"

	"pgregory.net/rapid"

	"sparker/analysis"
	"sparker/results"
)

// anyNumber draws finite numbers of every magnitude, some of them too large to draw, and often
// repeats itself.
func anyNumber(t *rapid.T) float64 {
	switch rapid.IntRange(0, 5).Draw(t, "kind") {
	case 0:
		return 0
	case 1:
		return float64(rapid.IntRange(-3, 3).Draw(t, "small"))
	case 2:
		return rapid.Float64Range(-1e3, 1e3).Draw(t, "usual")
	case 3:
		return rapid.Float64().Draw(t, "any")
	}
	sign := float64(2*rapid.IntRange(0, 1).Draw(t, "sign") - 1)
	return sign * math.Pow(10, rapid.Float64Range(-120, 99.9).Draw(t, "exponent"))
}

func anyPositive(t *rapid.T) float64 {
	return math.Pow(10,
		rapid.Float64Range(-99, 99).Draw(t, "log"))
}

func list[T any](n int, one func() T) []T {
	out := make([]T, n)
	for i := range out {
		out[i] = one()
	}
	return out
}

func anyFit(t *rapid.T) results.FitRecord {
	size := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	dim, kernels, epochs := size("dim", 1, 3), size("kernels", 1, 3), size("epochs", 1, 4)
	number := func() float64 { return anyNumber(t) }
	positive := func() float64 { return anyPositive(t) }
	row := func() []float64 { return list(dim, number) }
	matrix := func() [][]float64 { return list(kernels, row) }
	f := results.FitRecord{
		Status: results.StatusOK, Hypothesis: results.Alternative, Signal: anyNumber(t),
		Index: size("index", 0, 9),
		LengthUnit: rapid.SampledFrom([]string{"", "data",
			"standard deviations of the reference"}).Draw(t, "unit"),
		Data: list(size("data", 0, 5), row), Reference: list(size("reference", 0, 5), row),
		Columns: []results.Column{{Name: rapid.String().Draw(t, "name"),
			Unit: rapid.String().Draw(t, "unit")}},
		Warnings: list(size("warnings", 0, 5), func() string {
			return rapid.String().Draw(t,
				"warning")
		}),
	}
	tr := &results.Trace{
		Sigma: list(epochs, positive), Loss: list(epochs, number), Penalty: list(epochs, number),
		T:         list(epochs, number),
		Centroids: list(epochs, matrix), Coefficients: list(epochs,
			func() []float64 { return list(kernels, number) }),
		DataForce: list(epochs, matrix), ReferenceForce: list(epochs, matrix),
		GateEntropy: list(epochs, number), MinDistance: list(epochs, number),
	}
	epoch := 0
	tr.Epoch = list(epochs, func() int {
		epoch += size("step", 1, 1000)
		return epoch
	})
	tr.Born = list(size("births", 0, 4), func() results.Birth {
		return results.Birth{Epoch: size("birth", tr.Epoch[0], epoch),
			Kernel: size("kernel", 0, kernels-1)}
	})
	f.Trace = tr
	f.Statistics = list(size("checkpoints", 1, 4), func() results.CheckpointRecord {
		return results.CheckpointRecord{Epoch: size("epoch", -5, 5000), Sigma: positive(),
			T: number()}
	})
	f.Lead = list(size("leads", 0, 2), func() results.CheckpointRecord {
		return results.CheckpointRecord{Epoch: size("epoch", -5, 5000), Sigma: positive(),
			T: number()}
	})
	n := size("grid", 1, 6)
	x := anyNumber(t)
	f.Profile = &results.Profile{
		X: list(n, func() float64 {
			x += anyPositive(t)
			return x
		}),
		Truth:   list(n, number),
		Learned: list(len(f.Statistics), func() []float64 { return list(n, number) }),
	}
	return f
}

func anySummary(t *rapid.T) (results.CellSummary, []*results.Toy) {
	size := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	probability := func() float64 { return rapid.Float64Range(0, 1).Draw(t, "probability") }
	s := results.CellSummary{Name: rapid.String().Draw(t, "name"),
		Combine: rapid.String().Draw(t, "combine"),
		Alpha:   probability(), AlphaAttained: probability(), AlphaError: anyNumber(t),
		Null: results.NullSummary{Toys: size("null", 0, 1e6)}}
	s.Points = list(size("points", 1, 5), func() results.Point {
		a, b := probability(), probability()
		p := results.Point{Signal: math.Abs(anyNumber(t)), Toys: size("toys", 0, 9),
			Power: probability(), CI68: results.Interval{min(a, b), max(a, b)}}
		if size("known", 0, 1) == 1 {
			p.Oracle = new(probability())
		}
		return p
	})
	s.Scales = list(size("scales", 1, 14), func() results.ScaleStats {
		c := results.ScaleStats{ScaleRecord: results.ScaleRecord{Sigma: anyPositive(t),
			Statistic: rapid.SampledFrom([]string{"", lead}).Draw(t, "statistic")}}
		if size("fitted", 0, 1) == 1 {
			c.ChiSquare = &results.ChiSquare{DoF: anyPositive(t), P: probability()}
		}
		return c
	})
	toys := list(size("toys", 1, 8), func() *results.Toy {
		toy := &results.Toy{Hypothesis: results.Null, Status: results.StatusOK,
			T: list(len(s.Scales), func() float64 { return anyNumber(t) })}
		if size("alternative", 0, 1) == 1 {
			toy.Hypothesis, toy.Signal = results.Alternative, float64(size("signal", 0, 2))
		}
		return toy
	})
	return s, toys
}

// anyCell is anySummary with something found.
func anyCell(t *rapid.T, number int, settings ...results.ArmRecord) results.CellSummary {
	c, _ := anySummary(t)
	c.Cell, c.Arms = number, settings
	c.Warnings = list(rapid.IntRange(0, 2).Draw(t, "warnings"),
		func() string { return rapid.String().Draw(t, "warning") })
	for i := range c.Points {
		c.Points[i].Signal = float64(i) * rapid.SampledFrom([]float64{1, 2.5}).Draw(t, "step")
		bumps := rapid.IntRange(1, 5).Draw(t, "bumps")
		c.Points[i].Found = &results.FoundBumps{Kernels: 5, Bumps: bumps,
			Mean: rapid.Float64Range(0, float64(bumps)).Draw(t, "mean"),
			SE:   math.Abs(anyNumber(t)), Crowded: rapid.Float64Range(0, 5).Draw(t, "crowded")}
	}
	return c
}

func anyComparison(t *rapid.T) results.Comparison {
	size := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	text := func() string { return rapid.String().Draw(t, "text") }
	c := results.Comparison{By: list(size("axes", 1, 2), text), Alpha: 0.05,
		Warnings: list(size("warnings", 0, 5), text)}
	labels := rapid.SliceOfNDistinct(rapid.String(), 1, mostArms+1,
		func(s string) string { return s }).Draw(t, "labels")
	power := rapid.SampledFrom([]float64{1, 9}).Draw(t, "power")
	c.Groups = list(size("groups", 1, 4), func() results.ComparisonGroup {
		g := results.ComparisonGroup{Common: list(size("settings", 0, 4),
			func() results.ArmRecord { return results.ArmRecord{Axis: text(), Label: text()} })}
		// of the group's strengths
		scale := rapid.SampledFrom([]float64{1, 1, 1, 1.4, 7, 1e-4, 1e6}).Draw(t, "scale")
		for i, label := range labels {
			cell := anyCell(t, i+1, g.Common...)
			for k := range cell.Points {
				cell.Points[k].Signal *= scale
			}
			cell.Method = rapid.SampledFrom([]string{"sparker", "sparker", "scan"}).Draw(t,
				"method")
			g.Arms = append(g.Arms, results.ComparisonArm{Label: label, CellSummary: cell,
				MedianSeconds: anyPositive(t)})
			for k := range size("differences", 0, 8) {
				if i > 0 {
					d := rapid.Float64Range(-1, 1).Draw(t, "difference")
					g.Differences = append(g.Differences,
						results.Difference{Arm: label, Signal: scale * math.Pow(float64(k), power),
							Paired: size("paired", 0, 1) == 1, Toys: size("toys", 0, 2),
							Difference: d, CI95: results.Interval{d - anyPositive(t),
								d + anyPositive(t)}})
				}
			}
		}
		return g
	})
	return c
}

func anySweep(t *rapid.T) (s results.Summary, fixed []results.ArmRecord) {
	text := func(name string) string { return rapid.String().Draw(t, name) }
	numbers := rapid.SliceOfNDistinct(
		rapid.Custom(func(t *rapid.T) float64 { return anyNumber(t) }), 1, mostLabels,
		func(v float64) float64 { return v }).Draw(t, "numbers")
	s.Name, s.Axes = text("name"), []results.AxisRecord{{Name: "a" + text("axis")},
		{Name: "b" + text("axis")}}
	for _, v := range numbers {
		s.Axes[0].Labels = append(s.Axes[0].Labels, strconv.FormatFloat(v, 'g', -1, 64))
	}
	s.Axes[1].Labels = rapid.SliceOfNDistinct(rapid.String(), 1, 4,
		func(s string) string { return s }).Draw(t, "labels")
	for _, x := range s.Axes[0].Labels {
		for _, y := range s.Axes[1].Labels {
			if y != "" && rapid.IntRange(0, 3).Draw(t, "there") > 0 {
				s.Cells = append(s.Cells, anyCell(t, len(s.Cells)+1,
					results.ArmRecord{Axis: s.Axes[0].Name, Label: x},
					results.ArmRecord{Axis: s.Axes[1].Name, Label: y}))
			}
		}
	}
	return s, []results.ArmRecord{{Axis: s.Axes[1].Name, Label: s.Axes[1].Labels[0]}}
}

// A tally counts figures that were drawn and refused.
type tally struct{ figures, refusals int }

func (n *tally) draw(t *rapid.T, figures map[string]func() (Figure, error)) {
	for name, make := range figures {
		f, err := make()
		if err != nil {
			n.refusals++
			continue
		}
		n.figures++
		inspect(t, name, f)
		if _, err := f.PNG(20); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := f.CSV(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func (n *tally) check(t *testing.T) {
	if n.figures < n.refusals/4 {
		t.Errorf("%d figures drawn, %d refused: the records are too wild to test much", n.figures,
			n.refusals)
	}
}

// The same of the figures over several cells.
func TestSweepFiguresOfRandomRecords(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws some 400 figures")
	}
	var tally tally
	rapid.Check(t, func(t *rapid.T) {
		c := anyComparison(t)
		s, fixed := anySweep(t)
		if r, err := analysis.Regret(c, 0, nil); err == nil {
			c.Regret = &r
		}
		tally.draw(t, map[string]func() (Figure, error){
			"arms":     func() (Figure, error) { return PowerArms(c.Groups[0], c.By) },
			"panels":   func() (Figure, error) { return Panels(c) },
			"ablation": func() (Figure, error) { return Ablation(c) },
			"against":  func() (Figure, error) { return PowerAgainst(s, s.Axes[0].Name, fixed) },
			"found":    func() (Figure, error) { return KernelsFound(s, s.Axes[0].Name, fixed) },
			"map": func() (Figure, error) {
				return HeatMap(s, s.Axes[0].Name, s.Axes[1].Name,
					1, nil)
			},
			"dots":   func() (Figure, error) { return PowerDots(c) },
			"regret": func() (Figure, error) { return RegretMap(c) },
			"cost":   func() (Figure, error) { return PowerCost(c, 0) },
		})
	})
	tally.check(t)
}

// Whatever finite numbers a record holds, a figure is refused with an error or drawn: without a
// panic, inside the page, and without texts that cover one another.
func TestFiguresOfRandomRecords(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("draws some 500 figures")
	}
	var tally tally
	rapid.Check(t, func(t *rapid.T) {
		s, toys := anySummary(t)
		fit := anyFit(t)
		draw := map[string]func() (Figure, error){
			"power":  func() (Figure, error) { return PowerCurve(s) },
			"scales": func() (Figure, error) { return NullDistributions(s, toys) },
		}
		for name, of := range ofFit {
			draw[name] = func() (Figure, error) { return of(fit) }
		}
		tally.draw(t, draw)
	})
	tally.check(t)
}
