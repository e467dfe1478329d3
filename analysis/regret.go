package analysis

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/stat"

	"sparker/results"
	"sparker/twosample"
)

// Regret is what each arm of a comparison lacks, in power, to the best one of each group: at the
// N_S given, or, with 0, at the largest N_S of each group that has toys. The best is the largest
// power that was measured, which the choice among many flatters a little, so that no regret is
// without a bias upwards.
//
// Limits are the labels of the arms that are not in the running for the best; nil means those whose
// method is a limit (twosample.Method.Limit). An empty list, not nil,
// means none.
//
// It returns an *QuestionError where a label is of no arm, where all arms are limits, or where no arm
// that is none has toys with signal (at the N_S).
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
	compete(c, &r)
	if !slices.ContainsFunc(r.Groups, func(g results.RegretGroup) bool { return g.Best != "" }) {
		at := "with signal"
		if signal != 0 {
			at = "at N_S = " + number(signal)
		}
		return results.Regret{}, &QuestionError{fmt.Errorf("analysis: no arm has toys %s, so "+
			"that there is no best power", at)}
	}
	slices.SortStableFunc(r.Rows, func(a, b results.RegretRow) int {
		return cmp.Or(ordered(a.Limit, b.Limit), ordered(a.Groups == 0, b.Groups == 0),
			cmp.Compare(a.Mean, b.Mean))
	})
	r.Costs = costs(c, r)
	return r, nil
}

// ordered puts what is not so before what is.
func ordered(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// regretRows are the arms of a comparison in their order, still without regrets.
func regretRows(c results.Comparison, limits []string) (rows []results.RegretRow, err error) {
	var labels []string
	for _, g := range c.Groups {
		for _, a := range g.Arms {
			m, err := twosample.Lookup(a.Method)
			limit := err == nil && m.Limit
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

// largestSignal is the largest N_S at which an arm of a group has toys.
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

// compete finds the best arm of each group, and what each arm lacks to it.
func compete(c results.Comparison, r *results.Regret) {
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
		lack(r.Groups, row, func(k int) *float64 {
			_, p, ok := c.Groups[k].At(row.Label, r.Groups[k].Signal)
			if !ok {
				return nil
			}
			return &p.Power
		})
	}
	r.Oracle = &results.RegretRow{Label: "oracle", Limit: true}
	if lack(r.Groups, r.Oracle, func(
		k int) *float64 {
		return r.Groups[k].Oracle
	}); r.Oracle.Groups == 0 {
		r.Oracle = nil
	}
}

// lack fills a row with what its power in each group, nil where it has none, lacks to the best.
func lack(groups []results.RegretGroup, row *results.RegretRow, power func(group int) *float64) {
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

// costs are power and time of all arms, and of those that have every group where the others lack
// one.
func costs(c results.Comparison, r results.Regret) (all []results.Cost) {
	var every []int // the groups that some arm has
	for k, g := range r.Groups {
		if g.Best != "" {
			every = append(every, k)
		}
	}
	has := func(row results.RegretRow, groups []int) bool {
		return !slices.ContainsFunc(groups, func(k int) bool { return row.Regrets[k] == nil })
	}
	shared := slices.DeleteFunc(slices.Clone(every), func(k int) bool {
		return slices.ContainsFunc(r.Rows, func(row results.RegretRow) bool {
			return !row.Limit &&
				row.Groups > 0 && row.Regrets[k] == nil
		})
	})
	tables := [][]int{shared}
	if len(shared) < len(every) {
		tables = append(tables, every)
	}
	for _, groups := range tables {
		table := results.Cost{Groups: groups, Oracle: meanOracle(r, groups)}
		competing := 0
		for _, row := range r.Rows {
			if row.Groups == 0 || !has(row, groups) {
				continue
			}
			if !row.Limit {
				competing++
			}
			table.Rows = append(table.Rows, costRow(c, r, row, groups))
		}
		if len(groups) > 0 && competing > 1 {
			all = append(all, table)
		}
	}
	return all
}

func costRow(c results.Comparison, r results.Regret, row results.RegretRow,
	groups []int) results.CostRow {
	out := results.CostRow{Label: row.Label, Limit: row.Limit}
	n, variance, logarithm := float64(len(groups)), 0.0, 0.0
	for _, k := range groups {
		a, p, _ := c.Groups[k].At(row.Label, r.Groups[k].Signal)
		out.Power += p.Power / n
		variance += p.Power * (1 - p.Power) / float64(p.Toys)
		logarithm += math.Log(a.MedianSeconds) / n
	}
	out.SE = math.Sqrt(variance) / n
	out.Seconds = math.Exp(logarithm) // 0 where one of the times is
	return out
}

// meanOracle is the mean power of the oracle over groups; nil where one of them does not know it.
func meanOracle(r results.Regret, groups []int) *float64 {
	mean := 0.0
	for _, k := range groups {
		if r.Groups[k].Oracle == nil {
			return nil
		}
		mean += *r.Groups[k].Oracle / float64(len(groups))
	}
	return &mean
}
