package stats

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"
	"sync"
)

// Search ranks what was found by a search of many regions at m scales among what the same search
// finds in B null toys. The table has a row for every toy: the largest local significance that it
// has in each column, such as the largest excess at a scale. It is immutable: any number of
// goroutines may use one.
//
// An observed row and the null rows make one table of B+1 rows. The local p-value of a number z in
// column c is the share of rows, its own included, with a number of at least z there. The score of
// a row is its smallest local p-value. Rows with equal ones, which are many, are ordered by how far
// the number is above the median of its column, and
//
//	p = (1 + #{null rows: score at least that of the observed row}) / (B+1).
//
// All rows are treated alike. So p is exact under the null hypothesis, where they are exchangeable:
// P(p <= u) <= u for the most significant region of all columns. This is the p-value of a minimum,
// or of a maximum, over a family (Westfall and Young, Resampling-based Multiple Testing, 1993,
// section 2.3) with one more step: the order of ties. Without it the p-value of m independent
// columns could not be below m/(B+1).
type Search struct {
	null    []NullToy
	columns int
	sorted  [][]float64 // the null numbers of each column, ascending

	once  sync.Once // sets the fields below in the first test
	rows  []int     // of null, by their smallest rank in a column
	ranks []int     // these ranks, ascending
}

// Found is the outcome of a [Search] for one observed row.
type Found struct {
	// P is the p-value of the row, in [1/(B+1), 1].
	P float64
	// Column is where the row has its score.
	Column int
	// LocalP is the p-value of each column alone.
	LocalP []float64
}

// NewSearch prepares null toys with a number in each of some columns, at least 0. A toy that failed
// counts as more extreme than any observation. It returns an error if there are no toys or columns,
// and for a number that is NaN or below 0.
func NewSearch(null []NullToy, columns int) (*Search, error) {
	if len(null) == 0 || columns < 1 {
		return nil, fmt.Errorf("stats: a search of %d columns with %d null toys; want at least 1 "+
			"of both", columns, len(null))
	}
	s := &Search{columns: columns, sorted: make([][]float64, columns)}
	for b, toy := range null {
		if toy.Failed {
			toy.T = slices.Repeat([]float64{math.Inf(1)}, columns)
		} else if err := checkMaxima(toy.T, columns); err != nil {
			return nil, fmt.Errorf("stats: a search: null toy %d: %w", b, err)
		}
		s.null = append(s.null, toy)
		for c, z := range toy.T {
			s.sorted[c] = append(s.sorted[c], z)
		}
	}
	for _, column := range s.sorted {
		slices.Sort(column)
	}
	return s, nil
}

// checkMaxima refuses a row that is not one of maxima.
func checkMaxima(row []float64, columns int) error {
	if len(row) != columns {
		return fmt.Errorf("%d numbers for %d columns", len(row), columns)
	}
	for c, z := range row {
		if !(z >= 0) {
			return fmt.Errorf("the number in column %d is %v; want at least 0", c, z)
		}
	}
	return nil
}

// Toys returns the number B of null toys, those that failed included.
func (s *Search) Toys() int { return len(s.null) }

// Columns returns the number m of columns.
func (s *Search) Columns() int { return s.columns }

// Test returns the significance of an observed row. It returns an error for a row that [NewSearch]
// refuses. The first test takes O(B m log B), and the others O(m log B) and as much again for every
// null row whose smallest rank is next to that of the observed row. These are few if most numbers
// are above 0.
func (s *Search) Test(row []float64) (Found, error) {
	if err := checkMaxima(row, s.columns); err != nil {
		return Found{}, fmt.Errorf("stats: a search: %w", err)
	}
	found := Found{LocalP: make([]float64, s.columns)}
	observed := searchScore{rank: math.MaxInt}
	columns := make([]searchColumn, s.columns)
	for c, z := range row {
		columns[c] = s.column(c, z)
		own := columns[c].score(z)
		if own.above(observed) {
			observed, found.Column = own, c
		}
		found.LocalP[c] = float64(own.rank) / float64(len(s.null)+1)
	}
	// The observed row adds at most one to the smallest rank of a null row. So the rows are known
	// whose rank is smaller or larger in any case; the others are scored.
	s.once.Do(s.rank)
	first := sort.SearchInts(s.ranks, observed.rank-1)
	reached := 1 + first
	for i := first; i < len(s.ranks) && s.ranks[i] <= observed.rank; i++ {
		if !observed.above(best(columns, s.null[s.rows[i]].T)) {
			reached++
		}
	}
	found.P = float64(reached) / float64(len(s.null)+1)
	return found, nil
}

