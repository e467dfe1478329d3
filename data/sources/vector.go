package sources

import (
	"errors"
	"fmt"
)

// Vector is a point. In YAML it is a list of numbers, or a single number in one dimension.
type Vector []float64

// UnmarshalYAML decodes a number or a list of numbers.
func (v *Vector) UnmarshalYAML(decode func(any) error) error {
	var one float64
	if err := decode(&one); err == nil {
		*v = Vector{one}
		return nil
	}
	var many []float64
	if err := decode(&many); err != nil {
		return errors.New("want a number or a list of numbers")
	}
	*v = many
	return nil
}

// MarshalYAML encodes a vector of one entry as a number, and any other as a list.
func (v Vector) MarshalYAML() (any, error) {
	if len(v) == 1 {
		return v[0], nil
	}
	return []float64(v), nil
}

// Words is a list of texts. In YAML it is a list, or a single text. Integers and booleans are taken
// as text.
type Words []string

// UnmarshalYAML decodes a word or a list of words.
func (w *Words) UnmarshalYAML(decode func(any) error) error {
	var many []any
	if err := decode(&many); err != nil {
		var one any
		if err := decode(&one); err != nil {
			return err
		}
		many = []any{one}
	}
	*w = nil
	for _, x := range many {
		switch x := x.(type) {
		case string:
			*w = append(*w, x)
		case int, int64, uint64, bool:
			*w = append(*w, fmt.Sprint(x))
		default:
			return errors.New("want a text or a whole number, or a list of these")
		}
	}
	return nil
}

// MarshalYAML encodes the words as a list.
func (w Words) MarshalYAML() (any, error) { return []string(w), nil }
