package plots

import (
	"math"
	"strings"
	"testing"

	"sparker/plots/plotstest"
	"sparker/results"
)

func TestFiguresOfGroupsRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		damage func(*results.CellSummary)
		draw   func(results.CellSummary) (Figure, error)
		what   []string
	}{
		{func(s *results.CellSummary) { s.Groups = nil }, GroupPower, []string{"no groups"}},
		{func(s *results.CellSummary) { s.Points = nil }, GroupPower, []string{"no point"}},
		{func(s *results.CellSummary) { s.Points[1].GroupPower = nil }, GroupPower,
			[]string{"N_S = 2", "0 entries, not 3"}},
		{func(s *results.CellSummary) { s.Points[1].GroupPower[2] = 1.5 }, GroupPower,
			[]string{"N_S = 2", "between 0 and 1"}},
		{func(s *results.CellSummary) { s.Points[1].Power = math.NaN() }, GroupPower,
			[]string{"power is NaN"}},
		{func(s *results.CellSummary) { s.Groups = nil }, GroupValues, []string{"no groups"}},
		{func(s *results.CellSummary) { s.Observed = nil }, GroupValues, []string{"no p-value"}},
		{func(s *results.CellSummary) { s.Observed.P = nil }, GroupValues, []string{"no p-value"}},
		{func(s *results.CellSummary) { s.Observed.Groups = s.Observed.Groups[1:] }, GroupValues,
			[]string{"2 p-values of 3 groups"}},
		{func(s *results.CellSummary) { s.Observed.Groups[1].P = 0 }, GroupValues,
			[]string{"wide", "above 0"}},
	} {
		s := plotstest.WithMembers(plotstest.Summary())
		c.damage(&s)
		_, err := c.draw(s)
		refused(t, err, c.what...)
	}
}

func TestFiguresOfGroupsSay(t *testing.T) {
	t.Parallel()
	s := plotstest.WithMembers(plotstest.Summary())
	for _, draw := range []func(results.CellSummary) (Figure, error){GroupPower, GroupValues} {
		f, err := draw(s)
		if err != nil {
			t.Fatal(err)
		}
		text := strings.Join(strings.Fields(inspect(t, "groups", f).words()), " ")
		for _, want := range []string{"all groups together", "sparker/t (weight 6)", "wide",
			"mahalanobis", "size α", "for information"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q; it says %q", f.title, want, text)
			}
		}
	}
	if f, err := GroupPower(s); err != nil || !strings.Contains(f.caption[0],
		"36 scales combined in 3 groups") {
		t.Errorf("caption %q, error %v", f.caption, err)
	}
}

// Of more groups than there are looks, an even choice is drawn, and the caption counts them.
func TestGroupPowerOfManyGroups(t *testing.T) {
	t.Parallel()
	s := plotstest.WithMembers(plotstest.Summary())
	for len(s.Groups) < 12 {
		s.Groups = append(s.Groups, s.Groups[1])
		for i := range s.Points {
			s.Points[i].GroupPower = append(s.Points[i].GroupPower, 0.5)
		}
	}
	f, err := GroupPower(s)
	if err != nil || !strings.Contains(f.caption[0], "8 of 12 groups shown") {
		t.Errorf("caption %q, error %v", f.caption, err)
	}
}

func TestMemberDistributionsRefuse(t *testing.T) {
	t.Parallel()
	s := plotstest.WithMembers(plotstest.Summary())
	_, err := MemberDistributions(s, plotstest.Toys(s), "nobody")
	refused(t, err, "nobody", "it has no scales")
}
