package stats

import "math"

// groupIndex is the [scoreIndex] of a group and of the groups in it. With it, a test ranks the null
// rows whose ranks an observed row may decide, and no others.
//
// The rank of a null row in a group lies between two numbers that do not depend on the observed
// row, which follow from the intervals of all scores in the group. These give intervals of the
// scores in the group that holds the group, and so on.
type groupIndex struct {
	*Calibration
	group   Group
	weights []float64 // of the groups in the group, divided by the mean weight of all parts
	column  float64   // the weight of a column, divided in the same way
	inner   []*groupIndex
	index   *scoreIndex
	// least and most are bounds of the rank of each null row in a table with an observed row.
	least, most []int32
}

// newGroupIndex returns the index of a group.
func newGroupIndex(c *Calibration, g Group) *groupIndex {
	x := &groupIndex{Calibration: c, group: g}
	mean := float64(len(g.Columns))
	for _, inner := range g.Groups {
		mean += inner.weight()
	}
	mean /= float64(g.parts())
	x.column = 1 / mean
	for _, inner := range g.Groups {
		x.weights = append(x.weights, inner.weight()/mean)
		x.inner = append(x.inner, newGroupIndex(c, inner))
	}
	lower, upper := make([]float64, c.toys), make([]float64, c.toys)
	for b := range c.toys {
		raised, raisedSize := x.bound(b, 1, func(inner *groupIndex) int32 { return inner.most[b] })
		plain, plainSize := x.bound(b, 0, func(inner *groupIndex) int32 { return inner.least[b] })
		slack := intervalSlack * max(math.Abs(raisedSize), math.Abs(plainSize))
		lower[b], upper[b] = raised-slack, plain+slack
	}
	x.index = newIntervalIndex(lower, upper)
	x.least, x.most = make([]int32, c.toys), make([]int32, c.toys)
	highest := sortedCopy(upper)
	for b := range c.toys {
		x.least[b] = int32(1 + countAtLeast(x.index.lower, upper[b]))
		x.most[b] = int32(1 + countAtLeast(highest, lower[b]))
	}
	return x
}

// bound returns the score of null row b if some number is added to all its ranks in the columns,
// and if its ranks in the inner groups are given.
func (x *groupIndex) bound(b int, raise int32, rank func(*groupIndex) int32) (score,
	size float64) {
	m := len(x.sorted)
	return x.score(func(column int) int32 { return x.atLeast[b*m+column] + raise }, rank)
}

// score returns the score of a row with some ranks in a table with an observed row.
func (x *groupIndex) score(column func(int) int32, inner func(*groupIndex) int32) (score,
	size float64) {
	row, rows := newSums(), float64(x.toys+1)
	for _, s := range x.group.Columns {
		row.weigh(x.group.Combine.term(float64(column(s))/rows), x.column)
	}
	for i, part := range x.inner {
		row.weigh(x.group.Combine.term(float64(inner(part))/rows), x.weights[i])
	}
	return row.score(x.group.Combine, x.group.parts())
}

// A groupTest is the test of one observed row in a group.
type groupTest struct {
	*groupIndex
	table    *rankTable // that of the observed row; it has no scores
	inner    map[*groupIndex]*groupTest
	observed groupScore
	rank     int32 // of the observed row
	null     map[int]groupScore
	ranks    map[int]int32
}

// groupScore is the score of a row, and the least score that is as good as equal to it.
type groupScore struct{ score, least float64 }

func newGroupScore(score, size float64) groupScore {
	return groupScore{score, score - tieTolerance*math.Abs(size)}
}

// test ranks the observed row of a table in the group, and appends the p-values of the group and of
// those in it to the result.
func (x *groupIndex) test(table *rankTable, result *GroupedSignificance) *groupTest {
	t := &groupTest{groupIndex: x, table: table, inner: map[*groupIndex]*groupTest{},
		null: map[int]groupScore{}, ranks: map[int]int32{}}
	at := len(result.Groups)
	result.Groups = append(result.Groups, GroupP{Name: x.group.Name})
	for _, inner := range x.inner {
		t.inner[inner] = inner.test(table, result)
	}
	t.observed = newGroupScore(x.score(
		func(column int) int32 { return int32(table.observed[column]) },
		func(inner *groupIndex) int32 { return t.inner[inner].rank }))
	t.rank = int32(1 + t.reached(t.observed))
	result.Groups[at].P = float64(t.rank) / float64(x.toys+1)
	return t
}

// reached returns the number of null rows whose score is at least some score, or as good as equal.
func (t *groupTest) reached(s groupScore) int {
	return t.index.reached(s.least, s.score,
		func(b int) bool { return t.nullScore(b).score >= s.least })
}

// nullScore returns the score of null row b.
func (t *groupTest) nullScore(b int) groupScore {
	if known, ok := t.null[b]; ok {
		return known
	}
	m := len(t.sorted)
	s := newGroupScore(t.score(
		func(column int) int32 {
			rank := t.atLeast[b*m+column]
			if rank > t.table.above[column] { // the observed row is at least as large
				rank++
			}
			return rank
		},
		func(inner *groupIndex) int32 { return t.inner[inner].nullRank(b) }))
	t.null[b] = s
	return s
}

// nullRank returns the rank of null row b.
func (t *groupTest) nullRank(b int) int32 {
	if t.least[b] == t.most[b] {
		return t.least[b]
	}
	if known, ok := t.ranks[b]; ok {
		return known
	}
	s := t.nullScore(b)
	rank := int32(t.reached(s))
	if t.observed.score >= s.least {
		rank++
	}
	t.ranks[b] = rank
	return rank
}
