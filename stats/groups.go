package stats

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"
)

// Group combines the p-values of statistics, and those of other groups, into one p-value. The group
// that holds all others makes one p-value of everything.
type Group struct {
	// Name identifies the group for a reader. It may be empty.
	Name string
	// Combine is how the p-values of the parts become one score.
	Combine Combination
	// Columns are the statistics in the group, counted from 0. Each has a weight of 1.
	Columns []int
	// Groups are the groups in the group.
	Groups []Group
	// Weight is the weight of the group in the group that holds it; 0 stands for 1. Within a group,
	// weights are divided by their mean. A weight multiplies the terms that a combination sums, and
	// divides the p-value of which it takes the minimum.
	Weight float64
}

// parts returns the number of columns and groups in the group.
func (g Group) parts() int { return len(g.Columns) + len(g.Groups) }

// weight returns the weight of the group, before the division by the mean.
func (g Group) weight() float64 {
	if g.Weight == 0 {
		return 1
	}
	return g.Weight
}

// size returns the number of groups, the group itself included.
func (g Group) size() int {
	n := 1
	for _, inner := range g.Groups {
		n += inner.size()
	}
	return n
}

// flat reports whether the group combines all of m columns, each once, and no groups: its test is
// that of a [Calibration].
func (g Group) flat(m int) bool {
	if len(g.Groups) > 0 || len(g.Columns) != m {
		return false
	}
	for i, column := range g.Columns {
		if column != i {
			return false
		}
	}
	return true
}

// check returns an error if the group, or one in it, cannot combine m statistics.
func (g Group) check(m int) error {
	if _, err := ParseCombination(string(g.Combine)); err != nil {
		return err
	}
	if g.parts() == 0 {
		return fmt.Errorf("stats: group %q is empty", g.Name)
	}
	if !(g.weight() > 0) || math.IsInf(g.Weight, 0) {
		return fmt.Errorf("stats: group %q has the weight %v; want a finite number above 0", g.Name,
			g.Weight)
	}
	for _, s := range g.Columns {
		if s < 0 || s >= m {
			return fmt.Errorf("stats: group %q has column %d; the columns are 0 to %d", g.Name, s,
				m-1)
		}
	}
	for _, inner := range g.Groups {
		if err := inner.check(m); err != nil {
			return err
		}
	}
	return nil
}

// GroupedCalibration ranks observed statistics among B null toys, as [Calibration] does, but in
// groups: the p-values of a group's parts are combined into a score for every row of the table of
// toys, and the rank of a row's score is the p-value of the group for that row. This repeats up to
// the group that holds all others.
//
// Every step treats all rows alike, so that the last p-value is exact for the same reason as that
// of a Calibration. Scores within a relative 1e-12 of each other count as ties.
type GroupedCalibration struct {
	group Group
	*Calibration

	once  sync.Once
	index *groupIndex // made by the first test
}

// GroupP is the p-value of one group for an observed row.
type GroupP struct {
	Name string
	P    float64 // in [1/(B+1), 1]
}

// GroupedSignificance is the outcome for one observed row of statistics. Score is that of the group
// that holds all others.
type GroupedSignificance struct {
	Significance
	// Groups holds the p-value of every group: a group before those that it holds. The first is P,
	// that of the group that holds all others.
	Groups []GroupP
}

// CalibrateGroups prepares null toys of some number of statistics each for [GroupedCalibration]. It
// returns an error for the toys that [Calibrate] refuses, and for a group that is empty, has an
// unknown combination or column, or a weight that is not a finite number above 0.
func CalibrateGroups(null []NullToy, scales int, g Group) (*GroupedCalibration, error) {
	if err := g.check(scales); err != nil {
		return nil, err
	}
	c, err := Calibrate(null, scales, g.Combine)
	if err != nil {
		return nil, err
	}
	return &GroupedCalibration{group: g, Calibration: c}, nil
}

// Test returns the significance of the observed statistics t, one for each column. Errors are those
// of [Calibration.Test].
//
// The first test takes O(B (m + g log B)) for m columns in g groups. The others rank the null rows
// alone whose ranks the observed row may decide.
func (c *GroupedCalibration) Test(t []float64) (GroupedSignificance, error) {
	var result GroupedSignificance
	if c.group.flat(len(c.sorted)) {
		s, err := c.Calibration.Test(t)
		return GroupedSignificance{Significance: s, Groups: []GroupP{{c.group.Name, s.P}}}, err
	}
	if len(t) != len(c.sorted) {
		return result, errors.New("stats: testing an observation: " + fmt.Sprintf(
			"%d statistics where %d are expected", len(t), len(c.sorted)))
	}
	if err := checkRow(t, len(t)); err != nil {
		return result, fmt.Errorf("stats: testing an observation: %w", err)
	}
	c.once.Do(func() { c.index = newGroupIndex(c.Calibration, c.group) })
	table := c.table(t)
	test := c.index.test(table, &result)
	return c.significance(table, result, test.observed.score), nil
}

