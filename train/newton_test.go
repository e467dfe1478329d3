package train

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
	"sparker/graph"
	"sparker/models"
)

// parameters are those of an ensemble at one width.
type parameters struct {
	mu, a []float64
	sigma float64
}

// inProgress is the fit of an ensemble with access to its graph.
type inProgress struct {
	*kernels
	program *graph.Program
}

// begun returns a fit in progress at given parameters; the stream draws the candidates of births.
func begun(t *testing.T, s setup, pair data.Pair, p parameters, r *rand.Rand) inProgress {
	t.Helper()
	f := s.fitter(t)
	at, err := f.begin(pair, startAt(f, p.mu), r)
	if err != nil {
		t.Fatal(err)
	}
	k := at.variant.(*kernels)
	copy(k.a, p.a)
	at.program.SetScalar(models.Sigma, p.sigma)
	return inProgress{k, at.program}
}

func rowsOf(s data.Sample, n int) []float64 { return slices.Clone(s.X[:n*s.D]) }

// Both engines say the same of curvature, excess and single kernels, to rounding.
func TestProbesOfTheEnginesAgree(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 5))
	for range 40 {
		d, m := 1+r.IntN(4), 1+r.IntN(6)
		pair := toy(r.Uint64(), 100+r.IntN(200), 20+r.IntN(40), r.IntN(5), d)
		mu := rowsOf(pair.Data, m)
		a := make([]float64, m)
		for i := range a {
			a[i] = 3 * r.NormFloat64()
		}
		sigma := math.Exp(r.NormFloat64() * 1.5)
		points := rowsOf(pair.Reference, 3)
		answers := map[string][]float64{}
		for _, engine := range Engines {
			s := small(engine)
			s.dim, s.model.Kernels, s.model.SoftMax = d, m, sigma > 0.7
			at := begun(t, s, pair, parameters{mu, a, sigma}, nil)
			loss, gradient, hessian, err := at.probe.curvature(sigma)
			if err != nil {
				t.Fatal(err)
			}
			out := slices.Concat([]float64{loss}, gradient, hessian)
			excess, err := at.probe.excess(sigma, points)
			if err != nil {
				t.Fatal(err)
			}
			v, s1, c := make([]float64, m), make([]float64, m), make([]float64, m)
			if err := at.probe.singles(sigma, a, v, s1, c); err != nil {
				t.Fatal(err)
			}
			answers[engine] = slices.Concat(out, excess, v, s1, c)
		}
		x, y := answers["fused"], answers["composed"]
		var scale float64
		for _, v := range y {
			scale = max(scale, math.Abs(v))
		}
		for i := range y {
			if math.Abs(x[i]-y[i]) > 1e-12*(scale+float64(pair.Data.N)) {
				t.Fatalf("d %d, M %d, sigma %v: number %d is %v fused and %v composed", d, m, sigma,
					i, x[i], y[i])
			}
		}
	}
}

// Newton steps at frozen centroids end where another convex minimizer ends, with and without a
// ridge.
func TestNewtonFindsTheOptimum(t *testing.T) { eachEngine(t, testNewtonFindsTheOptimum) }

