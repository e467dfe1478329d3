package baselines

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"sparker/data"
	"sparker/internal/rng"
	"sparker/twosample"
	"sparker/twosample/toytest"
)

// Permutations and the wild bootstrap, computed from one matrix, agree with the definitions on
// redistributed rows.
func TestResamplingEqualsBruteForce(t *testing.T) {
	t.Parallel()
	kernel := radial{rate: 0.7}
	slow := func(x, y []float64) float64 {
		return math.Exp(-0.7 *
			math.Pow(distanceOf(x, y, 2), 2))
	}
	for _, sizes := range [][2]int{{9, 5}, {5, 9}, {6, 6}} {
		pair := normalPair(7, sizes[0], sizes[1], 2, 0.5)
		var a, b rows
		a.take(pair.Reference, 0, nil)
		b.take(pair.Data, 0, nil)
		p := newPermutations(&a, &b, 20, rng.New(1, "test"))
		observed, values := p.discrepancies(kernel)
		closeTo(t, "the pair", observed, slowMMD(pair, false, slow), 1e-10)
		for k, value := range values {
			dealt := data.Pair{Reference: data.Sample{D: 2}, Data: data.Sample{D: 2}}
			for i := range p.all.n {
				to := &dealt.Reference
				if slices.Contains(p.subsets[k+1][:p.small], int32(i)) {
					to = &dealt.Data
				}
				to.X = append(to.X, p.all.at(i)...)
				to.N++
			}
			if dealt.Data.N != min(sizes[0], sizes[1]) {
				t.Fatalf("a permutation deals %d rows", dealt.Data.N)
			}
			closeTo(t, "a permutation", value, slowMMD(dealt, false, slow), 1e-10)
		}
	}
	pair := normalPair(8, 6, 6, 2, 0.5)
	var a, b rows
	a.take(pair.Reference, 0, nil)
	b.take(pair.Data, 0, nil)
	w := newWild(&a, &b, 20, rng.New(1, "test"))
	// eq. 6: rows of one pair are left out of all sums
	bootstrap := func(signs []float64) float64 {
		var sum float64
		for i := range 6 {
			for j := range 6 {
				if i == j {
					continue
				}
				x, y, u, v := w.a.at(i), w.b.at(i), w.a.at(j), w.b.at(j)
				sum += signs[i] * signs[j] * (slow(x, u) + slow(y, v) - slow(x, v) - slow(y, u))
			}
		}
		return sum / 30
	}
	observed, values := w.discrepancies(kernel)
	closeTo(t, "the pair", observed, bootstrap([]float64{1, 1, 1, 1, 1, 1}), 1e-10)
	for k, value := range values {
		closeTo(t, "a wild bootstrap", value, bootstrap(w.signs[k]), 1e-10)
	}
}

func TestMMDAggWeights(t *testing.T) {
	t.Parallel()
	cfg := DefaultMMDAgg()
	cfg.Kernels, cfg.Bandwidths = []string{"laplace", "gaussian"}, 3
	alone := defaultAlone()
	for name, want := range map[string][]float64{
		"uniform": {1. / 6, 1. / 6, 1. / 6}, "increasing": {1. / 11, 3. / 22, 3. / 11},
		"decreasing": {3. / 11, 3. / 22, 1. / 11}, "centered": {1. / 8, 1. / 4, 1. / 8},
	} {
		alone.weights = name
		for i, w := range must(newAlone(cfg, alone, 1)).weights() {
			closeTo(t, name, w, want[i%3], 1e-14)
		}
	}
}

// perturbed draws from the uniform density with p bumps and holes of Schrab et al., eq. 17: their
// signs from one stream, the rows from another by rejection.
func perturbed(signs, r *rand.Rand, n, p int, amplitude float64) data.Sample {
	bump := func(x float64) float64 {
		switch {
		case x > -1 && x < -0.5:
			return math.Exp(-1 / (1 - (4*x+3)*(4*x+3)))
		case x > -0.5 && x < 0:
			return -math.Exp(-1 / (1 - (4*x+1)*(4*x+1)))
		}
		return 0
	}
	height := amplitude / float64(max(p, 1))
	sign := make([]float64, p)
	for i := range sign {
		sign[i] = 1 - 2*float64(signs.IntN(2))
	}
	s := data.Sample{D: 1}
	for s.N < n {
		x, density := r.Float64(), 1.0
		for i := range sign {
			density += height * sign[i] * bump(x*float64(p)-float64(i+1))
		}
		if r.Float64()*(1+height/math.E) <= density {
			s.X = append(s.X, x)
			s.N++
		}
	}
	return s
}

// perturbedPairs are pairs of a perturbed and a plain uniform sample of the same size. If they are
// shared, both samples are made from the same random numbers.
type perturbedPairs struct {
	pairs, rows, perturbations int
	shared                     bool
}

// decided is the share of the pairs that MMDAgg rejects.
func (c perturbedPairs) decided(t *testing.T, test *aloneMMDAgg) float64 {
	t.Helper()
	rejected := 0
	for i := range c.pairs {
		r := rng.New(uint64(i), "perturbed uniform", uint64(c.perturbations))
		ofData, ofReference := r, r
		if c.shared {
			ofData, ofReference = rng.New(uint64(i), "rows", uint64(c.perturbations)),
				rng.New(uint64(i), "rows", uint64(c.perturbations))
		}
		pair := data.Pair{Reference: data.Sample{N: c.rows, D: 1},
			Data: perturbed(r, ofData, c.rows, c.perturbations, 2.7)}
		for range c.rows {
			pair.Reference.X = append(pair.Reference.X, ofReference.Float64())
		}
		d, err := test.decide(pair, r)
		if err != nil || d.Status != twosample.OK {
			t.Fatalf("%+v, %v", d, err)
		}
		if d.Reject {
			rejected++
		}
	}
	return float64(rejected) / float64(c.pairs)
}

