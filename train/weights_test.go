package train

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"sparker/data"
	"sparker/graph"
)

// weightedFits are the kinds of fits that weights are tested with.
var weightedFits = []struct {
	name   string
	change func(*setup)
}{
	{"paper", func(*setup) {}},
	{"classification", func(s *setup) { s.loss.Kind = "bce" }},
	{"lead", func(s *setup) { s.model.SoftMax = false }},
	{"newton", func(s *setup) { s.config.Optimizer = "newton" }},
	{"convex", func(s *setup) {
		*s = convexSetup(s.config.Engine, false, s.model.Kernels, s.dim)
		s.config.Ridges = []float64{0.1}
	}},
}

// eachWeightedFit runs a test on both engines with every kind of fit.
func eachWeightedFit(t *testing.T, test func(t *testing.T, s setup)) {
	for _, engine := range Engines {
		for _, kind := range weightedFits {
			t.Run(engine+"/"+kind.name, func(t *testing.T) {
				t.Parallel()
				s := small(engine)
				s.config.Epochs, s.config.Checkpoints.Count = 20, 4
				s.widths = Widths{8, 0.3}
				kind.change(&s)
				test(t, s)
			})
		}
	}
}

// weightedFit fits a pair with the lead statistic, from the first data rows of another one.
func weightedFit(t *testing.T, s setup, pair data.Pair, start data.Sample) FitResult {
	t.Helper()
	f, err := s.newFitter(func(o *FitOptions) { o.Lead = true })
	if err != nil {
		t.Fatal(err)
	}
	return fit(t, f, pair, rowsOf(start, s.model.Kernels))
}

// numbers returns all numbers of a fit.
func numbers(r FitResult) (all []float64) {
	for _, c := range r.Checkpoints {
		all = append(all, c.T, c.Lead)
		all = append(append(all, c.Centroids...), c.Coefficients...)
	}
	return all
}

// agree fails the test unless two lists agree relative to the largest number.
func agree(t *testing.T, what string, got, want []float64, tolerance float64) {
	t.Helper()
	if len(got) != len(want) || len(got) == 0 {
		t.Fatalf("%s: %d numbers, want %d", what, len(got), len(want))
	}
	scale := 1.0
	for _, v := range want {
		scale = max(scale, math.Abs(v))
	}
	for i, v := range got {
		if !(math.Abs(v-want[i]) <= tolerance*scale) {
			t.Errorf("%s: number %d is %v, want %v", what, i, v, want[i])
			return
		}
	}
}

// withWeights returns a pair with weights of both samples, whose mean becomes 1.
func withWeights(t *testing.T, p data.Pair, weight func(i int) float64) data.Pair {
	t.Helper()
	list := func(sample string, n int) []float64 {
		w := make([]float64, n)
		for i := range w {
			w[i] = weight(i)
		}
		w, err := data.RelativeWeights(sample, w, n)
		if err != nil {
			t.Fatal(err)
		}
		return w
	}
	p.ReferenceWeights = list("reference", p.Reference.N)
	p.DataWeights = list("data", p.Data.N)
	return p
}

// integers are the weights 0, 1 and 2 in turn, whose mean over multiples of 3 rows is 1.
func integers(i int) float64 { return float64(i % 3) }

// signed are uneven weights, a tenth of them negative.
func signed(i int) float64 {
	if i%10 == 7 {
		return -0.9
	}
	return 1 + float64(i%4)
}

// repeated returns a pair with rows of integer weights as rows that are there so often.
func repeated(p data.Pair) data.Pair {
	sample := func(s data.Sample, weights []float64) data.Sample {
		all := data.Sample{D: s.D}
		for i, w := range weights {
			for range int(w) {
				all.X = append(all.X, s.Row(i)...)
				all.N++
			}
		}
		return all
	}
	many := p
	many.Reference, many.ReferenceWeights = sample(p.Reference, p.ReferenceWeights), nil
	many.Data, many.DataWeights = sample(p.Data, p.DataWeights), nil
	many.Weight *= float64(p.Reference.N) / float64(many.Reference.N)
	return many
}

