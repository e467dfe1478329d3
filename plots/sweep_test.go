package plots

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/plots/plotstest"
	"sparker/results"
)

var atReference = []results.ArmRecord{{Axis: "data.reference", Label: "10000"}}

// The figures over the cells of a sweep, by name.
var ofSweep = map[string]func(results.Summary) (Figure, error){
	"against": func(s results.Summary) (Figure, error) {
		return PowerAgainst(s, "model.kernels",
			atReference)
	},
	"found": func(s results.Summary) (Figure, error) {
		return KernelsFound(s, "model.kernels",
			atReference)
	},
	"map": func(s results.Summary) (Figure, error) {
		return HeatMap(s, "model.kernels",
			"data.reference", 8, nil)
	},
}

const allOfSweep = "against,found,map"

// foundAt is what was found by 1 kernel with a reference of 10000 at N_S = 8.
func foundAt(s *results.Summary) *results.FoundBumps { return s.Cells[2].Points[3].Found }

// damagedSweeps are refused by figures of a sweep, named with commas between them.
var damagedSweeps = []struct {
	figures string
	damage  func(*results.Summary)
	what    string
}{
	{allOfSweep, func(s *results.Summary) { s.Cells = nil }, "no point has toys"},
	{allOfSweep, func(s *results.Summary) { s.Axes = s.Axes[1:] }, `no axis "model.kernels"`},
	{allOfSweep, func(s *results.Summary) { s.Axes[0].Labels[1] = "1" }, `label "1" twice`},
	{allOfSweep, func(s *results.Summary) { s.Axes[0].Labels = s.Axes[0].Labels[1:] },
		"is at no label of the axes"},
	{allOfSweep, func(s *results.Summary) {
		s.Axes = append(s.Axes, results.AxisRecord{Name: "seed", Labels: []string{"1", "2"}})
	}, `axis "seed" is neither drawn nor fixed`},
	{allOfSweep, func(s *results.Summary) { s.Cells = append(s.Cells, s.Cells[2]) },
		"two cells at"},
	{allOfSweep, func(s *results.Summary) { s.Cells[2].Points[3].Power = math.NaN() },
		"cell 3: N_S = 8: power is NaN"},
	{allOfSweep, func(s *results.Summary) { s.Cells[2].AlphaError = math.Inf(1) },
		"error of alpha"},
	{"against,found", func(s *results.Summary) { s.Axes[1].Labels[2] = "9999" },
		`no label "10000"`},
	{"against,found", func(s *results.Summary) { s.Axes[0].Labels[5] = "many" },
		`"many" is not a number`},
	{"against,found", func(s *results.Summary) { s.Axes[0].Labels[5] = "NaN" },
		`"NaN" is not a number`},
	{"against,found", func(s *results.Summary) { s.Axes[0].Labels[5] = "2.0" },
		"number 2 twice"},
	{"map", func(s *results.Summary) {
		for i := range s.Cells {
			s.Cells[i].Points[3].Toys = 0
		}
	}, "no cell has toys at N_S = 8"},
	{"map", func(s *results.Summary) {
		for i := range 11 {
			s.Axes[0].Labels = append(s.Axes[0].Labels, fmt.Sprint(100+i))
		}
	}, "17 labels; at most 16"},
	{"found", func(s *results.Summary) {
		for i := range s.Cells {
			for k := range s.Cells[i].Points {
				s.Cells[i].Points[k].Found = nil
			}
		}
	}, "no point says"},
	{"found", func(s *results.Summary) { foundAt(s).Mean = math.NaN() },
		"cell 3, N_S = 8: what was found"},
	{"found", func(s *results.Summary) { foundAt(s).Mean = 3.1 }, "cannot be"},
	{"found", func(s *results.Summary) { foundAt(s).SE = -1 }, "cannot be"},
	{"found", func(s *results.Summary) { foundAt(s).Bumps = 0 }, "cannot be"},
	{"found", func(s *results.Summary) { foundAt(s).Crowded = 1.5 }, "cannot be"},
}

func TestSweepFiguresRefuseRecords(t *testing.T) {
	t.Parallel()
	for _, c := range damagedSweeps {
		for name := range strings.SplitSeq(c.figures, ",") {
			s := plotstest.Sweep()
			c.damage(&s)
			_, err := ofSweep[name](s)
			refused(t, err, c.what)
		}
	}
}

