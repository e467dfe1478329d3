package findings

import (
	"fmt"
	"slices"

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
	// considered are the scales that are combined: indices into scales.
	considered []int
	p          float64 // the smallest of its groups, or of its scales if there are no groups
	best       int     // of the considered scales, the index into scales that is the most telling
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
	if len(fit.Members) == 0 || o.Checkpoint > 0 || len(o.Scales) == 0 {
		return chosen, nil, nil
	}
	members, err := splitEvidence(own, fit.Members, o)
	if err != nil {
		return chosen, nil, err
	}
	chosen = members[0]
	for _, m := range members[1:] {
		if m.fit != nil && m.tellsMoreThan(chosen) {
			chosen = m
		}
	}
	for _, m := range members {
		if m.fit == nil && len(m.considered) > 0 && m.p < chosen.p {
			warnings = append(warnings, fmt.Sprintf("the test %s, which shows no place, has the "+
				"smaller p-value: %.3g alone, where the kernels have %.3g", m.name, m.p, chosen.p))
		}
	}
	return chosen, warnings, nil
}

// splitEvidence shares out the evidence among the test and its members.
func splitEvidence(own twosample.Fit, members []twosample.MemberFit, o FindOptions) (
	[]memberEvidence, error) {
	all := []memberEvidence{{fit: &own}}
	sizes := []int{len(own.Outcome().T)}
	for _, m := range members {
		all = append(all, memberEvidence{name: m.Name, fit: m.Fit})
		sizes = append(sizes, len(m.Outcome.T))
	}
	first := 0
	for i := range all {
		end := first + sizes[i]
		if sizes[i] == 0 || end > len(o.Scales) {
			return nil, fmt.Errorf("%d scales for a fit whose members have %v", len(o.Scales),
				sizes)
		}
		all[i].scales = o.Scales[first:end]
		all[i].weigh(first, o.Groups)
		first = end
	}
	if first != len(o.Scales) {
		return nil, fmt.Errorf("%d scales for a fit whose members have %v", len(o.Scales), sizes)
	}
	return all, nil
}

// weigh sets the p-value and the best scale of a member whose first statistic has the given index
// among all. Without groups, all statistics are considered.
func (m *memberEvidence) weigh(first int, groups []GroupEvidence) {
	m.p = 1
	for i := range m.scales {
		for _, g := range groups {
			if slices.Contains(g.Scales, first+i) {
				m.considered = append(m.considered, i)
				m.p = min(m.p, g.P)
			}
		}
		if len(groups) == 0 {
			m.considered = append(m.considered, i)
			m.p = min(m.p, m.scales[i].P)
		}
	}
	var considered []ScaleEvidence
	for _, i := range m.considered {
		considered = append(considered, m.scales[i])
	}
	if len(considered) > 0 {
		m.best = m.considered[MostTelling(considered)]
	}
}

// tellsMoreThan reports whether a member has the smaller p-value, or an equal one and the scale
// that is the most standard deviations above the mean of the toys.
func (m memberEvidence) tellsMoreThan(other memberEvidence) bool {
	switch {
	case len(m.considered) == 0:
		return false
	case len(other.considered) == 0 || m.p < other.p:
		return true
	}
	return m.p == other.p && m.scales[m.best].above() > other.scales[other.best].above()
}
