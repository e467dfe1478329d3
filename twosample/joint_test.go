package twosample_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

func aPair(t *testing.T) data.Pair {
	return toytest.Draw(t, toytest.Exponential(t, 100, 400), rng.New(1, "test"), 20)
}

func prepare(t *testing.T, method string, s twosample.Setup) (twosample.Prepared, twosample.Test) {
	t.Helper()
	p, err := twosample.Prepare(lookUp(t, method), s)
	if err != nil {
		t.Fatal(err)
	}
	test, err := p.New()
	if err != nil {
		t.Fatal(err)
	}
	return p, test
}

func statistics(t *testing.T, test twosample.Test, pair data.Pair) twosample.Outcome {
	t.Helper()
	o, err := test.Statistics(pair, rng.New(2, "test"))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// joined is a setup of SparKer with a member that fits, and one that does not and draws a number.
func joined() twosample.Setup {
	s := settings(1)
	s.Statistics = twosample.Statistics
	s.Members = []twosample.MemberConfig{fitOf("wide"), {Name: "one", Method: "trial"}}
	s.Options = twosample.MethodOptions{"trial": trial{T: []float64{4, 0}, Random: true,
		Warnings: []string{"told"}}}
	return s
}

// The method's own numbers come first, and are those without members. Those of the members follow
// in their order, with their names.
func TestColumnsOfMembers(t *testing.T) {
	t.Parallel()
	pair := aPair(t)
	p, test := prepare(t, twosample.DefaultMethod, joined())
	all := statistics(t, test, pair)
	own := settings(1)
	own.Statistics = twosample.Statistics
	single, alone := prepare(t, twosample.DefaultMethod, own)
	want := statistics(t, alone, pair)
	if n := len(want.T); n != 8 || len(all.T) != n+4 || !slices.Equal(all.T[:n], want.T) ||
		all.T[n+2] != 4 {
		t.Errorf("%v; without members %v", all.T, want.T)
	}
	if diff := cmp.Diff(single.Scales, p.Scales[:8]); diff != "" {
		t.Error(diff)
	}
	members := []string{"wide", "wide", "one", "one"}
	for i, scale := range p.Scales[8:] {
		if scale.Member != members[i] || (scale.Statistic == twosample.StatisticLead) != (i < 2) ||
			(scale.Sigma > 0) != (i < 2) {
			t.Errorf("scale %d: %+v", 8+i, scale)
		}
	}
	if p.Widths != single.Widths || test.Name() != "SparKer" {
		t.Errorf("widths %v, name %q", p.Widths, test.Name())
	}
	if all.ClampedEpochs != want.ClampedEpochs+1 || !slices.Contains(all.Warnings, "told") {
		t.Errorf("%d clamped epochs, warnings %q", all.ClampedEpochs, all.Warnings)
	}
}

// A warning of several members is there once.
func TestWarningsOfMembers(t *testing.T) {
	t.Parallel()
	s := settings(1)
	s.Members = []twosample.MemberConfig{{Name: "a", Method: "second_trial"},
		{Name: "b", Method: "third_trial"}}
	p, _ := prepare(t, "trial", s)
	want := []string{"shared", "trial", "second_trial", "third_trial"}
	if !slices.Equal(p.Warnings, want) {
		t.Errorf("warnings %q, want %q", p.Warnings, want)
	}
}

// The same arguments give the same bits, and Fit and Trace say the same as Statistics.
func TestStreamsOfMembers(t *testing.T) {
	t.Parallel()
	pair := aPair(t)
	_, test := prepare(t, twosample.DefaultMethod, joined())
	want := statistics(t, test, pair)
	if again := statistics(t, test, pair); !cmp.Equal(again, want) {
		t.Errorf("%v, then %v", want, again)
	}
	if o, err := test.Statistics(pair, rng.New(3, "test")); err != nil ||
		o.T[len(o.T)-1] == want.T[len(want.T)-1] {
		t.Errorf("another stream: %v, %v", o, err)
	}
	fitting, fits := test.(twosample.FittingTest)
	if !fits {
		t.Fatal("the test fits no kernels")
	}
	for name, run := range map[string]func(data.Pair, *rand.Rand) (twosample.Fit, error){
		"Fit": fitting.Fit, "Trace": fitting.Trace} {
		fit, err := run(pair, rng.New(2, "test"))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, fit.Outcome()); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
		if len(fit.Members) != 2 || fit.Members[0].Fit == nil || fit.Members[1].Fit != nil ||
			len(fit.Members[0].Fit.Coefficients) != 2 ||
			(len(fit.Trace) > 0) != (name == "Trace") {
			t.Errorf("%s: %d epochs, members %+v", name, len(fit.Trace), fit.Members)
		}
	}
	byName := test.(interface {
		MemberTest(name string) twosample.FittingTest
	})
	if byName.MemberTest("wide") == nil || byName.MemberTest("one") != nil ||
		byName.MemberTest("two") != nil {
		t.Error("the tests of members that fit kernels are not found by their names")
	}
}

