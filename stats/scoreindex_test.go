package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// correlated draws rows of m statistics with a common part. If the step is above 0, they are
// multiples of it, and many are equal.
func correlated(r *rand.Rand, rows, m int, step float64) [][]float64 {
	all := make([][]float64, rows)
	for b := range all {
		common := r.ExpFloat64()
		for range m {
			v := common + r.ExpFloat64()
			if step > 0 {
				v = step * math.Floor(v/step)
			}
			all[b] = append(all[b], v)
		}
	}
	return all
}

// The rows that the index leaves out change nothing: the p-values are those of the definition, in
// the tail, in the bulk, with ties, and with toys that failed.
func TestScoreIndexLeavesNothingOut(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(11, 1))
	for k, combination := range Combinations() {
		for _, step := range []float64{0, 0.5} {
			null := correlated(r, 300, 1+3*k, step)
			null[7] = slices.Repeat([]float64{math.Inf(1)}, len(null[7]))
			c, err := NewCalibration(null, combination)
			if err != nil {
				t.Fatal(err)
			}
			for i, observed := range correlated(r, 12, len(null[0]), step) {
				for s := range observed {
					observed[s] += float64(i) / 3
				}
				got, err := c.Test(observed)
				if err != nil {
					t.Fatal(err)
				}
				if want := jointRank(null, observed, combination); got.P != want.P {
					t.Errorf("%s, step %v, row %d: p = %v, want %v", combination, step, i, got.P,
						want.P)
				}
			}
		}
	}
}

// The number of rows that are scored for a test depends on the columns, and not on the toys.
func TestScoreIndexScoresFewRows(t *testing.T) {
	t.Parallel()
	const m, observations = 10, 50
	for _, toys := range []int{1000, 16_000} {
		r := rand.New(rand.NewPCG(12, 1))
		c, err := NewCalibration(correlated(r, toys, m, 0), Mix)
		if err != nil {
			t.Fatal(err)
		}
		index, asked := newScoreIndex(c), 0
		for range observations {
			score, _ := c.rowScore(r.IntN(toys), func(int, int32) bool { return false })
			index.reached(score, score, func(int) bool { asked++; return false })
		}
		if mean := float64(asked) / observations; mean < 1 || mean > 5*m {
			t.Errorf("%d toys: %v rows are scored in the mean; want 1 to %d", toys, mean, 5*m)
		}
	}
}

func BenchmarkTestsOfOneCalibration(b *testing.B) {
	for _, toys := range []int{1000, 10_000, 100_000} {
		b.Run(strconv.Itoa(toys), func(b *testing.B) {
			r := rand.New(rand.NewPCG(13, 1))
			c, err := NewCalibration(correlated(r, toys, 20, 0), Mix)
			if err != nil {
				b.Fatal(err)
			}
			rows := correlated(r, 100, 20, 0)
			if _, err := c.Test(rows[0]); err != nil { // it makes the index
				b.Fatal(err)
			}
			for i := 0; b.Loop(); i++ {
				if _, err := c.Test(rows[i%len(rows)]); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