// Rows of equal weights are fitted as rows without weights, to the bit, with births as well.
func TestEqualWeightsAreNone(t *testing.T) {
	t.Parallel()
	eachWeightedFit(t, func(t *testing.T, s setup) {
		if s.config.Optimizer != "convex" && s.loss.Kind != "bce" {
			s.config.Births.Every = 5
		}
		pair := toy(1, 300, 60, 6, 1)
		equal := pair
		equal.ReferenceWeights = slices.Repeat([]float64{1}, pair.Reference.N)
		equal.DataWeights = slices.Repeat([]float64{1}, pair.Data.N)
		fits := map[string]FitResult{}
		for name, p := range map[string]data.Pair{"none": pair, "equal": equal} {
			r := rand.New(rand.NewPCG(2, 2))
			start, err := InitialCentroids("kmeans_pooled", p, s.model.Kernels, r)
			if err != nil {
				t.Fatal(err)
			}
			f := s.fitter(t)
			fits[name] = succeeded(t)(f.Fit(p, startAt(f, start), r))
		}
		same(t, "a list of equal weights", fits["equal"], fits["none"])
	})
}

// Rows of integer weights are fitted as rows that are there so often.
func TestIntegerWeightsAreRepeatedRows(t *testing.T) {
	t.Parallel()
	eachWeightedFit(t, func(t *testing.T, s setup) {
		pair := withWeights(t, toy(1, 300, 54, 6, 1), integers)
		many := repeated(pair)
		if many.Data.N != pair.Data.N {
			t.Fatalf("%d data rows weigh as much as %d", pair.Data.N, many.Data.N)
		}
		agree(t, "rows repeated", numbers(weightedFit(t, s, pair, many.Data)),
			numbers(weightedFit(t, s, many, many.Data)), 1e-10)
	})
}

// What births, Newton steps and the lead statistic ask of an engine is the same for rows of integer
// weights as for repeated rows.
func TestProbesOfIntegerWeights(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine string) {
		for _, softmax := range []bool{false, true} {
			s := small(engine)
			s.model.SoftMax = softmax
			pair := withWeights(t, toy(3, 300, 54, 6, 1), integers)
			at := parameters{rowsOf(pair.Data, 5), []float64{1, -2, 0.5, 3, -0.1}, 0.8}
			agree(t, "probes", probes(t, s, pair, at), probes(t, s, repeated(pair), at), 1e-12)
		}
	})
}

// Both engines answer the same for signed weights.
func TestProbesOfSignedWeights(t *testing.T) {
	t.Parallel()
	pair := withWeights(t, toy(3, 300, 54, 6, 1), signed)
	at := parameters{rowsOf(pair.Data, 5), []float64{1, -2, 0.5, 3, -0.1}, 0.8}
	agree(t, "engines", probes(t, small("fused"), pair, at), probes(t, small("composed"), pair, at),
		1e-11)
}

// probes returns the statistic, the gradients and what the probes of an engine compute.
func probes(t *testing.T, s setup, pair data.Pair, p parameters) []float64 {
	t.Helper()
	at := begun(t, s, pair, p, nil)
	loss, gradient, hessian, err := at.probe.curvature(p.sigma)
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat([]float64{loss}, gradient, hessian)
	excess, err := at.probe.excess(p.sigma, []float64{0.1, 3, 6.4})
	if err != nil {
		t.Fatal(err)
	}
	single := newSingles(len(p.a))
	if err := at.probe.singles(p.sigma, p.a, single); err != nil {
		t.Fatal(err)
	}
	all = slices.Concat(all, excess, single.values, single.slopes, single.curvatures)
	shares, err := at.probe.shares(p.sigma)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range []*graph.FusedShares{shares.Data, shares.Reference} {
		all = slices.Concat(all, s.Sums, s.Products)
	}
	all = append(all, shares.Data.Overlaps...)
	if loss, err = at.program.Gradient(); err != nil {
		t.Fatal(err)
	}
	all = append(all, loss)
	for _, name := range at.program.Parameters() {
		all = append(all, at.program.GradientOf(name)...)
	}
	if err := at.program.Evaluate(); err != nil {
		t.Fatal(err)
	}
	return append(all, at.program.Scalar("t"))
}

// tolerance bounds the relative difference of two fits that differ by rounding. A convex fit ends
// within 2 (t·convexTolerance)^½ of its minimum; the others amplify rounding.
func tolerance(s setup) float64 {
	if s.config.Optimizer == "convex" {
		return 2 * math.Sqrt(convexTolerance)
	}
	return 1e-8
}

