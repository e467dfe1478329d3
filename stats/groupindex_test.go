package stats

import (
	"math"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
)

// toysOf returns rows as null toys. The last one failed.
func toysOf(rows [][]float64) []NullToy {
	var toys []NullToy
	for _, row := range rows {
		toys = append(toys, NullToy{T: row})
	}
	return append(toys, NullToy{Failed: true})
}

// The rows that the index leaves out change nothing: the outcome is that of ranking all rows, in
// the tail, in the bulk, with ties, and with toys that failed.
func TestGroupIndexLeavesNothingOut(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(12, 1))
	for _, across := range Combinations() {
		for _, within := range Combinations() {
			for _, step := range []float64{0, 0.5} {
				null := correlated(r, 200, 5, step)
				null[7] = slices.Repeat([]float64{math.Inf(1)}, 5)
				c, err := CalibrateGroups(toysOf(null), 5, nested(across, within))
				if err != nil {
					t.Fatal(err)
				}
				for i, observed := range correlated(r, 12, 5, step) {
					for s := range observed {
						observed[s] += float64(i*(s%2)) / 2
					}
					got, err := c.Test(observed)
					if err != nil {
						t.Fatal(err)
					}
					if want := c.testTable(c.table(observed)); !reflect.DeepEqual(got, want) {
						t.Errorf("%s of %s, step %v, row %d: %+v, want %+v", across, within, step,
							i, got, want)
					}
				}
			}
		}
	}
}

// The number of null rows that are ranked for a test hardly depends on their number.
func TestGroupIndexRanksFewRows(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(13, 1))
	c, err := CalibrateGroups(toysOf(correlated(r, 20000, 5, 0)), 5, nested(Harmonic, Mix))
	if err != nil {
		t.Fatal(err)
	}
	index := newGroupIndex(c.Calibration, c.group)
	for _, observed := range correlated(r, 50, 5, 0) {
		var result GroupedSignificance
		test := index.test(c.table(observed), &result)
		if n := len(test.null); n > 200 {
			t.Errorf("%d of 20000 rows are scored", n)
		}
	}
}

func BenchmarkTestsOfOneGroupedCalibration(b *testing.B) {
	for _, toys := range []int{1e3, 1e4, 1e5} {
		b.Run(strconv.Itoa(toys), func(b *testing.B) {
			r := rand.New(rand.NewPCG(1, 1))
			c, err := CalibrateGroups(toysOf(correlated(r, toys, 5, 0)), 5, nested(Harmonic, Mix))
			if err != nil {
				b.Fatal(err)
			}
			rows := correlated(r, 100, 5, 0)
			for i := 0; b.Loop(); i++ {
				if _, err := c.Test(rows[i%len(rows)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
