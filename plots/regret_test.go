package plots

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/analysis"
	"sparker/plots/plotstest"
	"sparker/results"
)

// madeUpContest is a contest with its regret.
func madeUpContest(t testing.TB, signals ...float64) results.Comparison {
	t.Helper()
	return withRegret(t, plotstest.Contest(signals...))
}

// withRegret is a comparison with its regret at the largest N_S.
func withRegret(t testing.TB, c results.Comparison) results.Comparison {
	t.Helper()
	c, err := regretOf(c)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func regretOf(c results.Comparison) (results.Comparison, error) {
	r, err := analysis.Regret(c, 0, nil)
	c.Regret = &r
	return c, err
}

// The figures of a regret, by name.
var ofRegret = map[string]func(results.Comparison) (Figure, error){
	"map":  RegretMap,
	"dots": PowerDots,
	"cost": func(c results.Comparison) (Figure, error) { return PowerCost(c, 0) },
}

const allOfRegret = "map,dots,cost"

// damagedContests are refused by figures of a regret, named with commas between them.
var damagedContests = []struct {
	figures string
	damage  func(*results.Comparison)
	what    string
}{
	{allOfRegret, func(c *results.Comparison) { c.Regret = nil }, "no regret"},
	{allOfRegret, func(c *results.Comparison) { c.Groups = c.Groups[1:] },
		"of 13 groups, the comparison has 12"},
	{allOfRegret, func(c *results.Comparison) { c.Groups[3].Arms[2].Points[1].Power = math.NaN() },
		"power is NaN"},
	{allOfRegret, func(c *results.Comparison) { c.Groups[3].Arms[2].Label = "sparker" },
		`two arms are called "sparker"`},
	{allOfRegret, func(c *results.Comparison) { c.Regret.Groups[3].Power = 1.1 },
		"best power is 1.1"},
	{allOfRegret, func(c *results.Comparison) { *c.Regret.Rows[2].Regrets[0] = math.Inf(1) },
		"a regret is +Inf"},
	{allOfRegret, func(c *results.Comparison) { c.Regret.Rows[2].Mean = math.NaN() },
		"a regret is NaN"},
	{allOfRegret, func(c *results.Comparison) { c.Regret.Rows[2].Regrets = nil },
		"0 regrets for 13 groups"},
	{allOfRegret, func(c *results.Comparison) {
		c.Regret.Rows = append(c.Regret.Rows, append(c.Regret.Rows, c.Regret.Rows[0])...)
	}, "41 arms; at most 40"},
	{allOfRegret, func(c *results.Comparison) {
		for k := range c.Regret.Groups {
			c.Regret.Groups[k].Signal = 7
		}
	}, "no point has toys"},
	{"map,dots", func(c *results.Comparison) {
		c.Groups = append(c.Groups, c.Groups[:4]...)
		c.Regret.Groups = append(c.Regret.Groups, c.Regret.Groups[:4]...)
		rows := c.Regret.Rows
		rows = append(rows, *c.Regret.Oracle)
		for i, r := range rows {
			rows[i].Regrets = append(r.Regrets, r.Regrets[:4]...)
		}
		*c.Regret.Oracle = rows[len(rows)-1]
	}, "17 groups; at most 16"},
	{"dots", func(c *results.Comparison) { c.Regret.Groups[3].Oracle = new(math.NaN()) },
		"oracle is NaN"},
	{"cost", func(c *results.Comparison) { c.Regret.Costs = nil }, "cost 0 of 0"},
	{"cost", func(c *results.Comparison) { c.Regret.Costs[0].Groups[0] = 13 },
		"group 13 of 13"},
	{"cost", func(c *results.Comparison) { c.Regret.Costs[0].Groups = nil }, "over no group"},
	{"cost", func(c *results.Comparison) { c.Regret.Costs[0].Rows[1].Power = -0.1 },
		"mean power is -0.1"},
	{"cost", func(c *results.Comparison) { c.Regret.Costs[0].Rows[1].SE = -0.1 }, "cannot be"},
	{"cost", func(c *results.Comparison) { c.Regret.Costs[0].Rows[1].Seconds = math.Inf(1) },
		"seconds is +Inf"},
	{"cost", func(c *results.Comparison) { c.Regret.Costs[0].Oracle = new(2.0) },
		"oracle's mean power is 2"},
	{"cost", func(c *results.Comparison) {
		for i := range c.Regret.Costs[0].Rows {
			c.Regret.Costs[0].Rows[i].Seconds = 0
		}
	}, "no arm has a time"},
}

func TestRegretFiguresRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range damagedContests {
		for name := range strings.SplitSeq(c.figures, ",") {
			damaged := madeUpContest(t)
			c.damage(&damaged)
			_, err := ofRegret[name](damaged)
			refused(t, err, c.what)
		}
	}
}

