package findings

import (
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/train"
	"sparker/twosample"
)

// withMembers is a fit of two scales with a member that fits two scales of its own, and a member of
// one statistic that fits none. The centroids are 0 and 1.
func withMembers() (data.Pair, twosample.Fit) {
	pair := data.Pair{Data: sampleOf(1, 0, 1, 1.5), Reference: sampleOf(1, 0, 1, 2, -1, 3),
		Weight: 0.6}
	twoScales := func(centroid float64) twosample.Fit {
		fit := made(3, []float64{1}, centroid)
		fit.Checkpoints = append(fit.Checkpoints, fit.Checkpoints[0])
		fit.Checkpoints[1].Scale = train.Scale{Epoch: 9, Sigma: 0.5}
		return fit
	}
	fit, wide := twoScales(0), twoScales(1)
	fit.Members = []twosample.MemberFit{
		{Name: "wide", Fit: &wide,
			Outcome: twosample.Outcome{Status: twosample.OK, T: []float64{3, 3}}},
		{Name: "energy", Outcome: twosample.Outcome{Status: twosample.OK, T: []float64{4}}},
	}
	return pair, fit
}

// The member of clearly the smallest p-value is read, at the most telling scale in its group.
func TestFindChoosesTheMember(t *testing.T) {
	t.Parallel()
	pair, fit := withMembers()
	at := func(p ...float64) []ScaleEvidence {
		var list []ScaleEvidence
		for _, p := range p {
			list = append(list, ScaleEvidence{P: p, NullSD: 1})
		}
		return list
	}
	groups := func(own, wide, energy float64) []GroupEvidence {
		return []GroupEvidence{{own, []int{0}}, {wide, []int{2, 3}}, {energy, []int{4}}}
	}
	for _, c := range []struct {
		name       string
		options    FindOptions
		member     string
		checkpoint int
		warns      bool
	}{
		{"no toys", FindOptions{}, "", 1, false},
		{"a checkpoint", FindOptions{Checkpoint: 2, Scales: at(1, 1, 0.1, 0.1, 1)}, "", 2, false},
		{"own scale", FindOptions{Scales: at(0.3, 0.2, 0.3, 0.4, 0.9)}, "", 2, false},
		{"member's scale", FindOptions{Scales: at(0.3, 0.2, 0.3, 0.05, 0.9)}, "wide", 2, false},
		{"own, hardly larger", FindOptions{Scales: at(0.3, 0.2, 0.3, 0.1, 0.9)}, "", 2, false},
		{"own, by order", FindOptions{Scales: at(0.1, 0.1, 0.1, 0.1, 0.1)}, "", 1, false},
		{"shows no place", FindOptions{Scales: at(0.3, 0.2, 0.3, 0.4, 0.01)}, "", 2, true},
		{"own group", FindOptions{Scales: at(0.9, 0.1, 0.1, 0.2, 0.9), Groups: groups(0.2, 0.3, 1)},
			"", 1, false},
		{"member's group", FindOptions{Scales: at(0.1, 0.1, 0.3, 0.2, 0.9),
			Groups: groups(0.4, 0.1, 1)}, "wide", 2, false},
		{"group that shows no place", FindOptions{Scales: at(0.1, 0.1, 0.3, 0.2, 0.9),
			Groups: groups(0.4, 0.1, 0.05)}, "wide", 2, true},
		{"not in a group", FindOptions{Scales: at(0.1, 0.1, 0.3, 0.2, 0.9),
			Groups: groups(1, 1, 1)[1:]}, "wide", 2, false},
		{"the best of two groups", FindOptions{Scales: at(0.1, 0.1, 0.1, 0.2, 0.9),
			Groups: []GroupEvidence{{0.5, []int{0, 1, 2}}, {0.1, []int{3}}}}, "wide", 2, false},
		{"the first of two groups", FindOptions{Scales: at(0.1, 0.1, 0.3, 0.1, 0.9),
			Groups: []GroupEvidence{{0.1, []int{2}}, {0.5, []int{0, 1, 3}}}}, "wide", 1, false},
	} {
		f := find(t, pair, fit, c.options)
		warns := slices.ContainsFunc(f.Warnings,
			func(w string) bool { return strings.Contains(w, "energy, which shows no place") })
		if f.Member != c.member || f.Checkpoint != c.checkpoint || warns != c.warns {
			t.Errorf("%s: member %q, checkpoint %d, warnings %q", c.name, f.Member, f.Checkpoint,
				f.Warnings)
		}
		want := 0.0
		if c.member == "wide" {
			want = 1
		}
		if got := f.Kernels[0].Centroid[0]; got != want || len(f.History) != 2 {
			t.Errorf("%s: the centroid is %v, %d scales", c.name, got, len(f.History))
		}
	}
	for n := range 8 {
		_, err := Find(pair, fit, FindOptions{Scales: make([]ScaleEvidence, n)})
		if (err == nil) != (n == 0 || n == 5 || n == 7) {
			t.Errorf("%d scales for 5 or 7 statistics: %v", n, err)
		}
	}
}

