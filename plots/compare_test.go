package plots

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"gonum.org/v1/plot/vg"
	"pgregory.net/rapid"

	"sparker/plots/plotstest"
	"sparker/results"
)

// said fails unless the figure says all of want and nothing of unwanted.
func said(t *testing.T, name string, f Figure, want []string, unwanted ...string) {
	t.Helper()
	text := strings.Join(strings.Fields(inspect(t, name, f).words()), " ")
	for _, w := range want {
		if !strings.Contains(text, w) {
			t.Errorf("%s does not say %q; it says %q", name, w, text)
		}
	}
	for _, w := range unwanted {
		if strings.Contains(text, w) {
			t.Errorf("%s says %q", name, w)
		}
	}
}

func TestArmsRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		damage func(*results.ComparisonGroup)
		what   []string
	}{
		{func(g *results.ComparisonGroup) { g.Arms = nil }, []string{"no arms"}},
		{func(g *results.ComparisonGroup) { g.Arms[2].Label = "np" },
			[]string{`two arms are called "np"`}},
		{func(g *results.ComparisonGroup) { g.Arms[1].Points[2].Power = math.NaN() },
			[]string{`arm "bce"`, "N_S = 5", "power is NaN"}},
		{func(g *results.ComparisonGroup) { g.Arms[1].Points[2].CI68[1] = math.Inf(1) },
			[]string{`arm "bce"`, "upper end"}},
		{func(g *results.ComparisonGroup) { g.Arms[1].Points[2].Oracle = new(-0.1) },
			[]string{`arm "bce"`, "oracle"}},
		{func(g *results.ComparisonGroup) { g.Arms[1].Points[2].Signal = 2 },
			[]string{"two points at N_S = 2"}},
		{func(g *results.ComparisonGroup) { g.Arms[3].Alpha = 2 },
			[]string{"np, no gate", "alpha is 2"}},
		{func(g *results.ComparisonGroup) {
			for i := range g.Arms {
				g.Arms[i].Points = nil
			}
		}, []string{"no point has toys"}},
		{func(g *results.ComparisonGroup) {
			for i := range 5 {
				g.Arms = append(g.Arms, results.ComparisonArm{Label: fmt.Sprint(i)})
			}
		}, []string{"9 arms; at most 8"}},
	} {
		compared := plotstest.Comparison()
		c.damage(&compared.Groups[0])
		_, err := PowerArms(compared.Groups[0], compared.By)
		refused(t, err, append(c.what, "power of arms")...)
		compared.Groups = compared.Groups[:1]
		_, err = Panels(compared)
		refused(t, err, append(c.what, "panels")...)
	}
}

func TestPanelsRefuseTheirNumber(t *testing.T) {
	t.Parallel()
	_, err := Panels(results.Comparison{})
	refused(t, err, "no groups")
	c := plotstest.Comparison()
	c.Groups = slices.Concat(c.Groups, c.Groups, c.Groups[:5])
	_, err = Panels(c)
	refused(t, err, "17 groups; at most 16")
}

func TestPowerArmsSays(t *testing.T) {
	t.Parallel()
	c := plotstest.Comparison()
	g := c.Groups[0]
	g.Arms[1].Warnings = append(g.Arms[1].Warnings, "clamped in 2 toys")
	g.Arms[1].Points[0].Failed, g.Arms[2].Points[5].Toys, g.Arms[2].Complete = 3, 0, false
	f, err := PowerArms(g, c.By)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "arms", f, []string{
		"made-up: power by loss.kind (model.kernels=5, data.source=exponential)", "np, no gate",
		"oracle size α", "power at α = 0.05",
		"100 toys per point", "300 null toys per cell", "attained 0.0498 ± 0.0126",
		"0 of null and 3 of the points' toys",
		"No toys yet at N S = 15 (mse).", "Not complete: 1 of 4 cells.",
		"Baseline: np. Arms and baseline are tested on the same toys.",
		"Warning: alpha is known", "Warning: bce: clamped in 2 toys",
	}, "oracle of each arm", "np: alpha is known")

	// Arms of several sizes and oracles.
	g.Arms[1].Alpha, g.Arms[1].Points[3].Oracle, g.Differences[0].Paired = 0.1, nil, false
	f, err = PowerArms(g, c.By)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "arms", f, []string{"oracle of each arm", "α asked for 0.05 to 0.1",
		"In 17 of 18 differences"}, "size α", "power at α")
}

