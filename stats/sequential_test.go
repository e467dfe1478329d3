package stats

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func newSequential(t testing.TB, alpha float64, maximum int) *Sequential {
	t.Helper()
	q, err := NewSequential(alpha, maximum)
	if err != nil {
		t.Fatal(err)
	}
	return q
}

// outcome is the number of toys at a stop, and how many of them are at or above the score.
type outcome struct{ toys, atLeast int }

// outcomes returns the probabilities of the outcomes of a test, toy by toy. The probability that
// toy n+1 is at or above the score, after s of n toys were, is step(s, n).
func outcomes(q *Sequential, step func(s, n int) float64) map[outcome]float64 {
	maximum := slices.Max(q.Looks())
	state := make([]float64, maximum+2)
	state[0] = 1
	all := map[outcome]float64{}
	for n := range maximum {
		for s := n; s >= 0; s-- {
			up := state[s] * step(s, n)
			state[s+1] += up
			state[s] -= up
		}
		for s := range n + 2 {
			if state[s] > 0 && q.Stop(n+1, s) != "" {
				all[outcome{n + 1, s}] = state[s]
				state[s] = 0
			}
		}
	}
	return all
}

// sequentialDesigns are sizes and maxima that the properties of a sequential test are checked for.
var sequentialDesigns = []struct {
	alpha   float64
	maximum int
}{{0.05, 1000}, {0.05, 19}, {0.05, 200}, {0.05, 157}, {0.05, 2000}, {0.01, 1000}, {0.1, 500},
	{0.3, 1000}, {0.5, 300}, {0.001, 1000}, {0.9, 100}, {0.05, 7}, {1e-6, 100}}

func TestSequentialP(t *testing.T) {
	for _, d := range sequentialDesigns {
		q := newSequential(t, d.alpha, d.maximum)
		// The rank of exchangeable rows is a Polya urn.
		null := outcomes(q, func(s, n int) float64 { return float64(s+1) / float64(n+2) })
		size := 0.0
		for o := range null {
			want := 0.0
			for other, probability := range null {
				if (other.atLeast+1)*(o.toys+1) <= (o.atLeast+1)*(other.toys+1) {
					want += probability
				}
			}
			p := q.P(o.toys, o.atLeast)
			if math.Abs(p-want) > 1e-9 {
				t.Fatalf("%v: p of %v is %v, want %v", d, o, p, want)
			}
			if z := q.Z(o.toys, o.atLeast); math.IsInf(z, 0) || math.IsNaN(z) ||
				p < 1 && z != Z(p) {
				t.Errorf("%v: Z of %v is %v at p = %v", d, o, z, p)
			}
			if stop := q.Stop(o.toys, o.atLeast); stop == StopLow && p > d.alpha ||
				stop == StopHigh && p <= d.alpha {
				t.Errorf("%v: p of %v is %v, but the test stops %s", d, o, p, stop)
			}
			if p <= d.alpha {
				size = max(size, p)
			}
		}
		if math.Abs(q.Attained()-size) > 1e-9 {
			t.Errorf("%v: the size is %v, want %v", d, q.Attained(), size)
		}
	}
}

func TestSequentialResamplingRisk(t *testing.T) {
	for _, d := range sequentialDesigns {
		q := newSequential(t, d.alpha, d.maximum)
		for _, limit := range []float64{0.2, 0.8, 1, 1.2, 3} {
			p := min(limit*d.alpha, 1)
			low, high := 0.0, 0.0
			for o, probability := range outcomes(q, func(int, int) float64 { return p }) {
				switch q.Stop(o.toys, o.atLeast) {
				case StopLow:
					low += probability
				case StopHigh:
					high += probability
				}
			}
			if p >= d.alpha && low > ResamplingRisk || p <= d.alpha && high > ResamplingRisk {
				t.Errorf("%v: at p = %v the test stops low with probability %v, high with %v", d, p,
					low, high)
			}
		}
	}
}

