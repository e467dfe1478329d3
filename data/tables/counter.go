package tables

import "math"

// counter finds out whether the values of a column number its rows.
type counter struct {
	n          int
	low, high  float64
	last       float64
	rising     bool
	distinct   bool
	seen       map[float64]struct{} // nil if the values are too many to be kept
	most       int                  // number of values that may be kept
	impossible bool                 // the values are not whole numbers, or they repeat
}

// The limits of a counter. With fewer values, numbers rise by chance: ten of them do in one of
// 10! = 3.6 million columns. A million different values of a column, which are kept, take some
// 40 MB; those of all columns take at most four times as much.
const (
	fewestCounted = 10
	mostCounted   = 1 << 20
)

// newCounter returns the counter of one of the given number of columns.
func newCounter(columns int) counter {
	return counter{most: min(mostCounted, 4*mostCounted/columns), low: math.Inf(1),
		high: math.Inf(-1), rising: true, distinct: true, seen: map[float64]struct{}{}}
}

// add counts a finite value.
func (c *counter) add(v float64) {
	if c.impossible {
		return
	}
	if v != math.Trunc(v) {
		c.impossible, c.seen = true, nil
		return
	}
	c.rising = c.rising && (c.n == 0 || v > c.last)
	if c.distinct = c.distinct && c.isNew(v); !c.rising && !c.distinct {
		c.impossible, c.seen = true, nil
		return
	}
	c.n++
	c.last, c.low, c.high = v, min(c.low, v), max(c.high, v)
}

// isNew reports whether a value is known to differ from all earlier ones, and keeps it.
func (c *counter) isNew(v float64) bool {
	if c.seen == nil || len(c.seen) == c.most {
		c.seen = nil
		return false
	}
	if _, known := c.seen[v]; known {
		c.seen = nil
		return false
	}
	c.seen[v] = struct{}{}
	return true
}

// counts reports whether the values rise from row to row, and whether all of them are different
// although n random whole numbers between the smallest and the largest one would not be: these have
// n(n-1)/2R equal pairs on average among R numbers, so that 10 pairs are missing with probability
// below exp(-10).
func (c *counter) counts() (rising, distinct bool) {
	if c.impossible || c.n < fewestCounted {
		return false, false
	}
	n := float64(c.n)
	return c.rising, c.distinct && n*(n-1)/2 >= 10*(c.high-c.low+1)
}
