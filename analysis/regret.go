package analysis

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"sparker/results"
	"sparker/twosample"
)

// Regret returns how much power each arm of a comparison lacks compared with the best arm of each
// group. The powers are those at the signal strength N_S or, if that is 0, at the largest strength
// of each group that has toys. The best power is the largest that was measured. Choosing among many
// arms flatters it a little, so that every regret is biased upwards.
//
// Limits are the labels of the arms that do not compete for the best. If it is nil, these are the
// arms whose method is a limit (see [twosample.Method]). If it is empty but not nil, there are
// none.
//
// It returns a [QuestionError] if no arm has one of the labels, if all arms are limits, and if no
// competing arm has toys with signal, at N_S if that is not 0.
func Regret(c results.Comparison, signal float64, limits []string) (results.Regret, error) {
	rows, err := regretRows(c, limits)
	if err != nil {
		return results.Regret{}, err
	}
	r := results.Regret{Rows: rows, Groups: make([]results.RegretGroup, len(c.Groups))}
	for k := range c.Groups {
		r.Groups[k].Signal = signal
		if signal == 0 {
			r.Groups[k].Signal = largestSignal(c.Groups[k])
		}
	}
	setRegrets(c, &r)
	if !slices.ContainsFunc(r.Groups, func(g results.RegretGroup) bool { return g.Best != "" }) {
		at := "with signal"
		if signal != 0 {
			at = "at N_S = " + number(signal)
		}
		return results.Regret{}, &QuestionError{fmt.Errorf("analysis: no arm has toys %s: "+
			"there is no best power", at)}
	}
	slices.SortStableFunc(r.Rows, func(a, b results.RegretRow) int {
		return cmp.Or(compareBools(a.Limit, b.Limit), compareBools(a.Groups == 0, b.Groups == 0),
			cmp.Compare(a.Mean, b.Mean))
	})
	r.Costs = costs(c, r)
	return r, nil
}

// compareBools orders false before true.
func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// regretRows returns the arms of a comparison in their order, without regrets.
func regretRows(c results.Comparison, limits []string) (rows []results.RegretRow, err error) {
	var labels []string
	for _, g := range c.Groups {
		for _, a := range g.Arms {
			limit := isLimit(a.Method)
			i := slices.Index(labels, a.Label)
			if i < 0 {
				i = len(labels)
				labels = append(labels, a.Label)
				rows = append(rows, results.RegretRow{Label: a.Label, Limit: limit})
			}
			rows[i].Limit = rows[i].Limit && limit
		}
	}
	for _, label := range limits {
		if !slices.Contains(labels, label) {
			return nil, &QuestionError{fmt.Errorf("analysis: no arm is called %q; the arms are %s",
				label, strings.Join(labels, "; "))}
		}
	}
	competing := 0
	for i := range rows {
		if limits != nil {
			rows[i].Limit = slices.Contains(limits, rows[i].Label)
		}
		if !rows[i].Limit {
			competing++
		}
	}
	if competing == 0 {
		return nil, &QuestionError{fmt.Errorf("analysis: all arms are limits: %s",
			strings.Join(labels, "; "))}
	}
	return rows, nil
}

// isLimit reports whether a method is a limit for tests. Methods of other versions are not.
func isLimit(method string) bool {
	m, err := twosample.Lookup(method)
	return err == nil && m.Limit
}

// largestSignal returns the largest signal strength at which an arm of a group has toys.
func largestSignal(g results.ComparisonGroup) (signal float64) {
	for _, a := range g.Arms {
		for _, p := range a.Points {
			if p.Toys > 0 {
				signal = max(signal, p.Signal)
			}
		}
	}
	return signal
}

// setRegrets finds the best arm of each group, and the regrets of all arms.
func setRegrets(c results.Comparison, r *results.Regret) {
	for k := range r.Groups {
		g := &r.Groups[k]
		for _, row := range r.Rows {
			if _, p, ok := c.Groups[k].At(row.Label, g.Signal); ok && g.Signal > 0 && !row.Limit &&
				(g.Best == "" || p.Power > g.Power) {
				g.Best, g.Power, g.Oracle = row.Label, p.Power, p.Oracle
			}
		}
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		setRegret(r.Groups, row, func(k int) *float64 {
			_, p, ok := c.Groups[k].At(row.Label, r.Groups[k].Signal)
			if !ok {
				return nil
			}
			return &p.Power
		})
	}
	r.Oracle = &results.RegretRow{Label: "oracle", Limit: true}
	setRegret(r.Groups, r.Oracle, func(k int) *float64 { return r.Groups[k].Oracle })
	if r.Oracle.Groups == 0 {
		r.Oracle = nil
	}
}

// setRegret sets the regrets of a row from its power in each group, which is nil if it has none.
func setRegret(groups []results.RegretGroup, row *results.RegretRow,
	power func(group int) *float64) {
	row.Regrets = make([]*float64, len(groups))
	var known []float64
	for k, g := range groups {
		if p := power(k); p != nil && g.Best != "" {
			regret := g.Power - *p
			row.Regrets[k], known = &regret, append(known, regret)
		}
	}
	if row.Groups = len(known); row.Groups > 0 {
		row.Mean = stat.Mean(known, nil)
	}
}
