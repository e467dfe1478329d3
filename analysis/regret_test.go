package analysis

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"sparker/results"
)

// anArm has 100 toys at each N_S and the times that go with its label.
func anArm(label string, seconds float64, powers map[float64]float64) results.ComparisonArm {
	a := results.ComparisonArm{Label: label, MedianSeconds: seconds}
	a.Method, a.Points = label, []results.Point{{Signal: 0, Toys: 100, Power: 0.99}}
	oracle := 0.9
	for _, signal := range []float64{5, 10, 20} {
		if p, there := powers[signal]; there {
			a.Points = append(a.Points, results.Point{Signal: signal, Toys: 100, Power: p,
				Oracle: &oracle})
		}
	}
	return a
}

// threeAnomalies is a comparison of four methods, one of them only in the first two groups, and a
// scan.
func threeAnomalies() results.Comparison {
	return results.Comparison{By: []string{"test.method"}, Groups: []results.ComparisonGroup{
		{Arms: []results.ComparisonArm{
			anArm("sparker", 0.1, map[float64]float64{5: 0.2, 10: 0.6}),
			anArm("ks", 0.001, map[float64]float64{5: 0.1, 10: 0.3}),
			anArm("mmd", 0.4, map[float64]float64{5: 0.3, 10: 0.5}),
			anArm("scan", 0.02, map[float64]float64{5: 0.5, 10: 0.8})}},
		{Arms: []results.ComparisonArm{
			anArm("sparker", 0.1, map[float64]float64{20: 0.4}),
			anArm("ks", 0.001, map[float64]float64{20: 0.4}),
			anArm("mmd", 0.4, map[float64]float64{20: 0.2}),
			anArm("scan", 0.02, map[float64]float64{20: 0.3})}},
		{Arms: []results.ComparisonArm{
			anArm("sparker", 0.8, map[float64]float64{5: 0.5}),
			anArm("mmd", 0.1, map[float64]float64{5: 0.75}), anArm("scan", 0.02, nil)}},
	}}
}