// One curve is drawn for an oracle that all arms share, also where an arm lacks a point.
func TestOneOracle(t *testing.T) {
	t.Parallel()
	c := plotstest.Comparison()
	arms := func() []cellCurve {
		s, err := newArms(c.Groups[0])
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	c.Groups[0].Arms[1].Points[5].Toys = 0
	if signal, power, shared := oneOracle(arms()); !shared || len(signal) != 6 || len(power) != 6 {
		t.Errorf("oracle at %v: %v, shared %v", signal, power, shared)
	}
	for i := range c.Groups[0].Arms {
		c.Groups[0].Arms[i].Points[2].Oracle = nil
	}
	if signal, _, shared := oneOracle(arms()); !shared || len(signal) != 5 {
		t.Errorf("without that of one strength: at %v, shared %v", signal, shared)
	}
	c.Groups[0].Arms[0].Points[3].Oracle = nil
	if _, _, shared := oneOracle(arms()); shared {
		t.Error("one arm does not know its oracle, and yet it is shared")
	}
}

// Up to eight arms and any number of panels keep to the page, with one strength as with many.
func TestArmsAndPanelsOfAnyNumber(t *testing.T) {
	t.Parallel()
	c := plotstest.Comparison()
	for n := 1; n <= mostArms; n++ {
		g := results.ComparisonGroup{Common: []results.ArmRecord{{Axis: strings.Repeat("long", 30),
			Label: "a"}}}
		for i := range n {
			g.Arms = append(g.Arms, results.ComparisonArm{
				Label:       fmt.Sprintf("an arm with a label, number %d", i),
				CellSummary: c.Groups[0].Arms[0].CellSummary})
		}
		f, err := PowerArms(g, c.By)
		if err != nil {
			t.Fatal(err)
		}
		said(t, fmt.Sprintf("%d arms", n), f, []string{fmt.Sprintf("number %d", n-1),
			"made-up: power by loss.kind", "Settings: longlong"})
	}
	all := slices.Concat(c.Groups, c.Groups, c.Groups)
	for n := 1; n <= mostGroups; n++ {
		some := c
		some.Groups = all[:n]
		f, err := Panels(some)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Count(inspect(t, fmt.Sprintf("%d panels", n), f).words(),
			"source="); got != n {
			t.Errorf("%d panels for %d groups", got, n)
		}
	}
}

func TestSettingsTitle(t *testing.T) {
	t.Parallel()
	settings := []results.ArmRecord{{Axis: "data.signal.kind", Label: "gaussian"},
		{Axis: "b", Label: "2"}, {Axis: "c", Label: "3"}, {Axis: "d", Label: "4"}}
	for _, c := range []struct {
		n     int
		width float64
		want  string
	}{
		{0, 100, ""},
		{2, 150, "data.signal.kind=gaussian\nb=2"},
		{2, 90, "kind=gaussian\nb=2"},
		{4, 90, "kind=gaussian\nb=2\nc=3, d=4"},
	} {
		if got := settingsTitle(settings[:c.n], vg.Length(c.width)); got != c.want {
			t.Errorf("%d settings in %v points: %q, want %q", c.n, c.width, got, c.want)
		}
	}
}

func TestAblationRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		damage func(*results.Comparison)
		what   []string
	}{
		{func(c *results.Comparison) { c.Groups = nil }, []string{"no difference has toys"}},
		{func(c *results.Comparison) { c.Alpha = math.NaN() }, []string{"alpha"}},
		{func(c *results.Comparison) { c.Groups[1].Arms = nil },
			[]string{"model.kernels=5, data.source=gaussian", "no arms"}},
		{func(c *results.Comparison) { c.Groups[0].Arms[2].Label = "np" },
			[]string{"the baseline or not an arm of the group"}},
		{func(c *results.Comparison) { c.Groups[0].Arms[3].Label = "mse" },
			[]string{"np, no gate", "the baseline or not an arm of the group"}},
		{func(c *results.Comparison) {
			c.Groups[0].Arms = append(c.Groups[0].Arms,
				c.Groups[0].Arms[2])
		}, []string{`two arms are called "mse"`}},
		{func(c *results.Comparison) { c.Groups[0].Differences[1].Difference = math.NaN() },
			[]string{`"bce" at N_S = 2`, "NaN"}},
		{func(c *results.Comparison) { c.Groups[0].Differences[1].Difference = -1.1 },
			[]string{"must be between -1 and 1"}},
		{func(c *results.Comparison) { c.Groups[0].Differences[1].CI95[0] = math.Inf(-1) },
			[]string{"interval", "entry 0 is -Inf"}},
		{func(c *results.Comparison) { c.Groups[0].Differences[1].CI95 = results.Interval{0.1, 0} },
			[]string{"upside down"}},
		{func(c *results.Comparison) { c.Groups[0].Differences[1].Signal = -1 },
			[]string{"below 0"}},
		{func(c *results.Comparison) { c.Groups[0].Differences[1].Signal = 0 },
			[]string{`two differences of "bce" at N_S = 0`}},
		{func(c *results.Comparison) {
			for i := range c.Groups[0].Arms {
				c.Groups[0].Arms[i].Points[5].Signal = math.Inf(1)
			}
		}, []string{`arm "bce"`, "N_S"}},
		{func(c *results.Comparison) {
			c.Groups[0].Differences[1].Signal, c.Groups[0].Differences[1].Toys = -3, 0
		}, []string{`arm "bce"`, "N_S = -3", "below 0"}},
		{func(c *results.Comparison) {
			c.Groups = append(append(c.Groups, c.Groups...),
				c.Groups...)
		}, []string{"72 rows; at most 60"}},
	} {
		compared := plotstest.Comparison()
		c.damage(&compared)
		_, err := Ablation(compared)
		refused(t, err, append(c.what, "ablation")...)
	}
}