func TestSequentialStopsEarly(t *testing.T) {
	q := newSequential(t, 0.05, 1000)
	for _, c := range []struct {
		toys, atLeast int
		want          Stop
	}{{20, 6, ""}, {20, 7, StopHigh}, {20, 0, ""}, {125, 0, ""}, {150, 0, StopLow}, {11, 11, ""},
		{1000, 50, StopMaximum}, {1000, 24, StopLow}, {1000, 80, StopHigh}} {
		if got := q.Stop(c.toys, c.atLeast); got != c.want {
			t.Errorf("%d of %d toys: stop %q, want %q", c.atLeast, c.toys, got, c.want)
		}
	}
	if looks := q.Looks(); len(looks) != 24 || looks[8] != 100 || looks[12] != 200 {
		t.Errorf("the looks are %v", looks)
	}
	if p := q.P(150, 0); math.Abs(p-1.0/151) > 1e-12 {
		t.Errorf("p of no toy of 150 is %v", p)
	}
}

func TestNewSequentialErrors(t *testing.T) {
	for _, c := range []struct {
		alpha   float64
		maximum int
	}{{0, 100}, {1, 100}, {math.NaN(), 100}, {0.05, 0}, {0.05, MaxSequentialToys + 1}} {
		if _, err := NewSequential(c.alpha, c.maximum); err == nil {
			t.Errorf("no error for %v", c)
		}
	}
}

// nestedScales are groups of twelve statistics within groups.
var nestedScales = Group{Combine: Harmonic, Groups: []Group{
	{Combine: Mix, Columns: []int{0, 1, 2, 3, 4, 5}}, {Combine: Min, Columns: []int{6}},
	{Combine: Cauchy, Weight: 2, Groups: []Group{
		{Combine: Fisher, Columns: []int{7, 8, 9}}, {Combine: Mix, Columns: []int{10, 11}}}},
}}

// drawScales draws twelve correlated statistics.
func drawScales(r *rand.Rand) []float64 {
	row := make([]float64, 12)
	common, walk := r.NormFloat64(), 0.0
	for i := range row {
		walk += r.NormFloat64()
		row[i] = common + walk/2 + r.NormFloat64()/2
	}
	row[6] = math.Floor(2*row[6]) / 2 // with ties
	row[7] = row[0] * row[0]          // another tail
	return row
}

// The number of toys at or above a score of ranks may fall from look to look. The rule takes the
// largest number so far.
func TestFollowTakesTheLargestNumber(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 7))
	q := newSequential(t, 0.05, 200)
	fell := false
	for range 60 {
		observed := drawScales(r)
		var null []NullToy
		largest := 0
		for _, n := range q.Looks() {
			for len(null) < n {
				null = append(null, NullToy{T: drawScales(r)})
			}
			c, err := CalibrateGroups(null, len(observed), nestedScales)
			if err != nil {
				t.Fatal(err)
			}
			s, err := c.TestRefined(observed)
			if err != nil {
				t.Fatal(err)
			}
			fell = fell || s.atLeast(n) < largest
			largest = max(largest, s.atLeast(n))
			state, err := q.Follow(null, observed, nestedScales)
			if err != nil || state.AtLeast != largest || state.Stop != q.Stop(n, largest) {
				t.Fatalf("%d toys: %+v, %v; the largest number is %d", n, state, err, largest)
			}
			if state.Stop != "" {
				if got, want := q.Correct(s, state).P, q.P(n, largest); got != want {
					t.Errorf("p = %v, want %v", got, want)
				}
				break
			}
		}
	}
	if !fell {
		t.Error("the number never falls: the test shows nothing")
	}
}