func TestRegretFiguresSay(t *testing.T) {
	t.Parallel()
	c := madeUpContest(t)
	c.Regret.Costs[0].Rows[3].Seconds = 0
	wanted := map[string][]string{
		"map": {"made-up: regret by test.method", "best power", "N S", "2000", "2-D four bumps",
			"mean", "limits", "multiscan", "oracle", "0.51 (7)", "regret, 0 to 0.85",
			"more power than the best, down to −0.45",
			"pairs that are not there or have no toys, 34 of 260",
			"not in the running: scan, multiscan", "300 toys per point", "Warning: alpha"},
		"dots": {"made-up: power by test.method", "best of a panel", "others", "limits", "oracle",
			"size α", "N S = 2000", "no toys: 34 of 260", "by rising mean regret"},
		"cost": {"made-up: power against cost by test.method", "best for its cost",
			"median seconds per toy", "mean power at α = 0.05", "sparker", "nplm",
			"Mean over tail, bulk, nonres, wide, scale, hole, bump and hole, which all of these " +
				"have, of 13", "geometric mean", "for lack of one of these: 2 of 20",
			"Without a time: "},
	}
	for name, of := range ofRegret {
		f, err := of(c)
		if err != nil {
			t.Fatal(err)
		}
		said(t, name, f, wanted[name])
	}
	f, err := PowerCost(c, 1)
	if err != nil {
		t.Fatal(err)
	}
	said(t, "cost of all", f, []string{"16-D, 64-D; bars", "for lack of one of these: 6 of 20"},
		"which all of these have", "cvm")

	// Without limits, an oracle and gaps there is nothing to say of them.
	for k := range c.Groups {
		g := &c.Groups[k]
		g.Arms = g.Arms[:5:5]
		for i := range g.Arms {
			g.Arms[i].Points[1].Oracle = nil
		}
	}
	c = withRegret(t, c)
	for name, of := range ofRegret {
		f, err := of(c)
		if err != nil {
			t.Fatal(err)
		}
		said(t, name, f, []string{"test.method"}, "imits", "oracle", "not there", "lack of one",
			"more power than the best", "In brackets")
	}
}

func TestGroupNames(t *testing.T) {
	t.Parallel()
	at := func(settings ...string) (g results.ComparisonGroup) {
		for i := 0; i < len(settings); i += 2 {
			g.Common = append(g.Common, results.ArmRecord{Axis: settings[i],
				Label: settings[i+1]})
		}
		return g
	}
	for _, c := range []struct {
		groups []results.ComparisonGroup
		axis   string
		names  []string
	}{
		{[]results.ComparisonGroup{at("anomaly", "tail", "seed", "1"),
			at("anomaly", "bulk", "seed", "1")}, "anomaly", []string{"tail", "bulk"}},
		{[]results.ComparisonGroup{at("a", "1", "b", "1"), at("a", "1", "b", "2"),
			at("a", "2", "b", "1")}, "", []string{"a=1, b=1", "a=1, b=2", "a=2, b=1"}},
		{[]results.ComparisonGroup{at()}, "", []string{""}},
	} {
		axis, names := groupNames(c.groups)
		if axis != c.axis || !cmp.Equal(names, c.names) {
			t.Errorf("%q, %q; want %q, %q", axis, names, c.axis, c.names)
		}
	}
}