// If the test itself fits no kernels, a member is read that does.
func TestFindOfAMemberAlone(t *testing.T) {
	t.Parallel()
	pair, fit := withMembers()
	fit.FitResult = train.FitResult{Status: train.OK}
	scales := []ScaleEvidence{{P: 0.1}, {P: 0.4}, {P: 0.3}, {P: 0.5}}
	f := find(t, pair, fit, FindOptions{Scales: scales})
	if f.Member != "wide" || f.Checkpoint != 2 || !slices.ContainsFunc(f.Warnings,
		func(w string) bool { return strings.HasPrefix(w, "the first test, which shows no") }) {
		t.Errorf("member %q, checkpoint %d, warnings %q", f.Member, f.Checkpoint, f.Warnings)
	}
	fit.Members = fit.Members[1:]
	if _, err := Find(pair, fit, FindOptions{Scales: scales}); err == nil ||
		!strings.Contains(err.Error(), "fits kernels") {
		t.Errorf("no fit at all: %v", err)
	}
}

// Of a convex fit, the scales of one ridge are counted, and kernels that share a place are listed
// once. A note says how to read them.
func TestFindOfAConvexFit(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(1, 0, 0, 0, 0.1, 9), Reference: sampleOf(1, 0, 1, 9, 9.1, 20),
		Weight: 1, Columns: []string{"mass"}}
	fit := made(1, []float64{2, -1, 1}, 0, 0.01, 9)
	first := fit.Checkpoints[0]
	fit.Checkpoints = nil
	for i, sigma := range []float64{1, 0.5} {
		for _, ridge := range []float64{0.3, 0.03} {
			first.Scale = train.Scale{Epoch: i + 1, Sigma: sigma, Ridge: ridge}
			fit.Checkpoints = append(fit.Checkpoints, first)
		}
	}
	f := find(t, pair, fit, FindOptions{Checkpoint: 4})
	if f.Checkpoint != 4 || f.Sigma != 0.5 || f.Ridge != 0.03 || len(f.History) != 2 ||
		f.History[1].Sigma != 0.5 || len(f.History[0].Kernels) != 3 {
		t.Errorf("%+v", f)
	}
	if len(f.Kernels) != 2 || f.Kernels[0].Centroid[0] > 0.01 || f.Kernels[1].Kernel != 2 ||
		!slices.ContainsFunc(f.KernelNotes, func(w string) bool {
			return strings.Contains(w, "2 of the 3 kernels of a convex fit")
		}) {
		t.Errorf("kernels %+v, notes %q", f.Kernels, f.KernelNotes)
	}
	for i := range fit.Checkpoints {
		fit.Checkpoints[i].Sigma *= 1000
	}
	f = find(t, pair, fit, FindOptions{Checkpoint: 1})
	// The data have the mean 1.82, the reference 7.82 and the standard deviation 7.20.
	if len(f.Kernels) != 1 || !slices.ContainsFunc(f.Warnings, func(w string) bool {
		return strings.Contains(w, "broad") && strings.Contains(w, "x (-0.83 sd)")
	}) {
		t.Errorf("%d kernels, warnings %q", len(f.Kernels), f.Warnings)
	}
}

// The most significant excess is sought at every ridge.
func TestFindExcessOfAConvexFit(t *testing.T) {
	t.Parallel()
	pair := data.Pair{Data: sampleOf(1, 0, 0, 0, 0, 9), Reference: sampleOf(1, 1, 5, 9, 10, 20),
		Weight: 1}
	fit := made(1, []float64{-1}, 0)
	at := fit.Checkpoints[0]
	fit.Checkpoints = nil
	for i, coefficient := range []float64{-1, -1, -1, 1} {
		at.Scale = train.Scale{Epoch: 1 + i/2, Sigma: 1, Ridge: []float64{0.3, 0.03}[i%2]}
		at.Coefficients = []float64{coefficient}
		fit.Checkpoints = append(fit.Checkpoints, at)
	}
	f, err := FindExcess(pair, fit, FindOptions{})
	if err != nil || f.Checkpoint != 4 || f.Ridge != 0.03 || len(f.Excesses()) != 1 {
		t.Errorf("checkpoint %d, ridge %v, %v", f.Checkpoint, f.Ridge, err)
	}
}