// sequentialP draws exchangeable rows of statistics until a sequential test of the first one stops,
// and returns its p-value and the number of toys. The statistics of a row are correlated, and form
// nested groups; a few rows share their largest statistic.
func sequentialP(t testing.TB, r *rand.Rand, q *Sequential) (p float64, toys int) {
	t.Helper()
	group := nestedScales
	draw := func() []float64 { return drawScales(r) }
	observed := draw()
	var null []NullToy
	for {
		state, err := q.Follow(null, observed, group)
		if err != nil {
			t.Fatal(err)
		}
		if state.Stop != "" {
			calibration, err := CalibrateGroups(null, len(observed), group)
			if err != nil {
				t.Fatal(err)
			}
			s, err := calibration.Test(observed)
			if err != nil {
				t.Fatal(err)
			}
			return q.Correct(s, state).P, state.Toys
		}
		for len(null) < state.Toys {
			null = append(null, NullToy{T: draw()})
		}
	}
}

// TestSequentialIsValidForScales checks P(p <= u) <= u for twelve statistics in nested groups, for
// which the law of the path is approximate. A test that holds exactly fails at one of the four u
// with a probability of at most 4 * 0.00135 < 0.6%, for all seeds; the seed is fixed.
func TestSequentialIsValidForScales(t *testing.T) {
	const repetitions = 3000
	q := newSequential(t, 0.05, 200)
	r := rand.New(rand.NewPCG(5, 8))
	levels := []float64{0.01, 0.05, 0.1, 0.5}
	counts := make([]int, len(levels))
	for range repetitions {
		p, _ := sequentialP(t, r, q)
		for i, u := range levels {
			if p <= u {
				counts[i]++
			}
		}
	}
	for i, u := range levels {
		share := float64(counts[i]) / repetitions
		if limit := u + 3*math.Sqrt(u*(1-u)/repetitions); share > limit {
			t.Errorf("P(p <= %v) is %v, above %v", u, share, limit)
		}
	}
}

func TestFollowReadsNoToyBeyondTheStop(t *testing.T) {
	q := newSequential(t, 0.05, 1000)
	group := Group{Combine: Mix, Columns: []int{0}}
	null := make([]NullToy, 400)
	for i := range null {
		null[i] = NullToy{T: []float64{float64(i)}}
	}
	for _, c := range []struct {
		t     float64
		toys  int
		state SequentialState
	}{
		{3, 19, SequentialState{Toys: 20}},
		{3, 20, SequentialState{Stop: StopHigh, Toys: 20, AtLeast: 17}},
		{3, 400, SequentialState{Stop: StopHigh, Toys: 20, AtLeast: 17}},
		{16, 29, SequentialState{Toys: 30, AtLeast: 4}},
		{1000, 149, SequentialState{Toys: 150}},
		{1000, 400, SequentialState{Stop: StopLow, Toys: 150}},
	} {
		got, err := q.Follow(null[:c.toys], []float64{c.t}, group)
		if err != nil || got != c.state {
			t.Errorf("t = %v, %d toys: %v, %v; want %v", c.t, c.toys, got, err, c.state)
		}
	}
	for i := range null {
		null[i].Failed = i%3 == 0 // a toy that failed is as extreme as the data
	}
	got, err := q.Follow(null, []float64{1000}, group)
	if want := (SequentialState{Stop: StopHigh, Toys: 20, AtLeast: 7}); err != nil || got != want {
		t.Errorf("with failures: %v, %v; want %v", got, err, want)
	}
	if _, err := q.Follow(null, []float64{math.NaN()}, group); err == nil {
		t.Error("no error for a statistic that is NaN")
	}
}

func ExampleSequential() {
	q, err := NewSequential(0.05, 1000)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("10 of 20 toys reach the observed score:", q.Stop(20, 10))
	fmt.Println("none of 150 does:", q.Stop(150, 0))
	fmt.Printf("their p-values: %.3f, %.4f\n", q.P(20, 10), q.P(150, 0))
	// Output:
	// 10 of 20 toys reach the observed score: high
	// none of 150 does: low
	// their p-values: 0.524, 0.0066
}
