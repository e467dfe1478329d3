package twosample

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"sparker/data"
	"sparker/train"
)

// Prepare prepares a method and the members of the setup. The statistics are those of the method,
// followed by those of the members in their order. The test of the method has the numbers that it
// has without members.
//
// If the method Fits, so do the Tests: see [Fit.Members].
func Prepare(m Method, s Setup) (Prepared, error) {
	methods, err := s.methods(m)
	if err != nil {
		return Prepared{}, err
	}
	own := s
	own.Members = nil
	p, err := m.prepare(own)
	if err != nil || len(s.Members) == 0 {
		return p, err
	}
	j := joint{own: p.New}
	places := s.Places && !m.Fits // still to be asked of a member
	for i, config := range s.Members {
		setup := s.member(config)
		setup.Places = places && methods[i].Fits
		places = places && !setup.Places
		prepared, err := methods[i].prepare(setup)
		if err != nil {
			return Prepared{}, fmt.Errorf("member %s: %w", config.Name, err)
		}
		for _, scale := range prepared.Scales {
			scale.Member = config.Name
			p.Scales = append(slices.Clip(p.Scales), scale)
		}
		for _, warning := range prepared.Warnings {
			if !slices.Contains(p.Warnings, warning) {
				p.Warnings = append(p.Warnings, warning)
			}
		}
		j.members = append(j.members, preparedMember{config.Name, prepared.New})
	}
	p.New = j.newTest
	return p, nil
}

// joint makes tests of several members.
type joint struct {
	own     func() (Test, error)
	members []preparedMember
}

type preparedMember struct {
	name string
	new  func() (Test, error)
}

func (j joint) newTest() (Test, error) {
	own, err := j.own()
	if err != nil {
		return nil, err
	}
	test := &jointTest{Test: own}
	for _, m := range j.members {
		member, err := m.new()
		if err != nil {
			return nil, fmt.Errorf("member %s: %w", m.name, err)
		}
		test.members = append(test.members, namedTest{m.name, member})
	}
	if fitting, fits := own.(FittingTest); fits {
		return &jointFit{FittingTest: fitting, jointTest: test}, nil
	}
	return test, nil
}

// jointTest is a test with members.
type jointTest struct {
	Test
	members []namedTest
}

type namedTest struct {
	name string
	test Test
}

// Statistics implements Test. The test's own statistics are computed first, so that they have the
// random numbers that they have without members. Every member has a stream of its own.
func (t *jointTest) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	own, err := t.Test.Statistics(pair, r)
	if err != nil || own.Status != OK {
		return own, err
	}
	for _, member := range t.members {
		outcome, err := member.test.Statistics(pair, derived(r))
		if err != nil {
			return Outcome{}, fmt.Errorf("member %s: %w", member.name, err)
		}
		own = own.join(member.name, outcome)
	}
	return own, nil
}

// derived returns a random stream that begins where another one is.
func derived(r *rand.Rand) *rand.Rand { return rand.New(rand.NewPCG(r.Uint64(), r.Uint64())) }

// join appends the statistics of a member. If the member failed, so does the whole.
func (o Outcome) join(name string, member Outcome) Outcome {
	o.ClampedEpochs += member.ClampedEpochs
	for _, warning := range member.Warnings {
		if !slices.Contains(o.Warnings, warning) {
			o.Warnings = append(slices.Clip(o.Warnings), warning)
		}
	}
	switch {
	case o.Status != OK:
	case member.Status != OK:
		o.T, o.Status, o.Reason = nil, member.Status, "member "+name+": "+member.Reason
	default:
		o.T = append(slices.Clip(o.T), member.T...)
	}
	return o
}

// jointFit is a test with members that fits kernels.
type jointFit struct {
	FittingTest
	*jointTest
}

// MemberTest returns the test of a member that fits kernels. It is nil for any other name.
func (t *jointFit) MemberTest(name string) FittingTest {
	for _, m := range t.members {
		if fitting, fits := m.test.(FittingTest); fits && m.name == name {
			return fitting
		}
	}
	return nil
}

// Name implements Test.
func (t *jointFit) Name() string { return t.FittingTest.Name() }

// Statistics implements Test.
func (t *jointFit) Statistics(pair data.Pair, r *rand.Rand) (Outcome, error) {
	return t.jointTest.Statistics(pair, r)
}

// Fit implements FittingTest.
func (t *jointFit) Fit(pair data.Pair, r *rand.Rand) (Fit, error) {
	fit, err := t.FittingTest.Fit(pair, r)
	if err != nil {
		return Fit{}, err
	}
	return t.fitMembers(fit, pair, r)
}

// Trace implements FittingTest. The members have no trace.
func (t *jointFit) Trace(pair data.Pair, r *rand.Rand) (Fit, error) {
	fit, err := t.FittingTest.Trace(pair, r)
	if err != nil {
		return Fit{}, err
	}
	return t.fitMembers(fit, pair, r)
}

// FitAll computes the statistics of a pair as Test.Statistics does, and returns the fit as well. It
// is nil if neither the test nor a member of it fits kernels. If the test fits none, but a member
// does, the fit has no checkpoints, and holds the members alone.
func FitAll(test Test, pair data.Pair, r *rand.Rand) (*Fit, Outcome, error) {
	switch t := test.(type) {
	case FittingTest:
		fit, err := t.Fit(pair, r)
		return &fit, fit.Outcome(), err
	case *jointTest:
		return t.fitAll(pair, r)
	}
	o, err := test.Statistics(pair, r)
	return nil, o, err
}

func (t *jointTest) fitAll(pair data.Pair, r *rand.Rand) (*Fit, Outcome, error) {
	own, err := t.Test.Statistics(pair, r)
	if err != nil || own.Status != OK {
		return nil, own, err
	}
	fit, err := t.fitMembers(Fit{FitResult: train.FitResult{Status: train.OK}}, pair, r)
	if err != nil {
		return nil, Outcome{}, err
	}
	fits := false
	for _, m := range fit.Members {
		fits = fits || m.Fit != nil
		own = own.join(m.Name, m.Outcome)
	}
	if !fits {
		return nil, own, nil
	}
	return &fit, own, nil
}

func (t *jointTest) fitMembers(fit Fit, pair data.Pair, r *rand.Rand) (Fit, error) {
	if fit.Status != train.OK {
		return fit, nil
	}
	for _, m := range t.members {
		member := MemberFit{Name: m.name}
		stream := derived(r)
		var err error
		if fitting, fits := m.test.(FittingTest); fits {
			var own Fit
			if own, err = fitting.Fit(pair, stream); err == nil {
				member.Fit, member.Outcome = &own, own.Outcome()
			}
		} else {
			member.Outcome, err = m.test.Statistics(pair, stream)
		}
		if err != nil {
			return Fit{}, fmt.Errorf("member %s: %w", m.name, err)
		}
		fit.Members = append(fit.Members, member)
	}
	return fit, nil
}