func testNewtonFindsTheOptimum(t *testing.T, engine string) {
	for _, ridge := range []float64{0, 0.5} {
		s := small(engine)
		s.loss.L2, s.config.Optimizer = ridge, "newton"
		pair := toy(3, 2000, 400, 8, 1)
		mu := []float64{0.2, 1, 2, 3.5, 6.4}
		const sigma = 0.7
		at := begun(t, s, pair, parameters{mu, make([]float64, 5), sigma}, nil)
		for range 60 {
			if err := at.newton(sigma); err != nil {
				t.Fatal(err)
			}
		}
		got := slices.Clone(at.a)
		objective := func(a []float64) float64 {
			copy(at.a, a)
			loss, err := at.program.Gradient() // the penalty is in the graph
			if err != nil {
				t.Fatal(err)
			}
			return loss
		}
		// Coordinate by coordinate, to the zero of the derivative, which rises: slow, and sure for
		// a convex loss.
		best := make([]float64, 5)
		for range 4000 {
			for i := range best {
				low, high := -10., 10.
				for range 50 {
					best[i] = (low + high) / 2
					objective(best)
					if at.program.GradientOf(models.Coefficients)[i] > 0 {
						high = best[i]
					} else {
						low = best[i]
					}
				}
			}
			objective(best)
			if g := at.program.GradientOf(models.Coefficients); math.Abs(slices.Max(g)) < 1e-9 &&
				math.Abs(slices.Min(g)) < 1e-9 {
				break
			}
		}
		for i, a := range got {
			if math.Abs(a-best[i]) > 1e-5*(1+math.Abs(best[i])) {
				t.Errorf("ridge %v: coefficient %d is %v, coordinate descent has %v", ridge, i, a,
					best[i])
			}
		}
		minimum := objective(best)
		if f := objective(got); f > minimum+1e-9 {
			t.Errorf("ridge %v: loss %v, coordinate descent has %v", ridge, f, minimum)
		}
		for i, g := range at.program.GradientOf(models.Coefficients) {
			if math.Abs(g) > 1e-6 {
				t.Errorf("ridge %v: dL/da[%d] = %v at the optimum", ridge, i, g)
			}
		}
	}
}

// Coefficients stay within their bounds, and one that is held at a bound pushes outwards.
func TestNewtonWithinBounds(t *testing.T) { eachEngine(t, testNewtonWithinBounds) }

func testNewtonWithinBounds(t *testing.T, engine string) {
	for _, positive := range []bool{false, true} {
		s := small(engine)
		s.config.Optimizer, s.config.Clip = "newton", 0.3
		if positive {
			s.model.Coefficients = "positive"
		}
		pair := toy(4, 1000, 200, 20, 1)
		at := begun(t, s, pair, parameters{[]float64{0.2, 1, 2, 3.5, 6.4}, make([]float64, 5), 0.7},
			nil)
		for range 60 {
			if err := at.newton(0.7); err != nil {
				t.Fatal(err)
			}
		}
		low, high := at.coefficients.low, at.coefficients.high
		if _, err := at.program.Gradient(); err != nil {
			t.Fatal(err)
		}
		held := 0
		for i, g := range at.program.GradientOf(models.Coefficients) {
			a := at.a[i]
			switch {
			case a < low || a > high:
				t.Errorf("coefficient %d is %v", i, a)
			case a == low && g >= 0, a == high && g <= 0:
				held++
			case math.Abs(g) > 1e-6:
				t.Errorf("free coefficient %d = %v has dL/da = %v", i, a, g)
			}
		}
		if held == 0 {
			t.Error("no coefficient is held; the test says nothing")
		}
	}
}

// A birth moves the kernel that is worth least to the best of the candidates, makes its coefficient
// 0, and leaves the others. Until the coefficient grows again the loss rises by about what the
// kernel was worth.
func TestBirth(t *testing.T) { eachEngine(t, testBirth) }