// Published (Schrab et al., experiment 1: d = 1, n = m = 500, Gauss, Λ(-6,-2), uniform weights,
// wild bootstrap, 500 pairs): power 0.98 against two perturbations, 0.302 against three and 0.044
// against four. The authors' program makes both samples from the same random numbers, so that they
// have about two fifths of their values in common, which costs power; the pairs here are made in
// the same way. (Independent samples give 0.99, 0.55 and 0.30 ± 0.04, with B1 = B2 = 500.) The
// limits are three standard deviations, of both binomial numbers; B1 = B2 = 300 instead of 500.
func TestMMDAggOnPerturbedUniforms(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("resamples 80 pairs of 500 rows")
	}
	cfg := DefaultMMDAgg()
	cfg.Kernels, cfg.Range, cfg.MaxReference = []string{"gaussian"}, "powers", 0
	alone := defaultAlone()
	alone.b1, alone.b2 = 300, 300
	test := must(newAlone(cfg, alone, 1))
	for _, c := range []struct {
		perturbations, pairs int
		power                float64
	}{{2, 40, 0.98}, {3, 40, 0.302}} {
		got := perturbedPairs{c.pairs, 500, c.perturbations, true}.decided(t, test)
		limit := 3 * math.Sqrt(c.power*(1-c.power)*(1/float64(c.pairs)+1./500))
		if math.Abs(got-c.power) > limit {
			t.Errorf("%d perturbations: power %.3f, published %.3f ± %.3f", c.perturbations, got,
				c.power, limit)
		}
	}
}

// On true null hypotheses MMDAgg rejects at its level, by both kinds of resampling: 300 pairs of 20
// rows, not more than 3.3 standard deviations above 0.1. The level is approximate, since it rests
// on B2 resamplings.
func TestMMDAggLevel(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("resamples 600 pairs")
	}
	cfg := DefaultMMDAgg()
	cfg.Bandwidths = 4
	alone := standAlone{level: 0.1, weights: "uniform", b1: 99, b2: 99, b3: 20}
	for _, alone.resampling = range []string{"wild", "permutation"} {
		test := must(newAlone(cfg, alone, 1))
		if got := (perturbedPairs{300, 20, 0, false}).decided(t,
			test); got > 0.1+3.3*math.Sqrt(0.09/300) ||
			got < 0.02 {
			t.Errorf("%s: rejects %.3f of null pairs at level 0.1", alone.resampling, got)
		}
	}
}

func TestMMDAggDecision(t *testing.T) {
	t.Parallel()
	cfg := DefaultMMDAgg()
	alone := defaultAlone()
	alone.b1, alone.b2 = 199, 199
	test := must(newAlone(cfg, alone, 2))
	pair := normalPair(9, 40, 25, 2, 2)
	d, err := test.decide(pair, rng.New(1, "test"))
	if err != nil || !d.Reject || len(d.Kernels) != 20 || d.Kernels[19].Label != "gaussian 10" ||
		d.U < 0.05 || d.U > 20 {
		t.Errorf("a shift by two: %+v, %v", d, err)
	}
	for i, v := range toytest.Statistics(t, test, pair, 1) {
		closeTo(t, "statistic", d.Kernels[i].Statistic, v, 1e-9)
	}
	if again, err := test.decide(pair, rng.New(1, "test")); err != nil || again.U != d.U ||
		!slices.Equal(again.Kernels, d.Kernels) {
		t.Errorf("%+v, then %+v (%v)", d, again, err)
	}
	alone.resampling = "wild"
	if _, err := must(newAlone(cfg, alone, 2)).decide(pair, rng.New(1, "test")); err == nil {
		t.Error("a wild bootstrap of samples of different size")
	}
	pair.Data = data.Sample{D: 2}
	if d, err := test.decide(pair, rng.New(1, "test")); err != nil ||
		d.Status != twosample.TooFewRows || d.Reject {
		t.Errorf("no data: %+v, %v", d, err)
	}
}

func TestAloneMMDAggRefuses(t *testing.T) {
	t.Parallel()
	for path, change := range map[string]func(*standAlone){
		"alone.level":      func(a *standAlone) { a.level = 0 },
		"alone.weights":    func(a *standAlone) { a.weights = "none" },
		"alone.resampling": func(a *standAlone) { a.resampling = "none" },
		"alone.b1":         func(a *standAlone) { a.b1 = 0 },
		"alone.b2":         func(a *standAlone) { a.b2 = 0 },
		"alone.b3":         func(a *standAlone) { a.b3 = 0 },
	} {
		alone := defaultAlone()
		change(&alone)
		var paths []string
		alone.validate(func(path, _ string) { paths = append(paths, path) })
		_, err := newAlone(DefaultMMDAgg(), alone, 1)
		if !slices.Equal(paths, []string{path}) || err == nil ||
			!strings.Contains(err.Error(), path) {
			t.Errorf("%s: reports %q, %v", path, paths, err)
		}
	}
}