func TestAblationSays(t *testing.T) {
	t.Parallel()
	c := plotstest.Comparison()
	c.Groups[0].Differences[0].Toys, c.Groups[1].Differences[0].Toys = 0, 40
	f, err := Ablation(c)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "ablation", f, []string{
		"made-up: differences in power by loss.kind", "kernels=5, source=two gaussians", "N S = 15",
		"Δ power", "baseline (loss.kind: np)",
		"95% intervals that include the noise of both calibrations",
		"40 to 100 toys per difference", "tested on the same toys", "comparisons (107)",
		"No toys yet for 1 of 108 differences.", "Warning: the arms differ in train.epochs as well",
	}, "other toys")

	// Two panels have room for the whole title of their axis, one group needs no heading, and
	// pairing may be mixed.
	c.Groups = c.Groups[:1]
	g := &c.Groups[0]
	g.Common, g.Differences = nil, append(g.Differences[3:5:5], g.Differences[15])
	g.Differences[0].Paired = false
	f, err = Ablation(c)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "ablation", f, []string{"difference in power, arm − baseline", "other toys",
		"In 2 of 3 differences", "No toys yet for 15 of 18"}, "kernels=")

	for i := range 9 {
		g.Differences = append(g.Differences, results.Difference{Arm: "mse",
			Signal: float64(20 + i), Toys: 1})
	}
	f, err = Ablation(c)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "ablation", f, []string{"6 of 11 N S shown"})
}

// Groups with strengths of their own are compared by rank, and miss toys only at the strengths that
// they have.
func TestUnevenAblationSays(t *testing.T) {
	t.Parallel()
	c := plotstest.UnevenComparison()
	f, err := Ablation(c)
	if err != nil {
		t.Fatal(err)
	}
	ranks := []string{"N S = 0", "strength 1", "strength 3", "N S = 5", "N S = 65", "N S = 80",
		"−0.5 0 0.5", "Strengths 1, 2, ... are the N S above 0 of a group by size"}
	said(t, "uneven", f, ranks, "strength 4", "No toys yet", "shown")

	c.Groups[2].Differences[1].Toys = 0
	for i := range c.Groups {
		c.Groups[i].Common = nil
	}
	f, err = Ablation(c)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "without headings", f, append(ranks, "No toys yet for 1 of 72 differences."))

	for i := range c.Groups {
		c.Groups[i].Differences = slices.DeleteFunc(c.Groups[i].Differences,
			func(d results.Difference) bool { return d.Signal > 0 })
	}
	f, err = Ablation(c)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "without signal", f, []string{"N S = 0", "No toys yet for 54 of 72 differences."},
		"trength")
}

func TestStrengthColumns(t *testing.T) {
	t.Parallel()
	none := math.NaN()
	for _, c := range []struct {
		groups [][]float64
		want   []strengthColumn
	}{
		{nil, nil},
		{[][]float64{{0, 5}, {0, 5}}, []strengthColumn{{"N_{S} = 0", []float64{0, 0}, false},
			{"N_{S} = 5", []float64{5, 5}, false}}},
		{[][]float64{{0, 5}, {5}}, []strengthColumn{{"N_{S} = 0", []float64{0, none}, false},
			{"N_{S} = 5", []float64{5, 5}, false}}},
		{[][]float64{{0, 5}, {0, 40, 65}, {7}}, []strengthColumn{
			{"N_{S} = 0", []float64{0, 0, none}, false}, {"strength 1", []float64{5, 40, 7}, true},
			{"strength 2", []float64{none, 65, none}, true}}},
		{[][]float64{{1, 2}, {1, 3}}, []strengthColumn{{"strength 1", []float64{1, 1}, true},
			{"strength 2", []float64{2, 3}, true}}},
	} {
		if diff := cmp.Diff(c.want, strengthColumns(c.groups),
			cmp.AllowUnexported(strengthColumn{}), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("columns of %v (-want +got):\n%s", c.groups, diff)
		}
	}
}

