package twosample_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data"
	"sparker/losses"
	"sparker/models"
	"sparker/train"
	"sparker/twosample"
)

// trial is the setting of the method trial, whose only purpose is to be a member.
type trial struct {
	T        []float64 // its statistics
	Random   bool      // the last one is a random number instead
	Status   twosample.Status
	Warnings []string
	Broken   error // of its tests
}

var errSetup = errors.New("no such setup")

func init() {
	for _, name := range []string{"trial", "second_trial", "third_trial"} {
		method := twosample.Method{Name: name, Title: name, About: "Returns what it is told.",
			Cost: "O(1)", Source: "none",
			Percentiles: func(twosample.Setup) []float64 { return []float64{50, 20} },
			Check: func(s twosample.Setup) error {
				if s.Dim == 13 {
					return errSetup
				}
				return nil
			},
			Prepare: func(s twosample.Setup) (twosample.Prepared, error) {
				o, err := twosample.OptionsOf(s.Options, name, trial{T: []float64{1}})
				if s.Dim == 14 {
					err = errSetup
				}
				var names []string
				for i := range o.T {
					names = append(names, "abc"[i:i+1])
				}
				return twosample.Prepared{Scales: twosample.NamedScales(names...),
					Warnings: []string{"shared", name},
					New:      func() (twosample.Test, error) { return o, nil }}, err
			},
		}
		twosample.Register(method)
	}
	twosample.Register(twosample.Method{Name: "trial_limit", Title: "limit", About: "None.",
		Cost: "O(1)", Source: "none", Limit: true,
		Prepare: func(twosample.Setup) (twosample.Prepared, error) {
			return twosample.Prepared{}, nil
		}})
}

// Name implements twosample.Test.
func (t trial) Name() string { return "trial" }

// Statistics implements twosample.Test.
func (t trial) Statistics(_ data.Pair, r *rand.Rand) (twosample.Outcome, error) {
	o := twosample.Outcome{Status: twosample.OK, Warnings: t.Warnings, ClampedEpochs: 1}
	if t.Status != "" {
		o.Status, o.Reason = t.Status, "as told"
		return o, t.Broken
	}
	o.T = slices.Clone(t.T)
	if t.Random {
		o.T[len(o.T)-1] = r.Float64()
	}
	return o, t.Broken
}

// fitOf returns a member that fits two kernels of its own.
func fitOf(name string) twosample.MemberConfig {
	m := twosample.MemberConfig{Name: name, Method: twosample.DefaultMethod,
		Model: models.Default(), Loss: losses.Default(), Train: train.Default(),
		Statistics: []string{twosample.StatisticLead}}
	m.Model.Kernels = 2
	m.Train.Epochs, m.Train.Checkpoints.Count = 20, 2
	m.Train.Width.Start, m.Train.Width.End = 4, 1
	return m
}

