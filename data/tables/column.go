package tables

import (
	"fmt"
	"math"
	"slices"
	"strconv"
)

// Kind is what the values of a column stand for.
type Kind int

// The kinds of columns.
const (
	// Number is a number, or a truth value: 0 for false and 1 for true.
	Number Kind = iota
	// Category is a word out of a few. The number of a row is the index of its word in the levels
	// of the column.
	Category
	// Time is a date, or a date with a time of day, in days since 1970-01-01 00:00 UTC.
	Time
)

// String returns the kind in words.
func (k Kind) String() string {
	switch k {
	case Category:
		return "category"
	case Time:
		return "time"
	}
	return "number"
}

// MarshalText returns the kind in words.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText sets the kind from its words.
func (k *Kind) UnmarshalText(text []byte) error {
	for *k = Number; *k <= Time; *k++ {
		if k.String() == string(text) {
			return nil
		}
	}
	return fmt.Errorf("data: %q is not a kind of columns", text)
}

// ColumnInfo describes a column of a [Table].
type ColumnInfo struct {
	Name string
	Kind Kind
	// Levels are the words of a Category in the order in which they first appear in the file. It is
	// nil for the other kinds.
	Levels []string
	// Missing is the number of rows of the file whose value is missing or not finite.
	Missing int
	// Rising reports whether the values are at least ten whole numbers that grow from row to row of
	// the file, such as the numbers of the rows. It is false for the other kinds.
	Rising bool
	// Distinct reports whether the values are at least ten whole numbers that are all different,
	// and so close together that random ones would not be. It is false for the other kinds, and for
	// more than a million values.
	Distinct bool
}

// MissingShares lists the columns that have missing values, each with its share of a number of
// rows, the largest share first: "cost (3.42%), region (<0.1%)".
func MissingShares(columns []ColumnInfo, rows int) string {
	columns = slices.Clone(columns)
	slices.SortStableFunc(columns, func(a, b ColumnInfo) int { return b.Missing - a.Missing })
	var shares []string
	for _, c := range columns {
		if c.Missing > 0 {
			shares = append(shares, fmt.Sprintf("%s (%s)", c.Name, Percentage(c.Missing, rows)))
		}
	}
	return listed(shares)
}

// Percentage writes n of all things as a percentage of three digits. It is "0%" or "100%" only if
// that is exact.
func Percentage(n, all int) string {
	switch percent := 100 * float64(n) / float64(max(all, 1)); {
	case n > 0 && percent < 0.1:
		return "<0.1%"
	case n < all && percent > 99.9:
		return ">99.9%"
	default:
		return strconv.FormatFloat(percent, 'g', 3, 64) + "%"
	}
}

// dictionary numbers the words of a column of the kind Category in the order in which they appear.
type dictionary struct {
	words []string
	codes map[string]int
	limit int // largest number of words
	full  bool
}

func newDictionary(limit int) *dictionary {
	return &dictionary{codes: map[string]int{}, limit: limit}
}

// code returns the number of a word, which the dictionary copies if it is new. A new word in a
// dictionary that has reached its limit has no number: the result is NaN, and full is set.
func (d *dictionary) code(word []byte) float64 {
	if code, known := d.codes[string(word)]; known {
		return float64(code)
	}
	if len(d.words) == d.limit {
		d.full = true
		return math.NaN()
	}
	w := string(word)
	d.codes[w] = len(d.words)
	d.words = append(d.words, w)
	return float64(len(d.words) - 1)
}
