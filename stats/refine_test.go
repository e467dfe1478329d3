package stats

import (
	"math"
	"math/rand/v2"
	"testing"
)

// exactness tests every row of tables among the others, and returns how often p is at most u.
func exactness(t *testing.T, u float64, g Group, draw func(*rand.Rand) []float64) (hits, rows int) {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 16))
	for range 40 {
		var table [][]float64
		for range 20 {
			table = append(table, draw(r))
		}
		for i, observed := range table {
			var null []NullToy
			for j, row := range table {
				if j != i {
					null = append(null, NullToy{T: row})
				}
			}
			c, err := CalibrateGroups(null, len(observed), g)
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.TestRefined(observed)
			if err != nil {
				t.Fatal(err)
			}
			if rows++; s.P <= u {
				hits++
			}
		}
	}
	return hits, rows
}

// With refined ranks, too, at most floor(u (B+1)) of the B+1 rows of any table have p <= u,
// whatever the table is: ties, tails, infinite statistics and rows far away included. The test has
// no error rate.
func TestRefinedRanksAreExact(t *testing.T) {
	t.Parallel()
	for name, draw := range map[string]func(*rand.Rand) []float64{
		"correlated": drawScales,
		"heavy tails": func(r *rand.Rand) []float64 {
			row := drawScales(r)
			for i := range row {
				row[i] = math.Sinh(3 * row[i])
			}
			return row
		},
		"ties": func(r *rand.Rand) []float64 {
			row := drawScales(r)
			for i := range row {
				row[i] = math.Round(row[i] / 2)
			}
			return row
		},
		"infinite": func(r *rand.Rand) []float64 {
			row := drawScales(r)
			if r.IntN(8) == 0 {
				row[r.IntN(12)] = math.Inf(1)
			}
			return row
		},
	} {
		for _, u := range []float64{0.05, 0.1, 0.5} {
			hits, rows := exactness(t, u, nestedScales, draw)
			if float64(hits) > u*float64(rows)+1e-9 || hits == 0 && name == "correlated" {
				t.Errorf("%s: p <= %v in %d of %d rows", name, u, hits, rows)
			}
		}
	}
}

// flatScales combines twelve statistics at once.
var flatScales = Group{Combine: Mix, Columns: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}}

// A row that is far beyond all others in two of twelve scales does not stop high, although every
// toy is first in some scale. By plain ranks, four of ten toys reach its score.
func TestFollowSeesASignalInFewScales(t *testing.T) {
	t.Parallel()
	q := newSequential(t, 0.05, 1000)
	for name, g := range map[string]Group{"nested": nestedScales, "flat": flatScales} {
		r := rand.New(rand.NewPCG(16, 6))
		plain, low := 0, 0
		for range 40 {
			observed := drawScales(r)
			observed[2] += 30
			observed[3] += 30
			var null []NullToy
			for range 300 {
				null = append(null, NullToy{T: drawScales(r)})
			}
			c, err := CalibrateGroups(null[:10], 12, g)
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.Test(observed)
			if err != nil {
				t.Fatal(err)
			}
			plain += s.atLeast(10)
			state, err := q.Follow(null, observed, g)
			if err != nil || state.Stop == StopHigh {
				t.Errorf("%s: %+v, %v", name, state, err)
			}
			if state.Stop == StopLow {
				low++
			}
		}
		if low == 0 {
			t.Errorf("%s: none of 40 stops low within 300 toys", name)
		}
		t.Logf("%s: by plain ranks, %.1f of 10 toys reach the score", name, float64(plain)/40)
		if name == "flat" && plain < 40 {
			t.Errorf("by plain ranks, %d of 400 toys reach the score: the test shows nothing",
				plain)
		}
	}
}

func TestTailFactor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{1, 2}, 1}, {[]float64{1, 2, 2}, 1},
		{[]float64{0, 1, 2}, math.Exp(-1)},
		{[]float64{0, 0, 0, 0, 1, 2, 3, 4, 7}, math.Exp(-3 / 1.5)},
		{[]float64{0, 1, 1000}, 0.003},
		{[]float64{1, 1, 2}, 0.003},
		{[]float64{0, 1, math.Inf(1)}, 0.003},
		{[]float64{0, math.Inf(1), math.Inf(1)}, 1},
	} {
		if got := tailFactor(c.values); math.Abs(got-c.want) > 1e-15 {
			t.Errorf("%v: %v, want %v", c.values, got, c.want)
		}
	}
}