func TestSweepFiguresRefuseArguments(t *testing.T) {
	t.Parallel()
	s := plotstest.Sweep()
	_, err := PowerAgainst(s, "model.kernels", nil)
	refused(t, err, `"data.reference" is neither drawn nor fixed`)
	_, err = PowerAgainst(s, "model.kernels", append(atReference, atReference...))
	refused(t, err, "also drawn or fixed")
	_, err = KernelsFound(s, "data.reference", atReference)
	refused(t, err, "also drawn or fixed")
	_, err = HeatMap(s, "model.kernels", "model.kernels", 8, atReference)
	refused(t, err, "drawn twice")
	_, err = HeatMap(s, "model.kernels", "data.reference", 7, nil)
	refused(t, err, "no cell has toys at N_S = 7")
	_, err = HeatMap(s, "model.kernels", "data.reference", 8,
		[]results.ArmRecord{{Axis: "seed", Label: "1"}})
	refused(t, err, `no axis "seed"`)
}

func TestSweepFiguresSay(t *testing.T) {
	t.Parallel()
	s := plotstest.Sweep()
	s.Cells[2].Points[1].Toys, s.Cells[2].Warnings = 0, nil
	s.Cells[6].Warnings = append(s.Cells[6].Warnings, "only here")
	wanted := map[string][]string{
		"against": {"made-up: power against model.kernels (data.reference=10000)", "N S = 15",
			"oracle of each N S", "50", "100 toys per point",
			"300 null toys per cell", "No toys yet at N S = 2 (model.kernels=1).",
			"Warning: the sweep is not complete", "+1 more warnings"},
		"found": {"bumps found by the kernels (data.reference=10000)", "kernels M (model.kernels)",
			"N S = 0 (by chance)", "bumps injected", "distinct bumps found",
			"crowded kernels", "± 1 standard error", "Warning: model.kernels=2: only here"},
		"map": {"made-up: power at N S = 8", "model.kernels", "data.reference", "20000", "no toys",
			"0.69", "0.64–0.74", "Hatched: 1 of 24 pairs"},
	}
	for name, of := range ofSweep {
		f, err := of(s)
		if err != nil {
			t.Fatal(err)
		}
		want := wanted[name]
		if name == "found" || name == "against" {
			want = want[:len(want)-1]
		}
		said(t, name, f, want)
	}
}

// The axis of swept numbers is logarithmic where they span more than a decade, and its ticks are
// the numbers.
func TestSweptAxis(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		log    bool
		ticks  string
	}{
		{[]float64{5, 1, 50}, true, "1 5 50"},
		{[]float64{1, 10}, false, "1 10"},
		{[]float64{0, 1, 100}, false, "0 1 100"},
		{[]float64{-1, 20}, false, "−1 20"},
		{[]float64{3}, false, "3"},
		{[]float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, true, "1 2 5 10"},
	} {
		a := sweptAxis("x", c.values)
		if got := strings.Join(labels(a.ticks), " "); a.log != c.log || got != c.ticks {
			t.Errorf("%v: logarithmic %v, ticks %q; want %v, %q", c.values, a.log, got, c.log,
				c.ticks)
		}
	}
}

// Labels that are too long for the cells of a heat map stand upright, and numbers leave out their
// intervals.
func TestHeatMapOfManyLabels(t *testing.T) {
	t.Parallel()
	s := results.Summary{Axes: []results.AxisRecord{{Name: "a"}, {Name: "b"}}}
	for i := range mostLabels {
		for k := range s.Axes {
			s.Axes[k].Labels = append(s.Axes[k].Labels, strings.Repeat("long ", i)+fmt.Sprint(i))
		}
		for j := range i {
			a, b := s.Axes[0].Labels[i], s.Axes[1].Labels[j]
			c := plotstest.Cell(1, 1, results.ArmRecord{Axis: "a", Label: a},
				results.ArmRecord{Axis: "b", Label: b})
			c.Points = []results.Point{plotstest.Point(results.Point{Signal: 10, Toys: 100,
				Rejected: i * j % 101, Oracle: new(1.0)})}
			s.Cells = append(s.Cells, c)
		}
	}
	f, err := HeatMap(s, "a", "b", 10, nil)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "map", f, []string{"Power at N S = 10", "0.42", "Hatched: 136 of 256"}, "–0")
}

// sweepNames are the names of the images that SweepFigures makes.
func sweepNames(t *testing.T, m results.Manifest, s results.Summary,
	comparisons ...results.Comparison) ([]string, error) {
	t.Helper()
	p, err := sweepPortfolio(m, s, comparisons)
	return inspected(t, p, err)
}

