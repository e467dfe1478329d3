package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// maxima draws n rows of m maxima that depend on each other, as those of neighboring scales do.
// Some are 0, in some columns most.
func maxima(r *rand.Rand, n, m int) [][]float64 {
	rows := make([][]float64, n)
	for i := range rows {
		common := r.NormFloat64()
		for c := range m {
			z := common + r.NormFloat64() - float64(c%3)
			rows[i] = append(rows[i], max(0, z))
		}
	}
	return rows
}

func succeeded(rows [][]float64) []NullToy {
	null := make([]NullToy, len(rows))
	for b, row := range rows {
		null[b].T = row
	}
	return null
}

func newSearch(t *testing.T, null []NullToy, m int) *Search {
	t.Helper()
	s, err := NewSearch(null, m)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// search is the test of a row, which must not fail.
func search(t *testing.T, s *Search, row []float64) Found {
	t.Helper()
	found, err := s.Test(row)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// The p-value is exact: whichever row of a table is the observed one, no more than k rows have a
// p-value of at most k/(B+1). Without ties these are exactly k. The statement is about every table,
// and not about a mean, so that the test has no error rate.
func TestSearchIsExact(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 40 {
		rows := maxima(r, 2+r.IntN(60), 1+r.IntN(12))
		n, m := len(rows), len(rows[0])
		failed := r.IntN(n + 4) // of the rows, if it is one
		var p []float64
		for i, row := range rows {
			null := succeeded(slices.Delete(slices.Clone(rows), i, i+1))
			if failed < n && failed != i {
				at := failed
				if failed > i {
					at--
				}
				null[at] = NullToy{Failed: true}
			}
			if failed == i {
				row = slices.Repeat([]float64{math.Inf(1)}, m)
			}
			p = append(p, search(t, newSearch(t, null, m), row).P)
		}
		slices.Sort(p)
		for k, v := range p {
			if v*float64(n) < float64(k+1)-1e-9 {
				t.Fatalf("%d rows, %d columns: p-values %v", n, m, p)
			}
			if v < 0.2 && math.Abs(v*float64(n)-float64(k+1)) > 1e-9 {
				t.Errorf("%d rows, %d columns: ties among %v", n, m, p)
			}
		}
	}
}

// The rows that Test leaves out change nothing: with all of them scored, p is the same. Many
// numbers are 0, and others are equal.
func TestSearchLeavesNothingOut(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	for k := range 40 {
		m := 1 + r.IntN(8)
		rows := maxima(r, 200, m)
		if k%2 == 1 {
			for _, row := range rows {
				for c := range row {
					row[c] = math.Floor(4*row[c]) / 4
				}
			}
		}
		s := newSearch(t, succeeded(rows[20:]), m)
		for _, row := range rows[:20] {
			var columns []searchColumn
			for c, z := range row {
				columns = append(columns, s.column(c, z))
			}
			reached, observed := 1, best(columns, row)
			for _, toy := range s.null {
				if !observed.above(best(columns, toy.T)) {
					reached++
				}
			}
			want := float64(reached) / float64(len(s.null)+1)
			if got := search(t, s, row).P; got != want {
				t.Fatalf("%d columns, row %v: p = %v, want %v", m, row, got, want)
			}
		}
	}
}

// A row above all toys has the smallest p-value, however many columns there are; a row of zeros has
// the largest. With a failed toy the smallest is one step larger.
func TestSearchOfExtremes(t *testing.T) {
	const b, m = 99, 20
	null := succeeded(maxima(rand.New(rand.NewPCG(3, 4)), b, m))
	row := make([]float64, m)
	if p := search(t, newSearch(t, null, m), row).P; p != 1 {
		t.Errorf("nothing found: p = %v", p)
	}
	row[7] = 30
	found := search(t, newSearch(t, null, m), row)
	if found.P != 0.01 || found.Column != 7 || found.LocalP[7] != 0.01 || found.LocalP[8] != 1 {
		t.Errorf("an obvious excess: %+v", found)
	}
	null[11] = NullToy{Failed: true}
	if p := search(t, newSearch(t, null, m), row).P; p != 0.02 {
		t.Errorf("an obvious excess and a failed toy: p = %v", p)
	}
}

// A larger number never has a larger p-value, in its column or as a whole, and the order of the
// toys does not matter.
func TestSearchIsMonotone(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 60 {
		m := 1 + r.IntN(6)
		null := maxima(r, 1+r.IntN(80), m)
		s := newSearch(t, succeeded(null), m)
		row := maxima(r, 1, m)[0]
		before := search(t, s, row)
		r.Shuffle(len(null), func(i, j int) { null[i], null[j] = null[j], null[i] })
		if p := search(t, newSearch(t, succeeded(null), m), row).P; p != before.P {
			t.Fatalf("p = %v becomes %v with the toys in another order", before.P, p)
		}
		row[r.IntN(m)] += r.ExpFloat64()
		if after := search(t, s, row).P; after > before.P {
			t.Fatalf("p grows from %v to %v", before.P, after)
		}
	}
}

// A number is above the threshold of its column exactly if its p-value is at most alpha.
func TestSearchThreshold(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	below := 0
	for range 300 {
		m := 1 + r.IntN(6)
		s := newSearch(t, succeeded(maxima(r, 19+r.IntN(60), m)), m)
		row := maxima(r, 1, m)[0]
		row[r.IntN(m)] += 3 * r.Float64()
		found := search(t, s, row)
		threshold := s.Threshold(row, found.Column, 0.05)
		if found.P <= 0.05 {
			below++
		}
		if (found.P <= 0.05) != (row[found.Column] > threshold) {
			t.Fatalf("p = %v at z = %v, with a threshold of %v", found.P, row[found.Column],
				threshold)
		}
		if math.IsInf(threshold, 0) {
			t.Fatalf("%d toys: no threshold", s.Toys())
		}
		row[found.Column] = math.Nextafter(threshold, 99)
		if again := search(t, s, row); again.Column == found.Column && again.P > 0.05 {
			t.Fatalf("p = %v above the threshold", again.P)
		}
	}
	if below < 30 || below > 270 {
		t.Errorf("%d of 300 rows are significant", below)
	}
	few := newSearch(t, succeeded(maxima(r, 18, 2)), 2)
	if z := few.Threshold([]float64{50, 0}, 0, 0.05); !math.IsInf(z, 1) {
		t.Errorf("18 toys: the threshold is %v", z)
	}
}

func TestSearchRefuses(t *testing.T) {
	good := []NullToy{{T: []float64{1, 2}}}
	for name, null := range map[string][]NullToy{
		"no toys": {}, "few columns": {{T: []float64{1}}}, "NaN": {{T: []float64{1, math.NaN()}}},
		"below 0": {{T: []float64{-1, 0}}},
	} {
		if _, err := NewSearch(null, 2); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := NewSearch(good, 0); err == nil {
		t.Error("no columns: no error")
	}
	s := newSearch(t, good, 2)
	for _, row := range [][]float64{{1}, {1, math.NaN()}, {-1, 1}} {
		if _, err := s.Test(row); err == nil {
			t.Errorf("%v: no error", row)
		}
	}
}