// Both engines fit rows of uneven weights alike, a tenth of them negative.
func TestEnginesAgreeOnSignedWeights(t *testing.T) {
	t.Parallel()
	for _, kind := range weightedFits {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel()
			pair := withWeights(t, toy(5, 300, 54, 6, 1), signed)
			fits := map[string][]float64{}
			var s setup
			for _, engine := range Engines {
				s = small(engine)
				s.config.Epochs, s.config.Checkpoints.Count = 20, 4
				s.widths = Widths{8, 0.3}
				kind.change(&s)
				fits[engine] = numbers(weightedFit(t, s, pair, pair.Data))
			}
			agree(t, "engines", fits["fused"], fits["composed"], tolerance(s))
		})
	}
}

// The order of weighted rows has no influence on a fit, except for rounding.
func TestOrderOfWeightedRows(t *testing.T) {
	t.Parallel()
	eachWeightedFit(t, func(t *testing.T, s setup) {
		pair := withWeights(t, toy(7, 300, 54, 6, 1), signed)
		turned := pair
		reverse := func(x []float64) []float64 {
			x = slices.Clone(x)
			slices.Reverse(x)
			return x
		}
		turned.Reference.X, turned.Data.X = reverse(pair.Reference.X), reverse(pair.Data.X)
		turned.ReferenceWeights = reverse(pair.ReferenceWeights)
		turned.DataWeights = reverse(pair.DataWeights)
		agree(t, "another order", numbers(weightedFit(t, s, turned, pair.Data)),
			numbers(weightedFit(t, s, pair, pair.Data)), tolerance(s))
	})
}

// With negative weights, the statistic is that of the formula, the gradient at f = 0 is the
// weighted sum of both signs, and the curvature is not negative.
func TestSignedWeightsByTheFormula(t *testing.T) {
	t.Parallel()
	eachEngine(t, func(t *testing.T, engine string) {
		s := small(engine)
		s.model.SoftMax = false
		pair := withWeights(t, toy(9, 120, 24, 3, 1), signed)
		mu, a := []float64{0.3, 1, 2, 4, 6.4}, []float64{1, -0.5, 2, 4, -1}
		const sigma = 0.6
		var loss float64
		slope := make([]float64, len(mu))
		add := func(x, reference, sample float64) {
			var f float64
			for i, m := range mu {
				k := math.Exp(-(x - m) * (x - m) / (2 * sigma * sigma))
				f += a[i] * k
				slope[i] += (reference - sample) * k
			}
			loss += (max(reference, 0)+max(-sample, 0))*math.Expm1(f) -
				(max(sample, 0)+max(-reference, 0))*f
		}
		for i, x := range pair.Reference.X {
			add(x, pair.Weight*pair.ReferenceWeights[i], 0)
		}
		for i, x := range pair.Data.X {
			add(x, 0, pair.DataWeights[i])
		}
		at := begun(t, s, pair, parameters{mu, a, sigma}, nil)
		got, _, hessian, err := at.probe.curvature(sigma)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, "loss", []float64{got}, []float64{loss}, 1e-12)
		for i := range mu {
			if !(hessian[i*len(mu)+i] >= 0) {
				t.Errorf("the curvature of kernel %d is %v", i, hessian[i*len(mu)+i])
			}
		}
		at = begun(t, s, pair, parameters{mu, make([]float64, len(mu)), sigma}, nil)
		_, gradient, _, err := at.probe.curvature(sigma)
		if err != nil {
			t.Fatal(err)
		}
		agree(t, "gradient at f = 0", gradient, slope, 1e-12)
	})
}

// A reference of which half of the rows have nearly the weight of the other half, with the opposite
// sign, can be fitted.
func TestNearlyCancelingWeights(t *testing.T) {
	t.Parallel()
	eachWeightedFit(t, func(t *testing.T, s setup) {
		pair := withWeights(t, toy(11, 300, 54, 6, 1), func(i int) float64 {
			return []float64{1, -0.95}[i%2]
		})
		for i, v := range numbers(weightedFit(t, s, pair, pair.Data)) {
			if !finite(v) {
				t.Fatalf("number %d is %v", i, v)
			}
		}
	})
}
