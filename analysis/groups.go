package analysis

import (
	"slices"

	"sparker/results"
)

// arm is a cell of a group under the label of its arm.
type arm struct {
	runsCell
	label string
}

// armPair is an arm and the one that it is compared with.
type armPair struct{ arm, base arm }

// group is a set of cells that differ in the compared axes only.
type group struct {
	common []results.ArmRecord // on the other axes
	arms   []arm
}

// groupCells puts cells that differ in the axes by alone into groups, in the order of the cells.
func groupCells(cells []runsCell, by []string) []group {
	var groups []group
	at := map[string]int{}
	for _, c := range cells {
		var common, own []results.ArmRecord
		for _, a := range c.arms {
			if slices.Contains(by, a.Axis) {
				own = append(own, a)
			} else {
				common = append(common, a)
			}
		}
		label := results.Describe(own)
		if len(own) == 1 {
			label = own[0].Label
		}
		key := results.Describe(common)
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key] = i
			groups = append(groups, group{common: common})
		}
		groups[i].arms = append(groups[i].arms, arm{c, label})
	}
	return groups
}

// armLabels returns the labels of all arms, each once.
func armLabels(groups []group) []string {
	var all []string
	for _, g := range groups {
		for _, a := range g.arms {
			if !slices.Contains(all, a.label) {
				all = append(all, a.label)
			}
		}
	}
	return all
}

// setBaseline moves the arm of a label to the front. It reports whether the group has that arm.
func (g *group) setBaseline(label string) bool {
	i := slices.IndexFunc(g.arms, func(a arm) bool { return a.label == label })
	if i > 0 {
		first := g.arms[i]
		g.arms = slices.Insert(slices.Delete(g.arms, i, i+1), 0, first)
	}
	return i >= 0
}

// place returns the common arms in brackets, for the text of a warning.
func (g group) place() string {
	if len(g.common) == 0 {
		return ""
	}
	return " (" + results.Describe(g.common) + ")"
}