// TestRefined is [GroupedCalibration.Test] with ranks that are finer at the top: the p-value of the
// row that has the largest statistic of a column, or the largest score of a group, is lowered by
// how far it is above the second largest. The factor is that of an exponential tail, whose scale is
// the mean excess of the largest quarter of the other rows. It is at least n/1000 in a table of n
// rows, and e^-2 from 136 rows on.
//
// With few toys and many columns, every toy is first in some column, and a row that is far beyond
// all others in a few of them does not stand out by its ranks. It does by refined ones. All rows
// are treated alike, so that P is exact as that of Test is. With many toys the two are the same
// test. The p-values of the columns and groups are those of Test.
func (c *GroupedCalibration) TestRefined(t []float64) (GroupedSignificance, error) {
	plain, err := c.Test(t)
	if err != nil {
		return plain, err
	}
	table := c.table(t)
	table.refined = true
	refined := c.testTable(table)
	refined.ScaleP, refined.Groups = plain.ScaleP, plain.Groups
	refined.Groups[0].P = refined.P
	return refined, nil
}

// testTable returns the significance of the observed row of a table, by ranking all rows.
func (c *GroupedCalibration) testTable(table *rankTable) GroupedSignificance {
	var result GroupedSignificance
	table.p(c.group, &result)
	return c.significance(table, result, table.scores[c.toys])
}

// significance completes the significance of the observed row of a table, whose groups are known.
func (c *GroupedCalibration) significance(table *rankTable, result GroupedSignificance,
	score float64) GroupedSignificance {
	result.ScaleP = make([]float64, len(table.observed))
	for s, rank := range table.observed {
		result.ScaleP[s] = float64(rank) / float64(c.toys+1)
	}
	result.Score = score
	result.P = result.Groups[0].P
	reached := int(math.Round(result.P*float64(c.toys+1))) - 1
	result.Z = Z(float64(min(reached+1, c.toys)) / float64(c.toys+1))
	result.ZBound = reached == 0
	return result
}

// Groups returns the number of groups in the group that holds all others, at any depth.
func (c *GroupedCalibration) Groups() int { return c.group.size() - 1 }

// NullScores returns the score of each null toy in the group that holds all others, in their order,
// in a table of the B null toys alone.
func (c *GroupedCalibration) NullScores() []float64 {
	if c.group.flat(len(c.sorted)) {
		return c.Calibration.NullScores()
	}
	table := &rankTable{Calibration: c.Calibration}
	table.p(c.group, &GroupedSignificance{})
	return table.scores
}

// rankTable is the table of the null rows and, after them, the observed one, if there is one.
type rankTable struct {
	*Calibration
	observed []int     // the rank of the observed row in each column; nil if there is none
	values   []float64 // its statistics
	above    []int32   // the null rows strictly above it
	scores   []float64 // of all rows, in the last group
	refined  bool      // whether p-values are finer at the top
}

// rows returns the number of rows.
func (t *rankTable) rows() int {
	if t.observed == nil {
		return t.toys
	}
	return t.toys + 1
}

func (c *Calibration) table(t []float64) *rankTable {
	table := &rankTable{Calibration: c, values: t}
	for s, v := range t {
		column := c.sorted[s]
		table.observed = append(table.observed, 1+c.toys-sort.SearchFloat64s(column, v))
		higher := sort.Search(c.toys, func(i int) bool { return column[i] > v })
		table.above = append(table.above, int32(c.toys-higher))
	}
	return table
}

// ranks returns the ranks of all rows in a column: the numbers of rows with a statistic at least as
// large.
func (t *rankTable) ranks(column int) []int {
	m := len(t.sorted)
	ranks := make([]int, t.rows())
	for b := range t.toys {
		rank := t.atLeast[b*m+column]
		if t.observed != nil && rank > t.above[column] { // the observed row is at least as large
			rank++
		}
		ranks[b] = int(rank)
	}
	if t.observed != nil {
		ranks[t.toys] = t.observed[column]
	}
	return ranks
}

// p returns the p-values of a group for all rows, and appends that of the observed row, and those
// of the groups in the group, to the result.
func (t *rankTable) p(g Group, result *GroupedSignificance) []float64 {
	at := len(result.Groups)
	result.Groups = append(result.Groups, GroupP{Name: g.Name})
	rows := make([]sums, t.rows())
	for i := range rows {
		rows[i] = newSums()
	}
	mean := float64(len(g.Columns))
	for _, inner := range g.Groups {
		mean += inner.weight()
	}
	mean /= float64(g.parts())
	for _, column := range g.Columns {
		factor := t.topFactor(column)
		for i, rank := range t.ranks(column) {
			p := float64(rank) / float64(len(rows))
			if rank == 1 {
				p *= factor
			}
			rows[i].weigh(g.Combine.term(p), 1/mean)
		}
	}
	for _, inner := range g.Groups {
		for i, p := range t.p(inner, result) {
			rows[i].weigh(g.Combine.term(p), inner.weight()/mean)
		}
	}
	scores, sizes := make([]float64, len(rows)), make([]float64, len(rows))
	for i := range rows {
		scores[i], sizes[i] = rows[i].score(g.Combine, g.parts())
	}
	t.scores = scores
	p := rankScores(scores, sizes)
	result.Groups[at].P = p[len(p)-1]
	if t.refined {
		refineTop(p, g.Combine, scores)
	}
	return p
}

// rankScores returns the share of rows with a score at least as large, or as good as equal, for
// each row.
func rankScores(scores, sizes []float64) []float64 {
	sorted := slices.Clone(scores)
	slices.Sort(sorted)
	p := make([]float64, len(scores))
	for i, score := range scores {
		below := sort.SearchFloat64s(sorted, score-tieTolerance*math.Abs(sizes[i]))
		p[i] = float64(len(scores)-below) / float64(len(scores))
	}
	return p
}
