package sparker_test

import (
	"cmp"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"sparker"
	"sparker/stats"
	"sparker/twosample"
)

// quickFull is the recipe full with few epochs.
func quickFull() *twosample.Recipe {
	r := twosample.Full()
	own := quick()
	r.Train = own.Train
	wide := &r.Members[slices.IndexFunc(r.Members,
		func(m twosample.MemberConfig) bool { return m.Name == "wide" })]
	wide.Model.Kernels, wide.Train.Checkpoints.Count, wide.Train.Epochs = 10, 3, 3
	return &r
}

// The method has the numbers that it has without members. The columns of the null toys are those of
// all members, and P follows from them.
func TestMembersOfARecipe(t *testing.T) {
	t.Parallel()
	reference, data := events()
	o := sparker.Options{Recipe: quickFull(), Toys: 19}
	full := mustTest(t, reference, data, o)
	alone := mustTest(t, reference, data, sparker.Options{Recipe: quick(), Toys: 19})
	if diff := gocmp.Diff(alone.Scales, full.Scales[:len(alone.Scales)]); diff != "" {
		t.Errorf("alone, and with members:\n%s", diff)
	}
	null := make([]stats.NullToy, len(full.Null))
	for b, row := range full.Null {
		if len(row) != len(full.Scales) {
			t.Fatalf("toy %d has %d statistics for %d scales", b, len(row), len(full.Scales))
		}
		null[b].T = row
	}
	whole := stats.Group{Combine: stats.Harmonic}
	for _, g := range full.Groups {
		whole.Groups = append(whole.Groups, stats.Group{Name: g.Name, Weight: g.Weight,
			Combine: g.Combine, Columns: g.Scales})
	}
	calibration, err := stats.CalibrateGroups(null, len(full.Scales), whole)
	if err != nil {
		t.Fatal(err)
	}
	var observed []float64
	for _, s := range full.Scales {
		observed = append(observed, s.T)
	}
	s, err := calibration.Test(observed)
	if err != nil || s.P != full.P || len(full.Groups) != len(o.Recipe.Groups) {
		t.Errorf("p = %v with %d groups; want %v with %d (%v)", full.P, len(full.Groups), s.P,
			len(o.Recipe.Groups), err)
	}
	for i, g := range full.Groups {
		if g.P != s.Groups[i+1].P {
			t.Errorf("group %s: p = %v, want %v", g.Name, g.P, s.Groups[i+1].P)
		}
		for _, column := range g.Scales {
			if c := o.Recipe.Groups[i]; !slices.Contains(c.Members,
				cmp.Or(full.Scales[column].Member, twosample.DefaultMethod)) {
				t.Errorf("group %s of %q has the statistic %+v", g.Name, c.Members,
					full.Scales[column])
			}
		}
	}
}

// A recipe is a way to use SparKer: another method has neither its members nor its groups.
func TestMembersOfARecipeAreNotThoseOfOtherMethods(t *testing.T) {
	t.Parallel()
	reference, data := events()
	plain := mustTest(t, reference, data, sparker.Options{Method: "energy", Toys: 19})
	full := mustTest(t, reference, data, sparker.Options{Method: "energy", Recipe: quickFull(),
		Toys: 19})
	if diff := gocmp.Diff(plain, full); diff != "" || plain.Groups != nil {
		t.Errorf("groups %v; with the recipe full:\n%s", plain.Groups, diff)
	}
}