func testBirth(t *testing.T, engine string) {
	s := small(engine)
	s.config.Births = Births{Every: 5, Candidates: 64}
	pair := toy(5, 4000, 400, 40, 1)
	const sigma = 0.3
	mu := []float64{0.2, 0.9, 1.7, 2.6, 9}
	r := rand.New(rand.NewPCG(8, 8))
	at := begun(t, s, pair, parameters{mu, []float64{0.1, -0.1, 0.1, -0.05, 0.2}, sigma}, r)
	before, _, hessian, err := at.probe.curvature(sigma)
	if err != nil {
		t.Fatal(err)
	}
	worth := make([]float64, 5)
	for i, a := range at.a {
		worth[i] = a * a * hessian[i*6]
	}
	weakest := slices.Index(worth, slices.Min(worth))
	born, err := at.birth(sigma)
	if err != nil || born != weakest {
		t.Fatalf("kernel %d is born, want %d (worth %v): %v", born, weakest, worth, err)
	}
	if math.Abs(at.mu[born]-6.4) > 0.6 || at.a[born] != 0 {
		t.Errorf("it is born at %v with coefficient %v, want near the excess at 6.4 with 0",
			at.mu[born], at.a[born])
	}
	for i, m := range mu {
		if i != born && at.mu[i] != m {
			t.Errorf("kernel %d moved from %v to %v", i, m, at.mu[i])
		}
	}
	after, _, _, err := at.probe.curvature(sigma)
	if err != nil {
		t.Fatal(err)
	}
	if rise := after - before; rise > worth[weakest]+0.02 {
		t.Errorf("the loss rises by %v, the kernel was worth %v", rise, worth[weakest])
	}
	// Where every kernel is worth more than any place, here one without any rows, none is born.
	for i := range at.a {
		at.a[i] = 0.5
	}
	at.sample = data.Sample{X: []float64{1000}, N: 1, D: 1}
	if born, err := at.birth(sigma); born >= 0 || err != nil {
		t.Errorf("kernel %d is born although all are worth more (%v)", born, err)
	}
}

// The lead statistic is the best of the one-dimensional maxima over the coefficient of each kernel,
// and not below 0.
func TestLead(t *testing.T) { eachEngine(t, testLead) }

func testLead(t *testing.T, engine string) {
	r := rand.New(rand.NewPCG(6, 6))
	for i := range 8 {
		s := small(engine)
		if i%2 == 1 {
			s.model.Coefficients = "positive"
		}
		pair := toy(uint64(20+i), 600, 60, 3*i, 1)
		mu := rowsOf(pair.Data, 5)
		mu[4] = 6.4
		sigma := math.Exp(2*r.Float64() - 2)
		at := begun(t, s, pair, parameters{mu, []float64{1, 2, 3, 4, 5}, sigma}, nil)
		lead, kernel, err := at.lead(sigma)
		if err != nil {
			t.Fatal(err)
		}
		low, high := at.coefficients.low, at.coefficients.high
		best, which := 0., 0
		v, slopes, curvatures := make([]float64, 5), make([]float64, 5), make([]float64, 5)
		for step := range 4001 {
			alpha := low + (high-low)*float64(step)/4000
			if err := at.probe.singles(sigma, slices.Repeat([]float64{alpha}, 5), v, slopes,
				curvatures); err != nil {
				t.Fatal(err)
			}
			for i, l := range v {
				if -2*l > best {
					best, which = -2*l, i
				}
			}
		}
		if lead < 0 || lead < best-1e-6 || lead > best+0.01 || best > 0.01 && kernel != which {
			t.Errorf("toy %d: lead %v of kernel %d, by brute force %v of %d", i, lead, kernel, best,
				which)
		}
		// Theory: n events on a kernel of weight b give at most 2 (n log(n/b) - n + b), where all
		// of it is in one place.
		var n float64
		for _, x := range pair.Data.X {
			n += math.Exp(-(x - mu[kernel]) * (x - mu[kernel]) / (2 * sigma * sigma))
		}
		if lead > 2*high*n {
			t.Errorf("toy %d: lead %v exceeds 2·clip·Σ_D k = %v", i, lead, 2*high*n)
		}
	}
}

// Whole fits of every recipe are the same, to the bit, from the same stream, with a trace and
// without, and whatever the fitter did before.
func TestRecipesAreDeterministic(t *testing.T) { eachEngine(t, testRecipesAreDeterministic) }

