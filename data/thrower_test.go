package data

import (
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// line returns a pool of n rows 0, 1, 2, ...
func line(n int) Sample {
	s := Sample{N: n, D: 1}
	for i := range n {
		s.X = append(s.X, float64(i))
	}
	return s
}

// throwOften returns how often each row of a pool is in one of many toys of n rows.
func throwOften(t *testing.T, thrower *Thrower, toys, n, rows int) []float64 {
	t.Helper()
	r := rand.New(rand.NewPCG(3, 5))
	counts := make([]float64, rows)
	for range toys {
		drawn, err := thrower.Throw(r, n)
		if err != nil || len(drawn) != n {
			t.Fatalf("%d rows, %v; want %d", len(drawn), err, n)
		}
		for _, j := range drawn {
			counts[j]++
		}
	}
	return counts
}

// Both ways to draw take rows in proportion to their weights: over all toys, the counts of the
// classes of rows are within 5 standard deviations of the expected ones, which fails for one of the
// 8 counts in fewer than one of 100,000 runs. The seed is fixed.
func TestThrowInProportion(t *testing.T) {
	const rows, toys = 400, 2000
	weights := make([]float64, rows)
	for j := range weights {
		weights[j] = []float64{0, 1, 2, 5}[j%4]
	}
	for _, test := range []struct {
		n         int
		unweights bool
	}{{10, true}, {40, false}} {
		thrower, err := NewThrower(line(rows), weights, float64(test.n))
		if err != nil {
			t.Fatal(err)
		}
		if got := thrower.Report(); got.Unweights != test.unweights || got.Accepted != 160 {
			t.Errorf("%d rows of a toy: %+v; want unweighting %v of 160", test.n, got,
				test.unweights)
		}
		counts := throwOften(t, thrower, toys, test.n, rows)
		drawn := float64(toys * test.n)
		for class, w := range []float64{0, 1, 2, 5} {
			n := 0.0
			for j := class; j < rows; j += 4 {
				n += counts[j]
			}
			want, sd := drawn*w/8, math.Sqrt(drawn*w/8*(1-w/8))
			if math.Abs(n-want) > 5*sd {
				t.Errorf("%d rows of a toy: weight %v drawn %v times; want %v ± %.0f", test.n, w,
					n, want, sd)
			}
		}
	}
}

// Unweighted rows do not repeat in a toy. Those of the bootstrap do, as often as the report says: 5
// standard deviations of the mean of 2,000 toys.
func TestThrowRepeats(t *testing.T) {
	weights := make([]float64, 200)
	for j := range weights {
		weights[j] = float64(1 + j%2)
	}
	repeated := func(rows []int) float64 {
		slices.Sort(rows)
		return float64(len(rows) - len(slices.Compact(slices.Clone(rows))))
	}
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{15, 100} {
		thrower, err := NewThrower(line(200), weights, float64(n))
		if err != nil {
			t.Fatal(err)
		}
		var total, squares float64
		const toys = 2000
		for range toys {
			rows, err := thrower.Throw(r, n)
			if err != nil {
				t.Fatal(err)
			}
			k := repeated(rows)
			total, squares = total+k, squares+k*k
		}
		mean := total / toys
		sd := math.Sqrt((squares/toys - mean*mean) / toys)
		want := thrower.Report().Repeated
		if n == 15 && (total != 0 || want != 0) {
			t.Errorf("unweighted: %v repeated rows, report %v; want none", total, want)
		}
		// The report is that of a Poisson number of rows, which a fixed number approaches.
		if n == 100 && math.Abs(mean-want) > 5*sd+0.02*want {
			t.Errorf("bootstrap: %v repeated rows of a toy, report %v ± %v", mean, want, sd)
		}
	}
}

// A tilted thrower draws in proportion to the product of weight and factor, and knows the expected
// number of events. A row of factor 0 is not drawn. The bound of 130 is 5 standard deviations.
func TestTilt(t *testing.T) {
	thrower, err := NewThrower(line(4), []float64{1, 2, 3, 2}, 1)
	if err != nil {
		t.Fatal(err)
	}
	tilted, err := thrower.Tilt([]float64{0, 2, 0, 1}, 1)
	if err != nil {
		t.Fatal(err)
	}
	if got := tilted.Yield(); got != 0.75 || thrower.Yield() != 1 {
		t.Errorf("yields %v and %v; want 0.75 and 1", got, thrower.Yield())
	}
	counts := throwOften(t, tilted, 3000, 1, 4)
	if counts[0] != 0 || counts[2] != 0 || math.Abs(counts[1]-2000) > 130 {
		t.Errorf("rows drawn %v times; want about 0, 2000, 0, 1000", counts)
	}
	for _, factors := range [][]float64{{1, 1, 1}, {1, 1, 1, -1}, {0, 0, 0, 0},
		{1, math.NaN(), 1, 1}} {
		var of *WeightsError
		if _, err := thrower.Tilt(factors, 1); !errors.As(err, &of) {
			t.Errorf("factors %v: %v; want a *WeightsError", factors, err)
		}
	}
}

func TestThrowerErrors(t *testing.T) {
	for _, test := range []struct {
		weights []float64
		want    string
	}{
		{[]float64{1, 2}, "2 numbers for 3 rows"}, {[]float64{0, 0, 0}, "all 0"},
		{[]float64{1, -2, 0}, "have the sum -1"}, {[]float64{1, math.Inf(1), 0}, "row 1"},
	} {
		_, err := NewThrower(line(3), test.weights, 1)
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v: %v; want a message with %q", test.weights, err, test.want)
		}
	}
	thrower, err := NewThrower(line(20), slices.Repeat([]float64{1}, 20), 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := thrower.Throw(rand.New(rand.NewPCG(1, 1)), 21); !errors.Is(err, ErrTooFewRows) {
		t.Errorf("21 of 20 rows: %v; want ErrTooFewRows", err)
	}
}

// The cell of the row at 10 takes the row at 11, which does not suffice, and the row at 8. Rows far
// away keep their weights.
func TestResampleCells(t *testing.T) {
	s := Sample{X: []float64{0, 8, 10, 11, 20}, N: 5, D: 1}
	weights := []float64{1, 2, -1.5, 0.5, 3}
	got, report := resampleCells(s, weights)
	if want := []float64{1, 0.5, 0.375, 0.125, 3}; !slices.Equal(got, want) {
		t.Errorf("weights %v; want %v", got, want)
	}
	// The distances are 1, 2, 3, 8, 9, 10, 10, 11, 12 and 20, with the median 9.5.
	if report.cells != 1 || math.Abs(report.radius-2/9.5) > 1e-12 {
		t.Errorf("%+v; want a cell of radius %v", report, 2/9.5)
	}
	if !slices.Equal(weights, []float64{1, 2, -1.5, 0.5, 3}) {
		t.Errorf("the weights of the caller became %v", weights)
	}
}

// On random pools, no weight is negative afterwards, the sum stays, and a thrower draws them.
func TestResampleCellsOfRandomPools(t *testing.T) {
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		s := Sample{N: 300, D: 1 + int(seed%4)}
		var weights []float64
		for range s.N {
			for range s.D {
				s.X = append(s.X, r.NormFloat64())
			}
			weights = append(weights, r.Float64()-0.1)
		}
		got, report := resampleCells(s, weights)
		if slices.Min(got) < 0 || math.Abs(sum(got)-sum(weights)) > 1e-9 {
			t.Errorf("seed %d: smallest weight %v, sum %v; want at least 0 and %v", seed,
				slices.Min(got), sum(got), sum(weights))
		}
		thrower, err := NewThrower(s, weights, 100)
		if err != nil {
			t.Fatal(err)
		}
		said := thrower.Report()
		if said.Cells != report.cells || said.Cells == 0 || said.Negative < said.Cells ||
			!(said.Radius > 0) || said.Effective != EffectiveRows(weights) {
			t.Errorf("seed %d: %+v does not fit %+v", seed, said, report)
		}
	}
}

// The tree gives all rows in the order of their distances.
func TestNeighbors(t *testing.T) {
	for _, d := range []int{1, 2, 5} {
		r := rand.New(rand.NewPCG(uint64(d), 1))
		s := Sample{N: 200, D: d}
		for range s.N * d {
			s.X = append(s.X, math.Round(4*r.NormFloat64())) // many equal rows
		}
		want := make([]int, s.N)
		for i := range want {
			want[i] = i
		}
		x := s.Row(17)
		slices.SortStableFunc(want, func(a, b int) int {
			return int(SquaredDistance(x, s.Row(a)) - SquaredDistance(x, s.Row(b)))
		})
		near := newNeighborTree(s).around(x)
		for k, i := range want {
			row, squared, more := near.next()
			if !more || row != i || squared != SquaredDistance(x, s.Row(i)) {
				t.Fatalf("%d columns: neighbor %d is row %d, %v; want %d", d, k, row, more, i)
			}
		}
		if _, _, more := near.next(); more {
			t.Errorf("%d columns: more than %d rows", d, s.N)
		}
	}
}
