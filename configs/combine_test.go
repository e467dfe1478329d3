package configs

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/twosample"
)

// memberNames returns the names of the members of an experiment.
func memberNames(e Experiment) (names []string) {
	for _, m := range e.Test.Members {
		names = append(names, m.Name)
	}
	return names
}

// One test of the listed ones has the first as its method and the others as members. The list and
// the key may stand in the config or on the command line. The resolved config has members alone,
// and gives the same experiment.
func TestCombine(t *testing.T) {
	t.Parallel()
	var first Experiment
	for i, c := range []struct {
		text      string
		overrides []string
	}{
		{"name: x\ntests: [sparker, energy, mmd]\ncombine: true\n", nil},
		{"name: x\ntests: [sparker, energy, mmd]\n", []string{"combine=true"}},
		{"name: x\ncombine: true\n", []string{"tests=[sparker, energy, mmd]"}},
		{"name: x\ntests: [ks]\ncombine: false\n",
			[]string{"combine=true", "tests=[sparker, energy, mmd]"}},
		{"name: x\ntest: {method: knn}\n", []string{"tests=[sparker, energy, mmd]",
			"combine=true"}},
	} {
		s := loadedSweep(t, c.text, Changes{Overrides: c.overrides})
		if len(s.Cells) != 1 || !s.Config.Empty() {
			t.Fatalf("%q: %d cells", c.text, len(s.Cells))
		}
		if i == 0 {
			first = s.Base
		}
		if diff := cmp.Diff(first, s.Base); diff != "" {
			t.Errorf("%q %q (-want +got):\n%s", c.text, c.overrides, diff)
		}
	}
	if first.Test.Method != "sparker" ||
		!slices.Equal(memberNames(first), []string{"energy", "mmd"}) || first.Test.Groups != nil {
		t.Errorf("test: %+v", first.Test)
	}
	checkResolved(t, Single(first))
}

// checkResolved holds the resolved form of a sweep to the sweep.
func checkResolved(t *testing.T, s Sweep) {
	t.Helper()
	text, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), "\ncombine:") || strings.Contains(string(text), "\ntests:") {
		t.Errorf("the resolved config has the keys of the list:\n%s", text)
	}
	if diff := cmp.Diff(s.Cells, loadedSweep(t, string(text), Changes{}).Cells); diff != "" {
		t.Errorf("read back (-want +got):\n%s", diff)
	}
}

// A member that fits kernels has the recipe of the experiment, whatever sets it.
func TestCombineTakesTheRecipe(t *testing.T) {
	t.Parallel()
	s := loadedSweep(t, "name: x\npreset: lead\ntests: [energy, sparker]\ncombine: true\n",
		Changes{Overrides: []string{"model.kernels=7"}})
	e := s.Base
	want := twosample.MemberConfig{Name: "sparker", Method: "sparker", Model: e.Model, Loss: e.Loss,
		Train: e.Train, Statistics: []string{"t", "lead"}}
	if diff := cmp.Diff([]twosample.MemberConfig{want}, e.Test.Members); diff != "" ||
		e.Test.Method != "energy" || e.Model.Kernels != 7 {
		t.Errorf("method %s, %d kernels, members (-want +got):\n%s", e.Test.Method,
			e.Model.Kernels, diff)
	}
	checkResolved(t, s)
}

// The members of a preset stay with its method. A test that is added has a group of its own, and
// one that is there already is not added again.
func TestCombineWithMembersOfAPreset(t *testing.T) {
	t.Parallel()
	full := loadedSweep(t, "name: x\npreset: full\n", Changes{}).Base.Test
	own := full.Members[len(full.Members)-1].Name
	s := loadedSweep(t, "name: x\npreset: full\ntests: [sparker, energy, "+own+"]\ncombine: true\n",
		Changes{})
	want := full
	want.Members = append(slices.Clip(want.Members),
		twosample.MemberConfig{Name: "energy", Method: "energy"})
	want.Groups = append(slices.Clip(want.Groups),
		twosample.GroupConfig{Members: []string{"energy"}, Weight: 1})
	if diff := cmp.Diff(want, s.Base.Test); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	checkResolved(t, s)

	other := loadedSweep(t, "name: x\npreset: full\ntests: [energy, ks]\ncombine: true\n",
		Changes{})
	if got := memberNames(other.Base); !slices.Equal(got, []string{"ks"}) {
		t.Errorf("members of another method: %v", got)
	}
	checkResolved(t, other)
}