func TestSweepFigures(t *testing.T) {
	t.Parallel()
	m, s, c := plotstest.Manifest(), plotstest.Sweep(), plotstest.Comparison()
	drawn, err := sweepNames(t, m, s, c)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"panels-loss.kind.png",
		"power-loss.kind-model.kernels_5-data.source_exponential.png",
		"power-loss.kind-model.kernels_5-data.source_gaussian.png",
		"power-loss.kind-model.kernels_5-data.source_two_gaussians.png",
		"power-loss.kind-model.kernels_20-data.source_exponential.png",
		"power-loss.kind-model.kernels_20-data.source_gaussian.png",
		"power-loss.kind-model.kernels_20-data.source_two_gaussians.png",
		"ablation-loss.kind.png",
	}
	for _, axes := range [][2]results.AxisRecord{{s.Axes[0], s.Axes[1]}, {s.Axes[1], s.Axes[0]}} {
		for _, label := range axes[1].Labels {
			rest := axes[0].Name + "-" + axes[1].Name + "_" + label + ".png"
			want = append(want, "power-against-"+rest, "kernels-found-"+rest)
		}
	}
	want = append(want, "heatmap-model.kernels-data.reference.png")
	if diff := cmp.Diff(want, drawn); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
}

// What is written are the figures whose records are sound.
func TestSweepFiguresWrites(t *testing.T) {
	t.Parallel()
	s := plotstest.Sweep()
	s.Axes = s.Axes[:1]
	for i := range s.Cells {
		s.Cells[i].Arms = s.Cells[i].Arms[:1]
	}
	s.Cells = []results.CellSummary{s.Cells[0], s.Cells[4]}
	c := plotstest.Comparison()
	c.Groups = c.Groups[:1]
	c.Groups[0].Differences[0].Difference = math.NaN()
	dir := t.TempDir()
	drawn, err := SweepFigures(Output{Dir: dir}, plotstest.Manifest(), s, []results.Comparison{c})
	refused(t, err, "ablation-loss.kind: plots: ablation")
	if diff := cmp.Diff([]string{"power-loss.kind-model.kernels_5-data.source_exponential.png",
		"power-against-model.kernels.png", "kernels-found-model.kernels.png"},
		names(drawn)); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	for _, d := range drawn {
		svg, err := os.ReadFile(filepath.Join(dir, d.Name+".svg"))
		if err != nil {
			t.Fatal(err)
		}
		if text := svgText(t, svg); !strings.Contains(text, "Run made-up-01234567, seed 1.") {
			t.Errorf("%s does not name its run: %q", d.Name, text)
		}
	}
}

func TestHeatMapSaysItsStrength(t *testing.T) {
	t.Parallel()
	p, err := sweepPortfolio(plotstest.Manifest(), plotstest.Sweep(), nil)
	if err != nil || p.err != nil {
		t.Fatal(err, p.err)
	}
	last := p.figures[len(p.figures)-1]
	said(t, last.name, last.Figure, []string{"Chosen: the largest N S at which not all powers " +
		"are above 0.95. Run made-up-01234567, seed 1."})
}

func TestSweepFiguresOfDamagedRecords(t *testing.T) {
	t.Parallel()
	m, s, c := plotstest.Manifest(), plotstest.Sweep(), plotstest.Comparison()
	c.Groups = c.Groups[:2]
	c.Groups[0].Arms[1].Points[2].Power = math.NaN()
	s.Cells[0].Points[1].Power = 2 // one kernel, reference 2000
	drawn, err := sweepNames(t, m, s, c)
	refused(t, err, "panels-loss.kind: ",
		"power-loss.kind-model.kernels_5-data.source_exponential: ",
		"power-against-model.kernels-data.reference_2000: ",
		"power-against-data.reference-model.kernels_1: ", "heatmap-model.kernels-data.reference: ")
	if len(drawn) != 2+2*(3+5) {
		t.Errorf("drawn: %v", drawn)
	}

	// Two labels of one number are a fault of the axis; labels that are not numbers are not.
	s = plotstest.Sweep()
	s.Axes[1].Labels[0] = "5e3"
	s.Axes[0].Labels[0] = "one"
	_, err = sweepNames(t, m, s)
	refused(t, err, `axis "data.reference" has the number 5000 twice`)
	if strings.Contains(err.Error(), "model.kernels\" has") {
		t.Errorf("an axis of names is refused: %v", err)
	}

	s.Digest = "fedcba9876543210"
	_, err = sweepNames(t, m, s)
	refused(t, err, "different runs")
}