func TestRegret(t *testing.T) {
	t.Parallel()
	v := func(x float64) *float64 { return &x }
	near := cmpopts.EquateApprox(0, 1e-12)
	got, err := Regret(threeAnomalies(), 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := results.Regret{
		Groups: []results.RegretGroup{
			{Signal: 10, Best: "sparker", Power: 0.6, Oracle: v(0.9)},
			{Signal: 20, Best: "sparker", Power: 0.4, Oracle: v(0.9)},
			{Signal: 5, Best: "mmd", Power: 0.75, Oracle: v(0.9)}},
		Oracle: &results.RegretRow{Label: "oracle", Limit: true,
			Regrets: []*float64{v(-0.3), v(-0.5), v(-0.15)}, Mean: -0.95 / 3, Groups: 3},
		Rows: []results.RegretRow{
			{Label: "sparker", Regrets: []*float64{v(0), v(0), v(0.25)}, Mean: 0.25 / 3, Groups: 3},
			{Label: "mmd", Regrets: []*float64{v(0.1), v(0.2), v(0)}, Mean: 0.1, Groups: 3},
			{Label: "ks", Regrets: []*float64{v(0.3), v(0), nil}, Mean: 0.15, Groups: 2},
			{Label: "scan", Limit: true, Regrets: []*float64{v(-0.2), v(0.1), nil}, Mean: -0.05,
				Groups: 2},
		},
		Costs: []results.Cost{
			{Groups: []int{0, 1}, Oracle: v(0.9), Rows: []results.CostRow{
				{Label: "sparker", Power: 0.5, SE: math.Sqrt(0.6*0.4/100+0.4*0.6/100) / 2,
					Seconds: 0.1},
				{Label: "mmd", Power: 0.35, SE: math.Sqrt(0.5*0.5/100+0.2*0.8/100) / 2,
					Seconds: 0.4},
				{Label: "ks", Power: 0.35, SE: math.Sqrt(0.3*0.7/100+0.4*0.6/100) / 2,
					Seconds: 0.001},
				{Label: "scan", Limit: true, Power: 0.55,
					SE: math.Sqrt(0.8*0.2/100+0.3*0.7/100) / 2, Seconds: 0.02},
			}},
			{Groups: []int{0, 1, 2}, Oracle: v(0.9), Rows: []results.CostRow{
				{Label: "sparker", Power: 0.5, SE: math.Sqrt(0.6*0.4/100+0.4*0.6/100+0.25/100) / 3,
					Seconds: 0.2},
				{Label: "mmd", Power: 1.45 / 3,
					SE:      math.Sqrt(0.5*0.5/100+0.2*0.8/100+0.75*0.25/100) / 3,
					Seconds: math.Cbrt(0.4 * 0.4 * 0.1)},
			}},
		},
	}
	if diff := cmp.Diff(want, got, near); diff != "" {
		t.Errorf("regret (-want +got):\n%s", diff)
	}

	// At one strength the groups without it have no best arm, and an explicit list of limits takes
	// the place of the scans.
	got, err = Regret(threeAnomalies(), 5, []string{"mmd"})
	if err != nil {
		t.Fatal(err)
	}
	groups := []results.RegretGroup{{Signal: 5, Best: "scan", Power: 0.5, Oracle: v(0.9)},
		{Signal: 5}, {Signal: 5, Best: "sparker", Power: 0.5, Oracle: v(0.9)}}
	if diff := cmp.Diff(groups, got.Groups); diff != "" {
		t.Errorf("at N_S = 5 (-want +got):\n%s", diff)
	}
	if last := got.Rows[3]; last.Label != "mmd" || !last.Limit ||
		math.Abs(*last.Regrets[2]+0.25) > 1e-12 || last.Regrets[1] != nil {
		t.Errorf("the last row is %+v", last)
	}
	if got, err = Regret(threeAnomalies(), 0, []string{}); err != nil ||
		got.Groups[0].Best != "scan" || got.Rows[3].Limit {
		t.Errorf("without limits: %+v, %v", got, err)
	}
}

// A time that is not known makes that of the mean unknown, and arms without toys come last.
func TestRegretOfUnfinishedRuns(t *testing.T) {
	t.Parallel()
	c := threeAnomalies()
	c.Groups[0].Arms[0].MedianSeconds = 0
	for k := range c.Groups {
		c.Groups[k].Arms = append(c.Groups[k].Arms, anArm("none", 0, nil))
	}
	c.Groups[2].Arms[1].Points[1].Oracle = nil // of the best
	r, err := Regret(c, 0, nil)
	if err != nil {
		t.Fatal(err)
	}
	if row := r.Rows[3]; row.Label != "none" || row.Groups != 0 || !r.Rows[4].Limit {
		t.Errorf("rows %+v", r.Rows)
	}
	if len(r.Costs) != 2 || r.Costs[0].Rows[0].Seconds != 0 || r.Costs[0].Oracle == nil ||
		r.Costs[1].Oracle != nil || r.Oracle.Groups != 2 {
		t.Errorf("costs %+v", r.Costs)
	}
}

func TestRegretRefuses(t *testing.T) {
	t.Parallel()
	c := threeAnomalies()
	for _, wrong := range []struct {
		signal float64
		limits []string
		want   string
	}{
		{7, nil, "no arm has toys at N_S = 7"},
		{0, []string{"kss"}, `no arm is called "kss"; the arms are sparker; ks; mmd; scan`},
		{0, []string{"sparker", "ks", "mmd", "scan"}, "all arms are limits"},
	} {
		_, err := Regret(c, wrong.signal, wrong.limits)
		var input *QuestionError
		if !errors.As(err, &input) || !strings.Contains(err.Error(), wrong.want) {
			t.Errorf("%+v: %v", wrong, err)
		}
	}
	for k := range c.Groups {
		for i := range c.Groups[k].Arms {
			c.Groups[k].Arms[i].Points = c.Groups[k].Arms[i].Points[:1]
		}
	}
	if _, err := Regret(c, 0, nil); err == nil || !strings.Contains(err.Error(),
		"no arm has toys with signal") {
		t.Errorf("without signal: %v", err)
	}
}