// rank sorts the null rows by their smallest rank in a column, among the null rows alone.
func (s *Search) rank() {
	smallest := make([]int, len(s.null))
	for b, toy := range s.null {
		smallest[b] = math.MaxInt
		for c, z := range toy.T {
			smallest[b] = min(smallest[b], len(s.null)-sort.SearchFloat64s(s.sorted[c], z))
		}
		s.rows = append(s.rows, b)
	}
	slices.SortFunc(s.rows, func(a, b int) int { return cmp.Compare(smallest[a], smallest[b]) })
	for _, b := range s.rows {
		s.ranks = append(s.ranks, smallest[b])
	}
}

// best returns the best score of a row of the table.
func best(columns []searchColumn, row []float64) searchScore {
	first := searchScore{rank: math.MaxInt}
	for c, z := range row {
		if score := columns[c].score(z); score.above(first) {
			first = score
		}
	}
	return first
}

// noScores returns scores of the null rows below any other.
func (s *Search) noScores() []searchScore {
	return slices.Repeat([]searchScore{{rank: math.MaxInt}}, len(s.null))
}

// p returns the p-value of a score among those of the null rows.
func (s *Search) p(observed searchScore, null []searchScore) float64 {
	reached := 1
	for _, score := range null {
		if !observed.above(score) {
			reached++
		}
	}
	return float64(reached) / float64(len(s.null)+1)
}

// Threshold returns the largest z in a column at which an observed row that is otherwise the given
// one has, by this column, a p-value above alpha. It is +Inf if there is none, as with fewer than
// 1/alpha - 1 toys. A row whose score is that of the column has p <= alpha exactly if its number
// there is above the threshold.
func (s *Search) Threshold(row []float64, column int, alpha float64) float64 {
	rest := s.noScores()
	for c, z := range row {
		if c == column {
			continue
		}
		at := s.column(c, z)
		for b, toy := range s.null {
			if score := at.score(toy.T[c]); score.above(rest[b]) {
				rest[b] = score
			}
		}
	}
	null := make([]searchScore, len(rest))
	accepts := func(z float64) bool {
		at := s.column(column, z)
		for b, toy := range s.null {
			null[b] = rest[b]
			if score := at.score(toy.T[column]); score.above(rest[b]) {
				null[b] = score
			}
		}
		return s.p(at.score(z), null) > alpha
	}
	if accepts(math.Inf(1)) {
		return math.Inf(1)
	}
	low, high := 0.0, 1.0
	for accepts(high) {
		low, high = high, 2*high
	}
	for {
		middle := low + (high-low)/2
		switch {
		case middle <= low || middle >= high:
			return low
		case accepts(middle):
			low = middle
		default:
			high = middle
		}
	}
}

// searchScore is the score of a row by one column.
type searchScore struct {
	rank   int     // of its number in the column: the rows with one at least as large
	excess float64 // of the number over the median of the column
}

// above reports whether a score is more extreme than another, and not as good as equal.
func (s searchScore) above(o searchScore) bool {
	if s.rank != o.rank {
		return s.rank < o.rank
	}
	return s.excess > o.excess+tieTolerance*math.Abs(o.excess)
}

// searchColumn is a column of the table with the observed number z.
type searchColumn struct {
	null   []float64
	z      float64
	median float64
}

func (s *Search) column(c int, z float64) searchColumn {
	null := s.sorted[c]
	at := searchColumn{null: null, z: z}
	// The median is the number that has half of the B+1 numbers below it.
	half := (len(null) + 1) / 2
	switch below := sort.SearchFloat64s(null, z); {
	case below < half:
		at.median = null[half-1]
	case half < len(null):
		at.median = min(z, null[half])
	default:
		at.median = z
	}
	return at
}

// score returns the score of a number of the column, be it the observed one or that of a toy.
func (c searchColumn) score(v float64) searchScore {
	rank := len(c.null) - sort.SearchFloat64s(c.null, v)
	if c.z >= v {
		rank++
	}
	if math.IsInf(v, 1) {
		return searchScore{rank, v}
	}
	return searchScore{rank, v - c.median}
}
