package data

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

func TestNewSample(t *testing.T) {
	t.Parallel()
	s, err := NewSample([]float64{1, 2, 3, 4, 5, 6}, 3, 2)
	if err != nil {
		t.Fatal(err)
	}
	row := s.Row(1)
	if len(row) != 2 || cap(row) != 2 || row[0] != 3 || row[1] != 4 {
		t.Errorf("row 1 is %v with capacity %d, want [3 4] with capacity 2", row, cap(row))
	}
	if _, err := NewSample(nil, 0, 3); err != nil {
		t.Errorf("an empty sample: %v", err)
	}
	for _, c := range []struct {
		x    []float64
		n, d int
		want string
	}{
		{[]float64{1, 2, 3}, 2, 2, "3 values do not make a sample of 2 rows and 2 columns"},
		{nil, 0, 0, "0 columns"},
		{nil, -1, 1, "-1 rows"},
		{[]float64{1, 2, 3, math.NaN()}, 2, 2, "row 1, column 1 (counted from 0) is NaN"},
		{[]float64{1, 2, math.Inf(-1), 4}, 4, 1, "row 2, column 0 (counted from 0) is -Inf"},
	} {
		if _, err := NewSample(c.x, c.n, c.d); err == nil ||
			!strings.HasPrefix(err.Error(), "data: ") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("NewSample(%v, %d, %d): error %v, want one with %q", c.x, c.n, c.d, err,
				c.want)
		}
	}
	_, err = NewSample([]float64{1, 2, math.Inf(-1), 4}, 4, 1)
	if value := (*NonFiniteError)(nil); !errors.As(err, &value) ||
		*value != (NonFiniteError{Row: 2, Value: math.Inf(-1)}) {
		t.Errorf("an infinite value: %#v", err)
	}
}

func TestColumnNames(t *testing.T) {
	t.Parallel()
	for d, want := range map[int][]string{0: {}, 1: {"x"}, 2: {"x1", "x2"}} {
		if got := ColumnNames(d); !slices.Equal(got, want) {
			t.Errorf("names of %d columns: %q, want %q", d, got, want)
		}
	}
}
