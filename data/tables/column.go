package tables

import (
	"fmt"
	"math"
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
