package findings

import (
	"cmp"
	"errors"
	"fmt"
	"math"

	"sparker/twosample"
)

// GroupEvidence is the p-value of a group of statistics, for the choice of a member.
type GroupEvidence struct {
	P      float64 // of the group alone
	Scales []int   // the statistics in the group: indices into FindOptions.Scales
}

// memberEvidence is what the null toys say of one test of several.
type memberEvidence struct {
	name   string         // empty for the test that the members were added to
	fit    *twosample.Fit // nil for a test that shows no place
	scales []ScaleEvidence
	p      float64 // the smallest of its groups, or of its scales without groups
	// considered are the scales in the groups of this p-value, and best is the most telling of
	// them: indices into scales. A member without any has no part in the test.
	considered []int
	best       int
}

// chooseMember returns the fit of the member that says most, and the evidence of its statistics.
// The options have the checkpoint that is read.
//
// Members that show no place cannot be chosen. If such a member has a smaller p-value than the one
// that is chosen, a warning says so.
func chooseMember(fit twosample.Fit, o FindOptions) (chosen memberEvidence, warnings []string,
	err error) {
	own := fit
	own.Members = nil
	chosen = memberEvidence{fit: &own, scales: o.Scales}
	switch {
	case len(fit.Members) == 0 || len(o.Scales) == 0:
		return chosen, nil, nil
	case o.Checkpoint > 0: // the scales are those of the members as well
		chosen.scales = nil
		return chosen, nil, nil
	}
	members, err := splitEvidence(own, fit.Members, o)
	if err != nil {
		return chosen, nil, err
	}
	if len(own.Checkpoints) == 0 { // the test fits no kernels, but members do
		members[0].fit = nil
	}
	chosen = members[0]
	for _, m := range members[1:] {
		if m.fit != nil && (chosen.fit == nil || m.tellsMoreThan(chosen)) {
			chosen = m
		}
	}
	if chosen.fit == nil {
		return chosen, nil, errors.New("neither the test nor a member fits kernels")
	}
	for _, m := range members {
		if m.fit == nil && len(m.considered) > 0 && m.p < chosen.p {
			warnings = append(warnings, fmt.Sprintf("%s, which shows no place, has the smaller "+
				"p-value: %.3g alone, where the kernels have %.3g",
				cmp.Or(m.name, "the first test"), m.p, chosen.p))
		}
	}
	return chosen, warnings, nil
}

// splitEvidence shares out the evidence among the test and its members. The test has what the
// members leave.
func splitEvidence(own twosample.Fit, members []twosample.MemberFit, o FindOptions) (
	[]memberEvidence, error) {
	rest := len(o.Scales)
	for _, m := range members {
		rest -= len(m.Outcome.T)
	}
	if rest <= 0 {
		return nil, fmt.Errorf("%d scales for a fit whose members have %d", len(o.Scales),
			len(o.Scales)-rest)
	}
	all := []memberEvidence{{fit: &own, scales: o.Scales[:rest]}}
	for _, m := range members {
		end := rest + len(m.Outcome.T)
		all = append(all, memberEvidence{name: m.Name, fit: m.Fit, scales: o.Scales[rest:end]})
		rest = end
	}
	first := 0
	for i := range all {
		all[i].weigh(first, o.Groups)
		first += len(all[i].scales)
	}
	return all, nil
}

// weigh sets the p-value and the best scale of a member whose first statistic has the given index
// among all: the smallest p-value of its groups, and the most telling statistic in the groups that
// have it. Without groups, every statistic is a group of its own.
func (m *memberEvidence) weigh(first int, groups []GroupEvidence) {
	if len(groups) == 0 {
		for i, s := range m.scales {
			groups = append(groups, GroupEvidence{P: s.P, Scales: []int{first + i}})
		}
	}
	m.p = math.Inf(1)
	var considered []ScaleEvidence
	for _, g := range groups {
		for _, column := range g.Scales {
			i := column - first
			if i < 0 || i >= len(m.scales) || g.P > m.p {
				continue
			}
			if g.P < m.p {
				m.p, m.considered, considered = g.P, nil, nil
			}
			m.considered = append(m.considered, i)
			considered = append(considered, m.scales[i])
		}
	}
	if len(considered) > 0 {
		m.best = m.considered[MostTelling(considered)]
	}
}

// clearly is the factor by which the p-value of a member must be smaller than that of a test before
// it. With few toys, p-values within such a factor differ by a rank or two. The test that comes
// first is then read: the annealed fit of a recipe shows places, which a convex fit of broad
// kernels does not.
const clearly = 3

// tellsMoreThan reports whether a member has clearly the smaller p-value.
func (m memberEvidence) tellsMoreThan(other memberEvidence) bool {
	if len(m.considered) == 0 {
		return false
	}
	return len(other.considered) == 0 || m.p*clearly < other.p
}
