package plots

import (
	"math"
	"strings"
	"testing"

	"sparker/plots/plotstest"
	"sparker/results"
)

// refused fails unless the error is one of this package and speaks of all of what.
func refused(t *testing.T, err error, what ...string) {
	t.Helper()
	if err == nil {
		t.Errorf("no error; want one about %q", what)
		return
	}
	for _, w := range append(what, "plots: ") {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not speak of %q", err, w)
		}
	}
}

func TestPowerCurveRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		damage func(*results.CellSummary)
		what   []string
	}{
		{func(s *results.CellSummary) { s.Points = nil }, []string{"no point has toys"}},
		{func(s *results.CellSummary) { s.Points = []results.Point{{Signal: 5}} },
			[]string{"no point has toys"}},
		{func(s *results.CellSummary) { s.Points[1].Power = math.NaN() },
			[]string{"N_S = 2", "power is NaN"}},
		{func(s *results.CellSummary) { s.Points[1].Power = 1.01 },
			[]string{"N_S = 2", "between 0 and 1"}},
		{func(s *results.CellSummary) { s.Points[2].CI68[1] = math.Inf(1) },
			[]string{"N_S = 5", "upper end"}},
		{func(s *results.CellSummary) { s.Points[2].CI68 = results.Interval{0.5, 0.4} },
			[]string{"upside down"}},
		{func(s *results.CellSummary) { s.Points[3].Oracle = new(math.NaN()) },
			[]string{"N_S = 8", "oracle"}},
		{func(s *results.CellSummary) { s.Points[3].Signal = math.Inf(1) }, []string{"N_S"}},
		{func(s *results.CellSummary) { s.Points[3].Signal = -1 }, []string{"below 0"}},
		{func(s *results.CellSummary) { s.Points[3].Signal = s.Points[4].Signal },
			[]string{"two points at N_S = 10"}},
		{func(s *results.CellSummary) { s.Alpha = math.NaN() }, []string{"alpha is NaN"}},
		{func(s *results.CellSummary) { s.AlphaAttained = 2 }, []string{"attained alpha"}},
		{func(s *results.CellSummary) { s.AlphaError = math.NaN() }, []string{"error of alpha"}},
	} {
		s := plotstest.Summary()
		c.damage(&s)
		_, err := PowerCurve(s)
		refused(t, err, append(c.what, "power curve")...)
	}
}

func TestPowerCurveSays(t *testing.T) {
	t.Parallel()
	s := plotstest.Summary()
	s.Points[2].Toys, s.Points[2].Failed, s.Points[6].Toys = 40, 3, 0
	s.Complete = false
	f, err := PowerCurve(s)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(inspect(t, "power", f).words()), " ")
	for _, want := range []string{
		"made-up", "power at α = 0.05", "expected signal events N", "oracle",
		"40 to 100 toys per point", "300 null toys",
		"10 scales combined by mix", "attained 0.0498 ± 0.0126",
		"1 of null and 3 of the points' toys", "No toys yet at N S = 15",
		"The run is not complete", "Warning: the exponential was clamped in 2 toys",
		"+2 more warnings",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the figure does not say %q; it says %q", want, text)
		}
	}
	if strings.Contains(text, "one more") {
		t.Error("the figure shows the fourth warning")
	}
}

func TestPowerCurveEdges(t *testing.T) {
	t.Parallel()
	for name, points := range map[string][]results.Point{
		"no signal": {{Signal: 0, Toys: 10, Power: 0, CI68: results.Interval{0, 0.1}}},
		"k = n":     {{Signal: 3, Toys: 1, Power: 1, CI68: results.Interval{0.1, 1}}},
		"tiny signals": {{Signal: 1e-9, Toys: 1, Power: 1, CI68: results.Interval{0.1, 1}},
			{Signal: 2e-9, Toys: 1, Power: 0.5, CI68: results.Interval{0, 1}}},
		"huge signals": {{Signal: 1e9, Toys: 1, Power: 1, CI68: results.Interval{0.1, 1}},
			{Signal: 2e9, Toys: 1, Power: 0.5, CI68: results.Interval{0, 1}}},
		"lone oracle": {{Signal: 3, Toys: 1, Power: 1, CI68: results.Interval{0.1, 1},
			Oracle: new(1.0)}},
	} {
		f, err := PowerCurve(results.CellSummary{Alpha: 0.05, Points: points})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		page := inspect(t, name, f)
		if wanted := points[0].Oracle != nil; strings.Contains(page.words(), "oracle") != wanted {
			t.Errorf("%s: the oracle is in the legend: %v, want %v", name, !wanted, wanted)
		}
	}
}