func testRecipesAreDeterministic(t *testing.T, engine string) {
	for _, change := range []func(*setup){
		func(s *setup) { s.config.Optimizer = "newton" },
		func(s *setup) { s.config.Births = Births{Every: 5, Candidates: 8} },
		func(s *setup) {
			s.config.Optimizer, s.loss.L2 = "newton", 1
			s.config.Births, s.config.LearningRate.Unit = Births{Every: 5, Candidates: 16}, "sigma"
			s.config.LearningRate.Centroids = 0.2
		},
	} {
		s := small(engine)
		change(&s)
		pair, other := toy(1, 400, 80, 8, 1), toy(2, 500, 90, 0, 1)
		start := rowsOf(pair.Data, 5)
		fitter := func() *Fitter {
			f, err := s.newFitter(func(o *FitOptions) { o.Lead = true })
			if err != nil {
				t.Fatal(err)
			}
			return f
		}
		stream := func(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }
		used, from := fitter(), startAt(fitter(), start)
		if _, err := used.Fit(other, from, stream(9)); err != nil {
			t.Fatal(err)
		}
		fresh := succeeded(t)(fitter().Fit(pair, from, stream(4)))
		again := succeeded(t)(used.Fit(pair, from, stream(4)))
		traced := succeeded(t)(fitter().Trace(pair, from, stream(4)))
		same(t, "an earlier fit", fresh, again)
		same(t, "a trace", fresh, traced)
		births := 0
		for _, r := range traced.Trace {
			if r.Born > 0 {
				births++
				if every := s.config.Births.Every; every == 0 || r.Epoch%every != 0 || r.Born > 5 {
					t.Errorf("kernel %d is born in epoch %d", r.Born, r.Epoch)
				}
			}
		}
		if (births > 0) != (s.config.Births.Every > 0) {
			t.Errorf("%d births with %+v", births, s.config.Births)
		}
		for _, c := range fresh.Checkpoints {
			if c.Lead < 0 || c.LeadKernel < 0 || c.LeadKernel > 4 {
				t.Errorf("checkpoint %+v", c)
			}
		}
	}
}

// In units of sigma, a step of the centroids scales with the width: annealing ten times narrower in
// data that are ten times smaller gives the same fit, ten times smaller.
func TestStepsInUnitsOfSigma(t *testing.T) {
	s := small("fused")
	s.config.LearningRate.Unit = "sigma"
	pair := toy(1, 400, 80, 8, 1)
	shrunk := data.Pair{Reference: data.Sample{N: pair.Reference.N, D: 1},
		Data: data.Sample{N: pair.Data.N, D: 1}, Weight: pair.Weight}
	for _, x := range pair.Reference.X {
		shrunk.Reference.X = append(shrunk.Reference.X, x/16)
	}
	for _, x := range pair.Data.X {
		shrunk.Data.X = append(shrunk.Data.X, x/16)
	}
	a := fit(t, s.fitter(t), pair, rowsOf(pair.Data, 5))
	s.widths = Widths{s.widths.Start / 16, s.widths.End / 16}
	b := fit(t, s.fitter(t), shrunk, rowsOf(shrunk.Data, 5))
	for i, c := range a.Checkpoints {
		if d := b.Checkpoints[i]; c.T != d.T {
			t.Errorf("t = %v, shrunk %v", c.T, d.T)
		}
	}
	for i, m := range a.Centroids {
		if b.Centroids[i] != m/16 {
			t.Errorf("centroid %d at %v, shrunk at %v", i, m, b.Centroids[i])
		}
	}
}

// Recipes that have no meaning are refused.
func TestRecipesRefuse(t *testing.T) {
	for i, change := range []func(*setup){
		func(s *setup) { s.config.Optimizer, s.loss.Kind = "newton", "bce" },
		func(s *setup) { s.config.Births.Every, s.loss.Kind = 5, "mse" },
		func(s *setup) { s.config.Births.Every, s.model.Centroids = 5, "frozen" },
		func(s *setup) { s.config.Births.Every = -1 },
		func(s *setup) { s.config.Births.Candidates = 0 },
		func(s *setup) { s.config.LearningRate.Unit = "metres" },
	} {
		s := small("fused")
		change(&s)
		if _, err := s.newFitter(nil); err == nil {
			t.Errorf("recipe %d is taken: %s", i, fmt.Sprint(s.config))
		}
	}
}