// The statistics of a member do not depend on the members after it.
func TestMembersDoNotDependOnLaterOnes(t *testing.T) {
	t.Parallel()
	pair, s := aPair(t), joined()
	s.Members[0], s.Members[1] = s.Members[1], s.Members[0]
	_, both := prepare(t, twosample.DefaultMethod, s)
	s.Members = s.Members[:1]
	_, first := prepare(t, twosample.DefaultMethod, s)
	if a, b := statistics(t, both, pair).T, statistics(t, first, pair).T; !slices.Equal(a[:10],
		b) {
		t.Errorf("%v, without the last member %v", a, b)
	}
}

// A test whose method fits no kernels fits none with members either.
func TestMembersOfATestWithoutKernels(t *testing.T) {
	t.Parallel()
	s := joined()
	s.Members = s.Members[:1]
	_, test := prepare(t, "trial", s)
	if _, fits := test.(twosample.FittingTest); fits || test.Name() != "trial" {
		t.Errorf("%s fits: %v", test.Name(), fits)
	}
	o := statistics(t, test, aPair(t))
	if len(o.T) != 4 || o.T[0] != 4 {
		t.Errorf("%+v", o)
	}
	fit, same, err := twosample.FitAll(test, aPair(t), rng.New(2, "test"))
	if err != nil || !cmp.Equal(o, same) || len(fit.Checkpoints) != 0 ||
		fit.Members[0].Fit == nil {
		t.Errorf("%+v; of all fits %+v, %v", o, same, err)
	}
	for _, s.Members = range [][]twosample.MemberConfig{nil, {{Name: "b", Method: "third_trial"}}} {
		_, test = prepare(t, "trial", s)
		o = statistics(t, test, aPair(t))
		if fit, same, err = twosample.FitAll(test, aPair(t), rng.New(2, "test")); err != nil ||
			fit != nil || !cmp.Equal(o, same) {
			t.Errorf("%+v; without a fit %+v, %v", o, same, err)
		}
	}
}

// If a test fails, so does the whole, and the reason names the first member that did. Warnings of
// several tests are there once.
func TestMembersThatFail(t *testing.T) {
	t.Parallel()
	pair := aPair(t)
	fails := trial{Status: twosample.NotConverged, Warnings: []string{"told"}}
	works := trial{T: []float64{1}, Warnings: []string{"told"}}
	for _, c := range []struct {
		own, first, second trial
		status             twosample.Status
		reason             string
	}{
		{works, works, works, twosample.OK, ""},
		{fails, works, works, twosample.NotConverged, "as told"},
		{works, fails, works, twosample.NotConverged, "member b: as told"},
		{works, works, fails, twosample.NotConverged, "member c: as told"},
		{works, fails, fails, twosample.NotConverged, "member b: as told"},
	} {
		s := settings(1)
		s.Members = []twosample.MemberConfig{{Name: "b", Method: "second_trial"},
			{Name: "c", Method: "third_trial"}}
		s.Options = twosample.MethodOptions{"trial": c.own, "second_trial": c.first,
			"third_trial": c.second}
		_, test := prepare(t, "trial", s)
		o := statistics(t, test, pair)
		if o.Status != c.status || o.Reason != c.reason || (len(o.T) == 3) != (o.Status ==
			twosample.OK) || !slices.Equal(o.Warnings, []string{"told"}) {
			t.Errorf("%+v, want %s: %s", o, c.status, c.reason)
		}
	}
	s := joined()
	s.Options["trial"] = fails
	_, test := prepare(t, twosample.DefaultMethod, s)
	fit, err := test.(twosample.FittingTest).Fit(pair, rng.New(2, "test"))
	if o := statistics(t, test, pair); err != nil || !cmp.Equal(fit.Outcome(), o) ||
		o.Reason != "member one: as told" || o.T != nil {
		t.Errorf("%+v, of the fit %+v, %v", o, fit.Outcome(), err)
	}
	pair.Data = data.Sample{X: []float64{}, D: 1}
	fit, err = test.(twosample.FittingTest).Fit(pair, rng.New(2, "test"))
	if o := statistics(t, test, pair); err != nil || !cmp.Equal(fit.Outcome(), o) ||
		o.Status != twosample.TooFewRows || fit.Members != nil {
		t.Errorf("no rows: %+v, of the fit %+v, %v", o, fit.Outcome(), err)
	}
}

// An error of a member is one of the whole, and names it.
func TestErrorsOfTheTestsOfMembers(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	s := joined()
	s.Options["trial"] = trial{Broken: broken}
	_, test := prepare(t, twosample.DefaultMethod, s)
	_, err := test.Statistics(aPair(t), rng.New(2, "test"))
	_, fitErr := test.(twosample.FittingTest).Fit(aPair(t), rng.New(2, "test"))
	for _, err := range []error{err, fitErr} {
		if !errors.Is(err, broken) || !strings.HasPrefix(err.Error(), "member one: ") {
			t.Errorf("error %v", err)
		}
	}
}
