package twosample_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/stats"
	"sparker/twosample"
)

// columns are those of a method with two statistics and of two members.
func columns() []twosample.StatisticScale {
	return []twosample.StatisticScale{
		{Epoch: 1, Sigma: 2}, {Epoch: 2, Sigma: 1},
		{Epoch: 1, Sigma: 2, Statistic: "lead"}, {Epoch: 2, Sigma: 1, Statistic: "lead"},
		{Member: "wide", Epoch: 1, Sigma: 2}, {Member: "wide", Epoch: 2, Sigma: 1},
		{Member: "energy"},
	}
}

func TestGroupingOf(t *testing.T) {
	t.Parallel()
	all := columns()
	for _, c := range []struct {
		name     string
		grouping twosample.Grouping
		scales   []twosample.StatisticScale
		want     stats.Group
	}{
		{"a single test", twosample.Grouping{Combine: stats.Min, Across: stats.Mix}, all[:4],
			stats.Group{Combine: stats.Min, Columns: []int{0, 1, 2, 3}}},
		{"every test", twosample.Grouping{Combine: stats.Mix}, all, stats.Group{
			Combine: stats.Harmonic, Groups: []stats.Group{
				{Name: "sparker", Combine: stats.Mix, Columns: []int{0, 1, 2, 3}},
				{Name: "wide", Combine: stats.Mix, Columns: []int{4, 5}},
				{Name: "energy", Combine: stats.Mix, Columns: []int{6}}}}},
		{"all of it", twosample.Grouping{Combine: stats.Mix, Across: stats.Min, Groups: []twosample.
			GroupConfig{{}}}, all, stats.Group{Combine: stats.Min, Groups: []stats.Group{
			{Name: "all", Combine: stats.Mix, Columns: []int{0, 1, 2, 3, 4, 5, 6}}}}},
		{"groups of one test", twosample.Grouping{Combine: stats.Mix, Groups: []twosample.
			GroupConfig{{Statistics: []string{"lead"}}, {Statistics: []string{"t"}}}}, all[:4],
			stats.Group{Combine: stats.Harmonic, Groups: []stats.Group{
				{Name: "/lead", Combine: stats.Mix, Columns: []int{2, 3}},
				{Name: "/t", Combine: stats.Mix, Columns: []int{0, 1}}}}},
		{"groups", twosample.Grouping{Combine: stats.Mix, Groups: []twosample.GroupConfig{
			{Members: []string{"sparker"}, Statistics: []string{"lead"}, Weight: 6},
			{Name: "broad", Members: []string{"energy", "wide"}, Combine: "min"},
			{Members: []string{"wide", "sparker"}, Statistics: []string{"t"}}}}, all,
			stats.Group{Combine: stats.Harmonic, Groups: []stats.Group{
				{Name: "sparker/lead", Combine: stats.Mix, Columns: []int{2, 3}, Weight: 6},
				{Name: "broad", Combine: stats.Min, Columns: []int{4, 5, 6}},
				{Name: "wide+sparker/t", Combine: stats.Mix, Columns: []int{0, 1, 4, 5}}}}},
	} {
		got, err := c.grouping.Of("sparker", c.scales)
		if diff := cmp.Diff(c.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", c.name, err, diff)
		}
	}
}

func TestGroupingRefuses(t *testing.T) {
	t.Parallel()
	for words, groups := range map[string][]twosample.GroupConfig{
		`unknown test "narrow"; want one of sparker; wide; energy`: {
			{Members: []string{"narrow"}}},
		`unknown statistic "u"; want one of t; lead`: {{Members: []string{"sparker"},
			Statistics: []string{"t", "u"}}},
		`unknown statistic "lead"; want one of t`: {{Members: []string{"energy"},
			Statistics: []string{"lead"}}},
		`group narrow: `:                 {{Name: "narrow", Statistics: []string{"u"}}},
		`two groups are called "energy"`: {{Members: []string{"energy"}}, {Name: "energy"}},
	} {
		_, err := twosample.Grouping{Combine: stats.Mix, Groups: groups}.Of("sparker", columns())
		if err == nil || !strings.Contains(err.Error(), words) {
			t.Errorf("%+v: error %v, want %q", groups, err, words)
		}
	}
}

