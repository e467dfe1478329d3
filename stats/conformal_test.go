package stats

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestConformalP(t *testing.T) {
	t.Parallel()
	s := RowScores{Calibration: []float64{3, 1, 2, 2}, Data: []float64{0, 1, 2, 2.5, 3, 4}}
	want := []float64{5. / 5, 5. / 5, 4. / 5, 2. / 5, 2. / 5, 1. / 5}
	if p := s.P(); !slices.Equal(p, want) {
		t.Errorf("%v, want %v", p, want)
	}
	if p := (RowScores{Data: []float64{7}}).P(); !slices.Equal(p, []float64{1}) {
		t.Errorf("%v without calibration rows", p)
	}
}

// The listed rows are those of the step-up procedure: the k smallest p-values, for the largest k
// with p_(k) <= q k/m.
func TestBenjaminiHochbergIsStepUp(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		p := make([]float64, 1+r.IntN(12))
		for i := range p {
			p[i] = float64(1+r.IntN(20)) / 20 * math.Pow(r.Float64(), 2)
			if i > 0 && r.IntN(3) == 0 {
				p[i] = p[i-1]
			}
		}
		q := r.Float64()
		sorted := slices.Sorted(slices.Values(p))
		bar := -1.0
		for k, v := range sorted {
			if v*float64(len(p))/float64(k+1) <= q {
				bar = v
			}
		}
		for i, adjusted := range BenjaminiHochberg(p) {
			if listed := adjusted <= q; listed != (p[i] <= bar) {
				t.Fatalf("q %v: p-value %v of %v is adjusted to %v", q, p[i], p, adjusted)
			}
		}
	}
	if got := BenjaminiHochberg([]float64{1, 0.9}); !slices.Equal(got, []float64{1, 1}) {
		t.Errorf("%v; want at most 1", got)
	}
}

// The false-discovery rate of conformal p-values is q m0/m if q (n+1)/m is a whole number, and
// smaller otherwise or with ties. A share of 4.5 standard errors is exceeded by chance in 7e-6 of
// the runs.
func TestFalseDiscoveryRate(t *testing.T) {
	t.Parallel()
	const repetitions, novel, m, n = 4000, 10, 50, 199
	for _, c := range []struct {
		name string
		tied bool
	}{{"continuous", false}, {"tied", true}} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := rand.New(rand.NewPCG(3, 4))
			score := func(shift float64) float64 {
				x := shift + r.NormFloat64()
				if c.tied {
					return math.Round(x * 2)
				}
				return x
			}
			const q = 0.25
			sum, squares, found := 0.0, 0.0, 0
			for range repetitions {
				var s RowScores
				for range n {
					s.Calibration = append(s.Calibration, score(0))
				}
				for i := range m {
					shift := 0.0
					if i < novel {
						shift = 3
					}
					s.Data = append(s.Data, score(shift))
				}
				wrong, listed := 0.0, 0.0
				for i, adjusted := range BenjaminiHochberg(s.P()) {
					if adjusted > q {
						continue
					}
					if listed++; i >= novel {
						wrong++
					} else {
						found++
					}
				}
				share := wrong / max(listed, 1)
				sum, squares = sum+share, squares+share*share
			}
			mean := sum / repetitions
			sd := math.Sqrt((squares/repetitions - mean*mean) / repetitions)
			want := q * (m - novel) / m
			t.Logf("false-discovery rate %.4f ± %.4f at most %.4f, power %.2f", mean, sd, want,
				float64(found)/novel/repetitions)
			if mean > want+4.5*sd || !c.tied && mean < want-4.5*sd {
				t.Errorf("false-discovery rate %v ± %v; want %v", mean, sd, want)
			}
			if found < novel*repetitions/2 {
				t.Errorf("%d novel rows listed of %d", found, novel*repetitions)
			}
		})
	}
}

// arrangements calls yield with every order of m rows (true) and n others (false).
func arrangements(m, n int, yield func(order []bool)) {
	order := make([]bool, 0, m+n)
	var extend func(m, n int)
	extend = func(m, n int) {
		if m == 0 && n == 0 {
			yield(order)
			return
		}
		if m > 0 {
			order = append(order, true)
			extend(m-1, n)
			order = order[:len(order)-1]
		}
		if n > 0 {
			order = append(order, false)
			extend(m, n-1)
			order = order[:len(order)-1]
		}
	}
	extend(m, n)
}

// The quantiles are those of all orders of few rows.
func TestBetaBinomialQuantile(t *testing.T) {
	t.Parallel()
	for _, size := range []struct{ m, n int }{{0, 3}, {1, 1}, {4, 5}, {6, 3}, {5, 6}} {
		for r := 1; r <= size.n; r++ {
			counts := make([]int, size.m+1)
			total := 0
			arrangements(size.m, size.n, func(order []bool) {
				above, others := 0, 0
				for _, row := range order {
					if row {
						above++
					} else if others++; others == r {
						break
					}
				}
				counts[above]++
				total++
			})
			for _, tail := range []float64{0.5, 0.2, 0.049, 0.003} {
				want, beyond := 0, total-counts[0]
				for float64(beyond) > tail*float64(total) {
					want++
					beyond -= counts[want]
				}
				if got := (betaBinomial{size.m, r, size.n}).quantile(tail); got != want {
					t.Errorf("m %d, n %d, r %d, tail %v: %d, want %d", size.m, size.n, r, tail, got,
						want)
				}
			}
		}
	}
}

