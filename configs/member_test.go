package configs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/models"
	"sparker/train"
	"sparker/twosample"
)

// members loads a config and returns its members.
func members(t *testing.T, text string, overrides ...string) []twosample.MemberConfig {
	t.Helper()
	e, err := LoadBytes("f.yaml", []byte("name: x\n"+text), overrides)
	if err != nil {
		t.Fatal(err)
	}
	return e.Test.Members
}

func TestMemberDefaults(t *testing.T) {
	t.Parallel()
	usual := Defaults()
	got := members(t, `test:
  members:
    - {name: wide, model: {kernels: 9}}
    - {name: ours, preset: lead, train: {epochs: 60}}
    - method: energy
`)
	if len(got) != 3 {
		t.Fatalf("%d members", len(got))
	}
	wide, ours, energy := got[0], got[1], got[2]
	usual.Model.Kernels = 9
	if diff := cmp.Diff(twosample.MemberConfig{Name: "wide", Method: "sparker",
		Model: usual.Model, Loss: usual.Loss, Train: usual.Train,
		Statistics: usual.Test.Statistics}, wide); diff != "" {
		t.Errorf("a member of few keys (-want +got):\n%s", diff)
	}
	lead := twosample.Lead()
	lead.Train.Epochs = 60
	if diff := cmp.Diff(lead.Train, ours.Train); diff != "" || ours.Loss != lead.Loss {
		t.Errorf("a member of a preset (-want +got):\n%s", diff)
	}
	if energy.Name != "energy" || energy.Model != (models.Config{}) ||
		!cmp.Equal(energy.Train, train.Config{}) {
		t.Errorf("a member that fits no kernels: %+v", energy)
	}
}

func TestMemberErrors(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"an unknown test": {"members: [{method: enrgy}]",
			`test.members[0].method: is "enrgy", did you mean "energy"?`},
		"a limit": {"members: [{method: scan}]",
			"test.members[0].method: is scan, which knows the background"},
		"members of a limit": {"method: multiscan\n  members: [{method: energy}]",
			"test.method: is multiscan, which knows the background"},
		"the name of the method": {"members: [{name: sparker}]",
			`test.members[0].name: is "sparker", as that of another test`},
		"two of a name": {"members: [{method: energy}, {method: energy}]",
			`test.members[1].name: is "energy", as that of another test`},
		"a name of capitals": {"members: [{name: Wide}]",
			`test.members[0].name: is "Wide"; want at most 40 lower-case letters`},
		"a block without an effect": {"members: [{method: energy, train: {epochs: 3}}]",
			"test.members[0].train: does not apply to the test energy"},
		"a preset of members": {"members: [{name: a, preset: full}]",
			"test.members[0].preset: is full, which has members itself"},
		"an unknown preset": {"members: [{name: a, preset: led}]",
			`test.members[0].preset: is "led", did you mean "lead"?`},
		"an unknown key": {"members: [{name: a, weight: 3}]",
			"test.members[0].weight: unknown key"},
		"a convex fit of moving kernels": {"members: [{name: a, train: {optimizer: convex}}]",
			"test.members[0].model.centroids: is trainable; train.optimizer convex needs frozen"},
		"a file of centroids": {"members: [{name: a, model: {init: c.npy}}]",
			"test.members[0].model.init: is \"c.npy\"; members start on rows"},
		"too many kernels": {"members: [{name: a, model: {kernels: 5000}}]",
			"test.members[0].model.kernels: is 5000, more than the 2000 events expected"},
		"too many epochs": {"members: [{name: a, train: {epochs: 10000000}}]",
			"test.members[0].train.epochs: is 10000000; must be at most 1000000"},
		"a group of nobody": {"groups: [{members: [sparkr]}]",
			`test.groups[0].members[0]: is "sparkr", did you mean "sparker"?`},
		"a negative weight": {"groups: [{weight: -1}]", "test.groups[0].weight: is -1"},
		"an unknown combination": {"groups: [{combine: mixx}]",
			`test.groups[0].combine: is "mixx", did you mean "mix"?`},
		"an unknown combination of groups": {"across: sum", `test.across: is "sum"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := LoadBytes("f.yaml", []byte("name: x\ntest:\n  "+c.text+"\n"), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v; want %q", err, c.want)
			}
		})
	}
}

func TestOverridesOfMembers(t *testing.T) {
	t.Parallel()
	got := members(t, "preset: full\n", "test.members[0].train.ridges=[0.1]",
		"test.members[0].model.kernels=7")
	if m := got[0]; m.Model.Kernels != 7 || !cmp.Equal(m.Train.Ridges, []float64{0.1}) {
		t.Errorf("%+v", m)
	}
	if again := twosample.Full().Members[0]; again.Model.Kernels == 7 {
		t.Error("an override changes the recipe")
	}
	for override, want := range map[string]string{
		"test.members[9].name=a": "test.members has 3 elements, counted from 0",
		"toys.signal[0]=3":       "a list is set as a whole",
	} {
		_, err := LoadBytes("f.yaml", []byte("name: x\npreset: full\n"), []string{override})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v; want %q", override, err, want)
		}
	}
}

// The arms of a sweep change members of their own, and a preset of an arm replaces the members of
// the preset of the config. The resolved config has the same cells.
func TestMembersInSweeps(t *testing.T) {
	t.Parallel()
	s := loadedSweep(t, `name: x
preset: full
sweep:
  list:
    - {label: full}
    - {label: few, "test.members[0].model.kernels": 8}
    - {label: lead, preset: lead}
    - {label: energy, test.method: energy}
    - {label: equal, test.groups: []}
    - {label: two, test.members: [{method: energy}]}
`, Changes{})
	text, err := s.YAML()
	if err != nil {
		t.Fatal(err)
	}
	for _, sweep := range []Sweep{s, loadedSweep(t, string(text), Changes{})} {
		var kernels []int
		for _, c := range sweep.Cells {
			n := 0
			if m := c.Experiment.Test.Members; len(m) > 0 {
				n = m[0].Model.Kernels
			}
			kernels = append(kernels, n)
		}
		if diff := cmp.Diff([]int{60, 8, 0, 0, 60, 0}, kernels); diff != "" {
			t.Errorf("the kernels of the first member of each cell (-want +got):\n%s", diff)
		}
		for i, groups := range []int{4, 4, 0, 0, 0, 0} {
			if got := len(sweep.Cells[i].Experiment.Test.Groups); got != groups {
				t.Errorf("cell %d has %d groups; want %d", i, got, groups)
			}
		}
	}
}

// An experiment with members has another digest than one without, and its config reads back.
func TestMembersInDigests(t *testing.T) {
	t.Parallel()
	digests := map[string]string{}
	for _, text := range []string{"preset: lead\n", "preset: full\n",
		"preset: full\ntest: {groups: [{weight: 2}]}\n", "preset: full\ntest: {across: min}\n"} {
		e, err := LoadBytes("f.yaml", []byte("name: x\n"+text), nil)
		if err != nil {
			t.Fatal(err)
		}
		digest, err := e.Digest()
		if err != nil {
			t.Fatal(err)
		}
		if other, taken := digests[digest]; taken {
			t.Errorf("%q and %q have one digest", text, other)
		}
		digests[digest] = text
		written, err := e.YAML()
		if err != nil {
			t.Fatal(err)
		}
		again, err := LoadBytes("f.yaml", written, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(e, again); diff != "" {
			t.Errorf("%q reads back with a difference (-want +got):\n%s", text, diff)
		}
	}
}
