package analysis

import (
	"fmt"
	"strings"

	"sparker/results"
)

// Compare compares cells that differ in the given axes only with the first of them: the differences
// in power with their intervals, and McNemar's test if both were tested on the same toys.
//
// The axes of a single run are those of its sweep. The axes of several runs are the keys in which
// their configs differ. If by is empty, Compare takes the only axis there is or, for several runs,
// all axes together. The baseline is the label of the arm to compare with; if it is empty, that is
// the first arm of each group.
//
// The interval of a difference is Newcombe's for the toys, widened by the standard error that comes
// with the finite number of null toys. That is found by a bootstrap of the null toys, which is the
// same in both arms if both were calibrated on the same toys.
//
// It returns a [QuestionError] if the runs do not differ in one of the axes, if no arm has the
// label of the baseline, and if it is not clear which axes to compare.
func Compare(runs []*Evaluation, by []string, baseline string) (results.Comparison, error) {
	s, err := spanOf(runs)
	if err != nil {
		return results.Comparison{}, err
	}
	if by, err = chooseAxes(by, s.axes, len(runs)); err != nil {
		return results.Comparison{}, err
	}
	groups := groupCells(s.cells, by)
	foundBaseline := baseline == ""
	var t comparisonTexts
	c := results.Comparison{By: by, Alpha: s.cells[0].summary.Alpha,
		Groups: []results.ComparisonGroup{}}
	for _, g := range groups {
		if len(g.arms) < 2 {
			t.single = append(t.single, results.Describe(g.arms[0].arms))
			continue
		}
		if g.setBaseline(baseline) {
			foundBaseline = true
		}
		for _, a := range g.arms {
			if !a.summary.Complete {
				t.partial = append(t.partial, results.Describe(a.arms))
			}
		}
		c.Groups = append(c.Groups, compareArms(g, &t))
	}
	if !foundBaseline {
		return results.Comparison{}, &QuestionError{fmt.Errorf("analysis: no arm is called %q; "+
			"the arms are %s", baseline, strings.Join(armLabels(groups), "; "))}
	}
	if len(c.Groups) == 0 {
		return results.Comparison{}, &QuestionError{fmt.Errorf("analysis: no two cells differ "+
			"in %s alone", strings.Join(by, ", "))}
	}
	c.Warnings = append(append([]string{}, s.warnings...), t.warnings()...)
	return c, nil
}

// Compare compares the cells of the run that differ in the given axes only with the first of them,
// as the function [Compare] does for a single run.
func (v *Evaluation) Compare(by ...string) (results.Comparison, error) {
	return Compare([]*Evaluation{v}, by, "")
}

// compareArms compares the arms of a group with the first of them, and adds to the texts.
func compareArms(g group, t *comparisonTexts) results.ComparisonGroup {
	out := results.ComparisonGroup{Common: g.common, Differences: []results.Difference{}}
	base := g.arms[0]
	for _, a := range g.arms {
		out.Arms = append(out.Arms, results.ComparisonArm{Label: a.label, CellSummary: a.summary,
			Seconds: a.seconds, MedianSeconds: a.median})
	}
	for _, a := range g.arms[1:] {
		pair := armPair{a, base}
		before := len(out.Differences)
		for _, p := range base.summary.Points {
			if d, ok := pair.difference(p.Signal); ok {
				out.Differences = append(out.Differences, d)
			}
		}
		t.addPair(pair, g.place())
		if len(out.Differences) == before && pair.known() {
			t.addUnrelated(pair, g.place())
		}
	}
	return out
}