// The axis of differences holds them all, with a label at 0 and on each side of it.
func TestDifferenceAxis(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		e := extent{-math.Pow(10, rapid.Float64Range(-9, 0).Draw(t, "low")),
			math.Pow(10, rapid.Float64Range(-9, 0).Draw(t, "high"))}
		n, room := rapid.IntRange(1, mostStrengths).Draw(t, "panels"),
			vg.Length(rapid.Float64Range(280, 440).Draw(t, "room"))
		a := differenceAxis(e, n, room, 5)
		if a.low > e.low || a.high < e.high || a.high-a.low > 100*max(-e.low, e.high, 0.03) {
			t.Fatalf("%v drawn over %v", e, a.extent)
		}
		zero := slices.Index(labels(a.ticks), "0")
		if zero < 1 || zero+1 >= len(a.ticks) || !a.legible(room/vg.Length(n), 5) {
			t.Fatalf("labels %q for %v", labels(a.ticks), e)
		}
	})
}

func TestPanelsHaveRangesOfTheirOwn(t *testing.T) {
	t.Parallel()
	const own = "Each panel has its own range of N S"
	for _, c := range []struct {
		factor float64 // of the strengths of the first group
		own    bool
	}{{1, false}, {1.5, false}, {0.6, true}, {1.6, true}, {1e-9, true}, {1e9, true}, {0, false}} {
		compared := plotstest.Comparison()
		for i := range compared.Groups[0].Arms {
			a := &compared.Groups[0].Arms[i]
			for k := range a.Points {
				a.Points[k].Signal *= c.factor
			}
			if c.factor == 0 {
				a.Points = a.Points[:1]
			}
		}
		f, err := Panels(compared)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(inspect(t, "panels", f).words()), " ")
		if strings.Contains(text, own) != c.own {
			t.Errorf("strengths times %v: %q", c.factor, text)
		}
		// On shared axes the lowest panel of each column has tick labels, else all but perhaps the
		// first have the usual ones.
		if got := strings.Count(text, "0 5 10 15"); c.own && got < 5 || !c.own && got != 3 {
			t.Errorf("strengths times %v: %d panels with ticks up to 15", c.factor, got)
		}
	}
}

// A warning of several cells counts them where their names are long.
func TestGathered(t *testing.T) {
	t.Parallel()
	long := []string{"anomaly=tail, loss.kind=np, model.softmax=true",
		"anomaly=tail, loss.kind=bce, model.softmax=true",
		"anomaly=tail, loss.kind=mse, model.softmax=true"}
	of := func(names []string, warned int) (curves []cellCurve) {
		for i, name := range names {
			s := cellCurve{label: name}
			if i < warned {
				s.cell.Warnings = []string{"slow"}
			}
			curves = append(curves, s)
		}
		return curves
	}
	for _, c := range []struct {
		curves []cellCurve
		want   string
	}{
		{of([]string{"np", "bce", "mse"}, 2), "np, bce: slow"},
		{of([]string{"np", "bce", "mse"}, 3), "slow"},
		{of(long, 1), long[0] + ": slow"},
		{of(long, 2), "2 of 3 cells: slow"},
		{of(long, 3), "slow"},
	} {
		if diff := cmp.Diff([]string{"Warning: " + c.want}, gathered(nil, c.curves)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

// An interval says by its ends what is drawn of it.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ci   results.Interval
		sign int
	}{
		{results.Interval{0.01, 0.2}, 1}, {results.Interval{-0.2, -0.01}, -1},
		{results.Interval{-0.1, 0.1}, 0}, {results.Interval{0, 0.1}, 0},
		{results.Interval{-0.1, 0}, 0},
	} {
		var s verdicts
		s.bar(results.Difference{CI95: c.ci}, 0)
		if s.found[0].sign != c.sign {
			t.Errorf("%v: sign %d, want %d", c.ci, s.found[0].sign, c.sign)
		}
	}
}