// Groups of the config hold the added tests as they say.
func TestCombineWithGroups(t *testing.T) {
	t.Parallel()
	for groups, want := range map[string]int{
		"[{members: [sparker]}, {members: [energy], weight: 3}]": 2,
		"[{members: [sparker]}]":                                 2,
		"[{name: all}]":                                          1,
	} {
		s := loadedSweep(t, "name: x\ntests: [sparker, energy]\ncombine: true\ntest: {groups: "+
			groups+"}\n", Changes{})
		if got := len(s.Base.Test.Groups); got != want {
			t.Errorf("%s: %d groups, want %d", groups, got, want)
		}
	}
}

// A sweep may vary everything that the members do not depend on.
func TestCombineInASweep(t *testing.T) {
	t.Parallel()
	for _, axis := range []string{"model.kernels=3,5", "preset=lead,paper",
		"data.expected=100,200"} {
		s := loadedSweep(t, "name: x\ntests: [sparker, energy]\ncombine: true\n",
			Changes{Sweeps: []string{axis}})
		if len(s.Cells) != 2 {
			t.Fatalf("%s: %d cells", axis, len(s.Cells))
		}
		for _, c := range s.Cells {
			if got := memberNames(c.Experiment); !slices.Equal(got, []string{"energy"}) {
				t.Errorf("%s: members %v", axis, got)
			}
		}
		checkResolved(t, s)
	}
}

func TestCombineRefuses(t *testing.T) {
	t.Parallel()
	const listed = "name: x\ntests: [sparker, energy]\ncombine: true\n"
	for _, c := range []struct {
		text    string
		changes Changes
		want    string
	}{
		{"name: x\ncombine: true\n", Changes{}, "f.yaml:2:10: combine: is true, but no tests"},
		{"name: x\ncombine: 3\n", Changes{}, "combine: is 3; want true or false"},
		{"name: x\ncombine: mix\n", Changes{}, "test.combine"},
		{"name: x\ncombine: true\ncombine: true\n", Changes{}, "combine: is set twice"},
		{"name: x\n", Changes{Overrides: []string{"combine="}}, "has no value"},
		{"name: x\n", Changes{Overrides: []string{"combine=["}}, "combine"},
		{"name: x\ntests: [ks]\ncombine: true\n", Changes{}, "tests: holds one test"},
		{"name: x\ntests: [ks, scan]\ncombine: true\n", Changes{}, "tests: holds scan"},
		{"name: x\ntests: [scan, ks]\ncombine: true\n", Changes{}, "tests: holds scan"},
		{"name: x\ntests: [ks, enrgy]\ncombine: true\n", Changes{}, `did you mean "energy"`},
		{"name: x\ntests: [ks, [mmd]]\ncombine: true\n", Changes{}, "tests"},
		{"name: x\ncombine: true\n", Changes{Sweeps: []string{"test.method=ks,mmd"}},
			"varies test.method"},
		{listed, Changes{Sweeps: []string{"test.method=ks,mmd"}}, "varies test.method"},
		{listed, Changes{Overrides: []string{"test.method=ks"}}, "no tests are listed"},
		{listed, Changes{Sweeps: []string{"preset=lead,full"}}, "varies test.members"},
		{"name: x\ntests: [ks, sparker]\ncombine: true\n",
			Changes{Sweeps: []string{"model.kernels=3,5"}}, "varies model.kernels"},
	} {
		_, err := LoadSweepBytes("f.yaml", []byte(c.text), c.changes)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q %v: error %v; want %q", c.text, c.changes, err, c.want)
		}
	}
}
