package analysis

import (
	"math"
	"slices"

	"sparker/results"
)

// costs returns power and time of all arms over the groups that all of them have. If these are not
// all groups, it also returns those of the arms that have every group.
func costs(c results.Comparison, r results.Regret) (all []results.Cost) {
	var every []int // the groups that have a best arm
	for k, g := range r.Groups {
		if g.Best != "" {
			every = append(every, k)
		}
	}
	shared := slices.DeleteFunc(slices.Clone(every), func(k int) bool {
		return slices.ContainsFunc(r.Rows, func(row results.RegretRow) bool {
			return !row.Limit && row.Groups > 0 && row.Regrets[k] == nil
		})
	})
	choices := [][]int{shared}
	if len(shared) < len(every) {
		choices = append(choices, every)
	}
	for _, groups := range choices {
		table := results.Cost{Groups: groups, Oracle: meanOracle(r, groups)}
		competing := 0
		for _, row := range r.Rows {
			if row.Groups == 0 || !hasGroups(row, groups) {
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

// hasGroups reports whether a row has a regret in each of the groups.
func hasGroups(row results.RegretRow, groups []int) bool {
	return !slices.ContainsFunc(groups, func(k int) bool { return row.Regrets[k] == nil })
}

// costRow returns the mean power and time of an arm that has the groups.
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
	out.Seconds = math.Exp(logarithm) // 0 if one of the times is
	return out
}

// meanOracle returns the mean power of the oracle over groups; nil if one of them does not know it.
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