// What is too much for one figure goes on in others, and what has no toys is left out.
func TestSweepFiguresOfLargeComparisons(t *testing.T) {
	t.Parallel()
	m, c := plotstest.Manifest(), plotstest.Comparison()
	g := c.Groups[0]
	for i := range 9 {
		arm := g.Arms[1]
		arm.Label = fmt.Sprint("arm ", i)
		g.Arms = append(g.Arms, arm)
		g.Differences = append(g.Differences, results.Difference{Arm: arm.Label, Signal: 5,
			Toys: 10, CI95: results.Interval{-0.1, 0.1}})
	}
	c.Groups = []results.ComparisonGroup{g}
	drawn, err := sweepNames(t, m, results.Summary{}, c)
	if err != nil {
		t.Fatal(err)
	}
	one := "power-loss.kind-model.kernels_5-data.source_exponential"
	if diff := cmp.Diff([]string{one + ".png", one + "-2.png", "ablation-loss.kind.png"},
		drawn); diff != "" {
		t.Errorf("thirteen arms (-want +got):\n%s", diff)
	}

	c = plotstest.Comparison()
	c.Groups = slices.Concat(c.Groups, c.Groups, c.Groups[:5])
	empty := results.ComparisonGroup{Arms: []results.ComparisonArm{{Label: "np"}, {Label: "bce"}}}
	c.Groups = append(c.Groups, empty)
	drawn, err = sweepNames(t, m, results.Summary{}, c)
	if err != nil {
		t.Fatal(err)
	}
	kinds := make(map[string]int)
	for _, name := range drawn {
		kind, _, _ := strings.Cut(name, "-")
		kinds[kind]++
	}
	// Seventeen groups of three arms have 68 rows with their headings.
	if diff := cmp.Diff(map[string]int{"panels": 2, "power": 12, "ablation": 2},
		kinds); diff != "" {
		t.Errorf("seventeen groups (-want +got):\n%s", diff)
	}
	if drawn, err = sweepNames(t, m, results.Summary{}); len(drawn) != 0 ||
		err != nil {
		t.Errorf("nothing to draw: %v, %v", drawn, err)
	}
}

func TestByArmsKeepsEverything(t *testing.T) {
	t.Parallel()
	c := plotstest.Comparison()
	for room := 1; room <= 4; room++ {
		arms, differences := 0, 0
		for _, part := range byArms(c, room) {
			for _, g := range part.Groups {
				if g.Arms[0].Label != "np" || len(g.Arms) > room+1 {
					t.Errorf("room for %d: %d arms, the first is %q", room, len(g.Arms),
						g.Arms[0].Label)
				}
				arms, differences = arms+len(g.Arms)-1, differences+len(g.Differences)
			}
		}
		if arms != 18 || differences != 108 {
			t.Errorf("room for %d: %d arms and %d differences in all, want 18 and 108", room, arms,
				differences)
		}
	}
}

func TestTellingStrength(t *testing.T) {
	t.Parallel()
	cell := func(powers ...float64) results.CellSummary {
		var c results.CellSummary
		for i, p := range powers {
			c.Points = append(c.Points, results.Point{Signal: float64(i), Toys: 1, Power: p})
		}
		return c
	}
	for _, c := range []struct {
		cells []results.CellSummary
		want  float64
		why   string
	}{
		{[]results.CellSummary{cell(0, 0.5, 0.9, 1), cell(0, 0.4, 0.97, 1)}, 2, "largest"},
		{[]results.CellSummary{cell(0, 0.5, 0.9, 0.95)}, 3, "largest"},
		{[]results.CellSummary{cell(0, 0.96, 1, 1)}, 2, "middle"},
	} {
		if got, why, ok := tellingStrength(c.cells); got != c.want ||
			!strings.Contains(why, c.why) || !ok {
			t.Errorf("%v, %q; want %v, the %s", got, why, c.want, c.why)
		}
	}
	if _, _, ok := tellingStrength([]results.CellSummary{cell(0)}); ok {
		t.Error("a strength without signal is chosen")
	}
}

func TestSweepName(t *testing.T) {
	t.Parallel()
	settings := []results.ArmRecord{{Axis: "data.Source", Label: "Two µ/σ"}}
	if got, want := sweepName("power", []string{"loss.kind", "model gate"}, settings),
		"power-loss.kind-model_gate-data.source_two____"; got != want {
		t.Errorf("name %q, want %q", got, want)
	}
	if got := sweepName("power", []string{strings.Repeat("x", 300)}, nil); len(got) != mostName {
		t.Errorf("a name of %d characters", len(got))
	}
	p := portfolio{figures: []named{{name: "a"}, {name: "a"}, {name: "a-2"}, {name: "a"}}}
	p.distinguish()
	var got []string
	for _, f := range p.figures {
		got = append(got, f.name)
	}
	if diff := cmp.Diff([]string{"a", "a-2", "a-2-2", "a-3"}, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
}