// Over all orders of few rows, a bound exceeds the number of novel rows among those of the largest
// scores, for any number of these, with at most the stated probability. The novel rows are above
// all others, where they are counted best, or among them.
func TestNovelCovers(t *testing.T) {
	t.Parallel()
	const level = 0.6
	exceeded := false
	for _, c := range []struct{ null, n, novel, at int }{{6, 7, 0, 0}, {6, 7, 3, 0}, {8, 4, 2, 0},
		{3, 8, 6, 0}, {0, 4, 5, 0}, {6, 7, 3, 2}, {6, 6, 4, 5}} {
		wrong, total := 0, 0
		arrangements(c.null, c.n, func(order []bool) {
			var s RowScores
			novel := []bool{} // by falling score
			for i, row := range order {
				if i == c.at {
					for range c.novel {
						s.Data, novel = append(s.Data, 0.5-float64(i)), append(novel, true)
					}
				}
				if row {
					s.Data, novel = append(s.Data, float64(-i)), append(novel, false)
				} else {
					s.Calibration = append(s.Calibration, float64(-i))
				}
			}
			if anyTooLarge(s, novel, level) {
				wrong++
			}
			total++
		})
		exceeded = exceeded || wrong > 0
		if float64(wrong) > (1-level)*float64(total) {
			t.Errorf("%+v: a bound is too large in %d of %d", c, wrong, total)
		}
	}
	if !exceeded {
		t.Error("no bound is ever too large: they are looser than their level")
	}
}

// anyTooLarge reports whether a bound is larger than the number of novel rows. Rows are listed by
// falling score.
func anyTooLarge(s RowScores, novel []bool, level float64) bool {
	last, among := 0, 0
	for k, isNovel := range novel {
		if isNovel {
			among++
		}
		bound := s.NovelAmong(k+1, level)
		if bound > among || bound < last {
			return true
		}
		last = bound
	}
	return s.Novel(level) != last && len(novel) > 0
}

// With many rows and few levels, the bound is near the number of rows that stand out, and ties
// with calibration scores count against them.
func TestNovel(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(5, 6))
	var s RowScores
	for range 2000 {
		s.Calibration = append(s.Calibration, r.Float64())
	}
	for range 900 {
		s.Data = append(s.Data, r.Float64())
	}
	for range 100 {
		s.Data = append(s.Data, 2)
	}
	bound := s.Novel(0.95)
	if bound < 90 || bound > 100 {
		t.Errorf("%d of 100 rows", bound)
	}
	if among := s.NovelAmong(100, 0.95); among < 90 || among > bound {
		t.Errorf("%d of the 100 rows of the largest scores, and %d of all", among, bound)
	}
	if among := s.NovelAmong(20, 0.95); among < 12 || among > 20 {
		t.Errorf("%d of the 20 rows of the largest scores", among)
	}
	if lower := s.Novel(0.99); lower > bound {
		t.Errorf("%d at the level 0.99, %d at 0.95", lower, bound)
	}
	shuffled := RowScores{Calibration: slices.Clone(s.Calibration), Data: slices.Clone(s.Data)}
	r.Shuffle(len(s.Data), func(i, j int) {
		shuffled.Data[i], shuffled.Data[j] = shuffled.Data[j], shuffled.Data[i]
	})
	if other := shuffled.Novel(0.95); other != bound {
		t.Errorf("%d in another order, and %d", other, bound)
	}
	for name, empty := range map[string]RowScores{
		"ties":                {Calibration: make([]float64, 500), Data: make([]float64, 500)},
		"no calibration rows": {Data: make([]float64, 5)}, "no data": {Calibration: []float64{1}},
	} {
		if got := empty.Novel(0.95); got != 0 {
			t.Errorf("%s: %d", name, got)
		}
	}
	for _, level := range []float64{0, 1, -1, math.NaN()} {
		if got := s.Novel(level); got != 0 {
			t.Errorf("level %v: %d", level, got)
		}
	}
}

// The sum of many terms loses no tail: the quantiles of large samples are those of the normal
// approximation, to a few percent of the standard deviation.
func TestBetaBinomialOfManyRows(t *testing.T) {
	t.Parallel()
	const m, n, r = 100_000, 200_000, 65_536
	mean := float64(m) * r / (n + 1)
	sd := math.Sqrt(mean * (1 - float64(r)/(n+1)) * (n + 1 + m) / (n + 2))
	got := float64((betaBinomial{m, r, n}).quantile(0.05))
	if want := mean + 1.6449*sd; math.Abs(got-want) > 0.03*sd {
		t.Errorf("%v, want %v with a standard deviation of %v", got, want, sd)
	}
}
