package stats

import (
	"cmp"
	"math"
	"slices"
	"sort"
)

// scoreIndex finds the null rows whose scores an observed row may change, so that a test does not
// score all of them.
//
// The observed row adds one to some of the ranks of a null row and leaves the others. The score of
// the null row is therefore between two numbers that do not depend on the observed row: the score
// with every rank raised by one, and the score with none raised. Most of the intervals lie on one
// side of the observed score. They are of the size of the distance between neighboring scores, so
// that about as many rows as there are columns are left, whatever the number of rows.
type scoreIndex struct {
	lower   []float64 // the lower ends of all intervals, ascending
	classes []scoreClass
}

// scoreClass holds the intervals whose lengths are below a power of two, and not below half of it.
type scoreClass struct {
	longest float64
	rows    []int32 // by ascending lower end
	lower   []float64
	upper   []float64
}

// intervalSlack widens the intervals relative to the sizes of the scores. It is far above rounding
// errors and the tolerance of ties, and far below the distance of scores of a million rows.
const intervalSlack = 1e-9

// newScoreIndex returns the index of the null rows of a calibration.
func newScoreIndex(c *Calibration) *scoreIndex {
	lower, upper := make([]float64, c.toys), make([]float64, c.toys)
	for b := range c.toys {
		raised, raisedSize := c.rowScore(b, func(int, int32) bool { return true })
		plain, plainSize := c.rowScore(b, func(int, int32) bool { return false })
		slack := intervalSlack * max(math.Abs(raisedSize), math.Abs(plainSize))
		lower[b], upper[b] = raised-slack, plain+slack
	}
	return newIntervalIndex(lower, upper)
}

// newIntervalIndex returns the index of rows whose scores lie in intervals.
func newIntervalIndex(lower, upper []float64) *scoreIndex {
	x, order := &scoreIndex{lower: sortedCopy(lower)}, make([]int32, len(lower))
	for b := range order {
		order[b] = int32(b)
	}
	slices.SortFunc(order, func(i, j int32) int { return cmp.Compare(lower[i], lower[j]) })
	at := map[int]int{} // by the exponent of the length: the position in classes
	for _, b := range order {
		_, exponent := math.Frexp(upper[b] - lower[b])
		k, known := at[exponent]
		if !known {
			k = len(x.classes)
			at[exponent] = k
			x.classes = append(x.classes, scoreClass{longest: math.Ldexp(1, exponent)})
		}
		class := &x.classes[k]
		class.rows = append(class.rows, b)
		class.lower, class.upper = append(class.lower, lower[b]), append(class.upper, upper[b])
	}
	return x
}

// sortedCopy returns values in ascending order.
func sortedCopy(values []float64) []float64 {
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	return sorted
}

// countAtLeast returns how many of some ascending values are at least as large as one.
func countAtLeast(sorted []float64, least float64) int {
	return len(sorted) - sort.SearchFloat64s(sorted, least)
}

// reached returns the number of rows with a score of at least some threshold between least and
// most. The scores of rows near it are asked for.
func (x *scoreIndex) reached(least, most float64, reaches func(row int) bool) int {
	n := countAtLeast(x.lower, most)
	for _, class := range x.classes {
		first := sort.SearchFloat64s(class.lower, least-class.longest)
		for i := first; i < len(class.rows) && class.lower[i] < most; i++ {
			if class.upper[i] >= least && reaches(int(class.rows[i])) {
				n++
			}
		}
	}
	return n
}

// rowScore returns the score of null row b in a table with an observed row, and its size. The
// function raises reports whether the observed row adds one to a rank in a column.
func (c *Calibration) rowScore(b int, raises func(column int, rank int32) bool) (score,
	size float64) {
	m := len(c.sorted)
	row := newSums()
	for s, rank := range c.atLeast[b*m : (b+1)*m] {
		if raises(s, rank) {
			rank++
		}
		row.add(c.terms[rank])
	}
	return row.score(c.combination, m)
}