// Every statistic that the recipe full puts into a group is taken, and the groups can be combined.
func TestRecipeFull(t *testing.T) {
	t.Parallel()
	r := twosample.Full()
	s := twosample.Setup{Model: r.Model, Loss: r.Loss, Train: r.Train, Statistics: r.Statistics,
		Dim: 1}
	s.Distances.Q1, s.Distances.Q50, s.Distances.Q99 = 0.1, 1, 3
	var others []twosample.StatisticScale // of methods that are in another package
	for _, m := range r.Members {
		if m.Method == twosample.DefaultMethod {
			s.Members = append(s.Members, m)
			continue
		}
		others = append(others, twosample.StatisticScale{Member: m.Name})
	}
	p, err := twosample.Prepare(lookUp(t, twosample.DefaultMethod), s)
	if err != nil {
		t.Fatal(err)
	}
	p.Scales = append(p.Scales, others...)
	whole, err := r.Grouping().Of(twosample.DefaultMethod, p.Scales)
	if err != nil || len(whole.Groups) != len(r.Groups) || whole.Combine != r.Across {
		t.Fatalf("%+v, %v", whole, err)
	}
	null := make([]stats.NullToy, 3)
	for b := range null {
		for i := range p.Scales {
			null[b].T = append(null[b].T, float64(b+i))
		}
	}
	if _, err := stats.CalibrateGroups(null, len(p.Scales), whole); err != nil {
		t.Error(err)
	}
	if m := r.Member("narrow"); m.Name != "narrow" || m.Method != twosample.DefaultMethod ||
		!cmp.Equal(m.Train, r.Train) || !cmp.Equal(m.Statistics, r.Statistics) ||
		!cmp.Equal(m.Model, r.Model) || m.Loss != r.Loss {
		t.Errorf("as a member %+v", m)
	}
}

// A test with a member, whose statistics form three groups: t and lead of the method, and those of
// the member.
func ExampleGrouping() {
	scales := []twosample.StatisticScale{{Sigma: 2}, {Sigma: 1}, {Sigma: 2, Statistic: "lead"},
		{Sigma: 1, Statistic: "lead"}, {Member: "energy"}}
	grouping := twosample.Grouping{Combine: stats.Mix, Groups: []twosample.GroupConfig{
		{Members: []string{"sparker"}, Statistics: []string{"t"}},
		{Members: []string{"sparker"}, Statistics: []string{"lead"}, Weight: 2},
		{Members: []string{"energy"}},
	}}
	whole, err := grouping.Of("sparker", scales)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("across:", whole.Combine)
	for _, g := range whole.Groups {
		fmt.Println(g.Name, g.Columns)
	}
	// Output:
	// across: harmonic
	// sparker/t [0 1]
	// sparker/lead [2 3]
	// energy [4]
}

// Two fits of one pair: that of lead, and that of the paper as its member.
func ExamplePrepare() {
	pair := samples()
	lead, paper := twosample.Lead(), twosample.Paper()
	s := twosample.Setup{Model: lead.Model, Loss: lead.Loss, Train: lead.Train, Dim: 1,
		Statistics: lead.Statistics, Members: []twosample.MemberConfig{paper.Member("paper")}}
	method, err := twosample.Lookup(twosample.DefaultMethod)
	if err != nil {
		fmt.Println(err)
		return
	}
	r := rand.New(rand.NewPCG(2, 2))
	if s.Distances, err = twosample.MeasureDistances(pair.Reference, r,
		twosample.DistanceOptions{}); err != nil {
		fmt.Println(err)
		return
	}
	prepared, err := twosample.Prepare(method, s)
	if err != nil {
		fmt.Println(err)
		return
	}
	test, err := prepared.New()
	if err != nil {
		fmt.Println(err)
		return
	}
	outcome, err := test.Statistics(pair, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(len(outcome.T), "statistics")
	last := prepared.Scales[len(prepared.Scales)-1]
	fmt.Printf("the last one is of %s after epoch %d\n", last.Member, last.Epoch)
	// Output:
	// 30 statistics
	// the last one is of paper after epoch 1000
}