func lookUp(t *testing.T, name string) twosample.Method {
	t.Helper()
	m, err := twosample.Lookup(name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What all functions of a setup with members refuse.
func TestMembersThatAreRefused(t *testing.T) {
	t.Parallel()
	own := lookUp(t, twosample.DefaultMethod)
	limit := lookUp(t, "trial_limit")
	one := func(name, method string) []twosample.MemberConfig {
		return []twosample.MemberConfig{{Name: name, Method: method}}
	}
	for _, c := range []struct {
		own     twosample.Method
		members []twosample.MemberConfig
		words   string // of the error; none if it is empty
	}{
		{own, one("trial", "trial"), ""},
		{own, one("a-2_b", "trial"), ""},
		{own, one("trial", "tiral"), `no test "tiral"`},
		{own, one("", "trial"), `"" is not a name`},
		{own, one("Trial", "trial"), "lower-case"},
		{own, one("2a", "trial"), "begin with a letter"},
		{own, one(strings.Repeat("a", 40), "trial"), ""},
		{own, one(strings.Repeat("a", 41), "trial"), "at most 40"},
		{own, one(own.Name, "trial"), "names of their own"},
		{own, append(one("one", "trial"), one("one", "second_trial")...), "names of their own"},
		{own, append(one("one", "trial"), one("two", "trial")...), ""},
		{own, one("trial_limit", "trial_limit"), "limit of others"},
		{limit, one("trial", "trial"), "limit of others"},
	} {
		s := settings(1)
		s.Members = c.members
		_, relevant := twosample.Relevant(c.own, s)
		_, percentiles := twosample.Percentiles(c.own, s)
		_, prepared := twosample.Prepare(c.own, s)
		for name, err := range map[string]error{"Relevant": relevant, "Percentiles": percentiles,
			"Check": twosample.Check(c.own, s), "Prepare": prepared} {
			if (err == nil) != (c.words == "") ||
				err != nil && !strings.Contains(err.Error(), c.words) {
				t.Errorf("%s of %+v: error %v, want %q", name, c.members, err, c.words)
			}
		}
	}
}

// The relevant parts are those of the method and those of each member, and nothing else.
func TestRelevantWithMembers(t *testing.T) {
	t.Parallel()
	s := settings(1)
	fit := fitOf("wide")
	s.Options = twosample.MethodOptions{"trial": trial{}, "mean": 1}
	s.Members = []twosample.MemberConfig{fit, {Name: "one", Method: "trial", Model: s.Model,
		Statistics: []string{"t"}}}
	got, err := twosample.Relevant(lookUp(t, twosample.DefaultMethod), s)
	if err != nil {
		t.Fatal(err)
	}
	want := twosample.Setup{Model: s.Model, Loss: s.Loss, Train: s.Train, Statistics: s.Statistics,
		Members: []twosample.MemberConfig{fit, {Name: "one", Method: "trial"}},
		Options: twosample.MethodOptions{"trial": trial{}}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	alone := s
	alone.Members = nil
	m := lookUp(t, twosample.DefaultMethod)
	if got, err = twosample.Relevant(m, alone); err != nil || !cmp.Equal(got, m.Relevant(alone)) {
		t.Errorf("without members: %+v, %v", got, err)
	}
}

// Percentiles that several tests look up are there once.
func TestPercentilesWithMembers(t *testing.T) {
	t.Parallel()
	s := settings(1)
	s.Members = []twosample.MemberConfig{{Name: "one", Method: "trial"}}
	for _, own := range []string{twosample.DefaultMethod, "second_trial"} {
		got, err := twosample.Percentiles(lookUp(t, own), s)
		if err != nil || !slices.Equal(got, []float64{50, 20}) {
			t.Errorf("with %s: %v, %v", own, got, err)
		}
	}
}

// The error of a member names it.
func TestErrorsOfMembers(t *testing.T) {
	t.Parallel()
	own := lookUp(t, twosample.DefaultMethod)
	s := settings(13)
	s.Members = []twosample.MemberConfig{{Name: "one", Method: "trial"}}
	if err := twosample.Check(own, s); !errors.Is(err, errSetup) ||
		!strings.HasPrefix(err.Error(), "member one: ") {
		t.Errorf("Check: %v", err)
	}
	if err := twosample.Check(lookUp(t, "trial"), settings(13)); err != errSetup {
		t.Errorf("Check of the method: %v", err)
	}
	s.Dim = 14
	if _, err := twosample.Prepare(own, s); !errors.Is(err, errSetup) ||
		!strings.HasPrefix(err.Error(), "member one: ") {
		t.Errorf("Prepare: %v", err)
	}
}

// Places are asked of one fit, chosen without the data: that of the method or, if it fits no
// kernels, that of the first member that does. Statistics do not depend on it.
func TestPlacesAreAskedOfOneFit(t *testing.T) {
	t.Parallel()
	lead := twosample.Lead()
	kernels := func(name string) twosample.MemberConfig {
		m := lead.Member(name)
		m.Train.Epochs, m.Train.Checkpoints.Count = 12, 2
		m.Train.Width.Start, m.Train.Width.End, m.Train.Width.EndFactor = 4, 0.5, 1
		return m
	}
	first := kernels("first")
	for method, want := range map[string]string{"sparker": "", "mean": "first"} {
		s := twosample.Setup{Dim: 1, Model: first.Model, Loss: first.Loss, Train: first.Train,
			Members: []twosample.MemberConfig{{Name: "plain", Method: "mean"}, kernels("first"),
				kernels("second")}}
		var statistics [2][]float64
		for i, places := range []bool{false, true} {
			s.Places = places
			fit, outcome := fitAll(t, method, s)
			statistics[i] = outcome.T
			asked := map[string]bool{"": len(fit.Checkpoints) > 0 &&
				fit.Checkpoints[0].Shares != nil}
			for _, m := range fit.Members {
				if m.Fit != nil {
					asked[m.Name] = m.Fit.Checkpoints[0].Shares != nil
				}
			}
			for name, is := range asked {
				if is != (places && name == want) {
					t.Errorf("%s with places %v: %q is asked: %v", method, places, name, is)
				}
			}
		}
		if !slices.Equal(statistics[0], statistics[1]) {
			t.Errorf("%s: places change the statistics", method)
		}
	}
}

// fitAll is twosample.FitAll of a small pair, which must not fail.
func fitAll(t *testing.T, method string, s twosample.Setup) (*twosample.Fit, twosample.Outcome) {
	t.Helper()
	m, err := twosample.Lookup(method)
	if err != nil {
		t.Fatal(err)
	}
	prepared, err := twosample.Prepare(m, s)
	if err != nil {
		t.Fatal(err)
	}
	test, err := prepared.New()
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	pair := data.Pair{Weight: 0.25, Data: data.Sample{N: 40, D: 1},
		Reference: data.Sample{N: 160, D: 1}}
	for range 40 {
		pair.Data.X = append(pair.Data.X, r.NormFloat64())
	}
	for range 160 {
		pair.Reference.X = append(pair.Reference.X, r.NormFloat64())
	}
	fit, outcome, err := twosample.FitAll(test, pair, r)
	if err != nil || fit == nil || outcome.Status != twosample.OK {
		t.Fatal(outcome.Status, outcome.Reason, err)
	}
	return fit, outcome
}
