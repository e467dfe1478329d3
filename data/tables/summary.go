package tables

import (
	"cmp"
	"encoding/json"
	"math"
	"slices"
)

// ColumnSummary describes a column. Min, Mean, SD and Max are those of the finite values, or NaN if
// there are none. SD is the standard deviation with the divisor n-1, or NaN if there are fewer than
// two finite values. All four are NaN for a Category, and in days for a Time.
type ColumnSummary struct {
	Name               string
	Kind               Kind
	Stored             string // type in the file
	Finite, NaN, Inf   int    // numbers of values; NaN includes null and empty cells
	Min, Mean, SD, Max float64
	// Constant reports whether all values are finite and equal.
	Constant bool
	// Levels is the number of different words of a Category, and Words are the most frequent ones.
	Levels int
	Words  []WordCount
	// Rising and Distinct are those of [ColumnInfo].
	Rising, Distinct bool

	squares float64 // sum of squared deviations from the mean
	counter counter
	counts  []int // of the words of a Category
}

// WordCount is a word of a Category and the number of rows that have it.
type WordCount struct {
	Word string `json:"word"`
	Rows int    `json:"rows"`
}

// mostWords is the number of words that a summary lists.
const mostWords = 5

// newSummary returns the summary of one of the given number of columns.
func newSummary(c column, columns int) ColumnSummary {
	return ColumnSummary{Name: c.name, Kind: c.kind, Stored: c.stored, Min: math.Inf(1),
		Max: math.Inf(-1), counter: newCounter(columns)}
}

// MarshalJSON writes numbers that are not finite as null.
func (c ColumnSummary) MarshalJSON() ([]byte, error) {
	number := func(v float64) *float64 {
		if !isFinite(v) {
			return nil
		}
		return &v
	}
	return json.Marshal(struct {
		Name     string      `json:"name"`
		Kind     Kind        `json:"kind"`
		Stored   string      `json:"stored"`
		Finite   int         `json:"finite"`
		NaN      int         `json:"nan"`
		Inf      int         `json:"inf"`
		Min      *float64    `json:"min"`
		Mean     *float64    `json:"mean"`
		SD       *float64    `json:"sd"`
		Max      *float64    `json:"max"`
		Constant bool        `json:"constant"`
		Levels   int         `json:"levels,omitempty"`
		Words    []WordCount `json:"words,omitempty"`
		Rising   bool        `json:"rising,omitempty"`
		Distinct bool        `json:"distinct,omitempty"`
	}{c.Name, c.Kind, c.Stored, c.Finite, c.NaN, c.Inf, number(c.Min), number(c.Mean),
		number(c.SD), number(c.Max), c.Constant, c.Levels, c.Words, c.Rising, c.Distinct})
}

// add counts a value and reports whether it is finite. Mean and squares are updated by Welford's
// formula.
func (c *ColumnSummary) add(v float64) bool {
	switch {
	case math.IsNaN(v):
		c.NaN++
		return false
	case math.IsInf(v, 0):
		c.Inf++
		return false
	}
	c.Finite++
	delta := v - c.Mean
	c.Mean += delta / float64(c.Finite)
	c.squares += delta * (v - c.Mean)
	c.Min, c.Max = min(c.Min, v), max(c.Max, v)
	switch c.Kind {
	case Number:
		c.counter.add(v)
	case Category:
		for int(v) >= len(c.counts) {
			c.counts = append(c.counts, 0)
		}
		c.counts[int(v)]++
	}
	return true
}

// finish completes the summary of a column of a table with the given number of rows.
func (c *ColumnSummary) finish(rows int, words *dictionary) {
	c.SD = math.NaN()
	if c.Finite > 1 {
		c.SD = math.Sqrt(c.squares / float64(c.Finite-1))
	}
	c.Constant = c.Finite == rows && c.Min == c.Max
	if c.Finite == 0 || c.Kind == Category {
		c.Min, c.Mean, c.SD, c.Max = math.NaN(), math.NaN(), math.NaN(), math.NaN()
	}
	if c.Kind == Number {
		c.Rising, c.Distinct = c.counter.counts()
	}
	if words != nil {
		c.Levels = len(words.words)
		for code, n := range c.counts {
			c.Words = append(c.Words, WordCount{words.words[code], n})
		}
		slices.SortStableFunc(c.Words, func(a, b WordCount) int {
			return cmp.Compare(b.Rows, a.Rows)
		})
		c.Words = c.Words[:min(len(c.Words), mostWords)]
	}
	c.counter, c.counts, c.squares = counter{}, nil, 0
}