// The step line holds the methods that no cheaper one equals; of equal times the most powerful one.
func TestParetoFront(t *testing.T) {
	t.Parallel()
	rows := []results.CostRow{
		{Label: "best", Power: 0.9, Seconds: 3}, {Label: "dear", Power: 0.9, Seconds: 4},
		{Label: "weak", Power: 0.2, Seconds: 2}, {Label: "cheap", Power: 0.3, Seconds: 1},
		{Label: "tied", Power: 0.1, Seconds: 1}, {Label: "limit", Limit: true, Power: 1,
			Seconds: 0.1}, {Label: "middle", Power: 0.5, Seconds: 2.5},
	}
	var got []string
	for _, r := range paretoFront(rows) {
		got = append(got, r.Label)
	}
	if want := []string{"cheap", "middle", "best"}; !cmp.Equal(got, want) {
		t.Errorf("front %q, want %q", got, want)
	}
}

// Forty labels of points that lie close together are all written, apart from one another.
func TestNamesOfCloseMethods(t *testing.T) {
	t.Parallel()
	c := madeUpContest(t)
	cost := &c.Regret.Costs[0]
	cost.Rows = nil
	for i := range mostMethods {
		cost.Rows = append(cost.Rows, results.CostRow{Label: fmt.Sprintf("a method, number %d",
			i+10), Power: 0.5 + 0.01*float64(i%5), SE: 0.02, Seconds: 1 + 0.02*float64(i%7)})
	}
	cost.Rows = append(cost.Rows, results.CostRow{Label: "far", Power: 0.1, Seconds: 0.001})
	f, err := PowerCost(c, 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(inspect(t, "cost", f).words(), "a method, number"); got != mostMethods {
		t.Errorf("%d labels of %d", got, mostMethods)
	}
}

// A regret takes the place of the heat map, and of the curves of power where there is one strength.
func TestSweepFiguresOfARegret(t *testing.T) {
	t.Parallel()
	m := plotstest.Manifest()
	s := results.Summary{Axes: []results.AxisRecord{{Name: "test.method"}, {Name: "anomaly"}}}
	few := func(c results.Comparison) results.Comparison {
		c.Groups = c.Groups[:3]
		for k := range c.Groups {
			c.Groups[k].Arms = c.Groups[k].Arms[:4]
			c.Groups[k].Differences = c.Groups[k].Differences[:3]
		}
		return withRegret(t, c)
	}
	own, many, without := few(madeUpContest(t)), few(madeUpContest(t, 5, 10)), few(madeUpContest(t))
	without.Regret = nil
	for _, g := range own.Groups {
		s.Axes[1].Labels = append(s.Axes[1].Labels, g.Common[0].Label)
		for _, a := range g.Arms {
			s.Cells = append(s.Cells, a.CellSummary)
			if len(s.Axes[0].Labels) < 4 {
				s.Axes[0].Labels = append(s.Axes[0].Labels, a.Label)
			}
		}
	}
	for _, c := range []struct {
		name        string
		comparisons []results.Comparison
		want        map[string]int
	}{
		{"one strength", []results.Comparison{own}, map[string]int{"dots": 1, "regret": 1,
			"cost": 1, "ablation": 1}},
		{"two strengths", []results.Comparison{many}, map[string]int{"dots": 1, "regret": 1,
			"cost": 1, "ablation": 1, "panels": 1, "power": 3}},
		{"no regret", []results.Comparison{without}, map[string]int{"heatmap": 1, "ablation": 1,
			"panels": 1, "power": 3}},
	} {
		drawn, err := sweepNames(t, m, s, c.comparisons...)
		if err != nil {
			t.Fatal(err)
		}
		kinds := make(map[string]int)
		for _, name := range drawn {
			kind, _, _ := strings.Cut(name, "-")
			kinds[kind]++
		}
		if diff := cmp.Diff(c.want, kinds); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
