package baselines

import (
	"math"
	"slices"
	"testing"

	"gonum.org/v1/gonum/stat"

	"sparker/data"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

// line is a pair in one dimension.
func line(reference, observed []float64) data.Pair {
	return data.Pair{
		Reference: data.Sample{X: reference, N: len(reference), D: 1},
		Data:      data.Sample{X: observed, N: len(observed), D: 1},
		Weight:    float64(len(observed)) / float64(len(reference)),
	}
}

func edfStatistic(t *testing.T, statistic string, pair data.Pair) float64 {
	t.Helper()
	return toytest.Statistics(t, must(NewEDF(EDFStatistic(statistic), 1)), pair, 1)[0]
}

// oddPairs are samples without and with ties, of different sizes.
func oddPairs() []data.Pair {
	pairs := []data.Pair{normalPair(1, 40, 15, 1, 0.5), normalPair(2, 7, 30, 1, 0),
		normalPair(3, 1, 1, 1, 0)}
	tied := normalPair(4, 50, 20, 1, 0.3)
	for _, x := range [][]float64{tied.Reference.X, tied.Data.X} {
		for i := range x {
			x[i] = math.Round(2 * x[i])
		}
	}
	return append(pairs, tied)
}

func TestKolmogorovSmirnovEqualsGonum(t *testing.T) {
	t.Parallel()
	for _, pair := range oddPairs() {
		a, b := slices.Sorted(slices.Values(pair.Reference.X)),
			slices.Sorted(slices.Values(pair.Data.X))
		n, m := float64(len(a)), float64(len(b))
		closeTo(t, "Kolmogorov-Smirnov", edfStatistic(t, "ks", pair),
			math.Sqrt(n*m/(n+m))*stat.KolmogorovSmirnov(a, nil, b, nil), 1e-12)
	}
}

// slowAD is the statistic of k samples of Scholz & Stephens with middle ranks, eq. 7, as printed.
func slowAD(samples ...[]float64) float64 {
	all := slices.Concat(samples...)
	slices.Sort(all)
	N := float64(len(all))
	below := func(x []float64, z float64) (count float64) { // half of those at z
		for _, v := range x {
			if v < z {
				count++
			} else if v == z {
				count += 0.5
			}
		}
		return count
	}
	var sum float64
	for _, x := range samples {
		n := float64(len(x))
		for _, z := range slices.Compact(slices.Clone(all)) {
			l := 0.0
			for _, v := range all {
				if v == z {
					l++
				}
			}
			b := below(all, z)
			if scale := b*(N-b) - N*l/4; scale > 0 {
				sum += l / N * math.Pow(N*below(x, z)-n*b, 2) / scale / n
			}
		}
	}
	return (N - 1) / N * sum
}

// The formula of the test gives the published 8.3926 for the smoothness of paper from four
// laboratories (Scholz & Stephens 1987, section 7), and the test that formula for two samples.
func TestAndersonDarling(t *testing.T) {
	t.Parallel()
	paper := [][]float64{
		{38.7, 41.5, 43.8, 44.5, 45.5, 46.0, 47.7, 58.0},
		{39.2, 39.3, 39.7, 41.4, 41.8, 42.9, 43.3, 45.8},
		{34.0, 35.0, 39.0, 40.0, 43.0, 43.0, 44.0, 45.0},
		{34.0, 34.8, 34.8, 35.4, 37.2, 37.8, 41.2, 42.8},
	}
	closeTo(t, "four laboratories", slowAD(paper...), 8.3926, 1e-5)
	for i, a := range paper {
		for _, b := range paper[:i] {
			closeTo(t, "two laboratories", edfStatistic(t, "ad", line(a, b)), slowAD(a, b), 1e-12)
		}
	}
	for _, pair := range oddPairs() {
		if pair.Data.N > 1 {
			closeTo(t, "two samples", edfStatistic(t, "ad", pair),
				slowAD(pair.Reference.X, pair.Data.X), 1e-12)
		}
	}
}

// Without ties the statistic is that of ranks (Anderson 1962): U/(nm(n+m)) - (4nm-1)/(6(n+m)), U =
// n Σ(r_i-i)² + m Σ(s_j-j)².
func TestCramerVonMises(t *testing.T) {
	t.Parallel()
	for _, pair := range oddPairs()[:3] {
		a, b := slices.Sorted(slices.Values(pair.Reference.X)),
			slices.Sorted(slices.Values(pair.Data.X))
		all := slices.Sorted(slices.Values(slices.Concat(a, b)))
		n, m := float64(len(a)), float64(len(b))
		var u float64
		for i, v := range a {
			u += n * math.Pow(float64(slices.Index(all, v)-i), 2)
		}
		for i, v := range b {
			u += m * math.Pow(float64(slices.Index(all, v)-i), 2)
		}
		closeTo(t, "Cramér-von Mises", edfStatistic(t, "cvm", pair),
			u/(n*m*(n+m))-(4*n*m-1)/(6*(n+m)), 1e-10)
	}
}

// repeated lists the sorted values n times each: the quantiles of a sample on a finer grid.
func repeated(x []float64, n int) (all []float64) {
	for _, v := range slices.Sorted(slices.Values(x)) {
		all = append(all, slices.Repeat([]float64{v}, n)...)
	}
	return all
}

func TestWasserstein(t *testing.T) {
	t.Parallel()
	for _, pair := range oddPairs() {
		n, m := pair.Reference.N, pair.Data.N
		a, b := repeated(pair.Reference.X, m), repeated(pair.Data.X, n)
		for _, p := range []int{1, 2} {
			var sum float64
			for i, v := range a {
				sum += math.Pow(math.Abs(v-b[i]), float64(p)) / float64(n*m)
			}
			cfg := DefaultSliced()
			cfg.Order = p
			want := math.Sqrt(float64(n*m)/float64(n+m)) * math.Pow(sum, 1/float64(p))
			closeTo(t, "Wasserstein", toytest.Statistics(t, must(NewSlicedWasserstein(cfg, 1)),
				pair, 1)[0], want,
				1e-10)
		}
	}
}

// A displacement by 1 in the plane is |cos| of its angle with a direction: its mean is 2/π (with p
// = 2, the root of the mean square 1/√2), its maximum nearly 1.
func TestSlicedDisplacement(t *testing.T) {
	t.Parallel()
	pair := normalPair(5, 50, 50, 2, 0)
	pair.Data = shuffle(pair.Reference, 1)
	for i := range pair.Data.N {
		pair.Data.X[2*i] += 0.6
		pair.Data.X[2*i+1] -= 0.8
	}
	cfg := DefaultSliced()
	cfg.Directions = 4000
	for order, mean := range map[int]float64{1: 2 / math.Pi, 2: 1 / math.Sqrt2} {
		cfg.Order = order
		v := toytest.Statistics(t, must(NewSlicedWasserstein(cfg, 2)), pair, 1)
		closeTo(t, "max", v[0]/5, 1, 1e-5) // √(50·50/100)
		closeTo(t, "mean", v[1]/5, mean, 0.03)
	}
	v := toytest.Statistics(t, must(NewSlicedKS(cfg, 2)), pair, 1)
	if !(v[0] > v[1] && v[1] > 0 && v[0] <= 5) {
		t.Errorf("sliced Kolmogorov-Smirnov: max %v, mean %v", v[0], v[1])
	}
	one := must(NewSlicedKS(cfg, 1))
	if a, b := toytest.Statistics(t, one, normalPair(6, 30, 20, 1, 0), 1)[0],
		edfStatistic(t, "ks", normalPair(6, 30, 20, 1, 0)); a != b {
		t.Errorf("sliced in one dimension %v, Kolmogorov-Smirnov %v", a, b)
	}
}

// By hand: two fixed bins and both overflows, w = 1/10. The limit of many rows of weight 0 is Baker
// and Cousins' formula.
func TestBinned(t *testing.T) {
	t.Parallel()
	cfg := BinnedConfig{Bins: "fixed", Count: 2, Low: 0, High: 2}
	sample := func(counts ...int) data.Sample {
		s := data.Sample{D: 1}
		for i, at := range []float64{-1, 0, 1, 2} { // an edge belongs to the bin above
			for range counts[i] {
				s.X, s.N = append(s.X, at), s.N+1
			}
		}
		return s
	}
	test := must(NewBinned(cfg, 1))
	pair := data.Pair{Reference: sample(0, 100, 50, 20), Data: sample(1, 5, 8, 0), Weight: 0.1}
	var want float64
	for _, c := range [][2]float64{{1, 0}, {5, 100}, {8, 50}, {0, 20}} {
		lambda := (c[0] + c[1]) / 11
		for _, term := range [][2]float64{{c[0], lambda}, {c[1], lambda * 10}} {
			want += 2 * (term[1] - term[0])
			if term[0] > 0 {
				want += 2 * term[0] * math.Log(term[0]/term[1])
			}
		}
	}
	closeTo(t, "extended", toytest.Statistics(t, test, pair, 1)[0], want, 1e-12)

	pair = data.Pair{Reference: sample(0, 1000000, 500000, 200000), Data: sample(0, 5, 8, 0),
		Weight: 1e-5}
	want = 0
	for _, c := range [][2]float64{{5, 10}, {8, 5}, {0, 2}} {
		want += 2 * (c[1] - c[0])
		if c[0] > 0 {
			want += 2 * c[0] * math.Log(c[0]/c[1])
		}
	}
	closeTo(t, "many rows", toytest.Statistics(t, test, pair, 1)[0], want, 1e-4)

	// In shape counting it is the G statistic of the table, whatever the weight.
	pair = data.Pair{Reference: sample(0, 100, 50, 20), Data: sample(1, 5, 8, 0), Weight: 77}
	want = 0
	for _, c := range [][2]float64{{1, 0}, {5, 100}, {8, 50}, {0, 20}} {
		for i, total := range []float64{14, 170} {
			if c[i] > 0 {
				want += 2 * c[i] * math.Log(c[i]/((c[0]+c[1])*total/184))
			}
		}
	}
	closeTo(t, "shape", toytest.Statistics(t, must(NewBinnedShape(cfg, 1)), pair, 1)[0], want,
		1e-12)
}

// Bins of equal probability hold equal parts of the reference, and a constant reference is one bin.
func TestBinnedQuantiles(t *testing.T) {
	t.Parallel()
	test := must(NewBinned(DefaultBinned(), 1))
	pair := normalPair(7, 300, 10, 1, 0)
	toytest.Statistics(t, test, pair, 1)
	for b, count := range test.counts[:30] {
		if count != 10 {
			t.Errorf("bin %d holds %v of 300 rows", b, count)
		}
	}
	// no data at all: 2 Σ r ln(1+w), the deviance of an empty observation from a reference of
	// finite size
	pair.Data = data.Sample{D: 1}
	closeTo(t, "no data", toytest.Statistics(t, test, pair, 1)[0], 2*300*math.Log1p(pair.Weight),
		1e-12)
	if o, err := must(NewBinnedShape(DefaultBinned(), 1)).Statistics(pair, nil); err != nil ||
		o.Status == twosample.OK {
		t.Errorf("no data in shape counting: %+v, %v", o, err)
	}
	pair.Weight = 0
	if _, err := test.Statistics(pair, nil); err == nil {
		t.Error("a weight of 0 in extended counting")
	}
}