// A test with a member has the p-values of both alone, and one of both. The order of the tests does
// not matter to the p-value, if neither draws random numbers.
func TestMembersOfOptions(t *testing.T) {
	t.Parallel()
	reference, data := events()
	member := func(name string) []twosample.MemberConfig {
		return []twosample.MemberConfig{{Method: name}}
	}
	options := func(method string, members []twosample.MemberConfig) sparker.Options {
		return sparker.Options{Method: method, Members: members, Toys: 39}
	}
	both := mustTest(t, reference[:200], data[250:], options("energy", member("mahalanobis")))
	turned := mustTest(t, reference[:200], data[250:], options("mahalanobis", member("energy")))
	if both.P != turned.P || len(both.Groups) != 2 {
		t.Errorf("p = %v and %v, groups %+v", both.P, turned.P, both.Groups)
	}
	for _, g := range both.Groups {
		alone := mustTest(t, reference[:200], data[250:], options(g.Name, nil))
		if g.P != alone.P || g.Weight != 1 {
			t.Errorf("%+v; alone p = %v", g, alone.P)
		}
	}
	o := options("energy", member("mahalanobis"))
	o.Grouping = &twosample.Grouping{Combine: stats.Min, Groups: []twosample.GroupConfig{
		{Name: "one", Members: []string{"energy"}}}}
	one := mustTest(t, reference[:200], data[250:], o)
	if one.P != both.Groups[0].P || one.Groups[0].Name != "one" {
		t.Errorf("a group of the energy test: p = %v, %+v; want %v", one.P, one.Groups,
			both.Groups[0].P)
	}
}

func TestWrongMembers(t *testing.T) {
	t.Parallel()
	rows := sparker.Rows{{1, 2}, {2, 1}, {3, 5}, {4, 4}, {7, 5}, {6, 6}}
	for name, c := range map[string]struct {
		options sparker.Options
		field   string
		words   string
	}{
		"unknown": {sparker.Options{Members: []twosample.MemberConfig{{Method: "enrgy"}}},
			"Members", `"enrgy"`},
		"limit": {sparker.Options{Members: []twosample.MemberConfig{{Method: "multiscan"}}},
			"Members", "limit"},
		"the same name": {sparker.Options{Members: []twosample.MemberConfig{
			twosample.Paper().Member("sparker")}}, "Members", "names of their own"},
		"unknown statistic": {sparker.Options{Grouping: &twosample.Grouping{Combine: stats.Mix,
			Groups: []twosample.GroupConfig{{Statistics: []string{"led"}}}}}, "Grouping", `"led"`},
	} {
		var option *sparker.OptionError
		_, err := sparker.Test(t.Context(), rows, rows, &c.options)
		if !errors.As(err, &option) || option.Field != c.field ||
			!strings.Contains(option.Reason, c.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Fit has the fits of the members as well, and they are those that Test reads.
func TestFitOfMembers(t *testing.T) {
	t.Parallel()
	reference, data := events()
	o := sparker.Options{Recipe: quickFull(), Toys: 9}
	fit, err := sparker.Fit(t.Context(), reference, data, &o)
	if err != nil {
		t.Fatal(err)
	}
	if len(fit.Members) != 1 || fit.Members[0].Member != "wide" || fit.Member != "" ||
		fit.Members[0].Members != nil {
		t.Fatalf("members %+v", fit.Members)
	}
	wide := fit.Members[0]
	res := mustTest(t, reference, data, o)
	var values []float64
	for _, s := range res.Scales {
		if s.Member == "wide" {
			values = append(values, s.T)
		}
	}
	for i, s := range wide.Scales {
		if s.T != values[i] || s.Ridge == 0 || len(wide.Scales) != len(values) {
			t.Errorf("scale %d of %d: %v at the ridge %v; want %v", i, len(wide.Scales), s.T,
				s.Ridge, values[i])
		}
	}
	x := 1.0
	got, err := wide.LogRatioAt(2, sparker.Rows{{x}})
	if err != nil {
		t.Fatal(err)
	}
	want := 0.0 // kernels without the gate
	for _, k := range wide.Scales[2].Kernels {
		u := (x - k.Centroid[0]) / wide.Unit[0] / wide.Scales[2].Sigma
		want += k.Coefficient * math.Exp(-u*u/2)
	}
	if math.Abs(got[0]-want) > 1e-9*(1+math.Abs(want)) {
		t.Errorf("f(%v) = %v, want %v", x, got[0], want)
	}
}
